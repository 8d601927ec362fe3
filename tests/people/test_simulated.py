"""Simulated people are the binding's, look like nobody, and are the same ones when a rehearsal goes on."""

from __future__ import annotations

import json
import re
import stat
import unicodedata
from pathlib import Path

import pytest

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import unfit_character
from ceremony_app.core.room import Binding, BoundPerson
from ceremony_app.core.values import Mode
from ceremony_app.people.passphrase import require_strong
from ceremony_app.people.room import RoomKey
from ceremony_app.people.simulated import SimulatedPeople, fictitious
from tests.people.clock_by_hand import ClockByHand

ROLES = ("administrator", "internal-witness", "external-witness", "key-custodian", "key-custodian", "key-custodian")


PEOPLE = tuple(BoundPerson(number=i, roles=(role,)) for i, role in enumerate(ROLES, start=1))


def binding(people: tuple[BoundPerson, ...] = PEOPLE, mode: Mode = Mode.REHEARSAL) -> Binding:
    return Binding(format=1, definition="d", mode=mode, people=people)


def test_a_rehearsal_that_goes_on_finds_the_same_people(tmp_path: Path) -> None:
    made = SimulatedPeople.load_or_make(tmp_path, binding())
    again = SimulatedPeople.load_or_make(tmp_path, binding())
    assert again.people == made.people
    assert again.secret("user-pin") == made.secret("user-pin")
    assert made.secret("user-pin") != made.secret("so-pin")


def test_another_folder_has_the_same_names_and_other_secrets(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, two = (SimulatedPeople.load_or_make(tmp_path / name, binding()) for name in ("a", "b"))
    assert [(p.name, p.organisation) for p in one.people] == [(p.name, p.organisation) for p in two.people]
    assert not any(p.pin == q.pin for p, q in zip(one.people, two.people, strict=True))
    assert one.secret("user-pin") != two.secret("user-pin")


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    SimulatedPeople.load_or_make(tmp_path, binding())
    assert stat.S_IMODE((tmp_path / ".rehearsal" / "people.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / ".rehearsal").stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir()] == [".rehearsal"]


def test_their_pins_open_room_keys(tmp_path: Path) -> None:
    for person in SimulatedPeople.load_or_make(tmp_path, binding()).people:
        assert person.pin.reveal().decode() not in repr(person)
        RoomKey.make(person.pin, ClockByHand()).sign(b"x", person.pin)


def test_names_are_different_plain_and_marked() -> None:
    people = [fictitious(BoundPerson(number=i, roles=("key-custodian",))) for i in range(1, 27)]
    assert len({name.split()[0] for name, _ in people}) == len({name.split()[1] for name, _ in people}) == 26
    for name, organisation in people:
        assert unfit_character(name) is None
        assert unicodedata.is_normalized("NFC", name)
        assert organisation.startswith("Example ")


def test_a_person_is_found_by_number(tmp_path: Path) -> None:
    people = SimulatedPeople.load_or_make(tmp_path, binding())
    assert people.person(4).roles == ("key-custodian",)
    with pytest.raises(KeyError):
        people.person(7)


def test_production_has_no_simulated_people(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        SimulatedPeople.load_or_make(tmp_path, binding(mode=Mode.PRODUCTION))
    assert caught.value.rule == "CER-SIMULATED"
    assert not list(tmp_path.iterdir())


def test_who_has_a_key_file_has_a_passphrase_that_is_taken_for_one(tmp_path: Path) -> None:
    people = (
        BoundPerson(number=1, roles=("administrator",), method="file"),
        BoundPerson(number=2, roles=("internal-witness",), method="card"),
    )
    made = SimulatedPeople.load_or_make(tmp_path, binding(people=people))
    require_strong(made.person(1).pin)
    assert re.fullmatch(r"\d{8}", made.person(2).pin.reveal().decode())
    assert made.people == SimulatedPeople.load_or_make(tmp_path, binding(people=people)).people


def test_people_of_another_binding_are_refused(tmp_path: Path) -> None:
    SimulatedPeople.load_or_make(tmp_path, binding())
    with pytest.raises(Unusable) as caught:
        SimulatedPeople.load_or_make(tmp_path, binding(people=PEOPLE[1:]))
    assert caught.value.rule == "CER-SIMULATED"


@pytest.mark.parametrize("spoil", ["", "[]", "{", '{"format": 2}', "seed", "extra"])
def test_a_spoiled_file_is_told(tmp_path: Path, spoil: str) -> None:
    SimulatedPeople.load_or_make(tmp_path, binding())
    path = tmp_path / ".rehearsal" / "people.json"
    found = json.loads(path.read_bytes())
    if spoil == "seed":
        path.write_text(json.dumps(found | {"seed": "not hex"}))
    elif spoil == "extra":
        path.write_text(json.dumps(found | {"extra": 1}))
    else:
        path.write_text(spoil)
    with pytest.raises(Unusable) as caught:
        SimulatedPeople.load_or_make(tmp_path, binding())
    assert caught.value.rule == "CER-SIMULATED"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    SimulatedPeople.load_or_make(tmp_path, binding())
    path = tmp_path / ".rehearsal" / "people.json"
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(Unusable) as caught:
        SimulatedPeople.load_or_make(tmp_path, binding())
    assert caught.value.rule == "CER-SIMULATED"
