"""`ceremony approve`: a person of the policy authority signs definition and pack before the day, or sees who has."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ceremony_app.cli.checking import write_new
from ceremony_app.cli.inputs import approvals_of
from ceremony_app.cli.loading import Loaded, load_all
from ceremony_app.cli.output import say
from ceremony_app.cli.typed import typed
from ceremony_app.core.approval import Approval, SignedApproval, encode, reference_fault
from ceremony_app.core.approved import count_approvals
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import normalised
from ceremony_app.core.policy import Approvers
from ceremony_app.core.secret import Secret
from ceremony_app.core.words import short_name
from ceremony_app.people import filekey
from ceremony_app.people.approvals import papers_of
from ceremony_app.people.signatures import key_digest, verify
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.media import safe_read

_OPEN_KEY = "0" * 64
"""Stands for the key's digest while the key file is still closed."""


def make(asked: argparse.Namespace) -> int:
    """Show what will be signed, ask for the passphrase, sign, and write the approval to a new file."""
    if not asked.key or not asked.output or asked.reference is None:
        raise Unusable(
            "CER-APPROVAL",
            "Nothing says what to do with this definition.",
            "Sign it with `--key KEYFILE --reference TEXT -o FILE`, or look at approvals with `--show FILE ...`.",
        )
    loaded = load_all(asked.definition, None)
    keys = _rule(loaded).keys
    pem = safe_read(Path(asked.key), filekey.MOST_BYTES)
    unsigned = Approval(
        papers=papers_of(loaded.definition, loaded.plan.policy, loaded.digests),
        reference=_reference(asked.reference),
        key=_OPEN_KEY,
        decision="DISAGREE" if asked.disagree else "AGREE",
    )
    say(f"{loaded.definition.title}. This text will be signed, and nothing else:")
    for line in unsigned.text.replace(_OPEN_KEY, "(the digest of the key in this key file)").splitlines():
        say(f"  {line}")
    passphrase = typed("Passphrase")
    try:
        signed = _signed(unsigned, keys, pem, passphrase)
    finally:
        passphrase.erase()
    write_new(Path(asked.output), encode(signed))
    say(f"Wrote {asked.output}: {unsigned.decision} by the key {short_name(signed.key)}, {signed.key}.")
    return 0


def _signed(unsigned: Approval, keys: Sequence[str], pem: bytes, passphrase: Secret) -> SignedApproval:
    """The approval by the key in a key file, which must be one of these (CER-APPROVAL; the file's own refusals)."""
    key = filekey.load(pem, passphrase, SystemClock())
    digest = key_digest(key.spki)
    if digest not in keys:
        raise Refusal(
            "CER-APPROVAL",
            f"The key {short_name(digest)} is none of the {len(keys)} keys that the policy pack lets approve.",
            "Nothing was signed. Take the right key file, or have the pack name this key.",
        )
    approval = msgspec.structs.replace(unsigned, key=digest)
    signature = key.sign(approval.text.encode("utf-8"), passphrase)
    return SignedApproval.of(approval, key.algorithm, key.spki, signature)


def show(definition: str, paths: Sequence[str]) -> int:
    """Hold approvals against a definition and its pack: which of them count, and whether they are enough."""
    loaded = load_all(definition, None)
    rule = _rule(loaded)
    papers = papers_of(loaded.definition, loaded.plan.policy, loaded.digests)
    say(f"Definition {papers.definition} {papers.definition_sha256}")
    say(f"Policy     {papers.policy} {papers.policy_sha256}")
    found = count_approvals(papers, rule, approvals_of(paths, loaded.plan.policy), verify)
    for path, one in zip(paths, found.judged, strict=True):
        said = one.approval.decision if one.approval else ""
        say(f"{path}: {said} by {one.told}, {f'does not count: {one.why_not}' if one.why_not else 'counts'}")
    say(f"Approved {found.words}.")
    say("Enough to open a ceremony." if found.enough else "Not enough to open a production ceremony.")
    return 0 if found.enough else 1


def _rule(loaded: Loaded) -> Approvers:
    """What the pack says of approvals (CER-APPROVAL where it says nothing)."""
    said = loaded.plan.policy.rules.approval
    if said is None:
        raise Refusal(
            "CER-APPROVAL",
            f"The policy pack {loaded.plan.policy.id} asks for no approvals and names no keys for them.",
            "Have the pack say in [rules.approval] how many of which keys approve, before anybody signs.",
        )
    return said.value


def _reference(text: str) -> str:
    """A reference that can be signed (CER-APPROVAL)."""
    reference = normalised(text)
    if fault := reference_fault(reference):
        raise Unusable(
            "CER-APPROVAL", f"This cannot be a reference: {fault}.", "Name the minute or ticket in one line."
        )
    return reference
