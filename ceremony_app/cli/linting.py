"""`ceremony lint`: certificates, requests and CRLs of others against a policy pack, for a person or for a program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from ceremony_app.cli.output import complain, say
from ceremony_app.cli.table import table, width, wrapped
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import escaped, is_name
from ceremony_app.core.policy import Policy
from ceremony_app.definition.files import load_policy
from ceremony_app.definition.shelf import resources
from ceremony_app.definition.toml import read_file
from ceremony_app.pki import structures as x
from ceremony_app.pki.judging import Field, Judged, Told
from ceremony_app.pki.linting import judge
from ceremony_app.pki.received import LABELS, NOUNS, Received, kind_of, objects_in
from ceremony_app.pki.survey import surveyed
from ceremony_app.station.media import safe_read

T = TypeVar("T")

LARGEST: Final = 2**20
"""Octets of a file that is looked at: 1 MiB."""

_STATUS: Final = {"good": 0, "findings": 1, "unusable": 2}
_STDERR: Final = 2
_INDENT: Final = 4
_HEADS: Final = ("field", "section", "the profile says", "the object has", "good")


def lint(asked: argparse.Namespace) -> int:
    """0 where nothing stands against anything in the file, 1 where something does, 2 where something is unusable."""
    policy = _sound(lambda: load_policy(_pack(asked.policy)))
    objects = _objects(Path(asked.file))
    issuer = None if asked.issuer is None else _issuer(Path(asked.issuer))
    with _quiet():
        judged = [judge(policy, one, profile=asked.profile or "", issuer=issuer) for one in objects]
    for number, one in enumerate(judged, start=1):
        if asked.json:
            say(_as_json(asked.file, one))
        else:
            _print(asked.file, policy, one, f"{number} of {len(judged)}")
    return max(_STATUS[one.verdict] for one in judged)


@contextmanager
def _quiet() -> Iterator[None]:
    """Standard error is closed to the general linter's native code: what it panics about is a finding already."""
    sys.stderr.flush()
    kept, nothing = os.dup(_STDERR), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nothing)


def _pack(reference: str) -> bytes:
    """The pack that a path or a shipped id names; a folder is that of a ceremony."""
    path = Path(reference)
    shelf = resources() / "policies"
    shipped = sorted(one.stem for one in shelf.glob("*.toml"))
    try:
        if path.is_dir():
            path = path / "policy.toml"
        there = path.exists()
    except (OSError, ValueError):  # a name that no file system takes
        there = False
    if there:
        return read_file(path, "policy pack")
    if is_name(reference) and reference in shipped:
        return read_file(shelf / f"{reference}.toml", "policy pack")
    raise Unusable(
        "CER-POLICY",
        f"There is no policy pack {escaped(reference[:200])}.",
        f"Name a file, or one of the shelf: {', '.join(shipped)}.",
    )


def _sound(read: Callable[[], T]) -> T:
    """A pack that is none, or is unfit, cannot be judged by: no finding about the object."""
    try:
        return read()
    except Refusal as refusal:
        raise Unusable(refusal.rule, refusal.why, refusal.what_to_do, where=refusal.where) from None


def _objects(path: Path) -> tuple[Received, ...]:
    """The certificates, requests and CRLs of a file, or of the one that a link leads to; other blocks are told."""
    everything = objects_in(safe_read(Path(os.path.realpath(path)), LARGEST))
    wanted = tuple(one for one in everything if not one.label or one.label in LABELS)
    for label in dict.fromkeys(one.label for one in everything if one not in wanted):
        told = " Whoever has the file has the key: take it into custody." if "PRIVATE KEY" in label else ""
        complain(f"A block of {label} in the file is passed over.{told}")
    if not wanted:
        raise Unusable(
            "CER-DER",
            f"The file {escaped(path.name)} holds no certificate, request or CRL.",
            "Bring the object itself, in DER or PEM.",
        )
    return wanted


def _issuer(path: Path) -> x.Certificate:
    """The issuer's certificate."""
    objects = _objects(path)
    try:
        kind = kind_of(objects[0].octets)
        read, why = surveyed(objects[0].octets, kind).read, f"it is a {NOUNS[kind]}"
    except ValueError as fault:  # MalformedError is one
        read, why = None, str(fault)
    if len(objects) > 1:
        why = "there are several objects in it"
    elif isinstance(read, x.Certificate):
        return read
    raise Unusable(
        "CER-ISSUER",
        f"{escaped(path.name)} is no issuer's certificate: {escaped(why)}.",
        "Name a file with the one certificate of the CA that issued the object.",
    )


def _as_json(file: str, one: Judged) -> str:
    """The judgement for a program, as one line; its members do not change from one version to the next."""
    told = {
        "file": escaped(file),
        "kind": one.kind,
        "profile": one.profile,
        "fields": one.fields,
        "findings": one.findings,
        "verdict": one.verdict,
    }
    return msgspec.json.encode(told).decode()


def _print(file: str, policy: Policy, one: Judged, place: str) -> None:
    """What the object is, its fields beside the profile, the findings, the verdict."""
    room = width()
    about = f"{NOUNS[one.kind]}, {one.size} octets, SHA-256 {one.sha256}" if one.kind else "no object that is known"
    _tell(f"{file}, object {place}: {about}", room)
    _tell(f"Policy pack {policy.id}: {policy.title}", room)
    if one.profile:
        _tell(f"Profile {one.profile}: {one.title} ({one.fit})", room)
    elif one.fit:
        _tell(one.fit, room)
    if one.fields:
        say("")
        for line in table(_HEADS, [_row(field) for field in one.fields], room):
            say(line)
    say("")
    for finding in one.findings:
        _finding(finding, room)
    accepted = f", {waived} accepted by the pack" if (waived := len(one.findings) - one.standing) else ""
    _tell(f"{one.verdict.upper()}  {_counted(one.standing, 'finding')}{accepted}", room)
    say("")


def _row(field: Field) -> tuple[str, ...]:
    section = f"{field.section}, {field.provenance}" if field.provenance else field.section
    return field.field, section, field.profile, field.object, "yes" if field.good else "NO"


def _finding(one: Told, room: int) -> None:
    """A finding, and below it why the pack accepts it where it does."""
    head = "accepted" if one.waived else one.severity
    _tell(f"{head}  {one.where}: {one.what} [{one.rule}]", room)
    if one.waived:
        _tell(f"Accepted: {one.waived}", room)


def _tell(line: str, room: int) -> None:
    """A line, going on below itself with an indent."""
    first, *more = wrapped(escaped(line), room - _INDENT)
    say(first)
    for one in more:
        say(f"{' ' * _INDENT}{one}")


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
