"""Print queues as CUPS tells them: which there are, and whether one would print now."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Observation
from ceremony_app.station.system_files import listed

SOCKET: Final = Path("/run/cups/cups.sock")
"""Where the print service of this computer listens; no other one is ever asked."""

PROGRAMS: Final = Path("/usr/bin")
SECONDS: Final = 60

_LOCAL: Final = re.compile(
    r"/|(usb|parallel|serial|file|cups-pdf):|hp:/(usb|par)/|[a-z]+://(localhost|127\.0\.0\.1|\[::1\])([:/]|$)"
)
_DEVICE: Final = re.compile(r"^device for (?P<queue>[^:\s]+): (?P<uri>\S+)", re.MULTILINE)
_ALERTS: Final = re.compile(r"^\s+Alerts: (?P<alerts>.*)$", re.MULTILINE)
_HARMLESS: Final = re.compile(r"none|.*-(report|warning)|cups-.*|connecting-to-device")


@dataclass(frozen=True, slots=True)
class Queue:
    """A print queue and the address of its device."""

    name: str
    uri: str

    @property
    def local(self) -> bool:
        """Whether the printer hangs on this computer and not on a network."""
        return _LOCAL.match(self.uri) is not None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a queue would print, and why not: the service's own words."""

    ready: bool
    state: str
    reasons: tuple[str, ...]

    def told(self) -> str:
        """In one line."""
        return f"{self.state} ({', '.join(self.reasons)})" if self.reasons else self.state


def ask(program: str, *options: str, data: bytes = b"", programs: Path = PROGRAMS, socket: Path = SOCKET) -> str:
    """Run a program of CUPS against this computer's print service and answer what it printed.

    The environment is not handed on: neither a server nor a default of the user's own changes what is asked.
    Raises `Refusal` (CER-PRINTER) where the program is missing, fails (with its words) or does not end.
    """
    command = [str(programs / program), "-h", str(socket), *options]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd="/",
            env={"LC_ALL": "C", "PATH": os.defpath},
        )
    except FileNotFoundError:
        raise not_printed(f"The program {program} is missing.", "Install it: apt install cups-client.") from None
    except (OSError, subprocess.TimeoutExpired):
        raise not_printed("The print service does not answer.", "Start it (systemctl start cups).") from None
    if done.returncode:
        words = " ".join(done.stderr.decode("utf-8", "replace").split())
        reason = words.removeprefix(f"{programs / program}: ").rstrip(".")
        raise not_printed(f"The print service refused: {reason or 'no reason given'}.", "Put that right.")
    return done.stdout.decode("utf-8", "replace")


def queues(programs: Path = PROGRAMS, socket: Path = SOCKET) -> tuple[Queue, ...]:
    """The queues of this computer; none where no print service runs. Raises `Refusal` (CER-PRINTER)."""
    if not socket.exists() or not (programs / "lpstat").exists():
        return ()
    try:
        found = ask("lpstat", "-v", programs=programs, socket=socket)
    except Refusal as refusal:
        if "No destinations added" in refusal.why:
            return ()
        raise
    return tuple(Queue(name=each["queue"], uri=each["uri"]) for each in _DEVICE.finditer(found))


def readiness(queue: str, text: str) -> Readiness:
    """What `lpstat -l -p QUEUE -a QUEUE` says about a queue, in English (LC_ALL=C).

    Reasons are the printer's alerts (RFC 8011, 5.4.12) that are more than a report or warning, and the words after
    the dash where the queue is stopped or takes no jobs.
    """
    lines = text.splitlines()
    state, reasons, ready = "unknown", list[str](), False
    for i, line in enumerate(lines):
        following = lines[i + 1].strip() if i + 1 < len(lines) else ""
        if line.startswith(f"printer {queue} "):
            words = line.removeprefix(f"printer {queue} ")
            ready = words.startswith(("is idle", "now printing"))
            state = "idle" if words.startswith("is idle") else "printing" if ready else "stopped"
            reasons += [] if ready or not following else [following]
        elif line.startswith(f"{queue} not accepting"):
            ready, state = False, "not accepting jobs"
            reasons += [following] if following else []
    alerts = _ALERTS.search(text)
    serious = [word for word in (alerts["alerts"].split() if alerts else ()) if not _HARMLESS.fullmatch(word)]
    return Readiness(ready=ready and not serious, state=state, reasons=tuple(dict.fromkeys(reasons + serious)))


def printers(found: tuple[Queue, ...] | Refusal) -> Observation:
    """Whether every queue's printer hangs on this computer."""
    fact, label = "printers", "No printer on a network"
    if isinstance(found, Refusal):
        return Observation(id=fact, label=label, value=f"cannot be seen: {found.why}", good=False)
    told = [f"{queue.name} ({'local' if queue.local else 'network'})" for queue in found]
    value = f"queues: {listed(told)}" if told else "no print queue seen"
    return Observation(id=fact, label=label, value=value, good=all(queue.local for queue in found))


def not_printed(why: str, what_to_do: str) -> Refusal:
    """Nothing was printed, and why."""
    return Refusal("CER-PRINTER", why, f"{what_to_do} Then print again, or go on under a deviation.")
