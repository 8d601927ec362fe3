"""What an issuer's certificate allows, and what lies below it: CA and key usage, nested validity, path length."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.pki import extension_values as values
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.structures import Certificate, Crl
from ceremony_app.pki.validity import text


def may_issue(issuer: Certificate, usage: str) -> Iterator[Finding]:
    """The issuer's certificate says that it is a CA and that its key may do this (RFC 5280, 4.2.1.3 and 4.2.1.9).

    Raises `MalformedError`, like all that follow, where an extension's value cannot be read.
    """
    constraints, usages = issuer.extension(values.BASIC_CONSTRAINTS), issuer.extension(values.KEY_USAGE)
    if constraints is None or not values.basic_constraints(constraints.value).ca:
        yield proof_finding("issuer.basicConstraints", "CA TRUE", "a certificate that is no CA's")
    if usages is None or usage not in values.key_usage(usages.value):
        yield proof_finding("issuer.keyUsage", usage, "a key that may not do this")


def signs_itself(read: Certificate) -> bool:
    """Whether a certificate is one that its own key signed, as far as its names tell.

    A link certificate has the same name twice as well (RFC 5280, 3.2: self-issued), but names another key above it.
    """
    above, own = read.extension(values.AUTHORITY_KEY_IDENTIFIER), read.extension(values.SUBJECT_KEY_IDENTIFIER)
    if read.issuer.der != read.subject.der or above is None or own is None:
        return read.issuer.der == read.subject.der
    try:
        named = values.authority_key_identifier(above.value).key_identifier
        return named in (b"", values.subject_key_identifier(own.value))
    except MalformedError:
        return True


def within(read: Certificate, issuer: Certificate) -> Iterator[Finding]:
    """A certificate's validity lies within its issuer's."""
    start, end = read.not_before.instant(), read.not_after.instant()
    above = issuer.not_before.instant(), issuer.not_after.instant()
    if start < above[0] or end > above[1]:
        expected = f"within the issuer's, {text(above[0])} to {text(above[1])}"
        yield proof_finding("validity", expected, f"{text(start)} to {text(end)}")


def issued_within(read: Crl, issuer: Certificate) -> Iterator[Finding]:
    """A CRL is issued within the validity of its CA's certificate."""
    start, end = issuer.not_before.instant(), issuer.not_after.instant()
    if not start <= read.this_update.instant() <= end:
        expected = f"within the CA's validity, {text(start)} to {text(end)}"
        yield proof_finding("thisUpdate", expected, text(read.this_update.instant()))


def room_below(read: Certificate, issuer: Certificate) -> Iterator[Finding]:
    """No CA stands under an issuer whose path length is 0, but the same one with a new key (RFC 5280, 4.2.1.9)."""
    own, above = read.extension(values.BASIC_CONSTRAINTS), issuer.extension(values.BASIC_CONSTRAINTS)
    counts = own is not None and values.basic_constraints(own.value).ca and read.issuer.der != read.subject.der
    if counts and above is not None and values.basic_constraints(above.value).path_length == 0:
        yield proof_finding("basicConstraints", "no CA under an issuer of path length 0", "CA TRUE")


def proof_finding(field: str, expected: str, found: str) -> Finding:
    """A finding of what software that is not the token can prove."""
    return Finding(rule="CER-PROOF", field=field, section="RFC 5280, 6.1", expected=expected, found=found)
