"""One contract, held by the token in memory and by SoftHSM behind its worker."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ceremony_app.core.algorithms import Algorithm, Scheme, fits, usual_scheme
from ceremony_app.core.device import KeySpec, ObjectKind, difference
from ceremony_app.core.errors import Executed
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.secret import Secret
from tests.hsm.common import ID, OTHER_ID, PIN, SO_PIN, SPEC, WRONG, fault_of, verify

SCHEMES = [
    (Algorithm.P256, Scheme.ECDSA_SHA256),
    (Algorithm.P256, Scheme.ECDSA_SHA384),
    (Algorithm.P384, Scheme.ECDSA_SHA384),
    (Algorithm.P384, Scheme.ECDSA_SHA256),
    (Algorithm.P521, Scheme.ECDSA_SHA512),
    (Algorithm.P521, Scheme.ECDSA_SHA256),
    (Algorithm.P256, Scheme.ECDSA_SHA512),
    (Algorithm.ED25519, Scheme.ED25519),
    (Algorithm.RSA3072, Scheme.RSA_SHA256),
    (Algorithm.RSA3072, Scheme.PSS_SHA256),
    (Algorithm.RSA4096, Scheme.RSA_SHA384),
    (Algorithm.RSA4096, Scheme.PSS_SHA384),
]
MADE_BY = {
    "EC": "CKM_EC_KEY_PAIR_GEN",
    "Ed25519": "CKM_EC_EDWARDS_KEY_PAIR_GEN",
    "RSA": "CKM_RSA_PKCS_KEY_PAIR_GEN",
}


def test_a_token_in_factory_state_takes_label_and_officer_pin_and_keeps_its_serial(factory: TokenPort) -> None:
    before = factory.facts()
    after = factory.initialise("Root token", SO_PIN)
    assert before.serial
    assert (after.serial, after.label) == (before.serial, "Root token")
    assert after.initialised
    assert "USER_PIN_INITIALIZED" not in after.flags
    assert factory.facts() == after
    assert after.pin_min < len(PIN) < after.pin_max


def test_initialising_again_removes_everything_and_keeps_the_serial(active: TokenPort) -> None:
    serial = active.facts().serial
    active.generate_key_pair(SPEC)
    again = active.initialise("Second life", SO_PIN)
    assert (again.serial, again.label) == (serial, "Second life")
    assert active.inventory().objects == ()
    assert fault_of(lambda: active.activate(PIN)).code == "CKR_USER_PIN_NOT_INITIALIZED"


def test_initialising_again_needs_the_officer_pin(active: TokenPort) -> None:
    active.generate_key_pair(SPEC)
    fault = fault_of(lambda: active.initialise("Second life", WRONG))
    assert (fault.code, fault.executed) == ("CKR_PIN_INCORRECT", Executed.NO)
    assert active.facts().label == "Root token"


def test_a_label_that_does_not_fit_is_refused_and_not_cut(factory: TokenPort) -> None:
    before = factory.facts()
    fault = fault_of(lambda: factory.initialise("ö" * 17, SO_PIN))
    assert (fault.code, fault.executed) == ("CKR_ARGUMENTS_BAD", Executed.NO)
    assert factory.facts() == before


def test_the_officer_sets_the_user_pin_and_is_logged_out_again(factory: TokenPort) -> None:
    factory.initialise("Root token", SO_PIN)
    factory.set_user_pin(SO_PIN, PIN)
    assert "USER_PIN_INITIALIZED" in factory.facts().flags
    factory.activate(PIN)


def test_a_user_pin_needs_the_officer_pin(factory: TokenPort) -> None:
    factory.initialise("Root token", SO_PIN)
    assert fault_of(lambda: factory.set_user_pin(WRONG, PIN)).code == "CKR_PIN_INCORRECT"
    assert "USER_PIN_INITIALIZED" not in factory.facts().flags
    factory.set_user_pin(SO_PIN, PIN)


@pytest.mark.parametrize("pin", ["abc", "x" * 256])
def test_a_user_pin_outside_the_limits_is_refused(factory: TokenPort, pin: str) -> None:
    factory.initialise("Root token", SO_PIN)
    fault = fault_of(lambda: factory.set_user_pin(SO_PIN, Secret.of(pin)))
    assert (fault.code, fault.executed) == ("CKR_PIN_LEN_RANGE", Executed.NO)


def test_no_user_pin_is_set_under_a_login(active: TokenPort) -> None:
    assert fault_of(lambda: active.set_user_pin(SO_PIN, PIN)).code == "CKR_USER_ANOTHER_ALREADY_LOGGED_IN"
    active.generate_key_pair(SPEC)


def test_a_wrong_pin_costs_one_try_and_says_so(token: TokenPort) -> None:
    fault = fault_of(lambda: token.activate(WRONG))
    assert (fault.code, fault.number, fault.executed) == ("CKR_PIN_INCORRECT", 0xA0, Executed.NO)
    assert "one of its tries" in fault.paragraph()
    assert "CER-TOKEN" in fault.paragraph()
    assert fault_of(lambda: token.generate_key_pair(SPEC)).code == "CKR_USER_NOT_LOGGED_IN"
    token.activate(PIN)
    token.generate_key_pair(SPEC)


def test_a_second_login_is_no_success_and_ends_the_first(active: TokenPort) -> None:
    assert fault_of(lambda: active.activate(PIN)).code == "CKR_USER_ALREADY_LOGGED_IN"
    assert fault_of(lambda: active.generate_key_pair(SPEC)).code == "CKR_USER_NOT_LOGGED_IN"
    active.activate(PIN)
    active.generate_key_pair(SPEC)


def test_nothing_is_made_or_signed_without_a_login(token: TokenPort) -> None:
    made, signed = (
        fault_of(lambda: token.generate_key_pair(SPEC)),
        fault_of(lambda: token.sign(ID, Scheme.ECDSA_SHA256, b"x")),
    )
    assert made.code == signed.code == "CKR_USER_NOT_LOGGED_IN"
    assert made.executed == signed.executed == Executed.NO


def test_deactivating_ends_the_login_and_may_be_said_twice(active: TokenPort) -> None:
    active.generate_key_pair(SPEC)
    active.deactivate()
    active.deactivate()
    assert fault_of(lambda: active.sign(ID, Scheme.ECDSA_SHA256, b"x")).code == "CKR_USER_NOT_LOGGED_IN"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_pair_is_reported_as_the_token_shows_it(active: TokenPort, algorithm: Algorithm) -> None:
    before = active.inventory()
    report = active.generate_key_pair(KeySpec(label="operator-root", id=ID, algorithm=algorithm))
    spki = base64.b64decode(report.spki)
    public, private = report.public, report.private
    assert (public.kind, private.kind) == (ObjectKind.PUBLIC, ObjectKind.PRIVATE)
    assert {(half.label, half.id, half.algorithm, half.fault) for half in (public, private)} == {
        ("operator-root", ID, algorithm.value, "")
    }
    assert public.public_sha256 == hashlib.sha256(spki).hexdigest()
    assert private.public_sha256 == ""
    assert {name for name, holds in private.attributes.items() if holds} == {
        "TOKEN",
        "PRIVATE",
        "SENSITIVE",
        "ALWAYS_SENSITIVE",
        "NEVER_EXTRACTABLE",
        "LOCAL",
        "SIGN",
    }
    assert private.attributes["EXTRACTABLE"] is False
    assert private.attributes["MODIFIABLE"] is False
    assert {name for name, holds in public.attributes.items() if holds} == {"TOKEN", "LOCAL", "VERIFY"}
    assert report.mechanism == MADE_BY[algorithm.family]
    key = load_der_public_key(spki)
    match key:
        case rsa.RSAPublicKey():
            assert (key.key_size, key.public_numbers().e) == (algorithm.bits, 65537)
        case ec.EllipticCurvePublicKey():
            assert key.key_size == algorithm.bits
        case _:
            assert isinstance(key, ed25519.Ed25519PublicKey)
    change = difference(before, active.inventory())
    assert change.removed == ()
    assert set(map(repr, change.added)) == {repr(public), repr(private)}


@pytest.mark.parametrize(("algorithm", "scheme"), SCHEMES)
def test_signatures_verify_with_other_software(active: TokenPort, algorithm: Algorithm, scheme: Scheme) -> None:
    report = active.generate_key_pair(KeySpec(label="operator-root", id=ID, algorithm=algorithm))
    for data in (b"", b"to be signed", bytes(1_000_000)):
        verify(report, scheme, active.sign(ID, scheme, data), data)
    with pytest.raises(InvalidSignature):
        verify(report, scheme, active.sign(ID, scheme, b"one"), b"another")


def test_openssl_accepts_a_signature(active: TokenPort, tmp_path: Path) -> None:
    report = active.generate_key_pair(KeySpec(label="operator-root", id=ID, algorithm=Algorithm.P384))
    data, key, signature = tmp_path / "data", tmp_path / "key.pem", tmp_path / "data.sig"
    data.write_bytes(b"certificate to be")
    public = load_der_public_key(base64.b64decode(report.spki))
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    signature.write_bytes(active.sign(ID, usual_scheme(Algorithm.P384), data.read_bytes()))
    verified = subprocess.run(
        ["openssl", "dgst", "-sha384", "-verify", key, "-signature", signature, data],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.stdout == "Verified OK\n"


@pytest.mark.parametrize(
    ("again", "what"),
    [
        (KeySpec(label="operator-root", id=OTHER_ID, algorithm=Algorithm.P256), "label"),
        (KeySpec(label="another", id=ID, algorithm=Algorithm.P256), "id"),
    ],
)
def test_a_label_or_id_that_is_taken_is_refused(active: TokenPort, again: KeySpec, what: str) -> None:
    active.generate_key_pair(SPEC)
    before = active.inventory()
    fault = fault_of(lambda: active.generate_key_pair(again))
    assert (fault.rule, fault.executed) == ("CER-KEY-EXISTS", Executed.NO)
    assert what in fault.why
    assert active.inventory() == before


def test_a_key_that_is_not_there_is_named(active: TokenPort) -> None:
    active.generate_key_pair(SPEC)
    fault = fault_of(lambda: active.sign(OTHER_ID, Scheme.ECDSA_SHA256, b"x"))
    assert (fault.rule, fault.executed) == ("CER-KEY-MISSING", Executed.NO)
    assert OTHER_ID in fault.why


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.P521, Algorithm.ED25519, Algorithm.RSA3072])
def test_a_scheme_of_another_kind_of_key_is_refused(active: TokenPort, algorithm: Algorithm) -> None:
    active.generate_key_pair(KeySpec(label="operator-root", id=ID, algorithm=algorithm))
    others = [scheme for scheme in Scheme if not fits(algorithm, scheme)]
    assert others
    for scheme in others:
        fault = fault_of(lambda scheme=scheme: active.sign(ID, scheme, b"x"))  # type: ignore[misc]  # a default that binds
        assert (fault.code, fault.executed) == ("CKR_KEY_TYPE_INCONSISTENT", Executed.NO)


def test_the_inventory_is_the_same_each_time_and_shows_private_keys_under_a_login_only(active: TokenPort) -> None:
    for place in range(3):
        spec = KeySpec(label=f"key-{9 - place}", id=f"{place:032x}", algorithm=Algorithm.P256)
        active.generate_key_pair(spec)
    first = active.inventory()
    assert first == active.inventory()
    assert first.digest() == active.inventory().digest()
    assert [thing.label for thing in first.objects] == ["key-7", "key-8", "key-9"] * 2
    assert first.serial == active.facts().serial
    active.deactivate()
    assert {thing.kind for thing in active.inventory().objects} == {ObjectKind.PUBLIC}
    active.activate(PIN)
    assert active.inventory() == first


def test_random_octets_come_in_the_number_asked_for(token: TokenPort) -> None:
    assert len(token.random(1)) == 1
    assert len(token.random(65536)) == 65536
    assert token.random(32) != token.random(32)
    for count in (0, -1, 65537):
        assert fault_of(lambda count=count: token.random(count)).code == "CKR_ARGUMENTS_BAD"  # type: ignore[misc]  # a default that binds


def test_a_closed_token_says_so_and_closes_again(active: TokenPort) -> None:
    active.close()
    active.close()
    calls: list[Callable[[], object]] = [active.facts, active.inventory, lambda: active.activate(PIN)]
    for call in calls:
        fault = fault_of(call)
        assert (fault.code, fault.executed) == ("CLOSED", Executed.NO)


def test_secrets_show_nowhere(token: TokenPort) -> None:
    canaries = ("canary", "7341", "2209", "2200")
    faults = [
        fault_of(lambda: token.activate(WRONG)),
        fault_of(lambda: token.initialise("x", WRONG)),
        fault_of(lambda: token.set_user_pin(WRONG, PIN)),
    ]
    token.activate(PIN)
    seen = [
        repr(token),
        repr(token.facts()),
        *(f"{fault!r} {fault} {fault.paragraph()} {vars(fault)}" for fault in faults),
    ]
    assert all(fault.__cause__ is None for fault in faults)
    assert not [text for text in seen for canary in canaries if canary in text]
