"""Attacks that other findings would cover: each names the very sentence that must be found, whatever else is."""

from __future__ import annotations

import base64

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.script import Custody, Plan, Split
from ceremony_app.core.state import State
from ceremony_app.core.values import ArtifactRef, Json, Mode
from tests.verify.changing import (
    BACK,
    LEAF,
    PAUSE,
    after,
    again,
    attack,
    before,
    decision,
    deviation,
    one_after_another,
    place,
    roles_of,
    touched,
    turned,
    without,
    without_step,
)
from tests.verify.forging import digest, replaced

NOTHING: dict[str, Json] = {}


def unknown_role(plan: Plan) -> Plan:
    return roles_of(plan, 5, ("security-officer", "nobody"))


def bound_key(plan: Plan) -> Plan:
    people = tuple(replaced(p, key="cd" * 32) if p.number == 5 else p for p in plan.binding.people)
    return replaced(plan, binding=replaced(plan.binding, people=people))


def unaccepted_shares(plan: Plan) -> Plan:
    """In production, the PIN of the token is held in shares, of which the policy pack says nothing."""
    custody = Custody(activation=Split(role="security-officer", threshold=2, shares=2))
    token = replaced(plan.definition.tokens["hsm"], custody=custody)
    definition = replaced(plan.definition, tokens={"hsm": token})
    return replaced(plan, definition=definition, binding=replaced(plan.binding, mode=Mode.PRODUCTION))


def no_key(event: Event, _: State) -> Event:
    """Person 5 is enrolled with octets that are no key, and their right digest."""
    if isinstance(event, e.Enrol) and event.person == 5:
        return replaced(event, spki=base64.b64encode(b"no key").decode(), key=digest(b"no key"))
    return event


def second_first(events: list[Event]) -> list[Event]:
    """The second entry of the seal comes before the first."""
    i = place(events, "labels", e.Answer, item="seal")
    return [*events[:i], events[i + 1], events[i], *events[i + 2 :]]


def wrong_correction(events: list[Event]) -> list[Event]:
    """The bag is corrected to a damaged one, and opened."""
    i = place(events, "unpack", e.Answer, item="intact")
    value = "damaged or another number"
    correction = e.Correction(step="1.7", attempt=1, item="intact", value=value, entry=i, why=LEAF)
    return [*events[: i + 1], correction, *events[i + 1 :]]


def same_operation(events: list[Event]) -> list[Event]:
    """Two actions have the same id."""
    first, second = (events[place(events, step, e.Intent)] for step in ("plug-in", "look"))
    old, new = getattr(second, "op", ""), getattr(first, "op", "")
    return [replaced(x, op=new) if getattr(x, "op", "") == old else x for x in events]


def correction(item: str) -> e.Correction:
    return e.Correction(step="1.6", attempt=1, item=item, value="x", entry=3, why=LEAF)


def files(*names: str) -> tuple[ArtifactRef, ...]:
    return tuple(ArtifactRef(name=name, sha256="ab" * 32, size=1) for name in names)


def answered(step: str, item: str, value: str = "x") -> e.Answer:
    return e.Answer(step=step, attempt=1, item=item, value=value, person=1)


OFFICER = {"person": 5}
CLOSE = e.Close(step="1.1", attempt=1, outcome="completed", deviations=0, statement="")
CLOCK = e.Clock(step="1.1", attempt=1, typed="09:00:00", shown="09:00:00", difference=0, person=0)

ATTACKS = (
    attack("no role", "CER-ROLE person 5 has no role", change=turned("who-is-here", e.Enrol, 4, roles=())),
    attack(
        "a role unheard of",
        "CER-ROLE the binding does not give person 5 the role nobody",
        change=turned("who-is-here", e.Enrol, 4, roles=("security-officer", "nobody")),
        plan=unknown_role,
    ),
    attack("a software quorum", "CER-SOFTWARE-QUORUM PINs are held in shares", plan=unaccepted_shares),
    attack("not the bound key", "CER-ENROL not the key that the binding names", plan=bound_key),
    attack("octets that are no key", "CER-ENROL not a public key that is allowed", touch=lambda: no_key),
    attack("roles that changed", "CER-ROLE person 5 had the roles", touch=touched(e.Enrol, 9, roles=()), on="eventful"),
    attack(
        "a stranger comes", "CER-ENROL person 9 is not enrolled", change=after("look", e.Outcome, e.Arrival(person=9))
    ),
    attack(
        "steps left out", "CER-ORDER closed, and these steps were never completed: watch", change=without_step("watch")
    ),
    attack("something else read", "CER-ORDER the item done", change=turned("welcome", e.Answer, item="done")),
    attack("half a roll-call", "CER-ORDER the item roll-call", change=turned("who-is-here", e.Answer, value="half")),
    attack(
        "nobody asked",
        "CER-ORDER the item cat, which is not asked",
        change=before("labels", e.Answer, answered("1.6", "cat")),
    ),
    attack(
        "not asked twice",
        "CER-ORDER the item room#2, which is not asked",
        change=before("labels", e.Answer, answered("1.6", "room#2", "B204"), nth=1),
    ),
    attack("answered twice", "CER-ORDER the item room, which is", change=after("labels", e.Answer, again)),
    attack("second before first", "CER-BLIND the second entry of seal comes", change=second_first),
    attack("a damaged bag", "CER-FIELD “Is the bag Transport bag intact", change=wrong_correction),
    attack(
        "corrects nothing", "CER-ORDER corrects the item seal", change=before("labels", e.Answer, correction("seal"))
    ),
    attack(
        "corrects no field", "CER-ORDER corrects the item cat", change=before("labels", e.Answer, correction("cat"))
    ),
    attack("a watch unasked", "CER-ORDER a watch is read", change=before("welcome", e.Answer, CLOCK)),
    attack("a stranger's watch", "CER-ENROL person 9 is not here", change=turned("watch", e.Clock, person=9)),
    attack("no time shown", "CER-FIELD not two times", touch=touched(e.Clock, shown="noon")),
    attack("written twice", "CER-READ-BACK written a second time", change=after("key-on-paper", e.Answer, again)),
    attack(
        "nothing to write",
        "CER-READ-BACK there is no digest to write down",
        change=turned("generate", e.Outcome, evidence=NOTHING),
    ),
    attack(
        "some rows", "CER-READ-BACK not all rows stand on paper", change=turned("key-on-paper", e.Answer, value="some")
    ),
    attack(
        "no row",
        "CER-READ-BACK seal is typed, and these rows",
        change=after("key-on-paper", e.Answer, answered("2.6", "seal")),
    ),
    attack(
        "a row too many",
        "CER-READ-BACK row Z is typed, and these rows",
        change=after("key-on-paper", e.Answer, answered("2.6", "seal")),
        touch=touched(e.Answer, where={"item": "seal", "step": "2.6"}, item="row Z"),
    ),
    attack(
        "prepared for nothing",
        "CER-ORDER prepared, where no action is due",
        change=before("welcome", e.Answer, e.StepEntry(step="1.1", id="welcome", attempt=1, state="prepared")),
    ),
    attack(
        "an intent for nothing",
        "CER-ORDER an intent, where no action is due",
        change=before(
            "welcome",
            e.Answer,
            e.Intent(step="1.1", attempt=1, op="ab" * 16, call="x", token="", parameters=NOTHING),
        ),
    ),
    attack("one id for two", "CER-INTENT an operation without an id of its own", change=same_operation),
    attack(
        "inspects a stranger",
        "CER-INTENT inspects after no operation",
        change=after(
            "look",
            e.Outcome,
            e.Reconcile(step="1.9", attempt=1, op="ef" * 16, finding="unclear", evidence=NOTHING, rows=()),
        ),
    ),
    attack(
        "a name that is none", "CER-ARTIFACT the name ../x", change=turned("look", e.Outcome, artifacts=files("../x"))
    ),
    attack("one name twice", "CER-ARTIFACT the name x", change=turned("look", e.Outcome, artifacts=files("x", "x"))),
    attack("a stranger signs", "CER-ENROL person 9 is not here", change=turned("look", e.SignOff, person=9)),
    attack(
        "signs without a key",
        "CER-ENROL person 1 is not here with a good key",
        change=lambda x: [y for i, y in enumerate(x) if not (isinstance(y, e.Enrol) and i > 80)],
        on="eventful",
    ),
    attack("signs twice", "CER-QUORUM person 1 signs a second time", change=after("look", e.SignOff, again)),
    attack(
        "more than enough",
        "CER-QUORUM enough people with the role external-witness",
        change=one_after_another(
            turned("who-is-here", e.Enrol, 4, roles=("security-officer", "external-witness")),
            after("generate", e.SignOff, lambda x: replaced(x, person=5), purpose="go", role="external-witness"),
        ),
        plan=lambda plan: roles_of(plan, 5, ("security-officer", "external-witness")),
    ),
    attack(
        "not the program's",
        "CER-DEVIATION not the deviation that the program opens",
        change=lambda x: [replaced(y, by=1) if isinstance(y, e.Deviation) and y.deviation == 3 else y for y in x],
        on="eventful",
    ),
    attack(
        "on after an abort",
        "CER-DEVIATION the ceremony is being aborted",
        change=before("the-end", e.Checkpoint, deviation("3.7", 2), decision("3.7", 2)),
        on="aborted",
    ),
    attack(
        "again what never was",
        "CER-DEVIATION the step pack cannot be held again",
        change=lambda x: [replaced(y, again="pack") if getattr(y, "again", "") == "switch-on" else y for y in x],
        on="eventful",
    ),
    attack(
        "again, and on",
        "CER-DEVIATION the step welcome cannot be held again",
        change=after("workstation", e.Outcome, deviation("1.5"), decision("1.5", again="welcome")),
    ),
    attack("paused twice", "CER-PAUSED paused already", change=before("ready", e.Answer, PAUSE, PAUSE, BACK)),
    attack(
        "a stranger stays",
        "CER-ENROL people stay who are not here",
        change=before("ready", e.Answer, replaced(PAUSE, kind="attended", stay=(1, 9)), BACK),
    ),
    attack(
        "a checkpoint too early",
        "CER-ORDER a checkpoint where none is due",
        change=before("welcome", e.Answer, e.Checkpoint(step="1.1", attempt=1, length=2)),
    ),
    attack(
        "undecided at the checkpoint",
        "CER-DEVIATION 1 deviations are undecided at the checkpoint",
        change=after("workstation", e.Outcome, deviation("1.5")),
    ),
    attack(
        "undecided at the close",
        "CER-DEVIATION 1 deviations are undecided at the close",
        change=after("workstation", e.Outcome, deviation("1.5")),
    ),
    attack("closed too early", "CER-ORDER a close where none is due", change=before("welcome", e.Answer, CLOSE)),
    attack(
        "done without its action", "CER-INTENT step 1.5 ends, and its action", change=without("workstation", e.Outcome)
    ),
    attack("done without its rows", "CER-READ-BACK step 2.6 ends", change=without("key-on-paper", e.Answer, 3)),
    attack("done without a word", "CER-ORDER step 1.1 ends, and its stage Tell", change=without("welcome", e.Answer)),
)
