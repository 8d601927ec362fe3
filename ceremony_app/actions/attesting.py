"""What a device states about itself and its keys, kept as files: attestation certificates and its own log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ceremony_app.actions.base import Concern, Context, items, table, text
from ceremony_app.actions.planned import file_stem
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.values import Json, Row


@dataclass(frozen=True, slots=True)
class Stated:
    """Statements of a device: the evidence of them, the files, and a concern where they could not be read."""

    evidence: Mapping[str, Json]
    files: Mapping[str, bytes] = field(default_factory=dict)
    concerns: tuple[Concern, ...] = ()


def attest(port: TokenPort, key_id: str, stem: str) -> Stated:
    """The certificates in which the device attests a key, in its own order; a key is one without them, too."""
    try:
        found = port.attestation(key_id)
    except Refusal as refusal:
        return _unread("the device's attestation of the key", refusal)
    return _stated({f"{stem}.attestation-{n}.der": data for n, data in enumerate(found, start=1)})


def device_log(context: Context, port: TokenPort, token: str) -> Stated:
    """The device's own log, under a name that no earlier one has; what cannot be read stops nothing."""
    try:
        found = port.audit_log()
    except Refusal as refusal:
        return _unread("the device's own log", refusal)
    if not found:
        return Stated({"files": [], "fault": ""})
    stem = file_stem(context.plan, f"{token}-audit-")
    number = 1 + sum(1 for artifact in context.state.artifacts if artifact.name.startswith(stem))
    return _stated({f"{stem}{number}.log": found})


def attestation_rows(evidence: Mapping[str, Json]) -> tuple[Row, ...]:
    """How many certificates there are, and the digest of each."""
    stated = table(evidence, "attestation")
    count = len(items(stated, "files"))
    return _rows("Key attestation", stated, f"{count} certificate" + ("s" if count > 1 else ""))


def log_rows(evidence: Mapping[str, Json]) -> tuple[Row, ...]:
    """Whether the device's log was taken, and its digest."""
    return _rows("Log of the device", table(evidence, "log"), "taken before the logout")


def attestation_wrong(evidence: Mapping[str, Json], artifacts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Which certificates are not the files of the evidence."""
    return _wrong(table(evidence, "attestation"), artifacts)


def log_wrong(evidence: Mapping[str, Json], artifacts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Whether the log is not the file of the evidence."""
    return _wrong(table(evidence, "log"), artifacts)


def _stated(files: Mapping[str, bytes]) -> Stated:
    listed: list[Json] = [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()
    ]
    return Stated({"files": listed, "fault": ""}, files)


def _unread(what: str, refusal: Refusal) -> Stated:
    concern = Concern(expected=f"{what} can be read, if it offers one", happened=refusal.why)
    return Stated({"files": [], "fault": f"{refusal.why} [{refusal.rule}]"}, concerns=(concern,))


def _rows(label: str, stated: Mapping[str, Json], some: str) -> tuple[Row, ...]:
    files, fault = items(stated, "files"), text(stated, "fault")
    if fault:
        return (Row(label, f"could not be read: {fault}"),)
    if not files:
        return (Row(label, "not offered by this device"),)
    return (Row(label, some), *(Row(f"File {text(one, 'name')}", f"SHA-256 {text(one, 'sha256')}") for one in files))


def _wrong(stated: Mapping[str, Json], artifacts: Mapping[str, bytes]) -> tuple[str, ...]:
    return tuple(
        f"{text(one, 'name')} is missing, or is not the file of the evidence"
        for one in items(stated, "files")
        if hashlib.sha256(artifacts.get(text(one, "name"), b"")).hexdigest() != text(one, "sha256")
    )
