"""Request beside profile beside what will be issued; nothing asked is merged unseen, nothing hostile is dropped."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile, OpaqueExtension, Said
from ceremony_app.core.values import Mode
from ceremony_app.core.words import hash_rows
from ceremony_app.pki.key_kinds import rsa_numbers
from ceremony_app.pki.reading import read_certificate, read_request
from ceremony_app.pki.request_compare import IGNORED, Terms, compared_request
from ceremony_app.pki.request_fingerprint import fingerprint_rows, paper_rows, typed_findings
from ceremony_app.pki.request_reading import receive_request
from tests.pki import requesting as r
from tests.pki.comparing import PARTS, asked, compared, row, rules
from tests.pki.making import Made, said
from tests.pki.receiving import SUBJECT

SAN, EKU, SKI, USAGE, BASIC, AKI = "2.5.29.17", "2.5.29.37", "2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35"
CA = r.extension(USAGE, b"\x03\x02\x01\x06", critical=True)


@pytest.fixture(scope="module")
def profile(s1spki: Policy) -> CertificateProfile:
    return s1spki.certificates["operator-issuing"]


# --------------------------------------------------------------------------------------------------------- extensions


def test_a_request_for_what_the_profile_says_is_good(profile: CertificateProfile) -> None:
    comparison = compared(profile, asked(CA))
    assert comparison.good
    assert comparison.findings == ()
    assert row(comparison, "Findings") == "none"
    assert row(comparison, "Subject") == (
        "request: OU=07, CN=TMP1; profile: OU=07, CN=TMP1 [template, UNVERIFIED]; will be issued: OU=07, CN=TMP1"
    )
    assert row(comparison, "keyUsage").startswith("request: keyCertSign, cRLSign, critical; profile: keyCertSign")
    assert row(comparison, "Proof of possession").startswith("request: signed by ECDSA with SHA-256")
    assert "request: nothing; profile: 25 years" in row(comparison, "Not after")


LONGER_PATH = r.sequence(r.tlv(0x01, b"\xff"), r.integer(3))
BEYOND = {
    "a name": (r.extension(SAN, r.sequence(r.tlv(0x82, b"host.example"))), "subjectAltName", "dNSName host.example"),
    "a purpose": (r.extension(EKU, r.sequence(r.oid("1.3.6.1.5.5.7.3.1"))), "extKeyUsage", "serverAuth"),
    "an unknown": (r.extension("1.2.3.4", b"\x05\x00", critical=True), "1.2.3.4", "0500, critical"),
    "an issuer's": (r.extension(AKI, r.sequence(r.tlv(0x80, b"12345678"))), "authorityKeyIdentifier", "3132"),
    "another usage": (r.extension(USAGE, b"\x03\x02\x07\x80", critical=True), "keyUsage", "digitalSignature"),
    "not critical": (r.extension(USAGE, b"\x03\x02\x01\x06"), "keyUsage", "keyCertSign"),
    "a longer path": (r.extension(BASIC, LONGER_PATH, critical=True), "basicConstraints", "path length 3"),
    "another identifier": (r.extension(SKI, r.tlv(0x04, bytes(20))), "subjectKeyIdentifier", "00" * 20),
    "no sound value": (r.extension(USAGE, b"\x30\x00", critical=True), "keyUsage", "not sound DER"),
}


@pytest.mark.parametrize("what", BEYOND)
def test_what_is_asked_beyond_the_profile_is_refused_or_shown(profile: CertificateProfile, what: str) -> None:
    extension, label, told = BEYOND[what]
    der = asked(extension)
    strict = compared(profile, der)
    assert rules(strict) == ["CER-CSR-BEYOND"]
    lenient = compared(profile, der, "ignore-shown")
    assert lenient.good
    assert [one.waived for one in lenient.findings] == [IGNORED]
    for comparison in (strict, lenient):
        assert told in row(comparison, label).partition("; profile: ")[0]
    issued = row(lenient, label).partition("will be issued: ")[2]
    assert issued
    assert told not in issued or what == "not critical"


def test_what_is_asked_reaches_no_certificate(operator: Made, s1spki: Policy) -> None:
    """The draft speaks for what will be issued, and a request of another key than the draft's is found."""
    der = asked(BEYOND["a name"][0])
    draft = read_certificate(operator.der["issuing"])
    profile = s1spki.certificates["operator-issuing"]
    comparison = compared(profile, der, "ignore-shown", draft=draft)
    assert rules(comparison) == ["CER-CSR-KEY"]
    assert row(comparison, "subjectAltName").endswith("will be issued: nothing")
    assert f"will be issued: {draft.serial.hex()}" in row(comparison, "Serial number")
    assert "by the profile" not in "".join(one.value for one in comparison.rows())


def test_an_opaque_extension_of_the_profile_may_be_asked_for_as_it_is(profile: CertificateProfile) -> None:
    extra = Said(value=OpaqueExtension(oid="1.2.3.4", critical=False, der="0500"), section="B", provenance="verified")
    wider = msgspec.structs.replace(profile, extra=(extra,))
    assert compared(wider, asked(r.extension("1.2.3.4", b"\x05\x00"))).good
    assert rules(compared(wider, asked(r.extension("1.2.3.4", b"\x01\x01\xff")))) == ["CER-CSR-BEYOND"]


def test_what_is_asked_twice_is_shown_twice(profile: CertificateProfile) -> None:
    """Such a request is never received; a lint may still want to show it."""
    read = read_request(asked(CA, r.extension(USAGE, b"\x03\x02\x07\x80")))
    terms = Terms(profile=profile, mode=Mode.PRODUCTION, application=PARTS, subject=PARTS, beyond="refuse")
    told = row(compared_request(read, terms), "keyUsage")
    assert told.startswith("request: keyCertSign, cRLSign, critical AND digitalSignature; profile")


def test_a_password_is_named_and_not_shown(profile: CertificateProfile) -> None:
    der = r.requester("p256").request(SUBJECT, r.attribute(r.CHALLENGE, r.tlv(r.UTF8, b"secret-word")))
    comparison = compared(profile, der)
    assert rules(comparison) == ["CER-CSR-BEYOND"]
    text = "".join(f"{one.label} {one.value}" for one in comparison.rows())
    assert "challengePassword" in text
    assert "secret-word" not in text
    assert b"secret-word".hex() not in text


def test_other_attributes_are_shown_in_hex(profile: CertificateProfile) -> None:
    der = r.requester("p256").request(SUBJECT, r.attribute("1.2.840.113549.1.9.2", r.tlv(r.UTF8, b"server")))
    comparison = compared(profile, der, "ignore-shown")
    assert comparison.good
    assert b"server".hex() in row(comparison, "unstructuredName")


def test_names_of_every_kind_are_told(profile: CertificateProfile) -> None:
    names = (
        r.tlv(0x81, b"a@example"),
        r.tlv(0x82, b"\x00\xadx"),
        r.tlv(0x86, b"https://example"),
        r.tlv(0x87, b"\x01\x02\x03\x04"),
        r.tlv(0x87, b"\x01"),
        r.tlv(0xA4, r.named((r.CN, "Inside"))),
        r.tlv(0xA4, b""),
        r.tlv(0x88, b"\x2a\x03"),
        r.tlv(0x9E, b"?"),
    )
    told = row(compared(profile, asked(r.extension(SAN, r.sequence(*names[:6])))), "subjectAltName")
    assert "rfc822Name a@example, dNSName \\u{0000}\\u{00AD}x, uniformResourceIdentifier https://example" in told
    assert "iPAddress 1.2.3.4, iPAddress that is none: 01, directoryName CN=Inside" in told
    for one in names[6:]:
        assert rules(compared(profile, asked(r.extension(SAN, r.sequence(one))))) == ["CER-CSR-BEYOND"]
    many = row(compared(profile, asked(r.extension(SAN, r.sequence(*names[:1] * 900)))), "subjectAltName")
    assert "… (900 in all, SHA-256 " in many
    assert len(many) < 2000


# ---------------------------------------------------------------------------------------------------------------- keys


def test_a_key_that_the_profile_or_anybody_refuses(profile: CertificateProfile) -> None:
    assert rules(compared(profile, asked(kind="p384"))) == ["CER-PROFILE"]
    assert rules(compared(profile, asked(kind="ed25519"))) == ["CER-PROFILE"]
    modulus = rsa_numbers(read_request(asked(kind="rsa")).key.bits).modulus
    entry = hashlib.sha1(f"Modulus={modulus:X}\n".encode(), usedforsecurity=False).hexdigest()[20:]
    listed = compared(profile, asked(kind="rsa"), blocklist=frozenset({entry}))
    assert rules(listed) == ["CER-KEY-LISTED", "CER-PROFILE"]
    other = msgspec.structs.replace(profile, **said(profile, "key", Algorithm.P384))
    assert compared(other, asked(kind="p384")).good


# -------------------------------------------------------------------------------------------------------- fingerprints


def test_fingerprints_and_the_rows_of_the_requesters_paper() -> None:
    request = receive_request(r.pem(asked()), Mode.PRODUCTION)
    rows = fingerprint_rows(request)
    assert [one.value for one in rows] == [request.sha256, request.spki_sha256, request.file_sha256]
    assert len(fingerprint_rows(receive_request(asked(), Mode.PRODUCTION))) == 2
    paper = {one.letter: one for one in paper_rows(request.sha256)}
    assert tuple(paper.values()) == hash_rows(request.sha256)
    assert typed_findings(request.sha256, {"A": paper["A"].groups, "H": " ".join(paper["H"].words).upper()}) == ()
    other = paper_rows(request.spki_sha256)[0].groups
    for typed, told in (
        ({"A": other}, paper["A"].groups),
        ({"A": paper["B"].groups}, paper["A"].groups),
        ({"A": paper["A"].groups, "B": ""}, "found nothing"),
        ({"J": paper["A"].groups}, "a row from A to H"),
        ({"A": "\u202e" + paper["A"].groups}, "\\u{202E}"),
        ({}, "rows of the requester's paper"),
    ):
        (found,) = typed_findings(request.sha256, typed)
        assert found.rule == "CER-CSR-PAPER"
        assert told in found.told()
