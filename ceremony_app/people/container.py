"""The encrypted container of a private key: PKCS#8 under PBES2, with a cost that a stolen stick withstands."""

# mypy: disable-error-code="no-untyped-call"
# asn1crypto carries no types; what is taken from it is given its type in this one file.

from __future__ import annotations

import base64
import binascii
import os
import re
from typing import Final

from asn1crypto import algos, core, keys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ceremony_app.core.secret import Secret
from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import Members, Node

SCRYPT_N: Final = 16384
SCRYPT_R: Final = 8
SCRYPT_P: Final = 5
"""What is written. OpenSSL's own limit of memory refuses to read N = 32768 with r = 8."""

LEAST_ITERATIONS: Final = 600_000
LEAST_SCRYPT_WORK: Final = SCRYPT_N * SCRYPT_R
MOST_ITERATIONS: Final = 20_000_000
MOST_SCRYPT_MEMORY: Final = 2**28
MOST_SCRYPT_WORK: Final = 2**26
"""What is read. The upper ends keep a hostile file from holding up the room."""

_PBES2: Final = "1.2.840.113549.1.5.13"
_PBKDF2: Final = "1.2.840.113549.1.5.12"
_SCRYPT: Final = "1.3.6.1.4.1.11591.4.11"
_PRFS: Final = frozenset(f"1.2.840.113549.2.{n}" for n in (9, 10, 11))
"""HMAC with SHA-256, SHA-384, SHA-512; not the default, which is SHA-1."""
_AES_CBC: Final = frozenset(f"2.16.840.1.101.3.4.1.{n}" for n in (2, 22, 42))

_PEM: Final = re.compile(
    rb"\s*-----BEGIN ENCRYPTED PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END ENCRYPTED PRIVATE KEY-----\s*"
)
_BLOCK: Final = 16


class UnfitError(ValueError):
    """These octets are no container that is opened here; the text says why, for a person."""


class _ScryptParams(core.Sequence):
    """RFC 7914, 7.1."""

    _fields = [  # noqa: RUF012 - what the library reads it from
        ("salt", core.OctetString),
        ("cost_parameter", core.Integer),
        ("block_size", core.Integer),
        ("parallelization_parameter", core.Integer),
    ]


def seal(private: Ed25519PrivateKey, passphrase: Secret) -> bytes:
    """The key as PEM of EncryptedPrivateKeyInfo (RFC 5958, 3): PBES2 (RFC 8018) with scrypt, AES-256-CBC.

    `openssl pkey` reads it. `cryptography` writes such files with 2,048 iterations and no way to ask for more.
    """
    salt, iv = os.urandom(_BLOCK), os.urandom(_BLOCK)
    key = Scrypt(salt=salt, length=32, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.lend())
    padder, cipher = PKCS7(AES.block_size).padder(), Cipher(AES(key), CBC(iv)).encryptor()
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    derivation = _ScryptParams(
        {"salt": salt, "cost_parameter": SCRYPT_N, "block_size": SCRYPT_R, "parallelization_parameter": SCRYPT_P}
    )
    parameters = algos.Pbes2Params(
        {
            "key_derivation_func": {"algorithm": _SCRYPT, "parameters": derivation},
            "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": iv},
        }
    )
    whole = keys.EncryptedPrivateKeyInfo(
        {
            "encryption_algorithm": {"algorithm": "pbes2", "parameters": parameters},
            "encrypted_data": cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize(),
        }
    )
    body = base64.encodebytes(bytes(whole.dump())).replace(b"\n", b"")
    lines = b"".join(body[i : i + 64] + b"\n" for i in range(0, len(body), 64))
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + lines + b"-----END ENCRYPTED PRIVATE KEY-----\n"


def container(pem: bytes) -> bytes:
    """The DER of the one container in a PEM file, its cost judged before anything is derived.

    Raises `UnfitError` (`pki.der.MalformedError` is another ValueError): not that PEM, not PBES2, PBKDF2 with fewer
    than 600,000 iterations or SHA-1, scrypt below N r = 16384 x 8, absurd cost, another cipher than AES-CBC.
    """
    found = _PEM.fullmatch(pem)
    if found is None:
        raise UnfitError("it is not one PEM block ENCRYPTED PRIVATE KEY")
    try:
        der = base64.b64decode(re.sub(rb"[\r\n]", b"", found[1]), validate=True)
    except binascii.Error:
        raise UnfitError("its base64 is damaged") from None
    whole = asn1.sequence(der, "EncryptedPrivateKeyInfo")
    parameters = _algorithm(whole.take("encryptionAlgorithm", asn1.SEQUENCE), {_PBES2}, "PBES2")[1]
    data = whole.take("encryptedData", asn1.OCTET_STRING).content
    whole.end()
    members = _members(parameters, "PBES2-params")
    name, derivation = _algorithm(
        members.take("keyDerivationFunc", asn1.SEQUENCE), {_SCRYPT, _PBKDF2}, "scrypt or PBKDF2"
    )
    _algorithm(members.take("encryptionScheme", asn1.SEQUENCE), _AES_CBC, "AES-CBC")
    members.end()
    if not data or len(data) % _BLOCK:
        raise UnfitError("its encrypted part is cut off")
    cost = _members(derivation, "parameters of the derivation")
    cost.take("salt", asn1.OCTET_STRING)
    if name == _SCRYPT:
        _judge_scrypt(cost)
    else:
        _judge_pbkdf2(cost)
    return der


def _judge_scrypt(cost: Members) -> None:
    n, r, p = (asn1.integer(cost.take(name, asn1.INTEGER), name) for name in ("N", "r", "p"))
    if min(n, r, p) < 1 or n.bit_count() != 1:
        raise UnfitError("its scrypt parameters are none (RFC 7914, 6)")
    if n * r < LEAST_SCRYPT_WORK:
        raise UnfitError(f"its passphrase is protected by scrypt with N {n} and r {r} only")
    if 128 * n * r > MOST_SCRYPT_MEMORY or n * r * p > MOST_SCRYPT_WORK:
        raise UnfitError("its scrypt parameters are absurdly high")


def _judge_pbkdf2(cost: Members) -> None:
    iterations = asn1.integer(cost.take("iterationCount", asn1.INTEGER), "iterationCount")
    if iterations < LEAST_ITERATIONS:
        raise UnfitError(f"its passphrase is protected by {iterations} iterations of PBKDF2, fewer than 600,000")
    if iterations > MOST_ITERATIONS:
        raise UnfitError("its number of PBKDF2 iterations is absurdly high")
    cost.maybe(asn1.INTEGER)
    prf = cost.maybe(asn1.SEQUENCE)
    if prf is None:
        raise UnfitError("its PBKDF2 uses SHA-1")
    _algorithm(prf, _PRFS, "HMAC with SHA-256, SHA-384 or SHA-512")


def _algorithm(node: Node, known: frozenset[str] | set[str], what: str) -> tuple[str, Node]:
    """The identifier and the parameters of an AlgorithmIdentifier that must be one of these."""
    members = Members(node, "AlgorithmIdentifier")
    name = asn1.oid(members.take("algorithm", asn1.OBJECT_IDENTIFIER))
    if name not in known:
        raise UnfitError(f"it uses {name}, not {what}")
    parameters = members.take("parameters")
    members.end()
    return name, parameters


def _members(node: Node, what: str) -> Members:
    return asn1.sequence(node.der, what)
