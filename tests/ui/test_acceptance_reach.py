"""Usability points 1 to 15: what can be reached, seen and pressed. Each test is named after its point."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QListView, QPushButton, QTextEdit, QWidget

import ceremony_app.ui
from ceremony_app.core import prompts as p
from ceremony_app.ui.choices import Chooser, Option, Options, Tick
from ceremony_app.ui.fields import Line, Prose
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.panels.deviation import DeviationPanel
from ceremony_app.ui.panels.pause import PausePanel
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.text import Heading
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Hands, Key, Open
from tests.ui.journeys import PANELS, every_page, every_panel, everywhere
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import Player

SOURCES = sorted(Path(ceremony_app.ui.__file__).parent.rglob("*.py"))
ENTRIES = (Line, Prose, Chooser, Option, Tick, SecretEntry)
CONTROLS = (*ENTRIES, QPushButton, QTextEdit, HashBlock, QListView)


def controls(hands: Hands) -> list[QWidget]:
    """What people operate, in the whole window."""
    found = [w for w in hands.window.findChildren(QWidget) if isinstance(w, CONTROLS) and w.isVisible()]
    return [w for w in found if not isinstance(w.parent(), Chooser)]


def entries(hands: Hands) -> Iterator[QWidget]:
    """The fields of the page or panel that is shown."""
    for widget in hands.page.findChildren(QWidget):
        if isinstance(widget, ENTRIES) and widget.isVisible() and widget.isEnabled():
            yield widget


def content(widget: QWidget) -> object:
    """What a field holds."""
    match widget:
        case Line() | Prose():
            return widget.text()
        case Chooser():
            return widget.value()
        case QAbstractButton():
            return widget.isChecked()
        case SecretEntry():
            return bytes(widget._typed())
        case _:
            return None


def reached_by_tab(hands: Hands, most: int = 120) -> set[int]:
    """The widgets that Tab comes to, by identity, in one round."""
    seen: dict[int, QWidget] = {}
    for _ in range(most):
        widget = hands.focus
        if id(widget) in seen:
            break
        seen[id(widget)] = widget
        QTest.keyClick(hands.window.windowHandle(), Key.Key_Tab)
    return set(seen)


def test_01_every_control_is_reached_by_keyboard(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        reached = reached_by_tab(hands)
        for control in controls(hands):
            if isinstance(control, Option):
                group = control.parent()
                assert isinstance(group, Options)
                assert reached & {id(option) for option in group.findChildren(Option)}, (name, control.text())
            elif control.isEnabled():
                assert id(control) in reached, (name, control, control.accessibleName())


def test_01_f6_goes_through_the_regions(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until(lambda now: isinstance(now, p.Enter))
    hands = open_window(desk)
    window, field = hands.window, hands.focus
    walked = []
    for _ in range(4):
        hands.press(Key.Key_F6)
        walked.append(hands.focus)
    assert window.bar.isAncestorOf(walked[0])
    assert walked[1:] == [window.banner, window.steps, field]
    hands.press(Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert hands.focus is window.steps


def test_02_deviation_opens_from_everywhere(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        hands.press(Key.Key_F8)
        assert isinstance(hands.page, DeviationPanel), name
        assert isinstance(hands.focus, Prose), name
        hands.press(Key.Key_Escape)
        shown = hands.window.area.shown
        assert not isinstance(shown, DeviationPanel), name


def test_02_deviation_is_saved_while_a_device_works(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    hands = open_window(desk)
    Player(desk).until_step("3.3", p.Perform)
    desk.hold.clear()
    future = desk.perform({}, "GENERATE ROOT-2026")
    hands.qtbot.waitUntil(lambda: isinstance(hands.window.presenter.view.prompt, p.Busy))
    hands.press(Key.Key_F8)
    hands.type("The lamp flickers.")
    hands.primary()
    assert len(desk.state().problems) == 1
    assert desk.text_of(desk.state().problems[0].opened.happened.leaf) == "The lamp flickers."
    desk.hold.set()
    answered(future)


def test_03_no_dialog_stands_in_the_sources() -> None:
    forbidden = re.compile(r"\b(QDialog|QMessageBox|QInputDialog|QFileDialog|QWizard|exec_)\b|\.exec\(\)")
    for source in SOURCES:
        lines = source.read_text().splitlines()
        found = [line for line in lines if forbidden.search(line) and "return app.exec()" not in line]
        assert not found, (source.name, found)


def test_04_enter_presses_nothing_and_a_scan_stays_in_its_field(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        for field in list(entries(hands)):
            before = {id(other): content(other) for other in entries(hands) if other is not field}
            length, page = hands.desk.state().length, hands.page
            field.setFocus()
            for character in "H7SCAN":
                QTest.keyClick(field, character)  # type: ignore[call-overload]  # a character will do; stubs differ
            hands.press(Key.Key_Return)
            hands.press(Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
            assert hands.page is page, (name, field.accessibleName())
            assert hands.desk.state().length == length
            after = {id(other): content(other) for other in entries(hands) if other is not field}
            assert before == {key: after[key] for key in before}, (name, field.accessibleName())
        page = hands.page
        for button in hands.visible(QPushButton):
            button.setFocus()
            hands.press(Key.Key_Return)
            assert hands.page is page, (name, button.text())


def test_05_escape_discards_nothing(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        typed = [field for field in entries(hands) if isinstance(field, Line | Prose | SecretEntry)]
        for field in typed:
            field.setFocus()
            QTest.keyClick(field, "7")  # type: ignore[call-overload]  # see above
        before = [content(field) for field in typed]
        length, page = hands.desk.state().length, hands.page
        hands.press(Key.Key_Escape)
        if typed or name not in PANELS:
            assert hands.page is page, name
            assert [content(field) for field in typed] == before, name
        assert hands.desk.state().length == length


def test_05_closing_the_window_opens_the_pause(open_window: Open) -> None:
    hands = open_window()
    assert not hands.window.close()
    hands.settle()
    assert hands.window.isVisible()
    assert isinstance(hands.page, PausePanel)
    assert hands.button("Stop the program here").isVisible()


def test_06_no_button_is_a_default(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        for button in hands.window.findChildren(QPushButton):
            assert not button.autoDefault(), (name, button.text())
            assert not button.isDefault(), (name, button.text())


def test_11_everything_has_a_name_of_its_own(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        names = [control.accessibleName() for control in controls(hands)]
        assert all(names), (name, [c for c in controls(hands) if not c.accessibleName()])
        doubled = {word for word in names if names.count(word) > 1}
        assert not doubled, (name, doubled)
        for entry in entries(hands):
            buddies = [label for label in hands.page.findChildren(QLabel) if label.buddy() is entry]
            inside_group = isinstance(entry, Option | Tick)
            framed = isinstance(entry, Line) and bool(entry.accessibleName())
            assert buddies or inside_group or framed, (name, entry.accessibleName())


def test_13_focus_goes_to_heading_or_first_field_and_comes_back(open_window: Open) -> None:
    shown: object = None
    for name, hands in every_page(open_window):
        if hands.page is not shown:
            assert isinstance(hands.focus, (Heading, *ENTRIES)), (name, hands.focus)
        shown = hands.page
        hands.press(Key.Key_Tab)
        before = hands.focus
        assert hands.page.isAncestorOf(before), name
        hands.press(Key.Key_F8)
        hands.press(Key.Key_Escape)
        assert hands.focus is before, name
    for name, hands in every_panel(open_window):
        assert isinstance(hands.focus, (Heading, *ENTRIES)), (name, hands.focus)


def test_14_tab_leaves_fields_of_several_lines(open_window: Open) -> None:
    hands = open_window()
    hands.press(Key.Key_F8)
    prose = hands.focus
    assert isinstance(prose, Prose)
    hands.type("Late.")
    hands.press(Key.Key_Tab)
    assert hands.focus is not prose
    assert prose.text() == "Late."
    for field in hands.page.findChildren(Prose):
        assert field.tabChangesFocus()


def test_15_the_primary_button_is_live_and_leads_to_what_is_missing(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        for button in hands.window.bar.buttons():
            assert button.isEnabled(), name
        deed = hands.window.bar.first_deed()
        gaps = hands.page.gaps()
        if deed is None or deed.anyway or not gaps:
            continue
        length = hands.desk.state().length
        hands.primary()
        assert hands.desk.state().length == length, name
        assert gaps[0].text in hands.window.notice.text(), name
        target = gaps[0].where
        assert hands.focus is target or target.isAncestorOf(hands.focus), (name, gaps[0].text)
