"""What the start screen needs from the program: what lies on the shelf, and what can be done with it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from ceremony_app.core.cast import Cast
    from ceremony_app.core.ports import Observation
    from ceremony_app.core.rules import Refused
    from ceremony_app.core.values import Mode
    from ceremony_app.ui.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A definition on the shelf."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """An unfinished ceremony and where it stopped; `stopped` is the time of its last entry (UTC)."""

    folder: str
    title: str
    mode: Mode
    step: str
    stopped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A ceremony that was opened or taken up, what was seen of the station, and the cast of a rehearsal."""

    desk: Desk
    station: str = ""
    cast: Cast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a check, a print or a verification has to say: rows of what and how."""

    title: str
    good: bool
    rows: tuple[tuple[str, str], ...]


Opening: TypeAlias = "Future[Opened | Refused]"
Telling: TypeAlias = "Future[Told | Refused]"


class Shelf(Protocol):
    """All that the start screen can ask for. Nothing heavy is imported before one of the futures is asked for."""

    @property
    def version(self) -> str:
        """The program's version."""
        ...

    def clock(self) -> dt.datetime:
        """The time, in UTC."""
        ...

    def offers(self) -> tuple[Offer, ...]:
        """The shipped definitions."""
        ...

    def interrupted(self) -> tuple[Interrupted, ...]:
        """Unfinished ceremonies, the latest first."""
        ...

    def new_folder(self) -> str:
        """A folder that a rehearsal could use."""
        ...

    def observe(self) -> Future[tuple[Observation, ...]]:
        """What can be seen of this workstation now."""
        ...

    def resume(self, folder: str) -> Opening:
        """Take up an unfinished ceremony."""
        ...

    def rehearse(self, definition: str, folder: str) -> Opening:
        """Begin a rehearsal."""
        ...

    def run(self, definition: str, binding: str, folder: str) -> Opening:
        """Begin a production ceremony."""
        ...

    def check(self, definition: str, binding: str) -> Telling:
        """Is the definition fit to be held?"""
        ...

    def script(self, definition: str, binding: str, destination: str) -> Telling:
        """Make the script as a PDF."""
        ...

    def verify(self, path: str) -> Telling:
        """Check a finished folder or record."""
        ...


def station_line(seen: tuple[Observation, ...], at: dt.datetime) -> str:
    """What a ceremony's banner says of the air gap: one short text from the facts about network interfaces."""
    found = next((fact for fact in seen if fact.id == "interfaces"), None)
    if found is None:
        return f"network not looked at ({at:%H:%M} UTC)"
    return f"{'offline' if found.good else 'NETWORK ACTIVE'} (seen {at:%H:%M} UTC)"
