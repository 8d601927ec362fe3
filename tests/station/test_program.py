"""The program's manifest is what sha256sum says, and one changed byte or file changes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import ceremony_app
from ceremony_app.core.errors import Unusable
from ceremony_app.station.program import manifest


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    for name in ("__init__.py", "b.py", "a/__init__.py", "a-b.py", "a/data.toml", "ä.txt"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "b.cpython-311.pyc").write_bytes(b"made by Python")
    return folder


def test_it_is_the_digest_of_what_sha256sum_prints(package: Path) -> None:
    command = "find . -name __pycache__ -prune -o -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum"
    listing = subprocess.run(["sh", "-c", command], cwd=package, capture_output=True, check=True).stdout
    found = manifest(package)
    assert "".join(f"{digest}  {name}\n" for name, digest in found.files).encode() == listing
    digest = subprocess.run(["sha256sum"], input=listing, capture_output=True, check=True).stdout.split()[0].decode()
    assert digest == found.digest


def test_one_changed_byte_in_any_file_changes_it(package: Path) -> None:
    before = manifest(package)
    for name, _ in before.files:
        path = package / name
        good = path.read_bytes()
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        assert manifest(package).digest != before.digest
        path.write_bytes(good)
    assert manifest(package) == before


def test_a_file_more_or_less_or_elsewhere_changes_it(package: Path) -> None:
    digests = {manifest(package).digest}
    (package / "c.py").write_text("")
    digests.add(manifest(package).digest)
    (package / "c.py").rename(package / "a" / "c.py")
    digests.add(manifest(package).digest)
    (package / "b.py").unlink()
    digests.add(manifest(package).digest)
    assert len(digests) == 4


@pytest.mark.parametrize("what", ["link", "folder link", "dangling", "fifo", "newline", "empty", "missing"])
def test_what_is_no_plain_file_is_refused(package: Path, tmp_path: Path, what: str) -> None:
    match what:
        case "link":
            (package / "l.py").symlink_to(package / "b.py")
        case "folder link":
            (package / "l").symlink_to(package / "a")
        case "dangling":
            (package / "l.py").symlink_to("nowhere")
        case "fifo":
            subprocess.run(["mkfifo", package / "f"], check=True)
        case "newline":
            (package / "a\nb").write_text("")
        case "empty":
            package = tmp_path / "other"
            package.mkdir()
        case _:
            package = tmp_path / "nowhere"
    with pytest.raises(Unusable) as caught:
        manifest(package)
    assert caught.value.rule == "CER-PROGRAM"


def test_this_program_has_one() -> None:
    package = Path(ceremony_app.__file__).parent
    found = manifest(package)
    assert "core/ports.py" in dict(found.files)
    assert not any("__pycache__" in name for name, _ in found.files)
