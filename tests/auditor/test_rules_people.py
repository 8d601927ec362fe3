"""The rules of who signs: enrolments and keys, presence, roles, and roles that must be kept apart."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.auditor.cast import BINDING, Person, private_key, sha256, spki_of
from tests.auditor.changes import ceremony, change
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book


def compressed(key: ec.EllipticCurvePrivateKey) -> str:
    """A SubjectPublicKeyInfo whose point is compressed: allowed by RFC 5480, not by format 1."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    algorithm = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
    return base64.b64encode(b"\x30\x39" + algorithm + b"\x03\x22\x00" + point).decode()


def fifth(book: Book, **changes: object) -> Book:
    """The ceremony with a fifth person at roll-call, who signs nothing."""
    book.people[5] = Person(5, ["internal-witness"], private_key("P-256", 5))
    nth = list(book.people).index(5)
    book.edit = change("enrol", nth, **changes) if changes else book.edit
    return book.ceremony()


def digest_of(text: str) -> str:
    return sha256(base64.b64decode(text))


SMALL_ORDER = base64.b64encode(bytes.fromhex("302a300506032b6570032100" + "01" + "00" * 31)).decode()


NO_POINT = base64.b64encode(bytes.fromhex("302a300506032b6570032100" + "02" + "00" * 31)).decode()


COMPRESSED = compressed(ec.derive_private_key(5, ec.SECP256R1()))


P521 = base64.b64encode(spki_of(ec.derive_private_key(5, ec.SECP521R1()))).decode()


ENROLMENTS: dict[str, dict[str, object]] = {
    "another digest": {"key": "0" * 64},
    "person 2's key": {
        "spki": base64.b64encode(spki_of(private_key("P-256", 2))).decode(),
        "key": sha256(spki_of(private_key("P-256", 2))),
    },
    "replaces nothing": {"replaces": "0" * 64},
    "not base64": {"spki": "ä"},
    "empty": {"spki": "", "key": sha256(b"")},
    "compressed": {"spki": COMPRESSED, "key": digest_of(COMPRESSED)},
    "another curve": {"spki": P521, "key": digest_of(P521)},
    "of small order": {"spki": SMALL_ORDER, "key": digest_of(SMALL_ORDER)},
    "no point": {"spki": NO_POINT, "key": digest_of(NO_POINT)},
}


@pytest.mark.parametrize("name", ENROLMENTS)
def test_enrol(name: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(fifth(Book(), **ENROLMENTS[name]).save(tmp_path))
    assert said.rules == {"CER-ENROL"}, said.lines


def test_enrol_with_another_key_than_the_bound_one(tmp_path: Path, judge: Judge) -> None:
    bound = BINDING.replace("{ number = 5,", f'{{ number = 5, key = "{"0" * 64}",')
    assert judge(fifth(Book(binding=bound), method="card").save(tmp_path)).rules == {"CER-ENROL"}


def test_enrol_before_signing(tmp_path: Path, judge: Judge) -> None:
    """Person 5 signs without having been enrolled: key, role and signature belong to nobody."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.people[5] = Person(5, ["internal-witness"], private_key("P-256", 5))
    book.sign("go", 5)
    assert "CER-ENROL" in judge(book.save(tmp_path)).rules


def test_enrol_and_be_here(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.write("departure", {"person": 4})
    book.generate()
    said = judge(book.save(tmp_path))
    assert said.rules == {"CER-ENROL"}, said.lines


def test_enrol_again_after_a_restart(tmp_path: Path, judge: Judge) -> None:
    """A room key ends with the program that held it."""
    book = Book()
    book.people[4].method = "room"
    book.opening()
    book.begin("2.1", "generate-root")
    book.write("recovery", {"boot": "2", "torn": "", "set_aside": [], "head": book.head})
    book.deviate(1, "The machine stopped.")
    book.decide(1, "go-on")
    book.prepare()
    book.sign("go", 4)
    assert judge(book.save(tmp_path)).rules == {"CER-ENROL"}


@pytest.mark.parametrize(("member", "value"), [("method", "room"), ("alg", "ecdsa-p256-sha256"), ("key", "0" * 64)])
def test_enrol_as_signed(member: str, value: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(ceremony(tmp_path, edit=change("signoff", 2, **{member: value})))
    assert said.rules - {"CER-STATEMENT"} == {"CER-ENROL"}


def test_role_of_the_signer(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 4, role="external-witness")
    assert judge(book.save(tmp_path)).rules == {"CER-ROLE"}


@pytest.mark.parametrize("roles", [["external-witness"], ["bystander"]])
def test_role_that_is_not_given(roles: list[str], tmp_path: Path, judge: Judge) -> None:
    assert judge(fifth(Book(), roles=roles).save(tmp_path)).rules == {"CER-ROLE"}


def test_role_of_somebody_unknown_to_the_binding(tmp_path: Path, judge: Judge) -> None:
    assert judge(fifth(Book(binding=BINDING.replace("number = 5", "number = 6"))).save(tmp_path)).rules == {"CER-ROLE"}


def test_separate(tmp_path: Path, judge: Judge) -> None:
    bound = BINDING.replace("number = 5, roles = [", 'number = 5, roles = ["administrator", ')
    book = fifth(Book(binding=bound), roles=["administrator", "internal-witness"])
    assert judge(book.save(tmp_path)).rules == {"CER-SEPARATE"}


def test_separate_across_enrolments(tmp_path: Path, judge: Judge) -> None:
    book = Book(binding=BINDING.replace("number = 4, roles = [", 'number = 4, roles = ["administrator", '))
    book.people[4].method = "room"
    book.opening()
    book.begin("2.1", "generate-root")
    old = sha256(book.people[4].spki)
    book.people[4] = Person(4, ["administrator"], private_key("P-256", 44), "room")
    book.enrol(4, replaces=old)
    assert judge(book.save(tmp_path)).rules == {"CER-SEPARATE"}


def test_two_roles(tmp_path: Path, judge: Judge) -> None:
    """Person 2 may be both kinds of witness, but not in one attempt."""
    book = Book()
    book.people[2].roles = ["internal-witness", "external-witness"]
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2)
    book.sign("go", 2, role="external-witness")
    assert judge(book.save(tmp_path)).rules == {"CER-TWO-ROLES"}
