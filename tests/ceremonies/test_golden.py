"""Folders of earlier versions, which every later one still finds consistent; they are only ever added."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ceremony_app.cli.verifying import judge_folder

FOLDERS = sorted(path for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir())


def test_there_is_one_of_the_first_version() -> None:
    assert "short-0.1.0" in {path.name for path in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_an_earlier_folder_is_consistent_with_its_documents_made_again(folder: Path) -> None:
    verdict = judge_folder(folder)
    assert verdict.verdict == "consistent", [f"{one.rule} {one.where}: {one.what}" for one in verdict.findings]
    assert verdict.findings == ()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_its_own_reader_finds_nothing_either(folder: Path) -> None:
    for command in (
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"],
        [sys.executable, "-I", "-S", "verify_journal.py"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
