"""The handbook is complete: every rule id of the program stands in it, every one of the core has a test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ID = re.compile(r'"(CER-[A-Z0-9-]+)"')
_ROW = re.compile(r"^\| (CER-[A-Z0-9-]+) \|", re.MULTILINE)


def ids_in(folder: str) -> set[str]:
    """The rule ids that stand in the program's files below a folder."""
    return {rule for path in (ROOT / folder).rglob("*.py") for rule in _ID.findall(path.read_text(encoding="utf-8"))}


def test_every_rule_stands_in_the_handbook_and_no_other() -> None:
    rows = _ROW.findall((ROOT / "resources/handbook.md").read_text(encoding="utf-8"))
    assert len(rows) == len(set(rows)), "a rule stands there twice"
    assert set(rows) == ids_in("ceremony_app")


def test_every_rule_of_the_live_ceremony_has_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    lacking = {rule for rule in ids_in("ceremony_app/core/rules") if rule not in tests}
    assert not lacking
