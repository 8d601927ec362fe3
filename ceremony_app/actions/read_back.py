"""Step kind `read-back`: drawn rows of a digest are typed from paper, to which it was copied or on which it came."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Transcribe

DIGESTS: dict[str, tuple[str, ...]] = {
    "generate-key": ("spki-sha256",),
    "restore-key": ("spki-sha256",),
    "backup-key": ("wrapped-sha256",),
    "self-sign": ("certificate-sha256", "tbs-sha256"),
    "issue-certificate": ("certificate-sha256", "tbs-sha256"),
    "cross-certify": ("certificate-sha256", "tbs-sha256"),
    "make-csr": ("request-sha256", "tbs-sha256"),
    "import-csr": ("request-sha256", "spki-sha256"),
    "confirm-policy": ("document-sha256", "policy-sha256"),
    "import-certificate": ("certificate-sha256",),
    "import-crl": ("crl-sha256",),
    "locate-key": ("spki-sha256",),
    "issue-crl": ("crl-sha256", "tbs-sha256"),
    "import-requests": ("list-sha256", "requests-sha256"),
    "issue-batch": ("list-sha256", "certificates-sha256"),
    "export": ("list-sha256",),
    "print": ("sha256",),
}
"""The SHA-256 values that can be read back, by the kind of step whose evidence holds them."""


class ReadBackSettings(Settings, frozen=True):
    """`of`: the step; `value`: which of its digests; `rows`: how many are drawn; who reads and who types.

    `paper`: "written" in this step, or "brought" by somebody who had the digest before, such as a requester.
    """

    of: str
    value: str = ""
    rows: Annotated[int, msgspec.Meta(ge=1, le=8)] = 2
    reader: str = ""
    typist: str = ""
    paper: Literal["written", "brought"] = "written"


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
        label = label_of(names.steps[own.of], value)
        brought = own.paper == "brought"
        stage = Transcribe(
            rows=own.rows,
            source=own.of,
            value=value,
            label=label,
            reader=own.reader,
            typist=own.typist,
            brought=brought,
        )
        title = f"Compare with the paper that was brought: {label}" if brought else f"Read back: {label}"
        return Layout(title=title, stages=(stage,))


LABELS = {
    "spki-sha256": "SHA-256 of the public key (SubjectPublicKeyInfo)",
    "wrapped-sha256": "SHA-256 of the wrapped key",
    "certificate-sha256": "SHA-256 of the certificate (DER)",
    "request-sha256": "SHA-256 of the certification request (DER)",
    "crl-sha256": "SHA-256 of the CRL (DER)",
    "document-sha256": "SHA-256 of the certificate policy document",
    "policy-sha256": "SHA-256 of the policy pack (policy.toml)",
    "tbs-sha256": "SHA-256 of the to-be-signed structure",
    "requests-sha256": "SHA-256 of all requests (PEM)",
    "certificates-sha256": "SHA-256 of all certificates (PEM)",
    "list-sha256": "SHA-256 of the list of exported files",
    "sha256": "SHA-256 of the printed file",
}
"""What each digest is of, in words."""

_LISTS = {
    "import-requests": "SHA-256 of the list of requests",
    "issue-batch": "SHA-256 of the list of certificates",
}
"""Of what the lists are that are no list of exported files."""


def named_by(kind: str) -> tuple[str, str]:
    """The digest that names what a step of this kind gives, first among its digests, and what it is of."""
    value = DIGESTS[kind][0]
    return value, label_of(kind, value)


def label_of(kind: str, value: str) -> str:
    """What a digest is of, given by a step of this kind."""
    return _LISTS.get(kind, LABELS[value]) if value == "list-sha256" else LABELS[value]
