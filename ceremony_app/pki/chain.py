"""A certificate or CRL of others held against its issuer's certificate, link by link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ceremony_app.pki import extension_values as values
from ceremony_app.pki import structures as x
from ceremony_app.pki import words
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.issued import issued_within, may_issue, proof_finding, room_below, signs_itself, within
from ceremony_app.pki.verifying import signature_fault


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that binds an object to its signer: where it is asked for, what is asked, and what is wrong with it.

    `sound` is what is told where nothing is wrong.
    """

    name: str
    section: str
    asked: str
    findings: tuple[Finding, ...]
    sound: str = "as it should be"

    @property
    def found(self) -> str:
        """What was found, in words."""
        return "; ".join(f"{one.found} (expected {one.expected})" for one in self.findings) or self.sound


def self_signed(read: x.Certificate) -> tuple[Link, ...]:
    """The signature of a certificate that names itself as its issuer; nothing where it names another."""
    if not signs_itself(read):
        return ()
    return (_link("Signature by its own key", _SIGNATURE, "it verifies", lambda: _signature(read, read)),)


def certificate_links(read: x.Certificate, issuer: x.Certificate) -> tuple[Link, ...]:
    """Signature, name, key identifier, what the issuer may do, nested validity, path length."""
    return (
        *_to_issuer(read, issuer),
        _link(
            "Issuer may sign certificates",
            "RFC 5280, 6.1.4 (k), (n)",
            "CA TRUE, keyCertSign",
            lambda: may_issue(issuer, "keyCertSign"),
        ),
        _link("Validity within the issuer's", "RFC 5280, 6.1", _period(issuer), lambda: within(read, issuer)),
        _link(
            "Path length of the issuer", "RFC 5280, 4.2.1.9; 6.1.4 (l)", "room for it", lambda: room_below(read, issuer)
        ),
    )


def crl_links(read: x.Crl, issuer: x.Certificate) -> tuple[Link, ...]:
    """Signature, name, key identifier, what the issuer may do, issued within its validity."""
    return (
        *_to_issuer(read, issuer),
        _link("Issuer may sign CRLs", "RFC 5280, 6.3.3 (f)", "CA TRUE, cRLSign", lambda: may_issue(issuer, "cRLSign")),
        _link("Issued within the CA's validity", "RFC 5280, 6.1", _period(issuer), lambda: issued_within(read, issuer)),
    )


_SIGNATURE = "RFC 5280, 6.1.3 (a)(1)"


def _to_issuer(read: x.Certificate | x.Crl, issuer: x.Certificate) -> tuple[Link, ...]:
    return (
        _link(
            "Signature by the issuer", _SIGNATURE, "it verifies with the issuer's key", lambda: _signature(read, issuer)
        ),
        _link(
            "Name of the issuer",
            "RFC 5280, 6.1.3 (a)(4)",
            "octet for octet the issuer's subject",
            lambda: _name(read, issuer),
        ),
        _link(
            "Key identifier of the issuer",
            "RFC 5280, 4.2.1.1",
            "the issuer's subjectKeyIdentifier",
            lambda: _key(read, issuer),
        ),
    )


def _link(name: str, section: str, asked: str, look: Callable[[], Iterable[Finding]]) -> Link:
    try:
        return Link(name, section, asked, tuple(look()))
    except MalformedError as fault:
        return Link(name, section, asked, (proof_finding(name, "something that can be read", str(fault)),))


def _signature(read: x.Certificate | x.Crl, issuer: x.Certificate) -> Iterator[Finding]:
    if fault := signature_fault(read.tbs, read.outer, read.signature, issuer.key):
        yield proof_finding("signatureValue", "a signature of the issuer's key", fault)


def _name(read: x.Certificate | x.Crl, issuer: x.Certificate) -> Iterator[Finding]:
    if read.issuer.der != issuer.subject.der:
        wanted, found = words.name(issuer.subject), words.name(read.issuer)
        if wanted == found:
            wanted, found = issuer.subject.der.hex(), read.issuer.der.hex()
        yield proof_finding("issuer", wanted, found)


def _key(read: x.Certificate | x.Crl, issuer: x.Certificate) -> Iterator[Finding]:
    above, own = issuer.extension(values.SUBJECT_KEY_IDENTIFIER), read.extension(values.AUTHORITY_KEY_IDENTIFIER)
    if above is None:
        yield proof_finding("issuer.subjectKeyIdentifier", "present", "absent")
        return
    wanted = values.subject_key_identifier(above.value)
    found = b"" if own is None else values.authority_key_identifier(own.value).key_identifier
    alone = isinstance(read, x.Certificate) and signs_itself(read)
    if found != wanted and (found or not alone):
        yield proof_finding("authorityKeyIdentifier", f"the issuer's, {wanted.hex()}", found.hex() or "none")


def _period(issuer: x.Certificate) -> str:
    return f"{words.time(issuer.not_before)} to {words.time(issuer.not_after)}"
