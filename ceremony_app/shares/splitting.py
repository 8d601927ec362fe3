"""A secret split among holders, recovered from enough of them, and proven in every combination."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.shares.slip39 import (
    LEAST_THRESHOLD,
    MOST_SHARES,
    SEED_OCTETS,
    Piece,
    combined,
    opened,
    piece_of,
    pieces_of,
)

Check = Callable[[Secret], bool]
"""Whether a secret is the one whose check value was recorded (`activation.checker`)."""

CERTAIN: Final = "Nothing was sent to the token: no PIN try is used."
"""What every refusal of a share says besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One holder's part: number (from 1), set (0 to 32767), how many of the set are needed, and the 20 words.

    The words are lower case with one blank between them; they never show in a representation, and it cannot be pickled.
    """

    index: int
    set_id: int
    threshold: int
    words: Secret

    @property
    def set_name(self) -> str:
        """The set as people write and compare it: five digits."""
        return set_name(self.set_id)

    def erase(self) -> None:
        """Overwrite the words."""
        self.words.erase()


@dataclass(frozen=True, slots=True)
class _Found:
    """The combination that gave the right secret, what it held while encrypted, and the secret."""

    pieces: tuple[Piece, ...]
    sealed: Secret
    seed: Secret

    def fits(self, piece: Piece) -> bool:
        """Whether a piece lies on the same polynomial: in the place of one of these, it gives the same."""
        others = [its for its in self.pieces if its.index != piece.index][: len(self.pieces) - 1]
        return _same(combined([piece, *others]), self.sealed)


def set_name(set_id: int) -> str:
    """A set as people write and compare it: five digits."""
    return f"{set_id:05d}"


def require_split(threshold: int, count: int) -> None:
    """Refuse (CER-SHARES) numbers that are no split: 2 <= threshold <= count <= 16."""
    if not LEAST_THRESHOLD <= threshold <= count <= MOST_SHARES:
        raise Refusal(
            "CER-SHARES",
            f"A secret cannot be split so that {threshold} of {count} shares give it.",
            f"Choose {LEAST_THRESHOLD} to {MOST_SHARES} shares, and a threshold from {LEAST_THRESHOLD} up to that.",
        )


def split(seed: Secret, threshold: int, count: int) -> tuple[Share, ...]:
    """Split 16 octets so that any `threshold` of `count` shares give them and fewer say nothing about them.

    Set and shares are drawn anew from the system's randomness. Refuses (CER-SHARES) what `require_split` refuses.
    """
    require_split(threshold, count)
    if len(seed) != SEED_OCTETS:
        raise ValueError(f"{SEED_OCTETS} octets are split, neither more nor fewer")
    return tuple(
        Share(index=piece.index, set_id=piece.set_id, threshold=piece.threshold, words=piece.words())
        for piece in pieces_of(seed, threshold, count)
    )


def require_of_set(share: Share, set_id: int, threshold: int, count: int) -> None:
    """Refuse (CER-SHARE-SET) a share at its entry that is not one of the recorded set."""
    if share.set_id != set_id:
        raise _foreign(f"Share {share.index} is of set {share.set_name}; asked for is set {set_name(set_id)}.")
    if share.threshold != threshold or share.index > count:
        raise _foreign(
            f"This is share {share.index} of a set of which {share.threshold} are needed; of set {set_name(set_id)} "
            f"{threshold} of {count} are."
        )


def recovered(shares: Sequence[Share], check: Check, threshold: int) -> Secret:
    """The secret, from at least `threshold` shares, once `check` has said that it is the right one.

    Refuses too few (CER-SHARES), shares of several sets or of another threshold (CER-SHARE-SET), one share twice
    (CER-SHARE-TWICE), and what does not give the secret (CER-CHECK): with more shares than the threshold, those that do
    not fit the others are named, and nothing is recovered silently without them.
    """
    pieces = _pieces(shares, threshold)
    found = _search(pieces, check, threshold)
    _require_all_fit(found, pieces)
    found.sealed.erase()
    return found.seed


def proven(shares: Sequence[Share], check: Check, threshold: int) -> int:
    """How many combinations of `threshold` of these shares there are, after each one gave the right secret.

    Every combination is interpolated; equal results are decrypted and checked once. Refuses what `recovered` refuses.
    """
    pieces = _pieces(shares, threshold)
    found = _search(pieces, check, threshold)
    _require_all_fit(found, pieces)
    found.seed.erase()
    count = 0
    for combination in combinations(pieces, threshold):
        if not _same(combined(combination), found.sealed):
            raise _unfit(f"{_named(combination)} together do not give the secret that the others give.")
        count += 1
    found.sealed.erase()
    return count


def _pieces(shares: Sequence[Share], threshold: int) -> tuple[Piece, ...]:
    """The shares as points, once they are enough, of one set, and each there once."""
    if len(shares) < max(threshold, LEAST_THRESHOLD):
        raise Refusal("CER-SHARES", f"{len(shares)} of {threshold} shares are entered. {CERTAIN}", "Enter the others.")
    sets = sorted({share.set_id for share in shares})
    if len(sets) > 1:
        parts = [
            f"{_named(share for share in shares if share.set_id == each)} of set {set_name(each)}" for each in sets
        ]
        raise _foreign(f"These shares are of several sets: {'; '.join(parts)}.")
    if strange := [share for share in shares if share.threshold != threshold]:
        raise _foreign(
            f"{_named(strange)} of a set of which {strange[0].threshold} shares are needed; asked for are {threshold}."
        )
    numbers = [share.index for share in shares]
    for number in numbers:
        if numbers.count(number) > 1:
            raise Refusal(
                "CER-SHARE-TWICE",
                f"Share {number} is entered more than once; a share counts once. {CERTAIN}",
                "Enter the share of another holder.",
            )
    pieces = tuple(piece for piece in (piece_of(share.words) for share in shares) if piece is not None)
    if [piece.index for piece in pieces] != numbers:
        raise ValueError("a share that was erased, or was never one")
    return pieces


def _search(pieces: Sequence[Piece], check: Check, threshold: int) -> _Found:
    """The first combination that gives the right secret; refuses (CER-CHECK) where none does."""
    tried: list[Secret] = []
    try:
        for combination in combinations(pieces, threshold):
            sealed = combined(combination)
            if sealed is None or any(_same(sealed, before) for before in tried):
                continue
            seed = opened(sealed, pieces[0].set_id)
            if check(seed):
                return _Found(combination, sealed, seed)
            seed.erase()
            tried.append(sealed)
    finally:
        for before in tried:
            before.erase()
    if len(pieces) > threshold:
        raise _unfit(f"No {threshold} of {_named(pieces)} together give the secret whose check value is recorded.")
    raise _unfit(f"{_named(pieces)} together do not give the secret whose check value is recorded.")


def _require_all_fit(found: _Found, pieces: Sequence[Piece]) -> None:
    """Refuse (CER-CHECK), by their numbers, shares that do not fit those that gave the right secret."""
    if strange := [piece for piece in pieces if not found.fits(piece)]:
        found.seed.erase()
        found.sealed.erase()
        raise Refusal(
            "CER-CHECK",
            f"{_named(strange)}: not what was handed out. The others together give the right secret. {CERTAIN}",
            "Type what is named once more from its sheet. If it fails again, leave it out and open a deviation.",
        )


def _same(one: Secret | None, other: Secret) -> bool:
    return one is not None and hmac.compare_digest(one.lend(), other.lend())


def _named(shares: Iterable[Share | Piece]) -> str:
    """`Share 2`, or `Shares 1, 3`."""
    numbers = sorted(share.index for share in shares)
    return f"Share{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _foreign(why: str) -> Refusal:
    return Refusal("CER-SHARE-SET", f"{why} {CERTAIN}", "Compare set and number on the sheets; take those asked for.")


def _unfit(why: str) -> Refusal:
    return Refusal(
        "CER-CHECK",
        f"{why} {CERTAIN}",
        "Enter one more holder's share: with more than are needed, the one that does not fit is named.",
    )
