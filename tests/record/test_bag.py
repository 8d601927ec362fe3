"""Bags: written once, read back, and every change to them named."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import bagit
import pytest

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.record.bag import TAGS, check_bag, make_bag

FILES = {
    "ceremony.toml": b"format = 1\n",
    "journal.jsonl": b"{}\n" * 1000,
    "artifacts/root.pem": b"-----BEGIN CERTIFICATE-----\n",
    "addenda/001/page 1.txt": b"scan",
    "empty": b"",
}
INFO = {"Source-Organization": "Ceremony", "Bagging-Date": "2026-11-22"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "folder"
    for name, data in FILES.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    (source / ".rehearsal").mkdir()
    (source / ".rehearsal" / "pins").write_text("1234")
    (source / "unnamed").write_text("not exported")
    return source


@pytest.fixture
def bag(folder: Path, tmp_path: Path) -> Path:
    dest = tmp_path / "medium" / "bag"
    make_bag(folder, dest, FILES, INFO)
    return dest


def test_round_trip(folder: Path, tmp_path: Path) -> None:
    dest = tmp_path / "bag"
    before = Path.cwd()
    digests = make_bag(folder, dest, FILES, INFO)
    assert digests == {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    assert {name: (dest / "data" / name).read_bytes() for name in FILES} == FILES
    assert sorted(str(p.relative_to(dest)) for p in dest.rglob("*") if p.is_file()) == sorted(
        [
            "bagit.txt",
            "bag-info.txt",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt",
            *(f"data/{name}" for name in FILES),
        ]
    )
    assert check_bag(dest) == ()
    assert Path.cwd() == before


def test_the_library_agrees_and_the_tags_are_ours(bag: Path) -> None:
    read = bagit.Bag(str(bag))  # type: ignore[no-untyped-call] # bagit has no types
    assert read.validate()  # type: ignore[no-untyped-call] # bagit has no types
    size = sum(len(data) for data in FILES.values())
    assert read.info == {**INFO, "Payload-Oxum": f"{size}.{len(FILES)}"}


def test_the_same_files_give_the_same_bag(folder: Path, bag: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    make_bag(folder, other, reversed(list(FILES)), INFO)
    for path in bag.rglob("*"):
        if path.is_file():
            assert (other / path.relative_to(bag)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", [f"data/{name}" for name, data in FILES.items() if data])
def test_a_flipped_byte_is_found_and_named(bag: Path, name: str) -> None:
    data = bytearray((bag / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bag / name).write_bytes(data)
    assert check_bag(bag) == (f"{name} has changed",)


@pytest.mark.parametrize("name", TAGS)
@pytest.mark.parametrize("bit", [0x01, 0x10])
def test_a_flipped_byte_anywhere_in_the_bags_own_files_is_found(bag: Path, name: str, bit: int) -> None:
    data = (bag / name).read_bytes()
    meaningless = b"\n" if name == TAGS[-1] else b""  # nothing covers it, and some line ends read alike
    for i in (i for i, byte in enumerate(data) if byte not in meaningless):
        (bag / name).write_bytes(data[:i] + bytes([data[i] ^ bit]) + data[i + 1 :])
        try:
            assert check_bag(bag), f"byte {i}"
        except Unusable as refused:
            assert refused.rule == "CER-BAG"  # noqa: PT017 - either answer will do


def test_a_shortened_file_is_named(bag: Path) -> None:
    (bag / "data" / "journal.jsonl").write_bytes(b"{}\n" * 999)
    problems = check_bag(bag)
    assert "data/journal.jsonl has changed" in problems
    assert any("Oxum" in problem for problem in problems)


def test_a_missing_file_and_a_strange_one_are_named(bag: Path) -> None:
    (bag / "data" / "empty").unlink()
    (bag / "data" / "strange").write_text("x")
    assert check_bag(bag) == ("data/empty is missing", "data/strange is in no manifest")


def test_a_link_is_no_file(bag: Path, folder: Path) -> None:
    (bag / "data" / "empty").unlink()
    (bag / "data" / "empty").symlink_to(folder / "empty")
    assert check_bag(bag) == ("data/empty is a link, not a file",)


def test_what_is_no_bag_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refused:
        check_bag(tmp_path)
    assert refused.value.rule == "CER-BAG"


def test_checking_says_nothing_on_the_terminal(bag: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (bag / "data" / "journal.jsonl").write_bytes(b"x")
    check_bag(bag)
    assert capfd.readouterr() == ("", "")


# ------------------------------------------------------------------------------------------------------------ refusals


def test_nothing_is_overwritten(folder: Path, bag: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for dest in (bag, tmp_path / "file", tmp_path / "link"):
        with pytest.raises(Refusal) as refused:
            make_bag(folder, dest, FILES, INFO)
        assert refused.value.rule == "CER-BAG"
    assert {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()} == before


def test_an_empty_folder_may_be_used(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    make_bag(folder, tmp_path / "stick", FILES, INFO)
    assert check_bag(tmp_path / "stick") == ()


OUTSIDE = ["../secret", "/etc/passwd", "a/../../b", "", "a//b", ".rehearsal/pins", ".rehearsal"]
ODD = ["a\\b", "100%", "a\nb", "a\u202eb"]


@pytest.mark.parametrize("name", OUTSIDE + ODD)
def test_only_files_of_the_folder_leave_it(folder: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        make_bag(folder, tmp_path / "bag", ["empty", name], INFO)
    assert refused.value.rule == "CER-BAG"
    assert not (tmp_path / "bag").exists()


def test_a_missing_file_or_a_link_leaves_no_bag_that_looks_whole(folder: Path, tmp_path: Path) -> None:
    (folder / "link").symlink_to("/etc/hostname")
    for i, name in enumerate(("gone", "link", "artifacts")):
        dest = tmp_path / f"bag{i}"
        with pytest.raises(Refusal):
            make_bag(folder, dest, ["empty", name], INFO)
        assert not (dest / "manifest-sha256.txt").exists()
        with pytest.raises(Unusable):
            check_bag(dest)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_is_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(Refusal, match="could not be written"):
        make_bag(folder, tmp_path / "locked" / "bag", FILES, INFO)
