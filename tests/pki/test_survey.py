"""Objects not in DER, or not in the form of their standard: read all the same, each breach named with its section."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from ceremony_app.pki import structures as x
from ceremony_app.pki.conformance import conformance
from ceremony_app.pki.der import MalformedError, element
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.linting import judge
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.received import Kind, Received, kind_of
from ceremony_app.pki.survey import MOST_BREACHES, surveyed
from tests.pki import unusual
from tests.pki.making import Made, pack
from tests.pki.requesting import CN, UTF8, asking, extension, named, requester, sequence, tlv
from tests.pki.unusual import with_extension, with_member

MUTANTS = 100_000 if os.environ.get("CEREMONY_TEST_ALL") == "1" else 2_000


def breaches(octets: bytes, kind: Kind = "certificate") -> set[tuple[str, str]]:
    """Place and section of every breach."""
    return {(one.field, one.section) for one in surveyed(octets, kind).breaches}


def certificate(octets: bytes) -> x.Certificate:
    read = surveyed(octets, "certificate").read
    assert isinstance(read, x.Certificate)
    return read


def two_pieces(octets: bytes) -> bytes:
    """A signature in two pieces."""
    tbs, algorithm, signature = unusual.members(octets)
    bits = element(signature, 0x03, "bits").content[1:]
    pieces = tlv(0x03, b"\x00" + bits[:20]) + tlv(0x03, b"\x00" + bits[20:])
    return sequence(tbs, algorithm, tlv(0x23, pieces))


def long_length(octets: bytes) -> bytes:
    """A serial number whose length takes more octets than it needs."""
    return with_member(octets, 1, lambda serial: b"\x02\x82\x00" + serial[1:])


def unused_bits(octets: bytes) -> bytes:
    tbs, algorithm, signature = unusual.members(octets)
    return sequence(tbs, algorithm, tlv(0x03, b"\x01" + element(signature, 0x03, "bits").content[1:-1] + b"\x00"))


def latin(octets: bytes) -> bytes:
    """A UTF8String that holds Latin-1."""
    name = sequence(tlv(0x31, sequence(b"\x06\x03\x55\x04\x03", tlv(0x0C, b"Soci\xe9t\xe9"))))
    return with_member(octets, 5, name)


def no_seconds(octets: bytes) -> bytes:
    return with_member(octets, 4, lambda times: sequence(tlv(0x17, b"2611231200Z"), unusual.members(times)[1]))


def offset(octets: bytes) -> bytes:
    return with_member(octets, 4, lambda times: sequence(tlv(0x17, b"261123120000+0100"), unusual.members(times)[1]))


def thirteenth_month(octets: bytes) -> bytes:
    return with_member(octets, 4, lambda times: sequence(unusual.members(times)[0], tlv(0x17, b"461323115959Z")))


def one_as_true(octets: bytes) -> bytes:
    """An extension whose critical is 01."""
    return with_extension(octets, sequence(b"\x06\x03\x55\x1d\x25", b"\x01\x01\x01", tlv(4, sequence(b"\x06\x01\x2a"))))


def one_member_more(octets: bytes) -> bytes:
    tbs, *rest = unusual.members(octets)
    return sequence(sequence(*unusual.members(tbs), b"\x05\x00"), *rest)


def more_parameters(octets: bytes) -> bytes:
    return with_member(octets, 2, sequence(b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03", b"\x05\x00", b"\x05\x00"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (unusual.as_ber, {("encoding", "X.690, 10.1")}),
        (two_pieces, {("encoding", "X.690, 10.2")}),
        (long_length, {("encoding", "X.690, 10.1")}),
        (lambda octets: with_member(octets, 1, b"\x02\x02\x00\x05"), {("serialNumber", "X.690, 8.3.2")}),
        (lambda octets: with_member(octets, 1, b"\x02\x00"), {("serialNumber", "X.690, 8.3.2")}),
        (unused_bits, {("signatureValue", "RFC 5280, 4.1.1.3")}),
        (latin, {("subject", "RFC 5280, 4.1.2.6")}),
        (no_seconds, {("notBefore", "RFC 5280, 4.1.2.5")}),
        (offset, {("notBefore", "RFC 5280, 4.1.2.5")}),
        (thirteenth_month, {("notAfter", "RFC 5280, 4.1.2.5")}),
        (one_as_true, {("extKeyUsage", "X.690, 11.1")}),
        (one_member_more, {("tbsCertificate", "RFC 5280, 4.1.2")}),
        (more_parameters, {("signature", "RFC 5280, 4.1.2.3")}),
        (lambda octets: octets + b"\x00\x00\x00", {("certificate", "X.690, 8.1")}),
    ],
)
def test_what_is_no_der_is_read_and_named(
    root: Made, change: Callable[[bytes], bytes], expected: set[tuple[str, str]]
) -> None:
    """The strict reading, which a ceremony uses, refuses every one of these."""
    octets = change(root.der["root"])
    assert kind_of(octets) == "certificate"
    with pytest.raises(MalformedError):
        read_certificate(octets)
    assert breaches(octets) == expected
    assert certificate(octets).subject.relative
    result = judge(root.policy, Received("", octets), profile="root")
    assert result.verdict == "findings"
    assert result.fields, "whatever is wrong, the fields stand beside the profile"
    assert any(one.rule == "CER-ENCODING" for one in result.findings)


def test_a_breach_speaks_against_its_field(root: Made) -> None:
    result = judge(root.policy, Received("", no_seconds(root.der["root"])))
    (row,) = (field for field in result.fields if field.field == "Not before")
    assert (row.good, row.section, row.object) == (False, "RFC 5280, 4.1.2.5", "2611231200Z, UTCTime")


def test_a_breach_is_told_without_what_could_move_a_cursor(root: Made) -> None:
    name = sequence(tlv(0x31, sequence(b"\x06\x03\x55\x04\x03", tlv(0x13, b"\x1b[2J"))))
    result = judge(root.policy, Received("", with_member(root.der["root"], 3, name)))
    (finding,) = (one for one in result.findings if "X.680" in one.what)
    assert finding.what.endswith("found \\u{001B}[2J (X.680, 41.4)")


def test_what_ber_means_is_what_is_read(root: Made) -> None:
    der, ber = root.der["root"], unusual.as_ber(root.der["root"])
    assert two_pieces(der) != der
    assert certificate(two_pieces(der)).signature == read_certificate(der).signature
    plain, read = read_certificate(der), certificate(ber)
    assert (read.serial, read.subject, read.key, read.extensions) == (
        plain.serial,
        plain.subject,
        plain.key,
        plain.extensions,
    )
    assert read.tbs != plain.tbs, "the octets that are verified are those that are there"
    at = [one.found for one in surveyed(ber, "certificate").breaches]
    assert at == [f"SEQUENCE at octet {place}: its length is not encoded as DER wants it" for place in (0, 2)]


def test_a_crl_in_ber(root: Made) -> None:
    octets = unusual.as_ber(root.der["root-crl"])
    assert kind_of(octets) == "crl"
    with pytest.raises(MalformedError):
        read_crl(octets)
    assert breaches(octets, "crl") == {("encoding", "X.690, 10.1")}
    assert judge(root.policy, Received("", octets)).profile == "root-crl"


def test_what_cannot_be_read_on_is_named_by_its_section(root: Made) -> None:
    """The outline is a certificate's, and what is inside is not: findings, no table, no crash."""
    for place, value, expected in (
        (1, b"\x04\x01\x05", ("serialNumber", "RFC 5280, 4.1.2.2")),
        (3, b"\x31\x00", ("issuer", "RFC 5280, 4.1.2.4")),
        (4, sequence(b"\x05\x00", b"\x05\x00"), ("validity", "RFC 5280, 4.1.2.5")),
        (6, b"\x30\x00", ("subjectPublicKeyInfo", "RFC 5280, 4.1.2.7")),
    ):
        octets = with_member(root.der["root"], place, value)
        assert surveyed(octets, "certificate").read is None
        assert breaches(octets) == {expected}
        result = judge(root.policy, Received("", octets))
        assert (result.kind, result.verdict, result.fields) == ("certificate", "findings", ())


def test_breaches_without_end_are_counted(root: Made) -> None:
    one = sequence(b"\x06\x03\x55\x04\x03", tlv(0x0C, b"\xff"))
    name = sequence(
        *(tlv(0x31, sequence(b"\x06\x03\x55\x04\x03", b"\x0c\x81\x01x")) for _ in range(500)), tlv(0x31, one)
    )
    found = surveyed(with_member(root.der["root"], 5, name), "certificate").breaches
    assert len(found) == MOST_BREACHES + 1
    assert found[-1].found == "401 more breaches"


def conforms(octets: bytes, kind: Kind = "certificate") -> tuple[Finding, ...]:
    read = surveyed(octets, kind).read
    assert read is not None
    return conformance(read, kind)


def test_versions_serials_and_strings_by_the_standard(root: Made) -> None:
    plain, crl = root.der["root"], root.der["root-crl"]
    assert conforms(plain) == ()
    assert conforms(crl, "crl") == ()
    for version, told in ((3, "INTEGER 3"), (0x7F, "INTEGER 127"), (0, "v1 (INTEGER 0)"), (1, "v2 (INTEGER 1)")):
        (found,) = conforms(with_member(plain, 0, bytes([0xA0, 3, 2, 1, version])))
        assert (found.field, found.section, found.found) == ("version", "RFC 5280, 4.1.2.1", told)
    (found,) = conforms(with_member(crl, 0, b"\x02\x01\x02"), "crl")
    assert (found.section, found.found) == ("RFC 5280, 5.1.2.1", "INTEGER 2")
    (found,) = conforms(with_member(plain, 1, b"\x02\x15" + b"\x01" * 21))
    assert (found.field, found.section) == ("serialNumber", "RFC 5280, 4.1.2.2")
    for string, text, section in (
        (0x13, b"a*b@c_d", "X.680, 41.4"),
        (0x14, b"T61", "RFC 5280, 4.1.2.4"),
        (0x1E, b"\x00B", "RFC 5280, 4.1.2.4"),
        (0x1C, b"\x00\x00\x00U", "RFC 5280, 4.1.2.4"),
    ):
        name = sequence(tlv(0x31, sequence(b"\x06\x03\x55\x04\x03", tlv(string, text))))
        (found,) = conforms(with_member(plain, 3, name))
        assert (found.field, found.section) == ("issuer", section)


def mutated(octets: bytes, chance: random.Random) -> bytes:
    """A few octets changed, a piece left out, doubled or moved: most of it stays an object."""
    changed = bytearray(octets)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(changed)), chance.randint(1, 12)
        match chance.randrange(6):
            case 0 | 1 | 2:
                changed[at] = chance.randrange(256)
            case 3:
                del changed[at : at + size]
            case 4:
                changed[at:at] = changed[at : at + size]
            case _:
                changed[at:at] = chance.randbytes(size)
        if not changed:
            changed += b"\x30"
    return bytes(changed)


def test_mutated_objects_end_in_a_judgement(root: Made, operator: Made) -> None:
    """2,000 a commit, 100,000 with CEREMONY_TEST_ALL: each is good, found fault with or unusable, and nothing else."""
    chance = random.Random(os.environ.get("CEREMONY_TEST_SEED", "lint"))
    request = requester("p256").request(
        named((CN, "Example", UTF8)), asking(extension("2.5.29.15", b"\x03\x02\x05\xa0"))
    )
    seeds = (*root.der.values(), *operator.der.values(), unusual.as_ber(root.der["root"]), request)
    packs = (root.policy, pack("s1spki-foc"))
    words: dict[str, int] = {"good": 0, "findings": 0, "unusable": 0}
    issuers = (None, read_certificate(operator.der["operator-root"]))
    for number in range(MUTANTS):
        octets = mutated(chance.choice(seeds), chance)
        issuer = issuers[number % 2]
        try:
            is_request = kind_of(octets) == "request"
        except MalformedError:
            is_request = False
        one = judge(packs[number % 3 // 2], Received("", octets), issuer=None if is_request else issuer)
        words[one.verdict] += 1
        assert one.standing or one.verdict == "good"
        assert all(text.isprintable() for field in one.fields for text in (field.field, field.profile, field.object))
    assert words["findings"] > MUTANTS / 4
    assert words["unusable"] > MUTANTS / 20
