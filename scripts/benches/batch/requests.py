"""Requests of clients that nobody knows, as many as are wanted, one a file."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def folder_of_requests(place: Path, count: int) -> Path:
    """A new folder with so many requests under the profile `end-entity` of the pack `general`."""
    place.mkdir()
    for number in range(1, count + 1):
        (place / f"client-{number:05}.csr").write_bytes(_request(f"client-{number}.example"))
    return place


def _request(name: str) -> bytes:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "GB"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Trust Services"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.PEM)
