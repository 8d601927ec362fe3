"""Step kind `issue-certificate`: a certificate for a request that was brought or made here, signed by a CA's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Context
from ceremony_app.actions.planned import setting
from ceremony_app.actions.request_terms import beyond_of
from ceremony_app.actions.signing import Signing, fields_of
from ceremony_app.actions.signing_layout import SigningSettings, laid_out
from ceremony_app.actions.sources import request_there
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.values import Json, Row
from ceremony_app.pki.certificate import CertificateIssuance
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.issuance import Issuance, Prepared, drafted
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.request_compare import Comparison, Terms, compared_request
from ceremony_app.pki.show import Label, certificate_rows


class IssueSettings(SigningSettings, frozen=True, kw_only=True):
    """`issuer`: the name of the CA's certificate, whose key `key` is; `request`: the name of the request."""

    profile: str
    issuer: str
    request: str


class IssueCertificate(Signing):
    """Captured, approved, signed, compared, verified; profile, request and what is issued side by side."""

    name = "issue-certificate"
    digest = "certificate-sha256"
    label: Label = "CERTIFICATE"
    noun = "certificate"
    settings = IssueSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action: a signature cannot be taken back."""
        own = cast("IssueSettings", settings)
        there = (f"certificate:{own.issuer}:issued", f"request:{own.request}:there")
        made = f"certificate:{own.name}:issued"
        return laid_out(f"Issue the certificate {own.name}", self.noun, head, own, names, made, there)

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The certificate that the trial decided, for the request's key, under the issuer's certificate."""
        asked = request_there(context.plan, artifact, setting(context.step, "request"))
        return fields_of(context, artifact, spki=asked.read.key.der, issuer=setting(context.step, "issuer"))

    def beside(
        self, context: Context, artifact: Mapping[str, bytes], wanted: Issuance, captured: Prepared
    ) -> tuple[Row, ...]:
        """Profile, request and what will be issued, field by field."""
        compared = _compared(context, artifact, wanted, drafted(wanted))
        rest = captured.rows()[len(captured.compared) :]
        asked = request_there(context.plan, artifact, setting(context.step, "request"))
        return (Row("Request", f"{asked.name}, SHA-256 {asked.sha256}"), *(one.row() for one in compared.fields), *rest)

    def amiss(
        self, context: Context, artifact: Mapping[str, bytes], wanted: Issuance, der: bytes
    ) -> tuple[Finding, ...]:
        """In what the certificate is not the one that the request may have."""
        return _compared(context, artifact, wanted, der).findings

    def sources(self, context: Context, artifact: Mapping[str, bytes]) -> Mapping[str, Json]:
        """The request's digest."""
        asked = request_there(context.plan, artifact, setting(context.step, "request"))
        return {"request": asked.name, "request-sha256": asked.sha256}

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The certificate field by field."""
        return certificate_rows(der)


def _compared(context: Context, artifact: Mapping[str, bytes], wanted: Issuance, der: bytes) -> Comparison:
    """The request beside a certificate (DER), on the terms on which the request was taken."""
    issued = cast("CertificateIssuance", wanted)
    terms = Terms(
        profile=issued.profile,
        mode=issued.mode,
        application=issued.fields.subject,
        subject=issued.fields.subject,
        beyond=beyond_of(context.plan, setting(context.step, "request")),
        draft=read_certificate(der),
    )
    return compared_request(request_there(context.plan, artifact, setting(context.step, "request")).read, terms)
