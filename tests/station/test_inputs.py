"""What people bring: files and folders read once, and nothing that leads elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.station.inputs import BroughtInput, brought


def refused(rule: str, one: BroughtInput, name: str, limit: int = 100) -> None:
    """Reading ends with this rule."""
    with pytest.raises(Refusal) as caught:
        one.read(name, limit)
    assert caught.value.rule == rule


def test_a_file_has_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csr"
    path.write_bytes(b"octets")
    one = BroughtInput(path)
    assert one.names() == ("a.csr",)
    assert one.read("a.csr", 6) == b"octets"
    refused("CER-SIZE", one, "a.csr", 5)
    refused("CER-INPUT", one, "b.csr")


def test_a_folder_lists_its_plain_files_sorted_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.csr", "a.csr", ".hidden", "sub/c.csr", "sub/deep/d.csr", "sub/deep/too/e.csr"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "link.csr").symlink_to(tmp_path / "a.csr")
    (tmp_path / "links").symlink_to(tmp_path / "sub")
    one = BroughtInput(tmp_path)
    assert one.names() == ("a.csr", "b.csr", "sub/c.csr", "sub/deep/d.csr")
    assert one.read("sub/c.csr", 100) == b"sub/c.csr"
    for name in ("link.csr", "links/c.csr", ".hidden", "../outside", str(tmp_path / "a.csr")):
        refused("CER-INPUT", one, name)


def test_a_file_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.csr").write_bytes(b"octets")
    (tmp_path / "b.csr").symlink_to(tmp_path / "a.csr")
    refused("CER-INPUT", BroughtInput(tmp_path / "b.csr"), "b.csr")


def test_a_place_that_is_gone_is_told(tmp_path: Path) -> None:
    refused("CER-INPUT", BroughtInput(tmp_path / "none"), "none")


def test_the_place_is_shown_without_what_could_mislead(tmp_path: Path) -> None:
    assert "\u202e" not in BroughtInput(tmp_path / "a\u202eb").describe()


def test_what_nobody_brought_is_asked_for_by_name(tmp_path: Path) -> None:
    open_input = brought({"request": tmp_path})
    assert open_input("request").names() == ()
    with pytest.raises(Refusal) as caught:
        open_input("other")
    assert caught.value.rule == "CER-INPUT"
    assert "--input other=PATH" in caught.value.what_to_do
