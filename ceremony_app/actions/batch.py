"""A batch of certificates: what the trial decides about each, and the lists by which people know all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, cast

import msgspec

from ceremony_app.actions.base import Context, items, text
from ceremony_app.actions.planned import file_stem, setting, trial_step
from ceremony_app.core.errors import Unusable
from ceremony_app.core.script import Plan, Step
from ceremony_app.core.values import Json
from ceremony_app.pki.fields import CertificateFields
from ceremony_app.pki.trial import Tried

DIGITS: Final = 4
"""The least digits of a number in the names of a batch: they sort as they count up to 9,999."""


def item_name(name: str, index: int) -> str:
    """What the certificate of this number (from 1) is called: `NAME-0001`."""
    return f"{name}-{index:0{DIGITS}}"


def tbs_list(name: str, digests: Sequence[str]) -> bytes:
    """Every to-be-signed structure by its SHA-256, in the form of `sha256sum`: what the quorum approves."""
    lines = (f"{digest}  {item_name(name, i)}.tbs\n" for i, digest in enumerate(digests, start=1))
    return "".join(lines).encode("ascii")


def decisions(tried: Sequence[Tried]) -> bytes:
    """What was decided about every certificate of a batch, one JSON object a line, in the order of the batch."""
    return b"".join(msgspec.json.encode(one.fields, order="sorted") + b"\n" for one in tried)


def decided_item(octets: bytes, name: str, index: int) -> CertificateFields:
    """What was decided about the certificate of this number; raises `Unusable` (CER-EVIDENCE)."""
    try:
        fields = msgspec.json.decode(_line(octets, item_name(name, index)), type=CertificateFields, strict=True)
    except (ValueError, msgspec.MsgspecError) as fault:
        raise Unusable(
            "CER-EVIDENCE",
            f"What the trial decided about number {index} of the batch cannot be read: {fault}.",
            "Check the journal with `ceremony verify`.",
        ) from fault
    if fields.name != item_name(name, index):
        raise Unusable("CER-EVIDENCE", f"Number {index} of the batch was not tried.", "Compare the folder's copies.")
    return fields


def _line(octets: bytes, item: str) -> bytes:
    """The line of one item, found without reading the others: the quotes of a name stand in no other value so."""
    place = octets.index(b'"name":%s' % msgspec.json.encode(item))
    return octets[octets.rfind(b"\n", 0, place) + 1 : octets.index(b"\n", place)]


def trial_evidence(name: str, tried: Sequence[Tried], file: bytes) -> dict[str, Json]:
    """The batch in the evidence of the trial: digests of all, and the first one field by field."""
    rows: Json = msgspec.to_builtins(tried[0].rows()) if tried else []
    return {
        "name": name,
        "count": len(tried),
        "sha256": hashlib.sha256(file).hexdigest(),
        "tbs": [one.sha256 for one in tried],
        "rows": rows,
    }


def tried_digests(context: Context) -> Sequence[str]:
    """The SHA-256 of the to-be-signed structure of every certificate of the step's batch, as it was tried."""
    found = tried_batch(context, setting(context.step, "name")).get("tbs", ())
    return cast("Sequence[str]", found) if isinstance(found, list | tuple) else ()


def tried_batch(context: Context, name: str) -> Mapping[str, Json]:
    """The evidence of a batch's trial (CER-EVIDENCE where it was not tried)."""
    step = trial_step(context.plan)
    evidence = context.evidence_of(step.id, "trial") if step else {}
    for one in items(evidence, "batches"):
        if text(one, "name") == name:
            return one
    raise Unusable("CER-EVIDENCE", f"The batch {name} was not tried.", "Repeat the step that tries every certificate.")


def decisions_file(plan: Plan, name: str) -> str:
    """What the artifact with the decisions about a batch is called."""
    return f"{file_stem(plan, f'trial-{name}')}.jsonl"


def requests_file(plan: Plan, name: str) -> str:
    """What the artifact with all requests of a folder is called."""
    return f"{file_stem(plan, name)}.requests.pem"


def batch_steps(plan: Plan) -> tuple[Step, ...]:
    """The steps that issue a batch, in their order."""
    return tuple(step for step in plan.definition.steps if step.kind == "issue-batch")
