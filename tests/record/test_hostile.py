"""Hostile text in every place of every block: inert, whole and visible, and the build never fails."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ceremony_app.core.values import Mode
from ceremony_app.record.document import (
    Blank,
    Block,
    Box,
    Bullets,
    Checkboxes,
    Column,
    Document,
    Expectation,
    Fact,
    Facts,
    Fingerprint,
    Grid,
    HashBlock,
    Heading,
    KeepTogether,
    Legend,
    Notice,
    Quote,
    Sign,
    Signatures,
    Signer,
    SignOff,
    StepBlock,
    StepRecord,
    Text,
    Verbatim,
    WriteIn,
)
from ceremony_app.record.escape import visible
from ceremony_app.record.fonts import Face, Faces
from ceremony_app.record.layout import lay_out
from ceremony_app.record.make import make_with
from ceremony_app.record.styles import LEFT, RIGHT, TOP
from tests.record.reading import WHEN, extent, flat, our_faces, pages_of, squeezed, words


def everything(text: str) -> tuple[Block, ...]:
    """Every kind of block with the text in every place."""
    fact = Fact(label=text, value=text)
    blank = Blank(label=text, boxes=(3,))
    sign_off = SignOff(role=text, name=text, purpose=text, decision=text, utc=text, method=text, key=text)
    plain: tuple[Block, ...] = (
        Heading(text=text, number=text),
        Text(text=text),
        Quote(text=text),
        Bullets(items=(text,)),
        Facts(rows=(fact,)),
        Grid(columns=(Column(title=text), Column(title="m", kind="mono")), rows=((text, text),), sample=(text,)),
        Grid(columns=(Column(title="w", kind="write"), Column(title="t", kind="tick")), rows=((text, text),)),
        HashBlock(title=text, note=text),
        WriteIn(blanks=(blank, Blank(label=text))),
        Checkboxes(items=(text,), title=text),
        Signatures(people=(Signer(role=text, name=text),)),
        Verbatim(text=text, title=text),
        Legend(signs=(Sign(mark="leaf", text=text),)),
        Notice(word=text, text=text),
    )
    block = StepBlock(
        number=text,
        title=text,
        who=(text,),
        estimate=text,
        say=(text,),
        do=(text,),
        expected=(Expectation(text=text, value=text),),
        actual=(blank,),
        initials=(text,),
    )
    record = StepRecord(
        number=text,
        title=text,
        state=text,
        start=text,
        end=text,
        entries=text,
        said=(text,),
        done=(text,),
        facts=(fact,),
        sign_offs=(sign_off,),
        deviations=(text,),
    )
    return (*plain, block, record, Box(title=text, blocks=plain[:3]), KeepTogether(blocks=plain[3:6]))


def hostile(text: str, kind: str = "script") -> Document:
    return Document(
        kind="script" if kind == "script" else "record",
        title=text,
        subtitle=text,
        purpose=text,
        version=text,
        fingerprints=(Fingerprint(label=text, sha256="0" * 64),),
        facts=(Fact(label=text, value=text),),
        initials=(text,),
        blocks=everything(text),
    )


PLACES = 71  # of 73: where a page ends within a text, a line such as "continued" may part it
ATTACKS = st.sampled_from(
    [
        "<img src='file:///etc/passwd'/>",
        "</para><para>&lt;b&gt;",
        "\u202egnp.exe",
        "a\u200bb\u2066c",
        "x\x00\x1b[31m\r\ny",
        "(unbalanced \\( ) Tj ET",
        "مرحبا שלום",
        "%PDF-1.7 endstream endobj",
    ]
)
# Blanks at the ends are written out where a text stands alone, not where it stands among others.
ALONE = st.text(min_size=1, max_size=30).filter(lambda text: visible(text.strip(" \u00a0")) == visible(text))
TEXTS = st.one_of(ATTACKS, ALONE)


@settings(max_examples=12, deadline=None)
@given(text=TEXTS)
@example(text="0\u00a01")
def test_it_is_whole_and_visible_wherever_it_stands(text: str) -> None:
    faces = our_faces()
    laid = lay_out(hostile(text), faces)
    shown = squeezed("".join(run.text for run in faces.runs(text, Face.SANS)))
    assert squeezed("".join(words(laid))).count(shown) >= PLACES
    for page in laid.pages:
        for placed in page:
            assert placed.y + placed.strip.height <= laid.sheet.body + 0.1
            for dx, dy, ink in flat(placed.strip.ink, LEFT, TOP + placed.y):
                left, _, right, bottom = extent(faces, dx, dy, ink)
                assert left >= LEFT - 8
                assert right <= laid.sheet.width - RIGHT + 1
                assert bottom <= TOP + laid.sheet.body + 1


@settings(max_examples=8, deadline=None)
@given(text=TEXTS, kind=st.sampled_from(["script", "record"]))
def test_the_finished_file_conforms_and_shows_it(text: str, kind: Literal["script", "record"]) -> None:
    faces = our_faces()
    pdf = make_with(faces, hostile(text, kind), (), WHEN)
    shown = squeezed("".join(run.text for run in faces.runs(text, Face.SANS)))
    assert not shown.isascii() or squeezed("".join(pages_of(pdf))).count(shown) >= PLACES


@pytest.mark.parametrize(
    "text",
    ["x" * 100_000, "word " * 20_000, "<img src='x'/>" * 7_000, "a→" * 20_000, "\u202e" * 10_000, "e\u0301" * 50_000],
    ids=["one word", "words", "markup", "two fonts", "unseen", "accents"],
)
def test_a_text_of_a_hundred_thousand_characters_is_printed_whole(faces: Faces, text: str) -> None:
    block = StepBlock(number="1", title="t", say=(text,), initials=("CA",))
    fact = Facts(rows=(Fact(label="l", value=text),))
    made = Document(kind="script", title=text, mode=Mode.REHEARSAL, blocks=(fact, block))
    shown = squeezed("".join(run.text for run in faces.runs(text, Face.SANS)))
    found = "".join(words(lay_out(made, faces)))
    assert sum(found.count(character) for character in set(shown)) >= 3 * len(shown)


def test_a_long_title_does_not_break_the_file(faces: Faces) -> None:
    pdf = make_with(faces, Document(kind="record", title="x" * 40_000, blocks=(Heading(text="y" * 40_000),)), (), WHEN)
    assert "x" * 20 in pages_of(pdf)[0]
