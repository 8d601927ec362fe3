"""Names in which something varies, and the patterns that say what it may be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.patterns import fits_pattern, pattern_fault
from ceremony_app.core.subject_form import NameFault, SubjectForm, relative_of

EUI = NamePart(type="uniqueIdentifier", value="0000000000000000")
ROLE = NamePart(type="OU", value="7f")
FORM = SubjectForm((ROLE, EUI), {"uniqueIdentifier": "[0-9a-f]{16}"})
OU, UID, CN = "2.5.4.11", "2.5.4.45", "2.5.4.3"


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9a-f]{16}",
        ".{1,64}",
        "(?:00|01|7f)",
        "00|01|7f",
        "[a-z0-9][a-z0-9.-]{0,62}",
        "[][()*+]{4}",
        r"\d{2}-\w+",
        r"\(\+\)*",
        "(?:ab){3}",
        "(?:ab)+",
        "(a|b)c?",
    ],
)
def test_patterns_that_may_stand_in_a_pack(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", "1 to 200 characters"),
        ("a" * 201, "1 to 200 characters"),
        ("(a+)+", "repeats no repetition"),
        ("(a*)*b", "repeats no repetition"),
        ("(a{1,9}){1,9}", "repeats no repetition"),
        ("((a)+)+", "repeats no repetition"),
        ("(a|a)*", "repeats no repetition"),
        ("(?:a?)+", "repeats no repetition"),
        ("(a+){3}", "repeats no repetition"),
        ("a*a*a*a*", "at most 3 repetitions"),
        ("(a)(b)(c)(d)", "at most 3 groups"),
        (r"(a)\1", "refers to no group"),
        ("(?=a)b", "neither ahead nor back"),
        ("(?i)a", "neither ahead nor back"),
        ("(?P<x>a)", "neither ahead nor back"),
        ("[a", "no regular expression"),
        ("a)", "no regular expression"),
        ("a{99999999999}", "no regular expression"),
    ],
)
def test_patterns_that_may_not(pattern: str, told: str) -> None:
    assert told in pattern_fault(pattern)


@given(st.text(alphabet="ab(|)*+?{}1,[]^\\d.:", max_size=24), st.text(alphabet="ab1", max_size=12))
def test_what_is_let_through_compiles_and_is_what_the_library_understands(pattern: str, text: str) -> None:
    if not pattern_fault(pattern):
        assert fits_pattern(pattern, text) == (re.fullmatch(pattern, text, re.ASCII) is not None)


def test_digits_of_other_scripts_are_none() -> None:
    assert fits_pattern(r"\d", "7")
    assert not fits_pattern(r"\d", "\u0667")


def test_a_name_of_the_form() -> None:
    other = (ROLE, NamePart(type="uniqueIdentifier", value="00db123456789abc"))
    assert FORM.faults(relative_of(other)) == ()
    assert FORM.taken(other) == other
    assert FORM.described() == "OU=7f, uniqueIdentifier=0000000000000000 (varies: uniqueIdentifier [0-9a-f]{16})"
    by_number = (ROLE, NamePart(type="2.5.4.45", value="00db123456789abc"))
    assert FORM.taken(by_number) == other


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ([[(OU, "07")], [(UID, "00db123456789abc")]], NameFault("OU", "7f", "07")),
        (
            [[(OU, "7f")], [(UID, "00db")]],
            NameFault("uniqueIdentifier", "a value of the form [0-9a-f]{16}", "00db", varies=True),
        ),
        (
            [[(OU, "7f")], [(UID, "00" * 100)]],
            NameFault("uniqueIdentifier", "at most 64 characters", "200 characters", varies=True),
        ),
        ([[(OU, "7f")]], NameFault("", FORM.described(), "OU=7f")),
        ([], NameFault("", FORM.described(), "")),
        ([[(OU, "7f"), (UID, "00" * 8)]], NameFault("", FORM.described(), f"OU=7f+uniqueIdentifier={'00' * 8}")),
        ([[(UID, "00" * 8)], [(OU, "7f")]], NameFault("", FORM.described(), f"uniqueIdentifier={'00' * 8}, OU=7f")),
        (
            [[(OU, "7f")], [(UID, "00" * 8)], [(CN, "x")]],
            NameFault("", FORM.described(), f"OU=7f, uniqueIdentifier={'00' * 8}, CN=x"),
        ),
    ],
)
def test_a_name_that_is_none_of_the_form(name: list[list[tuple[str, str]]], fault: NameFault) -> None:
    assert FORM.faults(name) == (fault,)


def test_every_attribute_that_is_wrong_is_told() -> None:
    faults = FORM.faults([[(OU, "08")], [(UID, "xx")]])
    assert [(one.type, one.varies) for one in faults] == [("OU", False), ("uniqueIdentifier", True)]


def test_a_name_in_which_nothing_varies_is_told_whole() -> None:
    fixed = SubjectForm((ROLE, EUI))
    assert fixed.faults(relative_of((ROLE, EUI))) == ()
    (fault,) = fixed.faults([[(OU, "07")], [(UID, "00")]])
    assert (fault.type, fault.found) == ("", "OU=07, uniqueIdentifier=00")
    assert fixed.taken((NamePart(type="OU", value="07"),)) == (ROLE, EUI)


@pytest.mark.parametrize(
    ("parts", "varies", "told"),
    [
        ((ROLE, EUI), {"CN": "x"}, "CN stands 0 times"),
        ((ROLE, ROLE), {"OU": "7f"}, "OU stands 2 times"),
        ((ROLE, EUI), {"OU": "(a+)+"}, "OU: a pattern repeats"),
        ((ROLE, EUI), {"OU": "0[0-9]"}, "OU: the subject has '7f', not a value of the form 0[0-9]"),
        ((ROLE, EUI), {"OU": "[0-9a-f]{2}"}, ""),
    ],
)
def test_forms_that_make_no_sense(parts: tuple[NamePart, ...], varies: dict[str, str], told: str) -> None:
    refused = SubjectForm(parts, varies).refused()
    assert refused.startswith(told)
    assert bool(refused) is bool(told)
