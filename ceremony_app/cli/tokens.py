"""`ceremony token`: what a module shows, and the pre-flight sheet of one token."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from ceremony_app.actions.device_rows import object_line, pin_tries
from ceremony_app.actions.token_checks import Check, Seen, Wanted
from ceremony_app.actions.token_mechanisms import all_mechanisms
from ceremony_app.actions.token_sheet import evidence_of, look, needs, sheet, tally
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.output import say
from ceremony_app.cli.typed import typed
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import TokenFacts
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.ports import TokenPort
from ceremony_app.hsm.open import list_tokens, module_sha256, open_token
from ceremony_app.hsm.softhsm import find_module

T = TypeVar("T")

_WIDTH = 110
_TITLE = 24


def list_all(asked: argparse.Namespace) -> int:
    """One line a token: serial, model, label, state."""
    module = _module(asked)
    tokens = list_tokens(module, arguments=asked.arguments)
    say(f"{module}, SHA-256 {module_sha256(module)}")
    for facts in tokens:
        state = "initialised" if facts.initialised else "not initialised"
        say(f"{facts.serial or '(no serial)':<18} {facts.model:<18} {facts.label or '(no label)':<34} {state}")
    if not tokens:
        say("No token is connected.")
    return 0


def inspect(asked: argparse.Namespace) -> int:
    """The sheet: 0 where nothing in it is a FAIL, 1 where something is; 2 where the token is out of reach."""
    wanted = _wanted(asked)
    module = _reached(lambda: _module(asked))
    port = _reached(lambda: open_token(module, asked.serial, arguments=asked.arguments))
    with _closed(port):
        facts = _reached(port.facts)
        if asked.pin:
            log_in(port, facts)
        _announce(wanted, facts)
        digest = _reached(lambda: module_sha256(module))
        seen = _reached(lambda: look(port, facts, digest, wanted.tried))
    checks = sheet(seen, wanted)
    if asked.json:
        say(_as_json(seen, wanted, checks))
    else:
        _print(module, seen, wanted, checks)
    return 1 if any(check.mark == "FAIL" for check in checks) else 0


def _module(asked: argparse.Namespace) -> Path:
    module = Path(asked.module) if asked.module else find_module()
    if not module.is_file():
        raise Unusable("CER-MODULE", f"There is no PKCS#11 module at {module}.", "Name the module with `--module`.")
    return module


def _wanted(asked: argparse.Namespace) -> Wanted:
    """What the definition needs; without one everything is tried and nothing needed."""
    if not asked.definition:
        return Wanted(serial=asked.serial, also=tuple(Algorithm))
    definition = load_all(asked.definition, None).definition
    role = asked.role or ""
    if role and role not in definition.tokens:
        known = ", ".join(definition.tokens) or "none"
        raise Unusable("CER-DANGLING", f"“{role}” is not one of the tokens ({known}).", "Correct `--role`.")
    return msgspec.structs.replace(needs(definition, role), serial=asked.serial)


def _reached(ask: Callable[[], T]) -> T:
    """An answer of module or token; what keeps it away makes the inspection impossible, and is no finding."""
    try:
        return ask()
    except Refusal as refusal:
        raise Unusable(refusal.rule, refusal.why, refusal.what_to_do, where=refusal.where) from None


@contextmanager
def _closed(port: TokenPort) -> Iterator[None]:
    """The token is let go, and with it a login."""
    try:
        yield
    finally:
        port.close()


def log_in(port: TokenPort, facts: TokenFacts, words: str = "Activation PIN") -> None:
    """Log in with a PIN that is typed, or at the token. A PIN's last try is not spent here (CER-LAST-TRY)."""
    if "USER_PIN_LOCKED" in facts.flags or "USER_PIN_FINAL_TRY" in facts.flags:
        raise Refusal(
            "CER-LAST-TRY",
            f"Nobody is logged in for this: {pin_tries(facts.flags)}.",
            "Inspect without `--pin`. On a last try the quorum decides, in a ceremony.",
        )
    tell(f"PIN tries: {pin_tries(facts.flags)}.")
    if "PROTECTED_AUTHENTICATION_PATH" in facts.flags:
        tell(f"Enter the {words} at the token.")
        port.activate(None)
        return
    pin = typed(words)
    try:
        port.activate(pin)
    finally:
        pin.erase()


def _announce(wanted: Wanted, facts: TokenFacts) -> None:
    """What is going to take its time."""
    slow = [algorithm for algorithm in wanted.tried if algorithm.is_rsa]
    if slow and facts.initialised:
        tell(f"Trying {', '.join(wanted.tried)}. RSA keys take seconds in software, and on a card minutes.")


def tell(line: str) -> None:
    """A line for the person who waits; standard output holds the sheet and nothing else."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _print(module: Path, seen: Seen, wanted: Wanted, checks: tuple[Check, ...]) -> None:
    """The sheet, then what it was read from, then the objects."""
    say(f"Pre-flight sheet of the token {seen.token.serial}")
    say(f"Module {module}, {'under a login' if seen.login else 'without a login'}")
    say(f"Needed: {', '.join(wanted.algorithms) or 'nothing; name a definition with `--definition`'}")
    say("")
    for check in checks:
        _line(f"{check.mark}  {check.title}", check.words)
    say("")
    say("As the token reports it")
    for check in checks:
        if check.facts:
            say(check.title)
        for fact in check.facts:
            _line(f"  {fact.label}", fact.value)
    for number, thing in enumerate(seen.after.objects, start=1):
        _line(f"  Object {number}", object_line(thing))
    _line(f"{len(seen.mechanisms)} mechanisms", all_mechanisms(seen) or "(none)")
    say("")
    say(f"{tally(checks)}.")


def _line(head: str, words: str) -> None:
    """A head and words beside it; what is too long goes on under the words."""
    room = _TITLE + len("PASS  ")
    lines = textwrap.wrap(words, _WIDTH - room, break_long_words=False, break_on_hyphens=False) or [""]
    say(f"{head:<{room}} {lines[0]}")
    for line in lines[1:]:
        say(f"{'':<{room}} {line}")


def _as_json(seen: Seen, wanted: Wanted, checks: tuple[Check, ...]) -> str:
    """The sheet and the facts for a program, as one line."""
    told = {
        "checks": [
            {
                "result": check.mark,
                "title": check.title,
                "said": check.said,
                "do": check.do,
                "facts": [{"label": fact.label, "value": fact.value} for fact in check.facts],
            }
            for check in checks
        ],
        "fit": not any(check.unfit for check in checks),
        "facts": evidence_of(seen, wanted),
    }
    return msgspec.json.encode(told, order="sorted").decode()
