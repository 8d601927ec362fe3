"""What the verifier's tests ask of a verdict, and small ways of spoiling a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ceremony_app.verify.verdict import Verdict
from ceremony_app.verify.verify import verify
from tests.verify.forging import put_manifest

Copy = Callable[[Path], Path]


def rules(verdict: Verdict) -> set[str]:
    """The rules that are broken."""
    return {finding.rule for finding in verdict.findings}


def judged(folder: Path, *, listed: bool = True) -> Verdict:
    """The verdict, with a manifest that fits what lies there now."""
    if listed:
        put_manifest(folder)
    return verify(folder, press=None)


def flip(path: Path, place: int | None = None) -> None:
    """Turn one bit of a file, in its middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if place is None else place] ^= 1
    path.write_bytes(bytes(data))
