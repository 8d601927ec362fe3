"""Plays every part of a rehearsal: answers each prompt with the commands that the window would send."""

from __future__ import annotations

from ceremony_app.unattended.player import Player, rehearsal_player
from ceremony_app.unattended.progress import progress

__all__ = ["Player", "progress", "rehearsal_player"]
