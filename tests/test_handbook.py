"""The handbook is complete: every rule id stands in it, every one of the core has a test; and every attack its row."""

from __future__ import annotations

import re
from pathlib import Path

from tests.verify.quorum_attacks import BYPASSES, handbook_row

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


def test_every_attack_on_a_quorum_stands_in_the_handbook_and_no_other() -> None:
    lines = (ROOT / "resources/handbook.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("| Q1-")] == [handbook_row(one) for one in BYPASSES]


def test_every_attack_is_stopped_by_a_rule_of_the_handbook() -> None:
    rows = set(_ROW.findall((ROOT / "resources/handbook.md").read_text(encoding="utf-8")))
    assert {rule for one in BYPASSES for rule in (one.rule, one.found, one.second) if rule} <= rows
