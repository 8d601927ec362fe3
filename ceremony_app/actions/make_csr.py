"""Step kind `make-csr`: a certification request for a key of this ceremony, signed by that key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Context
from ceremony_app.actions.signing import Signing, fields_of, spki_of
from ceremony_app.actions.signing_layout import SigningSettings, laid_out, own_profile
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.values import Row
from ceremony_app.pki.fields import Asks
from ceremony_app.pki.issuance import Issuance
from ceremony_app.pki.show import Label, request_rows


class MakeCsrSettings(SigningSettings, frozen=True):
    """`profile`: the certificate profile under which it asks, the key's if none is named; `asks` for which extensions.

    "nothing", "key-identifier" (the subject key identifier alone), or "profile" (all that are the applicant's to ask).
    """

    profile: str = ""
    asks: Asks = "nothing"


class MakeCsr(Signing):
    """Captured, approved, signed, compared, verified (RFC 2986): the signature is the proof of possession."""

    name = "make-csr"
    digest = "request-sha256"
    label: Label = "CERTIFICATE REQUEST"
    noun = "certification request"
    suffix = ".csr"
    settings = MakeCsrSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action: a signature cannot be taken back."""
        own = cast("MakeCsrSettings", settings)
        layout = laid_out(
            f"Make the certification request {own.name}", self.noun, head, own, names, f"request:{own.name}:there"
        )
        own_profile(own, own.profile, names)
        return layout

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The request that the trial decided, with the key that was made or found."""
        return fields_of(context, artifact, spki=spki_of(context))

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The request field by field."""
        return request_rows(der)
