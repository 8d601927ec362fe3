"""A token that is held: chosen by its serial, in one slot, with at most one session and one login."""

from __future__ import annotations

from typing import Final

from ceremony_app.core.device import TokenFacts
from ceremony_app.core.errors import Executed
from ceremony_app.hsm import refusals
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.hsm.cryptoki import CryptokiError
from ceremony_app.hsm.inventory import ObjectReader
from ceremony_app.hsm.keycalls import KeyCalls
from ceremony_app.hsm.pkcs11 import Module, told
from ceremony_app.hsm.quirks import profile_of

_GONE: Final = frozenset(
    map(
        number_of,
        (
            "TOKEN_NOT_PRESENT",
            "TOKEN_NOT_RECOGNIZED",
            "DEVICE_REMOVED",
            "SLOT_ID_INVALID",
            "SESSION_HANDLE_INVALID",
            "SESSION_CLOSED",
        ),
    )
)
"""What a token that is not there any more answers: its sessions and its login have ended with it."""


def _choose(module: Module, serial: str, model: str) -> tuple[int, TokenFacts]:
    """The one token with this serial and model (any, when empty); an empty serial means the one unused slot."""
    tokens = module.tokens()
    fitting = [
        (slot, facts)
        for slot, facts in tokens
        if facts.serial == serial and model in {"", facts.model} and (serial or not facts.initialised)
    ]
    wanted = (
        f"token with the serial {serial}" + (f" and the model {model}" if model else "") if serial else "unused slot"
    )
    if not fitting:
        raise refusals.token_not_found(wanted, module.present())
    if len(fitting) > 1:
        raise refusals.token_ambiguous(wanted)
    return fitting[0]


class Held:
    """A token and what is needed to work with it. `active` says whether the user is logged in.

    Raises `TokenFault` when no token fits, or more than one.
    """

    def __init__(self, module: Module, serial: str, model: str) -> None:
        about = module.facts()
        self.raw = module.raw
        self.keys = KeyCalls(module.raw)
        self.reader = ObjectReader(module.raw)
        self.slot, facts = _choose(module, serial, model)
        self.profile = profile_of(about, facts)
        self.serial = facts.serial
        self.active = False
        self._module = module
        self._session: int | None = None

    def facts(self) -> TokenFacts:
        """The token as it describes itself now; a slot that holds another token by now is refused."""
        with told(Executed.NO):
            facts = self.raw.token(self.slot)
        if facts.serial != self.serial:
            raise refusals.token_not_found(f"token with the serial {self.serial}", self._module.present())
        return facts

    def session(self) -> int:
        """The session, opened where there is none yet; raises `CryptokiError`."""
        if self._session is None:
            self.facts()  # another token in the slot is given no PIN
            self._session = self.raw.open_session(self.slot)
        return self._session

    def activated(self) -> int:
        """The session of the user who is logged in; raises CKR_USER_NOT_LOGGED_IN where nobody is."""
        if not self.active or self._session is None:
            raise fault(number_of("USER_NOT_LOGGED_IN"))
        return self._session

    def leave(self) -> None:
        """End the session and with it the login; a token that is gone has ended both already.

        Where it will not end them the module is started anew. Raises `TokenFault` where that does not help either.
        """
        self._session, self.active = None, False
        try:
            self.raw.close_all_sessions(self.slot)
        except CryptokiError as error:
            if error.number not in _GONE:
                with told(Executed.NO):
                    self._module.begin_again()
                    self.slot, _ = self._found_again(frozenset()) or (self.slot, None)

    def follow(self, before: frozenset[str]) -> TokenFacts:
        """Find the token again after it was initialised: by its serial, or as the one that was not there `before`.

        Raises `TokenFault` (SERIAL_CHANGED) when it is not there, even after the module was started again.
        """
        with told(Executed.UNKNOWN):
            found = self._found_again(before)
            if found is None:
                self._module.begin_again()
                found = self._found_again(before)
            if found is None:
                raise refusals.serial_changed(self.serial, self._module.present())
        self.slot, facts = found
        self.serial = facts.serial
        return facts

    def serials(self) -> frozenset[str]:
        """The serials of all tokens behind the module now."""
        return frozenset(facts.serial for _, facts in self._module.tokens())

    def _found_again(self, before: frozenset[str]) -> tuple[int, TokenFacts] | None:
        for slot, facts in self._module.tokens():
            ours = facts.serial == self.serial if self.serial else facts.serial not in before
            if ours and (facts.initialised or self.profile.by_pin):
                return slot, facts
        return None
