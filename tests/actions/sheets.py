"""A token that is as it should be, seen with everything tried, and ways to change one thing about it."""

from __future__ import annotations

import msgspec

from ceremony_app.actions.token_checks import Check, Seen, Wanted
from ceremony_app.actions.token_sheet import sheet
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import Inventory, ModuleFacts, ObjectFacts, ObjectKind, TokenFacts, Trial
from tests.fakes import token_parts as parts

SERIAL = "EX7-000042"
MODULE = "5" * 64
ASKED = {"TOKEN": False, "PRIVATE": True, "SENSITIVE": True, "EXTRACTABLE": False, "SIGN": True, "DERIVE": False}
KEY = ObjectFacts(kind=ObjectKind.PUBLIC, label="old", id="0a", algorithm="P-384")

WANTED = Wanted(
    serial=SERIAL,
    model="KeyStore 7",
    module_sha256=MODULE,
    pin_entry="keyboard",
    algorithms=(Algorithm.P384, Algorithm.RSA3072),
    wrapping=True,
)


def trial(algorithm: Algorithm, **changes: object) -> Trial:
    """A trial that passed, but for the changes."""
    kept = {**ASKED, "LOCAL": True, "DECRYPT": False}
    start = Trial(
        algorithm=algorithm,
        result="passed",
        said="It signs, and nothing is left of it.",
        asked=ASKED,
        kept=kept,
        label_kept=True,
        id_kept=True,
    )
    return msgspec.structs.replace(start, **changes)


GOOD = Seen(
    module=ModuleFacts(manufacturer="Example Devices", description="KeyStore", version="7.4", cryptoki="2.40"),
    module_sha256=MODULE,
    remarks=(),
    token=TokenFacts(
        manufacturer="Example Devices",
        model="KeyStore 7",
        serial=SERIAL,
        label="ROOT",
        firmware="7.4",
        hardware="2.0",
        flags=("LOGIN_REQUIRED", "RNG", "TOKEN_INITIALIZED", "USER_PIN_INITIALIZED"),
        pin_min=4,
        pin_max=64,
    ),
    mechanisms=parts.MECHANISMS,
    trials=(trial(Algorithm.P384), trial(Algorithm.RSA3072)),
    before=Inventory(serial=SERIAL, objects=(KEY,)),
    after=Inventory(serial=SERIAL, objects=(KEY,)),
    login=True,
)


def seen(**changes: object) -> Seen:
    """The good token, but for these members."""
    return msgspec.structs.replace(GOOD, **changes)


def token(*more: str, without: str = "", **changes: object) -> Seen:
    """The good token with flags more, with one less, or with other facts."""
    flags = tuple(sorted({*GOOD.token.flags, *more} - {without}))
    return seen(token=msgspec.structs.replace(GOOD.token, flags=flags, **changes))


def tried(algorithm: Algorithm, *, login: bool = True, **changes: object) -> Seen:
    """The good token but for one trial."""
    trials = tuple(trial(algorithm, **changes) if one.algorithm is algorithm else one for one in GOOD.trials)
    return seen(trials=trials, login=login)


def check(title: str, of: Seen, wanted: Wanted = WANTED) -> Check:
    """The one check of this title."""
    found = [one for one in sheet(of, wanted) if one.title == title]
    assert len(found) == 1, title
    return found[0]
