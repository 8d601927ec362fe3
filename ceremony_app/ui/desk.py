"""What the window needs from the conductor, and nothing more: the window never imports it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from ceremony_app.core.coming import Coming, Credential
    from ceremony_app.core.commands import Command
    from ceremony_app.core.events import Entry, Purpose, Verdict
    from ceremony_app.core.prompts import AnyPrompt
    from ceremony_app.core.rules import Refused
    from ceremony_app.core.script import Plan, Whose
    from ceremony_app.core.secret import Secret
    from ceremony_app.core.state import State
    from ceremony_app.core.values import Row


Answer: TypeAlias = "Future[Refused | None]"
"""None once what was wished for is on disk; or the rule that forbade it."""

Cause = Literal["script", "failure", "differently", "person", "note"]
Way = Literal["go-on", "repeat", "abort"]
Effect = Literal["none", "assess", "unusable"]
Remedy = Literal["", "adopt", "destroy", "quarantine"]
Break = Literal["attended", "sealed"]


class Working(Protocol):
    """A call that is being prepared or is under way; times are UTC."""

    @property
    def call(self) -> str:
        """What is being done, in words."""
        ...

    @property
    def started(self) -> dt.datetime:
        """Since when."""
        ...

    @property
    def token(self) -> str:
        """The role of the token that works, or empty."""
        ...

    @property
    def last_heartbeat(self) -> dt.datetime | None:
        """When the worker last said that it is alive, where it says so."""
        ...


class SheetRow(Protocol):
    """A row of a share: its number, four words, and the word that checks them."""

    @property
    def number(self) -> int:
        """From 1."""
        ...

    @property
    def words(self) -> tuple[str, ...]:
        """Four of them, for the holder's eyes only."""
        ...

    @property
    def check(self) -> str:
        """The row-check word."""
        ...

    def erase(self) -> None:
        """Overwrite the words."""
        ...


class Shares(Protocol):
    """What the window needs for the holders of shares. What is typed is erased by it."""

    def rows(self) -> tuple[SheetRow, ...]:
        """The rows of the share that is handed out now; raises `Refusal`."""
        ...

    def row_fault(self, number: int, typed: Secret) -> str:
        """Why a typed row cannot be right; empty where it may be."""
        ...

    def written(self, person: int) -> Answer:
        """The share stands on this person's sheet."""
        ...

    def prove(self, person: int, typed: Secret) -> Answer:
        """This person types the own share back: five rows of five words, each ended by LF."""
        ...

    def enter(self, whose: Whose, person: int, typed: Secret) -> Answer:
        """This person enters a share for what is done next."""
        ...

    def present(self, whose: Whose, index: int, person: int) -> Answer:
        """This person presents the own card to a device that has a quorum of its own."""
        ...


class Desk(Protocol):
    """The conductor of one ceremony. Every method returns at once; answers come as futures."""

    @property
    def plan(self) -> Plan:
        """Definition, policy and binding."""
        ...

    @property
    def folder(self) -> Path:
        """Where the ceremony's files lie."""
        ...

    def state(self) -> State:
        """The state after the last acknowledged entry."""
        ...

    def prompt(self) -> AnyPrompt:
        """What the room must do now."""
        ...

    def text_of(self, leaf: str) -> str:
        """The personal text behind a leaf; empty where it is withheld."""
        ...

    def entries(self) -> tuple[Entry, ...]:
        """The journal so far."""
        ...

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every change, from another thread."""
        ...

    def clock(self) -> dt.datetime:
        """The time, in UTC."""
        ...

    def working(self) -> Working | None:
        """What is being done just now."""
        ...

    def do(self, wish: Command) -> Answer:
        """Send a command without personal text."""
        ...

    def enrol(self, who: Coming, credential: Credential) -> Answer:
        """Enrol a person, or enrol one again, with a key made now or brought."""
        ...

    def read_watch(self, typed: str, person: int) -> Answer:
        """A time read from a watch, as HH:MM:SS."""
        ...

    def give(self, item: str, text: str, person: int) -> Answer:
        """Answer an item."""
        ...

    def correct(self, item: str, text: str, why: str) -> Answer:
        """Replace an answer of this attempt."""
        ...

    def statement(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> str:
        """Exactly the text that would be signed now."""
        ...

    def card_rows(self, person: int) -> Future[tuple[Row, ...]]:
        """What a person's card says of itself now, with the tries that are left; the future may raise `Refusal`."""
        ...

    def at_hand(self, person: int) -> bool:
        """Whether a person can sign as things are; after a restart a key file is brought again first (`present`)."""
        ...

    def present(self, person: int, credential: Credential) -> Answer:
        """Bring the key file of somebody who is enrolled with it; nothing is recorded."""
        ...

    def sign(
        self, person: int, role: str, purpose: Purpose, decision: Verdict, pin: Secret | None, shown: str = ""
    ) -> Answer:
        """Sign it; refused where `shown` is not the text that stands now. No PIN: the card's reader asks for it."""
        ...

    def print_slip(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> Answer:
        """Print what this person would sign now; nothing is recorded of it."""
        ...

    def perform(self, secrets: Mapping[str, Secret], phrase: str) -> Answer:
        """Do what the room agreed to."""
        ...

    @property
    def shares(self) -> Shares:
        """Where the holders of shares come forward."""
        ...

    def give_up(self) -> Answer:
        """End the process of the token that works: what its call did is then not known."""
        ...

    def inspect(self, secrets: Mapping[str, Secret]) -> Answer:
        """Look at the device after an operation whose end is not known."""
        ...

    def deviate(self, kind: Cause, by: int, expected: str, happened: str) -> Answer:
        """Open a deviation."""
        ...

    def settle(
        self, deviation: int, action: Way, effect: Effect, by: int, text: str, again: str = "", remedy: Remedy = ""
    ) -> Answer:
        """Decide a deviation."""
        ...

    def take_break(self, kind: Break, stay: tuple[int, ...], reason: str) -> Answer:
        """Pause."""
        ...

    def finish(self) -> Answer:
        """Close the ceremony and make what closing owes."""
        ...

    def close(self) -> None:
        """End workers; the journal can be resumed."""
        ...
