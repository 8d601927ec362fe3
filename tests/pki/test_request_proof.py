"""Proof of possession: never accepted when it is bad, whatever the key; and OpenSSL's requests beside ours."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ceremony_app.core.errors import Refusal
from ceremony_app.pki import edwards
from tests.pki import requesting as r
from tests.pki.receiving import SUBJECT, received, refused

# -------------------------------------------------------------------------------------------------- proof of possession


@pytest.mark.parametrize("kind", r.KINDS)
def test_a_bad_signature_is_never_accepted(kind: str) -> None:
    somebody, other = r.requester(kind), r.requester(kind, 2)
    tbs = r.info(somebody.spki, SUBJECT)
    stolen = r.sequence(tbs, somebody.algorithm, r.tlv(0x03, b"\x00", other.sign(tbs)))
    refused(stolen, "CER-CSR-PROOF")
    moved = r.sequence(
        r.info(somebody.spki, r.named((r.CN, "X"))), somebody.algorithm, r.tlv(0x03, b"\x00", somebody.sign(tbs))
    )
    refused(moved, "CER-CSR-PROOF")
    for nothing in (b"", bytes(64), b"\x30\x06\x02\x01\x00\x02\x01\x00", b"\xff" * 300):
        refused(r.sequence(tbs, somebody.algorithm, r.tlv(0x03, b"\x00", nothing)), "CER-CSR-PROOF")
    good = bytearray(somebody.signed(tbs))
    for bit in range(0, 8 * len(good), 97):
        good[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Refusal):
            received(bytes(good))
        good[bit // 8] ^= 1 << bit % 8
    assert received(bytes(good)).der == bytes(good)


@pytest.mark.parametrize(
    ("kind", "algorithm", "told"),
    [
        ("p256", r.sequence(r.oid("1.2.840.10045.4.3.2"), r.tlv(0x05)), "ECDSA with SHA-256 with parameters (NULL)"),
        ("p256", r.sequence(r.oid("1.2.840.10045.4.1")), "SHA-1"),
        ("p256", r.requester("rsa").algorithm, "expected a scheme of the key's kind, P-256, found RSA PKCS#1"),
        ("p256", r.requester("ed25519").algorithm, "Ed25519"),
        ("p256", r.sequence(r.oid("1.2.3.4")), "1.2.3.4"),
        ("ed25519", r.requester("p256").algorithm, "ECDSA with SHA-256"),
        ("ed25519", r.sequence(r.oid("1.3.101.112"), r.tlv(0x05)), "NULL"),
        ("rsa", r.requester("p256").algorithm, "ECDSA"),
        ("rsa", r.sequence(r.oid("1.2.840.113549.1.1.5"), r.tlv(0x05)), "SHA-1"),
        ("rsa", r.sequence(r.oid("1.2.840.113549.1.1.4"), r.tlv(0x05)), "MD5"),
        ("rsa", r.sequence(r.oid("1.2.840.113549.1.1.11"), r.sequence()), "parameters of its own"),
        ("pss", r.sequence(r.oid("1.2.840.113549.1.1.10"), r.sequence()), "SHA-1"),
        ("pss", r.sequence(r.oid("1.2.840.113549.1.1.10")), ""),
        ("pss", r.pss_algorithm("1.3.14.3.2.26"), "1.3.14.3.2.26"),
        ("pss", r.pss_algorithm(masked="2.16.840.1.101.3.4.2.2"), "another for the mask"),
        ("pss", r.pss_algorithm(salt=-1), "salt"),
        ("pss", r.pss_algorithm(salt=2**70), "salt"),
        ("pss", r.pss_algorithm(extra=r.tlv(0xA3, r.integer(2))), "too many"),
    ],
)
def test_schemes_that_prove_nothing_are_named(kind: str, algorithm: bytes, told: str) -> None:
    somebody = r.requester(kind)
    tbs = r.info(somebody.spki, SUBJECT)
    refused(r.sequence(tbs, algorithm, r.tlv(0x03, b"\x00", somebody.sign(tbs))), "CER-CSR-SIGNATURE", told)


def test_a_salt_that_does_not_fit_does_not_verify() -> None:
    somebody = r.requester("pss")
    tbs = r.info(somebody.spki, SUBJECT)
    for salt in (0, 31, 512):
        refused(r.sequence(tbs, r.pss_algorithm(salt=salt), r.tlv(0x03, b"\x00", somebody.sign(tbs))), "CER-CSR-PROOF")


def test_rsa_may_leave_out_its_null() -> None:
    """RFC 4055, 5: absent parameters must be accepted in a signature's identifier, though nobody should write so."""
    somebody = r.requester("rsa")
    tbs = r.info(somebody.spki, SUBJECT)
    algorithm = r.sequence(r.oid("1.2.840.113549.1.1.11"))
    assert received(r.sequence(tbs, algorithm, r.tlv(0x03, b"\x00", somebody.sign(tbs)))).form == "DER"


def test_a_signature_of_a_small_order_key_proves_nothing() -> None:
    """With such a key R = [S]B verifies for every message whose hash is a multiple of 8, with no secret at all."""
    base = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
            46316835694926478169428394003475163141307993866256225615783033603165251855960)  # fmt: skip
    point = edwards._times(5, (*base, 1, base[0] * base[1] % edwards._P))
    inverse = pow(point[2], -1, edwards._P)
    x, y = point[0] * inverse % edwards._P, point[1] * inverse % edwards._P
    forged = (y | (x & 1) << 255).to_bytes(32, "little") + (5).to_bytes(32, "little")
    neutral = (1).to_bytes(32, "little")
    spki = r.sequence(r.sequence(r.oid("1.3.101.112")), r.tlv(0x03, b"\x00", neutral))
    tbs = r.info(spki, SUBJECT)
    Ed25519PublicKey.from_public_bytes(neutral).verify(forged, tbs)  # the library accepts it; the reading must not
    der = r.sequence(tbs, r.requester("ed25519").algorithm, r.tlv(0x03, b"\x00", forged))
    refused(der, "CER-KEY-POINT", "small order")


# -------------------------------------------------------------------------------------------------------------- OpenSSL


def openssl(folder: Path, *arguments: str) -> bytes:
    target = folder / "request"
    command = ("openssl", "req", "-new", "-nodes", "-keyout", str(folder / "key"), "-out", str(target), *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target.read_bytes()


MADE = {
    "P-256": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "P-384": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384"),
    "P-521": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha512"),
    "Ed25519": ("-newkey", "ed25519"),
    "RSA-2048": ("-newkey", "rsa:2048"),
    "RSA-3072": ("-newkey", "rsa:3072", "-sha384"),
    "RSA-2048 PSS": ("-newkey", "rsa:2048", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1"),
}
REFUSED = {
    "secp256k1": (("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"), "CER-KEY-KIND", "secp256k1"),
    "P-224": (("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-224"), "CER-KEY-KIND", "P-224"),
    "explicit": (
        ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"),
        "CER-KEY-KIND",
        "by its parameters",
    ),
    "Ed448": (("-newkey", "ed448"), "CER-KEY-KIND", "Ed448"),
    "RSA-1024": (("-newkey", "rsa:1024"), "CER-KEY-SIZE", "1024 bits"),
    "RSA-PSS": (("-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"), "CER-KEY-KIND", "RSASSA-PSS only"),
    "SHA-1": (("-newkey", "rsa:2048", "-sha1"), "CER-CSR-SIGNATURE", "SHA-1"),
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_requests_of_openssl_are_read(kind: str, form: str, tmp_path: Path) -> None:
    wanted = ("-subj", "/OU=07/CN=TMP1", "-outform", form, "-addext", "keyUsage=critical,keyCertSign")
    read = received(openssl(tmp_path, *MADE[kind], *wanted))
    assert read.form == form
    assert [one.oid for one in read.read.extensions] == ["2.5.29.15"]


@pytest.mark.parametrize("kind", REFUSED)
def test_requests_of_openssl_with_other_keys_are_refused_by_name(kind: str, tmp_path: Path) -> None:
    arguments, rule, told = REFUSED[kind]
    refused(openssl(tmp_path, *arguments, "-subj", "/CN=TMP1"), rule, told)


def test_what_openssl_prints_around_a_request_is_refused(tmp_path: Path) -> None:
    refused(openssl(tmp_path, *MADE["P-256"], "-subj", "/CN=TMP1", "-text"), "CER-CSR-ONE", "stands before")
