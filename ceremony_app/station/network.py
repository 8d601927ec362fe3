"""The air gap as far as the system's files show it: interfaces, routes, radios. Nothing is sent to find out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ceremony_app.core.ports import Observation
from ceremony_app.station.system_files import folders, listed, text, unseen, word

_INTERFACES: Final = "sys/class/net"
_ROUTES: Final = "proc/net/route"
_ROUTES_6: Final = "proc/net/ipv6_route"
_RADIOS: Final = "sys/class/rfkill"
_BLUETOOTH: Final = "sys/class/bluetooth"

_IFF_UP: Final = 0x1
_ARPHRD_LOOPBACK: Final = "772"
_RTF_REJECT: Final = 0x0200


def interfaces(root: Path) -> Observation:
    """Whether an interface beside the loopback is up, has a carrier, or is ready for a cable (hard).

    An interface that is up without a carrier counts as active: a cable is enough to connect it. What is switched
    off in firmware, a bridge of a host machine or a management controller is not seen from here.
    """
    fact, label = "interfaces", "No active network interface"
    found = folders(root, _INTERFACES)
    if found is None:
        return unseen(fact, label, f"/{_INTERFACES}", hard=True)
    others = [folder for folder in found if not _loopback(folder)]
    active = [f"{folder.name} ({told})" for folder in others if (told := _activity(folder))]
    if active:
        return Observation(id=fact, label=label, value=f"active: {listed(active)}", good=False, hard=True)
    there = f"; present and down: {listed([folder.name for folder in others])}" if others else ""
    return Observation(id=fact, label=label, value=f"no active interface seen{there}", good=True, hard=True)


def _loopback(folder: Path) -> bool:
    """By its kind, where the kernel tells it; anything may be called lo."""
    kind = word(folder, "type")
    return kind == _ARPHRD_LOOPBACK if kind else folder.name == "lo"


def _activity(folder: Path) -> str:
    """In what way an interface is active; empty where it is down."""
    flags = _number(word(folder, "flags"), 16)
    told = []
    if flags is None or flags & _IFF_UP:
        told.append("up" if flags is not None else "state unknown")
    if word(folder, "carrier") == "1":
        told.append("carrier")
    if word(folder, "operstate") in ("up", "dormant"):
        told.append("operating")
    return ", ".join(told)


def routes(root: Path) -> Observation:
    """Whether the kernel knows a way out (main tables of IPv4 and IPv6)."""
    fact, label = "routes", "No route to another machine"
    four = text(root, _ROUTES)
    if four is None:
        return unseen(fact, label, f"/{_ROUTES}")
    found = {row[0] for line in four.splitlines()[1:] if (row := line.split())}
    # Columns of ipv6_route: destination, length, source, length, next hop, metric, references, use, flags, device.
    for line in (text(root, _ROUTES_6) or "").splitlines():
        row = line.split()
        flags = _number(row[8], 16) if len(row) > 9 else None  # noqa: PLR2004 - ten columns
        if row and not (flags is not None and flags & _RTF_REJECT):
            found.add(row[-1])
    found.discard("lo")
    if found:
        return Observation(id=fact, label=label, value=f"routes over {listed(sorted(found))}", good=False)
    return Observation(id=fact, label=label, value="no route seen", good=True)


def radios(root: Path) -> Observation:
    """Whether a radio that the kernel knows is not blocked (rfkill), and whether there is Bluetooth."""
    on, off = list[str](), list[str]()
    for folder in folders(root, _RADIOS) or ():
        told = f"{word(folder, 'type') or 'radio'} {word(folder, 'name') or folder.name}"
        blocked = "1" in (word(folder, "hard"), word(folder, "soft"))
        (off if blocked else on).append(told)
    known = {told.partition(" ")[0] for told in on + off}
    if "bluetooth" not in known:
        on += [f"bluetooth {folder.name}" for folder in folders(root, _BLUETOOTH) or ()]
    value = f"not blocked: {listed(on)}" if on else "no radio seen that is not blocked"
    if off:
        value += f"; blocked: {listed(off)}"
    return Observation(id="radios", label="No radio switched on", value=value, good=not on)


def _number(digits: str, base: int) -> int | None:
    """A number of the kernel's; None where it is none."""
    try:
        return int(digits, base)
    except ValueError:
        return None
