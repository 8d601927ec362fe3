"""Step kind `issue-crl`: a certificate revocation list, signed by a root of this ceremony."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, cast

import msgspec

from ceremony_app.actions.base import Context, Settings
from ceremony_app.actions.making import use_secrets
from ceremony_app.actions.planned import setting
from ceremony_app.actions.signing import Signing, fields_of
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.names import NAME
from ceremony_app.core.script import Act
from ceremony_app.core.values import Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.issuance import Issuance
from ceremony_app.pki.show import Label, crl_rows


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
    digest = "crl-sha256"
    label: Label = "X509 CRL"
    noun = "CRL"
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
            secrets=use_secrets(key),
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

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The CRL field by field."""
        return crl_rows(der)
