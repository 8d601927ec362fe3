"""One token, chosen by serial, driven in one session with one login: what the worker does for each call."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Final

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.device import Inventory, KeyReport, KeySpec, TokenFacts
from ceremony_app.core.errors import Executed
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import refusals, signing
from ceremony_app.hsm.attributes import ID, LABEL
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.hsm.cryptoki import CryptokiError, User
from ceremony_app.hsm.inventory import ObjectReader
from ceremony_app.hsm.pkcs11 import Module, Session, told
from ceremony_app.hsm.quirks import FACTORY_LABEL, profile_of

_LONGEST_LABEL: Final = 32
_LONGEST_RANDOM: Final = 65536


def _names(tokens: tuple[tuple[int, TokenFacts], ...]) -> str:
    return ", ".join(f"{facts.serial or 'an unused slot'} ({facts.model})" for _, facts in tokens)


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
        raise refusals.token_not_found(wanted, _names(tokens))
    if len(fitting) > 1:
        raise refusals.token_ambiguous(wanted)
    return fitting[0]


class Device:
    """`TokenPort` without the process around it: the methods are the same, and raise `TokenFault` likewise."""

    def __init__(self, module: Module, serial: str, model: str) -> None:
        self._module = module
        self._raw = module.raw
        about = module.facts()
        self._profile = profile_of(about.manufacturer, about.description)
        self._reader = ObjectReader(module.raw)
        self._slot, facts = _choose(module, serial, model)
        self._serial = facts.serial
        self._session: Session | None = None
        self._active = False

    def facts(self) -> TokenFacts:
        """The token as it describes itself now; a slot that holds another token by now is refused."""
        with told(Executed.NO):
            facts = self._raw.token(self._slot)
        if facts.serial != self._serial:
            raise refusals.token_not_found(f"token with the serial {self._serial}", _names(self._module.tokens()))
        return facts

    def inventory(self) -> Inventory:
        """All objects that the present login sees.

        The token is asked for its serial afterwards: one that was taken away may show no objects and no error.
        """
        with told(Executed.NO):
            objects = self._reader.all(self._open().handle)
        return Inventory(serial=self.facts().serial, objects=objects)

    def initialise(self, label: str, so_pin: Secret) -> TokenFacts:
        """C_InitToken, then the token is looked up again by its serial, or as the one that was not there before."""
        if len(label.encode()) > _LONGEST_LABEL:
            raise fault(number_of("ARGUMENTS_BAD"))
        facts = self.facts()
        before = frozenset(other.serial for _, other in self._module.tokens())
        self._leave()
        with told():
            if self._profile.factory_so_pin and facts.label == FACTORY_LABEL:
                self._take_over(so_pin)
            self._raw.initialise_token(self._slot, so_pin, label)
        with told(Executed.UNKNOWN):
            found = self._found_again(before)
            if found is None:
                self._module.begin_again()
                found = self._found_again(before)
        if found is None:
            raise refusals.serial_changed(self._serial, _names(self._module.tokens()))
        self._slot, facts = found
        self._serial = facts.serial
        return facts

    def _take_over(self, so_pin: Secret) -> None:
        """Give a practice token this ceremony's security officer PIN, as a token in factory state would take it."""
        factory = Secret.of(self._profile.factory_so_pin)
        with suppress(CryptokiError):  # an earlier attempt may have done it already; C_InitToken judges
            handle = self._open().handle
            self._raw.login(handle, User.SECURITY_OFFICER, factory)
            self._raw.set_pin(handle, factory, so_pin)
        self._leave()

    def _found_again(self, before: frozenset[str]) -> tuple[int, TokenFacts] | None:
        for slot, facts in self._module.tokens():
            ours = facts.serial == self._serial if self._serial else facts.serial not in before
            if ours and facts.initialised:
                return slot, facts
        return None

    def set_user_pin(self, so_pin: Secret, pin: Secret) -> None:
        """C_InitPIN in a session of the security officer, who is logged out again."""
        if self._active:
            raise fault(number_of("USER_ANOTHER_ALREADY_LOGGED_IN"))
        try:
            with told():
                handle = self._open().handle
                self._raw.login(handle, User.SECURITY_OFFICER, so_pin)
                self._raw.initialise_pin(handle, pin)
        finally:
            self._leave()

    def activate(self, pin: Secret) -> None:
        """C_Login of the user."""
        if self._active:
            raise fault(number_of("USER_ALREADY_LOGGED_IN"))
        try:
            with told():
                self._raw.login(self._open().handle, User.USER, pin)
            self._active = True
        finally:
            if not self._active:
                self._leave()

    def deactivate(self) -> None:
        """C_CloseAllSessions, which logs out; nothing happens where nobody is logged in."""
        self._leave()

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """C_GenerateKeyPair once, then both halves are read back."""
        session = self._activated()
        with told(Executed.NO):
            for what, kind, value in (("label", LABEL, spec.label.encode()), ("id", ID, bytes.fromhex(spec.id))):
                if self._raw.find(session.handle, {kind: value}):
                    raise refusals.key_exists(what)
        with told():
            public, private = session.generate(spec, self._profile)
        with told(Executed.UNKNOWN):
            public_half = self._reader.read(session.handle, public)
            private_half = self._reader.read(session.handle, private)
        if not public_half.spki:
            raise refusals.key_unreadable(spec.id, public_half.facts.fault)
        return KeyReport(
            spki=base64.b64encode(public_half.spki).decode(),
            public=public_half.facts,
            private=private_half.facts,
            mechanism=private_half.mechanism,
        )

    def sign(self, key_id: str, scheme: Scheme, data: bytes) -> bytes:
        """Sign `data` with the one private key of this id."""
        session = self._activated()
        with told(Executed.NO):
            keys = session.private_keys(bytes.fromhex(key_id))
            if len(keys) != 1:
                raise refusals.key_ambiguous(key_id) if keys else refusals.key_not_found(key_id)
            kind, _, bits = self._reader.read(session.handle, keys[0].handle).facts.algorithm.partition("-")
            if kind != ("RSA" if scheme.is_rsa else "P"):
                raise fault(number_of("KEY_TYPE_INCONSISTENT"))
            mechanisms = self._raw.mechanisms(self._slot) if scheme.is_rsa else frozenset[int]()
        mechanism, octets = signing.question(scheme, data, (int(bits) + 7) // 8, mechanisms)
        with told():
            return signing.signature(scheme, session.sign(keys[0], mechanism, octets))

    def random(self, count: int) -> bytes:
        """C_GenerateRandom: 1 to 65,536 octets."""
        if not 1 <= count <= _LONGEST_RANDOM:
            raise fault(number_of("ARGUMENTS_BAD"), changes=False)
        with told(Executed.NO):
            return self._open().random(count)

    def _open(self) -> Session:
        if self._session is None:
            self._session = self._module.open(self._slot)
        return self._session

    def _activated(self) -> Session:
        if not self._active or self._session is None:
            raise fault(number_of("USER_NOT_LOGGED_IN"))
        return self._session

    def _leave(self) -> None:
        """End the session and with it the login; a token that is gone has ended both already."""
        self._session, self._active = None, False
        with suppress(CryptokiError):
            self._raw.close_all_sessions(self._slot)
