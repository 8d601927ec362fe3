"""What each kind of block prints."""

from __future__ import annotations

import re

import pytest

from ceremony_app.core.words import LETTERS, hash_rows
from ceremony_app.record.document import (
    Block,
    Bullets,
    Checkboxes,
    Column,
    Document,
    Fact,
    Facts,
    Fingerprint,
    Grid,
    HashBlock,
    Legend,
    Signatures,
    StepRecord,
)
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Panel, Ring
from ceremony_app.record.layout import lay_out
from ceremony_app.record.styles import MM
from tests.record import samples
from tests.record.reading import flat, script_of, words


def body(faces: Faces, *blocks: Block) -> str:
    return "".join(words(lay_out(script_of(*blocks), faces)))


def test_a_hash_block_prints_the_words_that_the_screen_shows(faces: Faces) -> None:
    digest = samples.digest("x")
    text = body(faces, HashBlock(title="H", digest=digest))
    for row in hash_rows(digest):
        assert f"{row.letter}{row.hex}{''.join(row.words)}" in text


def test_an_empty_hash_block_has_eight_rows_of_boxes_to_write_in(faces: Faces) -> None:
    laid = lay_out(script_of(HashBlock(title="H")), faces)
    inks = [ink for placed in laid.pages[0] for _, _, ink in flat(placed.strip.ink)]
    groups = [ink for ink in inks if isinstance(ink, Panel) and ink.h == pytest.approx(7 * MM)]
    assert len(groups) == 2 * len(LETTERS)
    assert not re.search("[0-9a-f]{8}", words(laid)[0].split("H")[-1])


def test_missing_evidence_is_said(faces: Faces) -> None:
    assert "LabelNOTRECORDED" in body(faces, Facts(rows=(Fact(label="Label", value=""),)))
    record = StepRecord(number="1.1", title="t", state="done", wants_sign_offs=True)
    text = body(faces, record)
    assert "NOTRECORDEDtoNOTRECORDED" in text
    assert "journalentriesNOTRECORDED" in text
    assert "SIGNEDnone" in text


@pytest.mark.parametrize(
    "block",
    [
        Bullets(items=()),
        Facts(rows=()),
        Grid(columns=(Column(title="c"),)),
        Checkboxes(items=()),
        Signatures(people=()),
        Legend(signs=()),
    ],
)
def test_an_empty_block_says_none(faces: Faces, block: Block) -> None:
    assert body(faces, block).endswith("none")


def test_boxes_and_rings_are_drawn_not_typed(faces: Faces) -> None:
    laid = lay_out(script_of(Checkboxes(items=("a", "b")), Checkboxes(items=("c", "d", "e"), one_of=True)), faces)
    inks = [ink for placed in laid.pages[0] for _, _, ink in flat(placed.strip.ink)]
    assert sum(isinstance(ink, Ring) for ink in inks) == 3
    assert sum(isinstance(ink, Panel) and ink.w == ink.h == 9 for ink in inks) == 2


def test_a_grid_refuses_a_row_that_would_lose_a_cell() -> None:
    with pytest.raises(ValueError, match="2 cells in a grid of 1"):
        Grid(columns=(Column(title="c"),), rows=(("a", "b"),))


@pytest.mark.parametrize("digest", ["AB" * 32, "ab" * 31, "ab" * 32 + "\n"])
def test_only_a_digest_is_taken_for_one(digest: str) -> None:
    for make in (
        lambda: HashBlock(title="t", digest=digest),
        lambda: Fingerprint(label="l", sha256=digest),
        lambda: Document(kind="record", title="t", head=digest),
    ):
        with pytest.raises(ValueError, match="64 lower-case"):
            make()
