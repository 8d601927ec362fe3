"""News from other threads: on the window's thread, each once, and readable when something breaks."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ceremony_app.core import commands as c
from ceremony_app.core.rules import Refused
from ceremony_app.ui.presenter import Presenter
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import CTRL, Key, Open
from tests.ui.sample_plan import sample_plan


def test_answers_come_on_the_windows_thread_and_after_the_new_view(qtbot: QtBot) -> None:
    desk = FakeDesk(sample_plan())
    presenter = Presenter(desk)
    heard: list[tuple[bool, int, Refused | None]] = []

    def then(refused: Refused | None) -> None:
        here = QThread.currentThread() is presenter.thread()
        heard.append((here, presenter.view.state.length, refused))

    presenter.ask(desk.do(c.ReadAloud(person=0)), then)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(True, desk.state().length, None)]
    desk.close()


def test_much_news_is_looked_at_a_few_times_only(qtbot: QtBot) -> None:
    desk = FakeDesk(sample_plan())
    presenter = Presenter(desk)
    looks: list[int] = []
    presenter.changed.connect(lambda: looks.append(1))
    threads = [threading.Thread(target=desk._tell) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: bool(looks))
    QApplication.processEvents()
    assert len(looks) == 1
    desk.close()


def test_a_fault_of_the_program_is_a_sentence(qtbot: QtBot) -> None:
    desk = FakeDesk(sample_plan())
    presenter = Presenter(desk)
    with qtbot.waitSignal(presenter.refused) as told:
        presenter.ask(desk.broken())
    refused = told.args[0]
    assert isinstance(refused, Refused)
    assert refused.rule == "CER-PROGRAM"
    assert "ZeroDivisionError" in refused.paragraph()
    assert "Traceback" not in refused.paragraph()
    desk.close()


def test_news_after_the_end_of_the_window_harms_nobody(qtbot: QtBot) -> None:
    desk = FakeDesk(sample_plan())
    presenter = Presenter(desk)
    presenter.deleteLater()
    QApplication.sendPostedEvents(None, 52)
    QApplication.processEvents()
    assert desk.do(c.ReadAloud(person=0)).result() is None
    desk.close()


def test_a_second_press_while_waiting_sends_nothing(open_window: Open) -> None:
    hands = open_window()
    blocked = threading.Event()
    hands.desk._pool.submit(blocked.wait, 20)
    for _ in range(3):
        hands.press(Key.Key_Return, CTRL)
    blocked.set()
    hands.answered()
    assert hands.window.notice.text() == ""
    assert sum(1 for entry in hands.desk.entries() if entry.event.type == "answer") == 1
