"""Printers: a queue of CUPS on this computer, and the rehearsal's, which keeps the pages in a folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ceremony_app.core.names import is_name
from ceremony_app.journal.files import create
from ceremony_app.station.queues import PROGRAMS, SOCKET, Readiness, ask, not_printed, readiness

MOST_COPIES: Final = 20

_QUEUE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@-]{0,126}")
_JOB: Final = re.compile(r"request id is (\S+)")


class CupsPrinter:
    """A print queue (`core.ports.Printer`); the bytes reach it by `lp` on standard input, as they were hashed."""

    def __init__(self, queue: str, programs: Path = PROGRAMS, socket: Path = SOCKET) -> None:
        if not _QUEUE.fullmatch(queue):
            raise not_printed("That is no name of a print queue.", "Name one that `lpstat -v` shows.")
        self._queue = queue
        self._programs = programs
        self._socket = socket

    def describe(self) -> str:
        """The queue's name and state. Raises `Refusal` (CER-PRINTER) where the print service does not tell."""
        return f"{self._queue}: {self._state().told()}"

    def print(self, name: str, data: bytes, copies: int) -> str:
        """Send the very bytes, if the queue would print now; answers the job's name, such as `Office-12`.

        Raises `Refusal` (CER-PRINTER) with the queue's reason. That the job was taken does not say that paper came
        out: a person looks, and `waiting` tells whether the job is still in the queue.
        """
        _sound(name, copies)
        state = self._state()
        if not state.ready:
            raise not_printed(f"The queue {self._queue} does not print: {state.told()}.", "See to the printer.")
        said = self._ask("lp", "-d", self._queue, "-n", str(copies), "-t", name, data=data)
        job = _JOB.search(said)
        if job is None:
            raise not_printed("The print service named no job.", "Look whether the pages came out.")
        return job[1]

    def waiting(self, job: str) -> bool:
        """Whether a job is still in the queue, printing or held up."""
        return any(line.split()[:1] == [job] for line in self._ask("lpstat", "-o", self._queue).splitlines())

    def _state(self) -> Readiness:
        return readiness(self._queue, self._ask("lpstat", "-l", "-p", self._queue, "-a", self._queue))

    def _ask(self, program: str, *options: str, data: bytes = b"") -> str:
        return ask(program, *options, data=data, programs=self._programs, socket=self._socket)


class SimulatedPrinter:
    """The printer of a rehearsal (`core.ports.Printer`): each job is a file in a folder, one for all copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def describe(self) -> str:
        """What it is."""
        return f"simulated printer ({self._folder.name})"

    def print(self, name: str, data: bytes, copies: int) -> str:
        """Keep the bytes; answers the job's name, such as `simulated-3`. Raises `Refusal` (CER-PRINTER)."""
        _sound(name, copies)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = self._free_number()
            create(self._folder / f"{number:04}-{copies}x-{name}", data)
        except OSError as error:
            raise not_printed(f"The simulated printer stopped: {error.strerror}.", "Make room.") from None
        return f"simulated-{number}"

    def _free_number(self) -> int:
        """The number after the highest that was used."""
        used = {int(path.name[:4]) for path in self._folder.iterdir() if path.name[:4].isdecimal()}
        return max(used, default=0) + 1


class NoPrinter:
    """A room whose binding names no print queue: nothing is printed, and that is said."""

    def describe(self) -> str:
        """That there is none."""
        return "none named in the binding"

    def print(self, name: str, data: bytes, copies: int) -> str:
        """Refuse (CER-PRINTER)."""
        del name, data, copies
        raise not_printed(
            "The binding of this room names no printer.", "Print the file from a medium, and open a deviation."
        )


def _sound(name: str, copies: int) -> None:
    """Refuse what no job can be."""
    if not is_name(name):
        raise not_printed("That is no name for a print job.", "Names have letters, digits, dots and dashes.")
    if not 1 <= copies <= MOST_COPIES:
        raise not_printed(f"{copies} copies cannot be printed.", f"Print 1 to {MOST_COPIES}.")
