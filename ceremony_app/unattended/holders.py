"""The holders of shares in a rehearsal that plays itself: they write, type back, and come forward."""

from __future__ import annotations

from ceremony_app.conductor import Conductor
from ceremony_app.core import prompts as p
from ceremony_app.core.cast import Cast
from ceremony_app.core.custody import SharesAsked, share_name
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import Person

PATIENCE = 600
"""Seconds that one answer of the conductor may take: RSA keys are found by luck."""


def people_here(room: Conductor) -> tuple[Person, ...]:
    """Who is in the room with a good key."""
    return tuple(person for person in room.state().people if person.present and not person.void)


def hand_over(room: Conductor, cast: Cast, now: p.HandOver) -> Refused | None:
    """A holder writes the share down, and then types it back from the sheet."""
    stage = now.stage
    name = share_name(stage.token, stage.whose)
    if now.holder is not None:
        sheet = cast.share(name, now.holder)
        return room.shares.prove(now.holder, sheet or Secret.of("")).result(PATIENCE)
    free = (x for x in people_here(room) if stage.split.role in x.roles and x.number not in now.taken)
    holder = next(free, None)
    if holder is None:
        return Refused("CER-SHARES", "Nobody is left to hold a share.", "Let more people hold the role.")
    lines = [" ".join((*row.words, row.check)) for row in room.shares.rows()]
    cast.keep_share(name, holder.number, Secret.of("\n".join(lines)))
    return room.shares.written(holder.number).result(PATIENCE)


def come_forward(room: Conductor, cast: Cast, asked: tuple[SharesAsked, ...]) -> Refused | None:
    """The holders of every split come forward, as many as are needed."""
    return next((refused for one in asked if (refused := _come_forward(room, cast, one)) is not None), None)


def _come_forward(room: Conductor, cast: Cast, asked: SharesAsked) -> Refused | None:
    """One holder after the other, until no share is left to come."""
    left, there = asked.left, {holder.person for holder in asked.entered}
    for person in people_here(room):
        if not left:
            return None
        if asked.split.role not in person.roles or person.number in there:
            continue
        if asked.split.by == "device":
            refused = room.shares.present(asked.whose, asked.least - left + 1, person.number).result(PATIENCE)
        else:
            sheet = cast.share(share_name(asked.token, asked.whose), person.number)
            if sheet is None:
                continue
            refused = room.shares.enter(asked.whose, person.number, sheet).result(PATIENCE)
        if refused is not None:
            return refused
        left -= 1
    return Refused("CER-SHARES", "Not enough holders have a share.", "Let the others come.") if left else None
