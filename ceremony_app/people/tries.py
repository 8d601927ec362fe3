"""Wrong entries of a PIN or passphrase, counted: after three in a row there is a wait before the next."""

from __future__ import annotations

from typing import Final

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Clock

MOST: Final = 3
WAIT_S: Final = 30


class Tries:
    """The wrong entries for one key since the last right one. Each from the third on costs a wait of 30 s."""

    def __init__(self, clock: Clock, what: str) -> None:
        self._clock = clock
        self._what = what
        self._wrong = 0
        self._until = 0

    def admit(self) -> None:
        """Raise `Refusal` (CER-PIN-WAIT) while the wait lasts."""
        left = self._until - self._clock.monotonic_ms()
        if left > 0:
            raise Refusal(
                "CER-PIN-WAIT",
                f"The {self._what} was wrong {self._wrong} times in a row.",
                f"Wait {-(-left // 1000)} s, then enter it once more, slowly.",
            )

    def right(self) -> None:
        """The entry was right: counting starts anew."""
        self._wrong = 0

    def wrong(self, why: str) -> Refusal:
        """Count a wrong entry; the answer is what to raise (CER-PIN)."""
        self._wrong += 1
        if self._wrong < MOST:
            left = MOST - self._wrong
            return Refusal("CER-PIN", why, f"Enter it again; after {left} more wrong there is a wait of {WAIT_S} s.")
        self._until = self._clock.monotonic_ms() + WAIT_S * 1000
        return Refusal("CER-PIN", why, f"Nothing can be signed with this key for {WAIT_S} s; then enter it again.")


def without_pin() -> Refusal:
    """What is raised where a key is to sign and nothing was entered (CER-PIN)."""
    return Refusal("CER-PIN", "No PIN or passphrase was entered; nothing was signed.", "Enter it.")
