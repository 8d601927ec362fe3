"""Opening the window: only where there is a screen, and nothing heavy before its first paint."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ceremony_app.core.errors import Unusable

if TYPE_CHECKING:
    from ceremony_app.conductor import Conductor


def require_display() -> None:
    """Refuse without a screen (CER-DISPLAY)."""
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise Unusable(
            "CER-DISPLAY",
            "There is no screen to open the window on.",
            "Start it in a graphical session, or rehearse with `--unattended`.",
        )


def run_window(conductor: Conductor) -> int:
    """Lead the ceremony in the window until it is closed or left."""
    from ceremony_app.cli.cast import FolderCast
    from ceremony_app.core.values import Mode
    from ceremony_app.ui.app import run_ceremony

    rehearsal = conductor.state().mode is Mode.REHEARSAL
    cast = FolderCast(conductor.folder, conductor.plan.binding) if rehearsal else None
    return run_ceremony(conductor, station=seen_now(conductor.folder), cast=cast)


def seen_now(folder: Path) -> str:
    """One short line on what is seen of this computer's network now, for the banner."""
    from ceremony_app.cli.program import PACKAGE
    from ceremony_app.station.clock import SystemClock
    from ceremony_app.station.observe import Station
    from ceremony_app.ui.shelf import station_line

    return station_line(Station(folder=folder, package=PACKAGE).observe(), SystemClock().utc())


def run_start() -> int:
    """The start screen."""
    require_display()
    from ceremony_app.cli.shelf import ProgramShelf
    from ceremony_app.ui.app import run_start as run_start_screen

    shelf = ProgramShelf(Path.cwd())
    try:
        return run_start_screen(shelf)
    finally:
        shelf.close()
