"""Anybody's text: every character visible, none obeyed."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # fontTools has no types
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.record import escape
from ceremony_app.record.escape import Run, visible
from ceremony_app.record.fonts import FILES, Face, Faces
from tests.record.reading import FONTS, our_faces


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain text, 100 %", "plain text, 100 %"),
        ("<img src='x'/> & <b>", "<img src='x'/> & <b>"),
        ("abc\u202edef", "abc\\u{202E}def"),
        ("a\u200bb\u2060c\ufeffd", "a\\u{200B}b\\u{2060}c\\u{FEFF}d"),
        ("one\ntwo\ttab\x00nul\x1b[2J", "one\\u{000A}two\\u{0009}tab\\u{0000}nul\\u{001B}[2J"),
        ("em\u2003space", "em\\u{2003}space"),
        ("C:\\u{202E}", "C:\\u{005C}u{202E}"),
        ("C:\\user", "C:\\user"),
        ("tail ", "tail\\u{0020}"),
        ("a   b", "a\\u{0020}\\u{0020}\\u{0020}b"),
        ("a  b", "a  b"),
        ("  ", "\\u{0020}\\u{0020}"),
        ("e\u0301\u0323x", "e\u0301\u0323x"),
        ("e\u0301\u0301\u0301", "e\u0301\u0301\\u{0301}"),
        ("\u0301e", "\\u{0301}e"),
        ("Šťastná Πάπας Żółć", "Šťastná Πάπας Żółć"),
    ],
)
def test_what_is_seen(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_a_listing_keeps_its_blanks() -> None:
    assert visible("    indented   ", listing=True) == "    indented   "


def test_what_no_font_has_is_written_out(faces: Faces) -> None:
    shown = "".join(run.text for run in faces.runs("東 😀 \u3164 → A", Face.SANS))
    assert shown == "\\u{6771} \\u{1F600} \\u{3164} → A"


@pytest.mark.parametrize("character", ["\u2800", "\u034f", "\ufe00", "\u115f", "\u3000", "\u00ad"])
def test_a_character_without_a_look_is_written_out(faces: Faces, character: str) -> None:
    for face in Face:
        (run,) = faces.runs(f"x{character}y", face)
        assert run.text == f"x\\u{{{ord(character):04X}}}y"


def test_every_glyph_that_is_ever_drawn_has_an_outline(faces: Faces) -> None:
    fonts = {name: TTFont(FONTS / f"{name}.ttf") for name in FILES}
    for face in Face:
        for code in set().union(*faces.characters.values()) - {0x20, 0xA0}:
            (run, *more) = faces.runs(f"x{chr(code)}", face)
            drawn = more[0] if more else Run(run.font, run.text[1:])
            font = fonts[drawn.font]
            for character in drawn.text:
                glyph = font["glyf"][font.getBestCmap()[ord(character)]]
                assert glyph.numberOfContours != 0, f"U+{code:04X}"


def test_a_character_that_the_face_lacks_comes_from_the_next_font(faces: Faces) -> None:
    runs = faces.runs("a→b", Face.SANS)
    assert [(run.font, run.text) for run in runs] == [
        ("NotoSans-Regular", "a"),
        ("DejaVuSans", "→"),
        ("NotoSans-Regular", "b"),
    ]


@given(text=st.text(max_size=60), face=st.sampled_from(Face), listing=st.booleans())
def test_whatever_is_drawn_can_be_seen(text: str, face: Face, listing: bool) -> None:
    faces = our_faces()
    runs = faces.runs(text, face, listing=listing)
    for run in runs:
        for character in run.text:
            assert ord(character) in faces.characters[run.font] or character in " \u00a0"
            assert unicodedata.category(character)[0] != "C"


@given(text=st.text(max_size=60))
def test_nothing_is_lost_and_nothing_imitated(text: str) -> None:
    """From what is seen, what was meant can be told: the writing out can be undone."""
    seen = visible(text)
    out, i = [], 0
    while i < len(seen):
        if seen.startswith("\\u{", i):
            end = seen.index("}", i)
            out.append(chr(int(seen[i + 3 : end], 16)))
            i = end + 1
        else:
            out.append(seen[i])
            i += 1
    assert "".join(out) == text


def test_there_is_no_other_way_onto_the_page() -> None:
    """Only `escape` makes runs, only `layout` draws them, and nothing takes markup."""
    package = Path(escape.__file__).parent
    makers, drawers = set(), set()
    for path in package.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        }
        imported = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom | ast.Import)
            for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
        }
        assert not {name for name in imported if name and name.startswith("reportlab.platypus")}
        makers |= {path.name} if "Run" in called else set()
        drawers |= {path.name} if called & {"drawString", "beginText", "textOut", "addLiteral"} else set()
    assert makers == {"escape.py"}
    assert drawers == {"layout.py"}
