"""Objects that a token shows badly: each fault stays with its object, a fault of the token ends the enumeration."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.device import ObjectKind
from ceremony_app.hsm.attributes import CLASS, EC_PARAMS, EC_POINT, FLAGS, ID, KEY_TYPE, LABEL
from ceremony_app.hsm.codes import number_of
from ceremony_app.hsm.cryptoki import Cryptoki, CryptokiError
from ceremony_app.hsm.inventory import ObjectReader
from ceremony_app.hsm.structures import UNAVAILABLE, AttributeReader

OK, LACKING, SENSITIVE = 0, number_of("ATTRIBUTE_TYPE_INVALID"), number_of("ATTRIBUTE_SENSITIVE")
BROKEN, GONE = number_of("GENERAL_ERROR"), number_of("DEVICE_REMOVED")
P256 = bytes.fromhex("06082a8648ce3d030107")
POINT = (
    ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)


def number(value: int) -> bytes:
    return value.to_bytes(8, "little")


def public_key(label: bytes = b"root", point: bytes = b"\x04\x41" + POINT) -> dict[int, bytes]:
    return {CLASS: number(2), KEY_TYPE: number(3), LABEL: label, ID: b"\x01", EC_PARAMS: P256, EC_POINT: point}


@dataclass
class Scripted(Cryptoki):
    """A module whose objects are given, with the code that reading them in a batch, and one by one, answers."""

    objects: list[dict[int, bytes]]
    batch: Mapping[int, int] = field(default_factory=dict)
    single: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def find(self, session: int, template: Mapping[int, bytes]) -> list[int]:
        return list(range(len(self.objects)))

    def read(self, session: int, handle: int, reader: AttributeReader) -> int:
        reader.reset()
        code = self.batch.get(handle, OK)
        for place, kind in enumerate(reader.types):
            value = self.objects[handle].get(kind)
            if value is None or len(value) > reader.template[place].length:
                reader.template[place].length = UNAVAILABLE
                code = code or LACKING
            else:
                ctypes.memmove(reader.template[place].value, value, len(value))
                reader.template[place].length = len(value)
        return code

    def read_long(self, session: int, handle: int, kind: int) -> bytes:
        code = self.single.get((handle, kind), OK if kind in self.objects[handle] else LACKING)
        if code != OK:
            raise CryptokiError(code)
        return self.objects[handle][kind]


def test_an_object_is_read_whole() -> None:
    (found,) = ObjectReader(Scripted([public_key()])).all(1)
    assert (found.kind, found.label, found.id, found.algorithm, found.fault) == (
        ObjectKind.PUBLIC,
        "root",
        "01",
        "P-256",
        "",
    )
    assert len(found.public_sha256) == 64


def test_a_point_without_its_wrapping_is_the_same_key() -> None:
    wrapped, bare = (
        ObjectReader(Scripted([public_key(point=point)])).all(1)[0] for point in (b"\x04\x41" + POINT, POINT)
    )
    assert wrapped.public_sha256 == bare.public_sha256 != ""


def test_a_point_that_is_on_no_curve_is_no_key() -> None:
    (found,) = ObjectReader(Scripted([public_key(point=b"\x04\x41\x04" + bytes(63) + b"\x01")])).all(1)
    assert (found.algorithm, found.public_sha256) == ("P-256", "")


def test_an_unreadable_object_keeps_its_fault_and_spares_the_others() -> None:
    everything = dict.fromkeys([(1, kind) for kind in range(0x600)], BROKEN)
    module = Scripted([public_key(b"a"), public_key(b"b"), public_key(b"c")], batch={1: BROKEN}, single=everything)
    found = ObjectReader(module).all(1)
    assert sorted((thing.label, thing.fault) for thing in found) == [("", "CKR_GENERAL_ERROR"), ("a", ""), ("c", "")]
    assert [thing.kind for thing in found if thing.fault] == [ObjectKind.OTHER]


def test_an_object_that_does_not_tell_its_kind_reads_the_same_each_time() -> None:
    reader = ObjectReader(Scripted([{LABEL: b"debris"}, public_key()]))
    first = reader.all(1)
    assert sorted(thing.fault for thing in first) == ["", "CKR_ATTRIBUTE_TYPE_INVALID"]
    assert reader.all(1) == first


def test_a_token_that_fails_in_batches_is_read_one_by_one() -> None:
    (found,) = ObjectReader(Scripted([public_key()], batch={0: BROKEN})).all(1)
    assert (found.label, found.algorithm, found.fault) == ("root", "P-256", "")


def test_a_handle_that_changed_hands_is_noticed() -> None:
    module = Scripted([public_key(b"a"), public_key(b"b")])
    reader = ObjectReader(module)
    assert [thing.label for thing in reader.all(1)] == ["a", "b"]
    module.objects = [{CLASS: number(1), LABEL: b"certificate", ID: b"\x02"}, public_key(b"c")]
    assert [(thing.kind, thing.label) for thing in reader.all(1)] == [
        (ObjectKind.CERTIFICATE, "certificate"),
        (ObjectKind.PUBLIC, "c"),
    ]


def whole(label: bytes = b"root", key_id: bytes = b"\x01", **flags: bool) -> dict[int, bytes]:
    """A public key with every attribute that is asked for, so that a batch is answered in one go."""
    names = FLAGS[ObjectKind.PUBLIC]
    return public_key(label) | {ID: key_id} | {flag: bytes([flags.get(name, False)]) for flag, name in names.items()}


@pytest.mark.parametrize(
    "changed",
    [
        whole(label=b"toor"),
        whole(label=b"roo"),
        whole(key_id=b"\x01\x00"),
        whole(key_id=b""),
        whole(WRAP=True),
        whole() | {EC_POINT: b"\x04\x41" + bytes(65)},
    ],
)
def test_an_object_that_changed_under_its_handle_is_noticed(changed: dict[int, bytes]) -> None:
    module = Scripted([whole(), whole(b"other")])
    reader = ObjectReader(module)
    first = reader.all(1)
    assert reader.all(1) == first
    module.objects[0] = changed
    fresh = ObjectReader(module).all(1)
    assert reader.all(1) == fresh != first
    module.objects[0] = whole()
    assert reader.all(1) == first


def test_one_attribute_that_fails_is_told_beside_the_others() -> None:
    module = Scripted([public_key()], batch={0: BROKEN}, single={(0, EC_POINT): BROKEN})
    (found,) = ObjectReader(module).all(1)
    assert (found.label, found.algorithm, found.fault) == ("root", "P-256", "CKR_GENERAL_ERROR")


def test_an_attribute_that_is_kept_back_is_no_fault() -> None:
    module = Scripted([public_key()], batch={0: SENSITIVE})
    assert ObjectReader(module).all(1)[0].fault == ""


def test_a_token_that_is_gone_ends_the_enumeration() -> None:
    with pytest.raises(CryptokiError) as caught:
        ObjectReader(Scripted([public_key(), public_key()], batch={1: GONE})).all(1)
    assert caught.value.number == GONE


def test_a_long_label_is_read_whole_and_a_hostile_one_is_written_out() -> None:
    long, hostile, broken = (
        ObjectReader(Scripted([public_key(label)])).all(1)[0].label
        for label in (b"x" * 5000, "abc\u202egnp\n".encode(), b"\xff\xfe")
    )
    assert long == "x" * 5000
    assert hostile == "abc\\u{202E}gnp\\u{000A}"
    assert broken == "\\xff\\xfe"


ED25519 = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")  # RFC 8032, 7.1, TEST 2
OID, NAME, OTHER_NAME = b"\x06\x03\x2b\x65\x70", b"\x13\x0cedwards25519", b"\x13\x0aid-Ed25519"
OLD_OID = bytes.fromhex("06092b06010401da470f01")


def edwards(parameters: bytes, point: bytes) -> dict[int, bytes]:
    return public_key(point=point) | {KEY_TYPE: number(0x40), EC_PARAMS: parameters}


@pytest.mark.parametrize("parameters", [OID, NAME, OTHER_NAME, OLD_OID])
@pytest.mark.parametrize("wrapping", [b"\x04\x20", b"\x03\x21\x00", b""])
def test_an_ed25519_key_is_the_same_however_a_token_writes_it(parameters: bytes, wrapping: bytes) -> None:
    (found,) = ObjectReader(Scripted([edwards(parameters, wrapping + ED25519)])).all(1)
    spki = bytes.fromhex("302a300506032b6570032100") + ED25519
    assert (found.algorithm, found.public_sha256) == ("Ed25519", hashlib.sha256(spki).hexdigest())


def test_an_ed25519_key_that_begins_like_a_wrapping_is_whole() -> None:
    for start in (b"\x04\x20", b"\x03\x21\x00"):
        key = start + ED25519[len(start) :]
        found = ObjectReader(Scripted([edwards(OID, key), edwards(OID, b"\x04\x20" + key)])).all(1)
        assert found[0].public_sha256 == found[1].public_sha256 != ""


@pytest.mark.parametrize("point", [b"\x04\x1f" + ED25519, b"\x04" + ED25519, ED25519[1:], b""])
def test_octets_that_are_no_ed25519_key_are_none(point: bytes) -> None:
    (found,) = ObjectReader(Scripted([edwards(OID, point)])).all(1)
    assert (found.algorithm, found.public_sha256) == ("Ed25519", "")


def test_another_edwards_curve_is_not_taken_for_ed25519() -> None:
    (found,) = ObjectReader(Scripted([edwards(bytes.fromhex("06032b6571"), b"\x04\x20" + ED25519)])).all(1)
    assert (found.algorithm, found.public_sha256) == ("CKK_EC_EDWARDS", "")


def test_a_point_on_p_521_is_read_with_its_long_wrapping_and_without() -> None:
    key = ec.derive_private_key(7, ec.SECP521R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    named = {EC_PARAMS: bytes.fromhex("06052b81040023")}
    found = ObjectReader(Scripted([public_key(point=octets) | named for octets in (b"\x04\x81\x85" + point, point)]))
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert {(one.algorithm, one.public_sha256) for one in found.all(1)} == {("P-521", hashlib.sha256(spki).hexdigest())}


def test_kinds_that_we_have_no_word_for_are_kept() -> None:
    vendor = {CLASS: number(0x80000001), LABEL: b"vendor thing"}
    certificate = {CLASS: number(1), LABEL: b"certificate", ID: b"\x02"}
    curve = public_key() | {KEY_TYPE: number(0x40)}
    strange = public_key() | {KEY_TYPE: number(0x80000777)}
    found = ObjectReader(Scripted([vendor, certificate, curve, strange])).all(1)
    assert sorted((thing.kind, thing.label, thing.algorithm, thing.fault) for thing in found) == [
        (ObjectKind.CERTIFICATE, "certificate", "", ""),
        (ObjectKind.OTHER, "vendor thing", "", ""),
        (ObjectKind.PUBLIC, "root", "CKK_0x80000777", ""),
        (ObjectKind.PUBLIC, "root", "CKK_EC_EDWARDS", ""),
    ]
