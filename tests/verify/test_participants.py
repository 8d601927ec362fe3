"""What a verdict leaves to a person about those who took part."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.errors import Corrupt
from ceremony_app.core.events import Enrol, Entry, Genesis
from ceremony_app.core.values import Leaf, Mode
from ceremony_app.journal.chain import decode, encode
from ceremony_app.verify.audit import audit
from ceremony_app.verify.participants import about_people
from tests.verify.forging import Forger, events_in, plan_in, replaced

TEXTS: dict[str, str] = {}


def leaf(text: str) -> Leaf:
    """A leaf of a text; another one each time, as salts make it."""
    digest = f"{len(TEXTS):064x}"
    TEXTS[digest] = text
    return Leaf(digest)


def enrolled(seq: int, person: int, name: str, organisation: str = "Example CA", **more: object) -> Entry:
    members: dict[str, object] = {"replaces": "", "seen_by": person % 3 + 1, "details": {}} | more
    event = Enrol(
        person=person,
        roles=("administrator",),
        method="room",
        spki="",
        key=f"{seq:02x}" * 32,
        name=leaf(name),
        organisation=leaf(organisation),
        **members,  # type: ignore[arg-type] # the members of an enrolment, by name
    )
    return Entry(seq=seq, utc="2026-11-23T09:00:00.000Z", mono=0, event=event, digest="")


THREE = [enrolled(2, 1, "Anna"), enrolled(3, 2, "Bola"), enrolled(4, 3, "Clara")]


def told(*entries: Entry, texts: dict[str, str] | None = None) -> list[str]:
    return list(about_people([*THREE, *entries], TEXTS if texts is None else texts))


def test_nothing_is_asked_where_all_is_plain() -> None:
    assert told() == []


def test_each_new_key_after_a_restart_is_listed() -> None:
    (said,) = told(enrolled(9, 2, "bola ", replaces="03" * 32))
    assert said == (
        "person 2 was enrolled again with a new key after a restart: entry 9, key 0909090909090909 in place of"
        " 0303030303030303, identity seen by person 3"
    )


def test_another_name_under_the_same_number_is_named() -> None:
    again = enrolled(9, 2, "Mallory", replaces="03" * 32)
    assert "person 2 is not called the same in entries 3 and 9: who was it?" in told(again)
    assert not [line for line in told(again, texts={}) if "not called the same" in line]


def test_a_proxy_is_named_with_what_was_said() -> None:
    proxy = enrolled(5, 4, "Dai", details={"proxy-for": leaf("Frieda Haas"), "authority": leaf("Letter of 3 May")})
    assert told(proxy) == ["person 4 stands in for “Frieda Haas”, by “Letter of 3 May”: check the authority"]
    assert told(proxy, texts={}) == ["person 4 stands in for “withheld”, by “withheld”: check the authority"]


def test_who_was_seen_by_nobody_or_by_nobody_who_was_there() -> None:
    said = told(enrolled(5, 4, "Dai", seen_by=0), enrolled(6, 5, "Eve", seen_by=8), enrolled(7, 6, "Fay", seen_by=0))
    assert said == [
        "nobody is named who saw the identity of person 4, 6",
        "person 8 saw the identity of person 5, and was never enrolled",
    ]


@pytest.mark.parametrize(("name", "organisation"), [("Bola", "Example CA"), (" bOLA", "example  ca")])
def test_one_person_under_two_numbers_is_asked_about(name: str, organisation: str) -> None:
    double = enrolled(5, 4, name, organisation)
    assert told(double) == ["persons 2 and 4 have one name and organisation: is it one person twice?"]
    assert told(double, texts={}) == []
    assert told(enrolled(5, 4, name, "Audit Ltd")) == []


def in_production(folder: Path, seen_by: int) -> list[str]:
    """What the audit says of who was seen by whom, where a rehearsal is taken for a production ceremony."""
    plan = plan_in(folder)
    plan = replaced(plan, binding=replaced(plan.binding, mode=Mode.PRODUCTION))
    events = [
        replaced(one, mode=Mode.PRODUCTION)
        if isinstance(one, Genesis)
        else replaced(one, seen_by=seen_by if one.person == 5 else one.seen_by)
        if isinstance(one, Enrol)
        else one
        for one in events_in(folder)
    ]
    return [x.what for x in audit(plan, Forger(plan).write(events).entries, {}) if x.rule == "CER-IDENTITY"]


def test_in_production_somebody_has_seen_everybody(finished: Path) -> None:
    assert in_production(finished, 0) == ["nobody has seen the identity of person 5"]
    assert in_production(finished, 2) == []


def test_in_a_rehearsal_nobody_needs_to(finished: Path) -> None:
    events = [replaced(one, seen_by=0) if isinstance(one, Enrol) else one for one in events_in(finished)]
    plan = plan_in(finished)
    assert list(audit(plan, Forger(plan).write(events).entries, {})) == []


def test_half_of_the_later_members_is_no_enrolment(finished: Path) -> None:
    """The journal of an adversary who leaves out who was seen, and keeps the details, is no journal."""
    event = next(one for one in events_in(finished) if isinstance(one, Enrol))
    line = encode(replaced(event, seen_by=msgspec.UNSET), seq=1, prev="0" * 64, utc="2026-11-23T09:00:00.000Z", mono=1)
    with pytest.raises(Corrupt):
        decode(line, seq=1, prev="0" * 64)
