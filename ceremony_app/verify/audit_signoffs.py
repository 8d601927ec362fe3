"""Sign-offs: who, in which role, with which key, over exactly which text, made again from the journal."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator

from ceremony_app.core.events import Entry, SignOff
from ceremony_app.core.script import Act, Attest
from ceremony_app.core.statement import TITLE, sentence
from ceremony_app.core.values import Mode
from ceremony_app.verify.audit_attempt import Attempt, Someone
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken
from ceremony_app.verify.audit_people import spki_of

Verifies = Callable[[str, bytes, bytes, bytes], bool]
"""Whether (algorithm, DER SubjectPublicKeyInfo, message, signature) fit each other."""

_SHOWN = "shown-sha256 "


def judge(book: Book, entry: Entry, verifies: Verifies) -> Iterator[Broken]:
    """A sign-off counts only if nothing of this is broken."""
    event, attempt = entry.event, book.attempt
    if not isinstance(event, SignOff) or attempt is None or attempt.step is None:
        return
    person = book.people.get(event.person)
    if person is None or not person.present or person.void:
        yield "CER-ENROL", f"person {event.person} is not here with a good key"
        return
    if (event.key, event.method) != (person.enrol.key, person.enrol.method):
        yield "CER-ENROL", f"not with the key that person {event.person} was enrolled with"
    yield from _may(book, attempt, person, event)
    yield from _statement(book, attempt, event)
    if not verifies(event.alg, spki_of(person.enrol), event.statement.encode("utf-8"), _octets(event.sig)):
        yield "CER-SIGNATURE", f"the signature does not verify with the key of person {event.person}"


def _may(book: Book, attempt: Attempt, person: Someone, event: SignOff) -> Iterator[Broken]:
    """The stage asks for it; the role is held, needed and the only one; nobody signs twice."""
    stage = attempt.stage()
    wanted = "go" if isinstance(stage, Act) and attempt.prepared else "result" if isinstance(stage, Attest) else ""
    if event.purpose != wanted:
        yield "CER-ORDER", f"signed for {event.purpose}, where {wanted or 'nothing'} is to be signed"
    if event.role not in person.enrol.roles:
        yield "CER-ROLE", f"person {event.person} does not hold the role {event.role}"
    standing = [s for purpose in ("go", "result") for s, _ in attempt.standing[purpose] if s.person == event.person]
    roles = attempt.signed_as.get(event.person, set()) - {event.role}
    if roles:
        yield "CER-TWO-ROLES", f"person {event.person} has signed this attempt as {', '.join(sorted(roles))}"
    if any(signoff.purpose == event.purpose for signoff in standing):
        yield "CER-QUORUM", f"person {event.person} signs a second time"
    if event.role not in attempt.quorum(event.purpose) and not (event.purpose == "result" and attempt.everybody):
        yield "CER-QUORUM", f"the role {event.role} is not part of the quorum"
    elif event.decision == "AGREE" and event.role not in attempt.lacking(event.purpose):
        yield "CER-QUORUM", f"enough people with the role {event.role} have agreed before"
    act = attempt.action
    if book.plan.binding.mode is Mode.PRODUCTION and event.purpose == "go" and act is not None and act.irreversible:
        allowed = book.plan.policy.rules.irreversible.value
        if person.enrol.method not in allowed:
            yield "CER-METHOD", f"an irreversible step is approved with a {person.enrol.method} key"


def _statement(book: Book, attempt: Attempt, event: SignOff) -> Iterator[Broken]:
    """The text is the one that journal and definition give at this point (statement 1)."""
    must = _lines(book, attempt, event)
    lines = event.statement.split("\n")
    if lines == must:
        return
    differ = [said for said, right in zip(lines, must, strict=False) if said != right]
    shown_only = len(lines) == len(must) and len(differ) == 1 and differ[0].startswith(_SHOWN)
    if shown_only:
        yield "CER-SHOWN", f"person {event.person} signed another {_SHOWN.strip()} than of what the journal shows"
    else:
        yield "CER-STATEMENT", f"not the text that stood to be signed: “{differ[0] if differ else 'its length'}”"


def _lines(book: Book, attempt: Attempt, event: SignOff) -> list[str]:
    """Every line of the statement (design, appendix A), and the nothing behind the last LF."""
    genesis, step = book.genesis, attempt.step
    if genesis is None or step is None:
        return []
    files = attempt.made if event.purpose == "result" else attempt.prepared.artifacts if attempt.prepared else ()
    return [
        TITLE,
        f"ceremony {genesis.ceremony} {genesis.mode}",
        f"journal-size {book.size}",
        f"journal-head {book.head}",
        f"step {step.number} attempt {attempt.attempt} {step.title}",
        f"for {event.purpose}",
        _SHOWN + attempt.shown.digest(event.purpose),
        *(f"artifact {file.name} {file.sha256} {file.size} bytes" for file in files),
        f"role {event.role}",
        f"signer {event.person} key {event.key}",
        f"decision {event.decision}",
        sentence(step, event.purpose, event.decision),
        "",
    ]


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
