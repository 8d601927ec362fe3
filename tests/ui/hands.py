"""Hands on a keyboard: everything goes through the window system's key events, as if typed."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ceremony_app.ui.buttons import Button
from ceremony_app.ui.pages.base import Page
from ceremony_app.ui.window import CeremonyWindow
from tests.ui.fake_desk import FakeDesk

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True)
class Hands:
    qtbot: QtBot
    desk: FakeDesk
    window: CeremonyWindow

    @property
    def page(self) -> Page:
        """What is shown."""
        return self.window.area.shown

    @property
    def focus(self) -> QWidget:
        """What has the keyboard."""
        widget: QWidget | None = QApplication.focusWidget()
        assert widget is not None, "nothing has the keyboard"
        return widget

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        """Press a key in the window."""
        for _ in range(times):
            QTest.keyClick(self.window.windowHandle(), key, modifiers)
        self.settle()

    def type(self, text: str) -> None:
        """Type a text."""
        for character in text:
            QTest.keyClick(self.window.windowHandle(), cast("Qt.Key", character))  # a character will do; stubs differ
        self.settle()

    def primary(self) -> None:
        """Ctrl+Return, and whatever comes of it."""
        self.press(Key.Key_Return, CTRL)
        self.answered()

    def answered(self) -> None:
        """Wait until no answer is outstanding and everything is painted."""
        self.qtbot.waitUntil(lambda: not self.window.presenter.waiting, timeout=20_000)
        self.settle()

    def settle(self) -> None:
        """Let events run, deletions too."""
        for _ in range(4):
            QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()

    def look_again(self) -> None:
        """Wait until the window shows what the desk holds."""
        self.qtbot.waitUntil(lambda: self.window.presenter.view.state.length == self.desk.state().length)
        self.settle()

    def visible(self, kind: builtins.type[W]) -> list[W]:
        """The visible widgets of a kind in the whole window."""
        return [widget for widget in self.window.findChildren(kind) if widget.isVisible()]

    def button(self, words: str) -> Button:
        """The visible button that begins with these words."""
        found = [b for b in self.window.findChildren(Button) if b.isVisible() and b.accessibleName().startswith(words)]
        assert found, f"no button {words!r}"
        return found[0]

    def go_to(self, widget: QWidget, most: int = 80) -> None:
        """Tab until a widget has the keyboard."""
        for _ in range(most):
            if self.focus is widget:
                return
            self.press(Key.Key_Tab)
        raise AssertionError(f"{widget} cannot be reached by Tab")

    def push(self, words: str) -> None:
        """Reach a button by Tab, and press it with Space."""
        self.go_to(self.button(words))
        self.press(Key.Key_Space)
        self.answered()


Open = Callable[..., Hands]
"""Opens a window: on a new ceremony, or on a desk that was taken to some state before."""
