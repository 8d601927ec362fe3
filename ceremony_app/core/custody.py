"""Who holds a token's PINs in shares: which split stands, what was handed out, and who has come forward so far."""

from __future__ import annotations

from math import comb
from typing import Final, Literal

import msgspec

from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Answer, Decision, Deviation, Outcome, Reconcile, Recovery
from ceremony_app.core.script import Act, HandOut, Plan, Split, Whose
from ceremony_app.core.state import State

COMBINED: Final = "combined"
ENTERED: Final = "entered"
PROVEN: Final = "proven"
WRITTEN: Final = "written"


class CustodyRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What may be known by all of a PIN that was split: format 1 of `custody-….json`.

    `set` is the number of the set of shares (SLIP-39's identifier), `check` the check value (32 hex digits), `serial`
    the token's. Nothing of it helps to find a share.
    """

    format: Literal[1] = 1
    token: str
    serial: str
    whose: Whose
    role: str
    threshold: int
    shares: int
    set: int
    check: str


class Holder(msgspec.Struct, frozen=True):
    """A person with a share, by number."""

    index: int
    person: int


class SharesAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The shares that an action needs before it is done, and those that were entered or presented for it."""

    token: str
    whose: Whose
    split: Split
    least: int
    entered: tuple[Holder, ...]

    @property
    def left(self) -> int:
        """How many are still to come."""
        return max(0, self.least - len(self.entered))


def item(whose: Whose, index: int, what: str) -> str:
    """The item under which the journal tells of a share."""
    return f"share {whose} {index} {what}"


def share_name(token: str, whose: Whose) -> str:
    """The name under which simulated people keep their sheets."""
    return f"{token}/{whose}"


def combined_item(whose: Whose) -> str:
    """The item under which the journal tells that every combination of shares was proven."""
    return f"shares {whose} {COMBINED}"


def by(person: int) -> str:
    """How the journal names who held, typed or presented a share."""
    return f"person {person}"


def set_here(plan: Plan, state: State, token: str, whose: Whose) -> bool:
    """Whether this ceremony has given the token a PIN that was drawn and split here."""
    for run in state.runs:
        act = plan.definition.step(run.id).action
        if act is not None and act.device == token and run.last is not None and run.last.complete:
            drawn = any(ask.held == "memory" and ask.whose == whose for ask in act.secrets)
            if drawn and run.last.result == "done":
                return True
    return False


def split_now(plan: Plan, state: State, token: str, whose: Whose) -> Split | None:
    """The split that stands now: the next one only once the token has the PIN that goes with it."""
    custody = plan.definition.tokens[token].custody
    present = custody.present(whose)
    return custody.made(whose) if present is None or set_here(plan, state, token, whose) else present


def entered(run: Run, whose: Whose) -> tuple[Holder, ...]:
    """The shares entered since the last call of the attempt ended, or anything came between that was not planned."""
    found: list[Holder] = []
    for entry in run.turns:
        match entry.event:
            case Outcome() | Reconcile() | Recovery() | Deviation() | Decision():
                found.clear()
            case Answer(item=name, person=person):
                match name.split(" "):
                    case ["share", one, index, what] if one == whose and what == ENTERED and index.isdecimal():
                        found.append(Holder(int(index), person))
                    case _:
                        pass
            case _:
                pass
    return tuple(found)


def shares_asked(plan: Plan, state: State, run: Run, act: Act) -> tuple[SharesAsked, ...]:
    """What an action asks of the holders of shares."""
    found = []
    for ask in act.shares:
        split = split_now(plan, state, ask.token, ask.whose)
        if split is not None:
            found.append(
                SharesAsked(
                    token=ask.token,
                    whose=ask.whose,
                    split=split,
                    least=split.shares if ask.every else split.threshold,
                    entered=entered(run, ask.whose),
                )
            )
    return tuple(found)


def handed(run: Run, whose: Whose, what: Literal["written", "proven"]) -> tuple[Holder, ...]:
    """The shares of an attempt that were written down, or typed back, each with who did so last."""
    found: dict[int, int] = {}
    for answer in run.of(Answer):
        match answer.item.split(" "):
            case ["share", one, index, done] if one == whose and done == what and index.isdecimal():
                found[int(index)] = answer.person
            case _:
                pass
    return tuple(Holder(index, person) for index, person in sorted(found.items()))


def handed_out(run: Run, stage: HandOut) -> bool:
    """Whether every share was typed back, and every combination of them proven."""
    return run.answers.get(combined_item(stage.whose)) == combinations(stage.split)


def combinations(split: Split) -> str:
    """How many combinations there are of as many shares as are needed, in words for the journal."""
    return f"{comb(split.shares, split.threshold)} combinations of {split.threshold} shares"


def forgotten(run: Run) -> bool:
    """Whether a restart has taken what the attempt had split."""
    gone = False
    for entry in run.turns:
        match entry.event:
            case Outcome():
                gone = False
            case Recovery():
                gone = True
            case _:
                pass
    return gone


def share_left(run: Run, stage: HandOut) -> tuple[int, Holder | None]:
    """The share that is handed out next, and who is writing it; 0 where all were typed back."""
    proven = {holder.index for holder in handed(run, stage.whose, PROVEN)}
    for index in range(1, stage.split.shares + 1):
        if index not in proven:
            return index, next((h for h in handed(run, stage.whose, WRITTEN) if h.index == index), None)
    return 0, None
