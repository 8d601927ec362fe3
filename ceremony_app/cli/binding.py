"""`ceremony bind`: what this room adds to a definition, observed where it can be and asked for where it cannot."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ceremony_app.cli.loading import load_all
from ceremony_app.cli.means import people_for, told_means
from ceremony_app.cli.output import say
from ceremony_app.cli.program import program_manifest
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.room import Binding, BoundMedium, BoundToken
from ceremony_app.core.script import Definition
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import sha256
from ceremony_app.definition.write import binding_toml
from ceremony_app.hsm.open import list_tokens, module_sha256
from ceremony_app.journal.files import create

Question = Callable[[str, str], str]
"""Asks for something by name and in words."""


def bind_room(asked: argparse.Namespace) -> int:
    """Observe the tokens, ask for what is missing, write the binding."""
    loaded = load_all(asked.definition, None)
    mode = Mode.REHEARSAL if asked.rehearsal else Mode.PRODUCTION
    if mode is Mode.PRODUCTION and not loaded.definition.policy_sha256:
        raise Unusable(
            "CER-PLAN",
            "A production binding needs a definition that names its policy pack by digest.",
            f'Add `policy-sha256 = "{loaded.digests["policy.toml"]}"` and have the definition approved.',
            where="policy-sha256",
        )
    ask, policy = _asker(), loaded.plan.policy
    binding = Binding(
        format=1,
        definition=loaded.definition.id,
        definition_sha256=sha256(loaded.ceremony),
        mode=mode,
        place=asked.place or ask("--place", "Place of the ceremony"),
        printer=asked.printer or "",
        program=program_manifest(),
        tokens=_tokens(loaded.definition, asked, ask),
        people=told_means(people_for(loaded.definition, policy), policy, asked),
        media=_media(loaded.definition, _pairs(asked.medium, "--medium"), ask),
    )
    create(Path(asked.output), binding_toml(binding))
    say(
        f"Wrote {asked.output}. One person is bound to each place of each role; change numbers there, and how people"
        " sign there or with --person."
    )
    return 0


def _asker() -> Question:
    """Asks at a terminal; without one, says which option is missing."""

    def ask(option: str, words: str) -> str:
        if not sys.stdin.isatty():
            raise Unusable("CER-BIND", f"{words}: not given.", f"Give it with {option}.")
        sys.stderr.write(f"{words}: ")
        sys.stderr.flush()
        return sys.stdin.readline().strip()

    return ask


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` pairs."""
    found = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            raise Unusable("CER-BIND", f"“{pair}” is not NAME=VALUE.", f"Write {option} NAME=VALUE.")
        found[name] = value
    return found


def _tokens(definition: Definition, asked: argparse.Namespace, ask: Question) -> dict[str, BoundToken]:
    """The token of each role, by serial, as it describes itself now."""
    if not definition.tokens:
        return {}
    module = Path(asked.module or ask("--module", "PKCS#11 module (path of the library)"))
    if not module.is_file():
        raise Unusable("CER-MODULE", f"There is no PKCS#11 module at {module}.", "Name the vendor's library.")
    there = {facts.serial: facts for facts in list_tokens(module, arguments=asked.arguments) if facts.serial}
    serials = _pairs(asked.token, "--token")
    found = {}
    for name, role in definition.tokens.items():
        known = ", ".join(f"{serial} ({facts.model})" for serial, facts in there.items()) or "none"
        serial = serials.get(name) or ask(f"--token {name}=SERIAL", f"Serial of the {role.title}; connected: {known}")
        if serial not in there:
            raise Refusal(
                "CER-TOKEN-SERIAL",
                f"No token with the serial {serial} is connected; there are: {known}.",
                "Connect it.",
            )
        facts = there[serial]
        found[name] = BoundToken(
            module=str(module.resolve()),
            module_sha256=module_sha256(module),
            serial=serial,
            model=facts.model,
            manufacturer=facts.manufacturer,
            arguments=asked.arguments,
        )
    return found


def _media(definition: Definition, given: Mapping[str, str], ask: Question) -> dict[str, BoundMedium]:
    """Where each medium is mounted."""
    return {
        name: BoundMedium(path=given.get(name) or ask(f"--medium {name}=PATH", f"Mount point of {asset.title or name}"))
        for name, asset in definition.assets.items()
        if asset.kind == "medium"
    }
