"""Where memory could end up on disk: swap, core files, hibernation."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ceremony_app.core.names import escaped
from ceremony_app.core.ports import Observation
from ceremony_app.station.system_files import listed, text, unseen, word

_SWAPS: Final = "proc/swaps"
_PATTERN: Final = "proc/sys/kernel/core_pattern"
_LIMITS: Final = "proc/self/limits"
_CORE_LIMIT: Final = "Max core file size"
_STATES: Final = "sys/power/state"
_DISK: Final = "sys/power/disk"
_RESUME: Final = "sys/power/resume"


def swap(root: Path) -> Observation:
    """Whether memory may be written to a swap area."""
    fact, label = "swap", "No swap"
    found = text(root, _SWAPS)
    if found is None:
        return unseen(fact, label, f"/{_SWAPS}")
    areas = [row[0] for line in found.splitlines()[1:] if (row := line.split())]
    value = f"in use: {listed(areas)}" if areas else "no swap area seen"
    return Observation(id=fact, label=label, value=value, good=not areas)


def core_dumps(root: Path) -> Observation:
    """Whether a crash of this process would write its memory to a file or hand it to a program (core(5))."""
    fact, label = "core-dumps", "No core files"
    pattern, limits = text(root, _PATTERN), text(root, _LIMITS)
    line = next((line for line in (limits or "").splitlines() if line.startswith(_CORE_LIMIT)), "")
    if pattern is None or not line:
        return unseen(fact, label, f"/{_PATTERN} or /{_LIMITS}")
    soft = line.removeprefix(_CORE_LIMIT).split()[:1]
    told = escaped(pattern.strip())
    # A program that takes cores is started whatever the limit says.
    if pattern.startswith("|"):
        return Observation(id=fact, label=label, value=f"cores are handed to a program: {told}", good=False)
    value = f"limit {''.join(soft) or 'unknown'}, pattern {told or 'empty'}"
    return Observation(id=fact, label=label, value=value, good=soft == ["0"])


def hibernation(root: Path) -> Observation:
    """Whether the machine could write its memory to disk and sleep."""
    fact, label = "hibernation", "No hibernation"
    states = text(root, _STATES)
    if states is None:
        if not (root / "sys/class").is_dir():
            return unseen(fact, label, f"/{_STATES}")
        return Observation(id=fact, label=label, value="the kernel offers none", good=True)
    if "disk" not in states.split() or "[disabled]" in word(root, _DISK).split():
        return Observation(id=fact, label=label, value="the kernel offers none", good=True)
    if (device := word(root, _RESUME)) not in ("", "0:0"):
        value = f"offered, resuming from device {escaped(device)}"
        return Observation(id=fact, label=label, value=value, good=False)
    swapless = swap(root).good
    value = f"offered, no device to resume from; {'no swap area to write to seen' if swapless else 'swap is in use'}"
    return Observation(id=fact, label=label, value=value, good=swapless)
