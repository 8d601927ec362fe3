"""`ceremony token`: what a module shows, and the pre-flight sheet of one token."""

from __future__ import annotations

import argparse
from pathlib import Path

from ceremony_app.actions.device_rows import facts_json, facts_rows, inventory_rows
from ceremony_app.cli.output import say
from ceremony_app.core.errors import Unusable
from ceremony_app.core.values import Row
from ceremony_app.hsm.open import list_tokens, module_sha256, open_token
from ceremony_app.hsm.quirks import software_model
from ceremony_app.hsm.softhsm import find_module


def _module(asked: argparse.Namespace) -> Path:
    module = Path(asked.module) if asked.module else find_module()
    if not module.is_file():
        raise Unusable("CER-MODULE", f"There is no PKCS#11 module at {module}.", "Name the module with `--module`.")
    return module


def list_all(asked: argparse.Namespace) -> int:
    """One line a token: serial, model, label, state."""
    module = _module(asked)
    tokens = list_tokens(module)
    say(f"{module}, SHA-256 {module_sha256(module)}")
    for facts in tokens:
        state = "initialised" if facts.initialised else "not initialised"
        say(f"{facts.serial or '(no serial)':<18} {facts.model:<18} {facts.label or '(no label)':<34} {state}")
    if not tokens:
        say("No token is connected.")
    return 0


def inspect(asked: argparse.Namespace) -> int:
    """Facts and the objects that can be seen without a PIN."""
    module = _module(asked)
    port = open_token(module, asked.serial)
    try:
        facts = port.facts()
        rows = list(facts_rows(facts_json(facts)))
        rows.append(Row("Kind", "software, for rehearsals" if software_model(facts) else "not known to be software"))
        if facts.initialised:
            rows += inventory_rows(port.inventory())
    finally:
        port.close()
    for row in rows:
        say(f"{row.label:<24} {row.value}")
    say("Seen without a PIN: private objects do not show. The trial of mechanisms comes with a later version.")
    return 0
