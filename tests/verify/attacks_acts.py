"""Attacks on what touches a device, and on the words that people sign."""

from __future__ import annotations

from collections.abc import Callable

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State
from ceremony_app.core.values import Mode
from tests.verify.changing import (
    Attack,
    after,
    again,
    before,
    decision,
    deviation,
    of,
    one_after_another,
    place,
    roles_of,
    touched,
    turned,
    without,
)
from tests.verify.forging import Touch, key_of, replaced, signature


def production(plan: Plan) -> Plan:
    return replaced(plan, binding=replaced(plan.binding, mode=Mode.PRODUCTION))


def both_witnesses(plan: Plan) -> Plan:
    """Person 5 may be a witness of either side; nothing keeps the two apart."""
    return roles_of(plan, 5, ("internal-witness", "external-witness", "security-officer"))


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


def second_hat(events: list[Event]) -> list[Event]:
    """Person 5 agrees to the key as the one witness, and attests it as the other."""
    roles = ("internal-witness", "external-witness", "security-officer")
    change = one_after_another(
        turned("who-is-here", e.Enrol, 4, roles=roles),
        turned("generate", e.SignOff, 0, where={"purpose": "go", "role": "external-witness"}, person=5),
        turned("generate", e.SignOff, 0, where={"purpose": "result", "role": "internal-witness"}, person=5),
    )
    return change(events)


def short_id(events: list[Event]) -> list[Event]:
    """The key's operation has an id that is too short."""
    op = getattr(events[place(events, "generate", e.Intent)], "op", "")
    return [replaced(x, op="0f") if getattr(x, "op", "") == op else x for x in events]


def inspected(event: Event) -> Event:
    """An inspection after an operation whose end is known."""
    assert isinstance(event, e.Outcome)
    return e.Reconcile(step=event.step, attempt=1, op=event.op, finding="unclear", evidence={}, rows=())


ATTACKS = (
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
)
