"""Step kind `read-back`: a digest is copied to paper, and drawn rows of it are typed back from there."""

from __future__ import annotations

from typing import Annotated, cast

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Transcribe

DIGESTS: dict[str, tuple[str, ...]] = {
    "generate-key": ("spki-sha256",),
    "restore-key": ("spki-sha256",),
    "backup-key": ("wrapped-sha256",),
    "self-sign": ("certificate-sha256", "tbs-sha256"),
    "issue-crl": ("crl-sha256", "tbs-sha256"),
    "export": ("list-sha256",),
    "print": ("sha256",),
}
"""The SHA-256 values that can be read back, by the kind of step whose evidence holds them."""


class ReadBackSettings(Settings, frozen=True):
    """`of`: the step; `value`: which of its digests; `rows`: how many are drawn; who reads and who types."""

    of: str
    value: str = ""
    rows: Annotated[int, msgspec.Meta(ge=1, le=8)] = 2
    reader: str = ""
    typist: str = ""


class ReadBack:
    """Written, drawn, hidden, read and typed."""

    name = "read-back"
    settings = ReadBackSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """One stage over a digest of an earlier step."""
        del head
        own = cast("ReadBackSettings", settings)
        names.one_of("steps", own.of, "of")
        known = DIGESTS.get(names.steps[own.of], ())
        value = own.value or next(iter(known), "")
        if value not in known:
            raise Unfit(
                "CER-DANGLING",
                f"The step {own.of} gives no digest {value or 'at all'}.",
                f"Name one of: {', '.join(known) or 'another step'}.",
                where=f"{names.where}.value",
            )
        for setting in ("reader", "typist"):
            if role := getattr(own, setting):
                names.one_of("roles", role, setting)
        stage = Transcribe(
            rows=own.rows, source=own.of, value=value, label=LABELS[value], reader=own.reader, typist=own.typist
        )
        return Layout(title=f"Read back: {LABELS[value]}", stages=(stage,))


LABELS = {
    "spki-sha256": "SHA-256 of the public key (SubjectPublicKeyInfo)",
    "wrapped-sha256": "SHA-256 of the wrapped key",
    "certificate-sha256": "SHA-256 of the certificate (DER)",
    "crl-sha256": "SHA-256 of the CRL (DER)",
    "tbs-sha256": "SHA-256 of the to-be-signed structure",
    "list-sha256": "SHA-256 of the list of exported files",
    "sha256": "SHA-256 of the printed file",
}
"""What each digest is of, in words."""
