"""Approval 1: the text by which a key of the policy pack approves definition and pack before the day, and its file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final

import msgspec

from ceremony_app.core.errors import Unusable
from ceremony_app.core.events import Verdict
from ceremony_app.core.names import NAME, normalised, unfit_character

TITLE: Final = "KEY-CEREMONY APPROVAL V1"
SENTENCES: Final[dict[Verdict, str]] = {
    "AGREE": "I have read this definition and this policy pack, and I approve that a ceremony is held by them.",
    "DISAGREE": "I do not approve.",
}
MOST_BYTES: Final = 16_384
"""The size in bytes above which a file is no approval: with an RSA key of 16,384 bits it has some 6,500."""

LONGEST_REFERENCE: Final = 200
"""The most characters of a reference."""

_ID: Final = NAME.strip("^$")
_FORM: Final = re.compile(
    rf"{TITLE}\n"
    rf"definition (?P<definition>{_ID}) (?P<definition_sha256>[0-9a-f]{{64}})\n"
    rf"policy (?P<policy>{_ID}) (?P<policy_sha256>[0-9a-f]{{64}})\n"
    r"reference (?P<reference>[^\n]+)\n"
    r"signer key (?P<key>[0-9a-f]{64})\n"
    r"decision (?P<decision>AGREE|DISAGREE)\n"
    r"[^\n]+\n"
)


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """What is approved: a definition and its policy pack, each by id and by the SHA-256 (hex) of its file."""

    definition: str
    definition_sha256: str
    policy: str
    policy_sha256: str


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What an approval says. `reference` is the signer's own (a minute, a ticket); `key` the SHA-256 of the SPKI."""

    papers: Papers
    reference: str
    key: str
    decision: Verdict

    @property
    def text(self) -> str:
        """What is signed, in UTF-8: lines ended by LF, no other controls (design, appendix A)."""
        papers = self.papers
        lines = (
            TITLE,
            f"definition {papers.definition} {papers.definition_sha256}",
            f"policy {papers.policy} {papers.policy_sha256}",
            f"reference {self.reference}",
            f"signer key {self.key}",
            f"decision {self.decision}",
            SENTENCES[self.decision],
        )
        return "".join(f"{line}\n" for line in lines)


def parsed(text: str) -> Approval | None:
    """The approval of which this is the exact text; None where there is none."""
    found = _FORM.fullmatch(text)
    if found is None or reference_fault(found["reference"]):
        return None
    approval = Approval(
        papers=Papers(
            definition=found["definition"],
            definition_sha256=found["definition_sha256"],
            policy=found["policy"],
            policy_sha256=found["policy_sha256"],
        ),
        reference=found["reference"],
        key=found["key"],
        decision="AGREE" if found["decision"] == "AGREE" else "DISAGREE",
    )
    return approval if approval.text == text else None


def reference_fault(reference: str) -> str:
    """Why a text cannot be a reference; empty where it can."""
    if not reference or reference != normalised(reference):
        return "it is empty, begins or ends with a blank, or is not in Unicode's normal form C"
    if len(reference) > LONGEST_REFERENCE:
        return f"it has more than {LONGEST_REFERENCE} characters"
    bad = unfit_character(reference)
    return f"it contains the character {bad}, which does not show as what it is" if bad else ""


class SignedApproval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An approval as it lies in its file and in `context.json`: a statement, and who says that they signed it.

    `alg` as in a sign-off, `sig` base64, `spki` base64 of a DER SubjectPublicKeyInfo. Nothing of it is proven yet.
    """

    alg: str
    sig: str
    spki: str
    statement: str

    @classmethod
    def of(cls, approval: Approval, alg: str, spki: bytes, signature: bytes) -> SignedApproval:
        """An approval with the signature over its text."""
        return cls(alg=alg, sig=_base64(signature), spki=_base64(spki), statement=approval.text)

    @property
    def public_key(self) -> bytes:
        """DER SubjectPublicKeyInfo; empty where the member is not the one base64 of anything."""
        return _octets(self.spki)

    @property
    def signature(self) -> bytes:
        """The signature's octets; empty as above."""
        return _octets(self.sig)

    @property
    def key(self) -> str:
        """SHA-256 (hex) of the public key."""
        return hashlib.sha256(self.public_key).hexdigest()


def encode(signed: SignedApproval) -> bytes:
    """The bytes of an approval's file: canonical JSON (RFC 8785) and LF."""
    return msgspec.json.encode(signed, order="sorted") + b"\n"


def decode(data: bytes, where: str = "") -> SignedApproval:
    """The approval in the bytes of a file, which may have no other form. The signature is not looked at.

    Raises `Unusable` (CER-APPROVAL) where they are no approval; whether it counts, `core.approved` says. `where` is
    the file's path, for the words.
    """
    try:
        signed = msgspec.json.decode(data, type=SignedApproval, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _none(str(error).rstrip("."), where) from None
    if len(data) > MOST_BYTES:
        raise _none(f"it has more than {MOST_BYTES:,} bytes", where)
    if encode(signed) != data:
        raise _none("it is not written in the canonical form, or something stands in it twice", where)
    if not signed.public_key or not signed.signature:
        raise _none("its key or its signature is not base64", where)
    if parsed(signed.statement) is None:
        raise _none(f"its statement is not the text of a {TITLE}", where)
    return signed


def _none(why: str, where: str) -> Unusable:
    todo = "Make one with `ceremony approve DEF --key KEYFILE --reference TEXT -o FILE`."
    return Unusable("CER-APPROVAL", f"This is no approval: {why}.", todo, where=where)


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _octets(text: str) -> bytes:
    """The octets of which this is the base64 (RFC 4648, 4); none where it is another spelling, or no base64."""
    try:
        octets = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return octets if _base64(octets) == text else b""
