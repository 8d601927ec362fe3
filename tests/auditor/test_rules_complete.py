"""No rule of the second reader is without a test."""

from __future__ import annotations

import re
from pathlib import Path

from tests.auditor.journals import READER


def test_every_rule_of_the_reader_is_tested() -> None:
    """A rule that is named in the reader is expected by a test of the rules."""
    pattern = r"CER-[A-Z]+(?:-[A-Z]+)*"
    said = set(re.findall(pattern, READER.read_text(encoding="utf-8"))) - {"CER-"}
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_rules_*.py"))
    assert said <= set(re.findall(rf'"({pattern})"', tests))
    assert len(said) == 29
