"""Rules of split PINs: who holds which share, what was typed back, and how many come forward before a login."""

from __future__ import annotations

from math import comb
from typing import assert_never

from ceremony_app.core import commands as c
from ceremony_app.core.attempt import Run
from ceremony_app.core.custody import (
    ENTERED,
    PROVEN,
    WRITTEN,
    Holder,
    SharesAsked,
    by,
    combinations,
    combined_item,
    forgotten,
    handed,
    item,
    set_here,
    share_left,
    shares_asked,
)
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Answer, Event
from ceremony_app.core.outlook import open_call
from ceremony_app.core.progress import still_to_sign
from ceremony_app.core.rules.need import require, someone, stage, under_way
from ceremony_app.core.script import Act, HandOut, Plan, Split, Whose
from ceremony_app.core.state import State
from ceremony_app.core.unplanned import shares_for_a_look


def about_shares(
    plan: Plan, state: State, wish: c.WriteShare | c.ProveShare | c.CombineShares | c.TakeShare
) -> tuple[Event, ...]:
    """What is said of shares becomes answers of the step."""
    match wish:
        case c.WriteShare():
            return (share_written(plan, state, wish),)
        case c.ProveShare():
            return (share_proven(plan, state, wish),)
        case c.CombineShares():
            return (shares_combined(plan, state, wish),)
        case c.TakeShare():
            return (share_taken(plan, state, wish),)
        case _:
            assert_never(wish)


def share_written(plan: Plan, state: State, wish: c.WriteShare) -> Answer:
    """The next share stands on the sheet of a person of the role who holds no other one of this split."""
    run, handing, _ = _next_share(plan, state, wish.index)
    _holder(state, handing.split, wish.person)
    others = [h for h in handed(run, handing.whose, WRITTEN) if h.index != wish.index]
    _one_each(others, wish.index, wish.person)
    return _answer(run, item(handing.whose, wish.index, WRITTEN), wish.person)


def share_proven(plan: Plan, state: State, wish: c.ProveShare) -> Answer:
    """The holder who wrote the share has typed it back."""
    run, handing, holder = _next_share(plan, state, wish.index)
    _holder(state, handing.split, wish.person)
    require(
        holder is not None and holder.person == wish.person,
        "CER-SHARE-HOLDER",
        f"Share {wish.index} was not written down by person {wish.person}.",
        "Whoever wrote it down types it back.",
    )
    return _answer(run, item(handing.whose, wish.index, PROVEN), wish.person)


def shares_combined(plan: Plan, state: State, wish: c.CombineShares) -> Answer:
    """Every combination of the typed shares gave the secret: as many as there are."""
    _, run, handing = stage(plan, state, HandOut)
    index, _ = share_left(run, handing)
    every = combinations(handing.split)
    require(
        not index and not forgotten(run) and wish.combinations == comb(handing.split.shares, handing.split.threshold),
        "CER-SHARES",
        "Not every combination of the shares was proven.",
        "Let every holder type the own share back.",
    )
    return Answer(step=run.number, attempt=run.attempt, item=combined_item(handing.whose), value=every)


def share_taken(plan: Plan, state: State, wish: c.TakeShare) -> Answer:
    """A holder enters a share that was not entered yet, after everybody has agreed; or before a look at the device."""
    _, run = under_way(plan, state)
    asked = next((one for one in _asked(plan, state) if one.whose == wish.whose), None)
    if asked is None:
        raise Refusal("CER-STAGE", "No share is asked for now.", "Do what the step asks for next.")
    _holder(state, asked.split, wish.person)
    require(
        1 <= wish.index <= asked.split.shares,
        "CER-SHARE",
        f"There is no share {wish.index}; there are {asked.split.shares}.",
        "Take the sheet of this split.",
    )
    require(
        asked.left,
        "CER-NOT-NEEDED",
        "Enough shares were entered.",
        "Go on; whoever has not entered one keeps the own sheet closed.",
    )
    _one_each(asked.entered, wish.index, wish.person)
    before = holder_here(state, asked.token, wish.whose, wish.index, plan)
    require(
        before in (0, wish.person),
        "CER-SHARE-HOLDER",
        f"Share {wish.index} was handed to person {before} in this ceremony, not to person {wish.person}.",
        "Everybody enters the own share.",
    )
    return _answer(run, item(wish.whose, wish.index, ENTERED), wish.person)


def enough(plan: Plan, state: State, run: Run, act: Act) -> None:
    """As many holders have come forward as the action needs (CER-SHARES)."""
    for asked in shares_asked(plan, state, run, act):
        require(
            not asked.left,
            "CER-SHARES",
            f"{len(asked.entered)} of {asked.least} shares are there.",
            "Let the other holders come forward. No PIN try was used.",
        )


def holder_here(state: State, token: str, whose: Whose, index: int, plan: Plan) -> int:
    """Who got a share in this ceremony, in the hand-out that counts; 0 where the present PIN is of another one."""
    if not set_here(plan, state, token, whose):
        return 0
    for run in reversed(state.runs):
        step = plan.definition.step(run.id)
        if run.done and any(isinstance(s, HandOut) and (s.token, s.whose) == (token, whose) for s in step.stages):
            return next((h.person for h in handed(run, whose, PROVEN) if h.index == index), 0)
    return 0


def _asked(plan: Plan, state: State) -> tuple[SharesAsked, ...]:
    """What is asked for now: before a look at a device, or before an action on which all have agreed."""
    if open_call(state) is not None:
        return shares_for_a_look(plan, state)
    _, run, act = stage(plan, state, Act)
    agreed = run.prepared is not None and not ((act.quorum or run.grave) and still_to_sign(plan, state, run, "go"))
    return shares_asked(plan, state, run, act) if agreed else ()


def _next_share(plan: Plan, state: State, index: int) -> tuple[Run, HandOut, Holder | None]:
    """The hand-out under way, whose next share this must be."""
    _, run, handing = stage(plan, state, HandOut)
    require(not forgotten(run), "CER-SHARES", "What was split is gone with the restart.", "Repeat the step.")
    following, holder = share_left(run, handing)
    require(
        index == following,
        "CER-SHARE",
        f"Share {index} is not the next one.",
        f"Share {following} is handed out now.",
    )
    return run, handing, holder


def _holder(state: State, split: Split, number: int) -> None:
    """A person who is here, with the role that holds the shares."""
    person = someone(state, number, may_be_nobody=False)
    require(
        person is not None and split.role in person.roles,
        "CER-ROLE",
        f"Person {number} does not hold the role {split.role}.",
        "The shares are held by the people of that role.",
    )


def _one_each(holders: tuple[Holder, ...] | list[Holder], index: int, person: int) -> None:
    """Nobody holds two shares, and no share counts twice (CER-SHARE-TWICE)."""
    require(
        all(holder.person != person and holder.index != index for holder in holders),
        "CER-SHARE-TWICE",
        f"Share {index} is there already, or person {person} has given another one.",
        "One person holds one share, and each counts once.",
    )


def _answer(run: Run, name: str, person: int) -> Answer:
    return Answer(step=run.number, attempt=run.attempt, item=name, value=by(person), person=person)
