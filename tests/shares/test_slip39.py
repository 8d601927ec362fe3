"""SLIP-39 by the library, by a second implementation, and by the published vectors: one answer."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from shamir_mnemonic import MnemonicError, combine_mnemonics

from ceremony_app.core.secret import Secret
from ceremony_app.shares import slip39
from ceremony_app.shares.slip39 import WORDS, Piece, combined, opened, piece_of, pieces_of
from tests.shares import oracle

VECTORS = json.loads((Path(__file__).parent / "slip39-vectors.json").read_bytes())
CASES = 10_000 if os.environ.get("CEREMONY_TEST_ALL") == "1" else 300


def by_library(mnemonics: list[str]) -> str:
    try:
        return combine_mnemonics(mnemonics, b"TREZOR").hex()
    except MnemonicError:
        return ""


def by_oracle(mnemonics: list[str]) -> str:
    try:
        return oracle.recover(mnemonics, b"TREZOR").hex()
    except oracle.Bad:
        return ""


def piece(mnemonic: str) -> Piece:
    found = piece_of(Secret.of(mnemonic))
    assert found is not None
    return found


def test_the_vectors_are_all_there() -> None:
    assert len(VECTORS) == 45
    assert sum(1 for _, _, secret, _ in VECTORS if secret) == 15


@pytest.mark.parametrize(("name", "mnemonics", "secret", "key"), VECTORS, ids=[vector[0] for vector in VECTORS])
def test_both_agree_with_a_vector(name: str, mnemonics: list[str], secret: str, key: str) -> None:
    """The vector's last member, a wallet's key, is no part of SLIP-39."""
    assert by_library(mnemonics) == secret
    assert by_oracle(mnemonics) == secret


def test_the_words_are_those_of_the_standard() -> None:
    assert hashlib.sha256("".join(f"{word}\n" for word in WORDS).encode()).hexdigest() == (
        "bcc4555340332d169718aed8bf31dd9d5248cb7da6e5d355140ef4f1e601eec3"
    )
    assert len({word[:4] for word in WORDS}) == len(WORDS) == 1024
    assert WORDS[0] == "academic"


def test_what_we_split_a_second_implementation_recovers() -> None:
    source = random.Random(39)
    for _ in range(CASES):
        count = source.randint(2, 16)
        threshold = source.randint(2, count)
        seed = source.randbytes(16)
        pieces = pieces_of(Secret(seed), threshold, count)
        assert [one.index for one in pieces] == list(range(1, count + 1))
        chosen = source.sample(pieces, threshold)
        assert oracle.recover([one.words().reveal().decode() for one in chosen]) == seed
        parsed = [oracle.parse(one.words().reveal().decode()) for one in pieces]
        assert {one.common for one in parsed} == {(pieces[0].set_id, False, 0, 1, 1)}
        assert {one.member_threshold for one in parsed} == {threshold} == {one.threshold for one in pieces}
        assert all(one.usual for one in pieces)


def test_what_a_second_implementation_splits_we_recover() -> None:
    source = random.Random(93)
    for _ in range(CASES):
        count = source.randint(2, 16)
        threshold = source.randint(2, count)
        seed, identifier = source.randbytes(16), source.getrandbits(15)
        texts = oracle.split(seed, threshold, count, identifier, source.randbytes)
        pieces = [piece(text) for text in source.sample(texts, threshold)]
        assert {one.set_id for one in pieces} == {identifier}
        sealed = combined(pieces)
        assert sealed is not None
        assert opened(sealed, identifier).reveal() == seed


def test_sets_and_shares_are_drawn_anew() -> None:
    seed = Secret(bytes(16))
    sets = [pieces_of(seed, 2, 2) for _ in range(40)]
    assert len({pieces[0].set_id for pieces in sets}) > 30
    assert len({pieces[0].words().reveal() for pieces in sets}) == 40
    assert max(pieces[0].set_id for pieces in sets) > 1 << 13


def test_a_wrong_share_fails_its_digest() -> None:
    one, two = pieces_of(Secret(bytes(16)), 2, 2)
    stranger = oracle.written(one.set_id, 2, 4, bytes(16))
    assert combined([one, two]) is not None
    assert combined([one, piece(stranger)]) is None
    assert combined([one]) is None


def test_shares_of_another_form_are_told_from_ours() -> None:
    """Of a wallet: threshold 1, 256 bits, groups, the extendable flag, more iterations; and a few like ours."""
    forms = Counter[bool]()
    for mnemonic in {mnemonic for _, mnemonics, secret, _ in VECTORS for mnemonic in mnemonics if secret}:
        its = oracle.parse(mnemonic)
        form = (its.extendable, its.exponent, its.group, its.group_threshold, its.group_count, len(its.value))
        assert piece(mnemonic).usual is (form == (False, 0, 0, 1, 1, 16) and its.member_threshold > 1)
        forms[piece(mnemonic).usual] += 1
    assert forms[False] > 20


@pytest.mark.parametrize("other", [
    {"extendable": True}, {"exponent": 1}, {"group": 1}, {"group_threshold": 2, "group_count": 2}, {"group_count": 2},
    {"member_threshold": 1}, {"value": bytes(18)}, {"value": bytes(32)},
])  # fmt: skip
def test_each_part_of_the_form_counts(other: dict[str, bool | int | bytes]) -> None:
    ours = oracle.Parsed(4711, False, 0, 0, 1, 1, 3, 2, bytes(16))
    assert piece(oracle.mnemonic_of(ours)).usual
    assert not piece(oracle.mnemonic_of(replace(ours, **other))).usual  # type: ignore[arg-type] # members by name


def test_what_is_no_share_is_none() -> None:
    good = pieces_of(Secret(bytes(16)), 2, 2)[0].words().reveal().decode()
    words = good.split()
    assert piece_of(Secret.of(good.upper())) is not None
    for bad in ("", "academic", " ".join(words[:-1]), " ".join([*words[:-1], "zzyzzy"]), " ".join(words[::-1])):
        assert piece_of(Secret.of(bad)) is None
    assert piece_of(Secret(b"\xff\xfe" + good.encode())) is None


def test_any_three_wrong_words_are_found_by_the_checksum() -> None:
    source = random.Random(3)
    words = oracle.written(4711, 3, 2, source.randbytes(16)).split()
    for places in combinations(range(20), 3):
        wrong = list(words)
        for place in places[: source.randint(1, 3)]:
            wrong[place] = WORDS[oracle.NUMBER[words[place]] ^ source.randint(1, 1023)]
        assert piece_of(Secret.of(" ".join(wrong))) is None


def test_the_library_is_the_one_that_was_read() -> None:
    """Its tables and constants: a later version is looked at before it is taken."""
    from importlib.metadata import version

    assert version("shamir-mnemonic") == "0.3.0"
    assert slip39.SHARE_WORDS == 20
