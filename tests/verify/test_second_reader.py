"""The small reader that lies in every folder comes to the same verdict; it shares no code with this one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ceremony_app.verify.verify import verify
from tests.verify.attacks import ATTACKS
from tests.verify.changing import Attack
from tests.verify.forging import Forger, events_in, plan_in, put_journal, put_manifest
from tests.verify.judging import Copy

READER = Path(__file__).resolve().parents[2] / "resources" / "folder" / "verify_journal.py"
STATUS = {"consistent": 0, "inconsistent": 1, "unusable": 2}


def second(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", READER, folder], capture_output=True, text=True, check=False, timeout=60
    )


def agreed(folder: Path) -> int:
    """The exit status to which both readers come."""
    other, verdict = second(folder), verify(folder, press=None)
    assert other.stderr == ""
    assert other.returncode == STATUS[verdict.verdict], (other.stdout, verdict.findings)
    assert other.returncode == 2 or f"head={verdict.head}" in other.stdout
    return other.returncode


@pytest.mark.parametrize("which", ["finished", "eventful", "aborted", "unfinished"])
def test_a_true_folder(which: str, request: pytest.FixtureRequest, copy: Copy) -> None:
    folder = copy(request.getfixturevalue(which))
    assert agreed(folder) == 0


def test_no_folder_at_all(tmp_path: Path) -> None:
    assert agreed(tmp_path) == 2


@pytest.mark.parametrize("attack", [pytest.param(one, id=one.name) for one in ATTACKS if one.second])
def test_an_attack(attack: Attack, request: pytest.FixtureRequest, copy: Copy) -> None:
    source = request.getfixturevalue(attack.on)
    plan = plan_in(source)
    forged = Forger(plan, attack.touch()).write(attack.change(events_in(source)))
    folder = copy(source)
    put_journal(folder, forged.lines)
    put_manifest(folder)
    assert agreed(folder) == 1


@pytest.mark.parametrize("name", ["FORMAT.md", "artifacts/REHEARSAL-root.der", "leaves.jsonl", "record.pdf"])
def test_a_spoilt_file(name: str, finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    assert agreed(folder) == 1


def test_texts_withheld(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    (folder / "leaves.jsonl").write_bytes(b"")
    put_manifest(folder)
    assert agreed(folder) == 0
