"""Private keys that are somewhere else: the library builds and encodes, a callable signs.

Nothing is encoded by hand: `cryptography` accepts subclasses of its private-key classes wherever it signs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Never, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.errors import Refusal

Sign: TypeAlias = Callable[[Scheme, bytes], bytes]
"""Signs a whole message: DER for ECDSA, raw octets for RSA (`core.ports.TokenPort.sign` with the key chosen)."""

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def hash_of(scheme: Scheme) -> hashes.SHA256 | hashes.SHA384:
    """The hash of a scheme, as the library wants it."""
    return hashes.SHA384() if scheme.hash_name == "sha384" else hashes.SHA256()


def key_elsewhere(public: PublicKey, sign: Sign) -> PrivateKey:
    """A private key for the library's builders whose every signature is made by `sign`."""
    if isinstance(public, rsa.RSAPublicKey):
        return _RsaElsewhere(public, sign)
    return _EcElsewhere(public, sign)


def guarded(sign: Sign, approved_sha256: str) -> Sign:
    """The same, for the approved octets only (SHA-256 in hex), and once.

    Raises `Refusal` (CER-APPROVED) for other octets or a second signature, before anything reaches the token.
    """
    asked: list[str] = []

    def sign_approved(scheme: Scheme, data: bytes) -> bytes:
        digest = hashlib.sha256(data).hexdigest()
        if digest != approved_sha256:
            raise _not_approved(f"The octets to be signed have the digest {digest}; {approved_sha256} was approved.")
        if asked:
            raise _not_approved("A second signature was asked for under one approval.")
        asked.append(digest)
        return sign(scheme, data)

    return sign_approved


class CapturedError(Exception):
    """Raised in place of a signature, with the octets that were to be signed."""

    def __init__(self, data: bytes) -> None:
        super().__init__("the octets to be signed were taken; nothing was signed")
        self.data = data


def captured(build: Callable[[PrivateKey], object], public: PublicKey) -> bytes:
    """The octets that a builder wants signed, taken without signing anything."""

    def take(scheme: Scheme, data: bytes) -> Never:
        del scheme
        raise CapturedError(data)

    try:
        build(key_elsewhere(public, take))
    except CapturedError as taken:
        return taken.data
    raise AssertionError("the builder asked for no signature")


def _not_approved(why: str) -> Refusal:
    return Refusal(
        "CER-APPROVED", why, "Nothing was signed. Prepare the step again; the quorum approves what is shown then."
    )


def _scheme(family: str, algorithm: object) -> Scheme:
    """The scheme that the library asks for."""
    match family, algorithm:
        case "ecdsa", hashes.SHA256():
            return Scheme.ECDSA_SHA256
        case "ecdsa", hashes.SHA384():
            return Scheme.ECDSA_SHA384
        case "rsa", hashes.SHA256():
            return Scheme.RSA_SHA256
        case "rsa", hashes.SHA384():
            return Scheme.RSA_SHA384
        case _:
            raise _not_approved("A signature scheme was asked for that no policy knows.")


class _Elsewhere:
    """What both kinds of key answer when asked for the key itself."""

    def private_numbers(self) -> Never:
        raise TypeError("the private key stays where it is")

    def private_bytes(self, *_: object, **__: object) -> Never:
        raise TypeError("the private key stays where it is")

    def exchange(self, *_: object, **__: object) -> Never:
        raise TypeError("this key signs and does nothing else")

    def decrypt(self, *_: object, **__: object) -> Never:
        raise TypeError("this key signs and does nothing else")

    def __copy__(self) -> Any:  # noqa: ANN401 - the two classes of the library want their own type here
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Any:  # noqa: ANN401 - likewise
        return self


class _EcElsewhere(_Elsewhere, ec.EllipticCurvePrivateKey):
    """An elliptic-curve key that is somewhere else."""

    def __init__(self, public: ec.EllipticCurvePublicKey, sign: Sign) -> None:
        self._public = public
        self._sign = sign

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def sign(
        self, data: bytes | bytearray | memoryview, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> bytes:
        return self._sign(_scheme("ecdsa", signature_algorithm.algorithm), bytes(data))


class _RsaElsewhere(_Elsewhere, rsa.RSAPrivateKey):
    """An RSA key that is somewhere else; PKCS#1 v1.5 only."""

    def __init__(self, public: rsa.RSAPublicKey, sign: Sign) -> None:
        self._public = public
        self._sign = sign

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def sign(
        self,
        data: bytes,
        padding: AsymmetricPadding,
        algorithm: Prehashed | hashes.HashAlgorithm | NoDigestInfo,
    ) -> bytes:
        family = "rsa" if isinstance(padding, PKCS1v15) else "another padding"
        return self._sign(_scheme(family, algorithm), bytes(data))
