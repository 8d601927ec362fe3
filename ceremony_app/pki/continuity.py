"""A CRL held against the one that its CA issued before: nobody who was revoked may come back unnoticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ceremony_app.core.errors import Refusal
from ceremony_app.pki import extension_values as values
from ceremony_app.pki import structures as x
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.fields import RevokedCertificate
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.revoked import number_of, revoked_in
from ceremony_app.pki.validity import text
from ceremony_app.pki.verifying import signature_fault
from ceremony_app.pki.words import name

HOLD = "certificateHold"
REMOVED = "removeFromCRL"
"""The two reasons that undo one another, and no other (RFC 5280, 5.3.1)."""


def continuity(previous: x.Crl, new: x.Crl, issuer: x.Certificate) -> tuple[Finding, ...]:
    """What stands against `new` as the CRL that follows `previous`; `issuer` is the CA's certificate.

    Nothing is ever dropped, not even a certificate that has expired since: no statement of a policy pack says
    otherwise. The signature of `new` is not looked at, since it may be a draft's.
    """
    try:
        return (
            *_same_issuer(previous, new, issuer),
            *_number(previous, new),
            *_times(previous, new),
            *_entries(previous, new),
        )
    except Refusal as refusal:
        return (_finding("CER-CRL-ENTRY", "encoding", "RFC 5280, 5.3", "entries that can be carried on", refusal.why),)
    except MalformedError as fault:
        return (_finding("CER-CRL-ENTRY", "encoding", "RFC 5280, 5", "two CRLs that can be read", str(fault)),)


def _same_issuer(previous: x.Crl, new: x.Crl, issuer: x.Certificate) -> Iterator[Finding]:
    """One CA, by its name's octets and by its key."""
    if previous.issuer.der != new.issuer.der:
        yield _finding("CER-CRL-ISSUER", "issuer", "RFC 5280, 5.1.2.3", name(previous.issuer), name(new.issuer))
    if fault := signature_fault(previous.tbs, previous.outer, previous.signature, issuer.key):
        expected = "a previous CRL that this CA's key signed"
        yield _finding("CER-CRL-ISSUER", "signatureValue", "RFC 5280, 5.1.1.3", expected, fault)
    before, after = _key_identifier(previous), _key_identifier(new)
    if before and after and before != after:
        yield _finding(
            "CER-CRL-ISSUER", "authorityKeyIdentifier", "RFC 5280, 5.2.1", f"that of the previous, {before}", after
        )


def _key_identifier(read: x.Crl) -> str:
    """The issuer's key as a CRL names it, in hex; empty where it does not."""
    own = read.extension(values.AUTHORITY_KEY_IDENTIFIER)
    return "" if own is None else values.authority_key_identifier(own.value).key_identifier.hex()


def _number(previous: x.Crl, new: x.Crl) -> Iterator[Finding]:
    """The numbers ascend, so that a reader can tell which of two CRLs is the later one."""
    before, after = number_of(previous), number_of(new)
    if after <= before:
        section = "RFC 5280, 5.2.3; BR 7.2.2"
        yield _finding("CER-CRL-NUMBER", "cRLNumber", section, f"more than {before}, the previous number", str(after))


def _times(previous: x.Crl, new: x.Crl) -> Iterator[Finding]:
    """A CRL is not older than the one before it, and does not end before it."""
    before, after = previous.this_update.instant(), new.this_update.instant()
    if after < before:
        expected = f"not before the previous, {text(before)}"
        yield _finding("CER-CRL-DATE", "thisUpdate", "RFC 5280, 5.1.2.4", expected, text(after))
    if previous.next_update is None or new.next_update is None:
        return
    before, after = previous.next_update.instant(), new.next_update.instant()
    if after < before:
        expected = f"not before the previous, {text(before)}"
        yield _finding("CER-CRL-DATE", "nextUpdate", "RFC 5280, 5.1.2.5", expected, text(after))


def _entries(previous: x.Crl, new: x.Crl) -> Iterator[Finding]:
    """Everything that was revoked is revoked still, with the same date and reason; each serial number stands once."""
    before, listed = _by_serial(previous), revoked_in(new)
    after = {one.serial: one for one in listed}
    for serial, times in Counter(one.serial for one in listed).items():
        if times > 1:
            yield _finding("CER-CRL-ENTRY", f"revokedCertificates {serial}", "RFC 5280, 5.3", "once", f"{times} times")
    for serial, one in before.items():
        if serial not in after:
            field, expected = f"revokedCertificates {serial}", f"revoked still: {_told(one)}"
            yield _finding("CER-CRL-DROPPED", field, "RFC 5280, 3.3", expected, "it is not in the new CRL")
        elif after[serial] != one and not _released(one, after[serial]):
            field = f"revokedCertificates {serial}"
            yield _finding("CER-CRL-ENTRY", field, "RFC 5280, 5.3", _told(one), _told(after[serial]))
    latest = new.this_update.instant()
    for read in new.revoked:
        serial, date = read.serial.hex(), read.date.instant()
        if serial in before:
            continue
        if after[serial].reason == REMOVED:
            field = f"revokedCertificates {serial}"
            expected = f"{REMOVED} only of what was on hold"
            yield _finding("CER-CRL-ENTRY", field, "RFC 5280, 5.3.1", expected, "it was not revoked before")
        if date > latest:
            field, expected = f"revocationDate {serial}", f"not after thisUpdate, {text(latest)}"
            yield _finding("CER-CRL-DATE", field, "RFC 5280, 5.1.2.6", expected, text(date))


def _by_serial(read: x.Crl) -> Mapping[str, RevokedCertificate]:
    return {one.serial: one for one in revoked_in(read)}


def _released(before: RevokedCertificate, after: RevokedCertificate) -> bool:
    """Whether a hold has been lifted, which is the one change that an entry may undergo."""
    return before.reason == HOLD and after.reason == REMOVED


def _told(one: RevokedCertificate) -> str:
    return f"{one.date}, {one.reason or 'unspecified'}"


def _finding(rule: str, field: str, section: str, expected: str, found: str) -> Finding:
    return Finding(rule=rule, field=field, section=section, expected=expected, found=found)
