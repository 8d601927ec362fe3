"""No PIN, passphrase, share or derived secret of a whole rehearsal gets into anything that is kept, printed or said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ceremonies.hunting import everything_in, forms, hits, inside, secrets_of

ROOT = Path(__file__).parents[2]
SPLIT = Path(__file__).parent / "split.toml"
PRINTED = """
[[acts.steps]]
id = "on-paper"
do = "print"
document = "script"
say = "The script is printed."

[[acts.steps]]
id = "drill\""""


def program(*words: str | Path) -> bytes:
    """What a command of the program says, on both of its outputs."""
    done = subprocess.run(
        [sys.executable, "-m", "ceremony_app", *words], cwd=ROOT, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def said() -> list[bytes]:
    """Everything that was said."""
    return []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, said: list[bytes]) -> Path:
    """A rehearsal on SoftHSM: PINs held in shares, three kinds of credential, paper from the simulated printer."""
    place = tmp_path_factory.mktemp("secrets")
    definition = place / "split.toml"
    text = SPLIT.read_text(encoding="utf-8")
    assert text.count('[[acts.steps]]\nid = "drill"') == 1
    definition.write_text(text.replace('[[acts.steps]]\nid = "drill"', PRINTED.lstrip()), encoding="utf-8")
    people = ("--credential", "internal-witness=card", "--credential", "external-witness=file")
    said.append(program("rehearse", definition, "-o", place / "folder", "--unattended", *people))
    said.append(program("export", place / "folder", place / "bag"))
    said.append(program("verify", place / "folder", "--json"))
    return place


@pytest.fixture(scope="module")
def secrets(folder: Path) -> dict[str, bytes]:
    return secrets_of(folder / "folder")


def test_there_are_secrets_to_be_found(secrets: dict[str, bytes]) -> None:
    """Eight people, two secrets and two PINs of a token, and fifteen times three words of each of five shares."""
    assert len(secrets) == 8 + 2 * 2 + 15 * 5
    assert len(secrets["PIN of hsm/activation"]) == 26
    assert b" " in secrets["PIN of person 3"], "a passphrase"


def kept(place: Path) -> Iterator[tuple[str, bytes]]:
    yield from everything_in(place / "folder")
    yield from everything_in(place / "bag", besides="")


def test_nothing_of_them_is_in_the_folder_or_the_bag(folder: Path, secrets: dict[str, bytes]) -> None:
    places = dict(kept(folder))
    assert any("object" in name for name in places)
    assert hits(secrets, places.items()) == []


def test_nothing_of_them_is_said(said: list[bytes], secrets: dict[str, bytes]) -> None:
    assert len(b"".join(said)) > 1000
    assert hits(secrets, [("what the program said", b"".join(said))]) == []


def test_nothing_of_them_is_printed(folder: Path, secrets: dict[str, bytes]) -> None:
    sheets = [path for path in (folder / "folder" / ".rehearsal" / "printer").rglob("*") if path.is_file()]
    assert sheets
    for path in sheets:
        data = path.read_bytes()
        assert hits(secrets, [(path.name, data), *(inside(path.name, data) if data[:4] == b"%PDF" else ())]) == []


def test_the_net_catches_each_form(secrets: dict[str, bytes]) -> None:
    for secret in list(secrets.values())[:20]:
        for how, form in forms(secret):
            if len(form) > 5:
                found = hits({"one": secret}, [("here", b"before " + form + b" after")])
                assert f"one, {how}, in here" in found


def test_the_net_reaches_into_a_pdf(folder: Path) -> None:
    """A sentence of a page, which is compressed and in a font of its own, is found."""
    data = (folder / "folder" / "script.pdf").read_bytes()
    assert b"SAY The custodians activate the token." not in data
    assert hits({"sentence": b"SAY The custodians activate the token."}, inside("script.pdf", data))
