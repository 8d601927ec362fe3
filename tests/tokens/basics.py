"""What a ceremony asks of a token, tried on one in factory state; says what it saw as JSON.

Run as a program, because some tokens can be seen only by a command that is started in a special way:
`python -m tests.tokens.basics MODULE SERIAL MODEL ARGUMENTS LABEL ALGORITHM...`
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony_app.core.algorithms import Algorithm, usual_scheme
from ceremony_app.core.device import Inventory, KeyReport, KeySpec, ModuleFacts, ObjectKind, TokenFacts
from ceremony_app.core.errors import TokenFault
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.open import list_tokens, open_token
from ceremony_app.pki.proof import proves

MESSAGE = b"what is signed to see whether it can be"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A pair as it was reported, found again by its id, and used."""

    report: KeyReport
    found: tuple[str, ...]
    verified: bool


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came of each call; `again` is the code of a second initialisation, empty where it succeeded."""

    module: ModuleFacts
    factory: TokenFacts
    initialised: TokenFacts
    with_pin: TokenFacts
    before: Inventory
    wrong_pin: str
    random: bytes
    trials: dict[str, str]
    made: dict[str, Made]
    refused: dict[str, str]
    reopened: Inventory
    public: Inventory
    signed_after: bool
    again: str
    left: int


def code_of(call: object) -> str:
    """The code with which a call fails, empty where it does not."""
    assert callable(call)
    try:
        call()
    except TokenFault as fault:
        return fault.code
    return ""


def verified(token: TokenPort, report: KeyReport) -> bool:
    """Whether the token signs with the pair so that software other than it accepts the signature."""
    algorithm = Algorithm(report.public.algorithm)
    scheme = usual_scheme(algorithm)
    spki = base64.b64decode(report.spki)
    load_der_public_key(spki)
    return proves(spki, algorithm, scheme, MESSAGE, token.sign(report.public.id, scheme, MESSAGE))


def kinds(inventory: Inventory, key_id: str) -> tuple[str, ...]:
    """The objects of an id by their kinds."""
    return tuple(sorted(thing.kind for thing in inventory.with_id(key_id)))


def try_all(module: Path, serial: str, model: str, arguments: str, label: str, algorithms: list[Algorithm]) -> Seen:
    """Everything, in the order of a ceremony. The PINs fit what every token known here takes: 4 to 8 characters."""
    so_pin, pin, wrong, other = (Secret.of(text) for text in ("officer7", "custod11", "custod12", "officer8"))
    assert serial in {facts.serial for facts in list_tokens(module, arguments=arguments)}
    token = open_token(module, serial, model=model, arguments=arguments)
    about, factory = token.module, token.facts()
    initialised = token.initialise(label, so_pin)
    token.set_user_pin(so_pin, pin)
    with_pin = token.facts()
    wrong_pin = code_of(lambda: token.activate(wrong))
    token.activate(pin)
    before = token.inventory()
    random = token.random(32)
    trials: dict[str, str] = {algorithm.value: token.try_out(algorithm).result for algorithm in algorithms}
    made, refused = dict[str, Made](), dict[str, str]()
    for number, algorithm in enumerate(algorithms, start=1):
        spec = KeySpec(label=f"key {algorithm}", id=f"{number:032x}", algorithm=algorithm)
        try:
            report = token.generate_key_pair(spec)
        except TokenFault as fault:
            refused[algorithm] = fault.code
            continue
        made[algorithm] = Made(report=report, found=kinds(token.inventory(), spec.id), verified=verified(token, report))
    token.close()

    token = open_token(module, serial, model=model, arguments=arguments)
    public = token.inventory()
    token.activate(pin)
    reopened = token.inventory()
    signed_after = all(verified(token, one.report) for one in made.values())
    token.deactivate()
    again = code_of(lambda: token.initialise(label, so_pin))
    left = 0
    if not again:
        token.set_user_pin(so_pin, other)
        token.activate(other)
        left = sum(thing.kind is ObjectKind.PRIVATE for thing in token.inventory().objects)
    token.close()
    return Seen(
        module=about,
        factory=factory,
        initialised=initialised,
        with_pin=with_pin,
        before=before,
        wrong_pin=wrong_pin,
        random=random,
        trials=trials,
        made=made,
        refused=refused,
        reopened=reopened,
        public=public,
        signed_after=signed_after,
        again=again,
        left=left,
    )


if __name__ == "__main__":
    path, serial, model, arguments, label, *algorithms = sys.argv[1:]
    seen = try_all(Path(path), serial, model, arguments, label, [Algorithm(name) for name in algorithms])
    sys.stdout.buffer.write(msgspec.json.encode(seen))
