"""The real thing in the real window: a rehearsal on SoftHSM, held by keyboard alone, to a verified folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ceremony_app.cli.loading import load_all
from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
from ceremony_app.cli.verifying import judge_folder
from ceremony_app.conductor import Reviewed
from ceremony_app.core import prompts as p
from ceremony_app.record.process import PdfMaker
from tests.ui.conftest import appearance, look, no_dialogs, open_window
from tests.ui.hands import Hands, Open
from tests.ui.test_keyboard import play

__all__ = ["appearance", "look", "no_dialogs", "open_window"]

SHORT = Path(__file__).parent / "short.toml"


def quiet(hands: Hands) -> p.AnyPrompt:
    """What the room is asked next, once nothing is being prepared or done."""

    def idle() -> bool:
        busy = isinstance(hands.desk.prompt(), p.Preparing | p.Busy)
        return not busy and hands.desk.working() is None and not hands.window.presenter.waiting

    hands.qtbot.waitUntil(idle, timeout=120_000)
    hands.look_again()
    return hands.desk.prompt()


@contextmanager
def led(
    open_window: Open, definition: Path, folder: Path, answering: Callable[[Hands], Callable[[p.AnyPrompt], None]]
) -> Iterator[Hands]:
    """A rehearsal that was led in the window to its end; afterwards its folder is consistent."""
    loaded = load_all(str(definition), None)
    wanted = Wanted(
        reviewed=Reviewed(loaded.ceremony, loaded.policy, b""),
        definition=loaded.definition,
        folder=folder,
        unattended=False,
    )
    with PdfMaker() as maker:
        conductor = begin_rehearsal(wanted, maker)
        try:
            hands = open_window(conductor)
            answer = answering(hands)
            for _ in range(300):
                now = quiet(hands)
                if isinstance(now, p.Closed):
                    break
                before = conductor.state().length
                answer(now)
                quiet(hands)
                assert conductor.state().length > before, (now, hands.window.notice.text())
            assert isinstance(conductor.prompt(), p.Closed)
            yield hands
        finally:
            conductor.close()
    verdict = judge_folder(folder)
    assert verdict.verdict == "consistent", verdict.findings


@pytest.mark.usefixtures("no_dialogs")
def test_a_root_ceremony_in_the_window_by_keyboard_alone(open_window: Open, tmp_path: Path) -> None:
    with led(open_window, SHORT, tmp_path / "out", lambda hands: partial(play, hands)) as hands:
        assert hands.page.heading.text() == "The ceremony is completed"
        assert QApplication.activeModalWidget() is None
