"""The judge runs on an auditor's laptop, and borrows nothing from those whom it judges."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "ceremony_app" / "verify"
MODULES = sorted(f"ceremony_app.verify.{path.stem}" for path in PACKAGE.glob("*.py") if path.stem != "__init__")
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
