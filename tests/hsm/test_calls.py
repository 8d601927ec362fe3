"""What is known of each call before it is made: whether its fate counts, how long it may take, what it carries."""

from __future__ import annotations

from typing import get_args

import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec, ObjectFacts, ObjectKind, Wrapped, WrappingKeySpec
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import calls, wire
from ceremony_app.hsm.correspondent import Deadlines

PIN, OTHER = Secret.of("canary-one"), Secret.of("canary-two")
EC = KeySpec(label="a", id="01", algorithm=Algorithm.P384)
RSA = KeySpec(label="a", id="01", algorithm=Algorithm.RSA3072)
TIMES = Deadlines(
    start=1,
    read=2,
    login=3,
    entry=4,
    initialise=5,
    generate=6,
    generate_rsa=7,
    sign=8,
    carry=9,
    destroy=10,
    card=11,
)
THING = ObjectFacts(kind=ObjectKind.DATA, label="a", id="")

# Each call, whether it may change the token, spend a try or use a key, and its seconds in `TIMES`.
CALLS: list[tuple[calls.Call, bool, float]] = [
    (calls.ListTokens(module="m"), False, 1),
    (calls.Attach(module="m", serial="s"), False, 1),
    (calls.Facts(), False, 2),
    (calls.Mechanisms(), False, 2),
    (calls.TakeInventory(), False, 2),
    (calls.Random(count=1), False, 2),
    (calls.Report(key_id="01"), False, 2),
    (calls.Attestation(key_id="01"), False, 2),
    (calls.AuditLog(), False, 2),
    (calls.Deactivate(), False, 3),
    (calls.Activate(pin=PIN), True, 3),
    (calls.Activate(pin=None), True, 4),
    (calls.SetUserPin(so_pin=PIN, pin=OTHER), True, 3),
    (calls.ChangePin(whose="so", old=PIN, new=OTHER), True, 3),
    (calls.Initialise(label="l", so_pin=PIN), True, 5),
    (calls.GenerateKeyPair(spec=EC), True, 6),
    (calls.GenerateKeyPair(spec=RSA), True, 7),
    (calls.TryOut(algorithm=Algorithm.P256), True, 6),
    (calls.TryOut(algorithm=Algorithm.RSA4096), True, 7),
    (calls.GenerateWrappingKey(spec=WrappingKeySpec(label="w", id="02")), True, 6),
    (calls.Sign(key_id="01", scheme=Scheme.RSA_SHA256, data=b"x", pin=PIN), True, 8),
    (calls.Wrap(wrapping_id="02", key_id="01"), True, 9),
    (calls.Unwrap(wrapping_id="02", wrapped=Wrapped(mechanism="m", data=b"x"), spec=EC, spki=b"y"), True, 9),
    (calls.Destroy(thing=THING), True, 10),
    (calls.ShowCard(module="m", serial="s"), False, 1),
    (calls.SignWithCard(module="m", serial="s", key="", data=b"x", pin=PIN), True, 11),
    (calls.SignWithCard(module="m", serial="s", key="", data=b"x", pin=None), True, 4),
]


def test_every_call_is_here() -> None:
    assert {type(call) for call, _, _ in CALLS} == set(get_args(calls.Call))


@pytest.mark.parametrize(("call", "changes", "seconds"), CALLS)
def test_the_fate_and_the_deadline_of_a_call(call: calls.Call, changes: bool, seconds: float) -> None:
    assert calls.changes_token(call) is changes
    assert TIMES.of(call) == seconds


@pytest.mark.parametrize(("call", "changes", "seconds"), CALLS)
def test_a_call_arrives_as_it_was_sent(call: calls.Call, changes: bool, seconds: float) -> None:
    request = wire.Request(id=7, call=call)
    frame = wire.frame(request)
    (length,) = wire.HEADER.unpack_from(frame)
    assert wire.read_request(frame[wire.HEADER.size :]) == request
    assert length == len(frame) - wire.HEADER.size > 0


def test_the_pins_of_a_call_are_overwritten_after_it() -> None:
    secrets = [Secret.of("canary") for _ in range(6)]
    told: list[calls.Call] = [
        calls.ChangePin(whose="user", old=secrets[0], new=secrets[1]),
        calls.Activate(pin=secrets[2]),
        calls.Sign(key_id="01", scheme=Scheme.RSA_SHA256, data=b"x", pin=secrets[3]),
        calls.Initialise(label="l", so_pin=secrets[4]),
        calls.Activate(pin=None),
        calls.SignWithCard(module="m", serial="s", key="", data=b"x", pin=secrets[5]),
    ]
    for call in told:
        calls.erase_secrets(call)
    assert [len(secret) for secret in secrets] == [0] * 6
