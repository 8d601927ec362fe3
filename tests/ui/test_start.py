"""The start screen: it says what can be done, asks for what that needs, and hands over an open ceremony."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ceremony_app.ui.app import Stage
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.fields import Line
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.start import StartWindow
from ceremony_app.ui.startform import FORMS, Ask, Task
from ceremony_app.ui.text import Text
from ceremony_app.ui.window import CeremonyWindow
from tests.ui.fake_shelf import UNFINISHED, FakeShelf
from tests.ui.hands import CTRL, Key


@pytest.fixture
def shelf() -> Iterator[FakeShelf]:
    made = FakeShelf()
    yield made
    for desk in made.desks:
        desk.close()


@pytest.fixture
def window(qtbot: QtBot, look: Appearance, shelf: FakeShelf) -> StartWindow:
    made = StartWindow(shelf, look)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def said(window: StartWindow) -> str:
    texts = [text.text() for text in window.findChildren(Text) if text.isVisible()]
    return "\n".join(texts + [s.toPlainText() for s in window.findChildren(Sheet) if s.isVisible()])


def press(window: StartWindow) -> None:
    QTest.keyClick(window.windowHandle(), Key.Key_Return, CTRL)
    for _ in range(5):
        QApplication.processEvents()


def test_an_interrupted_ceremony_is_offered_first(window: StartWindow, shelf: FakeShelf) -> None:
    assert window.tasks.value() == Task.RESUME
    QApplication.processEvents()
    with_station = said(window)
    assert "No active network interface\n✓  no active interface seen" in with_station
    assert "No swap\n✗  1 swap area in use" in with_station
    assert "2 of 3 facts are as they should be" in with_station
    assert UNFINISHED.folder in with_station
    opened: list[object] = []
    window.opened.connect(opened.append)
    press(window)
    assert shelf.asked == [("resume", UNFINISHED.folder)]
    assert len(opened) == 1


def test_nothing_to_resume_is_not_offered(qtbot: QtBot, look: Appearance) -> None:
    window = StartWindow(FakeShelf(unfinished=False), look)
    qtbot.addWidget(window)
    assert window.tasks.value() == Task.REHEARSE


@pytest.mark.parametrize("task", [Task.RUN, Task.VERIFY, Task.SCRIPT])
def test_an_empty_field_is_named_and_gets_the_keyboard(window: StartWindow, shelf: FakeShelf, task: Task) -> None:
    window.tasks.choose(task)
    press(window)
    assert shelf.asked == []
    assert "Still missing" in window.notice.text()
    assert isinstance(QApplication.focusWidget(), Line)


def test_each_task_asks_the_program_for_what_it_says(window: StartWindow, shelf: FakeShelf) -> None:
    for task in (Task.REHEARSE, Task.RUN, Task.CHECK, Task.SCRIPT, Task.VERIFY):
        window.tasks.choose(task)
        for ask, field in window._fields.items():
            if isinstance(field, Line) and not field.text() and ask is not Ask.BINDING:
                field.setText(f"/path/{ask}")
            elif ask is Ask.BINDING and ask not in FORMS[task].may_lack and isinstance(field, Line):
                field.setText("/path/binding.toml")
        press(window)
    first = "s1spki-foc-operator-root"
    assert shelf.asked == [
        ("rehearse", first, shelf.new_folder()),
        ("run", first, "/path/binding.toml", "/path/folder"),
        ("check", first, ""),
        ("script", first, "", "/path/destination"),
        ("verify", "/path/evidence"),
    ]


def test_a_definition_may_be_a_path(window: StartWindow, shelf: FakeShelf) -> None:
    window.tasks.choose(Task.CHECK)
    field = window._fields[Ask.DEFINITION]
    assert not isinstance(field, Line)
    field.setEditText("/media/usb/own.toml")
    press(window)
    assert shelf.asked == [("check", "/media/usb/own.toml", "")]
    assert "✓  The definition is fit to be held" in said(window)


def test_a_refusal_is_a_line_with_its_rule(window: StartWindow) -> None:
    window.tasks.choose(Task.RUN)
    for field in window._fields.values():
        if isinstance(field, Line):
            field.setText("/path/x")
    press(window)
    assert "An interface is up. Pull the cable out. [CER-NETWORK]" in window.notice.text()


def test_a_finding_is_told_with_a_word(window: StartWindow) -> None:
    window.tasks.choose(Task.VERIFY)
    field = window._fields[Ask.EVIDENCE]
    assert isinstance(field, Line)
    field.setText("/path/folder")
    press(window)
    assert "✗  Inconsistent" in said(window)
    assert "CER-CHAIN" in said(window)


def test_no_default_button_here_either(window: StartWindow) -> None:
    for button in window.findChildren(QPushButton):
        assert not button.autoDefault()
        assert not button.isDefault()


@pytest.mark.parametrize("size", [10, 12, 16, 24])
def test_the_start_screen_fits(window: StartWindow, look: Appearance, size: int) -> None:
    look.resize(size)
    for task in Task:
        window.tasks.choose(task)
        for _ in range(5):
            QApplication.processEvents()
        assert (window.width(), window.height()) == (1366, 768)
        for label in window.findChildren(Text):
            if label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), (task, label.text())


def test_the_stage_changes_windows_and_ends_the_workers(qtbot: QtBot, look: Appearance, shelf: FakeShelf) -> None:
    stage = Stage(look)
    stage.start(shelf)
    start = stage.window
    assert isinstance(start, StartWindow)
    start.press_primary()
    qtbot.waitUntil(lambda: isinstance(stage.window, CeremonyWindow))
    ceremony = stage.window
    assert isinstance(ceremony, CeremonyWindow)
    assert ceremony.isVisible()
    assert not start.isVisible()
    stage.end()
    ceremony._may_close = True
    ceremony.close()
    ceremony.deleteLater()
    stage.deleteLater()
