"""Who may stand as an issuer, who holds a key, and evidence that is none."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.algorithms import Algorithm, Scheme, usual_scheme
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import OpaqueExtension, Said
from ceremony_app.pki.authority import authority_of
from ceremony_app.pki.fields import as_json, from_json
from ceremony_app.pki.proof import proves
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from tests.pki.making import Made, SoftToken

START = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
CN = x509.NameAttribute(x509.NameOID.COMMON_NAME, "Root")


def self_signed(
    name: x509.Name,
    *,
    identifier: bool = True,
    key: ec.EllipticCurvePrivateKey | ed448.Ed448PrivateKey | None = None,
) -> bytes:
    own = key or ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(name, name, own.public_key(), 2**100, START, START.replace(year=2030))
    if identifier:
        builder = builder.add_extension(x509.SubjectKeyIdentifier(b"\x01" * 20), critical=False)
    algorithm = None if isinstance(own, ed448.Ed448PrivateKey) else hashes.SHA256()
    return builder.sign(own, algorithm).public_bytes(Encoding.DER)


def test_an_authority_is_as_its_certificate_describes_it(root: Made) -> None:
    authority = authority_of(root.der["root"])
    assert authority.spki == spki_of(root.keys["root"])
    assert authority.algorithm is Algorithm.P384
    assert authority.parts == root.policy.certificates["root"].subject.value
    assert len(authority.key_identifier) == 20


@pytest.mark.parametrize(
    ("der", "told"),
    [
        (self_signed(x509.Name([CN]), identifier=False), "no subject key identifier"),
        (self_signed(x509.Name([CN]), key=ed448.Ed448PrivateKey.generate()), "no kind that is known"),
        (
            self_signed(
                x509.Name(
                    [x509.RelativeDistinguishedName([CN, x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "O")])]
                )
            ),
            "several attributes",
        ),
        (self_signed(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ro\u202eot")])), "U+202E"),
    ],
)
def test_certificates_that_cannot_stand_as_an_issuer(der: bytes, told: str) -> None:
    with pytest.raises(Refusal, match="CER-ISSUER") as refusal:
        authority_of(der)
    assert told in refusal.value.why


def test_octets_that_are_no_certificate() -> None:
    for octets in (b"", b"-----BEGIN CERTIFICATE-----", self_signed(x509.Name([CN])) + b"\0"):
        with pytest.raises(Unusable, match="CER-DER"):
            authority_of(octets)


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.P384, Algorithm.RSA3072])
def test_possession_of_a_key(algorithm: Algorithm) -> None:
    key = throwaway_key(algorithm)
    spki, scheme = spki_of(key), usual_scheme(algorithm)
    signature = SoftToken(key).sign(scheme, b"challenge")
    assert proves(spki, algorithm, scheme, b"challenge", signature)
    assert not proves(spki, algorithm, scheme, b"another", signature)
    assert not proves(spki, algorithm, scheme, b"challenge", signature[:-1])
    assert not proves(spki, algorithm, scheme, b"challenge", b"")
    assert not proves(
        spki_of(throwaway_key(Algorithm.P256)), Algorithm.P256, Scheme.ECDSA_SHA256, b"challenge", signature
    )


def test_an_extra_extension_that_the_profile_has_already(general: Policy) -> None:
    twice = Said(
        value=OpaqueExtension(oid="2.5.29.15", critical=True, der="03020106"), section="s", provenance="verified"
    )
    other = Said(value=OpaqueExtension(oid="1.2.3", critical=True, der="0500"), section="s", provenance="verified")
    for extra in ((twice,), (other, other)):
        with pytest.raises(ValueError, match="stands twice among the extensions"):
            msgspec.structs.replace(general.certificates["root"], extra=extra)


def test_evidence_that_is_none(root: Made) -> None:
    good = as_json(root.fields("root").fields)
    for wrong in ({}, good | {"more": 1}, good | {"kind": "csr"}, good | {"key": "P-192"}, good | {"serial": 7}):
        with pytest.raises(Unusable, match="CER-EVIDENCE"):
            from_json(wrong)
