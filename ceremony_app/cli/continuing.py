"""Rehearsals that go on from an earlier one: its practice token, with the keys on it and the PINs that open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ceremony_app.conductor import read_reviewed
from ceremony_app.core.asked import rehearsed_as
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import Binding, BoundToken
from ceremony_app.core.script import Definition, Plan, SecretAsk
from ceremony_app.core.state import State, fold
from ceremony_app.core.values import Mode
from ceremony_app.hsm.softhsm import take_over
from ceremony_app.journal.recover import scan
from ceremony_app.journal.store import JOURNAL, read_head
from ceremony_app.people.sheets import Sheets
from ceremony_app.people.simulated import FOLDER, SimulatedPeople

_PINS = ("pin", "so-pin")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finished ceremony: its folder, its plan and where it ended."""

    folder: Path
    plan: Plan
    state: State


def earlier(folder: Path) -> Earlier:
    """The finished ceremony in a folder (CER-CONTINUES for one that has not ended; `Unusable` where there is none)."""
    plan = read_reviewed(folder).plan()
    try:
        data = (folder / JOURNAL).read_bytes()
    except OSError as error:
        raise _cannot(folder, f"its journal cannot be read: {error.strerror}") from None
    state = fold(scan(data, read_head(folder)).entries)
    if state.close is None:
        raise _cannot(folder, "it has not ended")
    return Earlier(folder, plan, state)


def continued_token(before: Earlier, role: str, home: Path) -> BoundToken:
    """A copy of the practice token that had this role in an earlier rehearsal, in a home of its own."""
    bound = _bound(before, role)
    place = bound.options.get("softhsm", "")
    if before.plan.binding.mode is not Mode.REHEARSAL or not place or not (before.folder / place).is_dir():
        raise _cannot(before.folder, f"it has no practice token {role} that could be taken over")
    take_over(before.folder / place, home)
    return bound


def kept_pins(before: Earlier, role: str) -> Mapping[str, str]:
    """The PINs of that token as they were last, by the name under which the people of a rehearsal keep them."""
    people = SimulatedPeople.load_or_make(before.folder, before.plan.binding)
    return {
        f"{role}/{name}": people.secret(rehearsed_as(before.plan, before.state, role, SecretAsk(name=name, label=name)))
        .reveal()
        .decode()
        for name in _PINS
    }


def kept_sheets(before: Earlier, role: str, place: Path) -> None:
    """The share sheets of that token go over to the people of this rehearsal (`place`: its `.rehearsal`)."""
    Sheets(place).inherit(before.folder / FOLDER, role)


def same_tokens(definition: Definition, binding: Binding, inputs: Mapping[str, Path]) -> None:
    """A bound token that goes on from an earlier ceremony is the token of that ceremony (CER-CONTINUES)."""
    for role, token in definition.tokens.items():
        if not token.continues:
            continue
        before = earlier(inputs[token.continues])
        serial = _bound(before, role).serial
        if binding.tokens[role].serial != serial:
            raise Refusal(
                "CER-CONTINUES",
                f"The token {role} is bound to serial {binding.tokens[role].serial}; the ceremony in {before.folder}"
                f" was held with serial {serial}.",
                "Bring the token of that ceremony, or the folder of the ceremony that this token was last in.",
            )


def _bound(before: Earlier, role: str) -> BoundToken:
    if role not in before.plan.binding.tokens:
        raise _cannot(before.folder, f"it had no token {role}")
    return before.plan.binding.tokens[role]


def _cannot(folder: Path, why: str) -> Refusal:
    return Refusal(
        "CER-CONTINUES", f"Nothing can go on from {folder}: {why}.", "Name the folder of the ceremony that is meant."
    )
