"""What the tests of the contract have in common: PINs, specs, and how a fault and a signature are looked at."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TypeVar

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeyReport, KeySpec, WrappingKeySpec
from ceremony_app.core.errors import TokenFault
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.process import WorkerProcess
from ceremony_app.hsm.remote import RemoteToken

Token = TypeVar("Token", bound=TokenPort)

SO_PIN = Secret.of("security-officer-7341")
PIN = Secret.of("activation-canary-2209")
WRONG = Secret.of("activation-canary-2200")
ID = "00112233445566778899aabbccddeeff"
OTHER_ID = "ffeeddccbbaa99887766554433221100"
WRAPPING_ID = "abababababababababababababababab"
SPEC = KeySpec(label="operator-root", id=ID, algorithm=Algorithm.P256)
SLOW = KeySpec(label="operator-root", id=ID, algorithm=Algorithm.RSA4096)
WRAPPING = WrappingKeySpec(label="backup-key", id=WRAPPING_ID)


_HASHES = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384(), "SHA512": hashes.SHA512()}


def fault_of(call: Callable[[], object]) -> TokenFault:
    """The fault that the call raises."""
    with pytest.raises(TokenFault) as caught:
        call()
    return caught.value


def activated(token: Token) -> Token:
    """The token with both PINs and its user logged in."""
    token.initialise("Root token", SO_PIN)
    token.set_user_pin(SO_PIN, PIN)
    token.activate(PIN)
    return token


def worker_of(token: RemoteToken) -> WorkerProcess:
    """The process that drives the token now."""
    return token._peer.process


def verify(report: KeyReport, scheme: Scheme, signature: bytes, data: bytes) -> None:
    """Raises InvalidSignature where the signature is not of this key."""
    key = load_der_public_key(base64.b64decode(report.spki))
    match scheme:
        case Scheme.ECDSA_SHA256 | Scheme.ECDSA_SHA384 | Scheme.ECDSA_SHA512:
            assert isinstance(key, ec.EllipticCurvePublicKey)
            key.verify(signature, data, ec.ECDSA(_HASHES[scheme.value[-6:]]))
        case Scheme.ED25519:
            assert isinstance(key, ed25519.Ed25519PublicKey)
            key.verify(signature, data)
        case Scheme.RSA_SHA256 | Scheme.RSA_SHA384:
            assert isinstance(key, rsa.RSAPublicKey)
            key.verify(signature, data, padding.PKCS1v15(), _HASHES[scheme.value[:6].upper()])
        case Scheme.PSS_SHA256 | Scheme.PSS_SHA384:
            assert isinstance(key, rsa.RSAPublicKey)
            hashed = _HASHES[scheme.value[-6:]]
            key.verify(signature, data, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
