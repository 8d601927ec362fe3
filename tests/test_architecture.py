"""Every arrow of the house is a contract of import-linter, and every contract can break."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINTER = Path(sysconfig.get_path("scripts")) / "lint-imports"

# The modules of the house, each importing what it may: a contract that forbids too much would break here.
HOUSE = {
    "__init__": "",
    "__main__": "from ceremony_app import ui, unattended\nfrom ceremony_app.hsm import worker",
    "ui/__init__": "",
    "ui/window": "from PySide6 import QtWidgets\nfrom ceremony_app import conductor",
    "unattended": "from ceremony_app import conductor",
    "conductor": "from ceremony_app import actions, chronicle, journal",
    "check/__init__": "from ceremony_app import pki",
    "verify/__init__": "from ceremony_app import chronicle, record",
    "verify/audit": "from ceremony_app import journal",
    "chronicle/__init__": "from ceremony_app import actions",
    "actions/__init__": "from ceremony_app import people",
    "hsm/__init__": "",
    "hsm/worker": "from ceremony_app.hsm import pkcs11, softhsm",
    "hsm/pkcs11": "import pkcs11",
    "hsm/softhsm": "from ceremony_app.core import ports",
    "station/__init__": "import time",
    "record/__init__": "",
    "record/layout": "import reportlab\nimport pikepdf",
    "people/__init__": "from ceremony_app import pki",
    "pki/__init__": "import cryptography",
    "journal/__init__": "import os",
    "definition/__init__": "import pathlib",
    "shares/__init__": "from ceremony_app.core import words",
    "shares/slip39": "import shamir_mnemonic",
    "core/__init__": "",
    "core/ports": "from typing import Protocol",
    "core/rules": "",
    "core/words": "import hashlib",
}

BREACHES = [
    # contract, module that reaches out, what it reaches for
    ("layers", "core/words", "import ceremony_app.shares"),
    ("layers", "journal/__init__", "import ceremony_app.pki"),
    ("layers", "definition/__init__", "import ceremony_app.journal"),
    ("layers", "pki/__init__", "import ceremony_app.people"),
    ("layers", "station/__init__", "import ceremony_app.record"),
    ("layers", "record/__init__", "import ceremony_app.chronicle"),
    ("layers", "hsm/__init__", "import ceremony_app.actions"),
    ("layers", "actions/__init__", "import ceremony_app.chronicle"),
    ("layers", "chronicle/__init__", "import ceremony_app.conductor"),
    ("layers", "check/__init__", "import ceremony_app.conductor"),
    ("layers", "verify/__init__", "import ceremony_app.check"),
    ("layers", "conductor", "import ceremony_app.ui"),
    ("layers", "unattended", "import ceremony_app.ui"),
    ("layers", "ui/window", "import ceremony_app.__main__"),
    ("layers", "attic", "import ceremony_app.core"),
    ("core-is-pure", "core/words", "import time"),
    ("core-is-pure", "core/words", "from os import path"),
    ("core-is-pure", "core/rules", "import cryptography.x509"),
    ("qt", "conductor", "from PySide6.QtCore import QObject"),
    ("qt", "__main__", "import PySide6"),
    ("ctypes", "station/__init__", "import ctypes"),
    ("paper", "verify/__init__", "import pikepdf"),
    ("paper", "chronicle/__init__", "from reportlab.platypus import Paragraph"),
    ("slip39", "shares/__init__", "from shamir_mnemonic import combine_mnemonics"),
    ("slip39", "actions/__init__", "import shamir_mnemonic"),
    ("inside-of-hsm", "conductor", "from ceremony_app.hsm import worker"),
    ("inside-of-hsm", "actions/__init__", "from ceremony_app.hsm.softhsm import anything"),
    ("auditors-laptop", "chronicle/__init__", "import ceremony_app.hsm.pkcs11"),
    ("second-statement", "verify/audit", "from ceremony_app.core import rules"),
    ("no-network", "station/__init__", "import http.client"),
]


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--no-logo", "--config", ROOT / "pyproject.toml", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def build(folder: Path, breach: dict[str, str]) -> None:
    for module, text in {**HOUSE, **{name: "" for name in breach if name not in HOUSE}}.items():
        file = folder / "ceremony_app" / f"{module}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n{breach.get(module, '')}\n")


def test_the_program_keeps_every_contract() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_a_house_as_planned_keeps_every_contract(tmp_path: Path) -> None:
    build(tmp_path, {})
    result = lint(tmp_path)
    assert result.returncode == 0, result.stdout
    assert " 0 broken" in result.stdout


@pytest.mark.parametrize(("contract", "module", "reach"), BREACHES)
def test_a_breach_is_named(tmp_path: Path, contract: str, module: str, reach: str) -> None:
    build(tmp_path, {module: reach})
    result = lint(tmp_path, "--contract", contract)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout
    assert module.removesuffix("/__init__").replace("/", ".") in result.stdout


def test_every_contract_is_shown_to_break() -> None:
    written = {
        line.split('"')[1] for line in (ROOT / "pyproject.toml").read_text().splitlines() if line.startswith("id = ")
    }
    assert written == {contract for contract, _, _ in BREACHES}
