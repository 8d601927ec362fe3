"""The only writer of the journal: decide, write, evolve; and the guard around everything that touches something."""

from __future__ import annotations

from ceremony_app.conductor.conductor import Conductor
from ceremony_app.conductor.opening import Reviewed, new_folder, open_folder, read_reviewed, start
from ceremony_app.conductor.room import Equipment, Room
from ceremony_app.conductor.working import Working

__all__ = [
    "Conductor",
    "Equipment",
    "Reviewed",
    "Room",
    "Working",
    "new_folder",
    "open_folder",
    "read_reviewed",
    "start",
]
