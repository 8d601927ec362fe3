"""Rules of roll-call: who may be enrolled, with which roles and keys, and when everyone is there."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core.events import Answer, Arrival, Departure, Enrol, Event
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.rules.need import require, someone, stage
from ceremony_app.core.script import Plan, RollCall
from ceremony_app.core.state import State
from ceremony_app.core.values import Mode


def enrolled(plan: Plan, state: State, wish: c.EnrolPerson) -> tuple[Event, ...]:
    """A person with roles that the binding allows, a key of their own, and no two roles that must be apart."""
    bound = plan.binding.person(wish.person)
    require(
        bound is not None,
        "CER-ENROL",
        f"The binding of this room has no person {wish.person}.",
        "Enrol the people of the binding; a deputy needs the approval that the policy names.",
    )
    before = state.person(wish.person)
    require(
        before is None or before.void,
        "CER-ENROL",
        f"Person {wish.person} is enrolled already.",
        "One person has one key. A lost PIN is a deviation.",
    )
    if bound is None:  # pragma: no cover - refused above
        return ()
    require(wish.roles, "CER-ROLE", "A person needs a role.", "Choose at least one role.")
    for role in wish.roles:
        require(
            role in plan.definition.roles and role in bound.roles,
            "CER-ROLE",
            f"The binding does not give person {wish.person} the role {role}.",
            f"The binding gives: {', '.join(bound.roles)}.",
        )
        clash = [other for other in wish.roles if other in plan.definition.roles[role].separate]
        require(
            not clash,
            "CER-SEPARATE",
            f"One person may not be both {role} and {', '.join(clash)}.",
            "Give the roles to different people.",
        )
    require(
        before is None or before.roles == wish.roles,
        "CER-ROLE",
        f"Person {wish.person} had other roles before the restart.",
        "Enrol the person again with the same roles.",
    )
    _method(plan, wish, bound)
    _identified(plan, wish)
    require(
        all(other.key != wish.key for other in state.people),
        "CER-KEY",
        "This key is in use already.",
        "Every person signs with a key of their own; a new enrolment needs a new key.",
    )
    return (
        Enrol(
            person=wish.person,
            roles=wish.roles,
            method=wish.method,
            spki=wish.spki,
            key=wish.key,
            name=wish.name,
            organisation=wish.organisation,
            replaces=before.key if before else "",
            seen_by=wish.seen_by,
            details=wish.details,
        ),
    )


def _identified(plan: Plan, wish: c.EnrolPerson) -> None:
    """Somebody else has seen who it is, in production; a proxy says for whom, and what empowers them."""
    require(
        wish.seen_by != wish.person and (not wish.seen_by or plan.binding.person(wish.seen_by) is not None),
        "CER-IDENTITY",
        f"Person {wish.seen_by} cannot have seen the identity paper of person {wish.person}.",
        "Name another person of the binding, who compared face and paper.",
    )
    require(
        wish.seen_by or plan.binding.mode is not Mode.PRODUCTION,
        "CER-IDENTITY",
        f"Nobody has seen the identity paper of person {wish.person}.",
        "Let another person of the binding compare face and paper, and name that person.",
    )
    require(
        set(wish.details) <= {"paper", "proxy-for", "authority"},
        "CER-FIELD",
        "An enrolment has no such detail.",
        "This is a fault of the program; open a deviation.",
    )
    require(
        ("proxy-for" in wish.details) is ("authority" in wish.details),
        "CER-PROXY",
        "A proxy is named with the absent person and with what empowers the proxy, or not at all.",
        "Fill in both, or neither.",
    )


def _method(plan: Plan, wish: c.EnrolPerson, bound: BoundPerson) -> None:
    """The credential is of the bound kind, one that the policy allows for every role held, and the bound key."""
    require(
        wish.method == bound.method,
        "CER-METHOD",
        f"Person {wish.person} is bound to sign with a {bound.method} key, and comes with a {wish.method} key.",
        "Use what the binding says, or bind the room again before the day.",
    )
    for role in wish.roles:
        allowed = plan.policy.rules.credential.value.get(role, ("card", "file", "room"))
        require(
            wish.method in allowed,
            "CER-METHOD",
            f"The policy does not let the role {role} sign with a {wish.method} key.",
            f"It allows: {', '.join(allowed)}.",
        )
    require(
        not bound.key or bound.key == wish.key,
        "CER-KEY",
        "This is not the key that the binding names for this person.",
        "Use the person's own card or key file, or bind the room again before the day.",
    )


def roll_called(plan: Plan, state: State, wish: c.CompleteRollCall) -> tuple[Event, ...]:
    """Every role has as many people in the room as the definition asks."""
    _, run, _ = stage(plan, state, RollCall)
    for name, role in plan.definition.roles.items():
        here = sum(1 for person in state.people if person.present and name in person.roles)
        require(
            here >= role.count,
            "CER-ROLL-CALL",
            f"{here} of {role.count} people with the role {role.title} are here.",
            "Enrol the others, or postpone the ceremony.",
        )
    someone(state, wish.person)
    return (Answer(step=run.number, attempt=run.attempt, item="roll-call", value="complete", person=wish.person),)


def moved(state: State, wish: c.Come | c.Go) -> tuple[Event, ...]:
    """A person comes back or leaves; only a change is recorded."""
    person = state.person(wish.person)
    coming = isinstance(wish, c.Come)
    require(person is not None, "CER-PRESENT", f"Person {wish.person} is not enrolled.", "Enrol the person.")
    require(
        person is not None and person.present is not coming,
        "CER-PRESENT",
        f"Person {wish.person} is {'in the room' if coming else 'away'} already.",
        "Nothing needs to be recorded.",
    )
    return (Arrival(person=wish.person) if coming else Departure(person=wish.person),)
