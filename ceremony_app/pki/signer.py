"""Private keys that are somewhere else: the library builds and encodes, a callable signs.

Nothing is encoded by hand: `cryptography` accepts subclasses of its private-key classes wherever it signs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Never, Protocol, TypeAlias, TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed

from ceremony_app.core.algorithms import Family, Scheme
from ceremony_app.core.errors import Refusal
from ceremony_app.pki.schemes import Hash, hash_of, pss_of, rsa_padding, scheme_asked

Sign: TypeAlias = Callable[[Scheme, bytes], bytes]
"""Signs a whole message: DER for ECDSA, raw octets for all else (`core.ports.TokenPort.sign` with the key chosen)."""

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

T_co = TypeVar("T_co", covariant=True)


class Builder(Protocol[T_co]):
    """What the library's builders of certificates, CRLs and requests have in common."""

    def sign(
        self,
        private_key: PrivateKey,
        algorithm: Hash | None,
        *,
        rsa_padding: PSS | PKCS1v15 | None = None,
    ) -> T_co:
        """What was built, under a signature."""


def signed(builder: Builder[T_co], private: PrivateKey, scheme: Scheme) -> T_co:
    """What a builder makes, signed by a scheme; raises `Refusal` (CER-PROFILE) for one that the key cannot sign by."""
    if scheme.family != _family(private):
        raise Refusal(
            "CER-PROFILE",
            f"A key of the kind {_family(private)} cannot sign by {scheme.value}, which the profile wants.",
            "Correct the signature in the profile, or the key that signs in the definition.",
        )
    return builder.sign(private, hash_of(scheme), rsa_padding=pss_of(scheme))


def signing_with(private: PrivateKey) -> Sign:
    """Signing with a key of the library's, of whatever kind it is. Raises TypeError where the scheme does not fit."""

    def sign(scheme: Scheme, data: bytes) -> bytes:
        match private, hash_of(scheme):
            case ec.EllipticCurvePrivateKey(), hashes.HashAlgorithm() as hashed if scheme.family == "EC":
                return private.sign(data, ec.ECDSA(hashed))
            case rsa.RSAPrivateKey(), hashes.HashAlgorithm() as hashed if scheme.is_rsa:
                return private.sign(data, rsa_padding(scheme), hashed)
            case ed25519.Ed25519PrivateKey(), None:
                return private.sign(data)
            case _:
                raise TypeError(f"this kind of key does not sign by {scheme.value}")

    return sign


def key_elsewhere(public: PublicKey, sign: Sign) -> PrivateKey:
    """A private key for the library's builders whose every signature is made by `sign`."""
    match public:
        case rsa.RSAPublicKey():
            return _RsaElsewhere(public, sign)
        case ed25519.Ed25519PublicKey():
            return _Ed25519Elsewhere(public, sign)
        case _:
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


def _family(private: PrivateKey) -> Family:
    match private:
        case rsa.RSAPrivateKey():
            return "RSA"
        case ed25519.Ed25519PrivateKey():
            return "Ed25519"
        case _:
            return "EC"


def _not_approved(why: str) -> Refusal:
    return Refusal(
        "CER-APPROVED", why, "Nothing was signed. Prepare the step again; the quorum approves what is shown then."
    )


def _scheme(family: Family, algorithm: object, padding: object = None) -> Scheme:
    """The scheme that the library asks for; raises `Refusal` (CER-APPROVED) for one that no policy has."""
    asked = scheme_asked(family, algorithm, padding)
    if asked is None:
        raise _not_approved("A signature scheme was asked for that no policy knows.")
    return asked


class _Elsewhere:
    """What all kinds of key answer when asked for the key itself."""

    def private_numbers(self) -> Never:
        raise TypeError("the private key stays where it is")

    def private_bytes(self, *_: object, **__: object) -> Never:
        raise TypeError("the private key stays where it is")

    def private_bytes_raw(self) -> Never:
        raise TypeError("the private key stays where it is")

    def exchange(self, *_: object, **__: object) -> Never:
        raise TypeError("this key signs and does nothing else")

    def decrypt(self, *_: object, **__: object) -> Never:
        raise TypeError("this key signs and does nothing else")

    def __copy__(self) -> Any:  # noqa: ANN401 - the classes of the library want their own type here
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
        return self._sign(_scheme("EC", signature_algorithm.algorithm), bytes(data))


class _Ed25519Elsewhere(_Elsewhere, ed25519.Ed25519PrivateKey):
    """An Ed25519 key that is somewhere else."""

    def __init__(self, public: ed25519.Ed25519PublicKey, sign: Sign) -> None:
        self._public = public
        self._sign = sign

    def public_key(self) -> ed25519.Ed25519PublicKey:
        return self._public

    def sign(self, data: bytes | bytearray | memoryview) -> bytes:
        return self._sign(Scheme.ED25519, bytes(data))


class _RsaElsewhere(_Elsewhere, rsa.RSAPrivateKey):
    """An RSA key that is somewhere else; PKCS#1 v1.5, and PSS with the paddings that are known here only."""

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
        return self._sign(_scheme("RSA", algorithm, padding), bytes(data))
