"""One object from decisions to signature: prepared under a stand-in, approved by its digest, signed, held again.

An issuance is made from what the journal and the artifacts hold, so the same calls serve the ceremony and, years
later, its verification. No call here reads a clock, and none but `sign` reaches a token.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode, Row
from ceremony_app.pki.authority import authority_of
from ceremony_app.pki.certificate import CertificateIssuance
from ceremony_app.pki.compare import Compared
from ceremony_app.pki.crl import CrlIssuance
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.difference import changed, differences
from ceremony_app.pki.fields import CertificateFields, CrlFields, Fields, RequestFields
from ceremony_app.pki.findings import Finding, finding_rows, standing
from ceremony_app.pki.profiles_there import no_profile
from ceremony_app.pki.request_making import RequestIssuance
from ceremony_app.pki.signer import Sign, captured, guarded, key_elsewhere
from ceremony_app.pki.throwaway import stand_in_key

Issuance: TypeAlias = CertificateIssuance | RequestIssuance | CrlIssuance


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What will be signed: the octets, their SHA-256 (hex), the fields beside the profile, and what was found.

    `changed` names the fields in which it differs from what was tried.
    """

    tbs: bytes
    sha256: str
    compared: tuple[Compared, ...]
    changed: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether nothing stands against signing it."""
        return not standing(self.findings)

    def rows(self) -> tuple[Row, ...]:
        """What is shown before the quorum approves."""
        return (
            *(one.row() for one in self.compared),
            Row("Differs from the trial in", ", ".join(self.changed) or "nothing"),
            Row("To be signed", f"{len(self.tbs)} octets"),
            Row("SHA-256 to be signed", self.sha256),
            *finding_rows(self.findings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What came back with the token's signature (DER), and everything that is wrong with it."""

    der: bytes
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether it is exactly what was approved, and verifies."""
        return not standing(self.findings)


def issuance(
    policy: Policy, mode: Mode, fields: Fields, *, spki: bytes = b"", issuer: bytes = b"", previous: bytes = b""
) -> Issuance:
    """The issuance of what was decided under a policy.

    `spki` is the key that a certificate or request is about (DER; empty for a CRL); `issuer` the issuer's certificate
    (DER; empty for a request and for a certificate that signs itself); `previous` the CRL that a CRL comes after (DER;
    empty for a first one, and for anything else). Raises `Refusal` (CER-PROFILE, CER-ISSUER) and `Unusable` (CER-DER).
    """
    match fields:
        case CertificateFields():
            if (profile := policy.certificates.get(fields.profile)) is None:
                raise no_profile(policy, fields.profile, fields.name)
            if fields.self_signed is bool(issuer):
                raise _wrong_issuer(fields)
            above = authority_of(issuer) if issuer else None
            return CertificateIssuance(
                policy=policy, mode=mode, fields=fields, profile=profile, spki=spki, issuer=above
            )
        case RequestFields():
            if (profile := policy.certificates.get(fields.profile)) is None:
                raise no_profile(policy, fields.profile, fields.name)
            if issuer:
                raise _wrong_issuer(fields)
            return RequestIssuance(policy=policy, mode=mode, fields=fields, profile=profile, spki=spki)
        case CrlFields():
            if (crl_profile := policy.crls.get(fields.profile)) is None:
                raise no_profile(policy, fields.profile, fields.name)
            if not issuer:
                raise _wrong_issuer(fields)
            above = authority_of(issuer)
            return CrlIssuance(policy=policy, fields=fields, profile=crl_profile, issuer=above, previous=previous)


def prepare(wanted: Issuance, template: bytes) -> Prepared:
    """(b): the octets to be signed with the real key, linted under a throw-away signature.

    `template` holds the octets that the trial made. Raises `Refusal` where it cannot be built at all (CER-KEY,
    CER-PROFILE, CER-NAME, CER-TIME, CER-SERIAL, CER-CRL).
    """
    tbs = captured_tbs(wanted)
    draft = drafted(wanted)
    try:
        where = changed(template, tbs)
    except MalformedError:
        where = ("everything: what the trial made cannot be read",)
    return Prepared(
        tbs=tbs,
        sha256=hashlib.sha256(tbs).hexdigest(),
        compared=wanted.compared(draft),
        changed=where,
        findings=(*differences(template, tbs), *_same(tbs, wanted.tbs(draft)), *wanted.linted(draft, stand_in=True)),
    )


def captured_tbs(wanted: Issuance) -> bytes:
    """The octets that would be signed, taken without signing anything. Raises as `prepare`."""
    return captured(wanted.builder(), wanted.signing_key)


def drafted(wanted: Issuance) -> bytes:
    """The object (DER) under a throw-away signature: to be read and shown, never to be kept. Raises as `prepare`."""
    return wanted.builder()(stand_in_key(wanted.signing_key))


def sign(wanted: Issuance, approved_sha256: str, token: Sign) -> Signed:
    """(c): signed through the token, the approved octets and nothing else, once; then held against everything.

    `token` is `TokenPort.sign` with the key chosen; its `TokenFault` comes through unchanged. Raises `Refusal`
    (CER-APPROVED) before the token is asked if the octets are not the approved ones.
    """
    build = wanted.builder()
    der = build(key_elsewhere(wanted.signing_key, guarded(token, approved_sha256)))
    return Signed(der=der, findings=held(wanted, der, approved_sha256))


def held(wanted: Issuance, der: bytes, approved_sha256: str) -> tuple[Finding, ...]:
    """Everything that is wrong with a signed object: digest, decisions, profile, general lint, proof by software."""
    try:
        digest = hashlib.sha256(wanted.tbs(der)).hexdigest()
        found = wanted.linted(der, stand_in=False)
    except MalformedError as fault:
        return (Finding(rule="CER-PROFILE", field="encoding", expected="sound DER", found=str(fault)),)
    if digest == approved_sha256:
        return found
    expected = f"the approved ones, SHA-256 {approved_sha256}"
    return (Finding(rule="CER-TBS", field="to-be-signed octets", expected=expected, found=digest), *found)


def _same(taken: bytes, draft: bytes) -> tuple[Finding, ...]:
    """What is linted is what will be signed."""
    if taken == draft:
        return ()
    return (Finding(rule="CER-TBS", field="draft", expected="the octets to be signed", found="others"),)


def _wrong_issuer(fields: Fields) -> Refusal:
    if isinstance(fields, RequestFields):
        why = "is a request, which has no issuer, and an issuer's certificate was given"
    elif isinstance(fields, CertificateFields) and fields.self_signed:
        why = "signs itself, and an issuer's certificate was given"
    else:
        why = f"is issued by {fields.issued_by} and needs its issuer's certificate"
    return Refusal(
        "CER-ISSUER",
        f"{fields.name} {why}.",
        "Give the issuer's certificate for what another issues, and none for a request or for what signs itself.",
    )
