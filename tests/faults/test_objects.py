"""Faults of keys and objects: torn, nameless and doubled pairs, a flood, attributes and signatures that are wrong."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeyReport, KeySpec, ObjectKind
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.attributes import EC_POINT
from ceremony_app.hsm.attributes import ID as CKA_ID
from tests.faults.bare import run_bare
from tests.faults.plan import (
    Fault,
    Half,
    When,
    double,
    empty_id,
    error,
    flood,
    garbage,
    kill,
    short_read,
    torn,
    wrong_signature,
)
from tests.faults.rig import Rig

ID = "00112233445566778899aabbccddeeff"
SPEC = KeySpec(label="operator-root", id=ID, algorithm=Algorithm.P256)
ENDS = [
    (error("C_GenerateKeyPair", "DEVICE_ERROR", When.AFTER), "CKR_DEVICE_ERROR"),
    (kill("C_GenerateKeyPair", When.AFTER), "WORKER_DIED"),
]


def generate(rig: Rig, *faults: Fault) -> TokenFault:
    token = rig.activated()
    rig.plan(*faults)
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    return caught.value


def verifies(report: KeyReport, signature: bytes, data: bytes) -> bool:
    key = load_der_public_key(base64.b64decode(report.spki))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("end", "code"), ENDS)
@pytest.mark.parametrize(("lost", "left"), [("public", "private-key"), ("private", "public-key")])
def test_half_a_pair(rig: Rig, lost: Half, left: str, end: Fault, code: str) -> None:
    fault = generate(rig, torn(lost), end)
    assert (fault.code, fault.executed) == (code, Executed.UNKNOWN)
    assert rig.calls("C_GenerateKeyPair")[0].struck == ("after:torn", f"after:{end.what}")
    assert rig.kinds(SPEC) == (left,)


@pytest.mark.parametrize(("end", "code"), ENDS)
@pytest.mark.parametrize("half", ["public", "private"])
def test_a_pair_with_a_half_without_an_id(rig: Rig, half: Half, end: Fault, code: str) -> None:
    fault = generate(rig, empty_id(half), end)
    assert (fault.code, fault.executed) == (code, Executed.UNKNOWN)
    other = "private" if half == "public" else "public"
    assert sorted(rig.kinds(SPEC)) == [f"nameless {half}-key", f"{other}-key"]


def test_a_pair_without_any_id(rig: Rig) -> None:
    generate(rig, empty_id("both"), ENDS[0][0])
    assert rig.kinds(SPEC) == ("nameless private-key", "nameless public-key")


def test_two_pairs_of_one_call(rig: Rig) -> None:
    generate(rig, double(), ENDS[0][0])
    assert rig.kinds(SPEC) == ("private-key", "private-key", "public-key", "public-key")
    past = rig.truth()
    assert len({thing.public_sha256 for thing in past.objects if thing.kind is ObjectKind.PUBLIC}) == 2
    assert {thing.label for thing in past.objects} == {SPEC.label}


def test_two_pairs_of_a_call_that_succeeds_cannot_sign(rig: Rig) -> None:
    token = rig.activated()
    rig.plan(double())
    token.generate_key_pair(SPEC)
    with pytest.raises(TokenFault) as caught:
        token.sign(ID, Scheme.ECDSA_SHA256, b"approved")
    assert caught.value.code == "KEY_AMBIGUOUS"


def test_ten_thousand_objects_like_the_first(rig: Rig) -> None:
    token = rig.activated()
    token.generate_key_pair(SPEC)
    rig.plan(flood(10_000, "first"))
    objects = token.inventory().objects
    assert len(objects) == 10_002
    assert len({(thing.kind, thing.id) for thing in objects}) == 2
    assert token.sign(ID, Scheme.ECDSA_SHA256, b"a search for one key finds one")
    assert len(rig.truth().objects) == 2


def test_ten_thousand_data_objects_on_an_empty_token(rig: Rig) -> None:
    token = rig.activated()
    rig.plan(flood(10_000, "data"))
    objects = token.inventory().objects
    assert len(objects) == 10_000
    assert {(thing.kind, thing.label, thing.id, thing.fault) for thing in objects} == {
        (ObjectKind.DATA, "phantom", "", "")
    }


def test_a_phantom_does_not_write_past_the_room_that_it_is_given(rig: Rig) -> None:
    rig.plan(flood(1, "data"))
    program = (
        "found, count = (ctypes.c_ulong * 9)(), ctypes.c_ulong()",
        "call('C_FindObjectsInit', session, None, 0); call('C_FindObjects', session, found, 9, count)",
        "room = ctypes.create_string_buffer(b'untouched')",
        "label = (ctypes.c_ulong * 3)(3, ctypes.addressof(room), 6)",
        "read = lambda: call('C_GetAttributeValue', session, found[0], label, 1)",
        "short, length, kept = read(), label[2], room.value == b'untouched'; label[2] = 9",
        "count.value, short, length == 2**64 - 1, kept, read(), label[2], room.value == b'phantomed'",
    )
    assert run_bare(rig, program) == [1, 0x150, True, True, 0, 7, True]


def test_an_attribute_that_cannot_be_read_is_told_with_its_object(rig: Rig) -> None:
    token = rig.activated()
    token.generate_key_pair(SPEC)
    rig.plan(garbage(EC_POINT))
    faults = {thing.kind: thing.fault for thing in token.inventory().objects}
    assert faults == {ObjectKind.PRIVATE: "", ObjectKind.PUBLIC: "CKR_ATTRIBUTE_VALUE_INVALID"}
    rig.plan(garbage(CKA_ID, "FUNCTION_FAILED"))
    assert {thing.fault for thing in token.inventory().objects} == {"CKR_FUNCTION_FAILED"}
    rig.plan(garbage(CKA_ID, "ATTRIBUTE_TYPE_INVALID"))
    assert {(thing.id, thing.fault) for thing in token.inventory().objects} == {("", "")}
    rig.plan()
    assert {thing.fault for thing in token.inventory().objects} == {""}


@pytest.mark.parametrize("fault", [garbage(EC_POINT), short_read(EC_POINT)])
def test_a_new_key_whose_public_half_does_not_read_is_not_reported(rig: Rig, fault: Fault) -> None:
    told = generate(rig, fault)
    assert (told.code, told.executed) == ("KEY_UNREADABLE", Executed.UNKNOWN)
    assert rig.kinds(SPEC) == ("private-key", "public-key")


def test_a_short_read_gives_half_of_the_octets(rig: Rig) -> None:
    token = rig.activated()
    token.generate_key_pair(SPEC)
    rig.plan(short_read(CKA_ID))
    assert {thing.id for thing in token.inventory().objects} == {ID[:16]}


def test_a_wrong_signature_comes_with_success_and_does_not_verify(rig: Rig) -> None:
    token = rig.activated()
    report = token.generate_key_pair(SPEC)
    rig.plan(wrong_signature().at(2))
    verdicts = [verifies(report, token.sign(ID, Scheme.ECDSA_SHA256, b"approved"), b"approved") for _ in range(3)]
    assert verdicts == [True, False, True]
