"""Step kind `self-sign`: the certificate of a root, signed by the key that it carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, cast

import msgspec

from ceremony_app.actions.base import Context, Settings
from ceremony_app.actions.making import use_secrets
from ceremony_app.actions.signing import Signing, fields_of, spki_of
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.names import NAME
from ceremony_app.core.script import Act
from ceremony_app.core.values import Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.issuance import Issuance
from ceremony_app.pki.show import Label, certificate_rows


class SelfSignSettings(Settings, frozen=True):
    """`name`: the stem of the files; `profile`: the key's, if none is named."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    key: str
    profile: str = ""
    phrase: str = ""


class SelfSign(Signing):
    """Captured, approved, signed, compared, verified."""

    name = "self-sign"
    digest = "certificate-sha256"
    label: Label = "CERTIFICATE"
    noun = "certificate"
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
            secrets=use_secrets(key),
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

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The certificate field by field."""
        return certificate_rows(der)
