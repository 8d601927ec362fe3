"""The memory of split PINs: what was drawn and not yet used, and the shares that people have entered."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TypeAlias

from ceremony_app.core.custody import CustodyRecord
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Randomness
from ceremony_app.core.script import Split, Whose
from ceremony_app.core.secret import Secret
from ceremony_app.shares.activation import check_value, checker, draw, pin_of
from ceremony_app.shares.sheet import SheetRow, read_sheet, sheet
from ceremony_app.shares.splitting import Share, proven, recovered, require_of_set, split

Place: TypeAlias = tuple[str, Whose]
"""The role of a token, and whose PIN of it."""

_OCTETS = 16


@dataclass(slots=True)
class _Drawn:
    """A secret that was drawn, its shares as they were split, and those that came back from paper."""

    record: CustodyRecord
    seed: Secret
    shares: dict[int, Share]
    back: dict[int, Share] = field(default_factory=dict)

    def erase(self) -> None:
        """Overwrite everything."""
        self.seed.erase()
        for share in (*self.shares.values(), *self.back.values()):
            share.erase()


class Custody:
    """Holds secrets no longer than it must (`core.ports.CustodyPort`). Not for several threads at once."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._drawn: dict[Place, _Drawn] = {}
        self._entered: dict[Place, dict[int, Share]] = {}

    def draw(self, token: str, whose: Whose, serial: str, split_: Split, theirs: bytes) -> CustodyRecord:
        """Draw a secret and split it. Every combination of its shares is tried before the first of them is shown."""
        self.forget_drawn(token, whose)
        seed = draw(self._randomness.octets(_OCTETS), theirs)
        shares = split(seed, split_.threshold, split_.shares)
        check = check_value(seed, whose, serial)
        proven(shares, checker(check, whose, serial), split_.threshold)
        record = CustodyRecord(
            token=token,
            serial=serial,
            whose=whose,
            role=split_.role,
            threshold=split_.threshold,
            shares=split_.shares,
            set=shares[0].set_id,
            check=check,
        )
        self._drawn[token, whose] = _Drawn(record, seed, {share.index: share for share in shares})
        return record

    def rows(self, token: str, whose: Whose, index: int) -> tuple[SheetRow, ...]:
        """The rows of a share, for its holder's eyes (CER-SHARES where it is not there)."""
        return sheet(self._there(token, whose).shares[index])

    def typed_back(self, token: str, whose: Whose, index: int, typed: Secret) -> None:
        """A holder has typed a share back: it must be the one that was shown.

        Raises `Refusal`: CER-SHARE-ROW, CER-SHARE, CER-SHARE-SET, CER-SHARE-HOLDER for another share of the set.
        """
        drawn = self._there(token, whose)
        share, shown = read_sheet(typed), drawn.shares[index]
        try:
            require_of_set(share, shown.set_id, drawn.record.threshold, drawn.record.shares)
            _require_same(share, shown)
        except Refusal:
            share.erase()
            raise
        drawn.back[index] = share

    def prove(self, token: str, whose: Whose) -> int:
        """How many combinations of the shares from paper give the secret; afterwards the shares are erased."""
        drawn = self._there(token, whose)
        record = drawn.record
        tried = proven(tuple(drawn.back.values()), checker(record.check, whose, record.serial), record.threshold)
        for share in (*drawn.shares.values(), *drawn.back.values()):
            share.erase()
        drawn.shares.clear()
        drawn.back.clear()
        return tried

    def new_pin(self, token: str, whose: Whose) -> Secret:
        """The PIN that was drawn, once all its shares came back from paper (CER-SHARES)."""
        drawn = self._there(token, whose)
        if drawn.shares:
            raise Refusal("CER-SHARES", "Not every share was typed back.", "Let every holder type the own share back.")
        return pin_of(drawn.seed, whose, drawn.record.serial)

    def enter(self, record: CustodyRecord, typed: Secret) -> int:
        """Keep a share that somebody has entered, and tell its number.

        Raises `Refusal`: CER-SHARE-ROW, CER-SHARE, CER-SHARE-SET for a share of another set.
        """
        share = read_sheet(typed)
        try:
            require_of_set(share, record.set, record.threshold, record.shares)
        except Refusal:
            share.erase()
            raise
        kept = self._entered.setdefault((record.token, record.whose), {})
        if share.index in kept:  # it is refused as entered twice, and what stands must stay what it was
            share.erase()
            return share.index
        kept[share.index] = share
        return share.index

    def keep_only(self, token: str, whose: Whose, indexes: frozenset[int]) -> None:
        """Forget the entered shares that the journal does not know (any more)."""
        kept = self._entered.get((token, whose), {})
        for index in set(kept) - indexes:
            kept.pop(index).erase()

    def has_entered(self, token: str, whose: Whose) -> frozenset[int]:
        """The numbers of the shares that stand in memory."""
        return frozenset(self._entered.get((token, whose), {}))

    def entered_pin(self, record: CustodyRecord) -> Secret:
        """The PIN that the entered shares give, if it is the right one (CER-CHECK); no PIN is tried to find out."""
        seed = recovered(self._shares(record), checker(record.check, record.whose, record.serial), record.threshold)
        try:
            return pin_of(seed, record.whose, record.serial)
        finally:
            seed.erase()

    def drill(self, record: CustodyRecord) -> int:
        """How many combinations of the entered shares there are; each gives the secret."""
        return proven(self._shares(record), checker(record.check, record.whose, record.serial), record.threshold)

    def forget_entered(self) -> bool:
        """Erase every entered share; whether there was one."""
        there = any(self._entered.values())
        for kept in self._entered.values():
            for share in kept.values():
                share.erase()
        self._entered.clear()
        return there

    def forget_drawn(self, token: str, whose: Whose) -> None:
        """Erase what was drawn for a PIN."""
        drawn = self._drawn.pop((token, whose), None)
        if drawn is not None:
            drawn.erase()

    def forget(self) -> None:
        """Erase everything."""
        self.forget_entered()
        for token, whose in tuple(self._drawn):
            self.forget_drawn(token, whose)

    def _shares(self, record: CustodyRecord) -> tuple[Share, ...]:
        return tuple(self._entered.get((record.token, record.whose), {}).values())

    def _there(self, token: str, whose: Whose) -> _Drawn:
        """What was drawn (CER-SHARES where it is gone)."""
        drawn = self._drawn.get((token, whose))
        if drawn is None:
            raise Refusal(
                "CER-SHARES",
                "What was drawn and split is no longer in memory.",
                "Open a deviation, and hold the step that splits it again: the sheets that exist are worthless.",
            )
        return drawn


def _require_same(typed: Share, shown: Share) -> None:
    """Refuse another share than the one that its holder was shown (CER-SHARE-HOLDER)."""
    if typed.index != shown.index or not hmac.compare_digest(typed.words.lend(), shown.words.lend()):
        raise Refusal(
            "CER-SHARE-HOLDER",
            f"This is not share {shown.index}, which was shown to its holder.",
            "Take the own sheet. If it is spoiled, destroy it, and have the share shown again.",
        )
