"""The README speaks of commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

from ceremony_app.cli.parser import parser

README = Path(__file__).parents[1] / "README.md"


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"^ceremony ([a-z]+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert named >= {"list", "new", "check", "rehearse", "bind", "script", "run", "resume", "export", "verify"}
    usage = parser().format_help()
    for command in named:
        assert re.search(rf"^    {command} ", usage, re.MULTILINE), command
