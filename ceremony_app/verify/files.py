"""Every file is one that the first entry, an entry or a restart names, as it was then; and there is no other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ceremony_app.core.events import Entry, Genesis, Outcome, Recovery, StepEntry
from ceremony_app.core.values import ArtifactRef
from ceremony_app.journal.leaves import NAME as LEAVES
from ceremony_app.journal.store import HEAD
from ceremony_app.verify.journal import Chain
from ceremony_app.verify.material import JOURNAL, RECORD, Kind, Material
from ceremony_app.verify.verdict import Report

MANIFEST: Final = "manifest-sha256.txt"
_MADE: Final = (JOURNAL, HEAD, LEAVES, RECORD, MANIFEST)
_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S.*)\Z")


@dataclass(frozen=True, slots=True)
class Named:
    """What a journal names: files bound by the first entry, artifacts made and prepared, and what went to `torn/`."""

    bound: Mapping[str, str]
    made: Mapping[str, tuple[int, ArtifactRef]]
    prepared: tuple[tuple[int, ArtifactRef], ...]
    torn: tuple[tuple[int, Recovery], ...]


def named_by(entries: Iterable[Entry]) -> Named:
    """The names, each artifact with the number of its entry."""
    bound: Mapping[str, str] = {}
    made: dict[str, tuple[int, ArtifactRef]] = {}
    prepared: list[tuple[int, ArtifactRef]] = []
    torn: list[tuple[int, Recovery]] = []
    for entry in entries:
        match entry.event:
            case Genesis(files=files) if entry.seq == 0:
                bound = files
            case Outcome(artifacts=artifacts):
                made |= {artifact.name: (entry.seq, artifact) for artifact in artifacts}
            case StepEntry(artifacts=artifacts):
                prepared.extend((entry.seq, artifact) for artifact in artifacts)
            case Recovery() as event:
                torn.append((entry.seq, event))
            case _:
                pass
    return Named(bound, made, tuple(prepared), tuple(torn))


def check_files(material: Material, found: Chain, report: Report) -> None:
    """All of it; what a lone record does not carry is said for a person."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in material.files.items()}
    named = named_by(found.entries)
    for problem in material.problems:
        report.find("CER-MANIFEST", "the bag", problem)
    for name, why in material.refused.items():
        report.find("CER-UNBOUND", name, why)
    _bound(material, named, digests, report)
    _artifacts(material, named, digests, report)
    if found.whole:
        _torn(named, digests, report)
    if material.kind is Kind.RECORD:
        report.person("a record alone holds no manifest and no journal.head: judge the whole folder where there is one")
        return
    if found.closed or MANIFEST in digests:
        manifest = material.files.get(MANIFEST)
        if manifest is None:
            report.find("CER-MANIFEST", MANIFEST, "missing, though the ceremony is closed")
        else:
            check_manifest(manifest, {n: d for n, d in digests.items() if n != MANIFEST}, MANIFEST, report)
    if found.closed and found.whole:
        report.hold(RECORD in digests, "CER-RECORD", RECORD, "missing, though the ceremony is closed")
        _unbound(named, digests, report)


def check_manifest(manifest: bytes, digests: Mapping[str, str], where: str, report: Report) -> None:
    """`<sha256>  <path>` a line, each file once: none missing, none more, none that differs. `where` is its path."""
    folder = where.removesuffix(MANIFEST)
    try:
        text = manifest.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    listed: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        read = _LINE.match(line)
        if report.hold(read is not None, "CER-MANIFEST", f"{where} line {number}", "not `SHA-256  path`") and read:
            once = read[2] not in listed
            report.hold(once, "CER-MANIFEST", f"{where} line {number}", f"{read[2]} is listed twice")
            listed[read[2]] = read[1]
    report.hold(text.endswith("\n"), "CER-MANIFEST", where, "not text whose last line is whole")
    for name in sorted(listed.keys() | digests.keys()):
        what = "listed and missing" if name not in digests else "there and not listed"
        if name in digests and name in listed:
            what = f"not as listed: SHA-256 {digests[name]}"
        report.hold(listed.get(name) == digests.get(name), "CER-MANIFEST", folder + name, what)


def _bound(material: Material, named: Named, digests: Mapping[str, str], report: Report) -> None:
    """What the first entry binds is there and the same."""
    for name, digest in sorted(named.bound.items()):
        if name not in digests and material.kind is Kind.RECORD:
            report.person(f"{name} is not in the record: compare its SHA-256 {digest} with the file in the archive")
        elif name not in digests:
            report.find("CER-BOUND", name, "missing, and the first entry binds it")
        else:
            what = f"not the file that the first entry binds: SHA-256 {digests[name]}"
            report.hold(digests[name] == digest, "CER-BOUND", name, what)


def _artifacts(material: Material, named: Named, digests: Mapping[str, str], report: Report) -> None:
    """What an entry names is there, with digest and size; what was only prepared need not be a file."""
    for seq, artifact in (*named.made.values(), *named.prepared):
        path = f"artifacts/{artifact.name}"
        if path in digests:
            same = (digests[path], len(material.files[path])) == (artifact.sha256, artifact.size)
            report.hold(same, "CER-ARTIFACT", path, f"not the file of {artifact.size} bytes that entry {seq} names")
    for name, (seq, _) in named.made.items():
        report.hold(
            f"artifacts/{name}" in digests, "CER-ARTIFACT", f"artifacts/{name}", f"missing; entry {seq} made it"
        )


def _torn(named: Named, digests: Mapping[str, str], report: Report) -> None:
    """What a restart set aside lies in `torn/`."""
    there = {digest for name, digest in digests.items() if name.startswith("torn/")}
    for seq, recovery in named.torn:
        kept = not recovery.torn or recovery.torn in there
        report.hold(kept, "CER-TORN", "torn/", f"the torn tail that entry {seq} names is missing or another one")
        for name in recovery.set_aside:
            report.hold(f"torn/{name}" in digests, "CER-TORN", f"torn/{name}", f"missing; entry {seq} set it aside")


def _unbound(named: Named, digests: Mapping[str, str], report: Report) -> None:
    """In a finished folder lies nothing that nothing binds."""
    known = {*named.bound, *_MADE, *(f"artifacts/{name}" for name in named.made)}
    known |= {f"artifacts/{artifact.name}" for _, artifact in named.prepared}
    known |= {f"torn/{name}" for _, recovery in named.torn for name in recovery.set_aside}
    tails = {recovery.torn for _, recovery in named.torn}
    for name in sorted(digests.keys() - known):
        tail = name.startswith("torn/") and digests[name] in tails
        report.hold(tail, "CER-UNBOUND", name, "nothing names this file")
