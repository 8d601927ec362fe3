"""Keys and objects on tokens that do what the contract's do not: twins, debris, PIN entries, own statements."""

from __future__ import annotations

import base64
import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec, Wrapped
from ceremony_app.core.errors import Executed
from ceremony_app.hsm.attributes import AES, CERTIFICATE, CLASS, DATA, ID, KEY_TYPE, LABEL, SECRET_KEY, VALUE
from ceremony_app.hsm.cryptoki import User
from ceremony_app.hsm.functions import Function
from ceremony_app.hsm.templates import number_octets
from tests.hsm.common import PIN, WRONG, fault_of
from tests.hsm.scripted import Object, Scripted, device, failing, private_key, public_key

SPEC = KeySpec(label="restored", id="02", algorithm=Algorithm.P256)


def wrapping_key() -> Object:
    return {
        CLASS: number_octets(SECRET_KEY),
        KEY_TYPE: number_octets(AES),
        LABEL: b"backup-key",
        ID: b"\xaa",
    }


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_one_of_twins_is_destroyed() -> None:
    raw = Scripted()
    for _ in range(3):
        raw.put(public_key(raw.key))
    token = device(raw)
    twin = token.inventory().objects[0]
    for left in (2, 1, 0):
        token.destroy(twin)
        assert len(token.inventory().objects) == left
    assert fault_of(lambda: token.destroy(twin)).rule == "CER-OBJECT"


def test_one_of_several_that_cannot_be_read_is_not_picked_blindly() -> None:
    raw = Scripted()
    raw.put({})
    token = device(raw)
    (unreadable,) = token.inventory().objects
    assert unreadable.fault
    raw.put({})
    fault = fault_of(lambda: token.destroy(unreadable))
    assert (fault.rule, fault.code, fault.executed) == ("CER-OBJECT", "OBJECT_AMBIGUOUS", Executed.NO)
    assert "2 objects" in fault.why
    assert len(raw.objects) == 2
    del raw.objects[2]
    token.destroy(unreadable)
    assert raw.objects == {}


def test_an_object_that_stays_is_told_as_not_destroyed() -> None:
    raw = Scripted(forgets_to_destroy=True)
    raw.put(public_key(raw.key))
    token = device(raw)
    fault = fault_of(lambda: token.destroy(token.inventory().objects[0]))
    assert (fault.rule, fault.code, fault.executed) == ("CER-OBJECT", "OBJECT_STAYS", Executed.UNKNOWN)


@pytest.mark.parametrize(
    ("code", "executed"),
    [("ACTION_PROHIBITED", Executed.NO), ("SESSION_READ_ONLY", Executed.NO), ("DEVICE_ERROR", Executed.UNKNOWN)],
)
def test_a_destruction_that_fails_says_what_is_certain(code: str, executed: Executed) -> None:
    raw = Scripted(errs={Function.DESTROY_OBJECT: failing(code)})
    raw.put(public_key(raw.key))
    token = device(raw)
    fault = fault_of(lambda: token.destroy(token.inventory().objects[0]))
    assert (fault.code, fault.executed) == (f"CKR_{code}", executed)


def test_a_token_that_is_lost_after_the_destruction_leaves_it_unknown() -> None:
    raw = Scripted()
    raw.put(public_key(raw.key))
    token = device(raw)
    thing = token.inventory().objects[0]
    raw.errs[Function.DESTROY_OBJECT] = lambda: raw.errs.update({Function.FIND_OBJECTS: failing("TOKEN_NOT_PRESENT")})
    fault = fault_of(lambda: token.destroy(thing))
    assert (fault.code, fault.executed) == ("CKR_TOKEN_NOT_PRESENT", Executed.UNKNOWN)


@pytest.mark.parametrize("code", ["ARGUMENTS_BAD", "TOKEN_NOT_PRESENT"])
def test_a_pair_that_was_made_and_cannot_be_read_is_unknown(code: str) -> None:
    raw = Scripted()
    token = device(raw)
    raw.errs[Function.GENERATE_KEY_PAIR] = lambda: raw.errs.update({Function.GET_ATTRIBUTE_VALUE: failing(code)})
    fault = fault_of(lambda: token.generate_key_pair(SPEC))
    assert fault.executed is Executed.UNKNOWN
    assert len(raw.objects) == 2


def test_the_pin_is_entered_at_the_token_where_it_has_a_place_for_it() -> None:
    raw = Scripted()
    token = device(raw, login=False)
    fault = fault_of(lambda: token.activate(None))
    assert (fault.rule, fault.code, raw.logins) == ("CER-PIN-NEEDED", "NO_PIN_ENTRY", [])
    raw.flags.add("PROTECTED_AUTHENTICATION_PATH")
    raw.errs[Function.LOGIN] = failing("FUNCTION_CANCELED")
    cancelled = fault_of(lambda: token.activate(None))
    assert (cancelled.code, cancelled.executed, token.active) == ("CKR_FUNCTION_CANCELED", Executed.NO, False)
    assert raw.sessions == set()
    raw.errs.clear()
    token.activate(None)
    assert token.active
    assert raw.logins == [(User.USER, None)] * 2
    token.deactivate()
    token.activate(PIN)
    assert raw.logins[-1] == (User.USER, PIN.reveal())


def test_a_use_is_consented_to_in_a_session_of_its_own() -> None:
    raw = Scripted()
    raw.put(private_key(always=True), raw.key)
    token = device(raw)
    before = set(raw.sessions)
    fault = fault_of(lambda: token.sign("01", Scheme.ECDSA_SHA256, b"x"))
    assert (fault.rule, fault.code) == ("CER-PIN-NEEDED", "PIN_NEEDED")
    assert Function.SIGN_INIT not in raw.made
    token.sign("01", Scheme.ECDSA_SHA256, b"x", PIN)
    assert raw.logins[1:] == [(User.CONTEXT_SPECIFIC, PIN.reveal())]
    raw.flags.add("PROTECTED_AUTHENTICATION_PATH")
    token.sign("01", Scheme.ECDSA_SHA256, b"x")
    assert raw.logins[2:] == [(User.CONTEXT_SPECIFIC, None)]
    raw.errs[Function.LOGIN] = failing("PIN_INCORRECT")
    assert fault_of(lambda: token.sign("01", Scheme.ECDSA_SHA256, b"x", WRONG)).code == "CKR_PIN_INCORRECT"
    assert raw.made.count(Function.SIGN) == 2
    assert raw.sessions == before
    assert token.active


def test_the_best_mechanism_for_wrapping_is_taken() -> None:
    raw = Scripted()
    raw.put(wrapping_key())
    raw.put(private_key(), raw.key)
    token = device(raw)
    seen = []
    for offered in ({0x2109, 0x210A, 0x210B}, {0x2109, 0x210B}, {0x2109}):
        raw.offered = frozenset(offered)
        seen.append(token.wrap("aa", "01").mechanism)
    assert seen == ["AES_KEY_WRAP_PAD", "AES_KEY_WRAP_KWP", "AES_KEY_WRAP"]
    raw.offered = frozenset({0x1041})
    fault = fault_of(lambda: token.wrap("aa", "01"))
    assert (fault.code, fault.executed) == ("NO_KEY_WRAPPING", Executed.NO)


def restoring(raw: Scripted) -> Scripted:
    raw.put(wrapping_key())
    return raw


WRAPPED = Wrapped(mechanism="AES_KEY_WRAP_PAD", data=b"wrapped")


def test_a_key_is_restored_with_its_public_half() -> None:
    raw = restoring(Scripted())
    report = device(raw).unwrap("aa", WRAPPED, SPEC, spki(raw.key))
    assert base64.b64decode(report.spki) == spki(raw.key)
    assert (report.public.label, report.private.label) == ("restored", "restored")
    assert len(raw.objects) == 3


def test_what_a_refused_backup_leaves_behind_is_told() -> None:
    raw = restoring(Scripted())
    raw.errs[Function.UNWRAP_KEY] = lambda: (raw.put(private_key(b"", b"")), failing("TEMPLATE_INCONSISTENT")())[1]
    token = device(raw)
    fault = fault_of(lambda: token.unwrap("aa", WRAPPED, SPEC, spki(raw.key)))
    assert (fault.code, fault.executed) == ("CKR_TEMPLATE_INCONSISTENT", Executed.UNKNOWN)
    assert "left an object behind" in fault.why
    clean = restoring(Scripted(errs={Function.UNWRAP_KEY: failing("TEMPLATE_INCONSISTENT")}))
    token = device(clean)
    fault = fault_of(lambda: token.unwrap("aa", WRAPPED, SPEC, spki(raw.key)))
    assert fault.executed is Executed.NO
    assert "behind" not in fault.why


def test_a_public_half_that_is_refused_leaves_the_private_one_and_says_so() -> None:
    raw = restoring(Scripted(errs={Function.CREATE_OBJECT: failing("TEMPLATE_INCONSISTENT")}))
    token = device(raw)
    fault = fault_of(lambda: token.unwrap("aa", WRAPPED, SPEC, spki(raw.key)))
    assert (fault.code, fault.executed) == ("CKR_TEMPLATE_INCONSISTENT", Executed.UNKNOWN)
    assert len(raw.objects) == 2


def test_a_backup_that_holds_a_key_of_another_kind_is_noticed() -> None:
    raw = restoring(Scripted())
    wide = ec.generate_private_key(ec.SECP384R1())
    token = device(raw)
    spec = KeySpec(label="restored", id="02", algorithm=Algorithm.P384)
    fault = fault_of(lambda: token.unwrap("aa", WRAPPED, spec, spki(wide)))
    assert (fault.rule, fault.code, fault.executed) == ("CER-KEY", "KEY_DIFFERS", Executed.UNKNOWN)
    assert "P-256" in fault.why
    assert "P-384" in fault.why


def certificate(label: bytes, key_id: bytes, value: bytes) -> Object:
    return {CLASS: number_octets(CERTIFICATE), LABEL: label, ID: key_id, VALUE: value}


def test_a_device_attests_its_keys_where_its_make_does() -> None:
    raw = Scripted()
    mark = b"X.509 Certificate for PIV Attestation"
    raw.put(certificate(mark, b"\x19", b"of the device"))
    raw.put(certificate(mark + b" 9a", b"\x01", b"of the key"))
    raw.put(certificate(mark + b" 9c", b"\x02", b"of another key"))
    raw.put(certificate(b"X.509 Certificate for PIV Authentication", b"\x01", b"no attestation"))
    piv = device(raw, login=False, description="PKCS#11 PIV Library (SP-800-73)")
    assert piv.attestation("01") == (b"of the key", b"of the device")
    assert piv.attestation("07") == ()
    assert device(raw, login=False).attestation("01") == ()


def test_a_device_shows_its_log_where_its_make_does() -> None:
    raw = Scripted()
    raw.put({CLASS: number_octets(DATA), LABEL: b"audit", VALUE: b"line 1\n"})
    raw.put({CLASS: number_octets(DATA), LABEL: b"other", VALUE: b"no log"})
    raw.put({CLASS: number_octets(DATA), LABEL: b"audit", VALUE: b"line 2\n"})
    token = device(raw, login=False)
    assert token.audit_log() == b""
    token._held.profile = dataclasses.replace(token._held.profile, audit_label="audit")
    assert token.audit_log() == b"line 1\nline 2\n"


def test_a_mechanism_that_the_token_cannot_describe_is_still_told() -> None:
    raw = Scripted(offered=frozenset({0x210A, 0x80000123, 0x1041}))
    token = device(raw, login=False)
    told = token.mechanisms()
    assert [mechanism.name for mechanism in told] == ["ECDSA", "AES_KEY_WRAP_PAD", "0x80000123"]
    assert {(mechanism.smallest, mechanism.largest, mechanism.uses) for mechanism in told} == {
        (128, 256, ("HW", "SIGN"))
    }
    raw.errs[Function.GET_MECHANISM_INFO] = failing("MECHANISM_INVALID")
    assert {(mechanism.smallest, mechanism.uses) for mechanism in token.mechanisms()} == {(0, ())}
    raw.errs[Function.GET_MECHANISM_INFO] = failing("DEVICE_REMOVED")
    fault = fault_of(token.mechanisms)
    assert (fault.code, fault.executed) == ("CKR_DEVICE_REMOVED", Executed.NO)


def test_a_token_that_was_never_initialised_holds_nothing() -> None:
    unused = Scripted(flags=set(), errs={Function.OPEN_SESSION: failing("TOKEN_NOT_RECOGNIZED")})
    assert device(unused, login=False).inventory().objects == ()
    broken = Scripted(errs={Function.OPEN_SESSION: failing("TOKEN_NOT_RECOGNIZED")})
    token = device(broken, login=False)
    assert fault_of(token.inventory).code == "CKR_TOKEN_NOT_RECOGNIZED"
