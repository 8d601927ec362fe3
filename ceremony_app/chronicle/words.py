"""Turns of phrase that script and record share."""

from __future__ import annotations

from typing import Literal

from ceremony_app.core.script import Act, Asset, Definition, Quorum, Step
from ceremony_app.core.values import Mode

OUTCOMES = {"completed": "COMPLETED", "aborted": "ABORTED"}


def mode_word(mode: Mode) -> str:
    """The mode as pages print it."""
    return mode.value.upper()


def quorum_words(definition: Definition, name: str) -> str:
    """A quorum in words: `3 × key custodian and 1 × external witness`."""
    return all_words(definition, definition.quorums[name]) if name else "nobody"


def all_words(definition: Definition, quorum: Quorum) -> str:
    """The roles of a quorum with their counts."""
    return " and ".join(f"{n} × {definition.roles[role].title}" for role, n in quorum.all.items())


def asset_words(name: str, asset: Asset) -> str:
    """An asset with its tag."""
    return f"{asset.title or name} ({asset.tag})" if asset.tag else asset.title or name


def role_short(role: str) -> str:
    """The initials of a role's name, for narrow columns: `internal-witness` is IW."""
    return "".join(word[0] for word in role.replace("_", "-").split("-") if word).upper()


def marker(step: Step) -> Literal["", "irreversible", "pause"]:
    """How a step is marked: irreversible, a pause point, or not at all."""
    if isinstance(step.action, Act) and step.action.irreversible:
        return "irreversible"
    return "pause" if step.kind == "pause-point" else ""


def minutes_words(minutes: int) -> str:
    """An estimate."""
    return f"{minutes} min" if minutes else ""
