"""Split PINs of a real token in the real window: handed out, used and drilled by keyboard, to a verified folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.core import prompts as p
from ceremony_app.ui.choices import Chooser
from tests.ceremonies.test_window import led
from tests.ui.conftest import appearance, look, no_dialogs, open_window
from tests.ui.hands import Hands, Key, Open
from tests.ui.sharing import answers, see, type_backwards
from tests.ui.test_keyboard import play

__all__ = ["appearance", "look", "no_dialogs", "open_window"]

SPLIT = Path(__file__).parent / "split.toml"


class Holders:
    """People with their sheets, by the PIN and their number; nothing is filled in for them."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._sheets: dict[tuple[str, int], list[str]] = {}

    def play(self, now: p.AnyPrompt) -> None:
        """Answer what is asked of holders, and leave the rest to everybody."""
        match now:
            case p.HandOver(holder=None):
                person = next(x for x in self._people(now.stage.split.role) if x not in now.taken)
                self._sheets[now.stage.whose, person] = see(self._hands, self._name(person))
                self._hands.primary()
            case p.HandOver():
                type_backwards(self._hands, self._sheets[now.stage.whose, now.holder or 0])
                self._hands.primary()
            case p.Perform(shares=shares) if any(one.left for one in shares):
                one = next(one for one in shares if one.left)
                gone = {holder.person for holder in one.entered}
                person = next(x for x in reversed(self._people(one.split.role)) if x not in gone)
                self._hands.primary()
                choose_person(self._hands, self._name(person))
                type_backwards(self._hands, self._sheets[one.whose, person])
                self._hands.primary()
            case _:
                play(self._hands, now)

    def _people(self, role: str) -> list[int]:
        return [one.number for one in self._hands.desk.state().people if role in one.roles]

    def _name(self, person: int) -> str:
        return self._hands.window.presenter.view.named(person)


def choose_person(hands: Hands, name: str) -> None:
    """Choose who comes forward, where it is not plain who is left; then go to the first row."""
    box = hands.focus
    if isinstance(box, Chooser):
        while box.currentText() != name:
            hands.press(Key.Key_Down)
        hands.press(Key.Key_Return)


@pytest.mark.usefixtures("no_dialogs")
def test_split_pins_in_the_window_by_keyboard_alone(open_window: Open, tmp_path: Path) -> None:
    with led(open_window, SPLIT, tmp_path / "out", lambda hands: Holders(hands).play) as hands:
        assert len(answers(hands.desk, "proven")) == 5
        assert len(answers(hands.desk, "combined")) == 2
