"""Attacks on what a ceremony is about and what comes next; and what only looks as if it were so."""

from __future__ import annotations

import base64
from collections.abc import Callable

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State
from tests.verify.changing import Attack, attack, touched, turned
from tests.verify.forging import Touch, digest, key_of, replaced, spki_of


def named_pack(plan: Plan) -> Plan:
    return replaced(plan, definition=replaced(plan.definition, policy_sha256="cd" * 32))


def shared_key(event: Event, _: State) -> Event:
    """Person 3 is enrolled with the key of person 2."""
    if isinstance(event, e.Enrol) and event.person == 3:
        spki = spki_of(key_of(2))
        return replaced(event, spki=base64.b64encode(spki).decode(), key=digest(spki))
    return event


def begins(which: str, /, **members: object) -> Callable[[], Touch]:
    """The beginning of a step is recorded otherwise."""
    return touched(e.StepEntry, where={"id": which, "state": "begun"}, **members)


ATTACKS: tuple[Attack, ...] = (
    # what the first entry is about
    attack("no beginning", "CER-GENESIS the first entry is of type step", change=lambda x: x[1:3]),
    attack("binds nothing", "CER-GENESIS binds", touch=touched(e.Genesis, files={})),
    attack("another pack", "CER-GENESIS the policy pack is not the one", plan=named_pack),
    attack(
        "another definition",
        "CER-GENESIS the binding was made for another definition",
        touch=touched(e.Genesis, files={"ceremony.toml": "ab" * 32}),
    ),
    attack("too short an id", "CER-GENESIS the ceremony's id", touch=touched(e.Genesis, ceremony="ab" * 15)),
    attack("an id that is not hex", "CER-GENESIS the ceremony's id", touch=touched(e.Genesis, ceremony="xy" * 16)),
    # what the next step is
    attack("no such step", "CER-ORDER the definition has no step 9.9", touch=begins("watch", step="9.9")),
    attack("no such id", "CER-ORDER the definition has no step 1.4 of the id cat", touch=begins("watch", id="cat")),
    attack("the second attempt first", "CER-ORDER attempt 2 is not the next one", touch=begins("watch", attempt=2)),
    attack(
        "done, and stopped",
        "CER-DEVIATION the attempt was stopped",
        change=turned("ready", e.Answer, 1, value="no", good=False),
    ),
    # what only looks as if it were so
    attack(
        "one key, two voices",
        "CER-QUORUM step 2.1 is done without the word of 1 × internal-witness",
        touch=lambda: shared_key,
    ),
    attack(
        "failed, and yet so",
        "CER-WORLD the step needs that token hsm is activated",
        change=turned("switch-on", e.Outcome, result="failed", complete=True),
    ),
    attack(
        "not inspected",
        "CER-INTENT it is not known yet what",
        change=lambda x: [y for y in x if not isinstance(y, e.Reconcile)],
        on="eventful",
    ),
    attack(
        "looked at in vain, and on",
        "CER-INTENT it is not known yet what",
        change=lambda x: [replaced(y, finding="unseen") if isinstance(y, e.Reconcile) else y for y in x],
        on="eventful",
    ),
    attack(
        "debris passed over in silence",
        "CER-REMEDY decides “” of what an interrupted call left",
        change=lambda x: [replaced(y, remedy="") if isinstance(y, e.Decision) else y for y in x],
        on="eventful",
    ),
    attack(
        "a remedy where nothing was left",
        "CER-REMEDY decides “destroy” of what an interrupted call left",
        change=lambda x: [replaced(y, remedy="destroy") if isinstance(y, e.Decision) else y for y in x],
        on="eventful",
    ),
    attack(
        "a stop that ends more than a login",
        "CER-WORLD a stop ends more than activations",
        change=lambda x: [
            replaced(y, ended=("token:hsm:connected",)) if isinstance(y, e.StepEntry) and y.state == "prepared" else y
            for y in x
        ],
    ),
    attack(
        "no deviation of its own",
        "CER-DEVIATION a restart is followed by",
        change=lambda x: [y for y in x if not (isinstance(y, e.Deviation) and y.deviation == 3)],
        on="eventful",
    ),
    attack(
        "on with the old keys",
        "CER-ENROL the keys of these people ended with the restart: 1, 2, 3, 4, 5",
        change=lambda x: [y for i, y in enumerate(x) if not (isinstance(y, e.Enrol) and i > 80)],
        on="eventful",
    ),
)
