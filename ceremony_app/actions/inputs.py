"""What a step takes from an input of the definition: which file of it, and from which ceremony it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from ceremony_app.actions.base import Context, Ports, table, text
from ceremony_app.actions.planned import file_stem, setting
from ceremony_app.core.errors import Corrupt, Refusal, Unusable
from ceremony_app.core.events import Close, Genesis
from ceremony_app.core.names import escaped
from ceremony_app.core.ports import InputPort
from ceremony_app.core.values import Json, Mode, Row
from ceremony_app.journal.chain import FIRST_PREV, Line, decode, digest
from ceremony_app.journal.store import HEAD, Head
from ceremony_app.pki.brought import rehearsed

CEREMONY: Final = "ceremony"
"""The kind of an input that is the folder of a finished ceremony, or the bag that was exported of one."""

_MANIFEST: Final = "manifest-sha256.txt"
_JOURNAL: Final = "journal.jsonl"
_BAG: Final = "data/"
_MOST_JOURNAL: Final = 256 * 1024 * 1024
_MOST_MANIFEST: Final = 8 * 1024 * 1024
_MOST_HEAD: Final = 4096
_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S.*)\Z")


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The octets of a file and what is recorded of where it came from."""

    octets: bytes
    evidence: Mapping[str, Json]


def source_rows(context: Context, ports: Ports, suffix: str = "") -> tuple[Row, ...]:
    """What will be taken, before it is read: where it lies, and which file of it."""
    name = setting(context.step, "input")
    brought = context.plan.definition.inputs[name]
    file = setting(context.step, "file") or (_default(context, suffix) if brought.kind == CEREMONY else "the only one")
    return (
        Row("Input", brought.title or name),
        Row("Brought as", "a finished ceremony" if brought.kind == CEREMONY else "a file"),
        Row("Lies at", ports.input(name).describe()),
        Row("File", file),
    )


def taken(context: Context, ports: Ports, limit: int, suffix: str = "") -> Taken:
    """The one file that the step names, read once: at most `limit` octets.

    Raises `Unusable` (CER-INPUT, CER-SIZE) where it is not there or too large, and for a ceremony's folder `Refusal`
    (CER-BROUGHT) where its own papers do not name the file.
    """
    name = setting(context.step, "input")
    port = ports.input(name)
    evidence: dict[str, Json] = {"source": port.describe()}
    if context.plan.definition.inputs[name].kind == CEREMONY:
        file = setting(context.step, "file") or _default(context, suffix)
        top = _BAG if f"{_BAG}{_JOURNAL}" in port.names() else ""
        octets = port.read(f"{top}{file}", limit)
        evidence["ceremony"] = _ceremony(port, top, file, octets, context.plan.binding.mode)
    else:
        file = setting(context.step, "file") or _only(port)
        octets = port.read(file, limit)
    return Taken(octets=octets, evidence={**evidence, "file": file, "file-sha256": hashlib.sha256(octets).hexdigest()})


def taken_rows(evidence: Mapping[str, Json]) -> tuple[Row, ...]:
    """Where it came from; of a ceremony, what the room holds against the paper of that day."""
    rows = (
        Row("Taken from", text(evidence, "source")),
        Row("File", f"{escaped(text(evidence, 'file'))}, {text(evidence, 'form')}"),
        Row("SHA-256 of the file", text(evidence, "file-sha256")),
    )
    ceremony = table(evidence, "ceremony")
    if not ceremony:
        return rows
    return (
        *rows,
        Row("Ceremony", f"{text(ceremony, 'ceremony')}, {text(ceremony, 'mode')}"),
        Row("Title of that ceremony", escaped(text(ceremony, "title"))),
        Row("Final head of that ceremony", text(ceremony, "head")),
        Row("Manifest of that ceremony", "lists this file with this SHA-256"),
        Row("Not proven here", "the whole folder, which `ceremony verify` proves; its head is on that day's paper"),
    )


def _default(context: Context, suffix: str) -> str:
    """Where a ceremony keeps an object of this name; `suffix` stands before the ending."""
    return f"artifacts/{file_stem(context.plan, setting(context.step, 'name'))}{suffix}.der"


def _only(port: InputPort) -> str:
    """The name of the only file that was brought."""
    names = port.names()
    if len(names) != 1:
        raise Unusable(
            "CER-INPUT",
            f"There are {len(names)} files at {port.describe()}, and the step does not say which one is meant.",
            "Bring one file, or name it with `file` in the definition.",
        )
    return names[0]


def _ceremony(port: InputPort, top: str, file: str, octets: bytes, mode: Mode) -> Mapping[str, Json]:
    """Which ceremony the folder is of, by its first entry and its last head, if its manifest lists what was read."""
    listed = _listed(port.read(f"{top}{_MANIFEST}", _MOST_MANIFEST))
    journal = port.read(f"{top}{_JOURNAL}", _MOST_JOURNAL)
    head = port.read(f"{top}{HEAD}", _MOST_HEAD)
    for name, read in ((file, octets), (_JOURNAL, journal), (HEAD, head)):
        if listed.get(name) != hashlib.sha256(read).hexdigest():
            raise _not_whole(f"its manifest does not list {escaped(name)} with the SHA-256 that the file has")
    first, last = journal.split(b"\n", 1)[0] + b"\n", journal.rstrip(b"\n").rsplit(b"\n", 1)[-1] + b"\n"
    try:
        said = msgspec.json.decode(head, type=Head)
        genesis = decode(first, seq=0, prev=FIRST_PREV).event
        ends = msgspec.json.decode(last, type=Line).type
    except (msgspec.MsgspecError, Corrupt) as fault:
        raise _not_whole(f"its journal cannot be read: {fault}") from None
    if not isinstance(genesis, Genesis) or ends != Close.type:
        raise _not_whole("its journal does not begin with a first entry and end with the closing")
    if (said.head, said.length) != (digest(last), len(journal)):
        raise _not_whole("its journal does not end where journal.head says")
    if genesis.mode is Mode.REHEARSAL and mode is Mode.PRODUCTION:
        raise rehearsed("The ceremony that it comes from was a rehearsal.")
    return {
        "ceremony": genesis.ceremony,
        "mode": genesis.mode.value,
        "title": genesis.title,
        "head": said.head,
        "entries": said.seq + 1,
    }


def _listed(manifest: bytes) -> Mapping[str, str]:
    """The SHA-256 of each file of a manifest; a line that is none, or doubled, makes it no manifest."""
    listed: dict[str, str] = {}
    for line in manifest.decode("utf-8", errors="replace").splitlines():
        read = _LINE.match(line)
        if read is None or read[2] in listed:
            raise _not_whole("its manifest is none that `sha256sum -c` accepts, or lists a file twice")
        listed[read[2]] = read[1]
    return listed


def _not_whole(why: str) -> Refusal:
    return Refusal(
        "CER-BROUGHT",
        f"What was brought is not the folder of a finished ceremony as it was closed: {why}.",
        "Run `ceremony verify` on it, and bring the folder or bag from the archive.",
    )
