"""Tables that fit: nothing is lost, nothing is wider than the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.cli.table import columns, table, width, wrapped

HEADS = ("field", "section", "good")
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=60
)


def taken(line: str) -> int:
    return sum(map(columns, line))


def bare(text: str) -> str:
    """The text without blanks."""
    return "".join(text.split(" "))


@given(TEXTS, st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks(text: str, room: int) -> None:
    lines = wrapped(text, room)
    assert lines
    assert all(taken(line) <= room for line in lines)
    assert bare("".join(lines)) == bare(text)


def test_wrapping_breaks_at_blanks_and_long_words_anywhere() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrapped("one abcdefgh", 5) == ["one", "abcde", "fgh"]
    assert wrapped("証明書", 4) == ["証明", "書"]
    assert wrapped("", 5) == [""]


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4), st.integers(40, 150))
def test_tables_fit(rows: list[tuple[str, str, str]], room: int) -> None:
    lines = list(table(HEADS, rows, room))
    assert all(taken(line) <= room for line in lines)
    shown = bare("".join(lines))
    for row in rows:
        assert all(character in shown for cell in row for character in bare(cell))


def test_columns_where_there_is_room_and_blocks_where_there_is_not() -> None:
    rows = [("Version", "BR 7.1.1", "yes")]
    assert list(table(HEADS, rows, 100)) == [
        "field    section   good",
        "-------  --------  ----",
        "Version  BR 7.1.1  yes",
    ]
    assert list(table(HEADS, rows, 60)) == ["Version", "  section  BR 7.1.1", "  good     yes"]


def test_nothing_in_a_table_can_move_the_cursor() -> None:
    for room in (60, 100):
        lines = list(table(HEADS, [("a\x1b[2J", "b\u202e" * 30, "yes")], room))
        assert all(line.isprintable() and taken(line) <= room for line in lines)
        assert "\\u{001B}" in "".join(lines)


def test_the_terminals_width_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "77")
    assert width() == 77
    monkeypatch.setenv("COLUMNS", "3")
    assert width() == 40
