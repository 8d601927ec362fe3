"""The proof of a private key: a random challenge that the token signs and that is verified outside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final

import msgspec

from ceremony_app.actions.base import Concern, table, text
from ceremony_app.actions.device_rows import attribute_rows
from ceremony_app.core.algorithms import Algorithm, usual_scheme
from ceremony_app.core.device import KeyReport, ObjectFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Randomness, TokenPort
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.pki.proof import proves
from ceremony_app.pki.spki import public_key, spki_digest

_CHALLENGE_BYTES: Final = 32


def proven(
    report: KeyReport, algorithm: Algorithm, port: TokenPort, randomness: Randomness, pin: Secret | None
) -> dict[str, Json]:
    """The evidence of a pair that is on a token: both halves as read back, and a challenge that it signed.

    Raises `Refusal` for a public key that is none of its kind (CER-KEY) and for a signature that does not verify
    (CER-PROOF).
    """
    spki = base64.b64decode(report.spki)
    public_key(spki, algorithm)
    scheme, key_id = usual_scheme(algorithm), report.private.id
    challenge = b"ceremony key proof " + randomness.octets(_CHALLENGE_BYTES)
    signature = port.sign(key_id, scheme, challenge, pin)
    if not proves(spki, algorithm, scheme, challenge, signature):
        raise Refusal(
            "CER-PROOF",
            "The key's signature does not verify with its public key.",
            "Do not use this key. Inspect the token; destroy the key or go to the spare token.",
        )
    return {
        "id": key_id,
        "label": report.private.label,
        "algorithm": algorithm.value,
        "spki": report.spki,
        "spki-sha256": spki_digest(spki),
        "report": msgspec.to_builtins(report),
        "proof": {
            "challenge": base64.b64encode(challenge).decode(),
            "signature": base64.b64encode(signature).decode(),
        },
    }


def report_in(evidence: Mapping[str, Json]) -> KeyReport:
    """The pair as it was read back."""
    return msgspec.convert(dict(table(evidence, "report")), KeyReport)


def pair_rows(evidence: Mapping[str, Json]) -> tuple[Row, ...]:
    """A pair as the token reports it, and the digest that names it."""
    report = report_in(evidence)
    return (
        Row("Algorithm", text(evidence, "algorithm")),
        Row("Label on the token", text(evidence, "label")),
        Row("Id on the token", text(evidence, "id")),
        Row("SHA-256 of the public key", text(evidence, "spki-sha256")),
        *attribute_rows("Private key attributes", report.private),
        *attribute_rows("Public key attributes", report.public),
        Row("Generation mechanism", report.mechanism or "not reported"),
        Row("Proof", "a random challenge was signed by the token and verified outside it"),
    )


def pair_wrong(evidence: Mapping[str, Json], algorithm: Algorithm, file: bytes | None) -> tuple[str, ...]:
    """What is wrong with the evidence of a pair: its kind, its digest, its proof, or the file of its public key."""
    try:
        spki = base64.b64decode(text(evidence, "spki"), validate=True)
        public_key(spki, algorithm)
        proof = table(evidence, "proof")
        challenge = base64.b64decode(text(proof, "challenge"), validate=True)
        signature = base64.b64decode(text(proof, "signature"), validate=True)
    except (ValueError, Refusal) as error:
        return (f"the public key in the evidence is unfit: {error}",)
    wrong = []
    if text(evidence, "algorithm") != algorithm.value:
        wrong.append("the algorithm is not the definition's")
    if spki_digest(spki) != text(evidence, "spki-sha256"):
        wrong.append("the digest is not that of the public key")
    if not proves(spki, algorithm, usual_scheme(algorithm), challenge, signature):
        wrong.append("the proof does not verify")
    if file != spki:
        wrong.append("the file is not the public key of the evidence")
    return tuple(wrong)


def weaknesses(thing: ObjectFacts, *, extractable: bool = False) -> tuple[Concern, ...]:
    """What a key was to be and reads back otherwise: a deviation, since the key is there all the same."""
    found = []
    if thing.attributes.get("SENSITIVE") is False:
        found.append(Concern(expected="a sensitive key", happened="the token reports the key as not sensitive"))
    if thing.attributes.get("EXTRACTABLE") is True and not extractable:
        found.append(Concern(expected="a key that never leaves", happened="the token reports the key as extractable"))
    return tuple(found)
