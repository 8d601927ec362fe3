"""A request of others: what it proves by itself, and how it stands beside a certificate profile."""

from __future__ import annotations

from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki import checks, words
from ceremony_app.pki import structures as x
from ceremony_app.pki.chain import Link
from ceremony_app.pki.compare import Compared
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.request_compare import Terms, compared_request
from ceremony_app.pki.request_proof import proof_scheme
from ceremony_app.pki.request_reading import request_findings

_PROOF = "Proof of possession"
_OF_ITSELF = frozenset({"version", "signature", "signatureAlgorithm"})
"""What of a request's own parts would be mistaken for the field of that name in the certificate."""


def request_itself(read: x.Request) -> tuple[tuple[Finding, ...], tuple[Link, ...]]:
    """What is wrong with a request as such, and its version and proof of possession as links to its own key."""
    findings = request_findings(read)
    version = tuple(one for one in findings if one.field == "version")
    proof = tuple(one for one in findings if one.field in _OF_ITSELF - {"version"})
    looked_at = not findings or bool(proof)
    signed = _told(read.outer) if looked_at else "not looked at: something else is wrong with the request"
    return tuple(one for one in findings if one.field not in _OF_ITSELF), (
        Link("Version of the request", "RFC 2986, 4.1", "v1 (INTEGER 0)", version, words.version(read.version)),
        Link(_PROOF, "RFC 2986, 3", "signed with the key of the request", proof, signed),
    )


def request_held(read: x.Request, profile: CertificateProfile) -> tuple[tuple[Finding, ...], tuple[Compared, ...]]:
    """What is wrong with a request that asks for a certificate of a profile, and its fields beside the profile.

    Nobody has applied for it here: the subject is held against the profile's, and no application form is spoken of.
    """
    subject = profile.subject_in(Mode.PRODUCTION)
    terms = Terms(profile=profile, mode=Mode.PRODUCTION, application=subject, subject=subject, beyond="refuse")
    comparison = compared_request(read, terms)
    findings = (
        *(one for one in comparison.findings if one.rule != "CER-CSR-SUBJECT"),
        *checks.subject("subject", read.subject, profile, Mode.PRODUCTION),
    )
    return findings, tuple(
        Compared(
            field=one.field,
            profile=one.profile,
            signed="not asked for" if one.request == "nothing" else one.request,
            section=one.section,
            provenance=one.provenance,
        )
        for one in comparison.fields
        if one.field != _PROOF
    )


def _told(algorithm: x.Algorithm) -> str:
    try:
        return proof_scheme(algorithm).told()
    except MalformedError as fault:
        return str(fault)
