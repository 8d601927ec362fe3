"""What nobody may get round with shares, read from the journal in a way of its own."""

from __future__ import annotations

from collections.abc import Sequence

from ceremony_app.core.events import Answer, Decision, Deviation, Entry, Intent, Outcome, Reconcile, Recovery, StepEntry
from ceremony_app.core.script import Plan


def too_few(plan: Plan, entries: Sequence[Entry]) -> list[str]:
    """Intents of actions that need shares, for which fewer people than needed came forward since anything else ended.

    A share counts for one person, and a person for one share.
    """
    found: list[str] = []
    came: set[tuple[str, str, int]] = set()
    step, goes_on = "", False
    for entry in entries:
        match entry.event:
            case StepEntry(state="begun", id=step):
                came, goes_on = set(), False
            case Outcome(result=result, complete=complete):
                came, goes_on = set(), result == "done" and not complete
            case Reconcile() | Recovery() | Deviation() | Decision():
                came = set()
            case Answer(item=item, person=person) if item.startswith("share ") and item.endswith(" entered"):
                _, whose, index, _ = item.split(" ")
                came.add((whose, index, person))
            case Intent():
                act = plan.definition.step(step).action
                for ask in act.shares if act is not None and not goes_on else ():
                    mine = [one for one in came if one[0] == ask.whose]
                    voices = min(len({index for _, index, _ in mine}), len({person for _, _, person in mine}))
                    if voices < _least(plan, ask.token, every=ask.every):
                        found.append(f"entry {entry.seq}: {step} with the shares of {voices}")
            case _:
                pass
    return found


def _least(plan: Plan, token: str, *, every: bool) -> int:
    """Two for each of the tokens of the ceremony of shares, but three for a drill."""
    split = plan.definition.tokens[token].custody.activation
    assert split is not None
    return split.shares if every else 2


def handed_wrongly(entries: Sequence[Entry]) -> list[str]:
    """Shares that were typed back by somebody who had not written them, or two of one split by one person."""
    found: list[str] = []
    written: dict[tuple[str, str], int] = {}
    for entry in entries:
        match entry.event:
            case StepEntry(state="begun"):
                written.clear()
            case Answer(item=item, person=person) if item.startswith("share "):
                _, whose, index, what = item.split(" ")
                if what == "written":
                    if any(p == person for (w, i), p in written.items() if w == whose and i != index):
                        found.append(f"entry {entry.seq}: person {person} holds two shares")
                    written[whose, index] = person
                elif what == "proven" and written.get((whose, index)) != person:
                    found.append(f"entry {entry.seq}: person {person} has not written share {index}")
            case _:
                pass
    return found
