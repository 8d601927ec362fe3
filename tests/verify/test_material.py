"""What can be judged: a folder with its addenda, a bag, a record alone; and what cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.core.errors import NotBuilt
from ceremony_app.record.bag import make_bag
from ceremony_app.verify.verify import verify
from tests.verify.forging import copied, digest, entries_in
from tests.verify.judging import Copy, flip, judged, rules


def addendum(folder: Path, head: str, files: dict[str, bytes]) -> Path:
    place = folder / "addenda" / "001"
    place.mkdir(parents=True)
    files = files | {"head.txt": f"head {head}\n".encode()}
    for name, data in files.items():
        (place / name).write_bytes(data)
    manifest = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items()))
    (place / "manifest-sha256.txt").write_text(manifest)
    return place


def test_an_addendum_is_shown_to_a_person(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    addendum(folder, entries_in(folder)[-1].digest, {"scan.pdf": b"%PDF-scan"})
    verdict = judged(folder, listed=False)
    assert verdict.verdict == "consistent", verdict.findings
    assert "look at the addendum 001: head.txt, scan.pdf" in verdict.for_a_person


def test_an_addendum_of_another_ceremony_or_changed(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    place = addendum(folder, "ab" * 32, {"scan.pdf": b"%PDF-scan"})
    assert rules(judged(folder, listed=False)) == {"CER-HEAD"}
    (place / "scan.pdf").write_bytes(b"%PDF-other")
    assert rules(judged(folder, listed=False)) == {"CER-HEAD", "CER-MANIFEST"}
    (place / "manifest-sha256.txt").unlink()
    (folder / "addenda" / "loose.txt").write_text("")
    assert rules(judged(folder, listed=False)) == {"CER-HEAD", "CER-MANIFEST", "CER-UNBOUND"}


def bag(folder: Path, target: Path) -> Path:
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]
    make_bag(folder, target, names, {"External-Description": "Key ceremony"})
    return target


def test_a_bag_is_judged_by_its_payload(finished: Path, copy: Copy, tmp_path: Path) -> None:
    where = bag(copy(finished), tmp_path / "bag")
    assert verify(where, press=None).verdict == "consistent"
    flip(where / "data" / "context.json")
    assert rules(verify(where, press=None)) == {"CER-MANIFEST", "CER-BOUND"}


def test_a_bag_without_its_manifest_is_none(finished: Path, copy: Copy, tmp_path: Path) -> None:
    where = bag(copy(finished), tmp_path / "bag")
    (where / "manifest-sha256.txt").unlink()
    assert rules(verify(where, press=None)) == {"CER-MANIFEST"}
    (where / "bagit.txt").write_text("no bag\n")
    assert verify(where, press=None).verdict == "unusable"


def test_a_record_alone_is_judged_by_what_it_carries(finished: Path) -> None:
    verdict = verify(finished / "record.pdf", press=None)
    assert (verdict.verdict, verdict.findings) == ("consistent", ())
    assert verdict.entries == len(entries_in(finished))
    assert any("script.pdf is not in the record" in line for line in verdict.for_a_person)
    assert any("holds no manifest" in line for line in verdict.for_a_person)


def test_nothing_to_judge(tmp_path: Path, finished: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.pdf").write_text("this is no PDF")
    for path in (tmp_path / "empty", tmp_path / "text.pdf", tmp_path / "not-there", finished / "script.pdf"):
        verdict = verify(path, press=None)
        assert verdict.verdict == "unusable", path
        assert verdict.findings, path


def test_a_folder_of_folders_is_for_a_later_version(finished: Path, tmp_path: Path) -> None:
    copied(finished, tmp_path / "archive" / "2026")
    with pytest.raises(NotBuilt):
        verify(tmp_path / "archive", press=None)
