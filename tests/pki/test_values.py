"""Serial numbers, validity periods, key identifiers and names, for all values."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import assume, given
from hypothesis import strategies as st

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.distinguished_name import ATTRIBUTES, NamePart, attribute_kind, short_name, written
from ceremony_app.core.errors import Refusal
from ceremony_app.core.names import unfit_character
from ceremony_app.core.profiles import SerialRule, Validity
from ceremony_app.pki import validity
from ceremony_app.pki.authority import parts_of
from ceremony_app.pki.der import element
from ceremony_app.pki.identifiers import METHODS, described, key_identifier
from ceremony_app.pki.names import encodable
from ceremony_app.pki.profile import subject_public_key
from ceremony_app.pki.reading import read_name, read_public_key
from ceremony_app.pki.serial import octets_needed, serial_from, serial_hex, serial_number
from ceremony_app.pki.structures import Time
from ceremony_app.pki.throwaway import spki_of, throwaway_key

# ------------------------------------------------------------------------------------------------ serial numbers


@st.composite
def rules(draw: st.DrawFn) -> SerialRule:
    octets = draw(st.integers(9, 20))
    return SerialRule(octets=octets, random_bits=draw(st.integers(64, 8 * octets - 1)))


@given(rules(), st.data())
def test_a_serial_number_is_positive_minimal_and_never_too_long(rule: SerialRule, data: st.DataObject) -> None:
    octets = data.draw(st.binary(min_size=octets_needed(rule), max_size=octets_needed(rule)))
    assume(int.from_bytes(octets, "big") % 2**rule.random_bits)
    serial = serial_from(rule, octets)
    content = bytes.fromhex(serial)
    assert 1 <= len(content) <= rule.octets
    assert content[0] < 0x80
    assert len(content) == 1 or content[0] or content[1] >= 0x80
    number = serial_number(serial)
    assert 0 < number < 2**rule.random_bits
    assert number == int.from_bytes(octets, "big") % 2**rule.random_bits


@given(rules())
def test_all_ones_is_the_greatest_and_still_fits(rule: SerialRule) -> None:
    serial = serial_from(rule, b"\xff" * octets_needed(rule))
    assert serial_number(serial) == 2**rule.random_bits - 1
    assert len(serial) <= 2 * rule.octets


@given(rules())
def test_zero_is_refused(rule: SerialRule) -> None:
    with pytest.raises(Refusal) as refusal:
        serial_from(rule, bytes(octets_needed(rule)))
    assert refusal.value.rule == "CER-SERIAL"


def test_too_few_octets_and_a_used_number_are_refused() -> None:
    rule = SerialRule(octets=16, random_bits=127)
    assert octets_needed(rule) == 16
    octets = bytes(range(16))
    serial = serial_from(rule, octets)
    for given_octets, used in ((octets[1:], ()), (octets + b"\0", ()), (octets, (serial,))):
        with pytest.raises(Refusal, match="CER-SERIAL"):
            serial_from(rule, given_octets, used)


@given(st.integers(1, 2**159 - 1))
def test_a_serial_number_goes_through_its_text(number: int) -> None:
    assert serial_number(serial_hex(number)) == number


@pytest.mark.parametrize("text", ["", "0", "00", "0001", "80", "ff01", "xy", "7F", " 7f", "-1"])
def test_what_is_no_serial_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="CER-SERIAL"):
        serial_number(text)


# ------------------------------------------------------------------------------------------------------ validity

MOMENTS = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2400, 1, 1)).map(  # noqa: DTZ001 - given UTC here
    lambda moment: moment.replace(tzinfo=dt.UTC)
)


@given(MOMENTS, st.integers(1, 100))
def test_years_end_one_second_before_the_same_moment(moment: dt.datetime, years: int) -> None:
    start, end = validity.period(Validity(years=years), moment)
    after = end + dt.timedelta(seconds=1)
    assert start == moment.replace(microsecond=0)
    assert after.year == start.year + years
    assert after.time() == start.time()
    if (start.month, start.day) == (2, 29) and not calendar.isleap(after.year):
        assert (after.month, after.day) == (2, 28)
    else:
        assert (after.month, after.day) == (start.month, start.day)


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2026-11-23T12:00:00Z", 50, "2076-11-23T11:59:59Z"),
        ("2028-02-29T00:00:00Z", 1, "2029-02-27T23:59:59Z"),
        ("2028-02-29T00:00:00Z", 4, "2032-02-28T23:59:59Z"),
        ("2096-02-29T10:00:00Z", 4, "2100-02-28T09:59:59Z"),
        ("2027-03-01T00:00:00Z", 1, "2028-02-29T23:59:59Z"),
        ("2027-01-01T00:00:00Z", 10, "2036-12-31T23:59:59Z"),
        ("9989-01-01T00:00:00Z", 10, "9998-12-31T23:59:59Z"),
    ],
)
def test_leap_days_and_years_ends(start: str, years: int, end: str) -> None:
    moments = validity.period(Validity(years=years), validity.moment_of(start))
    assert [validity.text(moment) for moment in moments] == [start, end]


@pytest.mark.parametrize(
    ("start", "years", "latest", "end"),
    [
        ("2026-11-23T12:00:00Z", 25, "2076-11-23T11:59:59Z", "2051-11-23 11:59:59 UTC (Thursday)"),
        ("2052-01-01T00:00:00Z", 25, "2076-11-23T11:59:59Z", "2076-11-23 11:59:59 UTC (Monday)"),
        ("2051-11-23T12:00:00Z", 25, "2076-11-23T11:59:59Z", "2076-11-23 11:59:59 UTC (Monday)"),
        ("2051-11-23T12:00:01Z", 25, "2076-11-23T11:59:59Z", "2076-11-23 11:59:59 UTC (Monday)"),
        ("2051-11-23T11:59:59Z", 25, "2076-11-23T11:59:59Z", "2076-11-23 11:59:58 UTC (Monday)"),
        ("2028-02-29T00:00:00Z", 1, "2029-02-28T23:59:59Z", "2029-02-27 23:59:59 UTC (Tuesday)"),
        ("2027-02-28T12:00:00Z", 1, "2028-02-28T11:59:58Z", "2028-02-28 11:59:58 UTC (Monday)"),
        ("2027-03-01T00:00:00Z", 1, "2028-02-29T23:59:58Z", "2028-02-29 23:59:58 UTC (Tuesday)"),
    ],
)
def test_a_capped_period_ends_with_the_issuers_if_that_is_earlier(
    start: str, years: int, latest: str, end: str
) -> None:
    moment, last = validity.moment_of(start), validity.moment_of(latest)
    capped = Validity(years=years, capped=True)
    assert validity.on_calendar(validity.period(capped, moment, last)[1]) == end
    free = validity.period(Validity(years=years), moment)[1]
    assert validity.period(Validity(years=years), moment, last)[1] == free == validity.period(capped, moment)[1]
    assert validity.period(capped, moment, last)[1] == min(free, last)
    assert validity.described(capped).endswith(", and no longer than the issuer's certificate")


def test_nothing_is_issued_below_an_issuer_that_has_ended() -> None:
    with pytest.raises(Refusal, match="CER-TIME"):
        validity.period(
            Validity(until="99991231235959Z", capped=True),
            validity.moment_of("2026-11-23T12:00:00Z"),
            validity.moment_of("2026-11-23T11:59:59Z"),
        )


def test_no_well_defined_end() -> None:
    moments = validity.period(Validity(until="99991231235959Z"), validity.moment_of("2026-11-23T12:00:00Z"))
    assert validity.text(moments[1]) == "9999-12-31T23:59:59Z"
    assert validity.encoding(moments[1]) == "GeneralizedTime"


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        (Validity(years=100), "9950-01-01T00:00:00Z"),
        (Validity(years=1), "1949-12-31T23:59:59Z"),
        (Validity(until="20260101000000Z"), "2026-01-01T00:00:01Z"),
    ],
)
def test_periods_that_there_are_not(rule: Validity, start: str) -> None:
    with pytest.raises(Refusal, match="CER-TIME"):
        validity.period(rule, validity.moment_of(start))


@given(MOMENTS)
def test_a_moment_goes_through_its_text_and_its_encoding(moment: dt.datetime) -> None:
    text = validity.text(moment)
    assert validity.moment_of(text) == moment.replace(microsecond=0)
    compact = text.replace("-", "").replace(":", "").replace("T", "")
    encoding = validity.encoding(moment)
    assert (encoding == "UTCTime") is (moment.year < 2050)
    time = Time(encoding, compact[2:] if encoding == "UTCTime" else compact)
    assert time.instant() == moment.replace(microsecond=0)


def test_another_time_zone_is_brought_to_utc() -> None:
    east = dt.datetime(2026, 11, 23, 12, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    assert validity.text(validity.period(Validity(years=1), east)[0]) == "2026-11-23T06:30:00Z"
    assert validity.text(validity.days_later(east, 1)) == "2026-11-24T06:30:00Z"
    assert validity.on_calendar(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)) == "2026-11-23 12:00:00 UTC (Monday)"
    with pytest.raises(Refusal, match="CER-TIME"):
        validity.days_later(dt.datetime(9999, 12, 31, tzinfo=dt.UTC), 1)


@pytest.mark.parametrize(
    "text", ["", "2026-11-23", "2026-11-23T12:00:00", "2026-02-30T00:00:00Z", "2026-11-23T12:00:00.5Z"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="CER-TIME"):
        validity.moment_of(text)


# ----------------------------------------------------------------------------------------------- key identifiers


@given(st.binary(min_size=1, max_size=600))
def test_key_identifiers_of_any_octets(octets: bytes) -> None:
    whole = hashlib.sha1(octets, usedforsecurity=False).hexdigest()
    assert key_identifier("sha1", octets).hex() == whole
    assert key_identifier("sha1-64", octets).hex() == "4" + whole[-15:]
    assert key_identifier("sha256-160", octets).hex() == hashlib.sha256(octets).hexdigest()[:40]


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.P384, Algorithm.RSA3072])
def test_identifiers_are_of_the_bit_string_as_the_library_sees_it(algorithm: Algorithm) -> None:
    key = throwaway_key(algorithm).public_key()
    bits = read_public_key(spki_of(throwaway_key(algorithm))).bits
    assert len(bits) == len(subject_public_key(key))
    known = x509.SubjectKeyIdentifier.from_public_key(key).digest
    assert key_identifier("sha1", subject_public_key(key)) == known
    assert isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
    assert len({described(method) for method in METHODS}) == len(METHODS)


# --------------------------------------------------------------------------------------------------------- names


def fits(text: str) -> bool:
    return bool(text) and text == text.strip() and unfit_character(text) is None


TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=16).filter(fits)
PARTS = st.builds(
    lambda kind, value: NamePart(type=kind, value=value),
    st.sampled_from(["CN", "O", "OU", "L", "ST", "organizationIdentifier", "1.3.6.1.4.1.32473.9"]),
    TEXTS,
)


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_names_come_back_from_their_der(parts: list[NamePart]) -> None:
    name = encodable(tuple(parts)).public_bytes()
    read = read_name(element(name, 0x30, "name"), "name")
    assert read.says(tuple(parts))
    assert parts_of(read) == tuple(parts)
    assert not read.says((*parts, parts[0]))
    assert not read.says(tuple(parts)[1:])


def test_string_types() -> None:
    parts = (
        NamePart(type="C", value="GB"),
        NamePart(type="serialNumber", value="A-1"),
        NamePart(type="DC", value="example"),
        NamePart(type="uniqueIdentifier", value="90b3d51f30010001"),
        NamePart(type="CN", value="Größe"),
    )
    read = read_name(element(encodable(parts).public_bytes(), 0x30, "name"), "name")
    assert [one[0].string for one in read.relative] == [
        "PrintableString", "PrintableString", "IA5String", "BIT STRING", "UTF8String",
    ]  # fmt: skip
    assert read.says(parts)


def test_a_known_type_by_its_number_is_the_same_type() -> None:
    by_number = (NamePart(type="2.5.4.3", value="Root"),)
    read = read_name(element(encodable((NamePart(type="CN", value="Root"),)).public_bytes(), 0x30, "name"), "name")
    assert read.says(by_number)
    assert encodable(by_number).public_bytes() == read.der
    assert short_name("2.5.4.3") == "CN"
    assert attribute_kind("2.5.4.3") == ATTRIBUTES["CN"]


def test_characters_that_mean_something_in_a_written_name_are_escaped() -> None:
    assert written((NamePart(type="O", value='A, B+C="D"'), NamePart(type="CN", value="E\\F"))) == (
        'O=A\\, B\\+C\\=\\"D\\", CN=E\\\\F'
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("CN", ""),
        ("CN", " Root"),
        ("CN", "x" * 65),
        ("CN", "Ro\u202eot"),
        ("CN", "Ro\u200bot"),
        ("CN", "Root\n"),
        ("C", "GBR"),
        ("C", "Ö1"),
        ("serialNumber", "a@b"),
        ("uniqueIdentifier", "90B3"),
        ("uniqueIdentifier", "abc"),
        ("DC", "größe"),
        ("XX", "Root"),
        ("3.1.1", "Root"),
        ("2.5.4.03", "Root"),
        ("0.40", "Root"),
    ],
)
def test_what_cannot_stand_in_a_name_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError):
        NamePart(type=kind, value=value)


def test_a_name_that_only_the_library_refuses() -> None:
    """64 characters that are more than 64 octets: RFC 5280 counts characters, the library octets."""
    with pytest.raises(Refusal, match="CER-NAME"):
        encodable((NamePart(type="CN", value="ö" * 64),))
