"""One contract: objects that are looked for, destroyed, and used under a PIN of their own."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec, ObjectFacts, ObjectKind, difference
from ceremony_app.core.errors import Executed
from ceremony_app.core.ports import TokenPort
from tests.hsm.common import ID, OTHER_ID, PIN, SPEC, WRAPPING, WRONG, fault_of, verify

ASKS = KeySpec(label="asks-each-time", id=ID, algorithm=Algorithm.P256, always_authenticate=True)


@pytest.mark.parametrize("half", ["public", "private"])
def test_one_object_is_destroyed_and_no_other(active: TokenPort, half: str) -> None:
    report = active.generate_key_pair(SPEC)
    active.generate_key_pair(KeySpec(label="another", id=OTHER_ID, algorithm=Algorithm.P256))
    thing: ObjectFacts = getattr(report, half)
    before = active.inventory()
    active.destroy(thing)
    change = difference(before, active.inventory())
    assert (change.added, change.removed) == ((), (thing,))
    verifying = active.report(OTHER_ID)
    verify(verifying, Scheme.ECDSA_SHA256, active.sign(OTHER_ID, Scheme.ECDSA_SHA256, b"x"), b"x")


def test_a_destroyed_key_is_gone_for_good(active: TokenPort) -> None:
    report = active.generate_key_pair(SPEC)
    active.destroy(report.private)
    active.destroy(report.public)
    for _ in range(2):
        active.restart()
        active.activate(PIN)
        assert active.inventory().objects == ()
    assert fault_of(lambda: active.sign(ID, Scheme.ECDSA_SHA256, b"x")).rule == "CER-KEY-MISSING"
    active.generate_key_pair(SPEC)


def test_what_is_not_there_is_not_destroyed(active: TokenPort) -> None:
    private = active.generate_key_pair(SPEC).private
    before = active.inventory()
    for other in (
        msgspec.structs.replace(private, label="operator-roots"),
        msgspec.structs.replace(private, id=OTHER_ID),
        msgspec.structs.replace(private, kind=ObjectKind.SECRET),
        msgspec.structs.replace(private, fault="CKR_GENERAL_ERROR"),
        msgspec.structs.replace(private, attributes=private.attributes | {"EXTRACTABLE": True}),
    ):
        fault = fault_of(lambda other=other: active.destroy(other))  # type: ignore[misc]  # a default that binds
        assert (fault.rule, fault.code, fault.executed) == ("CER-OBJECT", "OBJECT_NOT_FOUND", Executed.NO)
    assert active.inventory() == before


def test_an_object_is_destroyed_once(active: TokenPort) -> None:
    private = active.generate_key_pair(SPEC).private
    active.destroy(private)
    assert fault_of(lambda: active.destroy(private)).rule == "CER-OBJECT"


def test_a_wrapping_key_is_destroyed(active: TokenPort) -> None:
    active.destroy(active.generate_wrapping_key(WRAPPING))
    assert active.inventory().objects == ()


def test_nothing_is_destroyed_or_reported_without_a_login(active: TokenPort) -> None:
    public = active.generate_key_pair(SPEC).public
    active.deactivate()
    faults = fault_of(lambda: active.destroy(public)), fault_of(lambda: active.report(ID))
    assert {(fault.code, fault.executed) for fault in faults} == {("CKR_USER_NOT_LOGGED_IN", Executed.NO)}
    assert active.inventory().objects == (public,)


@pytest.mark.parametrize("algorithm", [Algorithm.P384, Algorithm.RSA3072])
def test_a_pair_is_reported_again_as_it_was_when_it_was_made(active: TokenPort, algorithm: Algorithm) -> None:
    made = active.generate_key_pair(KeySpec(label="operator-root", id=ID, algorithm=algorithm))
    assert active.report(ID) == made
    active.restart()
    active.activate(PIN)
    assert active.report(ID) == made


def test_what_is_no_pair_is_not_reported_as_one(active: TokenPort) -> None:
    made = active.generate_key_pair(SPEC)
    active.generate_wrapping_key(WRAPPING)
    for key_id in (OTHER_ID, WRAPPING.id):
        fault = fault_of(lambda key_id=key_id: active.report(key_id))  # type: ignore[misc]  # a default that binds
        assert (fault.rule, fault.executed) == ("CER-OBJECT", Executed.NO)
        assert key_id in fault.why
    active.destroy(made.public)
    fault = fault_of(lambda: active.report(ID))
    assert "0 public and 1 private" in fault.why


def test_a_key_may_ask_for_the_pin_before_every_use(active: TokenPort) -> None:
    made = active.generate_key_pair(ASKS)
    assert made.private.attributes["ALWAYS_AUTHENTICATE"] is True
    for data in (b"one", b"two"):
        missing = fault_of(lambda data=data: active.sign(ID, Scheme.ECDSA_SHA256, data))  # type: ignore[misc]  # binds
        assert (missing.rule, missing.executed) == ("CER-PIN-NEEDED", Executed.NO)
        verify(made, Scheme.ECDSA_SHA256, active.sign(ID, Scheme.ECDSA_SHA256, data, PIN), data)


def test_a_wrong_pin_for_a_use_costs_a_try_and_leaves_the_login(active: TokenPort) -> None:
    made = active.generate_key_pair(ASKS)
    active.generate_key_pair(KeySpec(label="asks-nothing", id=OTHER_ID, algorithm=Algorithm.P256))
    before = active.inventory()
    fault = fault_of(lambda: active.sign(ID, Scheme.ECDSA_SHA256, b"x", WRONG))
    assert (fault.code, fault.executed) == ("CKR_PIN_INCORRECT", Executed.NO)
    assert "one of its tries" in fault.why
    assert active.active
    assert active.inventory() == before
    active.sign(OTHER_ID, Scheme.ECDSA_SHA256, b"x")
    verify(made, Scheme.ECDSA_SHA256, active.sign(ID, Scheme.ECDSA_SHA256, b"x", PIN), b"x")


def test_a_pin_that_a_key_does_not_ask_for_is_not_tried(active: TokenPort) -> None:
    made = active.generate_key_pair(SPEC)
    verify(made, Scheme.ECDSA_SHA256, active.sign(ID, Scheme.ECDSA_SHA256, b"x", WRONG), b"x")
    assert not [flag for flag in active.facts().flags if flag.startswith("USER_PIN_COUNT")]
