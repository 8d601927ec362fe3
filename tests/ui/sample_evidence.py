"""What the fake device shows before a step and answers after it."""

from __future__ import annotations

import hashlib

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
