"""A card, a key file and a room key in the real window, by keyboard alone: enrolled, signing, and after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
from ceremony_app.cli.verifying import judge_folder
from ceremony_app.conductor import Conductor, Reviewed
from ceremony_app.core import prompts as p
from ceremony_app.core.events import SignOff
from ceremony_app.record.process import PdfMaker
from tests.ceremonies.test_three_kinds import FILE, KINDS, SHORT, restarted
from tests.ceremonies.test_window import quiet
from tests.ui.conftest import appearance, look, no_dialogs, open_window
from tests.ui.hands import Hands, Key, Open
from tests.ui.test_keyboard import play

__all__ = ["appearance", "look", "no_dialogs", "open_window"]


def lead(hands: Hands, room: Conductor, *, signatures: int) -> None:
    """Answer what is asked by keyboard until the ceremony is closed, or until there are so many signatures."""
    hands.window.presenter.cast = FolderCast(room.folder, room.plan.binding)
    for _ in range(200):
        now = quiet(hands)
        if isinstance(now, p.Closed) or len(signed(room)) >= signatures:
            return
        before = room.state().length
        match now:
            case p.Enrolment() if now.missing:
                hands.push("Enrol ")
            case p.Approve():
                assert QApplication.focusWidget() is not None
                hands.push("Fill sample values")
                hands.press(Key.Key_PageDown, times=6)
                hands.primary()
            case _:
                play(hands, now)
        quiet(hands)
        assert room.state().length > before, (now, hands.window.notice.text(), hands.page.gaps())


def signed(room: Conductor) -> list[SignOff]:
    return [entry.event for entry in room.entries() if isinstance(entry.event, SignOff)]


@pytest.mark.usefixtures("no_dialogs")
def test_three_kinds_in_the_window(open_window: Open, tmp_path: Path) -> None:
    loaded = load_all(str(SHORT), None)
    reviewed = Reviewed(loaded.ceremony, loaded.policy, b"")
    folder = tmp_path / "out"
    wanted = Wanted(reviewed=reviewed, definition=loaded.definition, folder=folder, unattended=False, means=KINDS)
    with PdfMaker() as maker:
        room = begin_rehearsal(wanted, maker)
        try:
            lead(open_window(room), room, signatures=10**6)
        finally:
            room.close()
    assert {one.method for one in signed(room)} >= {"file", "card"}
    assert judge_folder(folder).verdict == "consistent"


@pytest.mark.usefixtures("no_dialogs")
def test_after_a_restart_the_window_asks_for_the_key_file_and_finds_the_card(open_window: Open, tmp_path: Path) -> None:
    with PdfMaker() as maker, restarted(tmp_path / "out", maker) as (room, _):
        before = len(signed(room))
        assert not room.at_hand(FILE)
        hands = open_window(room)
        lead(hands, room, signatures=before + 2)
        assert {one.method for one in signed(room)[before:]} == {"file", "card"}
        assert room.at_hand(FILE)
