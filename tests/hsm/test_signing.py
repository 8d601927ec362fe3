"""How a scheme is put to tokens that hash and to tokens that do not."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from ceremony_app.core.algorithms import Scheme
from ceremony_app.hsm import signing

DATA = b"to be signed"


@pytest.mark.parametrize(("scheme", "combined"), [(Scheme.RSA_SHA256, 0x40), (Scheme.RSA_SHA384, 0x41)])
def test_rsa_is_hashed_by_the_token_where_it_can(scheme: Scheme, combined: int) -> None:
    assert signing.question(scheme, DATA, 0, frozenset({1, combined})) == (combined, DATA)


@pytest.mark.parametrize("scheme", [Scheme.RSA_SHA256, Scheme.RSA_SHA384])
def test_rsa_is_hashed_here_where_the_token_cannot(scheme: Scheme) -> None:
    mechanism, digest_info = signing.question(scheme, DATA, 0, frozenset({1}))
    assert mechanism == 1
    key = rsa.generate_private_key(65537, 2048)
    algorithm = hashes.SHA256() if scheme is Scheme.RSA_SHA256 else hashes.SHA384()
    signed = key.sign(DATA, padding.PKCS1v15(), algorithm)
    assert key.public_key().recover_data_from_signature(signed, padding.PKCS1v15(), None) == digest_info


@pytest.mark.parametrize(("octets", "length"), [(32, 32), (48, 48), (66, 48)])
def test_a_hash_counts_with_its_leftmost_octets(octets: int, length: int) -> None:
    mechanism, digest = signing.question(Scheme.ECDSA_SHA384, DATA, octets, frozenset())
    assert (mechanism, digest) == (0x1041, hashlib.sha384(DATA).digest()[:length])


def test_r_and_s_become_der() -> None:
    pair = (1).to_bytes(48, "big") + (2**383).to_bytes(48, "big")
    assert utils.decode_dss_signature(signing.signature(Scheme.ECDSA_SHA384, pair)) == (1, 2**383)
    assert signing.signature(Scheme.RSA_SHA256, b"as it is") == b"as it is"
