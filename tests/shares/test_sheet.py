"""The sheet: every slip of one word, of two words, of a row is found, and the row is named."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.shares.sheet import ROW_WORDS, ROWS, read_sheet, row_fault, sheet
from ceremony_app.shares.slip39 import WORDS
from ceremony_app.shares.splitting import Share, split
from tests.shares import oracle
from tests.shares.making import rows, shares, typed

SHARE = shares(3, 5)[1]
ROWS_OF_IT = rows(SHARE)
NUMBERS = st.integers(1, ROWS)
PLACES = st.integers(0, ROW_WORDS)
LISTED = st.sampled_from(WORDS)
SHARES = st.builds(
    lambda draw, threshold, index: shares(threshold, 16, draw=draw)[index],
    st.integers(0, 1 << 30), st.integers(2, 16), st.integers(0, 15),
)  # fmt: skip


def refusal(lines: list[list[str]]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_sheet(typed(lines))
    return caught.value


def assert_row_is_named(lines: list[list[str]], number: int) -> None:
    found = refusal(lines)
    assert found.rule == "CER-SHARE-ROW"
    assert found.where == f"row {number}"
    assert "no PIN try" in found.why
    assert row_fault(number, typed([lines[number - 1]]))


def test_a_sheet_has_five_rows_of_four_words_of_the_share() -> None:
    assert [row.number for row in sheet(SHARE)] == [1, 2, 3, 4, 5]
    assert [word for row in sheet(SHARE) for word in row.words] == SHARE.words.reveal().decode().split()
    assert all(len(row.words) == 4 and row.check in WORDS for row in sheet(SHARE))


def test_check_words_are_the_polynomial_that_is_documented() -> None:
    for row in sheet(SHARE):
        total = row.number
        power = 1
        for word in row.words:
            power = oracle.in1024(power, 2)
            total ^= oracle.in1024(power, oracle.NUMBER[word])
        assert row.check == WORDS[total]


def test_check_words_stay_what_they_are() -> None:
    """Known answers: sheets written years ago are read again."""
    assert [row.check for row in sheet(SHARE)] == ["entrance", "strategy", "mixed", "intend", "leaf"]


@settings(deadline=None)
@given(SHARES)
def test_what_was_written_is_read(share: Share) -> None:
    again = read_sheet(typed(rows(share)))
    assert again == share
    assert again.words.reveal() == share.words.reveal()


@settings(deadline=None)
@given(st.integers(2, 16), st.data())
def test_what_the_program_splits_can_be_written_and_read(count: int, data: st.DataObject) -> None:
    threshold = data.draw(st.integers(2, count))
    for share in split(Secret(bytes(range(16))), threshold, count):
        assert read_sheet(typed(rows(share))) == share


@pytest.mark.parametrize("blank", [" ", "   ", "\t", "\u00a0", " \r", "\u3000"])
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title, str.swapcase])
@pytest.mark.parametrize("letters", [4, 8])
def test_case_blanks_and_ends_of_words_do_not_matter(blank: str, case: type[str], letters: int) -> None:
    text = "\n".join(blank + blank.join(str(case(word))[:letters] for word in row) + blank for row in ROWS_OF_IT)
    assert read_sheet(Secret.of(text)) == SHARE
    assert read_sheet(Secret.of(text + "\n\n ")) == SHARE


def test_every_single_wrong_word_is_found_in_its_row() -> None:
    """All of them: 25 places, 1,023 other words each."""
    for number, row in enumerate(ROWS_OF_IT, start=1):
        for place in range(ROW_WORDS + 1):
            for word in WORDS:
                wrong = [*row[:place], word, *row[place + 1 :]]
                assert bool(row_fault(number, typed([wrong]))) is (word != row[place])


@settings(deadline=None)
@given(SHARES, NUMBERS, PLACES, LISTED)
def test_a_wrong_word_is_named_by_its_row(share: Share, number: int, place: int, word: str) -> None:
    lines = rows(share)
    if lines[number - 1][place] == word:
        return
    lines[number - 1][place] = word
    assert_row_is_named(lines, number)


@settings(deadline=None)
@given(SHARES, NUMBERS, st.sampled_from(list(combinations(range(ROW_WORDS + 1), 2))))
def test_two_words_that_changed_places_are_named_by_their_row(
    share: Share, number: int, places: tuple[int, int]
) -> None:
    lines = rows(share)
    row = lines[number - 1]
    one, two = places
    row[one], row[two] = row[two], row[one]
    if row[one] == row[two]:
        assert read_sheet(typed(lines)) == share
    else:
        assert_row_is_named(lines, number)


@settings(deadline=None)
@given(SHARES, NUMBERS, NUMBERS, PLACES, PLACES)
def test_words_of_two_rows_that_changed_places_are_named(
    share: Share, one: int, two: int, place: int, other: int
) -> None:
    lines = rows(share)
    mine, its = lines[one - 1][place], lines[two - 1][other]
    if one == two or mine == its:
        return
    lines[one - 1][place], lines[two - 1][other] = its, mine
    assert_row_is_named(lines, min(one, two))
    assert row_fault(max(one, two), typed([lines[max(one, two) - 1]]))


@settings(deadline=None)
@given(SHARES, st.sampled_from(list(combinations(range(1, ROWS + 1), 2))))
def test_rows_that_changed_places_are_named(share: Share, numbers: tuple[int, int]) -> None:
    lines = rows(share)
    one, two = numbers
    lines[one - 1], lines[two - 1] = lines[two - 1], lines[one - 1]
    assert_row_is_named(lines, one)
    assert f"right as row {two}" in row_fault(one, typed([lines[one - 1]]))
    assert f"right as row {one}" in row_fault(two, typed([lines[two - 1]]))


@settings(deadline=None)
@given(SHARES, NUMBERS, PLACES)
def test_a_dropped_and_a_doubled_word_are_named_by_their_row(share: Share, number: int, place: int) -> None:
    lines = rows(share)
    row = lines[number - 1]
    for wrong, count in (([*row[:place], *row[place + 1 :]], 4), ([*row[:place], row[place], *row[place:]], 6)):
        lines[number - 1] = wrong
        assert_row_is_named(lines, number)
        assert f"has {count} words" in row_fault(number, typed([wrong]))


@settings(deadline=None)
@given(SHARES, NUMBERS)
def test_a_dropped_doubled_or_added_row_is_named(share: Share, number: int) -> None:
    lines = rows(share)
    assert_row_is_named([*lines[: number - 1], [], *lines[number:]], number)
    dropped = refusal([*lines[: number - 1], *lines[number:]])
    assert (dropped.rule, dropped.where) == ("CER-SHARE-ROW", f"row {number}")
    doubled = refusal([*lines[:number], *lines[number - 1 :]])
    assert (doubled.rule, doubled.where) == ("CER-SHARE-ROW", f"row {number + 1}")


def test_a_sixth_row_is_refused_and_none_at_all() -> None:
    found = refusal([*ROWS_OF_IT, ROWS_OF_IT[0]])
    assert (found.rule, found.where) == ("CER-SHARE-ROW", "row 6")
    assert "a share has 5 rows" in found.why
    assert refusal([]).where == "row 1"
    assert refusal([[], *ROWS_OF_IT]).where == "row 1"


@settings(deadline=None)
@given(SHARES, NUMBERS, PLACES, st.integers(0, 7), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_one_wrong_letter_is_found(share: Share, number: int, place: int, letter: int, new: str) -> None:
    lines = rows(share)
    word = lines[number - 1][place]
    wrong = word[:letter] + new + word[letter + 1 :]
    lines[number - 1][place] = wrong
    if wrong in {word, word[:4]}:
        assert read_sheet(typed(lines)) == share
    else:
        assert_row_is_named(lines, number)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("", "has 0 words"),
        ("academic", "has 1 word;"),
        ("academic acid acne acquire", "has 4 words"),
        ("academic acid acne acquire acrobat activity", "has 6 words"),
        ("academic zzyzzy acne acquire acrobat", "word 2 is not in the list"),
        ("academic aci acne acqui acrobat", "words 2, 4 are not in the list"),
        ("academics acid acne acquire acrobat", "word 1 is not"),
        ("acad acid acne acqu zzyz", "word 5 is not"),
        ("academic acid acne acquire acrobat", "check word does not fit"),
    ],
)  # fmt: skip
def test_the_fault_of_a_row_is_told_without_repeating_it(row: str, says: str) -> None:
    fault = row_fault(2, Secret.of(row))
    assert says in fault
    assert fault.startswith("Row 2")
    assert not any(word in fault for word in row.split())


def test_parts_of_words_other_than_four_letters_are_no_words() -> None:
    good = ROWS_OF_IT[0]
    longest = max(good, key=len)
    for letters in range(len(longest) + 1):
        line = [word[:letters] if word == longest else word for word in good]
        assert bool(row_fault(1, typed([line]))) is (letters not in {4, len(longest)})


@settings(deadline=None)
@given(SHARES, SHARES, st.lists(st.booleans(), min_size=ROWS, max_size=ROWS))
def test_rows_of_two_sheets_are_no_share(one: Share, two: Share, choice: list[bool]) -> None:
    mixed = [rows(two if other else one)[number] for number, other in enumerate(choice)]
    if mixed in (rows(one), rows(two)):
        return
    found = refusal(mixed)
    assert found.rule == "CER-SHARE"
    assert "rows of two sheets" in found.why
    assert "no PIN try" in found.why


def test_a_share_of_another_kind_is_refused() -> None:
    """A wallet's share of 20 words with our check words beside it."""
    words = (
        "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband "
        "erode duke ajar critical decision keyboard"
    )
    foreign = Share(index=1, set_id=1, threshold=1, words=Secret.of(words))
    found = refusal(rows(foreign))
    assert found.rule == "CER-SHARE"
    assert "another kind" in found.why
    assert "no PIN try" in found.why


def test_octets_that_are_no_text_are_no_words() -> None:
    assert "not in the list" in row_fault(1, Secret(b"\xff\xfe \x00 a b c"))


def test_a_row_is_forgotten_when_it_is_erased() -> None:
    row = sheet(SHARE)[0]
    row.erase()
    assert row.words == ()
    assert SHARE.words.reveal()
