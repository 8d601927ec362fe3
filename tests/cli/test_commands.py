"""The commands from outside: exit statuses, one readable paragraph, nothing overwritten, no traceback."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony_app.definition.shelf import resources

ROOT = Path(__file__).parents[2]


def ceremony(*words: object, stdin: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as a user would, without a screen."""
    clean = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-m", "ceremony_app", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        input=stdin,
        env=clean | (env or {}),
        check=False,
        timeout=300,
    )


def refused(answer: subprocess.CompletedProcess[str], status: int, rule: str) -> str:
    """The one paragraph of a refusal, which names its rule and is no traceback."""
    assert answer.returncode == status, answer.stdout + answer.stderr
    lines = answer.stderr.strip().splitlines()
    assert len(lines) == 1, answer.stderr
    assert "Traceback" not in answer.stderr
    assert lines[0].endswith(f"[{rule}]"), lines[0]
    return lines[0]


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished rehearsal of the smallest ceremony."""
    folder = tmp_path_factory.mktemp("rehearsed") / "out"
    answer = ceremony("rehearse", ROOT / "tests/ceremonies/short.toml", "-o", folder, "--unattended")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "consistent" in answer.stdout
    return folder


def test_the_shelf_is_listed_by_id_and_title() -> None:
    answer = ceremony("list")
    assert answer.returncode == 0
    assert "s1spki-foc-operator-root" in answer.stdout
    assert "root-ca" in answer.stdout


def test_new_copies_a_definition_and_overwrites_nothing(tmp_path: Path) -> None:
    target = tmp_path / "mine.toml"
    assert ceremony("new", "root-ca", "-o", target).returncode == 0
    assert target.read_bytes() == (resources() / "ceremonies/root-ca.toml").read_bytes()
    refused(ceremony("new", "root-ca", "-o", target), 1, "CER-EXISTS")
    refused(ceremony("new", "nothing", "-o", tmp_path / "x"), 2, "CER-FILE")
    assert ceremony("check", target).returncode == 0


@pytest.mark.parametrize("name", ["s1spki-foc-operator-root", "root-ca"])
def test_shipped_definitions_are_fit(name: str) -> None:
    answer = ceremony("check", name)
    assert answer.returncode == 0, answer.stdout
    assert "Fit to be held." in answer.stdout


def test_the_documents_own_contradiction_is_named() -> None:
    answer = ceremony("check", "s1spki-foc-operator-root")
    assert "7.2.1" in answer.stdout


def test_a_definition_with_a_gap_is_unfit_and_every_gap_is_named(tmp_path: Path) -> None:
    text = (ROOT / "tests/ceremonies/short.toml").read_text(encoding="utf-8")
    start = text.index('[[acts.steps]]\nid = "activate"')
    end = text.index("[[acts.steps]]", start + 5)
    (tmp_path / "gap.toml").write_text(text[:start] + text[end:], encoding="utf-8")
    answer = ceremony("check", tmp_path / "gap.toml")
    assert answer.returncode == 1
    assert "CER-WORLD" in answer.stdout
    assert "Not fit to be held." in answer.stdout


@pytest.mark.parametrize(
    ("content", "status", "rule"),
    [
        (b"\xff\xfe", 2, "CER-TOML"),
        (b"format = ", 2, "CER-TOML"),
        (b"format = 2\n", 2, "CER-FORMAT"),
        (b'format = 1\nid = "a"\nid = "b"\n', 2, "CER-TOML"),
        (b'format = 1\nid = "x"\nwrong = 1\n', 1, "CER-UNKNOWN-KEY"),
        (b"x = " + b"[" * 5000 + b"]" * 5000, 2, "CER-TOML"),
        (b"# " + b"x" * 5_000_000, 2, "CER-SIZE"),
        ('format = 1\nid = "x"\ntitle = "a\u202eb"\n'.encode(), 1, "CER-TEXT"),
    ],
)
def test_bad_definitions_are_refused_by_every_command_that_reads_one(
    tmp_path: Path, content: bytes, status: int, rule: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    refused(ceremony("check", path), status, rule)
    refused(ceremony("script", path, "-o", tmp_path / "x.pdf"), status, rule)
    refused(ceremony("rehearse", path, "-o", tmp_path / "out", "--unattended"), status, rule)
    assert not (tmp_path / "out").exists()


def test_a_missing_definition_and_a_folder_that_is_used(tmp_path: Path, rehearsed: Path) -> None:
    refused(ceremony("check", tmp_path / "none.toml"), 2, "CER-FILE")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine").write_text("mine", encoding="utf-8")
    refused(ceremony("rehearse", "root-ca", "-o", tmp_path / "used", "--unattended"), 1, "CER-FOLDER-USED")
    assert [p.name for p in (tmp_path / "used").iterdir()] == ["mine"]
    refused(ceremony("rehearse", "root-ca", "-o", rehearsed, "--unattended"), 1, "CER-FOLDER-USED")


def test_the_script_of_the_folder_is_what_the_command_makes(tmp_path: Path, rehearsed: Path) -> None:
    made = tmp_path / "s.pdf"
    answer = ceremony("script", rehearsed / "ceremony.toml", "--binding", rehearsed / "binding.toml", "-o", made)
    assert answer.returncode == 0, answer.stderr
    assert made.read_bytes() == (rehearsed / "script.pdf").read_bytes()
    assert ceremony("script", "root-ca", "-o", tmp_path / "unbound.pdf").returncode == 0


def test_record_is_made_again_the_same(rehearsed: Path) -> None:
    before = {n: (rehearsed / n).read_bytes() for n in ("record.pdf", "manifest-sha256.txt", "script.pdf")}
    assert ceremony("record", rehearsed).returncode == 0
    assert {n: (rehearsed / n).read_bytes() for n in before} == before


def test_resuming_a_closed_ceremony_says_so(rehearsed: Path) -> None:
    answer = ceremony("resume", rehearsed, "--unattended")
    assert answer.returncode == 0
    assert "closed" in answer.stdout


def test_export_writes_a_bag_that_reads_back(tmp_path: Path, rehearsed: Path) -> None:
    bag = tmp_path / "bag"
    assert ceremony("export", rehearsed, bag).returncode == 0
    assert not list(bag.rglob(".rehearsal"))
    listed = (bag / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    for line in listed:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((bag / name).read_bytes()).hexdigest() == digest
    assert ceremony("verify", bag).returncode == 0
    refused(ceremony("export", rehearsed, bag), 1, "CER-BAG")


def test_a_window_needs_a_screen() -> None:
    refused(ceremony(), 2, "CER-DISPLAY")
    refused(ceremony("rehearse", "root-ca", "-o", "/nonexistent/x"), 2, "CER-DISPLAY")


@pytest.mark.parametrize(
    "words",
    [
        ("register", "archive"),
        ("addendum", "folder", "scan.pdf"),
        ("export", "folder", "dest", "--public"),
        ("rehearse", "root-ca", "-o", "out", "--unattended", "--fault", "token-pulled@4.4"),
    ],
)
def test_what_a_later_version_brings_says_so(words: tuple[str, ...]) -> None:
    refused(ceremony(*words), 2, "CER-NOT-BUILT")


def test_an_input_that_nothing_imports_is_refused() -> None:
    refused(ceremony("rehearse", "root-ca", "-o", "out", "--unattended", "--input", "request=r.csr"), 2, "CER-INPUT")


def test_production_needs_a_production_binding(tmp_path: Path, rehearsed: Path) -> None:
    answer = ceremony("run", rehearsed / "ceremony.toml", "--binding", rehearsed / "binding.toml", "-o", tmp_path / "o")
    refused(answer, 1, "CER-MODE")
    refused(ceremony("bind", "root-ca", "-o", tmp_path / "b.toml", "--place", "Room 1"), 2, "CER-PLAN")


def test_a_missing_softhsm_names_its_package(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom ceremony_app.hsm import softhsm\n"
        "softhsm.find_module.__defaults__ = ((Path('/nonexistent'),),)\n"
        "from ceremony_app.__main__ import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, "rehearse", "root-ca", "-o", str(tmp_path / "o"), "--unattended"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "apt install softhsm2" in refused(answer, 1, "CER-SOFTHSM")


def test_a_key_file_is_made_and_shown_and_its_passphrase_never(tmp_path: Path) -> None:
    secret = "alpha bravo charlie delta echo foxtrot golf"
    path = tmp_path / "me.pem"
    made = ceremony("credential", "new", path, stdin=f"{secret}\n{secret}\n")
    assert made.returncode == 0, made.stderr
    shown = ceremony("credential", "show", path, stdin=f"{secret}\n")
    assert shown.stdout == made.stdout
    assert "alpha" not in made.stdout + made.stderr
    refused(ceremony("credential", "new", path, stdin=f"{secret}\n{secret}\n"), 1, "CER-EXISTS")
    refused(ceremony("credential", "show", path, stdin="wrong words that are many enough here\n"), 1, "CER-PIN")
    refused(ceremony("credential", "new", tmp_path / "b", stdin=f"{secret}\nother\n"), 1, "CER-PASSPHRASE")


def test_usage_errors_exit_with_2() -> None:
    assert ceremony("rehearse").returncode == 2
    assert ceremony("nonsense").returncode == 2
    assert ceremony("--help").returncode == 0


def test_a_fault_of_the_program_is_told_without_a_traceback_and_without_its_text() -> None:
    program = (
        "import sys\nfrom ceremony_app.cli import commands\n"
        "def broken(asked):\n    raise RuntimeError('a PIN might stand here')\n"
        "commands.list_shelf = broken\n"
        "from ceremony_app.__main__ import main\nsys.exit(main(['list']))\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "might stand here" not in answer.stderr
    assert "RuntimeError" in refused(answer, 1, "CER-FAULT")
