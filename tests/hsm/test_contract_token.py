"""One contract: what a token can do, its PINs changed, its worker begun anew, its own statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import ObjectKind
from ceremony_app.core.errors import Executed
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.secret import Secret
from tests.hsm.common import ID, PIN, SO_PIN, SPEC, WRAPPING, WRONG, fault_of

NEW = Secret.of("new-canary-5512")


def test_the_module_says_who_made_it(factory: TokenPort) -> None:
    assert factory.module.manufacturer
    assert factory.module.cryptoki.startswith("2.")


def test_mechanisms_are_told_in_order_with_sizes_and_uses(token: TokenPort) -> None:
    told = token.mechanisms()
    numbers = [mechanism.number for mechanism in told]
    assert numbers == sorted(set(numbers))
    by_name = {mechanism.name: mechanism for mechanism in told}
    assert len(by_name) == len(told)
    assert "GENERATE_KEY_PAIR" in by_name["EC_KEY_PAIR_GEN"].uses
    assert by_name["EC_KEY_PAIR_GEN"].smallest <= 256
    assert by_name["EC_KEY_PAIR_GEN"].largest >= 384
    assert {"SIGN", "VERIFY"} <= set(by_name["ECDSA"].uses)
    assert (by_name["AES_KEY_WRAP_PAD"].number, by_name["RSA_PKCS"].number) == (0x210A, 1)
    assert token.mechanisms() == told


@pytest.mark.parametrize("login", [True, False])
@pytest.mark.parametrize("algorithm", Algorithm)
def test_an_algorithm_is_tried_and_leaves_nothing(token: TokenPort, algorithm: Algorithm, *, login: bool) -> None:
    token.activate(PIN)
    token.generate_key_pair(SPEC)
    if not login:
        token.deactivate()
    before = token.inventory()
    trial = token.try_out(algorithm)
    assert (trial.algorithm, trial.result, trial.code) == (algorithm, "passed", "")
    assert trial.said.endswith(".")
    assert (trial.label_kept, trial.id_kept) == (True, True)
    assert trial.asked == {name: trial.kept[name] for name in trial.asked}
    assert trial.asked["TOKEN"] is False
    assert trial.asked["PRIVATE"] is login
    assert {"SENSITIVE", "SIGN"} <= {name for name, holds in trial.asked.items() if holds}
    assert trial.kept["NEVER_EXTRACTABLE"] is True
    assert token.active is login
    assert token.inventory() == before


def test_a_changed_user_pin_takes_the_place_of_the_old_one(token: TokenPort) -> None:
    token.change_pin("user", PIN, NEW)
    assert fault_of(lambda: token.activate(PIN)).code == "CKR_PIN_INCORRECT"
    token.activate(NEW)
    token.generate_key_pair(SPEC)


def test_a_changed_officer_pin_takes_the_place_of_the_old_one(token: TokenPort) -> None:
    token.change_pin("so", SO_PIN, NEW)
    assert fault_of(lambda: token.set_user_pin(SO_PIN, WRONG)).code == "CKR_PIN_INCORRECT"
    token.activate(PIN)
    token.deactivate()
    token.set_user_pin(NEW, WRONG)
    token.activate(WRONG)


@pytest.mark.parametrize("whose", ["user", "so"])
def test_no_pin_is_changed_without_the_old_one(token: TokenPort, whose: str) -> None:
    right = PIN if whose == "user" else SO_PIN
    fault = fault_of(lambda: token.change_pin("user" if whose == "user" else "so", WRONG, NEW))
    assert (fault.code, fault.executed) == ("CKR_PIN_INCORRECT", Executed.NO)
    assert "one of its tries" in fault.why
    assert "canary" not in f"{fault!r} {fault.paragraph()} {vars(fault)}"
    assert not token.active
    token.change_pin("user" if whose == "user" else "so", right, NEW)


@pytest.mark.parametrize("whose", ["user", "so"])
@pytest.mark.parametrize("new", ["abc", "x" * 256])
def test_a_new_pin_outside_the_limits_is_refused_and_the_old_one_stays(token: TokenPort, whose: str, new: str) -> None:
    fault = fault_of(
        lambda: (
            token.change_pin("user", PIN, Secret.of(new))
            if whose == "user"
            else token.change_pin("so", SO_PIN, Secret.of(new))
        )
    )
    assert (fault.code, fault.executed) == ("CKR_PIN_LEN_RANGE", Executed.NO)
    token.set_user_pin(SO_PIN, PIN)
    token.activate(PIN)


def test_no_pin_is_changed_under_a_login(active: TokenPort) -> None:
    for fault in (
        fault_of(lambda: active.change_pin("user", PIN, NEW)),
        fault_of(lambda: active.change_pin("so", SO_PIN, NEW)),
    ):
        assert (fault.code, fault.executed) == ("CKR_USER_ANOTHER_ALREADY_LOGGED_IN", Executed.NO)
    active.generate_key_pair(SPEC)


def test_a_pin_entry_that_the_token_does_not_have_is_refused(token: TokenPort) -> None:
    fault = fault_of(lambda: token.activate(None))
    assert (fault.rule, fault.executed) == ("CER-PIN-NEEDED", Executed.NO)
    assert not token.active
    token.activate(PIN)
    token.generate_key_pair(SPEC)


def test_a_restart_ends_the_login_and_keeps_what_is_on_the_token(active: TokenPort) -> None:
    active.generate_key_pair(SPEC)
    active.generate_wrapping_key(WRAPPING)
    before, facts = active.inventory(), active.facts()
    active.restart()
    assert not active.active
    assert active.facts() == facts
    assert {thing.kind for thing in active.inventory().objects} == {ObjectKind.PUBLIC}
    assert fault_of(lambda: active.sign(ID, Scheme.ECDSA_SHA256, b"x")).code == "CKR_USER_NOT_LOGGED_IN"
    active.activate(PIN)
    assert active.inventory() == before
    active.sign(ID, Scheme.ECDSA_SHA256, b"x")


def test_a_restart_without_a_login_says_nothing(factory: TokenPort) -> None:
    before = factory.facts()
    factory.restart()
    factory.restart()
    assert factory.facts() == before
    serial = factory.initialise("Root token", SO_PIN).serial
    factory.restart()
    assert (factory.facts().serial, factory.facts().label) == (serial, "Root token")


def test_what_a_device_does_not_say_is_empty(active: TokenPort) -> None:
    active.generate_key_pair(SPEC)
    assert active.attestation(ID) == ()
    assert active.attestation("00") == ()
    assert active.audit_log() == b""


def test_a_closed_token_does_nothing_any_more(active: TokenPort) -> None:
    public = active.generate_key_pair(SPEC).public
    active.close()
    calls: list[Callable[[], object]] = [
        active.restart,
        active.mechanisms,
        active.audit_log,
        lambda: active.try_out(Algorithm.P256),
        lambda: active.change_pin("user", PIN, NEW),
        lambda: active.destroy(public),
        lambda: active.report(ID),
        lambda: active.attestation(ID),
    ]
    for call in calls:
        fault = fault_of(call)
        assert (fault.code, fault.executed) == ("CLOSED", Executed.NO)
