"""Share worksheets: a sheet for each share that is handed out, on one page, with room for all that is written."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from pikepdf import pdfa

from ceremony_app.actions import KINDS
from ceremony_app.chronicle.context import PrintContext, context_of
from ceremony_app.chronicle.worksheets import handed_out, worksheets_document
from ceremony_app.core.errors import Unusable
from ceremony_app.core.script import Definition
from ceremony_app.definition.load import load
from ceremony_app.record.document import Document, WordRows
from ceremony_app.record.ink import Panel, Words
from ceremony_app.record.layout import draw, lay_out
from ceremony_app.record.make import make_with
from ceremony_app.record.text import as_text
from tests.record.reading import WHEN, flat, our_faces, pages_of

ROOT = Path(__file__).parents[2]
SHORT = (ROOT / "tests/ceremonies/short.toml").read_text()
DIGESTS = {"ceremony.toml": "ab" * 32, "policy.toml": "cd" * 32}
SPLIT = (
    SHORT.replace(
        "[tokens.hsm]\n",
        """\
[roles.key-custodian]
title = "Key custodian"
count = 5

[roles.security-officer]
title = "Security officer"
count = 3

[tokens.hsm.custody.activation]
role = "key-custodian"
threshold = 3
shares = 5

[tokens.hsm.custody.officer]
role = "security-officer"
threshold = 2
shares = 3

[tokens.hsm]
""",
    )
    .replace('title = "Test token"', 'title = "Blue module"')
    .replace(
        '[[acts.steps]]\nid = "initialise"\n',
        """\
[[acts.steps]]
id = "split"
do = "split-activation"
token = "hsm"
minutes = 1
say = "The PINs are drawn and split."
sign_off = "two"

[[acts.steps]]
id = "initialise"
""",
    )
)


def definition(text: str = SPLIT) -> Definition:
    return load(text.encode(), KINDS)


def context(paper: Literal["A4", "Letter"] = "A4") -> PrintContext:
    return context_of("ef" * 32, (), paper=paper)


def sheets(text: str = SPLIT, paper: Literal["A4", "Letter"] = "A4") -> Document:
    return worksheets_document(definition(text), None, context(paper), DIGESTS)


def test_every_share_that_is_handed_out_has_a_sheet_of_its_own() -> None:
    pages = pages_of(draw(sheets(), our_faces()))
    assert len(pages) == 8
    for number, page in enumerate(pages, start=1):
        share, of, whose = (
            (number, 3, "PIN of the security officer") if number <= 3 else (number - 3, 5, "activation PIN")
        )
        assert f"Share {share} of {of}: {whose}" in page
        assert f"any {2 if of == 3 else 3} of the {of} shares" in page
        assert f"Sheet {number} of 8" in page
        assert f"Holder: {'Security officer' if of == 3 else 'Key custodian'}" in " ".join(page.split())
        for said in (
            "Short root ceremony for tests",
            "Blue module (hsm)",
            "Set of shares",
            "Check value",
            "Bag number",
        ):
            assert said in page
        assert "Never type these words anywhere but in a ceremony." in page
        assert "Destroy this sheet if it is spoiled" in page
        assert "DRAFT – NOT BOUND" in page
        assert "abab abab" in page
        assert "cdcd" not in page


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_sheet_is_one_page_however_long_the_titles(paper: Literal["A4", "Letter"]) -> None:
    long = "Generation of a key for an authority with a name that somebody thought about for a very long time indeed"
    text = SPLIT
    for title in ("Short root ceremony for tests", "Blue module", "Key custodian", "Security officer"):
        text = text.replace(f'"{title}"', f'"{long}"')
    made = sheets(text, paper)
    assert len(lay_out(made, our_faces()).pages) == 8
    assert made.title == long


def test_a_sheet_has_twenty_numbered_boxes_and_five_for_check_words() -> None:
    laid = lay_out(sheets(), our_faces())
    for page in laid.pages:
        inks = [ink for placed in page for _, _, ink in flat(placed.strip.ink)]
        shaded = [ink for ink in inks if isinstance(ink, Panel) and ink.shade is not None and ink.width]
        assert len(shaded) == 5
        assert all(ink.w > 85 and ink.h > 30 for ink in shaded)
        numbers = [ink.run.text for ink in inks if isinstance(ink, Words) and ink.run.text.isdigit() and ink.size < 10]
        assert numbers == [str(number) for number in range(1, 21)]


def test_the_sheets_can_be_told_as_text() -> None:
    text = as_text(sheets())
    assert text.startswith("SHARE WORKSHEET – DRAFT – NOT BOUND\nShort root ceremony for tests\n\n# Share 1 of 3")
    assert text.count("  5  ____ ____ ____ ____  check word ____\n") == 8


def test_the_sheets_conform_to_the_archive_format_and_are_the_same_each_time() -> None:
    pdf = make_with(our_faces(), sheets(), (), WHEN)
    assert pdfa.validate_written(BytesIO(pdf), "3b").passed
    assert make_with(our_faces(), sheets(), (), WHEN) == pdf


def test_only_what_this_ceremony_hands_out_is_printed() -> None:
    own = definition(
        SPLIT.replace(
            'token = "hsm"\nminutes = 1\nsay = "The PINs',
            'token = "hsm"\nwhose = "officer"\nminutes = 1\nsay = "The PINs',
        )
    )
    assert [(stage.whose, stage.split.shares) for stage in handed_out(own)] == [("officer", 3)]
    made = worksheets_document(own, None, context(), DIGESTS)
    assert sum(isinstance(block, WordRows) for block in made.blocks) == 3


def test_a_ceremony_without_shares_has_no_sheets() -> None:
    with pytest.raises(Unusable, match="hands out no shares") as caught:
        sheets(SHORT)
    assert caught.value.rule == "CER-WORKSHEETS"


def test_the_command_writes_them_once(tmp_path: Path) -> None:
    source, target = tmp_path / "split.toml", tmp_path / "worksheets.pdf"
    source.write_text(SPLIT)
    asked = ["script", str(source), "--worksheets", "--paper", "Letter", "-o", str(target)]
    command = [sys.executable, "-m", "ceremony_app", *asked]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    made = target.read_bytes()
    assert len(pages_of(made)) == 8
    assert b"/MediaBox [ 0 0 612 792 ]" in made
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert again.stderr.rstrip().endswith("[CER-EXISTS]")
    assert target.read_bytes() == made
