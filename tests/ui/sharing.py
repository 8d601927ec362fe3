"""Hands of people who hold shares: they see one, write it, and type it, with keys alone."""

from __future__ import annotations

import msgspec
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ceremony_app.actions.base import items
from ceremony_app.core import prompts as p
from ceremony_app.core.custody import CustodyRecord
from ceremony_app.core.events import Answer
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Mode
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.shareentry import ShareEntry
from ceremony_app.ui.sharerow import ShareRow
from ceremony_app.ui.sharewords import ShareWords
from tests.ui.custody_plan import custody_plan
from tests.ui.custody_tour import handing_out
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import Hands, Key, Open

ROWS = 5


def words(hands: Hands) -> ShareWords:
    """Where the words are shown."""
    return hands.page.findChildren(ShareWords)[0]


def entry(hands: Hands) -> ShareEntry:
    """Where a share is typed."""
    return next(one for one in hands.page.findChildren(ShareEntry) if one.isVisible())


def rows(hands: Hands) -> list[ShareRow]:
    """The rows that are typed into."""
    return entry(hands).findChildren(ShareRow)


def choose(hands: Hands, name: str) -> None:
    """Choose a person in the list that has the keyboard, with the arrow keys."""
    box = hands.focus
    assert isinstance(box, Chooser), box
    for _ in range(box.count()):
        if box.currentText() == name:
            return
        hands.press(Key.Key_Up if box.findText(name) < box.currentIndex() else Key.Key_Down)
    raise AssertionError(f"{name} is not offered")


def offered(box: Chooser) -> list[str]:
    """Who or what can be chosen."""
    return [box.itemText(i) for i in range(box.count()) if box.itemData(i)]


def see(hands: Hands, name: str) -> list[str]:
    """This person is chosen, sees the share, and remembers its rows, each written backwards."""
    hands.primary()
    choose(hands, name)
    hands.push("Show share")
    seen = words(hands).copied().reveal().decode().split("\n")
    return [row.strip()[::-1] for row in seen]


def type_backwards(hands: Hands, sheet: list[str]) -> None:
    """Type rows that are written backwards, key by key, with Enter between them."""
    for i, row in enumerate(sheet):
        for character in reversed(row):
            QTest.keyClick(hands.window.windowHandle(), character)  # type: ignore[call-overload]  # stubs differ
        if i + 1 < len(sheet):
            hands.press(Key.Key_Return)
    hands.settle()


def typed(sheet: list[str]) -> Secret:
    """The same as a secret."""
    return Secret.of("".join(f"{row[::-1]}\n" for row in sheet))


def told(hands: Hands) -> str:
    """What stands beside the rows."""
    return "\n".join(text.text() for text in entry(hands)._faults if text.isVisible())


def beside(hands: Hands) -> list[str]:
    """The short word beside each row."""
    return [text.text() for text in entry(hands)._counters]


def answers(desk: FakeDesk, kind: str) -> list[tuple[str, int]]:
    """What the journal says of shares, in order."""
    events = [entry_.event for entry_ in desk.entries()]
    return [(e.item, e.person) for e in events if isinstance(e, Answer) and e.item.endswith(kind)]


def record(desk: FakeDesk) -> CustodyRecord:
    """What all may know of the split."""
    return msgspec.convert(dict(items(desk.state().evidence("split") or {}, "splits")[0]), CustodyRecord)


def has_keyboard(hands: Hands, widget: QWidget) -> bool:
    """Whether a widget has the keyboard."""
    return hands.focus is widget


def hand_over(desk: FakeDesk) -> p.HandOver:
    """The prompt of a hand-out."""
    now = desk.prompt()
    assert isinstance(now, p.HandOver), now
    return now


def at_the_first(open_window: Open, mode: Mode = Mode.REHEARSAL) -> Hands:
    """A window on the first share that is handed out."""
    desk = FakeDesk(custody_plan(mode))
    handing_out(desk)
    return open_window(desk)


def written(hands: Hands, name: str) -> list[str]:
    """This person has written the share down, and the page asks for it."""
    sheet = see(hands, name)
    hands.primary()
    return sheet
