"""The rows into which a share is typed: what they show, what they never show, and where Enter goes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ceremony_app.core.secret import Secret
from ceremony_app.shares.sheet import row_fault
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.shareentry import ShareEntry
from ceremony_app.ui.sharerow import SHOW_KEY, ShareRow
from tests.shares.making import rows as words_of
from tests.shares.making import shares

SHEET = [" ".join(words) for words in words_of(shares(2, 3)[0])]


class Place:
    """A window with nothing but a share entry, and what it had judged."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        self.asked: list[tuple[int, Secret]] = []
        self.entry = ShareEntry(self._fault, self.window)
        layout.addWidget(self.entry)
        self.window.resize(900, 500)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.rows = self.entry.findChildren(ShareRow)
        self.rows[0].setFocus()

    def _fault(self, number: int, typed: Secret) -> str:
        self.asked.append((number, typed))
        return row_fault(number, typed)

    @property
    def judged(self) -> list[int]:
        return [number for number, _ in self.asked]

    def type(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self.window.windowHandle(), character)  # type: ignore[call-overload]  # stubs differ

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.windowHandle(), key, modifiers)

    def has_focus(self) -> int:
        return next((row.number for row in self.rows if row.hasFocus()), 0)

    def beside(self) -> list[str]:
        return [text.text() for text in self.entry._counters]

    def told(self, number: int) -> str:
        text = self.entry._faults[number - 1]
        return text.text() if text.isVisible() else ""


@pytest.fixture
def place(qtbot: QtBot, look: Appearance) -> Place:
    del look
    return Place(qtbot)


def test_rows_are_typed_judged_and_taken(place: Place) -> None:
    for number, row in enumerate(SHEET, start=1):
        assert place.has_focus() == number
        place.type(row)
        assert place.judged == list(range(1, number)), "while it is typed nothing is said of it"
        place.press(Qt.Key.Key_Return)
    assert place.beside() == ["✓ fits"] * 5
    assert place.entry.gaps() == ()
    assert place.entry.stands()
    assert place.entry.take().reveal() == "".join(f"{row}\n" for row in SHEET).encode()
    assert place.entry.is_empty()
    assert place.beside() == ["0 of 5 words"] * 5


def test_what_was_judged_is_erased(place: Place) -> None:
    place.type(SHEET[0])
    place.press(Qt.Key.Key_Tab)
    assert place.judged == [1]
    assert all(typed.reveal() == b"" for _, typed in place.asked)


def test_words_are_counted_so_that_a_dropped_one_is_seen(place: Place) -> None:
    for i, word in enumerate("acid  acne acorn  across act".split(" ")):
        place.type(f" {word}" if i else word)
    assert place.beside()[0] == "5 of 5 words"
    assert place.rows[0].copy().reveal() == b"acid acne acorn across act", "blanks after blanks are slips"
    place.press(Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert place.beside()[0] == "4 of 5 words"
    assert place.rows[0].copy().reveal() == b"acid acne acorn across "
    place.press(Qt.Key.Key_Return)
    assert place.told(1) == "✗ Row 1 has 4 words; it has four words and a check word."
    assert place.beside()[0] == "✗ not right"


def test_a_row_in_the_place_of_another_is_named(place: Place) -> None:
    place.type(SHEET[1])
    place.press(Qt.Key.Key_Tab)
    assert place.told(1) == "✗ This is not row 1; it would be right as row 2."
    place.press(Qt.Key.Key_Backtab)
    place.press(Qt.Key.Key_Backspace)
    assert place.told(1) == "", "while it is mended nothing is said of it"
    assert place.beside()[0] == "5 of 5 words"


def test_enter_goes_to_what_is_not_right_yet_and_never_further(place: Place) -> None:
    place.type("acid")
    place.press(Qt.Key.Key_Return)
    for row in SHEET[1:]:
        place.type(row)
        place.press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert place.has_focus() == 1, "after the last row back to the one that is wrong"
    place.press(Qt.Key.Key_Delete)
    place.type(SHEET[0])
    place.press(Qt.Key.Key_Return)
    assert place.has_focus() == 1, "with every row right Enter does nothing"
    assert not place.entry.is_empty()


def test_an_empty_row_is_not_judged(place: Place) -> None:
    for _ in range(5):
        place.press(Qt.Key.Key_Tab)
    assert place.judged == []
    assert [gap.text for gap in place.entry.gaps()] == [f"row {n}" for n in range(1, 6)]


def test_a_row_that_was_not_left_is_judged_before_it_is_sent(place: Place) -> None:
    for row in SHEET[:4]:
        place.type(row)
        place.press(Qt.Key.Key_Return)
    place.type(SHEET[0])
    assert place.entry.gaps() == ()
    assert not place.entry.stands()
    assert place.told(5) == "✗ This is not row 5; it would be right as row 1."
    assert not place.entry.is_empty()
    assert place.has_focus() == 5


def image(row: ShareRow) -> QImage:
    return row.grab().toImage()


def test_dots_say_nothing_of_the_letters(place: Place) -> None:
    first, second = place.rows[:2]
    first.fill(Secret.of("ii ii ii"))
    second.fill(Secret.of("WWWWWWWW"))
    place.rows[4].setFocus()
    assert image(first) == image(second)


def held(kind: QEvent.Type, key: Qt.Key, *, repeats: bool = False) -> QKeyEvent:
    return QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeats)


def test_letters_are_seen_only_while_the_key_is_held(place: Place) -> None:
    row = place.rows[0]
    place.type("acid")
    dots = image(row)
    QApplication.sendEvent(row, held(QEvent.Type.KeyPress, SHOW_KEY))
    letters = image(row)
    assert letters != dots
    QApplication.sendEvent(row, held(QEvent.Type.KeyRelease, SHOW_KEY, repeats=True))
    assert row.open, "the key is still held"
    QApplication.sendEvent(row, held(QEvent.Type.KeyRelease, SHOW_KEY))
    assert image(row) == dots
    QApplication.sendEvent(row, held(QEvent.Type.KeyPress, SHOW_KEY))
    place.press(Qt.Key.Key_Tab)
    assert not row.open, "the keyboard went elsewhere"


def test_letters_are_seen_only_while_the_button_is_held(place: Place) -> None:
    place.type("acid")
    button = place.entry.findChildren(Button)[0]
    assert button.text() == "Show the row while held  F4"
    for _ in range(6):
        place.press(Qt.Key.Key_Tab)
        if button.hasFocus():
            break
    assert button.hasFocus()
    place.rows[1].setFocus()
    button.setFocus()
    QApplication.sendEvent(button, held(QEvent.Type.KeyPress, Qt.Key.Key_Space))
    assert [row.open for row in place.rows] == [False, True, False, False, False], "the row that was left last"
    QApplication.sendEvent(button, held(QEvent.Type.KeyRelease, Qt.Key.Key_Space))
    assert not any(row.open for row in place.rows)
    place.rows[0].setFocus()
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert place.has_focus() == 1, "a click leaves the keyboard in the row"
    assert place.rows[0].open
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert not place.rows[0].open


def test_the_letters_are_those_that_were_typed(place: Place) -> None:
    place.rows[0].fill(Secret.of("aé b"))
    assert "".join(place.rows[0]._letters()) == "aé b"


def test_what_is_hidden_is_wiped(place: Place) -> None:
    for row in SHEET:
        place.type(row)
        place.press(Qt.Key.Key_Return)
    buffers = [row._buffer for row in place.rows]
    place.press(Qt.Key.Key_Backspace)
    assert not any(place.rows[4]._buffer[place.rows[4]._length :]), "what is taken back is overwritten"
    place.entry.hide()
    assert place.entry.is_empty()
    assert not any(any(buffer) for buffer in buffers)


def test_a_buffer_is_never_let_go_of(place: Place) -> None:
    """A buffer that grew, or was replaced, would leave what was typed behind."""
    before = [id(row._buffer) for row in place.rows]
    for row in SHEET:
        place.type(row)
        place.press(Qt.Key.Key_Backspace)
        place.press(Qt.Key.Key_Return)
    place.entry.take()
    place.rows[0].fill(Secret(b"x" * 300))
    place.type("y" * 300)
    assert [id(row._buffer) for row in place.rows] == before
    assert {len(row._buffer) for row in place.rows} == {256}


def test_nothing_gets_in_or_out_but_by_keys(place: Place) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("from outside")
    row = place.rows[0]
    place.type("acid acne")
    for keys in ("Ctrl+A", "Ctrl+C", "Ctrl+X", "Ctrl+V", "Shift+Insert", "Ctrl+Insert", "Ctrl+Z", "Ctrl+Shift+Z"):
        QTest.keySequence(row, QKeySequence(keys))
    assert clipboard.text() == "from outside"
    assert row.copy().reveal() == b"acid acne"
    assert not row.acceptDrops()
    assert not row.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    spoken = QAccessible.queryAccessibleInterface(row)
    for kind in (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description):
        assert "ac" not in spoken.text(kind).replace("character", "")
    assert spoken.textInterface() is None


@pytest.mark.parametrize("size", [11, 16, 22])
def test_the_longest_row_is_seen_whole(place: Place, look: Appearance, size: int) -> None:
    look.resize(size)
    place.window.resize(760, 700)
    QApplication.processEvents()
    row = place.rows[0]
    row.fill(Secret.of(" ".join(["academic"] * 5)))
    place.rows[1].setFocus()
    for shown in (False, True):
        row.show_letters(on=shown)
        before = image(row)
        row.fill(Secret.of(" ".join(["academic"] * 5)[:-1]))
        assert image(row) != before, "the last letter is seen"
        row.fill(Secret.of(" ".join(["academic"] * 5)))
