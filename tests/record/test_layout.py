"""Pages: nothing split that must not be, nothing outside the paper, nothing lost, everything labelled."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony_app.core.values import Mode
from ceremony_app.record.document import (
    Blank,
    Column,
    Document,
    Expectation,
    Grid,
    Heading,
    Signatures,
    Signer,
    SignOff,
    StepBlock,
    StepRecord,
    Text,
    WriteIn,
)
from ceremony_app.record.fonts import Faces
from ceremony_app.record.furniture import fixed, grouped, numbered
from ceremony_app.record.ink import Dots, Rule, Slanted, Strip
from ceremony_app.record.layout import Laid, draw, lay_out
from ceremony_app.record.pages import paginate
from ceremony_app.record.qr import square_code
from ceremony_app.record.styles import LEFT, MM, RIGHT, TOP, sheet
from tests.record import samples
from tests.record.reading import extent, flat, our_faces, pages_of, script_of, squeezed, words

SAMPLES = [(samples.script, paper, mode) for paper in get_args(samples.Paper) for mode in (*Mode, None)] + [
    (samples.record, paper, mode) for paper in get_args(samples.Paper) for mode in Mode
]


@pytest.mark.parametrize(("make", "paper", "mode"), SAMPLES)
def test_all_ink_lies_on_the_paper_and_all_blocks_above_the_footer(
    faces: Faces, make: type, paper: samples.Paper, mode: Mode | None
) -> None:
    made: Document = make(mode=mode, paper=paper)
    laid = lay_out(made, faces)
    edge = laid.sheet.width - RIGHT
    for page in laid.pages:
        for placed in page:
            assert placed.y + placed.strip.height <= laid.sheet.body + 0.1
            for dx, dy, ink in flat(placed.strip.ink, LEFT, TOP + placed.y):
                left, top, right, bottom = extent(faces, dx, dy, ink)
                assert left >= LEFT - 8
                assert right <= edge + 1
                assert top >= TOP - 1
                assert bottom <= TOP + laid.sheet.body + 1
    for dx, dy, ink in flat((*fixed(faces, made, laid.sheet), *numbered(faces, made, laid.sheet, 999, 1000))):
        if not isinstance(ink, Slanted):
            left, top, right, bottom = extent(faces, dx, dy, ink)
            assert left >= LEFT - 1
            assert right <= edge + 1
            assert top >= 20
            assert bottom <= laid.sheet.height - 20


@pytest.mark.parametrize(("make", "paper", "mode"), SAMPLES)
def test_every_page_says_which_document_it_belongs_to(
    faces: Faces, make: type, paper: samples.Paper, mode: Mode | None
) -> None:
    made: Document = make(mode=mode, paper=paper)
    pages = pages_of(draw(made, faces))
    assert len(pages) > 5
    for number, text in enumerate(pages, 1):
        assert made.title in text
        assert f"Page {number} of {len(pages)}" in text
        assert {Mode.REHEARSAL: "REHEARSAL", Mode.PRODUCTION: "PRODUCTION", None: "DRAFT – NOT BOUND"}[mode] in text
        if made.kind == "script":
            assert "Ceremony script" in text
            for entry in made.fingerprints:
                assert grouped(entry.sha256) in text
        else:
            assert "Ceremony record" in text
            assert grouped(made.ceremony) in text
            assert grouped(made.head) in text
    assert all(entry.sha256 in squeezed(pages[0]) for entry in made.fingerprints)


@pytest.mark.parametrize(("mode", "word"), [(Mode.REHEARSAL, "REHEARSAL"), (Mode.PRODUCTION, ""), (None, "DRAFT")])
def test_the_watermark_stands_behind_everything(faces: Faces, mode: Mode | None, word: str) -> None:
    ink = fixed(faces, samples.script(mode=mode), sheet("A4"))
    marks = [part.run.text for part in ink if isinstance(part, Slanted)]
    assert marks == ([word] if word else [])
    assert not word or isinstance(ink[0], Slanted)


def test_the_square_code_holds_ceremony_head_and_page(faces: Faces) -> None:
    made = samples.record()
    (code,) = [ink for ink in numbered(faces, made, sheet("A4"), 7, 9) if isinstance(ink, Dots)]
    wanted = segno.make(f"{made.ceremony}|{made.head}|7", error="m", micro=False, mask=3, boost_error=False)
    matrix = [bytes(row) for row in wanted.matrix_iter(border=2)]
    rows = [bytearray(len(row)) for row in matrix]
    for column, row, length in code.runs:
        rows[row][column : column + length] = b"\1" * length
    assert rows == matrix
    assert code.cell * len(rows) == pytest.approx(16 * MM)
    assert square_code("x", 0, 0, 10) != square_code("y", 0, 0, 10)


# ------------------------------------------------------------------------------------------------ what is not split


def step(i: int, size: int) -> StepBlock:
    return StepBlock(
        number=f"1.{i}",
        title=f"begin{i}x",
        say=("word " * size,),
        expected=tuple(Expectation(text="e", value="v") for _ in range(size % 5)),
        initials=("CA", "IW", "EW"),
        marker="irreversible" if size % 3 == 0 else "",
        blocks=(WriteIn(blanks=(Blank(label=f"end{i}x"),)),),
    )


def page_with(laid: Laid, text: str) -> int:
    (page,) = [i for i, found in enumerate(words(laid)) if text in found]
    return page


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 160), min_size=6, max_size=20))
def test_a_step_is_on_one_page(sizes: list[int]) -> None:
    faces = our_faces()
    laid = lay_out(script_of(*(step(i, size) for i, size in enumerate(sizes))), faces)
    for i in range(len(sizes)):
        assert page_with(laid, f"begin{i}x") == page_with(laid, f"end{i}x")


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 200), min_size=20, max_size=60))
def test_a_row_is_on_one_page_and_the_header_on_every_page(sizes: list[int]) -> None:
    faces = our_faces()
    columns = (Column(title="First"), Column(title="Second", weight=2))
    rows = tuple((f"row{i}x", f"begin{i}x {'word ' * size}end{i}x") for i, size in enumerate(sizes))
    laid = lay_out(script_of(Heading(text="H"), Grid(columns=columns, rows=rows)), faces)
    for i in range(len(sizes)):
        assert page_with(laid, f"row{i}x") == page_with(laid, f"begin{i}x") == page_with(laid, f"end{i}x")
    assert all("FirstSecond" in text for text in words(laid))


@pytest.mark.parametrize("before", range(30))
def test_a_heading_stays_with_what_follows(faces: Faces, before: int) -> None:
    lines = tuple(Text(text="x") for _ in range(before))
    laid = lay_out(script_of(*lines, Heading(text="headingX"), Text(text="firstX " + "word " * 60)), faces)
    assert page_with(laid, "headingX") == page_with(laid, "firstX")


def test_a_step_that_runs_over_says_so_and_repeats_its_tables_header(faces: Faces) -> None:
    signed = tuple(
        SignOff(role=f"role{i}x", name="n", purpose="go", decision="AGREE", utc="t", method="m", key="k")
        for i in range(120)
    )
    for marker in ("", "irreversible"):
        step_done = StepRecord(number="3.4", title="Generate", state="DONE", sign_offs=signed, marker=marker)
        first, *more = words(lay_out(script_of(step_done), faces))
        assert "Signedas" in first
        assert "continued" not in first
        assert len(more) >= 2
        for page in more:
            assert page.startswith("3.4Generate–continuedSignedas")


def test_what_is_kept_together_stays_together_unless_no_page_holds_it() -> None:
    strip = Strip(10, keep=True)
    assert [len(page) for page in paginate([Strip(50), *[strip] * 5, Strip(10)], 100)] == [1, 6]
    assert [len(page) for page in paginate([*[strip] * 24, Strip(10)], 100)] == [10, 10, 5]


def test_a_step_that_no_page_holds_loses_nothing(faces: Faces) -> None:
    texts = tuple(f"word{i}x " * 40 for i in range(60))
    laid = lay_out(script_of(StepBlock(number="1", title="t", say=texts, initials=("CA",))), faces)
    assert len(laid.pages) > 2
    found = "".join(words(laid))
    assert all(found.count(f"word{i}x") == 40 for i in range(60))


def test_write_in_rows_are_at_least_nine_millimetres(faces: Faces) -> None:
    columns = (Column(title="a", kind="write"), Column(title="b", kind="write"))
    laid = lay_out(script_of(Grid(columns=columns, blank_rows=5), Signatures(people=(Signer(role="r"),))), faces)
    rules = sorted(
        placed.y + dy + ink.y1
        for placed in laid.pages[0]
        for _, dy, ink in flat(placed.strip.ink)
        if isinstance(ink, Rule) and ink.y1 == ink.y2 and ink.x1 == 0
    )
    rows = [below - above for above, below in itertools.pairwise(rules)]
    assert sum(row >= 9 * MM - 0.5 for row in rows) == 5 + 1 + 2  # rows to fill in, one to sign, air above both
