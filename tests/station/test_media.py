"""A medium is written once, whole or not at all, never over anything, and nothing on it leads elsewhere."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.ports import Medium
from ceremony_app.station import media
from ceremony_app.station.media import FolderMedium, safe_read
from tests.station.conftest import Tree


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def medium(place: Path) -> FolderMedium:
    return FolderMedium(place)


def rule(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.why
    assert caught.value.what_to_do
    return caught.value.rule


def test_what_is_written_is_there_and_reads_back(medium: Medium, place: Path) -> None:
    data = os.urandom(3_000_000)
    medium.write("root.pem", data)
    medium.write("public/root.crl", b"crl")
    medium.write("public/other.crl", b"")
    assert medium.read("root.pem") == data == (place / "root.pem").read_bytes()
    assert medium.read("public/root.crl") == b"crl"
    assert medium.names() == ("public/other.crl", "public/root.crl", "root.pem")


def test_nothing_is_overwritten(medium: Medium, place: Path) -> None:
    medium.write("a/b", b"first")
    (place / "link").symlink_to(place / "nowhere")
    for name in ("a/b", "link"):
        assert rule(partial(medium.write, name, b"second")) == "CER-EXISTS"
    assert medium.read("a/b") == b"first"
    assert not (place / "nowhere").exists()


NAMES = ["", ".", "..", "/", "a/", "/a", "../a", "a/../b", "a/b/c", ".hidden", "-o", "a b", "ä", "a\n", "a\0", "x" * 65]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_none_is_neither_written_nor_read(medium: Medium, place: Path, name: str) -> None:
    assert rule(lambda: medium.write(name, b"x")) == "CER-NAME"
    assert rule(lambda: medium.read(name)) == "CER-NAME"
    assert list(place.parent.rglob("*")) == [place]


@given(name=st.text())
def test_no_name_leaves_the_medium(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "stick").mkdir()
    medium = FolderMedium(outside / "stick")
    try:
        medium.write(name, b"x")
    except Refusal:
        assert not list((outside / "stick").iterdir())
    assert [path.name for path in outside.iterdir()] == ["stick"]


def test_links_and_devices_on_the_medium_are_not_read(medium: Medium, place: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of this computer")
    (place / "link").symlink_to(tmp_path / "secret")
    os.link(tmp_path / "secret", place / "twice")
    os.mkfifo(place / "pipe")
    (place / "folder").mkdir()
    (place / "away").symlink_to(tmp_path)
    for name in ("link", "twice", "pipe", "folder", "away/secret", "missing", "missing/file"):
        assert rule(partial(medium.read, name)) == "CER-MEDIUM"
    assert rule(lambda: medium.write("away/file", b"x")) == "CER-MEDIUM"
    assert not (tmp_path / "file").exists()
    assert medium.names() == ("away", "folder/", "link", "pipe", "twice")


def test_a_file_beyond_the_limit_is_not_read(medium: Medium, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_BYTES", 10)
    (place / "ten").write_bytes(b"0123456789")
    (place / "eleven").write_bytes(b"0123456789+")
    assert medium.read("ten") == b"0123456789"
    assert rule(lambda: medium.read("eleven")) == "CER-MEDIUM"


def test_names_that_would_mislead_are_escaped_and_deeper_folders_marked(medium: Medium, place: Path) -> None:
    (place / "in\u202evoice").write_text("")
    (place / "a" / "b" / "c").mkdir(parents=True)
    os.close(os.open(os.fsencode(place) + b"/\xff", os.O_CREAT | os.O_WRONLY))
    assert medium.names() == ("\\u{DCFF}", "a/b/", "in\\u{202E}voice")


def test_a_medium_with_too_many_files_is_refused(medium: Medium, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "_MOST_NAMES", 3)
    for name in ("a", "b", "c"):
        medium.write(name, b"")
    assert medium.names() == ("a", "b", "c")
    medium.write("d", b"")
    assert rule(medium.names) == "CER-MEDIUM"


def test_a_medium_that_is_not_there_is_told(tmp_path: Path) -> None:
    gone = FolderMedium(tmp_path / "gone")
    for act in (lambda: gone.write("a", b""), gone.names, lambda: gone.read("a")):
        assert rule(act) == "CER-MEDIUM"
    with pytest.raises(Refusal, match="is not there"):
        gone.names()


def test_a_link_in_place_of_the_medium_is_refused(place: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(place)
    assert rule(lambda: FolderMedium(tmp_path / "link").write("a", b"")) == "CER-MEDIUM"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EIO, "failed: Input/output error"),
    ],
)
def test_a_write_that_fails_leaves_nothing(
    medium: Medium, place: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(Refusal, match=words) as caught:
            medium.write("a", b"x")
    assert caught.value.rule == "CER-MEDIUM"
    assert list(place.iterdir()) == []
    medium.write("a", b"x")


def test_file_and_folders_are_durable_when_a_write_returns(medium: Medium, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink().name))
    medium.write("public/a", b"x")
    assert synced == ["stick", "a", "public"]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_medium_that_is_really_full_or_read_only_is_told(place: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a test mount anything")
    try:
        medium = FolderMedium(place)
        with pytest.raises(Refusal, match="is full"):
            medium.write("big", bytes(500_000))
        assert medium.names() == ()
        medium.write("small", b"x")
        assert "tmpfs file system" in medium.describe()
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        with pytest.raises(Refusal, match="cannot be written"):
            medium.write("other", b"x")
        assert medium.read("small") == b"x"
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_file_system_that_cannot_sync_folders_is_no_fault(medium: Medium, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def like_fat(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):  # noqa: PTH112 - a name of the kernel's
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", like_fat)
    medium.write("a/b", b"x")
    assert medium.read("a/b") == b"x"


def test_the_serial_of_the_medium_is_told_and_held_against_the_bound_one(tree: Tree, place: Path) -> None:
    stick = "sys/devices/pci0000:00/usb1/1-2"
    disk = f"{stick}/1-2:1.0/host0/block/sdb"
    root = tree({"proc/self/mountinfo": f"23 22 8:16 / {place} rw - vfat /dev/sdb rw\n", f"{stick}/serial": "4C53\n"})
    (root / disk).mkdir(parents=True)
    (root / "sys/dev/block/8:16").symlink_to(root / disk)
    assert FolderMedium(place, root=root).describe() == f"{place}, vfat file system, serial 4C53"
    FolderMedium(place, "4C53", mounted=True, root=root).write("a", b"x")
    other = FolderMedium(place, "4C54", root=root)
    with pytest.raises(Refusal, match="its serial is 4C53, and 4C54 is bound") as caught:
        other.write("b", b"x")
    assert caught.value.rule == "CER-MEDIUM"
    assert rule(lambda: other.read("a")) == rule(other.names) == "CER-MEDIUM"
    assert [path.name for path in place.iterdir()] == ["a"]
    with pytest.raises(Refusal, match="not told"):
        FolderMedium(place, "4C53", root=root.parent / "elsewhere").names()


def test_an_empty_mount_point_is_no_medium(place: Path) -> None:
    with pytest.raises(Refusal, match="is not there") as caught:
        FolderMedium(place, mounted=True).write("a", b"x")
    assert caught.value.rule == "CER-MEDIUM"
    assert list(place.iterdir()) == []


# -------------------------------------------------------------------------------------------------- files from outside


def test_a_file_is_read_once_and_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csr").write_bytes(b"0123456789")
    assert safe_read(tmp_path / "a.csr", 10) == b"0123456789"
    with pytest.raises(Unusable) as caught:
        safe_read(tmp_path / "a.csr", 9)
    assert (caught.value.rule, caught.value.status) == ("CER-SIZE", 2)


@pytest.mark.parametrize("what", ["missing", "link", "folder", "fifo", "/dev/zero", "nul", "unnameable"])
def test_what_is_no_regular_file_is_not_read(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.csr"
    match what:
        case "link":
            (tmp_path / "real").write_text("x")
            path.symlink_to(tmp_path / "real")
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "/dev/zero":
            path = Path(what)
        case "nul":
            path = tmp_path / "a\0b"
        case "unnameable":
            path = tmp_path / ("x" * 300)
        case _:
            assert not path.exists()
    with pytest.raises(Unusable) as caught:
        safe_read(path, 100)
    assert caught.value.rule == "CER-INPUT"
