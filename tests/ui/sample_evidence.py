"""What the fake device shows before a step and answers after it."""

from __future__ import annotations

import hashlib

from ceremony_app.core.device import LAST_TRY, ObjectFacts, ObjectKind
from ceremony_app.core.values import Row

SPKI = hashlib.sha256(b"the sample public key").hexdigest()

PREPARED = (
    Row("Device", "H7-00412, model Sample, slot 0"),
    Row("Mechanism", "EC key pair on P-384"),
    Row("Label", "ROOT-2026"),
    Row("Attributes of the private key", "sensitive, never extractable, token object"),
    Row("CKA_ID", "9f31c0d2a4b5e6f7"),
)
DONE = (
    Row("The device answered", "done"),
    Row("Attributes read back", "SENSITIVE yes, EXTRACTABLE no, ALWAYS_SENSITIVE yes, NEVER_EXTRACTABLE yes"),
    Row("SHA-256 of the public key", SPKI),
    Row("Inventory", "2 new objects: public key ROOT-2026, private key ROOT-2026"),
)

ACTIVATION = (
    Row("Token", "Hardware security module"),
    Row("Serial number in the binding", "H7-00412"),
)
MANY_TRIES = Row("PIN tries", "no wrong try since the last right one, as far as the token reports")
ONE_TRY = Row("PIN tries", LAST_TRY)
WRONG_PIN = (
    Row("Did not succeed", "The PIN is wrong; this cost one try. Make sure of the PIN before the next try. [CER-PIN]"),
    Row("The device answered", "CKR_PIN_INCORRECT (0x000000a0)"),
    Row("PIN tries", "a wrong PIN was entered before; few tries are left"),
    Row("What is certain", "nothing was changed"),
)
SILENCE = (
    Row("Did not succeed", "The token's process was ended before the answer came. Inspect the token. [CER-WORKER]"),
    Row("The device answered", "WORKER_DIED (0x00000000)"),
    Row("What is certain", "not known what happened"),
)
IN_VAIN = (
    Row("Found", "the token could not be looked at; nothing is known yet"),
    Row("What stands in the way", "The PIN is wrong; this cost one try. Make sure of it before the next. [CER-PIN]"),
    Row("The device answered", "CKR_PIN_INCORRECT (0x000000a0)"),
    ONE_TRY,
)
_OP = "9f31c0d2a4b5e6f70011223344556677"
PAIR = (
    ObjectFacts(kind=ObjectKind.PUBLIC, label="ROOT-2026", id=_OP, algorithm="ec-p384", public_sha256=SPKI),
    ObjectFacts(kind=ObjectKind.PRIVATE, label="ROOT-2026", id=_OP, algorithm="ec-p384"),
)
HALF = (ObjectFacts(kind=ObjectKind.PRIVATE, label="", id="", fault="CKR_ATTRIBUTE_TYPE_INVALID"),)
FOUND = {
    "executed": (
        Row("Found", "the call did what it was to do, though its answer was lost"),
        Row("Objects on the token", "0 before, 2 now"),
        *(Row("New on the token", thing.told()) for thing in PAIR),
    ),
    "partly": (
        Row("Found", "the call left something that it was not to leave; it is never used as it is"),
        *(Row("New on the token", thing.told()) for thing in HALF),
    ),
    "unseen": IN_VAIN,
    "not-executed": (Row("Found", "the call did nothing: the token is as it was before"),),
}
LEFT = {"executed": PAIR, "partly": HALF}


def prepared(kind: str, *, last_try: bool, keypad: bool) -> tuple[tuple[Row, ...], bool]:
    """What the fake device shows before a step of a kind, and whether it is a grave one."""
    if kind == "activate":
        entry = Row("PIN entry", "at the token's own keypad" if keypad else "at this keyboard")
        return (*ACTIVATION, entry, ONE_TRY if last_try else MANY_TRIES), last_try
    return PREPARED, False


def came_of(call: str, end: str) -> tuple[Row, ...]:
    """What the fake device answers to a call."""
    match end:
        case "unknown":
            return SILENCE
        case "done":
            return DONE[:1] if call == "activate" else DONE
        case _ if call == "activate":
            return WRONG_PIN
        case _:
            return (Row("The device answered", f"CKR_DEVICE_ERROR 0x00000030, {end}"),)
