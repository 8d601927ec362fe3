"""The calls of a PKCS#11 module to do with the module itself, tokens, sessions, PINs and the reading of objects.

They are made here and not by a library: python-pkcs11 has no C_InitToken and starts a module without arguments, copies
PINs into texts that cannot be wiped, leaves out the PIN lengths, reads attributes one call each, and adds calls of its
own after those that change a token, so that a fault in one of them would pass for a fault of the change. Nor could both
share one: p11-kit's client opens a connection of its own for everybody who asks for its functions.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from enum import IntEnum, unique
from pathlib import Path
from typing import Final

from ceremony_app.core.device import ModuleFacts, TokenFacts
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.codes import number_of
from ceremony_app.hsm.functions import Function, functions_of
from ceremony_app.hsm.structures import (
    UNAVAILABLE,
    Attribute,
    AttributeReader,
    Info,
    InitializeArguments,
    MechanismInfo,
    TokenInfo,
    attributes_of,
    facts_of,
    module_of,
    octets_of,
)

OK: Final = 0
_FIND_BATCH: Final = 64
_OS_LOCKING_OK: Final = 0x2
"""CKF_OS_LOCKING_OK."""
_ALREADY_STARTED: Final = number_of("CRYPTOKI_ALREADY_INITIALIZED")
_SERIAL_READ_WRITE: Final = 0x4 | 0x2
"""CKF_SERIAL_SESSION | CKF_RW_SESSION."""


class CryptokiError(Exception):
    """A call returned something other than CKR_OK."""

    def __init__(self, number: int) -> None:
        super().__init__(f"0x{number:08x}")
        self.number = number


@unique
class User(IntEnum):
    """Who logs in (CKU_)."""

    SECURITY_OFFICER = 0
    USER = 1
    CONTEXT_SPECIFIC = 2


class Cryptoki:
    """A loaded and initialised PKCS#11 module. Every method raises `CryptokiError` with the return code."""

    def __init__(self, module: Path, arguments: str = "") -> None:
        code, self._functions = functions_of(module)
        self._check(code)
        self._arguments = arguments
        self._start()

    def _start(self) -> None:
        """C_Initialize, without arguments where there are none: a single thread makes all calls.

        The arguments are the text that some modules take (pReserved); with it comes CKF_OS_LOCKING_OK, since a
        structure without that flag or functions for locking is refused by some. A module that this process has started
        before is as good.
        """
        wanted = None
        if self._arguments:
            wanted = ctypes.byref(InitializeArguments(flags=_OS_LOCKING_OK, reserved=self._arguments.encode()))
        try:
            self.call(Function.INITIALIZE, wanted)
        except CryptokiError as error:
            if error.number != _ALREADY_STARTED:
                raise

    def begin_again(self) -> None:
        """C_Finalize, which ends all sessions, and C_Initialize."""
        self.call(Function.FINALIZE, None)
        self._start()

    def about(self) -> ModuleFacts:
        """C_GetInfo."""
        info = Info()
        self.call(Function.GET_INFO, ctypes.byref(info))
        return module_of(info)

    @staticmethod
    def _check(code: int) -> None:
        if code != OK:
            raise CryptokiError(code)

    def call(self, function: Function, *arguments: object) -> None:
        """One function of the module, with arguments that ctypes can pass."""
        self._check(self._functions[function](*arguments))

    def _numbers(self, function: Function, *first: object) -> list[int]:
        """A list that the module gives in two calls: how many, then which."""
        count = ctypes.c_ulong()
        self.call(function, *first, None, ctypes.byref(count))
        found = (ctypes.c_ulong * max(1, count.value))()
        self.call(function, *first, found, ctypes.byref(count))
        return list(found[: count.value])

    def slots(self) -> list[int]:
        """C_GetSlotList: the slots that hold a token now."""
        return self._numbers(Function.GET_SLOT_LIST, 1)

    def mechanisms(self, slot: int) -> frozenset[int]:
        """C_GetMechanismList: CKM_ numbers."""
        return frozenset(self._numbers(Function.GET_MECHANISM_LIST, slot))

    def mechanism(self, slot: int, number: int) -> MechanismInfo:
        """C_GetMechanismInfo."""
        info = MechanismInfo()
        self.call(Function.GET_MECHANISM_INFO, slot, number, ctypes.byref(info))
        return info

    def token(self, slot: int) -> TokenFacts:
        """C_GetTokenInfo."""
        info = TokenInfo()
        self.call(Function.GET_TOKEN_INFO, slot, ctypes.byref(info))
        return facts_of(info)

    def initialise_token(self, slot: int, so_pin: Secret, label: str) -> None:
        """C_InitToken: the label is padded with blanks to 32 octets and must not be longer."""
        octets = label.encode().ljust(32)
        with octets_of(so_pin) as pin:
            self.call(Function.INIT_TOKEN, slot, pin, len(pin), octets)

    def initialise_pin(self, session: int, pin: Secret) -> None:
        """C_InitPIN, in a session of the security officer."""
        with octets_of(pin) as octets:
            self.call(Function.INIT_PIN, session, octets, len(octets))

    def set_pin(self, session: int, old: Secret, new: Secret) -> None:
        """C_SetPIN: of the user, or of the security officer in a session of theirs."""
        with octets_of(old) as before, octets_of(new) as after:
            self.call(Function.SET_PIN, session, before, len(before), after, len(after))

    def open_session(self, slot: int) -> int:
        """C_OpenSession, for reading and writing: the session's handle."""
        handle = ctypes.c_ulong()
        self.call(Function.OPEN_SESSION, slot, _SERIAL_READ_WRITE, None, None, ctypes.byref(handle))
        return handle.value

    def close_session(self, session: int) -> None:
        """C_CloseSession: a login lasts as long as another session of this process with the token is open."""
        self.call(Function.CLOSE_SESSION, session)

    def close_all_sessions(self, slot: int) -> None:
        """C_CloseAllSessions: ends every session of this process with the token, and its login."""
        self.call(Function.CLOSE_ALL_SESSIONS, slot)

    def login(self, session: int, user: User, pin: Secret | None) -> None:
        """C_Login; without a PIN it is entered at the token itself (CKF_PROTECTED_AUTHENTICATION_PATH)."""
        if pin is None:
            self.call(Function.LOGIN, session, int(user), None, 0)
            return
        with octets_of(pin) as octets:
            self.call(Function.LOGIN, session, int(user), octets, len(octets))

    def logout(self, session: int) -> None:
        """C_Logout."""
        self.call(Function.LOGOUT, session)

    def find(self, session: int, template: Mapping[int, bytes]) -> list[int]:
        """C_FindObjects: the handles of all objects that have these attribute values."""
        with attributes_of(template) as attributes:
            self.call(Function.FIND_OBJECTS_INIT, session, attributes, len(attributes))
        handles: list[int] = []
        batch, count = (ctypes.c_ulong * _FIND_BATCH)(), ctypes.c_ulong()
        try:
            while True:
                self.call(Function.FIND_OBJECTS, session, batch, _FIND_BATCH, ctypes.byref(count))
                if not count.value:
                    break
                handles += batch[: count.value]
        finally:
            self._functions[Function.FIND_OBJECTS_FINAL](session)
        return handles

    def read(self, session: int, handle: int, reader: AttributeReader) -> int:
        """C_GetAttributeValue for all attributes of the reader; answers the return code, the values are in it."""
        reader.reset()
        template = reader.template
        return int(self._functions[Function.GET_ATTRIBUTE_VALUE](session, handle, template, len(template)))

    def read_long(self, session: int, handle: int, kind: int) -> bytes:
        """C_GetAttributeValue for one attribute of any length: its length first, then its value."""
        attribute = Attribute(kind, None, 0)
        self.call(Function.GET_ATTRIBUTE_VALUE, session, handle, ctypes.byref(attribute), 1)
        if attribute.length == UNAVAILABLE:
            return b""
        buffer = ctypes.create_string_buffer(attribute.length)
        attribute.value = ctypes.addressof(buffer)
        self.call(Function.GET_ATTRIBUTE_VALUE, session, handle, ctypes.byref(attribute), 1)
        return buffer.raw[: attribute.length]

    def random(self, session: int, count: int) -> bytes:
        """C_GenerateRandom."""
        octets = (ctypes.c_ubyte * count)()
        self.call(Function.GENERATE_RANDOM, session, octets, count)
        return bytes(octets)
