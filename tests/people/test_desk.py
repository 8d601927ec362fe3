"""Each person at the desk signs with the person's own key, and nobody else's PIN opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.people import filekey
from ceremony_app.people.desk import Desk
from ceremony_app.people.signatures import verify
from tests.people.clock_by_hand import ClockByHand

STATEMENT = b"what was shown\n"
PASSPHRASE = "quiet marble otter violin harbour seven"


def read_file(path: Path, limit: int) -> bytes:
    return path.read_bytes()[:limit]


@pytest.fixture
def desk() -> Desk:
    return Desk(ClockByHand(), read_file)


def pin(number: int) -> Secret:
    return Secret.of(f"pin of {number}")


def refused(desk: Desk, person: int, secret: Secret) -> str:
    with pytest.raises(Refusal) as caught:
        desk.sign(person, STATEMENT, secret)
    return caught.value.rule


def test_everybody_signs_with_a_key_of_their_own(desk: Desk) -> None:
    keys = {number: desk.enrol_room(number, pin(number)).spki for number in (1, 2, 3)}
    for number, spki in keys.items():
        alg, signature = desk.sign(number, STATEMENT, pin(number))
        assert [n for n, other in keys.items() if verify(alg, other, STATEMENT, signature)] == [number]
        assert verify(alg, spki, STATEMENT, signature)


def test_one_persons_pin_does_not_sign_for_another(desk: Desk) -> None:
    desk.enrol_room(1, pin(1))
    desk.enrol_room(2, pin(2))
    assert refused(desk, 1, pin(2)) == "CER-PIN"


def test_one_persons_wrong_tries_do_not_hold_up_another(desk: Desk) -> None:
    desk.enrol_room(1, pin(1))
    desk.enrol_room(2, pin(2))
    assert [refused(desk, 1, pin(9)) for _ in range(4)] == ["CER-PIN"] * 3 + ["CER-PIN-WAIT"]
    desk.sign(2, STATEMENT, pin(2))


def test_who_is_not_enrolled_does_not_sign(desk: Desk) -> None:
    assert refused(desk, 1, pin(1)) == "CER-ENROL"


def test_a_key_file_signs(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    made = filekey.make(path, Secret.of(PASSPHRASE), ClockByHand())
    assert desk.enrol_file(4, path, Secret.of(PASSPHRASE)).spki == made.spki
    path.unlink()
    alg, signature = desk.sign(4, STATEMENT, Secret.of(PASSPHRASE))
    assert verify(alg, made.spki, STATEMENT, signature)


def test_a_refused_enrolment_leaves_the_key_before_in_force(desk: Desk) -> None:
    first = desk.enrol_room(1, pin(1))
    desk.enrol_room(1, pin(2))
    desk.withdraw(1)
    alg, signature = desk.sign(1, STATEMENT, pin(1))
    assert verify(alg, first.spki, STATEMENT, signature)
    desk.withdraw(1)
    assert refused(desk, 1, pin(1)) == "CER-ENROL"
    desk.withdraw(1)


def test_a_new_key_takes_the_place_of_the_last_one_and_the_one_before_is_erased(desk: Desk) -> None:
    first = desk.enrol_room(1, pin(1))
    desk.enrol_room(1, pin(2))
    third = desk.enrol_room(1, pin(3))
    alg, signature = desk.sign(1, STATEMENT, pin(3))
    assert verify(alg, third.spki, STATEMENT, signature)
    with pytest.raises(Refusal) as caught:
        first.sign(STATEMENT, pin(1))
    assert caught.value.rule == "CER-VOID"


def test_what_is_forgotten_is_gone(desk: Desk) -> None:
    signer = desk.enrol_room(1, pin(1))
    desk.forget()
    assert refused(desk, 1, pin(1)) == "CER-ENROL"
    with pytest.raises(Refusal) as caught:
        signer.sign(STATEMENT, pin(1))
    assert caught.value.rule == "CER-VOID"


class LyingCard:
    """A card that signs something else than it was asked to."""

    algorithm = "ed25519"

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    @property
    def spki(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, statement: bytes, pin: Secret | None) -> bytes:
        return self._key.sign(statement.replace(b"shown", b"never shown"))


def test_a_signature_that_does_not_hold_is_not_handed_on(desk: Desk) -> None:
    desk.enrol(5, LyingCard())
    assert refused(desk, 5, pin(5)) == "CER-SIGNATURE"
