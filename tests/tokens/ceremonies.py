"""A whole root ceremony on a test bed: the room bound, the rehearsal held unattended, the folder verified."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tokens.bed import ROOT, Bed, Kind

OPERATOR_ROOT = "s1spki-foc-operator-root"
_GENERAL = "root-ca"
_RSA = (
    ('"P-384"', '"RSA-3072"'),
    ('"ecdsa-with-SHA384"', '"sha256WithRSAEncryption"'),
    ("root-g1, P-384,", "root-g1, RSA-3072,"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A root ceremony: what the command line calls it, the label that it gives the token, the media it writes to."""

    reference: str
    algorithm: str
    label: str
    media: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a ceremony: its folder, the verdict of `verify --json`, and the seconds that it took."""

    folder: Path
    verdict: dict[str, Any]
    seconds: float

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of the journal's entries of one type."""
        lines = (self.folder / "journal.jsonl").read_bytes().splitlines()
        return [entry["body"] for entry in map(json.loads, lines) if entry["type"] == kind]


def root_for(kind: Kind, folder: Path) -> Root:
    """The Operator Root where the make has its curve, else the general root with an RSA key, written to `folder`."""
    if kind.elliptic:
        media = ("export-stick", "archive-stick")
        return Root(reference=OPERATOR_ROOT, algorithm="P-256", label="REHEARSAL S1SPKI-FOC-ROOT", media=media)
    folder.mkdir()
    for shipped, name in (
        (f"ceremonies/{_GENERAL}.toml", f"{_GENERAL}.toml"),
        ("policies/general.toml", "policy.toml"),
    ):
        text = (ROOT / "resources" / shipped).read_text(encoding="utf-8")
        for before, after in _RSA:
            text = text.replace(before, after)
        assert "P-384," not in text.partition("[")[2]
        (folder / name).write_text(text, encoding="utf-8")
    reference = str(folder / f"{_GENERAL}.toml")
    return Root(reference=reference, algorithm="RSA-3072", label="REHEARSAL ROOT-G1", media=("public-stick",))


def hold(bed: Bed, root: Root, folder: Path) -> Outcome:
    """Bind, rehearse, verify; each by the command line, and each must end well."""
    binding, held = folder / "binding.toml", folder / "ceremony"
    media = [word for name in root.media for word in ("--medium", f"{name}=.rehearsal/media/{name}")]
    started = time.monotonic()
    _good(
        bed,
        *("bind", root.reference, "--rehearsal", "--place", "a test bed", "-o", str(binding), *media),
        *("--module", str(bed.module), "--arguments", bed.arguments, "--token", f"hsm={bed.serial}"),
    )
    _good(bed, "rehearse", root.reference, "--binding", str(binding), "--unattended", "-o", str(held))
    verified = _good(bed, "verify", "--json", str(held))
    return Outcome(folder=held, verdict=json.loads(verified.stdout), seconds=time.monotonic() - started)


def _good(bed: Bed, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the program that ends with 0; its words where it does not."""
    done = bed.python("ceremony_app", *words)
    assert done.returncode == 0, f"{_said(words)} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr}"
    return done


def _said(words: Sequence[str]) -> str:
    return f"ceremony {' '.join(words[:2])}"
