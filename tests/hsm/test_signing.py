"""How a scheme is put to tokens that hash and to tokens that do not."""

from __future__ import annotations

import hashlib
import struct
from functools import partial

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.errors import Executed
from ceremony_app.hsm import signing
from ceremony_app.hsm.signing import Question
from tests.hsm.common import fault_of

DATA = b"to be signed"
PSS256, PSS384 = struct.pack("@LLL", 0x250, 2, 32), struct.pack("@LLL", 0x260, 3, 48)


@pytest.mark.parametrize(
    ("scheme", "combined", "parameter"),
    [
        (Scheme.RSA_SHA256, 0x40, b""),
        (Scheme.RSA_SHA384, 0x41, b""),
        (Scheme.PSS_SHA256, 0x43, PSS256),
        (Scheme.PSS_SHA384, 0x44, PSS384),
    ],
)
def test_rsa_is_hashed_by_the_token_where_it_can(scheme: Scheme, combined: int, parameter: bytes) -> None:
    offered = frozenset({0x1, 0xD, combined})
    assert signing.question(scheme, DATA, "RSA-3072", offered) == Question(combined, DATA, parameter)


@pytest.mark.parametrize("scheme", [Scheme.RSA_SHA256, Scheme.RSA_SHA384])
def test_rsa_is_hashed_here_where_the_token_cannot(scheme: Scheme) -> None:
    asked = signing.question(scheme, DATA, "RSA-2048", frozenset({1}))
    assert (asked.mechanism, asked.parameter) == (1, b"")
    key = rsa.generate_private_key(65537, 2048)
    algorithm = hashes.SHA256() if scheme is Scheme.RSA_SHA256 else hashes.SHA384()
    signed = key.sign(DATA, padding.PKCS1v15(), algorithm)
    assert key.public_key().recover_data_from_signature(signed, padding.PKCS1v15(), None) == asked.octets


@pytest.mark.parametrize(
    ("scheme", "name", "parameter"), [(Scheme.PSS_SHA256, "sha256", PSS256), (Scheme.PSS_SHA384, "sha384", PSS384)]
)
def test_pss_takes_the_hash_and_says_which_it_is(scheme: Scheme, name: str, parameter: bytes) -> None:
    other = {Scheme.PSS_SHA256: 0x44, Scheme.PSS_SHA384: 0x43}[scheme]
    for offered in ({0xD}, {0xD, other}):
        asked = signing.question(scheme, DATA, "RSA-3072", frozenset(offered))
        assert asked == Question(0xD, hashlib.new(name, DATA).digest(), parameter)
    for lacking in ({0x1, 0x40, 0x41}, {other}):
        fault = fault_of(partial(signing.question, scheme, DATA, "RSA-3072", frozenset(lacking)))
        assert (fault.code, fault.executed) == ("SCHEME_NOT_OFFERED", Executed.NO)


def test_ed25519_is_given_the_message_whole() -> None:
    assert signing.question(Scheme.ED25519, DATA, "Ed25519", frozenset()) == Question(0x1057, DATA)


@pytest.mark.parametrize(("kind", "octets"), [("P-256", 32), ("P-384", 48), ("P-521", 64)])
def test_a_hash_counts_with_its_leftmost_octets(kind: str, octets: int) -> None:
    asked = signing.question(Scheme.ECDSA_SHA512, DATA, kind, frozenset())
    assert asked == Question(0x1041, hashlib.sha512(DATA).digest()[:octets])


def test_r_and_s_become_der() -> None:
    for size, largest in ((48, 2**383), (66, 2**520)):
        pair = (1).to_bytes(size, "big") + largest.to_bytes(size, "big")
        assert utils.decode_dss_signature(signing.signature(Scheme.ECDSA_SHA512, pair)) == (1, largest)
    for scheme in (Scheme.RSA_SHA256, Scheme.PSS_SHA256, Scheme.ED25519):
        assert signing.signature(scheme, b"as it is") == b"as it is"
