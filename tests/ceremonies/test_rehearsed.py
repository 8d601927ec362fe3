"""Whole rehearsals on SoftHSM by the program itself: to a verified folder, also after being killed on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ceremonies.chained import ceremony

ROOT = Path(__file__).parents[2]
SHORT = ROOT / "tests" / "ceremonies" / "short.toml"


def good(answer: subprocess.CompletedProcess[str]) -> str:
    """What it said, if it went well."""
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.mark.parametrize("name", ["root-ca", "s1spki-foc-operator-root"])
def test_a_root_from_toml_to_verified_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    told = good(ceremony("rehearse", name, "-o", folder, "--unattended"))
    assert "Verdict  consistent: 0 findings" in told
    verdict = json.loads(good(ceremony("verify", folder, "--json")))
    assert verdict["verdict"] == "consistent"
    assert verdict["mode"] == "rehearsal"
    assert verdict["findings"] == []
    assert set(verdict) == {"verdict", "head", "entries", "mode", "findings", "for_a_person"}
    assert good(ceremony("verify", folder, "--head", verdict["head"]))
    assert ceremony("verify", folder, "--head", "0" * 64).returncode == 1
    for command in (
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"],
        [sys.executable, "-I", "-S", "verify_journal.py"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    roots = [path for path in (folder / "artifacts").glob("*root*.pem") if "crl" not in path.name]
    assert len(roots) == 1
    checked = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-check_ss_sig", "-CAfile", roots[0], roots[0]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert b"REHEARSAL" in roots[0].read_bytes(), "even the PEM says so"
    assert good(ceremony("verify", folder / "record.pdf")), "a record alone carries what it is made from"


@pytest.mark.parametrize("entries", [3, 14, 27, 40, 52, 60])
def test_killed_and_resumed_to_a_verified_close(tmp_path: Path, entries: int) -> None:
    """SIGKILL once the journal has so many entries; only a run that was really killed on the way counts."""
    folder = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "ceremony_app", "rehearse", str(SHORT), "-o", str(folder), "--unattended"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    journal = folder / "journal.jsonl"
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < entries):
        time.sleep(0.002)
    assert process.poll() is None, "it ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    acknowledged = journal.read_bytes()[: json.loads((folder / "journal.head").read_bytes())["length"]]
    told = good(ceremony("resume", folder, "--unattended"))
    assert journal.read_bytes().startswith(acknowledged), "nothing that was acknowledged is lost"
    if "closed" not in told:
        assert "Verdict  consistent: 0 findings" in told
        types = [json.loads(line)["type"] for line in journal.read_bytes().splitlines()]
        assert "recovery" in types
        assert "deviation" in types
    assert json.loads(good(ceremony("verify", folder, "--json")))["verdict"] == "consistent"


def test_a_damaged_folder_is_evidence_and_not_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    good(ceremony("rehearse", SHORT, "-o", folder, "--unattended"))
    journal = folder / "journal.jsonl"
    data = bytearray(journal.read_bytes())
    data[len(data) // 3] ^= 1
    journal.write_bytes(data)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    answer = ceremony("resume", folder, "--unattended")
    assert answer.returncode == 1
    assert "line" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert ceremony("verify", folder).returncode == 1
