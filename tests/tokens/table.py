"""Runs everything on every make and prints the rows of the table in resources/tokens.md.

`python -m tests.tokens.table`; takes some minutes, and is for the person who keeps that page.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import msgspec

from ceremony_app.core.algorithms import Algorithm
from tests.tokens.basics import Seen
from tests.tokens.bed import Kind
from tests.tokens.beds import KINDS
from tests.tokens.ceremonies import hold, root_for

_TRIED = (Algorithm.P256, Algorithm.P384, Algorithm.RSA3072)
_HEAD = ("Make", "Version", *_TRIED, "Initialised again", "Ceremony", "Verdict", "Seconds")


def row(kind: Kind) -> tuple[str, ...]:
    """What came of one make, or why nothing could."""
    why = kind.absent() or kind.works()
    if why:
        return (kind.name, why, *("" for _ in _HEAD[2:]))
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        root = root_for(kind, Path(folder) / "definition")
        with kind.make(root.label) as bed:
            words = (str(bed.module), bed.serial, bed.model, bed.arguments, root.label, *_TRIED)
            done = bed.python("tests.tokens.basics", *words)
            assert done.returncode == 0, done.stderr
            seen = msgspec.json.decode(done.stdout, type=Seen)
        with kind.make(root.label) as bed:
            outcome = hold(bed, root, Path(folder))
        held = f"{'Operator Root' if kind.elliptic else 'general root'}, {root.algorithm}"
        verdict = f"{outcome.verdict['verdict']}, {outcome.verdict['entries']} entries"
    made = (seen.refused.get(name) or "yes" for name in _TRIED)
    return (kind.name, kind.version(), *made, seen.again or "yes", held, verdict, f"{outcome.seconds:.0f}")


def main() -> None:
    """Print the table."""
    lines = [_HEAD, tuple("---" for _ in _HEAD), *map(row, KINDS)]
    sys.stdout.write("".join(f"| {' | '.join(cells)} |\n" for cells in lines))


if __name__ == "__main__":
    main()
