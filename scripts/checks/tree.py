"""Holds rules about the tree that no linter knows: what no file may say, what one file alone may use."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NOT_TEXT = {".der", ".ico", ".p7", ".pdf", ".png", ".tbs", ".ttf"}
NOT_OURS = {"resources/fonts/OFL.txt", "resources/fonts/DejaVu-LICENSE.txt", "LICENSE"}
TOP_LEVEL = {
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "ceremony_app",
    "pyproject.toml",
    "resources",
    "scripts",
    "tests",
}


@dataclass(frozen=True, slots=True)
class Never:
    """A pattern that no line of any file may match.

    The brackets in some patterns keep this file from matching itself.
    """

    pattern: re.Pattern[str]
    why: str


@dataclass(frozen=True, slots=True)
class InOneFile:
    """A call that at most one file of the package may make, so that what it guards is guarded once."""

    call: re.Pattern[str]
    why: str


NEVER = (
    Never(
        re.compile(r"(?<![\w.])/(?:root|work|home/(?!user\b|NAME\b)\w+)/[\w.]"),
        "a path of one machine; write it relative to the checkout",
    ),
    Never(
        re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|crates[.]io|proxy[.]golang[.]org"),
        "the address of a registry; the client's own configuration knows it",
    ),
    Never(re.compile(r"--(?:extra-)?index[-]url|--find[-]links|--trusted[-]host"), "a choice of package index"),
    Never(re.compile(r"^(?:<{7}|>{7}) "), "left over from a merge"),
    Never(re.compile(r"[\u202a-\u202e\u2066-\u2069]"), "a character that reorders what is read"),
)

IN_ONE_FILE = (
    InOneFile(re.compile(r"\bQLabel\("), "text from a file must never be read as markup by a label"),
    InOneFile(re.compile(r"\bParagraph\("), "text from a file must never be read as markup on paper"),
)


def main() -> int:
    """Print every finding as `file:line: what`; return 1 if there is one."""
    findings = [*top_level_findings(), *line_findings(), *call_findings()]
    print("\n".join(findings) or "nothing found")
    return 1 if findings else 0


def our_files() -> list[Path]:
    """Files that are in the repository or would be by the next commit, relative to its root."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - any git will do
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    names = sorted(set(listing.stdout.split("\0")) - {""})
    return [Path(name) for name in names if (ROOT / name).is_file()]


def top_level_findings() -> Iterator[str]:
    """Name what lies at the top and has no place there."""
    for name in sorted({path.parts[0] for path in our_files()} - TOP_LEVEL):
        yield f"{name}: not one of the things that lie at the top; see CONTRIBUTING.md"


def line_findings() -> Iterator[str]:
    """Name lines that say what no file may say."""
    for path in our_files():
        if path.suffix in NOT_TEXT or path.as_posix() in NOT_OURS:
            continue
        try:
            text = (ROOT / path).read_bytes().decode()
        except UnicodeDecodeError:
            yield f"{path}: neither UTF-8 nor a known kind of binary file"
            continue
        if "\r" in text and "tests" not in path.parts:
            yield f"{path}: carriage returns"
        for number, line in enumerate(text.split("\n"), start=1):
            for rule in NEVER:
                if rule.pattern.search(line):
                    yield f"{path}:{number}: {rule.why}"


def call_findings() -> Iterator[str]:
    """Name the files that share a call which one file should own."""
    sources = {path: (ROOT / path).read_text() for path in our_files() if is_source(path)}
    for rule in IN_ONE_FILE:
        users = [path for path, text in sources.items() if rule.call.search(text)]
        if len(users) > 1:
            yield f"{', '.join(map(str, users))}: more than one file has {rule.call.pattern}: {rule.why}"


def is_source(path: Path) -> bool:
    """Whether a file is part of the program."""
    return path.parts[0] == "ceremony_app" and path.suffix == ".py"


if __name__ == "__main__":
    sys.exit(main())
