"""Who takes part: the people of the binding, each with a key of their own, in roles that may go together."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ceremony_app.core.events import Answer, Arrival, Departure, Enrol, Entry
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.script import RollCall
from ceremony_app.core.values import Mode
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """Enrolments, arrivals and departures, and the end of the roll-call."""
    match entry.event:
        case Enrol() as event:
            yield from _enrol(book, event)
        case Arrival(person=number) | Departure(person=number):
            person = book.people.get(number)
            coming = isinstance(entry.event, Arrival)
            if person is None:
                yield "CER-ENROL", f"person {number} is not enrolled"
            elif person.present is coming:
                yield "CER-ENROL", f"person {number} is {'here' if coming else 'away'} already"
        case Answer(item="roll-call") if book.attempt and isinstance(book.attempt.stage(), RollCall):
            for name, role in book.plan.definition.roles.items():
                here = sum(1 for one in book.people.values() if one.present and name in one.enrol.roles)
                if here < role.count:
                    yield "CER-ROLL-CALL", f"{here} of {role.count} people with the role {name} are here"
        case _:
            pass


def _enrol(book: Book, event: Enrol) -> Iterator[Broken]:
    """A person of the binding; again only after a restart, in the same roles, with a new key for the old one."""
    bound = book.plan.binding.person(event.person)
    if bound is None:
        yield "CER-ENROL", f"the binding has no person {event.person}"
        return
    before = book.people.get(event.person)
    if before is not None and not before.void:
        yield "CER-ENROL", f"person {event.person} is enrolled already, and no restart has ended the key"
    if event.replaces != (before.enrol.key if before else ""):
        yield "CER-ENROL", "replaces another key than the person's last one"
    if before is not None and before.enrol.roles != event.roles:
        yield "CER-ROLE", f"person {event.person} had the roles {', '.join(before.enrol.roles)} before"
    if any(other.enrol.key == event.key for other in book.people.values()):
        yield "CER-ENROL", "the key is in use already; one key is one person's"
    if bound.key not in ("", event.key):
        yield "CER-ENROL", f"not the key that the binding names for person {event.person}"
    if event.method != bound.method:
        yield (
            "CER-METHOD",
            f"person {event.person} is bound to a {bound.method} key, and signs with a {event.method} key",
        )
    yield from _roles(book, event, bound)
    yield from _identity(book, event)


def _roles(book: Book, event: Enrol, bound: BoundPerson) -> Iterator[Broken]:
    """Roles that the binding gives, that may go together, and that may sign by this method."""
    roles = book.plan.definition.roles
    if not event.roles:
        yield "CER-ROLE", f"person {event.person} has no role"
    for name in event.roles:
        if name not in roles or name not in bound.roles:
            yield "CER-ROLE", f"the binding does not give person {event.person} the role {name}"
            continue
        clash = [other for other in event.roles if other in roles[name].separate]
        if clash:
            yield "CER-SEPARATE", f"person {event.person} is {name} and {', '.join(clash)}, which must be kept apart"
        allowed = book.plan.policy.rules.credential.value.get(name)
        if allowed is not None and event.method not in allowed:
            yield "CER-METHOD", f"the policy does not let the role {name} sign with a {event.method} key"


def _identity(book: Book, event: Enrol) -> Iterator[Broken]:
    """Another person of the binding saw the paper, in production always; a proxy is named with what empowers them."""
    others = {one.number for one in book.plan.binding.people} - {event.person}
    if event.identified_by and event.identified_by not in others:
        yield "CER-IDENTITY", f"person {event.identified_by} cannot have seen the identity of person {event.person}"
    if not event.identified_by and book.plan.binding.mode is Mode.PRODUCTION:
        yield "CER-IDENTITY", f"nobody has seen the identity of person {event.person}"
    if unknown := sorted(event.more.keys() - {"paper", "proxy-for", "authority"}):
        yield "CER-FIELD", f"an enrolment has no {', '.join(unknown)}"
    if len(event.more.keys() & {"proxy-for", "authority"}) == 1:
        yield "CER-PROXY", f"person {event.person} stands in for somebody, and not both are said: for whom, and by what"


def spki_of(event: Enrol) -> bytes:
    """The public key of an enrolment; empty where it is not base64."""
    try:
        return base64.b64decode(event.spki, validate=True)
    except (binascii.Error, ValueError):
        return b""
