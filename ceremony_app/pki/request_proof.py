"""Proof of possession: whether a request was signed with the private half of the key that it carries (RFC 2986, 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony_app.core.names import escaped
from ceremony_app.pki import der as asn1
from ceremony_app.pki import structures as x
from ceremony_app.pki.der import MalformedError, Members
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.key_kinds import KeyKind, key_kind

Family: TypeAlias = Literal["ECDSA", "Ed25519", "RSA PKCS#1 v1.5", "RSASSA-PSS"]
Hash: TypeAlias = hashes.SHA256 | hashes.SHA384 | hashes.SHA512


@dataclass(frozen=True, slots=True)
class ProofScheme:
    """How a request is signed; `hash` is None for Ed25519, `salt` the salt's octets for RSASSA-PSS."""

    family: Family
    hash: Hash | None
    salt: int = 0

    def told(self) -> str:
        """The scheme in words."""
        hashed = f" with {self.hash.name.upper().replace('SHA', 'SHA-')}" if self.hash else ""
        return self.family + hashed + (f", salt of {self.salt} octets" if self.family == "RSASSA-PSS" else "")


_FIXED: Final = MappingProxyType(
    {
        "300a06082a8648ce3d040302": ProofScheme("ECDSA", hashes.SHA256()),
        "300a06082a8648ce3d040303": ProofScheme("ECDSA", hashes.SHA384()),
        "300a06082a8648ce3d040304": ProofScheme("ECDSA", hashes.SHA512()),
        "300506032b6570": ProofScheme("Ed25519", None),
        "300d06092a864886f70d01010b0500": ProofScheme("RSA PKCS#1 v1.5", hashes.SHA256()),
        "300d06092a864886f70d01010c0500": ProofScheme("RSA PKCS#1 v1.5", hashes.SHA384()),
        "300d06092a864886f70d01010d0500": ProofScheme("RSA PKCS#1 v1.5", hashes.SHA512()),
        "300b06092a864886f70d01010b": ProofScheme("RSA PKCS#1 v1.5", hashes.SHA256()),
        "300b06092a864886f70d01010c": ProofScheme("RSA PKCS#1 v1.5", hashes.SHA384()),
        "300b06092a864886f70d01010d": ProofScheme("RSA PKCS#1 v1.5", hashes.SHA512()),
    }
)
"""AlgorithmIdentifiers octet for octet; RSA's NULL must be accepted when it is absent (RFC 4055, 5)."""

_PARAMETERLESS: Final = MappingProxyType(
    {
        "1.2.840.10045.4.3.2": "ECDSA with SHA-256",
        "1.2.840.10045.4.3.3": "ECDSA with SHA-384",
        "1.2.840.10045.4.3.4": "ECDSA with SHA-512",
        "1.3.101.112": "Ed25519",
    }
)
_REFUSED: Final = MappingProxyType(
    {
        "1.2.840.113549.1.1.2": "RSA with MD2, a broken hash",
        "1.2.840.113549.1.1.3": "RSA with MD4, a broken hash",
        "1.2.840.113549.1.1.4": "RSA with MD5, a broken hash",
        "1.2.840.113549.1.1.5": "RSA with SHA-1, a broken hash",
        "1.2.840.113549.1.1.14": "RSA with SHA-224",
        "1.2.840.10040.4.3": "DSA with SHA-1",
        "2.16.840.1.101.3.4.3.2": "DSA with SHA-256",
        "1.2.840.10045.4.1": "ECDSA with SHA-1, a broken hash",
        "1.2.840.10045.4.3.1": "ECDSA with SHA-224",
        "1.3.101.113": "Ed448",
    }
)
_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"
_PSS_HASHES: Final[Mapping[str, Hash]] = MappingProxyType(
    {
        "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
        "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
        "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
    }
)
_NULL: Final = b"\x05\x00"
_MOST_SALT: Final = 512
_FAMILIES: Final = MappingProxyType({KeyKind.ED25519: ("Ed25519",), KeyKind.RSA: ("RSA PKCS#1 v1.5", "RSASSA-PSS")})


def proof_scheme(algorithm: x.Algorithm) -> ProofScheme:
    """The scheme of an AlgorithmIdentifier; raises `MalformedError`, which says what is wrong with it."""
    if (known := _FIXED.get(algorithm.der.hex())) is not None:
        return known
    if algorithm.oid == _PSS:
        return _pss(algorithm.parameters)
    if algorithm.oid in _PARAMETERLESS:
        found = "NULL" if algorithm.parameters == _NULL else "others"
        raise MalformedError(f"{_PARAMETERLESS[algorithm.oid]} with parameters ({found}), where RFC 5758 has none")
    raise MalformedError(_REFUSED.get(algorithm.oid, f"the scheme {algorithm.oid} with parameters of its own"))


def proof_findings(read: x.Request) -> tuple[Finding, ...]:
    """Whether the request proves that its sender has the key: a finding where it does not, or where nobody can tell.

    Rules: CER-CSR-SIGNATURE for a scheme that is unknown, weak, wrongly written or not of the key's kind, CER-CSR-PROOF
    for a signature that does not verify. The key must be sound (`key_policy.unusable`): with some others everything
    would verify.
    """
    try:
        scheme = proof_scheme(read.outer)
    except MalformedError as fault:
        return (_finding("CER-CSR-SIGNATURE", "signatureAlgorithm", "a scheme that proves something", str(fault)),)
    kind = key_kind(read.key)
    families = _FAMILIES.get(kind, ("ECDSA",)) if kind else ()
    if scheme.family not in families:
        wanted = f"a scheme of the key's kind, {kind.value if kind else 'which is unknown'}"
        return (_finding("CER-CSR-SIGNATURE", "signatureAlgorithm", wanted, scheme.told()),)
    try:
        verify(scheme, read.key, read.tbs, read.signature)
    except InvalidSignature:
        return (_finding("CER-CSR-PROOF", "signature", "one made with the key of the request", "one that is not"),)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        found = f"a key or signature that cannot be verified: {escaped(str(fault)[:200]) or type(fault).__name__}"
        return (_finding("CER-CSR-PROOF", "signature", "one made with the key of the request", found),)
    return ()


def verify(scheme: ProofScheme, signer: x.PublicKey, info: bytes, signature: bytes) -> None:
    """Hold a signature over octets; raises InvalidSignature, and whatever the library has against the key."""
    key = load_der_public_key(signer.der)
    match key, scheme.hash:
        case ed25519.Ed25519PublicKey(), None:
            key.verify(signature, info)
        case ec.EllipticCurvePublicKey(), hashes.HashAlgorithm() as hashed:
            key.verify(signature, info, ec.ECDSA(hashed))
        case rsa.RSAPublicKey(), hashes.HashAlgorithm() as hashed:
            pss = scheme.family == "RSASSA-PSS"
            padded = padding.PSS(padding.MGF1(hashed), scheme.salt) if pss else padding.PKCS1v15()
            key.verify(signature, info, padded, hashed)
        case _:
            raise TypeError("the key is of another kind than its identifier says")


def _pss(parameters: bytes) -> ProofScheme:
    """RSASSA-PSS-params (RFC 4055, 3.1): one hash for message and mask, and not SHA-1, the default of both."""
    members = asn1.sequence(parameters, "RSASSA-PSS-params")
    hashed, mask, salt = (members.maybe(asn1.explicit(number)) for number in range(3))
    members.end()
    if hashed is None or mask is None:
        raise MalformedError("RSASSA-PSS with SHA-1, a broken hash")
    digest = _hash(_inside(hashed, "hashAlgorithm"))
    generator = asn1.members_of(_inside(mask, "maskGenAlgorithm"), "maskGenAlgorithm")
    if asn1.oid(generator.take("algorithm")) != _MGF1:
        raise MalformedError("RSASSA-PSS with another mask than MGF1")
    if _hash(generator.take("parameters")).name != digest.name:
        raise MalformedError("RSASSA-PSS with one hash for the message and another for the mask")
    generator.end()
    length = 20 if salt is None else asn1.integer(_inside(salt, "saltLength"), "saltLength")
    if not 0 <= length <= _MOST_SALT:
        raise MalformedError("RSASSA-PSS with a salt of no possible length")
    return ProofScheme("RSASSA-PSS", digest, length)


def _inside(node: asn1.Node, what: str) -> asn1.Node:
    members = Members(node, what)
    inside = members.take(what)
    members.end()
    return inside


def _hash(node: asn1.Node) -> Hash:
    members = asn1.members_of(node, "hashAlgorithm")
    name = asn1.oid(members.take("algorithm"))
    parameters = members.rest()
    if name not in _PSS_HASHES or any(one.der != _NULL for one in parameters) or len(parameters) > 1:
        raise MalformedError(f"RSASSA-PSS with the hash {name}, which is not taken here")
    return _PSS_HASHES[name]


def _finding(rule: str, field: str, expected: str, found: str) -> Finding:
    return Finding(rule=rule, field=field, section="RFC 2986, 3", expected=expected, found=found)
