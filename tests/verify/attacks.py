"""Attacks on the journal of a ceremony: each breaks one rule, and is chained and signed anew with everybody's keys."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State
from ceremony_app.core.values import Leaf, Mode, Row
from ceremony_app.core.world import Fact
from tests.verify.forging import Touch, digest, key_of, replaced, signature, spki_of

E = TypeVar("E", bound=e.Body)
Change = Callable[[list[Event]], list[Event]]
LEAF = Leaf("ab" * 32)


def _same_events(events: list[Event]) -> list[Event]:
    return events


def _same_event() -> Touch:
    return lambda event, _: event


def _same_plan(plan: Plan) -> Plan:
    return plan


@dataclass(frozen=True)
class Attack:
    """What is done to the events, to single ones as they are written, and to the plan; and the rules that are broken.

    `second` says that the small reader beside the journal must see it, too: it knows fewer rules, and no kinds.
    """

    name: str
    rules: frozenset[str]
    change: Change = _same_events
    touch: Callable[[], Touch] = _same_event
    plan: Callable[[Plan], Plan] = _same_plan
    on: str = "finished"
    second: bool = False


# -------------------------------------------------------------------------------------------------- finding a place


def place(events: list[Event], step: str, kind: type[E], nth: int = 0, **members: object) -> int:
    """Where the nth event of this type stands in the last attempt at a step (by its id)."""
    begun = [i for i, x in enumerate(events) if isinstance(x, e.StepEntry) and (x.id, x.state) == (step, "begun")][-1]
    end = next(
        (i for i in range(begun + 1, len(events)) if isinstance(x := events[i], e.StepEntry) and x.state == "begun"),
        len(events),
    )
    found = [
        i
        for i in range(begun, end)
        if isinstance(events[i], kind) and all(getattr(events[i], name) == value for name, value in members.items())
    ]
    return found[nth]


def without(step: str, kind: type[e.Body], nth: int = 0, **members: object) -> Change:
    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **members)
        return events[:i] + events[i + 1 :]

    return change


def before(
    step: str, kind: type[e.Body], *more: Event | Callable[[Event], Event], nth: int = 0, **of: object
) -> Change:
    """These events put in before another one; a function makes one from that."""

    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **of)
        made = [one if isinstance(one, e.Body) else one(events[i]) for one in more]
        return events[:i] + made + events[i:]

    return change


def after(step: str, kind: type[e.Body], *more: Event | Callable[[Event], Event], nth: int = 0, **of: object) -> Change:
    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **of)
        made = [one if isinstance(one, e.Body) else one(events[i]) for one in more]
        return events[: i + 1] + made + events[i + 1 :]

    return change


def turned(
    step: str, kind: type[e.Body], nth: int = 0, /, where: dict[str, object] | None = None, **members: object
) -> Change:
    """One event with other members, before everything is signed anew."""

    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **(where or {}))
        return [*events[:i], replaced(events[i], **members), *events[i + 1 :]]

    return change


def one_after_another(*changes: Change) -> Change:
    def change(events: list[Event]) -> list[Event]:
        for each in changes:
            events = each(events)
        return events

    return change


def touched(
    kind: type[e.Body], nth: int = 0, /, where: dict[str, object] | None = None, **members: object
) -> Callable[[], Touch]:
    """One event with other members, after everything has been made right."""

    def begin() -> Touch:
        seen = [-1]

        def touch(event: Event, _: State) -> Event:
            if isinstance(event, kind) and all(getattr(event, k) == value for k, value in (where or {}).items()):
                seen[0] += 1
                if seen[0] == nth:
                    return replaced(event, **members)
            return event

        return touch

    return begin


def moved_step(step: str, behind: str) -> Change:
    """All of a step's events, put behind those of another."""

    def change(events: list[Event]) -> list[Event]:
        first, last = _span(events, step)
        own = events[first:last]
        rest = events[:first] + events[last:]
        at = _span(rest, behind)[1]
        return rest[:at] + own + rest[at:]

    return change


def without_step(step: str) -> Change:
    def change(events: list[Event]) -> list[Event]:
        first, last = _span(events, step)
        return events[:first] + events[last:]

    return change


def _span(events: list[Event], step: str) -> tuple[int, int]:
    first = place(events, step, e.StepEntry, state="begun")
    return first, place(events, step, e.StepEntry, state="done") + 1


# --------------------------------------------------------------------------------------------------- what is put in


def deviation(step: str, number: int = 1, by: int = 1) -> e.Deviation:
    return e.Deviation(
        deviation=number, step=step, attempt=1, kind="note", by=by, expected=LEAF, happened=LEAF, facts=(Row("a", "b"),)
    )


def decision(
    step: str, number: int = 1, action: Literal["go-on", "repeat", "abort"] = "go-on", by: int = 1, again: str = ""
) -> e.Decision:
    return e.Decision(
        deviation=number, step=step, attempt=1, action=action, effect="none", by=by, text=LEAF, again=again
    )


PAUSE = e.Pause(kind="sealed", stay=(), reason=LEAF)
BACK = e.Resumption(present=(1, 2, 3, 4, 5))


def again(event: Event) -> Event:
    """The same event once more."""
    return event


# ------------------------------------------------------------------------------------------ changes to what was planned


def production(plan: Plan) -> Plan:
    return replaced(plan, binding=replaced(plan.binding, mode=Mode.PRODUCTION))


def cards_only(plan: Plan) -> Plan:
    rules = plan.policy.rules
    credential = replaced(rules.credential, value={**rules.credential.value, "administrator": ("card",)})
    return replaced(plan, policy=replaced(plan.policy, rules=replaced(rules, credential=credential)))


def both_witnesses(plan: Plan) -> Plan:
    """Person 5 may be a witness of either side; nothing keeps the two apart."""
    return _roles(plan, 5, ("internal-witness", "external-witness", "security-officer"))


def two_hats(plan: Plan) -> Plan:
    """The binding gives the administrator a role that the definition keeps apart."""
    return _roles(plan, 1, ("administrator", "external-witness"))


def _roles(plan: Plan, number: int, roles: tuple[str, ...]) -> Plan:
    people = tuple(replaced(p, roles=roles) if p.number == number else p for p in plan.binding.people)
    return replaced(plan, binding=replaced(plan.binding, people=people))


def step_with(step: str, **members: object) -> Callable[[Plan], Plan]:
    def change(plan: Plan) -> Plan:
        steps = tuple(replaced(s, **members) if s.id == step else s for s in plan.definition.steps)
        return replaced(plan, definition=replaced(plan.definition, steps=steps))

    return change


def forged(event: Event, state: State) -> Event:
    """The administrator's word over the look at the token, signed with somebody else's key."""
    if isinstance(event, e.SignOff) and (event.person, event.step) == (1, "1.9"):
        return replaced(event, sig=signature(key_of(9), event.statement))
    return event


def edited(line: int, text: str) -> Callable[[], Touch]:
    """One line of that statement is another one, and the signature is over it."""

    def touch(event: Event, _: State) -> Event:
        if isinstance(event, e.SignOff) and (event.person, event.step) == (1, "1.9"):
            lines = event.statement.split("\n")
            lines[line] = text
            statement = "\n".join(lines)
            return replaced(event, statement=statement, sig=signature(key_of(1), statement))
        return event

    return lambda: touch


def replayed(event: Event, state: State) -> Event:
    """A witness's word over the roll-call stands under the confirmation of the binding, too."""
    if isinstance(event, e.SignOff) and (event.person, event.step) == (2, "1.3"):
        first = next(s for run in state.runs for s in run.of(e.SignOff) if (s.person, s.step) == (2, "1.2"))
        return replaced(event, statement=first.statement, sig=first.sig)
    return event


def borrowed_key(event: Event, _: State) -> Event:
    """Person 5 is enrolled with the key of person 2."""
    if isinstance(event, e.Enrol) and event.person == 5:
        spki = spki_of(key_of(2))
        return replaced(event, spki=base64.b64encode(spki).decode(), key=digest(spki))
    return event


def made_twice(event: Event, _: State) -> Event:
    """The certificate's outcome claims the name of the public key's file."""
    if isinstance(event, e.Outcome) and event.step == "2.7":
        name = "REHEARSAL-root.pub.der"
        return replaced(event, artifacts=(replaced(event.artifacts[0], name=name), *event.artifacts[1:]))
    return event


def swapped_signoffs(events: list[Event]) -> list[Event]:
    """Everybody agrees to the key after it was made."""
    go = [place(events, "generate", e.SignOff, n, purpose="go") for n in range(3)]
    intent = place(events, "generate", e.Intent)
    own = [events[i] for i in go]
    rest = [x for i, x in enumerate(events) if i not in go]
    at = intent - 1
    return rest[:at] + own + rest[at:]


def late_officer(events: list[Event]) -> list[Event]:
    """Somebody is enrolled after the roll-call was completed."""
    i = place(events, "who-is-here", e.Enrol, person=5)
    j = place(events, "who-is-here", e.Answer)
    return [*events[:i], *events[i + 1 : j + 1], events[i], *events[j + 1 :]]


def second_hat(events: list[Event]) -> list[Event]:
    """Person 5 agrees to the key as the one witness, and attests it as the other."""
    roles = ("internal-witness", "external-witness", "security-officer")
    change = one_after_another(
        turned("who-is-here", e.Enrol, 4, roles=roles),
        turned("generate", e.SignOff, 0, where={"purpose": "go", "role": "external-witness"}, person=5),
        turned("generate", e.SignOff, 0, where={"purpose": "result", "role": "internal-witness"}, person=5),
    )
    return change(events)


def first_row(**members: object) -> Callable[[], Touch]:
    """The first row that is typed back is recorded otherwise."""

    def begin() -> Touch:
        seen: list[Event] = []

        def touch(event: Event, _: State) -> Event:
            if isinstance(event, e.Answer) and event.item.startswith("row ") and not seen:
                seen.append(event)
                return replaced(event, **members)
            return event

        return touch

    return begin


def short_id(events: list[Event]) -> list[Event]:
    """The key's operation has an id that is too short."""
    op = getattr(events[place(events, "generate", e.Intent)], "op", "")
    return [replaced(x, op="0f") if getattr(x, "op", "") == op else x for x in events]


def inspected(event: Event) -> Event:
    """An inspection after an operation whose end is known."""
    assert isinstance(event, e.Outcome)
    return e.Reconcile(step=event.step, attempt=1, op=event.op, finding="unclear", evidence={}, rows=())


def of(*rules: str) -> frozenset[str]:
    return frozenset(rules)


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
    # actions
    Attack("not shown before", of("CER-ORDER"), without("plug-in", e.StepEntry, state="prepared")),
    Attack(
        "shown after it began",
        of("CER-ORDER", "CER-INTENT"),
        one_after_another(
            before("plug-in", e.Outcome, lambda x: e.StepEntry(step="1.8", id="plug-in", attempt=1, state="prepared"))
        ),
    ),
    Attack("one voice too few", of("CER-QUORUM"), without("generate", e.SignOff, purpose="go"), second=True),
    Attack("signed afterwards", of("CER-QUORUM", "CER-ORDER"), swapped_signoffs, second=True),
    Attack(
        "signed before a deviation",
        of("CER-QUORUM"),
        before("generate", e.Intent, deviation("2.5"), decision("2.5")),
        second=True,
    ),
    Attack("another token", of("CER-INTENT"), turned("generate", e.Intent, token="spare")),
    Attack(
        "no operation's id",
        of("CER-INTENT"),
        short_id,
    ),
    Attack("outcome of nothing", of("CER-INTENT"), without("workstation", e.Intent), second=True),
    Attack("two outcomes", of("CER-INTENT"), after("workstation", e.Outcome, again), second=True),
    Attack("no outcome", of("CER-INTENT", "CER-ORDER", "CER-QUORUM"), without("workstation", e.Outcome), second=True),
    Attack(
        "a second intent",
        of("CER-INTENT", "CER-QUORUM"),
        after("workstation", e.Intent, lambda x: replaced(x, op="ab" * 16)),
        second=True,
    ),
    Attack(
        "inspected for nothing",
        of("CER-INTENT"),
        after("workstation", e.Outcome, inspected),
        second=True,
    ),
    Attack("a name used twice", of("CER-ARTIFACT"), touch=lambda: made_twice),
    Attack("tried again after success", of("CER-INTENT"), turned("workstation", e.Outcome, again=True)),
    Attack(
        "passed over",
        of("CER-REPEAT", "CER-WORLD"),
        one_after_another(
            turned("fresh-token", e.Outcome, 1, result="failed", complete=False),
            after("fresh-token", e.Outcome, deviation("2.1"), decision("2.1"), nth=1),
        ),
    ),
    # sign-offs
    Attack("a forged signature", of("CER-SIGNATURE", "CER-QUORUM"), touch=lambda: forged, second=True),
    Attack("other words", of("CER-STATEMENT", "CER-QUORUM"), touch=edited(11, "I saw nothing."), second=True),
    Attack(
        "an earlier head", of("CER-STATEMENT", "CER-QUORUM"), touch=edited(3, f"journal-head {'ab' * 32}"), second=True
    ),
    Attack("something else shown", of("CER-SHOWN", "CER-QUORUM"), touch=edited(6, f"shown-sha256 {'ab' * 32}")),
    Attack("replayed", of("CER-STATEMENT", "CER-QUORUM"), touch=lambda: replayed, second=True),
    Attack("a role not held", of("CER-ROLE", "CER-QUORUM"), turned("look", e.SignOff, 1, person=5), second=True),
    Attack(
        "a role that is not asked",
        of("CER-QUORUM"),
        before("look", e.SignOff, lambda x: replaced(x, person=4, role="external-witness")),
    ),
    Attack("one too many", of("CER-QUORUM"), before("look", e.SignOff, again, nth=0, person=1)),
    Attack("two roles", of("CER-TWO-ROLES", "CER-QUORUM"), second_hat, plan=both_witnesses),
    Attack("another method", of("CER-ENROL", "CER-QUORUM"), touch=touched(e.SignOff, 4, method="card"), second=True),
    Attack(
        "signed from outside",
        of("CER-ENROL", "CER-QUORUM"),
        before("look", e.SignOff, e.Departure(person=1)),
        second=True,
    ),
    Attack(
        "for the wrong purpose", of("CER-ORDER", "CER-QUORUM"), turned("look", e.SignOff, 0, purpose="go"), second=True
    ),
    Attack(
        "dissent passed over",
        of("CER-DEVIATION", "CER-QUORUM"),
        before("look", e.SignOff, lambda x: replaced(x, person=3, role="internal-witness", decision="DISAGREE")),
        second=True,
    ),
    Attack(
        "room keys in production",
        of("CER-METHOD", "CER-QUORUM"),
        touch=touched(e.Genesis, mode=Mode.PRODUCTION),
        plan=production,
    ),
    # on paper
    Attack(
        "a wrong row",
        of("CER-READ-BACK"),
        touch=first_row(value="00000000"),
        second=True,
    ),
    Attack(
        "a right row called wrong",
        of("CER-READ-BACK"),
        touch=first_row(good=False),
        second=True,
    ),
    Attack(
        "rows of one's choice",
        of("CER-READ-BACK"),
        touch=first_row(item="row Z"),
        second=True,
    ),
    Attack("a row too few", of("CER-READ-BACK"), without("key-on-paper", e.Answer, 3), second=True),
    Attack("not written down", of("CER-READ-BACK"), without("key-on-paper", e.Answer, 0), second=True),
    Attack("typed by another", of("CER-ROLE"), turned("key-on-paper", e.Answer, 1, person=2)),
    # what was not planned
    Attack("undecided", of("CER-DEVIATION"), after("workstation", e.Outcome, deviation("1.5")), second=True),
    Attack(
        "another number",
        of("CER-DEVIATION"),
        after("workstation", e.Outcome, deviation("1.5", 2), decision("1.5", 2)),
        second=True,
    ),
    Attack(
        "decided twice",
        of("CER-DEVIATION"),
        after("workstation", e.Outcome, deviation("1.5"), decision("1.5"), decision("1.5")),
        second=True,
    ),
    Attack(
        "decided by nobody", of("CER-ENROL"), after("workstation", e.Outcome, deviation("1.5"), decision("1.5", by=9))
    ),
    Attack(
        "opened by nobody", of("CER-ENROL"), after("workstation", e.Outcome, deviation("1.5", by=9), decision("1.5"))
    ),
    Attack(
        "nobody signed what went otherwise",
        of("CER-QUORUM"),
        after("watch", e.Clock, deviation("1.4"), decision("1.4")),
        second=True,
    ),
    Attack(
        "answered during a pause",
        of("CER-PAUSED"),
        one_after_another(before("ready", e.Answer, PAUSE), after("ready", e.Answer, BACK)),
    ),
    Attack(
        "alone in the room",
        of("CER-PAUSED"),
        before("ready", e.Answer, replaced(PAUSE, kind="attended", stay=(1,)), BACK),
    ),
    Attack("on without a pause", of("CER-PAUSED"), before("ready", e.Answer, BACK)),
    Attack("on without the others", of("CER-PAUSED"), before("ready", e.Answer, PAUSE, replaced(BACK, present=(1,)))),
    Attack(
        "the room is not ready",
        of("CER-WORLD", "CER-QUORUM"),
        plan=step_with("generate", requires=(Fact("bag:bag:sealed"),)),
    ),
    Attack(
        "no deviation after a restart",
        of("CER-DEVIATION"),
        lambda x: [y for y in x if not (isinstance(y, e.Deviation) and y.kind == "failure" and y.deviation == 3)],
        on="eventful",
        second=True,
    ),
    Attack(
        "another head at the restart",
        of("CER-CHAIN"),
        touch=touched(e.Recovery, head="ab" * 32),
        on="eventful",
        second=True,
    ),
    Attack("other roles after a restart", of("CER-ROLE"), touch=touched(e.Enrol, 9, roles=()), on="eventful"),
    Attack(
        "no new keys after a restart",
        of("CER-ENROL", "CER-QUORUM"),
        lambda x: [y for i, y in enumerate(x) if not (isinstance(y, e.Enrol) and i > 80)],
        on="eventful",
        second=True,
    ),
    Attack("corrects another entry", of("CER-FIELD"), touch=touched(e.Correction, entry=3), on="eventful"),
    Attack("corrected to nonsense", of("CER-FIELD"), turned("labels", e.Correction, value="somewhere"), on="eventful"),
    # the end
    Attack("a bag left open", of("CER-LEFT-ON"), plan=step_with("pack", ensures=())),
    Attack("another length", of("CER-CHAIN"), touch=touched(e.Checkpoint, length=3)),
    Attack(
        "no deviations, it says", of("CER-DEVIATION"), touch=touched(e.Close, deviations=0), on="eventful", second=True
    ),
    Attack("aborted, it says", of("CER-ORDER"), touch=touched(e.Close, outcome="aborted"), second=True),
    Attack(
        "completed, it says", of("CER-ORDER"), touch=touched(e.Close, outcome="completed"), on="aborted", second=True
    ),
    Attack("not everybody signed", of("CER-QUORUM"), without("the-end", e.SignOff, 2), second=True),
    Attack("something after the end", of("CER-CLOSED"), lambda x: [*x, e.Departure(person=5)], second=True),
)
