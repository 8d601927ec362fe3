"""What steps share that have to do with split PINs: the record of a split, where it is found, and its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from ceremony_app.actions.base import Context, Ports, items, table
from ceremony_app.actions.planned import file_stem
from ceremony_app.core.custody import CustodyRecord, set_here
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.kinds import Names, Unfit
from ceremony_app.core.script import Split, Whose
from ceremony_app.core.values import Json, Row

WORDS = {"activation": "activation PIN", "officer": "PIN of the security officer"}
"""Whose PIN it is, in words."""

_MOST_BYTES = 4096


def split_words(split: Split) -> str:
    """Who must come forward, and what keeps the others out."""
    lock = "shares of a split secret" if split.by == "shares" else "the device's own cards or keys"
    return f"{split.threshold} of {split.shares} × {split.role}; {lock}"


def require_holders(names: Names, split: Split, least: int, setting: str) -> None:
    """Refuse a step that asks for more shares than people hold the role (CER-CUSTODY)."""
    if names.roles[split.role].count < least:
        raise Unfit(
            "CER-CUSTODY",
            f"{least} holders of shares come forward in this step, and fewer people have the role {split.role}.",
            "Let as many people have it: one person holds one share.",
            where=f"{names.where}.{setting}",
        )


def record_rows(record: CustodyRecord) -> tuple[Row, ...]:
    """What all may know of a split PIN."""
    return (
        Row("Split PIN", f"{WORDS[record.whose]} of {record.token}, token {record.serial}"),
        Row("Shares", f"{record.threshold} of {record.shares} × {record.role}"),
        Row("Set of shares", f"{record.set:05}"),
        Row("Check value", record.check),
    )


def record_json(record: CustodyRecord) -> dict[str, Json]:
    """A record as evidence."""
    return dict(msgspec.to_builtins(record))


def record_file(context: Context, record: CustodyRecord) -> dict[str, bytes]:
    """The record as an artifact, which later ceremonies look for; its name has a number from the second on."""
    stem = file_stem(context.plan, f"custody-{record.token}-{record.whose}")
    taken = {artifact.name for artifact in context.state.artifacts}
    names = (f"{stem}.json", *(f"{stem}-{number}.json" for number in range(2, len(taken) + 3)))
    return {next(name for name in names if name not in taken): msgspec.json.encode(record, order="sorted") + b"\n"}


def carried_on(context: Context, ports: Ports, token: str) -> dict[str, bytes]:
    """The records of split PINs of an earlier ceremony, as artifacts of this one, in which the next one finds them.

    Raises `Unusable` (CER-CUSTODY) where one is missing or not of this token.
    """
    role = context.plan.definition.tokens[token]
    there = {artifact.name for artifact in context.state.artifacts}
    found: dict[str, bytes] = {}
    both: tuple[Whose, ...] = ("activation", "officer")
    for whose in both if role.continues else ():
        split = role.custody.present(whose)
        name = f"{file_stem(context.plan, f'custody-{token}-{whose}')}.json"
        if split is not None and split.by == "shares" and name not in there:
            found |= record_file(context, record_of(context, ports, token, whose))
    return found


def drawn_records(context: Context, token: str) -> tuple[CustodyRecord, ...]:
    """What this ceremony has drawn and split for a token, the last time it did."""
    for run in reversed(context.state.runs):
        step = context.plan.definition.step(run.id)
        if step.kind == "split-activation" and step.parameters.get("token") == token:
            evidence = context.state.evidence(run.id)
            if evidence is not None:
                return tuple(msgspec.convert(dict(one), CustodyRecord) for one in items(evidence, "splits"))
    return ()


def drawn_record(context: Context, token: str, whose: Whose) -> CustodyRecord:
    """The record of a PIN that was drawn here (CER-SHARES where there is none)."""
    found = next((record for record in drawn_records(context, token) if record.whose == whose), None)
    if found is None:
        raise Refusal("CER-SHARES", f"The {WORDS[whose]} was not drawn and split.", "Hold the step that splits it.")
    return found


def record_of(context: Context, ports: Ports, token: str, whose: Whose) -> CustodyRecord:
    """The record of the split that stands now: made here, or brought with the ceremony that this one goes on from.

    Raises `Refusal` (CER-SHARES) or `Unusable` (CER-CUSTODY) where there is none, or it is none for this token.
    """
    if set_here(context.plan, context.state, token, whose):
        return drawn_record(context, token, whose)
    role = context.plan.definition.tokens[token]
    if not role.continues:
        return drawn_record(context, token, whose)
    record = _brought(ports, role.continues, token, whose)
    split = role.custody.present(whose)
    serial = context.plan.binding.tokens[token].serial
    same = split is not None and (record.threshold, record.shares) == (split.threshold, split.shares)
    if not same or (record.serial, record.whose) != (serial, whose):
        raise _unfit(f"it tells of {record.threshold} of {record.shares} shares for the token {record.serial}")
    return record


def _brought(ports: Ports, name: str, token: str, whose: Whose) -> CustodyRecord:
    """The latest record in an earlier ceremony's folder."""
    port = ports.input(name)
    pattern = re.compile(rf"artifacts/(?:REHEARSAL-)?custody-{re.escape(token)}-{whose}(?:-([0-9]+))?\.json")
    found = {int(match[1] or 1): file for file in port.names() if (match := pattern.fullmatch(file))}
    if not found:
        raise _unfit("the earlier ceremony has none")
    try:
        return msgspec.json.decode(port.read(found[max(found)], _MOST_BYTES), type=CustodyRecord, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _unfit("it is malformed") from None


def _unfit(why: str) -> Unusable:
    return Unusable(
        "CER-CUSTODY",
        f"The record of the split PIN cannot be used: {why}.",
        "Name the finished ceremony in which the token got this PIN.",
    )


def custody_evidence(evidence: Mapping[str, Json]) -> CustodyRecord | None:
    """The record in the evidence of an action; None where it has none."""
    found = table(evidence, "custody")
    return msgspec.convert(dict(found), CustodyRecord) if found else None
