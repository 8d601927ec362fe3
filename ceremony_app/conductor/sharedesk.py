"""Where the holders of shares come forward: every method returns at once, and what is typed is erased."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from ceremony_app.conductor.hands import Hands
from ceremony_app.conductor.shareholders import Shareholders
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Whose
from ceremony_app.core.secret import Secret
from ceremony_app.shares.sheet import SheetRow

Answer = Future[Refused | None]

_AT_WORK: Final = "the shares"


class ShareDesk:
    """The conductor's part that is about shares; verdicts come at entry, not at the login."""

    def __init__(self, holders: Shareholders, hands: Hands) -> None:
        self._holders = holders
        self._hands = hands

    def rows(self) -> tuple[SheetRow, ...]:
        """The rows of the share that is handed out now, for its holder's eyes only. Raises `Refusal`."""
        return self._holders.rows()

    def row_fault(self, number: int, typed: Secret) -> str:
        """Why a typed row (four words and the check word) cannot be right; empty where it may be."""
        return self._holders.row_fault(number, typed)

    def written(self, person: int) -> Answer:
        """The share stands on this person's sheet."""
        return self._hands.do(lambda: self._holders.written(person), _AT_WORK)

    def prove(self, person: int, typed: Secret) -> Answer:
        """This person types the own share back: five rows, each ended by LF."""
        return self._hands.do(_erasing(typed, lambda: self._holders.prove(person, typed)), _AT_WORK)

    def enter(self, whose: Whose, person: int, typed: Secret) -> Answer:
        """This person enters a share, typed as for `prove`, for what is done next."""
        return self._hands.do(_erasing(typed, lambda: self._holders.enter(whose, person, typed)), _AT_WORK)

    def present(self, whose: Whose, index: int, person: int) -> Answer:
        """This person presents the own card to a device that has a quorum of its own."""
        return self._hands.do(lambda: self._holders.present(whose, index, person), _AT_WORK)


def _erasing(secret: Secret, work: Callable[[], Refused | None]) -> Callable[[], Refused | None]:
    """The work, after which a secret is gone whatever came of it."""

    def run() -> Refused | None:
        try:
            return work()
        finally:
            secret.erase()

    return run
