"""No word of a share gets out: not by representation, text, pickle, nor with an exception and all that hangs on it."""

from __future__ import annotations

import copy
import json
import pickle
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.shares import splitting
from ceremony_app.shares.activation import check_value, pin_of
from ceremony_app.shares.sheet import SheetRow, read_sheet, row_fault, sheet
from ceremony_app.shares.slip39 import Piece, piece_of
from ceremony_app.shares.splitting import Share, proven, recovered, split
from tests.shares import oracle
from tests.shares.making import SEED, SERIAL, right, rows, shares, typed

PROGRAM = {
    word
    for path in Path(splitting.__file__).parent.glob("*.py")
    for word in re.findall("[a-z]+", path.read_text().lower())
}


def words_of(draw: int) -> set[str]:
    return {word for share in shares(3, 5, draw=draw) for row in rows(share) for word in row}


DRAW = next(draw for draw in range(1000) if not words_of(draw) & PROGRAM)
"""A set without a word that the program's own sentences have: whatever of it is found, got out."""
MADE = shares(3, 5, draw=DRAW)
WORDS = words_of(DRAW)
VALUES = [oracle.parse(share.words.reveal().decode()).value for share in MADE]
PIECE = piece_of(MADE[0].words)
assert PIECE is not None


def no_check(seed: Secret) -> bool:
    return False


def everything_of(error: BaseException) -> Iterator[str]:
    """An exception's texts, members and context, and the values in every frame of the program that it passed."""
    seen: BaseException | None = error
    while seen is not None:
        yield from (str(seen), repr(seen), repr(seen.args), repr(vars(seen)))
        if isinstance(seen, Refusal):
            yield seen.paragraph()
        for frame, _ in traceback.walk_tb(seen.__traceback__):
            if {"ceremony_app", "shamir_mnemonic"} & {*Path(frame.f_code.co_filename).parts}:
                yield repr(frame.f_locals)
        seen = seen.__context__


def assert_silent(texts: Iterator[str] | list[str]) -> None:
    told = " ".join(texts).lower()
    assert told
    said = {"".join(letter for letter in word if letter.isalpha()) for word in told.split()}
    assert not said & (WORDS | {"zzyzzyx"})
    for octets in (SEED, *VALUES):
        assert octets.hex() not in told
        assert repr(octets)[2:-1].lower() not in told


@pytest.mark.parametrize(
    "thing", [MADE[0], MADE, sheet(MADE[0])[0], sheet(MADE[0]), PIECE, SheetRow(3, Secret(b"a b c d e"))]
)
def test_a_representation_shows_no_word(thing: object) -> None:
    assert_silent([repr(thing), str(thing), f"{thing}", f"{thing!r}", repr([thing]), repr({"a": thing})])


@pytest.mark.parametrize("thing", [MADE[0], sheet(MADE[0])[0], PIECE, MADE[0].words])
def test_nothing_is_written_to_a_file_by_mistake(thing: Share | SheetRow | Piece | Secret) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(thing, protocol)
    with pytest.raises(TypeError, match="cannot be pickled"):
        copy.deepcopy(thing)
    for write in (json.dumps, msgspec.json.encode, msgspec.msgpack.encode):
        with pytest.raises(TypeError) as caught:
            write(thing)
        assert_silent(everything_of(caught.value))


def wrong(row: int, change: Callable[[list[str]], list[str]]) -> Secret:
    lines = rows(MADE[0])
    lines[row] = change(lines[row])
    return typed(lines)


MISREADINGS = {
    "a word that is none": wrong(1, lambda row: [*row[:3], "zzyzzyx", row[4]]),
    "a wrong word": wrong(2, lambda row: [*row[:3], "acid", row[4]]),
    "a word less": wrong(3, lambda row: row[:3]),
    "a word more": wrong(0, lambda row: [*row, "zzyzzyx"]),
    "words exchanged": wrong(4, lambda row: row[::-1]),
    "rows of two sheets": typed([*rows(MADE[0])[:2], *rows(MADE[1])[2:]]),
    "six rows": typed([*rows(MADE[0]), ["zzyzzyx"]]),
    "not UTF-8": Secret(b"\xff" + typed(rows(MADE[0])).reveal()),
}


@pytest.mark.parametrize("name", MISREADINGS)
def test_a_misread_sheet_is_refused_without_a_word_of_it(name: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_sheet(MISREADINGS[name])
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert_silent(everything_of(caught.value))


@pytest.mark.parametrize("name", MISREADINGS)
def test_the_fault_of_a_row_has_no_word_of_it(name: str) -> None:
    for number, line in enumerate(MISREADINGS[name].reveal().decode(errors="replace").split("\n"), start=1):
        assert_silent(["-", row_fault(number, Secret.of(line))])


TOGETHER = {
    "too few": (MADE[:2], 3),
    "another set": ([*MADE[:2], shares(3, 5, draw=DRAW + 1)[4]], 3),
    "another threshold": (MADE, 2),
    "twice": ([*MADE, MADE[0]], 3),
    "of another secret": (MADE, 3),
    "of another secret, just enough": (MADE[2:], 3),
}


@pytest.mark.parametrize("function", [recovered, proven])
@pytest.mark.parametrize("name", TOGETHER)
def test_shares_that_do_not_go_together_are_refused_without_a_word(name: str, function: Callable[..., object]) -> None:
    given, threshold = TOGETHER[name]
    with pytest.raises(Refusal) as caught:
        function(given, no_check, threshold)
    assert caught.value.__context__ is None
    assert_silent(everything_of(caught.value))


def test_a_share_that_does_not_fit_is_named_without_a_word() -> None:
    source = shares(3, 5, seed=bytes(16), draw=DRAW)
    with pytest.raises(Refusal) as caught:
        recovered([*MADE[:3], source[4]], right(), 3)
    assert caught.value.why.startswith("Share 5")
    assert_silent(everything_of(caught.value))


def test_an_erased_share_tells_nothing_of_the_others() -> None:
    made = [*MADE[:2], Share(index=3, set_id=MADE[0].set_id, threshold=3, words=Secret(b""))]
    with pytest.raises(ValueError, match="erased") as caught:
        recovered(made, no_check, 3)
    assert_silent(everything_of(caught.value))


def test_a_wrong_use_of_the_secret_tells_nothing_of_it() -> None:
    for ask in (
        lambda: pin_of(Secret(SEED), "neither", SERIAL),
        lambda: check_value(Secret(SEED), "activation", ""),
        lambda: split(Secret(SEED), 1, 2),
        lambda: split(Secret(SEED + b"a"), 2, 2),
    ):
        with pytest.raises((ValueError, Refusal)) as caught:
            ask()
        assert_silent(everything_of(caught.value))


def test_the_net_catches_what_it_is_to_catch() -> None:
    """The library's own refusal quotes a word: what the rest of this file looks for would be found there."""
    from shamir_mnemonic import Share as Mnemonic

    with pytest.raises(Exception, match="Invalid mnemonic word") as caught:
        Mnemonic.from_mnemonic(MISREADINGS["a word that is none"].reveal().decode())
    with pytest.raises(AssertionError):
        assert_silent(everything_of(caught.value))
