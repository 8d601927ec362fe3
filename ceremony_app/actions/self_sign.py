"""Step kind `self-sign`: the certificate of a root, signed by the key that it carries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, cast

import msgspec

from ceremony_app.actions.base import Context, Performed, Settings, text
from ceremony_app.actions.planned import file_stem, setting
from ceremony_app.actions.signing import Signing, approved, fields_of, spki_of
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.names import NAME
from ceremony_app.core.script import Act
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.issuance import Issuance
from ceremony_app.pki.show import certificate_rows, pem

PREAMBLE = "REHEARSAL: this certificate is worthless"


class SelfSignSettings(Settings, frozen=True):
    """`name`: the stem of the files; `profile`: the key's, if none is named."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    key: str
    profile: str = ""
    phrase: str = ""


class SelfSign(Signing):
    """Captured, approved, signed, compared, verified."""

    name = "self-sign"
    settings = SelfSignSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action: a signature cannot be taken back."""
        own = cast("SelfSignSettings", settings)
        names.one_of("keys", own.key, "key")
        key = names.keys[own.key]
        if not (own.profile or key.profile):
            raise Unfit(
                "CER-PROFILE", "No profile says how the certificate looks.", "Name one.", where=f"{names.where}.profile"
            )
        act = Act(
            button=f"Sign the certificate {own.name}",
            device=key.token,
            irreversible=True,
            phrase=own.phrase or f"SIGN {own.name}",
            quorum=head.sign_off,
        )
        return Layout(
            title=f"Self-sign the certificate {own.name}",
            stages=(act,),
            requires=(
                Fact(f"token:{key.token}:activated"),
                Fact(f"key:{own.key}:there"),
                Fact(f"certificate:{own.name}:issued", holds=False),
                Fact("trial:held"),
            ),
            ensures=(Fact(f"certificate:{own.name}:issued"),),
        )

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The certificate that the trial decided, with the key that was made."""
        return fields_of(context, artifact, spki=spki_of(context))

    def made(self, context: Context, der: bytes) -> Performed:
        """Its digests, and the certificate as DER and PEM."""
        stem = file_stem(context.plan, setting(context.step, "name"))
        return Performed(
            evidence={
                "name": setting(context.step, "name"),
                "key": setting(context.step, "key"),
                "certificate-sha256": hashlib.sha256(der).hexdigest(),
                "tbs-sha256": approved(context),
                "rows": msgspec.to_builtins(certificate_rows(der)),
            },
            files={
                f"{stem}.der": der,
                f"{stem}.pem": pem(der, "CERTIFICATE", PREAMBLE if context.rehearsal else ""),
            },
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The certificate field by field, and its digest."""
        return (
            *msgspec.convert(evidence["rows"], tuple[Row, ...]),
            Row("SHA-256 of the certificate", text(evidence, "certificate-sha256")),
            Row("SHA-256 of what was signed", text(evidence, "tbs-sha256")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The file is the certificate that was approved, under the profile, verified by software."""
        stem = file_stem(context.plan, setting(context.step, "name"))
        der = artifacts.get(f"{stem}.der", b"")
        wrong = list(self.wrong(evidence, artifacts, context))
        if hashlib.sha256(der).hexdigest() != text(evidence, "certificate-sha256"):
            wrong.append(f"{stem}.der is not the certificate of the evidence")
        if artifacts.get(f"{stem}.pem") != pem(der, "CERTIFICATE", PREAMBLE if context.rehearsal else ""):
            wrong.append(f"{stem}.pem does not hold the same certificate")
        return tuple(wrong)
