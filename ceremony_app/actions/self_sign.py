"""Step kind `self-sign`: the certificate of a root, signed by the key that it carries; a renewal is another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Context
from ceremony_app.actions.signing import Signing, fields_of, spki_of
from ceremony_app.actions.signing_layout import SigningSettings, laid_out, own_profile
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.values import Row
from ceremony_app.pki.issuance import Issuance
from ceremony_app.pki.show import Label, certificate_rows


class SelfSignSettings(SigningSettings, frozen=True):
    """`profile`: the key's, if none is named."""

    profile: str = ""


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
        layout = laid_out(
            f"Self-sign the certificate {own.name}", self.noun, head, own, names, f"certificate:{own.name}:issued"
        )
        own_profile(own, own.profile, names)
        return layout

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The certificate that the trial decided, with the key that was made or found."""
        return fields_of(context, artifact, spki=spki_of(context))

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The certificate field by field."""
        return certificate_rows(der)
