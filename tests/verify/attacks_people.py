"""Attacks on the beginning, on who takes part, on the order of steps, and on what was entered."""

from __future__ import annotations

import base64

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State
from ceremony_app.core.values import Mode
from tests.verify.changing import (
    LEAF,
    Attack,
    after,
    again,
    moved_step,
    of,
    place,
    roles_of,
    touched,
    turned,
    without,
    without_step,
)
from tests.verify.forging import digest, key_of, replaced, spki_of


def cards_only(plan: Plan) -> Plan:
    rules = plan.policy.rules
    credential = replaced(rules.credential, value={**rules.credential.value, "administrator": ("card",)})
    return replaced(plan, policy=replaced(plan.policy, rules=replaced(rules, credential=credential)))


def two_hats(plan: Plan) -> Plan:
    """The binding gives the administrator a role that the definition keeps apart."""
    return roles_of(plan, 1, ("administrator", "external-witness"))


def borrowed_key(event: Event, _: State) -> Event:
    """Person 5 is enrolled with the key of person 2."""
    if isinstance(event, e.Enrol) and event.person == 5:
        spki = spki_of(key_of(2))
        return replaced(event, spki=base64.b64encode(spki).decode(), key=digest(spki))
    return event


def late_officer(events: list[Event]) -> list[Event]:
    """Somebody is enrolled after the roll-call was completed."""
    i = place(events, "who-is-here", e.Enrol, person=5)
    j = place(events, "who-is-here", e.Answer)
    return [*events[:i], *events[i + 1 : j + 1], events[i], *events[j + 1 :]]


ATTACKS = (
    # the beginning
    Attack("another mode", of("CER-GENESIS"), touch=touched(e.Genesis, mode=Mode.PRODUCTION), second=True),
    Attack("another title", of("CER-GENESIS"), touch=touched(e.Genesis, title="Another root"), second=True),
    Attack("begun twice", of("CER-GENESIS"), lambda x: [*x[:2], x[0], *x[2:]], second=True),
    Attack("no id", of("CER-GENESIS"), touch=touched(e.Genesis, ceremony="root")),
    # people
    Attack(
        "a stranger",
        of("CER-ENROL"),
        after("who-is-here", e.Enrol, lambda x: replaced(x, person=9), nth=4),
        second=True,
    ),
    Attack("enrolled twice", of("CER-ENROL"), after("who-is-here", e.Enrol, again, nth=4)),
    Attack("one key for two", of("CER-ENROL"), touch=lambda: borrowed_key, second=True),
    Attack("no key at all", of("CER-ENROL"), touch=touched(e.Enrol, 4, spki="MAA="), second=True),
    Attack("another digest", of("CER-ENROL"), touch=touched(e.Enrol, 4, key="cd" * 32), second=True),
    Attack("replaces nothing", of("CER-ENROL"), touch=touched(e.Enrol, 4, replaces="cd" * 32), second=True),
    Attack(
        "a role not given",
        of("CER-ROLE"),
        turned("who-is-here", e.Enrol, 4, roles=("security-officer", "external-witness")),
        second=True,
    ),
    Attack(
        "roles apart",
        of("CER-SEPARATE"),
        turned("who-is-here", e.Enrol, 0, roles=("administrator", "external-witness")),
        plan=two_hats,
    ),
    Attack("seen by nobody who is bound", of("CER-IDENTITY"), touch=touched(e.Enrol, 4, seen_by=9), second=True),
    Attack("seen by oneself", of("CER-IDENTITY"), touch=touched(e.Enrol, 4, seen_by=5), second=True),
    Attack("a proxy for nobody", of("CER-PROXY"), touch=touched(e.Enrol, 4, details={"authority": LEAF}), second=True),
    Attack("a detail too many", of("CER-FIELD"), touch=touched(e.Enrol, 4, details={"number": LEAF}), second=True),
    Attack("not by this method", of("CER-METHOD"), plan=cards_only),
    Attack("not all are here", of("CER-ROLL-CALL"), late_officer),
    Attack("comes without having left", of("CER-ENROL"), after("welcome", e.Answer, e.Arrival(person=1))),
    Attack("leaves twice", of("CER-ENROL"), after("look", e.Outcome, e.Departure(person=5), e.Departure(person=5))),
    # order
    Attack("a step left out", of("CER-ORDER"), without_step("watch"), second=True),
    Attack("two steps swapped", of("CER-ORDER"), moved_step("watch", "workstation"), second=True),
    Attack("not said", of("CER-ORDER"), without("welcome", e.Answer)),
    Attack("said twice", of("CER-ORDER"), after("welcome", e.Answer, again)),
    Attack("of another step", of("CER-ORDER"), touch=touched(e.Answer, step="1.2"), second=True),
    Attack("of a later attempt", of("CER-ORDER"), touch=touched(e.StepEntry, 2, attempt=2), second=True),
    Attack("another id", of("CER-ORDER"), touch=touched(e.StepEntry, 1, id="watch")),
    Attack("between two steps", of("CER-ORDER"), after("watch", e.StepEntry, e.Departure(person=5), nth=1)),
    # answers
    Attack("not of the form", of("CER-FIELD"), turned("labels", e.Answer, 0, value="b204")),
    Attack("entries that differ", of("CER-FIELD"), turned("labels", e.Answer, 2, value="481517")),
    Attack("one person for both entries", of("CER-BLIND"), turned("labels", e.Answer, 2, person=1)),
    Attack("a name in the journal", of("CER-FIELD"), turned("labels", e.Answer, 3, value="Lærke Ångström")),
    Attack("not the wanted answer", of("CER-FIELD"), turned("ready", e.Answer, 0, value="no")),
    Attack("on after a no", of("CER-DEVIATION"), turned("ready", e.Answer, 0, value="no", good=False)),
    Attack("by nobody", of("CER-ENROL"), turned("ready", e.Answer, 0, person=0)),
    Attack("another difference", of("CER-FIELD"), touch=touched(e.Clock, difference=2)),
    Attack("not a time", of("CER-FIELD"), turned("watch", e.Clock, typed="25:00:00")),
    Attack("not the witness's watch", of("CER-ROLE"), turned("watch", e.Clock, person=1)),
)
