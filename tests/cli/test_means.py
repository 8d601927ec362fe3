"""Binding people to cards and key files, and a person's key on a card, by commands as they are typed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony_app.cli.loading import load_all
from ceremony_app.cli.means import means_of, people_for, told_means
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.room import Binding
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_binding
from ceremony_app.definition.write import binding_toml
from ceremony_app.hsm.card import open_card
from ceremony_app.people.signatures import verify
from tests.hsm.cards import PIN, PracticeCard, digest_of, practice_card, spki_of

ROOT = Path(__file__).parents[2]
DIGEST = "ab" * 32
PIN_LINE = f"{PIN.reveal().decode()}\n"


@pytest.fixture
def practice(tmp_path: Path) -> PracticeCard:
    return practice_card(tmp_path / "card")


def ceremony(practice: PracticeCard, *words: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The program, where the card is in a reader."""
    return subprocess.run(
        [sys.executable, "-m", "ceremony_app", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **practice.softhsm.environment},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def bound(practice: PracticeCard, folder: Path, *people: str) -> tuple[subprocess.CompletedProcess[str], Path]:
    """What `bind` says, and where it should have written."""
    target = folder / "b.toml"
    given = [word for person in people for word in ("--person", person)]
    module = practice.softhsm.module
    words = ("bind", "root-ca", "-o", target, "--rehearsal", "--place", "Room 1", "--medium", f"public-stick={folder}")
    return ceremony(practice, *words, "--module", module, "--token", f"hsm={practice.serial}", *given), target


def refusal(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


def policy(**credential: tuple[str, ...]) -> Policy:
    """The example pack with other means for some roles."""
    pack = load_all("root-ca", None).plan.policy
    said = msgspec.structs.replace(pack.rules.credential, value={**pack.rules.credential.value, **credential})
    return msgspec.structs.replace(pack, rules=msgspec.structs.replace(pack.rules, credential=said))


def test_people_sign_as_the_policy_lets_them_and_with_room_keys_where_it_does() -> None:
    definition = load_all("root-ca", None).definition
    first, *_ = definition.roles
    assert {person.method for person in people_for(definition)} == {"room"}
    strict = policy(**{first: ("card", "file")})
    assert {p.method for p in people_for(definition, strict) if first in p.roles} == {"card"}
    assert {p.method for p in people_for(definition, strict, {first: "file"}) if first in p.roles} == {"file"}
    assert {p.method for p in people_for(definition, strict) if first not in p.roles} == {"room"}
    assert refusal(lambda: people_for(definition, strict, {first: "room"})).rule == "CER-METHOD"
    assert refusal(lambda: people_for(definition, strict, {"nobody": "card"})).rule == "CER-ROLE"


@pytest.mark.parametrize("option", ["administrator", "administrator=", "administrator=smoke", "=card="])
def test_a_credential_that_is_none_is_refused(option: str) -> None:
    assert refusal(lambda: means_of([option], bound=False)).rule == "CER-BIND"


def test_a_bound_room_says_how_people_sign() -> None:
    assert means_of([], bound=True) == {}
    assert refusal(lambda: means_of(["administrator=card"], bound=True)).rule == "CER-BIND"


@pytest.mark.parametrize(
    ("person", "rule"),
    [
        ("1", "CER-BIND"),
        ("=file:" + DIGEST, "CER-BIND"),
        ("x=room", "CER-BIND"),
        ("99=room", "CER-BIND"),
        ("1=room:x", "CER-BIND"),
        ("1=file", "CER-BIND"),
        ("1=file:", "CER-BIND"),
        ("1=file:abc", "CER-BIND"),
        ("1=file:" + DIGEST.upper(), "CER-BIND"),
        ("1=stamp:1", "CER-BIND"),
        ("1=card", "CER-BIND"),
        ("1=card:C-1", "CER-BIND"),
    ],
)
def test_a_person_who_is_told_wrongly_is_refused(person: str, rule: str) -> None:
    people = people_for(load_all("root-ca", None).definition)
    asked = SimpleNamespace(person=[person], card_module=None, module=None, card_arguments="", arguments="")
    assert refusal(lambda: told_means(people, policy(), asked)).rule == rule  # type: ignore[arg-type]  # a namespace too


def test_a_means_that_the_policy_does_not_allow_is_not_bound() -> None:
    definition = load_all("root-ca", None).definition
    strict = policy(**{people_for(definition)[0].roles[0]: ("card",)})
    asked = SimpleNamespace(person=[f"1=file:{DIGEST}"])
    told = refusal(lambda: told_means(people_for(definition), strict, asked))  # type: ignore[arg-type]  # a namespace too
    assert told.rule == "CER-METHOD"


def test_bind_observes_the_card_and_pins_its_key(practice: PracticeCard, tmp_path: Path) -> None:
    spki = practice.make(Algorithm.P256)
    answer, target = bound(practice, tmp_path, f"1=card:{practice.serial}", f"2=file:{DIGEST}", "3=room")
    assert answer.returncode == 0, answer.stderr
    people = load_binding(target.read_bytes()).people
    assert [(p.number, p.method, p.key) for p in people[:3]] == [
        (1, "card", digest_of(spki)), (2, "file", DIGEST), (3, "room", "")
    ]  # fmt: skip
    card = people[0].card
    assert card is not None
    assert (card.serial, card.pin_entry) == (practice.serial, "keyboard")
    assert card.module_sha256 == practice.card().module_sha256
    checked = ceremony(practice, "check", "root-ca", "--binding", target)
    assert "CER-METHOD" not in checked.stdout, checked.stdout
    assert "CER-BINDING" not in checked.stdout


def test_bind_says_what_to_do_where_the_key_cannot_be_told(practice: PracticeCard, tmp_path: Path) -> None:
    answer, target = bound(practice, tmp_path, f"1=card:{practice.serial}")
    assert (answer.returncode, "CER-CARD" in answer.stderr) == (1, True)
    assert f"card:{practice.serial}:SHA256" in answer.stderr
    spki, other = practice.make(Algorithm.P256), practice.make(Algorithm.P384, "0505", "another")
    answer, target = bound(practice, tmp_path, f"1=card:{practice.serial}")
    assert digest_of(spki) in answer.stderr
    assert not target.exists()
    answer, target = bound(practice, tmp_path, f"1=card:{practice.serial}:{DIGEST}")
    assert "CER-CARD" in answer.stderr
    answer, target = bound(practice, tmp_path, f"1=card:{practice.serial}:{digest_of(other)}")
    assert answer.returncode == 0, answer.stderr
    assert load_binding(target.read_bytes()).people[0].key == digest_of(other)


def test_bind_misses_a_card_that_is_away(practice: PracticeCard, tmp_path: Path) -> None:
    answer, _ = bound(practice, tmp_path, "1=card:no-such-card")
    assert (answer.returncode, "CER-CARD" in answer.stderr) == (1, True)


def test_a_key_is_made_on_a_card_and_shown(practice: PracticeCard) -> None:
    module = practice.softhsm.module
    made = ceremony(practice, "credential", "new", "--card", practice.serial, "--module", module, stdin=PIN_LINE)
    assert made.returncode == 0, made.stderr
    shown = ceremony(practice, "credential", "show", "--card", practice.serial, "--module", module)
    assert shown.stdout == made.stdout
    assert "ecdsa-p256-sha256" in shown.stdout
    assert PIN_LINE.strip() not in made.stdout + made.stderr
    signer = open_card(practice.card())
    assert digest_of(signer.spki) in shown.stdout
    assert verify(signer.algorithm, signer.spki, b"x", signer.sign(b"x", PIN))


def test_a_hidden_key_is_shown_to_who_has_the_pin(practice: PracticeCard) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    practice.bring(key, public=False)
    practice.write(spki_of(key), private=True)
    words = ("credential", "show", "--card", practice.serial, "--module", practice.softhsm.module)
    assert digest_of(spki_of(key)) in ceremony(practice, *words, stdin=PIN_LINE).stdout
    wrong = ceremony(practice, *words, stdin="wrong\n")
    assert (wrong.returncode, "CER-PIN" in wrong.stderr) == (1, True)


@pytest.mark.parametrize("words", [("show",), ("new",), ("show", "k.pem", "--card", "1")])
def test_a_credential_is_a_file_or_a_card(practice: PracticeCard, words: tuple[str, ...]) -> None:
    answer = ceremony(practice, "credential", *words)
    assert (answer.returncode, "CER-CREDENTIAL" in answer.stderr) == (2, True)


def test_a_rehearsal_is_not_opened_with_people_who_cannot_sign(practice: PracticeCard, tmp_path: Path) -> None:
    definition = load_all("root-ca", None).definition
    people = tuple(msgspec.structs.replace(person, method="card") for person in people_for(definition))
    binding = Binding(format=1, definition=definition.id, mode=Mode.REHEARSAL, people=people)
    practice.make(Algorithm.P256)
    answer, target = bound(practice, tmp_path)
    assert answer.returncode == 0, answer.stderr
    other = msgspec.structs.replace(load_binding(target.read_bytes()), people=binding.people)
    target.write_bytes(binding_toml(other))
    words = ("rehearse", "root-ca", "-o", tmp_path / "out", "--unattended", "--binding", target)
    answer = ceremony(practice, *words)
    assert (answer.returncode, "CER-BINDING" in answer.stderr) == (1, True)


def test_nobody_elses_card_is_played(practice: PracticeCard, tmp_path: Path) -> None:
    practice.make(Algorithm.P256)
    answer, target = bound(practice, tmp_path, f"1=card:{practice.serial}")
    assert answer.returncode == 0, answer.stderr
    words = ("rehearse", "root-ca", "-o", tmp_path / "out", "--unattended", "--binding", target)
    answer = ceremony(practice, *words)
    assert (answer.returncode, "CER-SIMULATED" in answer.stderr) == (1, True), answer.stderr
