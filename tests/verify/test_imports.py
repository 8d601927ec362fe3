"""The judge runs on an auditor's laptop, and borrows nothing from those whom it judges."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "ceremony_app" / "verify"
MODULES = sorted(f"ceremony_app.verify.{path.stem}" for path in PACKAGE.glob("*.py") if path.stem != "__init__")
HERE = Path(__file__).parent
RULE = re.compile(r"CER-[A-Z]+(?:-[A-Z]+)*")
LEADING = ("ceremony_app.core.rules", "ceremony_app.conductor")
BORROWED = (*LEADING, "ceremony_app.core.progress", "ceremony_app.core.outlook", "ceremony_app.core.prompts")


def loaded(*modules: str) -> set[str]:
    """Every module that these bring with them."""
    code = f"import sys\n{''.join(f'import {one}{chr(10)}' for one in modules)}print(*sorted(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parents[1]
    )
    return set(run.stdout.split())


def test_no_window_and_no_token() -> None:
    assert not loaded(*MODULES) & {"PySide6", "shiboken6", "pkcs11", "reportlab", *LEADING}


@pytest.mark.parametrize("module", [one for one in MODULES if ".audit" in one])
def test_the_audit_borrows_no_rule(module: str) -> None:
    assert not loaded(module) & set(BORROWED)


def test_state_is_not_folded_in_the_audit() -> None:
    for path in PACKAGE.glob("audit*.py"):
        text = path.read_text()
        assert "evolve" not in text, path
        assert "fold(" not in text, path


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    assert not loaded("ceremony_app.verify.verify") & {"cryptography", "pkilint", "pikepdf", "bagit", "pypdfium2"}


def test_every_rule_that_can_be_found_broken_is_broken_in_a_test() -> None:
    given = {rule for path in PACKAGE.glob("*.py") for rule in RULE.findall(path.read_text())}
    others = [path for path in HERE.glob("*.py") if path.name != Path(__file__).name]
    broken = {rule for path in others for rule in RULE.findall(path.read_text())}
    assert given - broken == {"CER-FOLDER", "CER-SIZE"}  # said of what is unusable, in words
    contract = """
        LINE CHAIN GENESIS HEAD ANCHOR LEAF BOUND ARTIFACT MANIFEST UNBOUND STATEMENT SIGNATURE ENROL ROLE SEPARATE
        TWO-ROLES QUORUM INTENT ORDER DEVIATION READ-BACK CLOSED TORN SHOWN EVIDENCE RECORD PROFILE"""
    assert {f"CER-{word}" for word in contract.split()} <= given
