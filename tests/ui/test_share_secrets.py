"""After each step no word of a share is left in the window: not in a widget, a text, the clipboard, or a loose string.

Three words of a row of a sheet, with blanks between, are what is looked for: nothing else in the process has them. The
tests hold sheets backwards, so that they do not find themselves.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ceremony_app.core import prompts as p
from ceremony_app.core.values import Mode
from tests.ui.custody_plan import custody_plan
from tests.ui.custody_tour import handing_out
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import CTRL, SHIFT, Hands, Key, Open
from tests.ui.sharing import choose, entry, hand_over, has_keyboard, rows, see, type_backwards, words
from tests.ui.tour import NAMES

OUTSIDE = "from outside"


def texts_of(widget: QObject) -> Iterator[str]:
    """Everything that Qt, a screen reader or another program can ask a widget for."""
    meta = widget.metaObject()
    for i in range(meta.propertyCount()):
        yield str(meta.property(i).read(widget))
    for name in (bytes(name.data()).decode() for name in widget.dynamicPropertyNames()):
        yield "" if name.startswith("_") else str(widget.property(name))
    if isinstance(widget, QWidget):
        told = QAccessible.queryAccessibleInterface(widget)
        if told.isValid():
            for kind in (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description):
                yield told.text(kind)


def buffers_of(value: object, depth: int = 4) -> Iterator[str]:
    """The texts and bytes that an attribute of a widget holds."""
    match value:
        case str():
            yield value
        case bytes() | bytearray():
            yield bytes(value).decode("latin-1")
        case list() | tuple() | set() | frozenset() if depth:
            for one in value:
                yield from buffers_of(one, depth - 1)
        case dict() if depth:
            for one in (*value.keys(), *value.values()):
                yield from buffers_of(one, depth - 1)
        case _:
            pass


def everything_of(hands: Hands) -> tuple[QObject, ...]:
    """All objects of the window."""
    return (hands.window, *hands.window.findChildren(QObject))


def in_the_window(hands: Hands) -> Iterator[str]:
    """All that the window's objects say or hold."""
    for thing in everything_of(hands):
        yield from texts_of(thing)
        yield from buffers_of(vars(thing) if hasattr(thing, "__dict__") else {})


def loose() -> list[str]:
    """Every text and every unchangeable bytes that anything in the process holds on to."""
    gc.collect()
    held: dict[int, str | bytes] = {}
    for holder in gc.get_objects():
        for one in gc.get_referents(holder):
            if isinstance(one, str | bytes):
                held[id(one)] = one
    return [one if isinstance(one, str) else one.decode("latin-1") for one in held.values()]


def assert_gone(hands: Hands, *sheets: list[str]) -> None:
    """No three words of a sheet stand beside each other anywhere."""
    everything = [*in_the_window(hands), *loose()]
    assert not found(pieces(*sheets), everything)
    assert QGuiApplication.clipboard().text() == OUTSIDE


def pieces(*sheets: list[str]) -> list[str]:
    """Each three words that stand beside each other, backwards as the sheets are.

    The first row is left out: its words are set, numbers and threshold (SLIP-39), so that sheets of other tests in this
    process may begin alike, and nothing in it is secret.
    """
    rows = [row.split(" ") for sheet in sheets for row in sheet[1:]]
    every = [" ".join(row[i : i + 3]) for row in rows for i in range(3)]
    assert len(every) == 12 * len(sheets)
    return every


def found(backwards: list[str], texts: list[str]) -> list[str]:
    """Which of the pieces are in one of the texts."""
    whole = "\0".join(texts).lower()
    return [piece for piece in backwards if piece[::-1] in whole]


def at_the_first(open_window: Open) -> Hands:
    desk = FakeDesk(custody_plan(Mode.PRODUCTION))
    handing_out(desk)
    QGuiApplication.clipboard().setText(OUTSIDE)
    return open_window(desk)


def test_nothing_is_left_of_a_share_after_each_step(open_window: Open) -> None:
    hands = at_the_first(open_window)
    first = see(hands, NAMES[4])
    hands.press(Key.Key_Space)
    assert_gone(hands, first)
    hands.press(Key.Key_Space)
    hands.primary()
    assert_gone(hands, first)
    type_backwards(hands, first)
    hands.press(Key.Key_F8)
    assert_gone(hands, first)
    hands.press(Key.Key_Escape)
    assert has_keyboard(hands, rows(hands)[0])
    type_backwards(hands, first)
    hands.primary()
    assert hand_over(hands.desk).index == 2
    assert_gone(hands, first)
    second, third = handed(hands, NAMES[5]), handed(hands, NAMES[6])
    assert_gone(hands, first, second, third)
    while not isinstance(now := hands.desk.prompt(), p.Perform) or not now.shares:
        hands.primary()
        hands.look_again()
    hands.primary()
    choose(hands, NAMES[6])
    hands.press(Key.Key_Return)
    type_backwards(hands, [*third[:4], second[4]])
    hands.primary()
    assert "CER-SHARE]" in hands.window.notice.text()
    assert_gone(hands, first, second, third)
    type_backwards(hands, third)
    hands.primary()
    assert_gone(hands, first, second, third)
    choose(hands, NAMES[4])
    hands.press(Key.Key_Return)
    type_backwards(hands, first)
    hands.primary()
    hands.primary()
    assert len(hands.desk.entered["pin"]) == 26
    assert_gone(hands, first, second, third)


def handed(hands: Hands, name: str) -> list[str]:
    """A share goes to somebody and is typed back."""
    sheet = see(hands, name)
    hands.primary()
    type_backwards(hands, sheet)
    hands.primary()
    hands.look_again()
    return sheet


def test_what_is_shown_stands_in_its_own_buffers_and_nowhere_else(open_window: Open) -> None:
    hands = at_the_first(open_window)
    wanted = pieces(see(hands, NAMES[4]))
    words(hands).grab()
    assert not found(wanted, loose())
    assert not found(wanted, [text for thing in everything_of(hands) for text in texts_of(thing)])
    assert found(wanted, list(buffers_of(vars(words(hands))))) == wanted, "the net would catch them"


def test_the_net_catches_a_text(open_window: Open) -> None:
    hands = at_the_first(open_window)
    sheet = see(hands, NAMES[4])
    hands.primary()
    kept = [row[::-1] for row in sheet]
    assert found(pieces(sheet), loose()) == pieces(sheet)
    del kept


def test_no_key_brings_a_row_to_the_clipboard_or_back(open_window: Open) -> None:
    hands = at_the_first(open_window)
    sheet = see(hands, NAMES[4])
    hands.primary()
    type_backwards(hands, sheet[:1])
    length = rows(hands)[0]._length
    for key, modifiers in (
        (Key.Key_A, CTRL), (Key.Key_C, CTRL), (Key.Key_X, CTRL), (Key.Key_V, CTRL), (Key.Key_Z, CTRL),
        (Key.Key_Insert, CTRL), (Key.Key_Insert, SHIFT), (Key.Key_Z, CTRL | SHIFT), (Key.Key_Y, CTRL),
    ):  # fmt: skip
        hands.press(key, modifiers)
    assert rows(hands)[0]._length == length
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == OUTSIDE
    row = rows(hands)[0]
    QTest.mousePress(row, Qt.MouseButton.LeftButton)
    QTest.mouseMove(row, row.rect().bottomRight())
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton)
    QTest.mouseClick(row, Qt.MouseButton.MiddleButton)
    QTest.mouseDClick(row, Qt.MouseButton.LeftButton)
    assert rows(hands)[0]._length == length
    assert clipboard.text() == OUTSIDE
    assert not any(widget.acceptDrops() for widget in entry(hands).findChildren(QWidget))
