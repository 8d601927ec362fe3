"""The ceremony that is measured, as a definition: one key after the other, each generated under a quorum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ceremony_app.core.algorithms import Algorithm


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """A key of the ceremony. With `certificate` its certificate is tried before and signed after its generation."""

    name: str
    algorithm: Algorithm = Algorithm.P256
    certificate: bool = False


def generating(name: str) -> str:
    """The id of the step that makes a key."""
    return f"generate-{name}"


def certifying(name: str) -> str:
    """The id of the step that signs its certificate."""
    return f"certify-{name}"


def definition(keys: Sequence[MadeKey]) -> bytes:
    """TOML. The token is connected, initialised and activated; then come the keys, in this order."""
    tables = [_key(key) for key in keys]
    steps = [step for key in keys for step in _steps(key)]
    return "\n".join([_OPENING, *tables, _TOKEN, '[[acts]]\ntitle = "Keys"', *steps, _CLOSING]).encode()


def _key(key: MadeKey) -> str:
    profile = 'profile = "root"\n' if key.certificate else ""
    return f'[keys.{key.name}]\nalgorithm = "{key.algorithm}"\ntoken = "hsm"\n{profile}'


def _steps(key: MadeKey) -> list[str]:
    steps = [_step(generating(key.name), "generate-key", f'key = "{key.name}"', 'sign_off = "two"')]
    if key.certificate:
        named = f'name = "{key.name}"', f'key = "{key.name}"'
        steps.insert(0, _step(f"try-{key.name}", "trial-chain"))
        steps.append(_step(certifying(key.name), "self-sign", *named, 'sign_off = "two"'))
    return steps


def _step(name: str, kind: str, *settings: str) -> str:
    head = "[[acts.steps]]", f'id = "{name}"', f'do = "{kind}"', "minutes = 1", 'say = "A step that is measured."'
    return "\n".join([*head, *settings, ""])


_OPENING: Final = """\
format = 1
id = "bench"
title = "Ceremony for measurements"
policy = "general"
deviations = "two"

[roles.administrator]
title = "Ceremony administrator"

[roles.internal-witness]
title = "Internal witness"

[roles.external-witness]
title = "External witness"
side = "external"

[quorums.two]
all = { internal-witness = 1, external-witness = 1 }

[tokens.hsm]
title = "Practice token"
"""

_PINS: Final = 'so_pin_by = "internal-witness"', 'pin_by = "administrator"'

_TOKEN: Final = "\n".join(
    [
        '[[acts]]\ntitle = "Token"',
        _step("roll-call", "roll-call"),
        _step("connect", "connect", 'token = "hsm"'),
        _step("inspect", "inspect-token", 'token = "hsm"'),
        _step("initialise", "initialise-token", 'token = "hsm"', 'label = "BENCH"', *_PINS, 'sign_off = "two"'),
        _step("activate", "activate", 'token = "hsm"', _PINS[1]),
    ]
)

_CLOSING: Final = "\n".join(
    [
        '[[acts]]\ntitle = "Closing"',
        _step("deactivate", "deactivate", 'token = "hsm"'),
        _step("disconnect", "disconnect", 'token = "hsm"'),
        _step("close", "close", "rows = 1", 'attest = "two"', 'statement = "I was present."'),
    ]
)
