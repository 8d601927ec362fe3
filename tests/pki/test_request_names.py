"""Subjects that are not the applicant's, and names that are not what they look like: refused, and never dropped."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.names import unfit_character
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.pki.misleading import name_findings, name_shown, shown
from ceremony_app.pki.reading import read_request
from tests.pki import requesting as r
from tests.pki.comparing import PARTS, asked, compared, row, rules


@pytest.fixture(scope="module")
def profile(s1spki: Policy) -> CertificateProfile:
    return s1spki.certificates["operator-issuing"]


# ------------------------------------------------------------------------------------------------------------- subject


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (r.named((r.OU, "07"), (r.CN, "TMPl")), "LATIN SMALL LETTER L and not U+0031 DIGIT ONE; THE TWO LOOK ALIKE"),
        (r.named((r.OU, "07"), (r.CN, "\u0422MP1")), "U+0422 CYRILLIC CAPITAL LETTER TE and not U+0054"),
        (r.named((r.OU, "07"), (r.CN, "tmp1")), "THE TWO LOOK ALIKE"),
        (r.named((r.OU, "07"), (r.CN, "TMP1 ")), "U+0020 SPACE and not the end"),
        (r.named((r.OU, "07"), (r.CN, "TMP")), "the end and not U+0031"),
        (r.named((r.OU, "07"), (r.CN, "TMP2")), "U+0032 DIGIT TWO and not U+0031 DIGIT ONE ("),
        (r.named((r.CN, "TMP1"), (r.OU, "07")), "expected OU, on the application form, found CN"),
        (r.named((r.OU, "07")), "found OU=07"),
        (r.named(), "found empty"),
        (r.named((r.C, "GB"), (r.OU, "07"), (r.CN, "TMP1")), "found C=GB, OU=07, CN=TMP1"),
    ],
)
def test_a_subject_other_than_the_applications(profile: CertificateProfile, subject: bytes, told: str) -> None:
    comparison = compared(profile, asked(subject=subject), "ignore-shown")
    assert "CER-CSR-SUBJECT" in rules(comparison)
    assert told in " ".join(one.told() for one in comparison.findings)


def test_a_subject_of_several_attributes_in_one(profile: CertificateProfile) -> None:
    pair = [r.sequence(r.oid(kind), r.tlv(r.UTF8, text)) for kind, text in ((r.OU, b"07"), (r.CN, b"TMP1"))]
    first = r.tlv(0x31, r.sequence(r.oid(r.OU), r.tlv(r.UTF8, b"07")))
    for subject in (r.sequence(r.tlv(0x31, *sorted(pair))), r.sequence(first, r.tlv(0x31, *sorted(pair)))):
        comparison = compared(profile, asked(subject=subject))
        assert rules(comparison) == ["CER-CSR-SUBJECT"]
        assert " + " in row(comparison, "Subject")


def test_string_types_do_not_count_where_the_octets_of_the_text_are_the_same(profile: CertificateProfile) -> None:
    der = asked(subject=r.named((r.OU, "07", r.PRINTABLE), (r.CN, "TMP1", r.BMP)))
    comparison = compared(profile, der)
    assert comparison.good
    assert "CN=TMP1 (BMPString)" in row(comparison, "Subject")


def test_an_application_for_another_subject_than_is_issued(profile: CertificateProfile) -> None:
    other = (PARTS[0], NamePart(type="CN", value="TMP2"))
    comparison = compared(profile, asked(), subject=other)
    assert rules(comparison) == ["CER-CSR-SUBJECT"] * 2  # not the applicant's, and not the profile's
    assert {one.field for one in comparison.findings} == {"subject to be issued"}
    assert [one.section for one in comparison.findings] == ["RFC 3647, 3.2", "template"]
    assert "will be issued: OU=07, CN=TMP2" in row(comparison, "Subject")
    by_number = (NamePart(type="2.5.4.11", value="07"), NamePart(type="2.5.4.3", value="TMP1"))
    assert compared(profile, asked(), subject=by_number).good


# ------------------------------------------------------------------------------------------------------- hostile names

HOSTILE = {
    "bidi": ("TMP1\u202etxt", "\\u{202E}", "U+202E RIGHT-TO-LEFT OVERRIDE at character 5"),
    "zero-width": ("TM\u200bP1", "\\u{200B}", "U+200B ZERO WIDTH SPACE at character 3"),
    "line": ("TMP1\nFindings: none", "\\u{000A}", "U+000A at character 5"),
    "NUL": ("TMP1\x00.example", "\\u{0000}", "U+0000"),
    "escape": ("\x1b[2KTMP1", "\\u{001B}", "U+001B"),
    "blank": ("TMP\u00a01", "\\u{00A0}", "U+00A0 NO-BREAK SPACE"),
    "filler": ("TMP1\u3164", "\\u{3164}", "U+3164 HANGUL FILLER"),
    "selector": ("TMP1\ufe0f", "\\u{FE0F}", "VARIATION SELECTOR-16"),
    "private": ("TMP\ue000", "\\u{E000}", "U+E000"),
    "ends": (" TMP1", "CN= TMP1", "no blanks at the ends"),
    "decomposed": ("Mu\u0308ller", "CN=Mu\u0308ller", "normal form C"),
    "long": (
        "A" * 60_000,
        "… (60000 characters in all, SHA-256 ",
        "expected 1 to 64 characters, found 60000 characters",
    ),
    "markup": ("<b>TMP1</b>&amp;{{x}}", "CN=<b>TMP1</b>&amp;{{x}}", ""),
    "homoglyph": ("\u0422M\u04201", "(letters of several scripts: CYRILLIC, LATIN)", ""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_names_are_refused_and_shown_escaped(profile: CertificateProfile, what: str) -> None:
    text, visible, told = HOSTILE[what]
    comparison = compared(profile, asked(subject=r.named((r.OU, "07"), (r.CN, text))), "ignore-shown")
    assert "CER-CSR-SUBJECT" in rules(comparison)
    assert ("CER-CSR-NAME" in rules(comparison)) is bool(told)
    assert visible in row(comparison, "Subject")
    assert told in " ".join(one.told() for one in comparison.findings)
    for one in comparison.rows():
        assert unfit_character(one.label + one.value) is None
        assert len(one.value) < 2000


TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)


@settings(max_examples=300)
@given(TEXTS)
def test_any_text_in_a_name_is_shown_on_one_line(text: str) -> None:
    read = read_request(r.requester("p256").request(r.named((r.OU, "07"), (r.CN, text))))
    told = name_shown(read.subject)
    assert unfit_character(told) is None
    assert told.startswith(f"OU=07, CN={shown(text)}")
    assert all(unfit_character(one.told()) is None for one in name_findings(read.subject))


@settings(max_examples=300)
@given(TEXTS, TEXTS)
def test_different_texts_are_shown_differently(one: str, other: str) -> None:
    assume(one != other and "\\u{" not in one + other)
    assert shown(one) != shown(other)


def test_string_types_that_nobody_can_read_or_that_do_not_fit(profile: CertificateProfile) -> None:
    for subject, told in (
        (r.named((r.CN, "T@P", r.PRINTABLE)), "alphabet of PrintableString"),
        (r.named((r.CN, "M\u00fcller", r.TELETEX)), "TeletexString M\u00fcller"),
        (r.sequence(r.tlv(0x31, r.sequence(r.oid(r.CN), r.integer(5)))), "type 02: 05"),
        (r.sequence(r.tlv(0x31)), "found 0 attributes"),
        (r.named(*[(r.OU, "x")] * 40), "found 40 attributes"),
        (r.named((r.CN, "")), "1 to 64 characters"),
    ):
        comparison = compared(profile, asked(subject=subject), "ignore-shown")
        assert told in " ".join(one.told() for one in comparison.findings if one.rule == "CER-CSR-NAME")
    assert "… (40 in all" in row(compared(profile, asked(subject=r.named(*[(r.OU, "x")] * 40))), "Subject")


def test_a_text_at_the_limit_is_shown_whole() -> None:
    assert shown("x" * 256) == "x" * 256
    assert shown("x" * 257).startswith("x" * 256 + "… (257 characters in all, SHA-256 ")
