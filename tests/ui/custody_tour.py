"""Takes a fake desk through the hand-out of three shares, and through two activations by those who hold them."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.core import prompts as p
from ceremony_app.core.secret import Secret
from tests.ui.custody_plan import CUSTODIANS
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.tour import Player


class Sheets:
    """What the custodians have written down, by number."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.of: dict[int, list[str]] = {}

    def write(self, person: int) -> None:
        """This person sees the share that is handed out now, and writes it down."""
        self.of[person] = [" ".join((*row.words, row.check)) for row in self._desk.shares.rows()]
        answered(self._desk.shares.written(person))

    def typed(self, person: int) -> Secret:
        """What this person types."""
        return Secret.of("".join(f"{row}\n" for row in self.of[person]))

    def hand_out(self) -> None:
        """To everybody, from the share on that is next."""
        while isinstance(now := self._desk.prompt(), p.HandOver):
            if now.holder is None:
                self.write(CUSTODIANS[now.index - 1])
            else:
                answered(self._desk.shares.prove(now.holder, self.typed(now.holder)))

    def enter(self, *people: int) -> None:
        """These people enter their shares."""
        for person in people:
            answered(self._desk.shares.enter("activation", person, self.typed(person)))


def handing_out(desk: FakeDesk) -> Sheets:
    """At the first share."""
    Player(desk).until(lambda now: isinstance(now, p.HandOver))
    return Sheets(desk)


def activating(desk: FakeDesk) -> Sheets:
    """Everything is handed out, and the custodians are asked to activate the token."""
    sheets = handing_out(desk)
    sheets.hand_out()
    Player(desk).until_step("2.5", p.Perform)
    return sheets


def losing(desk: FakeDesk) -> Sheets:
    """The token was lost during a generation: two custodians are asked again, so that it can be looked at."""
    sheets = activating(desk)
    sheets.enter(4, 6)
    answered(desk.perform({}, ""))
    Player(desk).until_step("3.3", p.Perform)
    desk.ends.append("unknown")
    answered(desk.perform({}, "GENERATE ROOT-2026"))
    assert isinstance(desk.prompt(), p.Inspect)
    return sheets


def shares(desk: FakeDesk) -> Iterator[str]:
    """Every page of a split PIN; at each yield the desk is at a page of the given name."""
    sheets = handing_out(desk)
    yield "hand-over"
    sheets.write(4)
    yield "hand-over-back"
    answered(desk.shares.prove(4, sheets.typed(4)))
    yield "hand-over-second"
    sheets.hand_out()
    Player(desk).until_step("2.5", p.Perform)
    yield "perform-shares"
    sheets.enter(4)
    yield "perform-shares-one"
    sheets.enter(6)
    yield "perform-shares-all"
    answered(desk.perform({}, ""))
    Player(desk).until_step("3.3", p.Perform)
    desk.ends.append("unknown")
    answered(desk.perform({}, "GENERATE ROOT-2026"))
    yield "inspect-shares"
    sheets.enter(5)
    yield "inspect-shares-one"


def cards(desk: FakeDesk) -> Iterator[str]:
    """The same token with cards of its own."""
    Player(desk).until_step("2.5", p.Perform)
    yield "perform-cards"
    answered(desk.shares.present("activation", 2, 5))
    yield "perform-cards-one"
