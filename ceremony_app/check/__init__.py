"""The judge before the day: is a definition fit to be held, in any room or in this one?"""

from __future__ import annotations

from ceremony_app.check.fitness import Fitness, check
from ceremony_app.check.notes import Note

__all__ = ["Fitness", "Note", "check"]
