"""The widgets that guard something: secrets, markup, evidence, and what Enter does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QClipboard, QGuiApplication, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ceremony_app.core.secret import Secret
from ceremony_app.core.words import hash_rows
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.buttons import Button, two_lines
from ceremony_app.ui.choices import Chooser, Option, Options
from ceremony_app.ui.fields import Line, Prose
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.text import OneLine, Text

DIGEST = "00" * 4 + "11" * 28


@pytest.fixture
def place(qtbot: QtBot, look: Appearance) -> QWidget:
    widget = QWidget()
    QVBoxLayout(widget)
    widget.resize(700, 400)
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


def put(place: QWidget, *widgets: QWidget) -> None:
    layout = place.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)
        widget.show()
    widgets[0].setFocus()


def typed(widget: QWidget, text: str) -> None:
    for character in text:
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            key = ord(character.upper()[0])
            QGuiApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character))


def test_a_secret_is_taken_once_and_then_gone(place: QWidget) -> None:
    entry = SecretEntry("PIN", place)
    put(place, entry)
    typed(entry, "24ä€8")
    QTest.keyClick(entry, Qt.Key.Key_Backspace)
    QTest.keyClick(entry, Qt.Key.Key_Backspace)
    typed(entry, "ß1")
    buffer = entry._buffer
    secret = entry.take()
    assert secret.reveal() == "24äß1".encode()
    assert entry.is_empty()
    assert not any(buffer)


def test_a_secret_has_no_other_way_in_or_out(place: QWidget) -> None:
    entry = SecretEntry("PIN", place)
    put(place, entry)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("from outside")
    typed(entry, "246810")
    for keys in ("Ctrl+A", "Ctrl+C", "Ctrl+X", "Ctrl+V", "Shift+Insert", "Ctrl+Insert", "Ctrl+Z"):
        QTest.keySequence(entry, QKeySequence(keys))
    assert clipboard.text() == "from outside"
    assert clipboard.text(QClipboard.Mode.Clipboard) == "from outside"
    assert entry.take().reveal() == b"246810"
    typed(entry, "9753")
    assert not entry.acceptDrops()
    assert not entry.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    assert entry.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    told = QAccessible.queryAccessibleInterface(entry)
    for kind in (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description):
        assert "9753" not in told.text(kind)
    assert told.textInterface() is None
    assert "9753" not in repr(entry) + str(entry.dynamicPropertyNames())


def test_a_secret_paints_dots_and_not_its_letters(place: QWidget) -> None:
    one, other = SecretEntry("one", place), SecretEntry("other", place)
    put(place, one, other)
    typed(one, "111111")
    typed(other, "WWWWWW")
    other.clearFocus()
    one.clearFocus()
    one.resize(other.size())
    assert one.grab().toImage() == other.grab().toImage()


def test_two_secrets_are_compared_without_leaving(place: QWidget) -> None:
    one, other = SecretEntry("one", place), SecretEntry("other", place)
    one.fill(Secret.of("2468"))
    other.fill(Secret.of("2469"))
    assert not one.same_as(other)
    other.fill(Secret.of("2468"))
    assert one.same_as(other)


def test_a_sample_stays_usable(place: QWidget) -> None:
    sample = Secret.of("2468")
    SecretEntry("one", place).fill(sample)
    assert sample.reveal() == b"2468"


@pytest.mark.parametrize("text", ["<b>bold</b>", "<img src='file:///etc/passwd'>", "a &amp; b", "x < y"])
def test_nothing_is_read_as_markup(place: QWidget, text: str) -> None:
    label, line = Text(text, parent=place), OneLine(text, parent=place)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert line.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == text
    sheet = Sheet("rows", place)
    put(place, sheet)
    sheet.show_rows(((text, text, text),))
    assert sheet.toPlainText().count(text) == 3
    sheet.show_text(f"{text}\n")
    assert sheet.toPlainText() == text
    button = Button(text, lambda: None, parent=place)
    assert button.accessibleName() == text
    assert "&" not in button.text().replace("&&", "")


def test_a_sheet_is_as_high_as_its_text_at_any_width(place: QWidget) -> None:
    sheet = Sheet("rows", place)
    put(place, sheet)
    layout = place.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.addStretch(1)  # as every page has below what it shows
    sheet.show_rows((("SHA-256", "ab" * 32, ""),))
    heights = []
    for width in (700, 300, 160):
        place.resize(width, 700)
        QGuiApplication.processEvents()
        assert sheet.document().size().height() <= sheet.viewport().height() + 1
        assert sheet.document().idealWidth() <= sheet.viewport().width() + 1
        heights.append(sheet.height())
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


def test_a_sheet_is_drawn_once_for_each_change(place: QWidget) -> None:
    sheet = Sheet("rows", place)
    drawn: list[str] = []
    sheet.textChanged.connect(lambda: drawn.append(sheet.toPlainText()))
    sheet.show_rows((("Key", "first", ""),))
    sheet.show_rows((("Key", "second", ""), ("SHA-256", "ab" * 32, "")))
    assert drawn == []
    put(place, sheet)
    QGuiApplication.processEvents()
    assert len(drawn) == 1
    assert "second" in drawn[0]
    sheet.show_rows([("Key", "second", ""), ("SHA-256", "ab" * 32, "")])
    place.resize(620, 500)
    sheet.hide()
    sheet.show()
    QGuiApplication.processEvents()
    assert len(drawn) == 1
    sheet.show_text("third\n")
    QGuiApplication.processEvents()
    assert drawn[1:] == ["third"]
    sheet.hide()
    sheet.show_text("fourth\nand one line more\n")
    sheet.show()
    QGuiApplication.processEvents()
    assert drawn[2:] == ["fourth\nand one line more"]
    assert sheet.document().size().height() <= sheet.viewport().height()
    assert sheet.document().textWidth() == sheet.viewport().width()


def test_a_sheet_is_drawn_again_for_another_look_and_for_another_number_of_columns(
    place: QWidget, look: Appearance
) -> None:
    sheet = Sheet("rows", place)
    sheet.show_rows((("Key", "root", ""),))
    put(place, sheet)
    QGuiApplication.processEvents()
    drawn: list[int] = []
    sheet.textChanged.connect(lambda: drawn.append(sheet.document().blockCount()))
    place.resize(160, 500)
    QGuiApplication.processEvents()
    assert len(drawn) == 1
    look.wear("high contrast")
    QGuiApplication.processEvents()
    assert len(drawn) == 2
    look.resize(look.size + 4)
    QGuiApplication.processEvents()
    assert len(drawn) == 3


def test_hidden_rows_are_not_in_the_block_at_all(place: QWidget) -> None:
    block = HashBlock(DIGEST, hidden=("A",), parent=place)
    secret = hash_rows(DIGEST)[0]
    kept = " ".join((*block.lines(), block.accessibleDescription(), repr(vars(block))))
    assert secret.groups not in kept
    assert secret.hex not in kept
    assert "Row A: hidden" in block.accessibleDescription()
    other = HashBlock("ff" * 4 + "11" * 28, hidden=("A",), parent=place)
    block.resize(600, block.height())
    other.resize(600, other.height())
    assert block.grab().toImage() == other.grab().toImage()


def test_enter_walks_through_fields_and_passes_buttons_by(place: QWidget) -> None:
    pressed: list[int] = []
    first, second = Line("first", parent=place), Prose("second", parent=place)
    between = Button("Abort the ceremony", lambda: pressed.append(1), parent=place)
    box, last = Chooser("third", place), SecretEntry("last", place)
    box.offer([("a", "A"), ("b", "B")])
    put(place, first, between, second, box, last)
    walked = []
    for _ in range(4):
        focus = place.focusWidget()
        walked.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Return)
    assert walked == [first, second, box, last]
    assert place.focusWidget() is first
    between.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(between, key)
    assert pressed == []
    QTest.keyClick(between, Qt.Key.Key_Space)
    assert pressed == [1]
    assert second.toPlainText() == ""


def test_prose_is_one_line_whatever_is_pasted(place: QWidget) -> None:
    prose = Prose("reason", parent=place)
    put(place, prose)
    pasted = QMimeData()
    pasted.setText("one\ntwo\u2029three")
    pasted.setUrls([QUrl("file:///secret")])
    prose.insertFromMimeData(pasted)
    QTest.keyClick(prose, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert prose.text() == "one two three"


def test_a_blank_does_not_begin_a_field(place: QWidget) -> None:
    line = Line("serial", parent=place)
    put(place, line)
    typed(line, " H7 1")
    assert line.text() == "H7 1"


def test_no_answer_is_chosen_to_begin_with_and_arrows_choose(place: QWidget) -> None:
    options = Options("question", [("yes", "as shown"), ("no", "different")], place)
    put(place, options)
    options.first().setFocus()
    assert options.value() == ""
    QTest.keyClick(options.first(), Qt.Key.Key_Return)
    assert options.value() == ""
    QTest.keyClick(options.first(), Qt.Key.Key_Space)
    assert options.value() == "yes"


def test_a_long_answer_breaks_into_lines(place: QWidget) -> None:
    options = Options("question", [("long", "An answer of a good many words that fits no narrow window " * 3)], place)
    put(place, options)
    place.resize(320, 400)
    QGuiApplication.processEvents()
    option = options.findChild(Option)
    assert option is not None
    assert "\n" in option.text()
    assert option.minimumSizeHint().width() <= 320


def test_the_wheel_changes_no_choice(place: QWidget) -> None:
    box = Chooser("who", place)
    box.offer([("1", "Anna"), ("2", "Bola")])
    put(place, box)
    turn = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QGuiApplication.sendEvent(box, turn)
    assert box.value() == "1"


def test_a_choice_that_is_still_offered_is_kept(place: QWidget) -> None:
    box = Chooser("who", place)
    box.offer([("1", "Anna"), ("2", "Bola")])
    box.choose("2")
    box.offer([("0", "Zoe"), ("2", "Bola")])
    assert box.value() == "2"
    box.offer([("0", "Zoe")], "choose your name")
    assert box.value() == ""


def test_long_words_on_a_button_take_two_lines() -> None:
    assert two_lines("Sign", 34) == "Sign"
    assert two_lines("Generate the Operator Root key pair now", 34) == "Generate the Operator\nRoot key pair now"


def test_plain_keys_in_a_secret_are_no_shortcuts(place: QWidget) -> None:
    entry = SecretEntry("PIN", place)
    put(place, entry)
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_D, Qt.KeyboardModifier.NoModifier, "d")
    event.ignore()
    assert entry.event(event)
    assert event.isAccepted()
