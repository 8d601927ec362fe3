"""The faults that a rehearsal plays at this workstation: each lies in a port and strikes once, at a chosen step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ceremony_app.core.ports import Medium, Printer
from ceremony_app.station.medium_refusals import another_medium, full
from ceremony_app.station.queues import not_printed


class Once:
    """Strikes the first time that its moment has come, and never again.

    `at` tells whether the ceremony stands at the chosen step.
    """

    def __init__(self, at: Callable[[], bool]) -> None:
        self._at = at
        self._struck = False

    def strikes(self) -> bool:
        """Whether the fault happens now."""
        if self._struck or not self._at():
            return False
        self._struck = True
        return True


class PrinterOut:
    """Fault `printer-out`: the paper runs out before the first page of a job."""

    def __init__(self, printer: Printer, once: Once) -> None:
        self._printer = printer
        self._once = once

    def describe(self) -> str:
        """What the printer says."""
        return self._printer.describe()

    def print(self, name: str, data: bytes, copies: int) -> str:
        """Print, or refuse (CER-PRINTER)."""
        if self._once.strikes():
            raise not_printed("The printer does not print: stopped (media-empty-error).", "Put paper in.")
        return self._printer.print(name, data, copies)


class DiskFull:
    """Fault `disk-full`: the medium has no room for a file; nothing of it is left there."""

    def __init__(self, medium: Medium, once: Once, place: Path) -> None:
        self._medium = medium
        self._once = once
        self._place = place

    def describe(self) -> str:
        """What the medium says."""
        return self._medium.describe()

    def write(self, name: str, data: bytes) -> None:
        """Write, or refuse (CER-MEDIUM)."""
        if self._once.strikes():
            raise full(self._place)
        self._medium.write(name, data)

    def names(self) -> tuple[str, ...]:
        """What the medium holds."""
        return self._medium.names()

    def read(self, name: str) -> bytes:
        """What the medium holds."""
        return self._medium.read(name)


class WrongMedium:
    """Fault `wrong-medium`: another medium than the bound one is in place; it is neither written nor read."""

    def __init__(self, medium: Medium, once: Once, place: Path, serial: str) -> None:
        self._medium = medium
        self._once = once
        self._place = place
        self._serial = serial

    def describe(self) -> str:
        """What the medium says."""
        return self._medium.describe()

    def write(self, name: str, data: bytes) -> None:
        """Write, or refuse (CER-MEDIUM)."""
        self._look()
        self._medium.write(name, data)

    def names(self) -> tuple[str, ...]:
        """List, or refuse (CER-MEDIUM)."""
        self._look()
        return self._medium.names()

    def read(self, name: str) -> bytes:
        """Read, or refuse (CER-MEDIUM)."""
        self._look()
        return self._medium.read(name)

    def _look(self) -> None:
        if self._once.strikes():
            raise another_medium(self._place, "SIMULATED-OTHER", self._serial or "another")
