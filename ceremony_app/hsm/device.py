"""What the worker does for each call: `TokenPort` over one held token, without the process around it."""

from __future__ import annotations

from typing import Final, Literal

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import (
    Inventory,
    KeyReport,
    KeySpec,
    Mechanism,
    ModuleFacts,
    ObjectFacts,
    TokenFacts,
    Trial,
    Wrapped,
    WrappingKeySpec,
)
from ceremony_app.core.errors import Executed
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import initialising, keys, refusals, statements, trial, wrapping
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.hsm.cryptoki import CryptokiError, User
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.mechanism_names import mechanism_name
from ceremony_app.hsm.pkcs11 import Module, told
from ceremony_app.hsm.structures import MechanismInfo, uses_of

_LONGEST_RANDOM: Final = 65536
_UNDESCRIBED: Final = frozenset(number_of(name) for name in ("MECHANISM_INVALID", "FUNCTION_NOT_SUPPORTED"))
"""What a token answers that lists a mechanism and has nothing to say about it."""


class Device:
    """`TokenPort` but for `restart` and `close`: the methods are the same, and raise `TokenFault` likewise."""

    def __init__(self, module: Module, serial: str, model: str) -> None:
        self._held = Held(module, serial, model)
        self.module: ModuleFacts = module.facts()

    @property
    def active(self) -> bool:
        """Whether the user is logged in."""
        return self._held.active

    def facts(self) -> TokenFacts:
        """The token as it describes itself now; a slot that holds another token by now is refused."""
        return self._held.facts()

    def mechanisms(self) -> tuple[Mechanism, ...]:
        """C_GetMechanismList and C_GetMechanismInfo."""
        raw, slot = self._held.raw, self._held.slot
        found = []
        with told(Executed.NO):
            for number in sorted(raw.mechanisms(slot)):
                try:
                    info = raw.mechanism(slot, number)
                except CryptokiError as error:
                    if error.number not in _UNDESCRIBED:
                        raise
                    info = MechanismInfo()
                name, uses = mechanism_name(number), uses_of(info)
                sizes = {"smallest": info.smallest, "largest": info.largest}
                found.append(Mechanism(name=name, number=number, uses=uses, **sizes))
        return tuple(found)

    def try_out(self, algorithm: Algorithm) -> Trial:
        """A pair of session objects, a signature, and nothing left of them."""
        return trial.try_out(self._held, algorithm)

    def inventory(self) -> Inventory:
        """All objects that the present login sees; a token that was never initialised holds none.

        The token is asked for its serial afterwards: one that was taken away may show no objects and no error.
        """
        held = self._held
        with told(Executed.NO):
            try:
                session = held.session()
            except CryptokiError:
                if held.facts().initialised:
                    raise
                return Inventory(serial=held.serial, objects=())
            objects = held.reader.all(session)
        return Inventory(serial=held.facts().serial, objects=objects)

    def initialise(self, label: str, so_pin: Secret) -> TokenFacts:
        """C_InitToken, then the token is looked up again by its serial, or as the one that was not there before."""
        return initialising.initialise(self._held, label, so_pin)

    def set_user_pin(self, so_pin: Secret, pin: Secret) -> None:
        """C_InitPIN in a session of the security officer, who is logged out again."""
        self._refuse_login()
        initialising.set_user_pin(self._held, so_pin, pin)

    def change_pin(self, whose: Literal["user", "so"], old: Secret, new: Secret) -> None:
        """C_SetPIN in a session of nobody for the user, of the security officer for theirs; it ends afterwards."""
        self._refuse_login()
        held = self._held
        try:
            with told():
                session = held.session()
                if whose == "so":
                    held.raw.login(session, User.SECURITY_OFFICER, old)
                held.raw.set_pin(session, old, new)
        finally:
            held.leave()

    def _refuse_login(self) -> None:
        if self._held.active:
            raise fault(number_of("USER_ANOTHER_ALREADY_LOGGED_IN"))

    def activate(self, pin: Secret | None) -> None:
        """C_Login of the user; without a PIN it is entered at the token, where the token has a place for it."""
        held = self._held
        if held.active:
            raise fault(number_of("USER_ALREADY_LOGGED_IN"))
        if pin is None and not keys.own_entry(held):
            raise refusals.no_pin_entry()
        try:
            with told():
                held.raw.login(held.session(), User.USER, pin)
            held.active = True
        finally:
            if not held.active:
                held.leave()

    def deactivate(self) -> None:
        """C_CloseAllSessions, which logs out; nothing happens where nobody is logged in."""
        self._held.leave()

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """C_GenerateKeyPair once, then both halves are read back."""
        return keys.generate_pair(self._held, spec)

    def report(self, key_id: str) -> KeyReport:
        """The one pair of this id, read back."""
        return keys.report(self._held, key_id)

    def generate_wrapping_key(self, spec: WrappingKeySpec) -> ObjectFacts:
        """C_GenerateKey once, then the key is read back."""
        return keys.generate_wrapping_key(self._held, spec)

    def wrap(self, wrapping_id: str, key_id: str) -> Wrapped:
        """C_WrapKey."""
        return wrapping.wrap(self._held, wrapping_id, key_id)

    def unwrap(self, wrapping_id: str, wrapped: Wrapped, spec: KeySpec, spki: bytes) -> KeyReport:
        """C_UnwrapKey, then C_CreateObject for the public half, then both are read back."""
        return wrapping.unwrap(self._held, wrapping_id, wrapped, spec, spki)

    def destroy(self, thing: ObjectFacts) -> None:
        """C_DestroyObject, and a look that the object is gone."""
        keys.destroy(self._held, thing)

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        """Sign `data` with the one private key of this id."""
        return keys.sign(self._held, key_id, scheme, data, pin)

    def random(self, count: int) -> bytes:
        """C_GenerateRandom: 1 to 65,536 octets."""
        if not 1 <= count <= _LONGEST_RANDOM:
            raise fault(number_of("ARGUMENTS_BAD"), changes=False)
        with told(Executed.NO):
            return self._held.raw.random(self._held.session(), count)

    def attestation(self, key_id: str) -> tuple[bytes, ...]:
        """The device's own certificates about a key."""
        return statements.attestation(self._held, key_id)

    def audit_log(self) -> bytes:
        """The device's own log."""
        return statements.audit_log(self._held)
