"""This workstation as it is at one moment: every fact of the preflight, each with what was seen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Observation
from ceremony_app.station import clock, disks, interpreter, memory, network, program, queues


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """This computer (`core.ports.Workstation`), looked at through the system's files and not changed.

    `folder` is the ceremony folder, `package` the folder of the program's files, `expected_program` the digest of
    the manifest that they should have (or empty), `media` the mount points of this ceremony's media, `root` where the
    system's files begin.
    Only the print queues are asked for by a program, over this computer's own socket.
    """

    folder: Path
    package: Path
    expected_program: str = ""
    media: tuple[Path, ...] = ()
    root: Path = Path("/")
    isolated: bool = field(default_factory=lambda: bool(sys.flags.isolated))
    print_queues: Callable[[], tuple[queues.Queue, ...]] = queues.queues

    def observe(self) -> tuple[Observation, ...]:
        """The facts, seen now. What could not be seen is never good; nothing here proves an air gap."""
        return (
            network.interfaces(self.root),
            network.routes(self.root),
            network.radios(self.root),
            memory.swap(self.root),
            memory.core_dumps(self.root),
            memory.hibernation(self.root),
            disks.disk_encryption(self.root, self.folder.absolute()),
            disks.removable_media(self.root, self.media),
            disks.space(self.folder),
            clock.clock_source(self.root),
            interpreter.environment(self.root),
            interpreter.isolation(isolated=self.isolated),
            program.program(self.package, self.expected_program),
            queues.printers(self._queues()),
        )

    def _queues(self) -> tuple[queues.Queue, ...] | Refusal:
        """The print queues, or why they cannot be listed."""
        try:
            return self.print_queues()
        except Refusal as refusal:
            return refusal
