"""The proof of a pair, made and held again, for every kind of key."""

from __future__ import annotations

import base64

import pytest

from ceremony_app.actions.base import table
from ceremony_app.actions.proving import pair_rows, pair_wrong, proven
from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.station.randomness import SystemRandomness
from tests.fakes.token import FakeToken
from tests.hsm.common import ID, activated


class Mistaken(FakeToken):
    """Signs something else than what it is given."""

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        return super().sign(key_id, scheme, data + b"\0", pin)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_pair_of_every_kind_proves_itself_and_is_held_to_its_kind(algorithm: Algorithm) -> None:
    token = activated(FakeToken())
    report = token.generate_key_pair(KeySpec(label="root", id=ID, algorithm=algorithm))
    evidence = proven(report, algorithm, token, SystemRandomness(), None)
    spki = base64.b64decode(report.spki)
    assert pair_wrong(evidence, algorithm, spki) == ()
    assert pair_wrong(evidence, algorithm, spki + b"\0") == ("the file is not the public key of the evidence",)
    for other in set(Algorithm) - {algorithm}:
        assert pair_wrong(evidence, other, spki)
    assert {row.label: row.value for row in pair_rows(evidence)}["Algorithm"] == algorithm.value
    again = proven(report, algorithm, token, SystemRandomness(), None)
    proof = {**table(again, "proof"), "signature": table(evidence, "proof")["signature"]}
    exchanged = {**evidence, "proof": proof}
    assert pair_wrong(exchanged, algorithm, spki) == ("the proof does not verify",)


@pytest.mark.parametrize("algorithm", [Algorithm.P521, Algorithm.ED25519, Algorithm.RSA3072])
def test_a_token_that_signs_something_else_proves_nothing(algorithm: Algorithm) -> None:
    token = activated(Mistaken())
    report = token.generate_key_pair(KeySpec(label="root", id=ID, algorithm=algorithm))
    with pytest.raises(Refusal) as refusal:
        proven(report, algorithm, token, SystemRandomness(), None)
    assert refusal.value.rule == "CER-PROOF"
