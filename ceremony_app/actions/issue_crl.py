"""Step kind `issue-crl`: a certificate revocation list, signed by a root of this ceremony."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, cast

import msgspec

from ceremony_app.actions.base import Context, Performed, Settings, text
from ceremony_app.actions.planned import file_stem, setting
from ceremony_app.actions.signing import Signing, approved, fields_of
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.names import NAME
from ceremony_app.core.script import Act
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.issuance import Issuance
from ceremony_app.pki.show import crl_rows, pem

PREAMBLE = "REHEARSAL: this list is worthless"


class IssueCrlSettings(Settings, frozen=True):
    """`name`: the stem of the files; `issuer`: the name of the certificate that issues it."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    key: str
    profile: str
    issuer: str
    phrase: str = ""


class IssueCrl(Signing):
    """Captured, approved, signed, compared, verified."""

    name = "issue-crl"
    settings = IssueCrlSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action: a signature cannot be taken back."""
        own = cast("IssueCrlSettings", settings)
        names.one_of("keys", own.key, "key")
        key = names.keys[own.key]
        act = Act(
            button=f"Sign the CRL {own.name}",
            device=key.token,
            irreversible=True,
            phrase=own.phrase or f"SIGN {own.name}",
            quorum=head.sign_off,
        )
        return Layout(
            title=f"Issue the CRL {own.name}",
            stages=(act,),
            requires=(
                Fact(f"token:{key.token}:activated"),
                Fact(f"key:{own.key}:there"),
                Fact(f"crl:{own.name}:issued", holds=False),
                Fact(f"certificate:{own.issuer}:issued"),
                Fact("trial:held"),
            ),
            ensures=(Fact(f"crl:{own.name}:issued"),),
        )

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The list that the trial decided, under the certificate that was issued."""
        return fields_of(context, artifact, issuer=setting(context.step, "issuer"))

    def made(self, context: Context, der: bytes) -> Performed:
        """Its digests, and the list as DER and PEM."""
        stem = file_stem(context.plan, setting(context.step, "name"))
        return Performed(
            evidence={
                "name": setting(context.step, "name"),
                "key": setting(context.step, "key"),
                "crl-sha256": hashlib.sha256(der).hexdigest(),
                "tbs-sha256": approved(context),
                "rows": msgspec.to_builtins(crl_rows(der)),
            },
            files={f"{stem}.der": der, f"{stem}.pem": pem(der, "X509 CRL", PREAMBLE if context.rehearsal else "")},
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The list field by field, and its digest."""
        return (
            *msgspec.convert(evidence["rows"], tuple[Row, ...]),
            Row("SHA-256 of the CRL", text(evidence, "crl-sha256")),
            Row("SHA-256 of what was signed", text(evidence, "tbs-sha256")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The file is the list that was approved, under the profile, verified by software."""
        stem = file_stem(context.plan, setting(context.step, "name"))
        der = artifacts.get(f"{stem}.der", b"")
        wrong = list(self.wrong(evidence, artifacts, context))
        if hashlib.sha256(der).hexdigest() != text(evidence, "crl-sha256"):
            wrong.append(f"{stem}.der is not the list of the evidence")
        if artifacts.get(f"{stem}.pem") != pem(der, "X509 CRL", PREAMBLE if context.rehearsal else ""):
            wrong.append(f"{stem}.pem does not hold the same list")
        return tuple(wrong)
