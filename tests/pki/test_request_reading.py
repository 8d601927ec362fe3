"""Requests from a medium: read, or refused by name."""

from __future__ import annotations

import base64

import pytest

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.values import Mode
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.request_form import MOST_OCTETS
from ceremony_app.pki.show import pem as our_pem
from ceremony_app.pki.strict_der import hold_to_der
from tests.pki import requesting as r
from tests.pki.making import Made
from tests.pki.receiving import SUBJECT, received, refused

GOOD = r.requester("p256").request(SUBJECT)
TEXT = r.pem(GOOD)


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
        (r.sequence(r.tlv(0x1E, "\U000e0041".encode("utf-16-be"))), "beyond U\\+FFFF"),
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


def test_unusable_input_and_refused_requests_differ_in_status() -> None:
    """Exit status 2 for what is no request, 1 for one that is refused."""
    for octets, status in ((b"hello", 2), (GOOD[:-1] + b"\x00", 1)):
        with pytest.raises(Refusal) as refusal:
            received(octets)
        assert refusal.value.status == status
        assert isinstance(refusal.value, Unusable) is (status == 2)
