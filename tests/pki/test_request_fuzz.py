"""Requests by the ten thousand: nothing but refusals, no hang, no memory, none accepted without proof (goal F1)."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from tests.pki.fuzzing import Report
from tests.pki.mutating import mutant

ROOT = Path(__file__).parents[2]
COMMIT, ALL, PIECE = 20_000, 1_000_000, 25_000
MOST_MEMORY = 256.0
EXPECTED = {
    "CER-CSR-DER", "CER-CSR-FORM", "CER-CSR-ONE", "CER-CSR-PROOF", "CER-CSR-SIGNATURE", "CER-CSR-SIZE", "CER-CSR-TWICE",
    "CER-CSR-VERSION", "CER-KEY-KIND", "CER-KEY-POINT", "CER-KEY-SIZE",
}  # fmt: skip
FOUND = {"CER-CSR-BEYOND", "CER-CSR-NAME", "CER-CSR-SUBJECT", "CER-PROFILE"}


def fuzzed(first: int, count: int, seconds: float, place: Path) -> Report:
    """So many inputs in a process of their own; fails where it ended otherwise than it should."""
    place.write_bytes(bytes(8))
    command = (sys.executable, "-m", "tests.pki.fuzzing", str(first), str(count), str(seconds), str(place))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode < 0:
        number = int.from_bytes(place.read_bytes(), "big")
        why = signal.Signals(-done.returncode).name
        pytest.fail(f"input {number} ({mutant(number).how}) ended the process with {why}")
    assert done.returncode == 0, done.stdout + done.stderr
    return msgspec.json.decode(done.stdout, type=Report)


def test_20_000_broken_requests_raise_nothing_but_refusals(tmp_path: Path) -> None:
    report = fuzzed(0, COMMIT, 20, tmp_path / "place")
    sys.stdout.write(f"{report}\n")
    assert report.inputs == COMMIT
    assert set(report.rules) >= EXPECTED
    assert {rule for rule in report.findings if rule.startswith("CER-")} >= FOUND
    assert report.accepted > COMMIT // 20
    assert report.unseen_by_library < report.accepted // 10


@pytest.mark.exhaustive
@pytest.mark.timeout(7200)
def test_a_million_broken_requests_each_within_a_second_and_256_megabytes(tmp_path: Path) -> None:
    """The kernel ends a process whose input takes a second of its processor; memory is the greatest of a process."""
    pieces = range(COMMIT, COMMIT + ALL, PIECE)
    with ThreadPoolExecutor(max_workers=2) as pool:
        reports = list(pool.map(lambda at: fuzzed(at, PIECE, 1.0, tmp_path / str(at)), pieces))
    assert sum(one.inputs for one in reports) == ALL
    slowest = max(reports, key=lambda one: one.longest)
    rss = max(one.rss for one in reports)
    sys.stdout.write(f"slowest {slowest.longest:.3f} s (input {slowest.longest_input}), {rss:.0f} MB\n")
    assert slowest.longest < 1.0
    assert rss < MOST_MEMORY
