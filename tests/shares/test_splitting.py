"""Splitting, recovering, proving: every combination gives the secret, and what does not fit is named."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.shares import splitting
from ceremony_app.shares.slip39 import Piece, combined, opened
from ceremony_app.shares.splitting import (
    Share,
    proven,
    recovered,
    require_of_set,
    require_split,
    set_name,
    split,
)
from tests.shares import oracle
from tests.shares.making import SEED, right, shares

RIGHT = right()
SHAPES = st.integers(2, 16).flatmap(lambda count: st.tuples(st.integers(2, count), st.just(count)))


def never(seed: Secret) -> bool:
    raise AssertionError("nothing is to be checked")


def refused(rule: str, given_shares: list[Share], threshold: int, check: splitting.Check = never) -> str:
    """Both refuse in the same words; those."""
    told = []
    for function in (recovered, proven):
        with pytest.raises(Refusal) as caught:
            function(given_shares, check, threshold)
        assert caught.value.rule == rule
        assert caught.value.what_to_do
        assert "no PIN try is used" in caught.value.why
        told.append(caught.value.why)
    assert told[0] == told[1]
    return told[0]


def forged(share: Share, seed: int = 7) -> Share:
    """Another share of the same number and set: well written, and wrong."""
    text = oracle.written(share.set_id, share.threshold, share.index - 1, random.Random(seed).randbytes(16))
    return Share(index=share.index, set_id=share.set_id, threshold=share.threshold, words=Secret.of(text))


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=16), SHAPES)
def test_a_split_is_whole_and_gives_the_secret(seed: bytes, shape: tuple[int, int]) -> None:
    threshold, count = shape
    made = split(Secret(seed), threshold, count)
    assert [share.index for share in made] == list(range(1, count + 1))
    assert len({share.set_id for share in made}) == 1
    assert {share.threshold for share in made} == {threshold}
    assert all(0 <= share.set_id < 1 << 15 for share in made)
    assert recovered(made[-threshold:], right(seed), threshold).reveal() == seed
    assert recovered(made, right(seed), threshold).reveal() == seed
    require_of_set(made[-1], made[0].set_id, threshold, count)


@pytest.mark.parametrize(("threshold", "count"), [(t, n) for n in range(2, 8) for t in range(2, n + 1)])
def test_every_combination_gives_the_secret_and_every_smaller_one_is_refused(threshold: int, count: int) -> None:
    made = split(Secret(SEED), threshold, count)
    for size in range(count + 1):
        for chosen in combinations(made, size):
            if size < threshold:
                assert f"{size} of {threshold}" in refused("CER-SHARES", list(chosen), threshold)
            else:
                assert recovered(chosen, RIGHT, threshold).reveal() == SEED
    assert proven(made, RIGHT, threshold) == math.comb(count, threshold)
    assert proven(made[::-1], RIGHT, threshold) == math.comb(count, threshold)


def test_eight_of_sixteen_are_proven_in_every_combination() -> None:
    asked = []

    def check(seed: Secret) -> bool:
        asked.append(seed)
        return RIGHT(seed)

    assert proven(shares(8, 16), check, 8) == 12_870
    assert len(asked) == 1


@pytest.mark.parametrize("wanted", [bytes(16), b"\xff" * 16, SEED[::-1]])
def test_one_share_too_few_fits_every_secret(wanted: bytes) -> None:
    """Whatever the secret is said to be, there is a last share with which these two give it."""
    points = [(one.member, one.value) for one in (oracle.parse(s.words.reveal().decode()) for s in shares(3, 5)[:2])]
    last = oracle.at(4, [*points, (oracle.SECRET_AT, wanted)])
    assert oracle.at(oracle.SECRET_AT, [*points, (4, last)]) == wanted


@pytest.mark.parametrize(
    ("threshold", "count"), [(1, 1), (1, 3), (0, 3), (-1, 3), (4, 3), (2, 17), (17, 17), (2, 1), (2, 0), (0, 0)]
)
def test_what_is_no_split_is_refused(threshold: int, count: int) -> None:
    for ask in (lambda: require_split(threshold, count), lambda: split(Secret(SEED), threshold, count)):
        with pytest.raises(Refusal) as caught:
            ask()
        assert caught.value.rule == "CER-SHARES"
        assert f"{threshold} of {count}" in caught.value.why


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_only_sixteen_octets_are_split(length: int) -> None:
    with pytest.raises(ValueError, match="16 octets"):
        split(Secret(bytes(length)), 2, 3)


@pytest.mark.parametrize("threshold", [0, 1])
def test_no_threshold_below_two_is_recovered(threshold: int) -> None:
    made = shares(2, 3)
    refused("CER-SHARES", [], threshold)
    refused("CER-SHARES", [made[0]], threshold)
    refused("CER-SHARE-SET", list(made), threshold)


def test_shares_of_several_sets_are_told_apart() -> None:
    one, two = shares(3, 5, draw=1), shares(3, 5, draw=2)
    why = refused("CER-SHARE-SET", [one[3], two[1], one[0]], 3)
    assert f"Shares 1, 4 of set {one[0].set_name}" in why
    assert f"Share 2 of set {two[0].set_name}" in why


def test_shares_of_another_threshold_are_refused() -> None:
    made = shares(2, 3)
    why = refused("CER-SHARE-SET", list(made), 3)
    assert "Shares 1, 2, 3 of a set of which 2 shares are needed; asked for are 3" in why


def test_a_share_counts_once() -> None:
    made = shares(3, 5)
    assert "Share 2 is entered more than once" in refused("CER-SHARE-TWICE", [made[0], made[1], made[1]], 3)
    assert "Share 2 is entered more than once" in refused("CER-SHARE-TWICE", [made[0], made[1], forged(made[1])], 3)


@settings(deadline=None)
@given(SHAPES, st.data())
def test_a_wrong_share_is_named_where_more_than_enough_are_there(shape: tuple[int, int], data: st.DataObject) -> None:
    threshold, count = shape
    made = list(shares(threshold, count))
    place = data.draw(st.integers(0, count - 1))
    made[place] = forged(made[place])
    if threshold == count:
        why = refused("CER-CHECK", made, threshold, RIGHT)
        assert "together do not give the secret" in why
        assert not why.startswith("No")
    else:
        why = refused("CER-CHECK", made, threshold, RIGHT)
        assert why.startswith(f"Share {place + 1}: not what was handed out")


def test_two_wrong_shares_are_named() -> None:
    made = list(shares(3, 6))
    made[1], made[5] = forged(made[1], 1), forged(made[5], 2)
    assert refused("CER-CHECK", made, 3, RIGHT).startswith("Shares 2, 6: not what was handed out")


def test_too_many_wrong_shares_are_not_named() -> None:
    made = list(shares(3, 5))
    for place in (0, 2, 4):
        made[place] = forged(made[place], place)
    assert refused("CER-CHECK", made, 3, RIGHT).startswith("No 3 of Shares 1, 2, 3, 4, 5 together give")


def test_a_whole_set_of_another_secret_fails_its_check() -> None:
    """Each combination holds together, and holds the wrong thing: it is looked at once."""
    asked = []

    def check(seed: Secret) -> bool:
        asked.append(seed)
        return RIGHT(Secret(bytes(16)))

    other = list(shares(3, 5, seed=bytes(range(16))))
    why = refused("CER-CHECK", other, 3, check)
    assert why.startswith("No 3 of Shares")
    assert len(asked) == 2  # once by each function
    assert not any(len(seed) for seed in asked)


def test_two_sets_under_one_number_are_told_apart_by_the_check_value() -> None:
    """A chance of 1 in 32,768, or somebody's purpose: shares of another secret with the same set number."""
    source = random.Random(5)
    true = shares(2, 4)
    texts = oracle.split(bytes(16), 2, 6, true[0].set_id, source.randbytes)
    false = [Share(index=i, set_id=true[0].set_id, threshold=2, words=Secret.of(t)) for i, t in enumerate(texts, 1)]
    why = refused("CER-CHECK", [*false[4:], *true[:2]], 2, RIGHT)
    assert why.startswith("Shares 5, 6: not what was handed out")


def test_a_combination_that_fails_in_spite_of_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the interpolation itself: it is met by trying every combination, and not by reasoning."""
    made = shares(2, 4)

    def faulty(pieces: Sequence[Piece]) -> Secret | None:
        return Secret(bytes(16)) if [piece.index for piece in pieces] == [3, 4] else combined(pieces)

    monkeypatch.setattr(splitting, "combined", faulty)
    with pytest.raises(Refusal, match="Shares 3, 4 together do not give the secret that the others give") as caught:
        proven(made, RIGHT, 2)
    assert caught.value.rule == "CER-CHECK"


def test_an_erased_share_is_a_fault_of_the_program() -> None:
    made = shares(2, 3)
    made[0].erase()
    assert len(made[0].words) == 0
    for function in (recovered, proven):
        with pytest.raises(ValueError, match="erased"):
            function(made, never, 2)


def test_a_share_whose_number_was_changed_is_a_fault_of_the_program() -> None:
    made = shares(2, 3)
    lying = Share(index=3, set_id=made[0].set_id, threshold=2, words=made[0].words)
    with pytest.raises(ValueError, match="never one"):
        recovered([made[1], lying], never, 2)


@pytest.mark.parametrize(("set_id", "threshold", "count", "says"), [
    (1, 3, 5, "asked for is set 00001"),
    (0, 2, 5, "of which 3 are needed"),
    (0, 3, 4, "3 of 4 are"),
])  # fmt: skip
def test_a_share_of_another_set_is_refused_at_its_entry(set_id: int, threshold: int, count: int, says: str) -> None:
    share = shares(3, 5)[4]
    require_of_set(share, share.set_id, 3, 5)
    with pytest.raises(Refusal, match=says) as caught:
        require_of_set(share, set_id or share.set_id, threshold, count)
    assert caught.value.rule == "CER-SHARE-SET"
    assert "hare 5" in caught.value.why
    assert "no PIN try is used" in caught.value.why


def test_a_set_has_five_digits() -> None:
    assert [set_name(number) for number in (0, 42, 32767)] == ["00000", "00042", "32767"]
    assert shares(2, 2)[0].set_name == set_name(shares(2, 2)[0].set_id)


@pytest.mark.parametrize("function", [recovered, proven])
@pytest.mark.parametrize("wrong", [(), (4,), (0, 1, 2), (0, 1, 2, 3, 4)])
def test_what_was_looked_at_is_erased(
    function: Callable[..., object], wrong: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Secret] = []

    def opening(sealed: Secret, set_id: int) -> Secret:
        seen.append(sealed)
        return opened(sealed, set_id)

    def check(seed: Secret) -> bool:
        seen.append(seed)
        return RIGHT(seed)

    monkeypatch.setattr(splitting, "opened", opening)
    false = shares(3, 5, seed=bytes(16))
    made = [false[place] if place in wrong else share for place, share in enumerate(shares(3, 5))]
    if wrong:
        with pytest.raises(Refusal) as caught:
            function(made, check, 3)
        assert caught.value.rule == "CER-CHECK"
    else:
        function(made, check, 3)
    left = [secret.reveal() for secret in seen if len(secret)]
    assert left == ([SEED] if function is recovered and not wrong else [])
    assert seen


@settings(max_examples=20, deadline=None)
@given(SHAPES)
def test_what_is_recovered_can_be_erased(shape: tuple[int, int]) -> None:
    threshold, count = shape
    made = shares(threshold, count)
    seed = recovered(made, RIGHT, threshold)
    seed.erase()
    assert recovered(made, RIGHT, threshold).reveal() == SEED
