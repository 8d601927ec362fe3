"""The token in memory fails by plan, in every method and at each side of the work; and has what few tokens have."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Literal, get_args

import msgspec
import pytest
from cryptography.x509 import load_der_x509_certificate

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec, ObjectFacts, ObjectKind, Wrapped, difference
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import calls
from tests.fakes.token import FakeToken, Planned
from tests.fakes.token_parts import CHANGING
from tests.hsm.common import ID, OTHER_ID, PIN, SO_PIN, SPEC, WRAPPING, WRAPPING_ID, WRONG, fault_of

NEW = Secret.of("new-canary-5512")
GOES_OUT = KeySpec(label="goes-out", id=OTHER_ID, algorithm=Algorithm.P256, extractable=True)
BACK = KeySpec(label="back-again", id="ee" * 16, algorithm=Algorithm.P256)


def furnished(**options: object) -> FakeToken:
    """A token with a pair, a pair that may go out and a wrapping key, and nobody logged in."""
    token = FakeToken(**options)  # type: ignore[arg-type]  # options of the dataclass
    token.initialise("Root token", SO_PIN)
    token.set_user_pin(SO_PIN, PIN)
    token.activate(PIN)
    token.generate_key_pair(SPEC)
    token.generate_key_pair(GOES_OUT)
    token.generate_wrapping_key(WRAPPING)
    return token


def wrapped(token: FakeToken) -> tuple[Wrapped, bytes]:
    spki = base64.b64decode(token.report(OTHER_ID).spki)
    return token.wrap(WRAPPING_ID, OTHER_ID), spki


Call = Callable[[FakeToken], object]
CALLS: dict[str, tuple[bool, Call]] = {
    "facts": (True, lambda token: token.facts()),
    "mechanisms": (True, lambda token: token.mechanisms()),
    "try_out": (True, lambda token: token.try_out(Algorithm.P256)),
    "inventory": (True, lambda token: token.inventory()),
    "initialise": (True, lambda token: token.initialise("Second life", SO_PIN)),
    "set_user_pin": (False, lambda token: token.set_user_pin(SO_PIN, NEW)),
    "change_pin": (False, lambda token: token.change_pin("user", PIN, NEW)),
    "activate": (False, lambda token: token.activate(PIN)),
    "deactivate": (True, lambda token: token.deactivate()),
    "restart": (True, lambda token: token.restart()),
    "generate_key_pair": (
        True,
        lambda token: token.generate_key_pair(msgspec.structs.replace(SPEC, label="n", id="aa")),
    ),
    "report": (True, lambda token: token.report(ID)),
    "generate_wrapping_key": (
        True,
        lambda token: token.generate_wrapping_key(msgspec.structs.replace(WRAPPING, label="n", id="aa")),
    ),
    "wrap": (True, lambda token: token.wrap(WRAPPING_ID, OTHER_ID)),
    "unwrap": (True, lambda token: token.unwrap(WRAPPING_ID, wrapped(token)[0], BACK, wrapped(token)[1])),
    "destroy": (True, lambda token: token.destroy(token.report(ID).public)),
    "sign": (True, lambda token: token.sign(ID, Scheme.ECDSA_SHA256, b"x")),
    "random": (True, lambda token: token.random(8)),
    "attestation": (True, lambda token: token.attestation(ID)),
    "audit_log": (True, lambda token: token.audit_log()),
}


def test_every_method_can_fail() -> None:
    methods = {name for name in dir(FakeToken) if not name.startswith("_") and callable(getattr(FakeToken, name, None))}
    assert methods - {"close", "kill", "open_again"} == set(CALLS)
    told = {call.__struct_config__.tag for call in get_args(calls.Changing) if call is not calls.SignWithCard}
    assert {str(tag).replace("-", "_") for tag in told} == CHANGING


@pytest.mark.parametrize("code", ["CKR_DEVICE_ERROR", "CKR_DEVICE_REMOVED", "NO_ANSWER", "WORKER_DIED"])
@pytest.mark.parametrize("when", ["before", "after", "torn"])
@pytest.mark.parametrize("name", CALLS)
def test_a_method_fails_by_plan(name: str, when: Literal["before", "after", "torn"], code: str) -> None:
    login, call = CALLS[name]
    token = furnished()
    if not login:
        token.deactivate()
    token.plan = [Planned(name, code, nth=token.calls.count(name) + 1, when=when)]
    objects = list(token.objects)
    fault = fault_of(lambda: call(token))
    assert fault.code == code
    assert fault.executed is (Executed.UNKNOWN if name in CHANGING else Executed.NO)
    lost = code != "CKR_DEVICE_ERROR"
    assert token.active is (
        login and not lost and not (when != "before" and name in {"deactivate", "restart", "initialise"})
    )
    if when == "before" or name not in CHANGING:
        assert token.objects == objects
    token.deactivate()
    assert token.facts().serial == "EX7-000042", "the plan was for one call"


def added(token: FakeToken, call: Call, planned: Planned) -> list[ObjectFacts]:
    """What the failed call left behind."""
    before = token.inventory()
    token.plan = [_next(planned, token)]
    assert fault_of(lambda: call(token)).executed is Executed.UNKNOWN
    return list(difference(before, token.inventory()).added)


def _next(planned: Planned, token: FakeToken) -> Planned:
    return Planned(planned.call, planned.code, token.calls.count(planned.call) + 1, planned.when, planned.debris)


@pytest.mark.parametrize(
    ("debris", "kind", "named"),
    [
        ("public", ObjectKind.PUBLIC, True),
        ("private", ObjectKind.PRIVATE, True),
        ("nameless", ObjectKind.PUBLIC, False),
    ],
)
def test_a_torn_pair_leaves_one_half(
    debris: Literal["public", "private", "nameless"], kind: str, *, named: bool
) -> None:
    planned = Planned("generate_key_pair", "CKR_DEVICE_MEMORY", when="torn", debris=debris)
    (half,) = added(furnished(), CALLS["generate_key_pair"][1], planned)
    assert half.kind == kind
    assert (half.label, half.id) == (("n", "aa") if named else ("", ""))


def test_what_is_left_of_other_torn_calls() -> None:
    (key,) = added(
        furnished(),
        CALLS["generate_wrapping_key"][1],
        Planned("generate_wrapping_key", "CKR_FUNCTION_FAILED", when="torn"),
    )
    assert (key.kind, key.label, key.id) == (ObjectKind.SECRET, "", "")
    (half,) = added(furnished(), CALLS["unwrap"][1], Planned("unwrap", "CKR_FUNCTION_FAILED", when="torn"))
    assert (half.kind, half.id) == (ObjectKind.PRIVATE, BACK.id)
    (trial,) = added(furnished(), CALLS["try_out"][1], Planned("try_out", "CKR_FUNCTION_FAILED", when="torn"))
    assert trial.kind is ObjectKind.PUBLIC


def test_a_torn_initialisation_leaves_a_token_as_from_its_maker() -> None:
    token = furnished()
    token.plan = [Planned("initialise", "CKR_DEVICE_REMOVED", nth=2, when="torn")]
    assert fault_of(lambda: token.initialise("Second life", SO_PIN)).executed is Executed.UNKNOWN
    facts = token.facts()
    assert (facts.initialised, facts.serial) == (False, "EX7-000042")
    assert token.objects == []
    assert token.initialise("Third life", WRONG).label == "Third life"


def test_a_torn_destruction_comes_back_after_a_restart() -> None:
    token = furnished()
    private = token.report(ID).private
    token.plan = [Planned("destroy", "CKR_FUNCTION_FAILED", when="torn")]
    assert fault_of(lambda: token.destroy(private)).executed is Executed.UNKNOWN
    assert private not in token.inventory().objects
    token.restart()
    token.activate(PIN)
    assert private in token.inventory().objects


def test_twins_go_one_by_one_and_what_cannot_be_read_stays() -> None:
    token = furnished()
    twin = token.report(ID).public
    token.objects.append(twin)
    assert fault_of(lambda: token.report(ID)).rule == "CER-OBJECT"
    token.destroy(twin)
    assert token.report(ID).public == twin
    unreadable = ObjectFacts(kind=ObjectKind.OTHER, label="", id="", fault="CKR_GENERAL_ERROR")
    token.objects += [unreadable, unreadable]
    assert fault_of(lambda: token.destroy(unreadable)).code == "OBJECT_AMBIGUOUS"


def test_tries_are_as_many_as_it_is_told() -> None:
    token = FakeToken(tries=5)
    token.initialise("Root token", SO_PIN)
    token.set_user_pin(SO_PIN, PIN)
    seen = []
    for _ in range(6):
        code = fault_of(lambda: token.change_pin("user", WRONG, NEW)).code
        marks = [flag.removeprefix("USER_PIN_") for flag in token.facts().flags if flag.startswith("USER_PIN_")]
        seen.append((code, [mark for mark in marks if mark != "INITIALIZED"]))
    assert seen == [
        ("CKR_PIN_INCORRECT", ["COUNT_LOW"]),
        ("CKR_PIN_INCORRECT", ["COUNT_LOW"]),
        ("CKR_PIN_INCORRECT", ["COUNT_LOW"]),
        ("CKR_PIN_INCORRECT", ["COUNT_LOW", "FINAL_TRY"]),
        ("CKR_PIN_INCORRECT", ["COUNT_LOW", "LOCKED"]),
        ("CKR_PIN_LOCKED", ["COUNT_LOW", "LOCKED"]),
    ]
    assert fault_of(lambda: token.activate(PIN)).code == "CKR_PIN_LOCKED"
    assert fault_of(lambda: token.set_user_pin(WRONG, PIN)).code == "CKR_PIN_INCORRECT"
    assert "SO_PIN_COUNT_LOW" in token.facts().flags


def test_a_pin_entry_of_its_own_takes_what_a_person_enters() -> None:
    token = FakeToken(own_entry=True)
    token.initialise("Root token", SO_PIN)
    token.set_user_pin(SO_PIN, PIN)
    assert "PROTECTED_AUTHENTICATION_PATH" in token.facts().flags
    cancelled = fault_of(lambda: token.activate(None))
    assert (cancelled.code, cancelled.executed) == ("CKR_FUNCTION_CANCELED", Executed.NO)
    token.entered = WRONG
    assert fault_of(lambda: token.activate(None)).code == "CKR_PIN_INCORRECT"
    token.entered = PIN
    token.activate(None)
    token.generate_key_pair(msgspec.structs.replace(SPEC, always_authenticate=True))
    assert token.sign(ID, Scheme.ECDSA_SHA256, b"x")
    token.entered = WRONG
    assert fault_of(lambda: token.sign(ID, Scheme.ECDSA_SHA256, b"x")).code == "CKR_PIN_INCORRECT"


def test_it_attests_its_keys_and_shows_its_log_where_it_is_told_to() -> None:
    token = furnished(attests=True, log=b"0001 generate\n")
    about, device = map(load_der_x509_certificate, token.attestation(ID))
    about.verify_directly_issued_by(device)
    device.verify_directly_issued_by(device)
    spki = base64.b64decode(token.report(ID).spki)
    assert about.tbs_certificate_bytes.count(spki) == 1
    assert token.attestation("00") == ()
    assert token.audit_log() == b"0001 generate\n"


def test_trials_are_as_it_is_told() -> None:
    token = furnished(refused=frozenset({Algorithm.P384}), trial_needs_login=True, label_octets=32)
    refused = token.try_out(Algorithm.P384)
    assert (refused.result, refused.code) == ("failed", "CKR_CURVE_NOT_SUPPORTED")
    assert token.try_out(Algorithm.P256).label_kept is False
    token.deactivate()
    assert token.try_out(Algorithm.P256).result == "not-tried"
    assert FakeToken().try_out(Algorithm.P256).result == "not-tried"
    keeping = furnished(keeps_trials=True)
    before = keeping.inventory()
    assert keeping.try_out(Algorithm.P256).result == "failed"
    assert len(difference(before, keeping.inventory()).added) == 1
    assert fault_of(lambda: token.activate(WRONG)).executed is Executed.NO


def test_a_token_without_the_mechanism_wraps_nothing() -> None:
    token = furnished()
    token.offered = tuple(offered for offered in token.offered if "WRAP" not in offered.name)
    assert fault_of(lambda: token.wrap(WRAPPING_ID, OTHER_ID)).code == "NO_KEY_WRAPPING"


def test_a_killed_worker_is_told_by_the_next_call_where_it_held_a_login() -> None:
    token = furnished()
    token.kill()
    fault = fault_of(token.inventory)
    assert (fault.code, fault.executed, token.active) == ("WORKER_DIED", Executed.NO, False)
    token.kill()
    assert len(token.inventory().objects) == 2
    assert token.last_heard > 0


def test_a_failed_login_is_none() -> None:
    token = furnished()
    token.deactivate()
    token.plan = [Planned("activate", "CKR_FUNCTION_FAILED", nth=2, when="after")]
    with pytest.raises(TokenFault):
        token.activate(PIN)
    assert not token.active
    token.activate(PIN)
