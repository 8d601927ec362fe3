"""The secret, and what is derived from it: recomputed here with the standard library and with OpenSSL."""

from __future__ import annotations

import base64
import hmac
import os
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.secret import Secret
from ceremony_app.shares import activation
from ceremony_app.shares.activation import PIN_CHARACTERS, check_value, checker, draw, pin_of
from tests.shares.making import SEED, SERIAL

OCTETS = st.binary(min_size=16, max_size=16)


def hkdf(key: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block, with no salt."""
    return hmac.digest(hmac.digest(bytes(32), key, "sha256"), info + b"\x01", "sha256")[:16]


@given(OCTETS, OCTETS)
def test_the_secret_is_both_sources_together(ours: bytes, theirs: bytes) -> None:
    if ours == theirs:
        with pytest.raises(ValueError, match="the same octets"):
            draw(ours, theirs)
    else:
        drawn = draw(ours, theirs).reveal()
        assert len(drawn) == 16
        assert bytes(a ^ b for a, b in zip(drawn, theirs, strict=True)) == ours


@pytest.mark.parametrize(("ours", "theirs"), [(15, 16), (16, 15), (16, 17), (0, 0), (32, 32)])
def test_short_randomness_is_refused(ours: int, theirs: int) -> None:
    with pytest.raises(ValueError, match="16 octets each"):
        draw(b"a" * ours, b"b" * theirs)


def test_two_equal_sources_are_no_sources() -> None:
    with pytest.raises(ValueError, match="the same octets"):
        draw(SEED, SEED)


@given(OCTETS, st.sampled_from(["activation", "officer"]), st.text("0123456789abcdefé-", min_size=1, max_size=16))
def test_pin_and_check_value_are_as_documented(seed: bytes, whose: str, serial: str) -> None:
    pin = pin_of(Secret(seed), whose, serial).reveal().decode()
    assert re.fullmatch("[A-Z2-7]{26}", pin)
    assert len(pin) == PIN_CHARACTERS
    assert base64.b32decode(pin + "======") == hkdf(seed, f"KEY-CEREMONY PIN V1 {whose} {serial}".encode())
    assert (
        check_value(Secret(seed), whose, serial) == hkdf(seed, f"KEY-CEREMONY CHECK V1 {whose} {serial}".encode()).hex()
    )


def test_openssl_gives_the_same_when_run_as_documented() -> None:
    command = "".join(re.findall(r"^    (?:openssl| +-kdfopt).*\n", activation.__doc__ or "", re.MULTILINE))
    run = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, "S": SEED.hex(), "SERIAL": SERIAL},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip().encode() == pin_of(Secret(SEED), "activation", SERIAL).reveal()


def test_one_secret_gives_the_same_always() -> None:
    """Known answers: a change here locks people out of their tokens."""
    assert pin_of(Secret(SEED), "activation", SERIAL).reveal() == b"K7OGXCIPSRSHITPH7FAYUW6SGA"
    assert pin_of(Secret(SEED), "officer", SERIAL).reveal() == b"YOCOTSD4FIMPHTIMDUTCB7VEQM"
    assert check_value(Secret(SEED), "activation", SERIAL) == "e62c3f5740d5000863bf50aac2cb7a41"
    assert check_value(Secret(SEED), "officer", SERIAL) == "04bfa3d2bd92a34a3e1be6c0c87eec45"


def test_every_use_has_values_of_its_own() -> None:
    uses = [(whose, serial) for whose in ("activation", "officer") for serial in (SERIAL, SERIAL[:-1], "1 2")]
    assert len({check_value(Secret(SEED), *use) for use in uses}) == len(uses)
    assert len({pin_of(Secret(SEED), *use).reveal() for use in uses}) == len(uses)


@pytest.mark.parametrize(
    ("whose", "serial"), [("so", SERIAL), ("", SERIAL), ("activation", ""), ("officer", " 1"), ("officer", "1 ")]
)
def test_an_ambiguous_use_is_refused(whose: str, serial: str) -> None:
    for derive in (pin_of, check_value):
        with pytest.raises(ValueError, match="serial number"):
            derive(Secret(SEED), whose, serial)


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 octets"):
        pin_of(Secret(bytes(length)), "activation", SERIAL)


def test_the_check_says_yes_to_the_right_secret_only() -> None:
    right = checker(check_value(Secret(SEED), "officer", SERIAL), "officer", SERIAL)
    assert right(Secret(SEED))
    for bit in range(128):
        other = (int.from_bytes(SEED, "big") ^ 1 << bit).to_bytes(16, "big")
        assert not right(Secret(other))
    assert not checker(check_value(Secret(SEED), "officer", SERIAL), "activation", SERIAL)(Secret(SEED))
    assert not checker("é", "officer", SERIAL)(Secret(SEED))
