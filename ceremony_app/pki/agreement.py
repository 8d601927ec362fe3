"""A certificate or CRL held against what was decided about it before its key existed."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.core.distinguished_name import NamePart, written
from ceremony_app.pki import extension_values as values
from ceremony_app.pki import structures as x
from ceremony_app.pki.checks import in_words
from ceremony_app.pki.fields import CertificateFields, CrlFields
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.validity import text


def certificate_agreement(read: x.Certificate, fields: CertificateFields) -> tuple[Finding, ...]:
    """Serial number, names and dates are the decided ones."""
    pairs = (
        ("serialNumber", fields.serial, read.serial.hex()),
        ("validity.notBefore", fields.not_before, text(read.not_before.instant())),
        ("validity.notAfter", fields.not_after, text(read.not_after.instant())),
    )
    return (
        *_names((("issuer", fields.issuer, read.issuer), ("subject", fields.subject, read.subject))),
        *_pairs(pairs),
    )


def crl_agreement(read: x.Crl, fields: CrlFields) -> tuple[Finding, ...]:
    """Issuer, number, times and entries are the decided ones."""
    number = read.extension(values.CRL_NUMBER)
    following = "absent" if read.next_update is None else text(read.next_update.instant())
    decided = "; ".join(_told(one.serial, one.date, one.reason) for one in fields.revoked)
    pairs = (
        ("thisUpdate", fields.this_update, text(read.this_update.instant())),
        ("nextUpdate", fields.next_update, following),
        ("cRLNumber", str(fields.number), "absent" if number is None else str(values.crl_number(number.value))),
        ("revokedCertificates", decided, "; ".join(_entry(one) for one in read.revoked)),
    )
    return (*_names((("issuer", fields.issuer, read.issuer),)), *_pairs(pairs))


def _pairs(pairs: tuple[tuple[str, str, str], ...]) -> Iterator[Finding]:
    for field, decided, found in pairs:
        if decided != found:
            yield _finding(field, decided or "none", found or "none")


def _names(names: tuple[tuple[str, tuple[NamePart, ...], x.Name], ...]) -> Iterator[Finding]:
    for field, decided, found in names:
        if not found.says(decided):
            yield _finding(field, written(decided), in_words(found))


def _entry(one: x.Revoked) -> str:
    reason = next((ext for ext in one.extensions if ext.oid == values.REASON_CODE), None)
    return _told(one.serial.hex(), text(one.date.instant()), "" if reason is None else values.reason_code(reason.value))


def _told(serial: str, date: str, reason: str) -> str:
    return f"{serial} {date} {reason or 'unspecified'}"


def _finding(field: str, expected: str, found: str) -> Finding:
    return Finding(rule="CER-EVIDENCE", field=field, section="decided at the trial", expected=expected, found=found)
