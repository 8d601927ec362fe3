"""Step kind `issue-crl`: a certificate revocation list, signed by a CA's key; the first, or the next after another."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Context
from ceremony_app.actions.materials import crl_of
from ceremony_app.actions.planned import setting
from ceremony_app.actions.signing import Signing, fields_of
from ceremony_app.actions.signing_layout import SigningSettings, laid_out
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.values import Json, Row
from ceremony_app.pki.crl import CrlIssuance
from ceremony_app.pki.issuance import Issuance
from ceremony_app.pki.show import Label, crl_rows


class IssueCrlSettings(SigningSettings, frozen=True, kw_only=True):
    """`issuer`: the name of the certificate that issues it; `previous`: that of the CRL that it comes after."""

    profile: str
    issuer: str
    previous: str = ""


class IssueCrl(Signing):
    """Captured, approved, signed, compared, verified."""

    name = "issue-crl"
    digest = "crl-sha256"
    label: Label = "X509 CRL"
    noun = "CRL"
    settings = IssueCrlSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action: a signature cannot be taken back."""
        own = cast("IssueCrlSettings", settings)
        title = f"Issue the CRL {own.name}" + (f" after {own.previous}" if own.previous else "")
        before = (f"crl:{own.previous}:issued",) if own.previous else ()
        needs = (f"certificate:{own.issuer}:issued", *before)
        return laid_out(title, self.noun, head, own, names, f"crl:{own.name}:issued", needs)

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The list that the trial decided, under the certificate of its CA, after the list before it."""
        wanted = cast("CrlIssuance", fields_of(context, artifact, issuer=setting(context.step, "issuer")))
        return dataclasses.replace(wanted, previous=_previous(context, artifact))

    def sources(self, context: Context, artifact: Mapping[str, bytes]) -> Mapping[str, Json]:
        """The digest of the list before it."""
        previous = _previous(context, artifact)
        return {"previous-sha256": hashlib.sha256(previous).hexdigest()} if previous else {}

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The CRL field by field."""
        return crl_rows(der)


def _previous(context: Context, artifact: Mapping[str, bytes]) -> bytes:
    """The CRL (DER) that it comes after; empty for the first."""
    name = setting(context.step, "previous")
    return crl_of(context.plan, artifact, name) if name else b""
