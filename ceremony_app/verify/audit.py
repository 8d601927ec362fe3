"""The rules of a ceremony said a second time, as properties that every entry of a journal has beside those before it.

Nothing here is borrowed from what leads a ceremony: neither the rules that refuse, nor how state follows from entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ceremony_app.core.events import Enrol, Entry
from ceremony_app.core.script import Plan
from ceremony_app.verify import (
    audit_actions,
    audit_answers,
    audit_exceptions,
    audit_gate,
    audit_order,
    audit_people,
    audit_read_back,
    audit_shares,
    audit_signoffs,
)
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken
from ceremony_app.verify.audit_people import spki_of
from ceremony_app.verify.verdict import Finding

_RULES = (
    audit_order.genesis,
    audit_gate.judge,
    audit_order.judge,
    audit_people.judge,
    audit_answers.judge,
    audit_read_back.judge,
    audit_shares.judge,
    audit_actions.judge,
    audit_exceptions.judge,
)


def audit(
    plan: Plan, entries: Sequence[Entry], texts: Mapping[str, str], *, signatures: bool = True
) -> Iterator[Finding]:
    """Everything in which a journal is not as the rules of this plan have it, in the order of its entries.

    `entries` are from the first one on, closed or not; `texts` the personal texts that are there, by leaf. Without
    `signatures` keys and signatures are taken to be good (for tests of the rules alone).
    """
    book = Book(plan, texts)
    for entry in entries:
        broken = [one for rule in _RULES for one in rule(book, entry)]
        if not book.closed:
            broken += _proven(book, entry) if signatures else audit_signoffs.judge(book, entry, _believed)
        for rule_id, what in broken:
            yield Finding(rule=rule_id, where=f"entry {entry.seq}", what=what)
        book.note(entry, sound=not broken)


def _proven(book: Book, entry: Entry) -> Iterator[Broken]:
    """What needs cryptography: that keys are keys, and signatures theirs."""
    from ceremony_app.people.signatures import algorithm_of, key_digest, verify

    yield from audit_signoffs.judge(book, entry, verify)
    if isinstance(entry.event, Enrol):
        spki = spki_of(entry.event)
        if algorithm_of(spki) is None or key_digest(spki) != entry.event.key:
            yield "CER-ENROL", "not a public key that is allowed, or not of this digest"


def _believed(alg: str, spki: bytes, message: bytes, signature: bytes) -> bool:
    del alg, spki, message, signature
    return True
