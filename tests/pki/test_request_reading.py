"""Requests from a medium: read, or refused by name."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.values import Mode
from ceremony_app.pki import edwards
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.request_form import MOST_OCTETS
from ceremony_app.pki.request_reading import ReceivedRequest, receive_request
from ceremony_app.pki.show import pem as our_pem
from ceremony_app.pki.strict_der import hold_to_der
from tests.pki import requesting as r
from tests.pki.making import Made

SUBJECT = r.named((r.OU, "07"), (r.CN, "TMP1"))
GOOD = r.requester("p256").request(SUBJECT)
TEXT = r.pem(GOOD)


def received(octets: bytes, mode: Mode = Mode.PRODUCTION) -> ReceivedRequest:
    return receive_request(octets, mode)


def refused(octets: bytes, rule: str, told: str = "", mode: Mode = Mode.PRODUCTION) -> None:
    with pytest.raises(Refusal) as refusal:
        received(octets, mode)
    assert refusal.value.rule == rule, refusal.value.why
    assert told in refusal.value.why
    assert refusal.value.what_to_do
    assert len(refusal.value.paragraph()) < 1200


# ------------------------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize("kind", r.KINDS)
def test_requests_of_every_kind_of_key_are_read_as_pem_and_der(kind: str) -> None:
    der = r.requester(kind).request(SUBJECT, r.asking(r.extension("2.5.29.14", r.tlv(0x04, b"12345678"))))
    read = received(der)
    assert (read.form, read.der) == ("DER", der)
    assert [[(one.oid, one.text) for one in together] for together in read.read.subject.relative] == [
        [(r.OU, "07")],
        [(r.CN, "TMP1")],
    ]
    assert [one.oid for one in read.read.extensions] == ["2.5.29.14"]
    for text in (r.pem(der), r.pem(der, "NEW CERTIFICATE REQUEST"), r.pem(der, end="\r\n"), r.pem(der) + b"\n\r\n"):
        again = received(text)
        assert (again.form, again.der, again.sha256) == ("PEM", der, read.sha256)
        assert again.file_sha256 != read.file_sha256


def test_a_file_too_large_or_empty_is_refused() -> None:
    refused(b"", "CER-CSR-SIZE")
    refused(b"\x30" * (MOST_OCTETS + 1), "CER-CSR-SIZE", "65537")
    refused(TEXT + b"\n" * MOST_OCTETS, "CER-CSR-SIZE")


@pytest.mark.parametrize(
    ("octets", "rule", "told"),
    [
        (TEXT + TEXT, "CER-CSR-ONE", "2 PEM blocks"),
        (b"Dear CA,\n" + TEXT, "CER-CSR-ONE", "Text stands before"),
        (TEXT + b"Yours\n", "CER-CSR-ONE", "stands behind the end"),
        (b"\n" + TEXT, "CER-CSR-ONE", "stands before"),
        (GOOD + b"\x00", "CER-CSR-DER", "1 octets follow its end"),
        (GOOD + GOOD, "CER-CSR-DER", "follow its end"),
        (GOOD[:-1], "CER-CSR-DER", "goes on after the end"),
        (b"\xef\xbb\xbf" + TEXT, "CER-CSR-FORM", "byte order mark"),
        (TEXT.decode().encode("utf-16"), "CER-CSR-FORM", "UTF-16"),
        (b"PK\x03\x04" + TEXT, "CER-CSR-FORM", "ZIP"),
        (b"hello", "CER-CSR-FORM", "no PEM block"),
        (b"\xff\xff", "CER-CSR-FORM", "octet 0"),
        (TEXT.replace(b"-----END", b"----END"), "CER-CSR-FORM", "no end"),
        (TEXT[: TEXT.index(b"-----END")], "CER-CSR-FORM", "no end"),
        (TEXT.replace(b"END CERT", b"END NEW CERT"), "CER-CSR-FORM", "another label"),
        (TEXT.replace(b"BEGIN CERTIFICATE REQUEST", b"BEGIN certificate request"), "CER-CSR-FORM", "could begin"),
        (r.pem(GOOD, "CERTIFICATE"), "CER-CSR-FORM", "holds a CERTIFICATE"),
        (r.pem(GOOD, "ENCRYPTED PRIVATE KEY"), "CER-CSR-FORM", "private key"),
        (TEXT.replace(b"-----\nM", b"-----\nVersion: 1\n\nM"), "CER-CSR-FORM", "Version: 1"),
        (TEXT.replace(b"A", b"\x1b", 1), "CER-CSR-FORM", ""),
        (TEXT.replace(b"\nM", b"\n M", 1), "CER-CSR-FORM", "no line of base64"),
        (TEXT.replace(b"\n", b"\r"), "CER-CSR-FORM", ""),
    ],
)
def test_what_is_not_one_request_alone_is_refused(octets: bytes, rule: str, told: str) -> None:
    refused(octets, rule, told)


def of_length(extra: int) -> bytes:
    return r.requester("p256").request(SUBJECT, r.attribute(r.CHALLENGE, r.tlv(r.UTF8, b"x" * extra)))


def test_base64_is_canonical_and_in_even_lines() -> None:
    lines = TEXT.split(b"\n")
    uneven = b"\n".join((lines[0], lines[1][:60], lines[1][60:] + lines[2], *lines[3:]))
    refused(uneven, "CER-CSR-FORM", "several lengths")
    refused(b"\n".join((lines[0], b"".join(lines[1:-2]), *lines[-2:])), "CER-CSR-FORM", "no line of base64")
    padded = next(der for der in map(of_length, range(9)) if base64.b64encode(der)[-2:].count(b"=") == 1)
    text = r.pem(padded)
    assert received(text).der == padded
    mark = text.rindex(b"=\n-----END")
    letter = bytes([text[mark - 1] + 1])
    refused(text[: mark - 1] + letter + text[mark:], "CER-CSR-FORM", "not canonical")
    refused(text[:mark] + text[mark + 1 :], "CER-CSR-FORM", "not sound")


def test_a_rehearsals_request_is_read_in_a_rehearsal_only() -> None:
    text = our_pem(GOOD, "CERTIFICATE REQUEST", "REHEARSAL: this certificate request is worthless")
    assert received(text, Mode.REHEARSAL).der == GOOD
    refused(text, "CER-CSR-REHEARSAL")
    refused(b"REHEARSAL: anything else\n" + TEXT, "CER-CSR-ONE", mode=Mode.REHEARSAL)
    assert received(our_pem(GOOD, "CERTIFICATE REQUEST")).der == GOOD


def test_other_objects_are_called_by_their_names(root: Made) -> None:
    refused(root.der["root"], "CER-CSR-DER", "it is a certificate")
    refused(root.der["root-crl"], "CER-CSR-DER", "it is a CRL")


# ------------------------------------------------------------------------------------------------------- the structure


def signed(tbs: bytes) -> bytes:
    return r.requester("p256").signed(tbs)


def structure(*parts: bytes) -> bytes:
    """A request whose CertificationRequestInfo has these members."""
    return signed(r.sequence(*parts))


SPKI = r.requester("p256").spki
ZERO, EMPTY = r.integer(0), r.tlv(0xA0)


@pytest.mark.parametrize(
    ("der", "told"),
    [
        (structure(ZERO, SUBJECT, SPKI), "attributes is missing"),
        (structure(SUBJECT, SPKI, EMPTY), "not INTEGER"),
        (structure(ZERO, SUBJECT, SPKI, EMPTY, ZERO), "too many"),
        (structure(ZERO, SUBJECT, SPKI, r.tlv(0xA1)), "attributes is [1]"),
        (structure(r.tlv(0x02, b"\x00\x00"), SUBJECT, SPKI, EMPTY), "fewest octets"),
        (structure(r.tlv(0x02, bytes(2000)), SUBJECT, SPKI, EMPTY), "characters)"),
        (structure(ZERO, SUBJECT, SPKI, b"\xa0\x81\x00"), "length is not encoded"),
        (structure(ZERO, SUBJECT, SPKI, b"\xa0\x80\x00\x00"), "length is not encoded"),
        (r.requester("p256").request(SUBJECT, r.attribute(r.CHALLENGE)), "no value"),
        (
            r.requester("p256").request(SUBJECT, r.attribute(r.EXTENSION_REQUEST, r.sequence(), r.sequence())),
            "2 values",
        ),
        (r.requester("p256").request(SUBJECT, r.attribute(r.EXTENSION_REQUEST, r.tlv(0x04))), "extensions"),
        (
            r.requester("p256").request(SUBJECT, r.sequence(b"\x06\x03\x55\x80\x01", r.tlv(0x31, r.tlv(0x05)))),
            "fewest octets",
        ),
        (
            r.requester("p256").request(SUBJECT, r.sequence(b"\x06\x02\x55\x84", r.tlv(0x31, r.tlv(0x05)))),
            "object identifier",
        ),
        (r.requester("p256").request(r.sequence(r.tlv(0x31, r.sequence(r.oid(r.CN), b"\x0c\x01\xff")))), "no utf-8"),
        (
            r.requester("p256").request(r.sequence(r.tlv(0x31, r.sequence(r.oid(r.CN), b"\x2c\x03\x0c\x01A")))),
            "several pieces",
        ),
        (
            r.requester("p256").request(
                SUBJECT,
                r.asking(r.sequence(r.oid("2.5.29.15"), r.tlv(0x01, b"\x00"), r.tlv(0x04, b"\x03\x02\x00\x80"))),
            ),
            "critical FALSE",
        ),
        (r.sequence(r.info(SPKI, SUBJECT), r.requester("p256").algorithm, b"\x03\x02\x01\x80"), "not whole octets"),
        (b"\x30\x82\xff\xff" + b"\x30" * 40_000, ""),
        (b"\x30\x83\x00\xff\xff" + bytes(65_000), ""),
    ],
)
def test_what_is_not_der_or_not_a_request_is_named(der: bytes, told: str) -> None:
    refused(der, "CER-CSR-DER", told)


def test_members_of_a_set_stand_in_order() -> None:
    one, other = (r.attribute(kind, r.tlv(r.UTF8, b"x")) for kind in (r.CHALLENGE, "1.2.840.113549.1.9.2"))
    first, second = sorted((one, other))
    assert len(received(structure(ZERO, SUBJECT, SPKI, r.tlv(0xA0, first, second))).read.attributes) == 2
    refused(structure(ZERO, SUBJECT, SPKI, r.tlv(0xA0, second, first)), "CER-CSR-DER", "SET OF")
    values = (r.tlv(r.UTF8, b"b"), r.tlv(r.UTF8, b"a"))
    refused(r.requester("p256").request(SUBJECT, r.attribute("1.2.840.113549.1.9.2", *values)), "CER-CSR-DER", "SET OF")


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (r.sequence(r.tlv(0x01, b"\x01")), "neither 00 nor ff"),
        (r.sequence(r.tlv(0x0A, b"\x00\x01")), "fewest octets"),
        (r.sequence(r.tlv(0x05, b"\x00")), "holds 1 octets"),
        (r.sequence(r.tlv(0x06)), "0 octets"),
        (r.sequence(r.tlv(0x06, b"\x2a" * 129)), "129 octets"),
        (r.sequence(r.tlv(0x00)), "holds 0 octets"),
        (r.sequence(r.tlv(0x03)), "unused bits"),
        (r.sequence(r.tlv(0x10)), "primitive"),
        (r.sequence(r.tlv(0x22, r.tlv(0x02, b"\x01"))), "several pieces"),
        (r.sequence(r.tlv(0x16, b"\xe4")), "IA5String"),
        (r.sequence(r.tlv(0x1E, b"\x00")), "BMPString"),
        (r.sequence(r.tlv(0x1C, b"\x00\x11\x00\x00")), "UniversalString"),
        (r.sequence(*[r.tlv(0x05)] * 5000), "elements"),
        (r.sequence(r.sequence(*[r.tlv(0x05)] * 2000), *[r.tlv(0x05)] * 3000), "elements"),
        (r.sequence(b"\x1f\x81\x00"), "above 30"),
        (r.tlv(0x31), "SET, not SEQUENCE"),
    ],
)
def test_breaches_of_der_anywhere(octets: bytes, told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        hold_to_der(octets, "structure")


def test_what_is_too_deep_is_not_followed() -> None:
    deep = r.tlv(0x05)
    for _ in range(22):
        deep = r.sequence(deep)
    hold_to_der(deep, "structure")
    with pytest.raises(MalformedError, match="deep"):
        hold_to_der(r.sequence(r.sequence(deep)), "structure")


@pytest.mark.parametrize(
    ("version", "told"), [(1, "v2"), (2, "certificates have"), (-1, "another"), (2**400, "another")]
)
def test_only_version_1_is_taken(version: int, told: str) -> None:
    refused(r.requester("p256").request(SUBJECT, version=version), "CER-CSR-VERSION", told)


def test_nothing_stands_twice() -> None:
    usage = r.extension("2.5.29.15", b"\x03\x02\x07\x80")
    other = r.extension("2.5.29.15", b"\x03\x02\x01\x06")
    ask = r.requester("p256").request
    refused(ask(SUBJECT, r.asking(usage, other)), "CER-CSR-TWICE", "extension keyUsage: expected once, found 2 times")
    refused(ask(SUBJECT, r.asking(usage), r.asking(other)), "CER-CSR-TWICE", "attribute 1.2.840.113549.1.9.14")
    vendor = r.attribute("1.3.6.1.4.1.311.2.1.14", r.sequence(usage))
    refused(ask(SUBJECT, r.asking(usage), vendor), "CER-CSR-TWICE", "extension keyUsage")


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


def test_unusable_input_and_refused_requests_differ_in_status() -> None:
    """Exit status 2 for what is no request, 1 for one that is refused."""
    for octets, status in ((b"hello", 2), (GOOD[:-1] + b"\x00", 1)):
        with pytest.raises(Refusal) as refusal:
            received(octets)
        assert refusal.value.status == status
        assert isinstance(refusal.value, Unusable) is (status == 2)
