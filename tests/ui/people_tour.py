"""A room in which people sign in all three ways: its plan, and the pages that show them at the roll-call."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.coming import Card, Coming, Credential, KeyFile, RoomPin
from ceremony_app.core.room import BoundPerson, BoundToken
from ceremony_app.core.script import Plan
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Mode
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.sample_plan import ADMIN, CUSTODIAN, EXTERNAL, INTERNAL, sample_plan
from tests.ui.tour import NAMES, PIN, Player

PINNED = hashlib.sha256(b"2 1").hexdigest()
"""The key that the fake desk gives person 2 at the second enrolment."""


def card(pin_entry: str = "keyboard") -> BoundToken:
    """A card as a binding names it."""
    return msgspec.convert(
        {"module": "/m.so", "module-sha256": "00" * 32, "serial": "CARD-0042", "model": "ID One"}
        | {"pin-entry": pin_entry},
        BoundToken,
    )


PEOPLE = (
    BoundPerson(number=1, roles=(ADMIN,)),
    BoundPerson(number=2, roles=(INTERNAL,), method="file", key=PINNED),
    BoundPerson(number=3, roles=(EXTERNAL,), method="card", card=card()),
    BoundPerson(number=4, roles=(CUSTODIAN,), method="card", card=card("token")),
    BoundPerson(number=5, roles=(INTERNAL,)),
)


def mixed_plan(mode: Mode = Mode.REHEARSAL, people: tuple[BoundPerson, ...] = PEOPLE) -> Plan:
    """The sample plan with these people: a PIN, a key file that is bound by digest, and two cards."""
    plan = sample_plan(mode)
    return msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=people))


def come(desk: FakeDesk, number: int, **more: str) -> None:
    """Enrol a person of the mixed plan with what they bring."""
    bound = desk.plan.binding.person(number)
    assert bound is not None
    secret = Secret.of(PIN)
    brought: dict[str, Credential] = {
        "room": RoomPin(secret),
        "file": KeyFile("/media/stick/key.pem", secret),
        "card": Card(secret),
    }
    who = Coming(
        person=number,
        roles=bound.roles,
        name=NAMES[number],
        organisation="Example CA Ltd",
        seen_by=number % 3 + 1,
        paper="passport, Norway",
        proxy_for=more.get("proxy_for", ""),
        authority=more.get("authority", ""),
    )
    answered(desk.enrol(who, brought[bound.method]))


def arrivals(desk: FakeDesk) -> Iterator[str]:
    """The roll-call by method; then a step that waits for somebody who has left."""
    player = Player(desk)
    player.until(lambda now: isinstance(now, p.Enrolment))
    come(desk, 1)
    yield "roll-call-file"
    come(desk, 2)
    yield "roll-call-card"
    come(desk, 3, proxy_for="Frieda Haas", authority="letter of the board, 3 May 2026")
    yield "roll-call-keypad"
    come(desk, 4)
    yield "roll-call-all"
    player.until(lambda now: isinstance(now, p.TypeTime))
    answered(desk.do(c.Go(person=3)))
    yield "waiting-clock"
    answered(desk.do(c.Come(person=3)))
    player.until_step("3.3", p.Approve)
    answered(desk.do(c.Go(person=3)))
    answered(desk.do(c.Go(person=4)))
    yield "waiting-approve"
    answered(desk.do(c.Come(person=4)))
    yield "waiting-half"
