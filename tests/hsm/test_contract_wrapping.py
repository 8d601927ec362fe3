"""One contract: a key that leaves the token wrapped, and comes back beside its public half."""

from __future__ import annotations

import base64

import msgspec
import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme, usual_scheme
from ceremony_app.core.device import KeySpec, ObjectKind, Wrapped, WrappingKeySpec, difference
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.ports import TokenPort
from tests.fakes.token import FakeToken
from tests.hsm.common import ID, OTHER_ID, PIN, SPEC, WRAPPING, WRAPPING_ID, fault_of, verify

GOES_OUT = KeySpec(label="operator-root", id=ID, algorithm=Algorithm.P384, extractable=True)
RESTORED = KeySpec(label="restored-root", id=OTHER_ID, algorithm=Algorithm.P384)
SECOND = WrappingKeySpec(label="another-backup-key", id="cd" * 16)


@pytest.fixture
def ready(active: TokenPort) -> TokenPort:
    """A token with a wrapping key."""
    active.generate_wrapping_key(WRAPPING)
    return active


def spki(token: TokenPort, spec: KeySpec) -> bytes:
    return base64.b64decode(token.generate_key_pair(spec).spki)


def test_a_wrapping_key_wraps_and_does_nothing_else(active: TokenPort) -> None:
    made = active.generate_wrapping_key(WRAPPING)
    assert (made.kind, made.label, made.id, made.algorithm) == (ObjectKind.SECRET, "backup-key", WRAPPING_ID, "AES-256")
    assert {name for name, holds in made.attributes.items() if holds} == {
        "TOKEN",
        "PRIVATE",
        "SENSITIVE",
        "ALWAYS_SENSITIVE",
        "NEVER_EXTRACTABLE",
        "LOCAL",
        "WRAP",
        "UNWRAP",
    }
    assert made.attributes["EXTRACTABLE"] is False
    assert active.inventory().objects == (made,)
    active.deactivate()
    assert active.inventory().objects == ()


def test_a_wrapping_key_needs_a_login_and_a_name_that_is_free(active: TokenPort) -> None:
    active.generate_wrapping_key(WRAPPING)
    before = active.inventory()
    for again, what in (
        (WrappingKeySpec(label="backup-key", id=OTHER_ID), "label"),
        (WrappingKeySpec(label="x", id=WRAPPING_ID), "id"),
    ):
        fault = fault_of(lambda again=again: active.generate_wrapping_key(again))  # type: ignore[misc]  # binds
        assert (fault.rule, fault.executed) == ("CER-KEY-EXISTS", Executed.NO)
        assert what in fault.why
    assert active.inventory() == before
    active.deactivate()
    assert fault_of(lambda: active.generate_wrapping_key(SECOND)).code == "CKR_USER_NOT_LOGGED_IN"


def wrapped_or_skipped(token: TokenPort, algorithm: Algorithm) -> Wrapped:
    """The key wrapped; skips where a token says that it does so with no key of this kind, and leaves all as it was."""
    before = token.inventory()
    try:
        return token.wrap(WRAPPING_ID, ID)
    except TokenFault as fault:
        if isinstance(token, FakeToken):
            raise
        refused = fault
    assert (refused.code, refused.executed) == ("CKR_KEY_NOT_WRAPPABLE", Executed.NO)
    assert "no key of this kind" in refused.why
    assert token.inventory() == before
    token.sign(ID, usual_scheme(algorithm), b"x")
    pytest.skip(f"{token.facts().model} was asked to wrap a key of the kind {algorithm}: {refused.code}")


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_comes_back_from_its_backup_and_says_that_it_did(ready: TokenPort, algorithm: Algorithm) -> None:
    goes_out = msgspec.structs.replace(GOES_OUT, algorithm=algorithm)
    made = ready.generate_key_pair(goes_out)
    assert (made.private.attributes["EXTRACTABLE"], made.private.attributes["NEVER_EXTRACTABLE"]) == (True, False)
    wrapped = wrapped_or_skipped(ready, algorithm)
    assert wrapped.mechanism == "AES_KEY_WRAP_PAD"
    ready.destroy(made.private)
    ready.destroy(made.public)
    before = ready.inventory()
    restored = msgspec.structs.replace(RESTORED, algorithm=algorithm)
    report = ready.unwrap(WRAPPING_ID, wrapped, restored, base64.b64decode(made.spki))
    assert report.spki == made.spki
    assert report.public.public_sha256 == made.public.public_sha256
    assert report.mechanism == ""
    for half in (report.public, report.private):
        assert (half.label, half.id, half.algorithm, half.fault) == ("restored-root", OTHER_ID, algorithm.value, "")
    assert {name for name, holds in report.private.attributes.items() if holds} == {
        "TOKEN",
        "PRIVATE",
        "SENSITIVE",
        "SIGN",
    }
    assert {name for name, holds in report.public.attributes.items() if holds} == {"TOKEN", "VERIFY"}
    assert report.private.attributes["EXTRACTABLE"] is False
    change = difference(before, ready.inventory())
    assert change.removed == ()
    assert sorted(map(repr, change.added)) == sorted([repr(report.public), repr(report.private)])
    assert ready.report(OTHER_ID) == report
    scheme = usual_scheme(algorithm)
    verify(made, scheme, ready.sign(OTHER_ID, scheme, b"as before"), b"as before")


def test_a_restored_key_may_stay_extractable(ready: TokenPort) -> None:
    public = spki(ready, GOES_OUT)
    wrapped = ready.wrap(WRAPPING_ID, ID)
    report = ready.unwrap(WRAPPING_ID, wrapped, msgspec.structs.replace(RESTORED, extractable=True), public)
    assert report.private.attributes["EXTRACTABLE"] is True
    assert ready.wrap(WRAPPING_ID, OTHER_ID).data


def test_a_key_that_was_made_to_stay_stays(ready: TokenPort) -> None:
    ready.generate_key_pair(SPEC)
    before = ready.inventory()
    fault = fault_of(lambda: ready.wrap(WRAPPING_ID, ID))
    assert (fault.code, fault.executed) == ("CKR_KEY_UNEXTRACTABLE", Executed.NO)
    assert "keeps this key to itself" in fault.paragraph()
    assert ready.inventory() == before


def test_keys_that_are_not_there_are_named(ready: TokenPort) -> None:
    public = spki(ready, GOES_OUT)
    wrapped = ready.wrap(WRAPPING_ID, ID)
    for fault, words in (
        (fault_of(lambda: ready.wrap(OTHER_ID, ID)), f"no wrapping key with the id {OTHER_ID}"),
        (fault_of(lambda: ready.wrap(WRAPPING_ID, OTHER_ID)), f"no private key with the id {OTHER_ID}"),
        (fault_of(lambda: ready.unwrap(OTHER_ID, wrapped, RESTORED, public)), "no wrapping key"),
    ):
        assert (fault.rule, fault.executed) == ("CER-KEY-MISSING", Executed.NO)
        assert words in fault.why


def test_nothing_is_wrapped_or_restored_without_a_login(ready: TokenPort) -> None:
    public = spki(ready, GOES_OUT)
    wrapped = ready.wrap(WRAPPING_ID, ID)
    ready.deactivate()
    for fault in (
        fault_of(lambda: ready.wrap(WRAPPING_ID, ID)),
        fault_of(lambda: ready.unwrap(WRAPPING_ID, wrapped, RESTORED, public)),
    ):
        assert (fault.code, fault.executed) == ("CKR_USER_NOT_LOGGED_IN", Executed.NO)


def test_what_is_refused_before_the_call_leaves_the_token_as_it_was(ready: TokenPort) -> None:
    public = spki(ready, GOES_OUT)
    other = spki(ready, KeySpec(label="of another kind", id="ef" * 16, algorithm=Algorithm.P256))
    wrapped = ready.wrap(WRAPPING_ID, ID)
    before = ready.inventory()
    for rule, fault in (
        ("CER-KEY-EXISTS", fault_of(lambda: ready.unwrap(WRAPPING_ID, wrapped, GOES_OUT, public))),
        ("CER-KEY", fault_of(lambda: ready.unwrap(WRAPPING_ID, wrapped, RESTORED, other))),
        ("CER-KEY", fault_of(lambda: ready.unwrap(WRAPPING_ID, wrapped, RESTORED, public[:-1]))),
        (
            "CER-TOKEN",
            fault_of(lambda: ready.unwrap(WRAPPING_ID, Wrapped(mechanism="DES3", data=b"x"), RESTORED, public)),
        ),
    ):
        assert (fault.rule, fault.executed) == (rule, Executed.NO)
    assert ready.inventory() == before


@pytest.mark.parametrize("harm", ["damaged", "short", "of another wrapping key"])
def test_what_is_no_backup_of_this_key_brings_nothing_back(ready: TokenPort, harm: str) -> None:
    public = spki(ready, GOES_OUT)
    ready.generate_wrapping_key(SECOND)
    good = ready.wrap(WRAPPING_ID, ID).data
    bad = {
        "damaged": good[:-8] + bytes(8),
        "short": good[:-8],
        "of another wrapping key": ready.wrap(SECOND.id, ID).data,
    }[harm]
    before = ready.inventory()
    wrapped = Wrapped(mechanism="AES_KEY_WRAP_PAD", data=bad)
    assert fault_of(lambda: ready.unwrap(WRAPPING_ID, wrapped, RESTORED, public)).rule == "CER-TOKEN"
    if not ready.active:  # a general error is a reason to begin with a fresh worker
        ready.activate(PIN)
    assert ready.inventory() == before
    report = ready.unwrap(WRAPPING_ID, Wrapped(mechanism=wrapped.mechanism, data=good), RESTORED, public)
    verify(report, Scheme.ECDSA_SHA384, ready.sign(OTHER_ID, Scheme.ECDSA_SHA384, b"x"), b"x")


def test_a_restored_key_may_ask_for_the_pin_each_time(ready: TokenPort) -> None:
    public = spki(ready, GOES_OUT)
    wrapped = ready.wrap(WRAPPING_ID, ID)
    asks = msgspec.structs.replace(RESTORED, always_authenticate=True)
    report = ready.unwrap(WRAPPING_ID, wrapped, asks, public)
    assert report.private.attributes["ALWAYS_AUTHENTICATE"] is True
    assert fault_of(lambda: ready.sign(OTHER_ID, Scheme.ECDSA_SHA384, b"x")).rule == "CER-PIN-NEEDED"
    verify(report, Scheme.ECDSA_SHA384, ready.sign(OTHER_ID, Scheme.ECDSA_SHA384, b"x", PIN), b"x")
