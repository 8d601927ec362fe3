"""Rules of signing: who, in which role, over which text, once."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Event, Purpose, SignOff
from ceremony_app.core.progress import current_stage, everybody_signs, quorum_of, still_to_sign
from ceremony_app.core.rules.need import require, someone, under_way
from ceremony_app.core.script import Act, Attest, Plan, Step
from ceremony_app.core.state import Person, State
from ceremony_app.core.statement import statement
from ceremony_app.core.values import Mode


def signed(plan: Plan, state: State, wish: c.Sign) -> tuple[Event, ...]:
    """A sign-off over the very text that the state gives now, by an enrolled person in a role that is still needed."""
    step, run = under_way(plan, state)
    now = current_stage(plan, state)
    wanted: Purpose | None = "go" if isinstance(now, Act) else "result" if isinstance(now, Attest) else None
    require(
        wish.purpose == wanted and (wanted == "result" or run.prepared is not None),
        "CER-STAGE",
        f"Step {run.number} is not ready to be signed.",
        "Do what the step asks for next; the bottom bar lists what is still needed.",
    )
    person = someone(state, wish.person, may_be_nobody=False)
    if person is None:  # pragma: no cover - refused above
        raise AssertionError
    _may_sign(plan, state, run, person, wish)
    _method(plan, state, step, person, wish.purpose)
    require(
        wish.statement == statement(state, step, run, person, wish.role, wish.purpose, wish.decision),
        "CER-STATEMENT",
        "The text that was signed is not the one that stands now.",
        "Something was recorded in between. Read the statement again and sign that.",
    )
    require(
        wish.key == person.key,
        "CER-KEY",
        "This is not the key that the person was enrolled with.",
        "Sign with the card, key file or PIN of the roll-call.",
    )
    require(
        wish.valid,
        "CER-SIGNATURE",
        "The signature does not verify with the person's key.",
        "Sign again; if it happens twice, open a deviation.",
    )
    return (
        SignOff(
            statement=wish.statement,
            alg=wish.alg,
            sig=wish.sig,
            key=wish.key,
            person=wish.person,
            role=wish.role,
            method=person.method,
            purpose=wish.purpose,
            decision=wish.decision,
            step=run.number,
            attempt=run.attempt,
        ),
    )


def _may_sign(plan: Plan, state: State, run: Run, person: Person, wish: c.Sign) -> None:
    """The person holds the role, the role is part of the quorum and still needed, and the person has not signed."""
    require(
        wish.role in person.roles,
        "CER-ROLE",
        f"Person {person.number} does not hold the role {wish.role}.",
        f"Sign as one of: {', '.join(person.roles)}.",
    )
    quorum = quorum_of(plan, run, wish.purpose)
    require(
        wish.role in quorum or everybody_signs(state, run, wish.purpose),
        "CER-NOT-NEEDED",
        f"The role {wish.role} is not part of this quorum.",
        f"It needs: {', '.join(f'{n} × {role}' for role, n in quorum.items()) or 'nobody'}.",
    )
    require(
        all(other.person != wish.person for other in run.signed(wish.purpose)),
        "CER-TWICE",
        f"Person {wish.person} has signed this already.",
        "One person counts once.",
    )
    roles = run.roles_of(wish.person)
    require(
        roles <= {wish.role},
        "CER-TWO-ROLES",
        f"Person {wish.person} has signed this step as {', '.join(roles)}.",
        "The same person cannot fill two roles in one step.",
    )
    require(
        wish.decision == "DISAGREE" or wish.role in still_to_sign(plan, state, run, wish.purpose),
        "CER-NOT-NEEDED",
        f"Enough people with the role {wish.role} have signed.",
        "Whoever does not agree can still say so.",
    )


def _method(plan: Plan, state: State, step: Step, person: Person, purpose: Purpose) -> None:
    """In production the policy names the credentials that approve an irreversible step."""
    act = step.action
    if state.mode is not Mode.PRODUCTION or purpose != "go" or act is None or not act.irreversible:
        return
    allowed = plan.policy.rules.irreversible.value
    require(
        person.method in allowed,
        "CER-METHOD",
        f"The policy does not let an irreversible step be approved with a {person.method} key.",
        f"It allows: {', '.join(allowed)}.",
    )
