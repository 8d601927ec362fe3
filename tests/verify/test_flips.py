"""One bit in any file of a finished folder, with the manifest as it was and with one made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.verify.verify import verify
from tests.verify.forging import copied, put_manifest
from tests.verify.judging import Copy, flip


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def names(finished: Path, copy: Copy) -> list[str]:
    names = files_of(copy(finished))
    assert len(names) > 15
    return names


def test_one_bit_in_any_file_is_found(names: list[str], finished: Path, tmp_path: Path) -> None:
    for i, name in enumerate(names):
        folder = copied(finished, tmp_path / str(i))
        flip(folder / name, (folder / name).stat().st_size // 3)
        assert verify(folder, press=None).verdict == "inconsistent", name


def test_one_bit_in_any_file_is_found_without_the_manifest(names: list[str], finished: Path, tmp_path: Path) -> None:
    for i, name in enumerate(names):
        if name in ("manifest-sha256.txt", "record.pdf"):  # the one is made anew, the other held against its press
            continue
        folder = copied(finished, tmp_path / str(i))
        flip(folder / name, (folder / name).stat().st_size // 3)
        put_manifest(folder)
        verdict = verify(folder, press=None)
        assert verdict.verdict == "inconsistent", name
        assert "CER-MANIFEST" not in {finding.rule for finding in verdict.findings}
