"""Ceremonies one after the other on SoftHSM, each going on from the folder of an earlier one."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[2]


def ceremony(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the program, unattended and without a screen."""
    return subprocess.run(
        [sys.executable, "-m", "ceremony_app", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=900,
    )


@dataclass
class Chain:
    """The folders of a life of keys, by a word of one's own for each."""

    place: Path
    folders: dict[str, Path] = field(default_factory=dict)

    def hold(self, word: str, definition: str, inputs: Mapping[str, Path] | None = None) -> Path:
        """Hold a ceremony to a consistent verdict; a word that was held already is not held again."""
        if word not in self.folders:
            folder = self.place / word
            given = [part for name, path in (inputs or {}).items() for part in ("--input", f"{name}={path}")]
            answer = ceremony("rehearse", definition, "-o", folder, "--unattended", *given)
            assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr
            assert "Verdict  consistent: 0 findings" in answer.stdout
            self.folders[word] = folder
        return self.folders[word]

    def made(self, word: str, name: str) -> Path:
        """A public file that a ceremony made."""
        path = self.folders[word] / "artifacts" / f"REHEARSAL-{name}"
        assert path.is_file(), sorted(one.name for one in path.parent.iterdir())
        return path


def openssl(*words: object) -> str:
    """What openssl says, if it is content."""
    answer = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def hes_request(number: int) -> bytes:
    """A request (PEM) of a head-end system, its name of the form of the pack s1spki-foc."""
    key = ec.generate_private_key(ec.SECP256R1())
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "7f")
    entity = x509.NameAttribute(
        x509.ObjectIdentifier("2.5.4.45"),
        b"\x00" + (0x70B3D51F30000000 + number).to_bytes(8, "big"),
        _ASN1Type.BitString,
    )
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([unit, entity]))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def hes_folder(place: Path, count: int) -> Path:
    """A folder with so many requests."""
    place.mkdir(parents=True)
    for number in range(1, count + 1):
        (place / f"hes-{number:04}.csr").write_bytes(hes_request(number))
    return place


def other_root() -> bytes:
    """The self-signed P-256 root (PEM) of a PKI that is not ours."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "00"), x509.NameAttribute(NameOID.COMMON_NAME, "OTHR")]
    )
    now = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(days=100)
    digest = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
    identifier = x509.SubjectKeyIdentifier(bytes([0x40 | digest[12] & 0x0F]) + digest[13:])  # RFC 5280, method (2)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=7300))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
