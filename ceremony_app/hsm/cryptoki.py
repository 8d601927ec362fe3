"""The calls of a PKCS#11 module that python-pkcs11 lacks, or makes in a way that loses what we need.

C_InitToken does not exist there; C_Login and C_InitPIN copy the PIN into texts that cannot be wiped; C_GetTokenInfo
leaves out the PIN lengths; reading attributes costs one call each and fails as a whole where one object is damaged.
Both libraries work on the same loaded module, and C_Initialize has been called by the other one before.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from enum import IntEnum, unique
from pathlib import Path
from typing import Any, Final

from ceremony_app.core.device import TokenFacts
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.structures import UNAVAILABLE, Attribute, AttributeReader, TokenInfo, facts_of, octets_of

OK: Final = 0
_FIND_BATCH: Final = 64


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


@unique
class _Slot(IntEnum):
    """Places in CK_FUNCTION_LIST, counted from C_Initialize as 1 (PKCS#11 2.40, pkcs11f.h)."""

    GET_SLOT_LIST = 5
    GET_TOKEN_INFO = 7
    GET_MECHANISM_LIST = 8
    INIT_TOKEN = 10
    INIT_PIN = 11
    SET_PIN = 12
    CLOSE_ALL_SESSIONS = 15
    LOGIN = 19
    LOGOUT = 20
    GET_ATTRIBUTE_VALUE = 25
    FIND_OBJECTS_INIT = 27
    FIND_OBJECTS = 28
    FIND_OBJECTS_FINAL = 29


class Cryptoki:
    """A loaded and initialised PKCS#11 module. Every method raises `CryptokiError` with the return code."""

    def __init__(self, module: Path) -> None:
        library = ctypes.CDLL(str(module))
        functions = ctypes.POINTER(ctypes.c_void_p)()
        self._check(library.C_GetFunctionList(ctypes.byref(functions)))
        number, pointer = ctypes.c_ulong, ctypes.c_void_p
        signatures: Mapping[_Slot, Sequence[type[Any]]] = {
            _Slot.GET_SLOT_LIST: (ctypes.c_ubyte, pointer, pointer),
            _Slot.GET_TOKEN_INFO: (number, pointer),
            _Slot.GET_MECHANISM_LIST: (number, pointer, pointer),
            _Slot.INIT_TOKEN: (number, pointer, number, pointer),
            _Slot.INIT_PIN: (number, pointer, number),
            _Slot.SET_PIN: (number, pointer, number, pointer, number),
            _Slot.CLOSE_ALL_SESSIONS: (number,),
            _Slot.LOGIN: (number, number, pointer, number),
            _Slot.LOGOUT: (number,),
            _Slot.GET_ATTRIBUTE_VALUE: (number, number, pointer, number),
            _Slot.FIND_OBJECTS_INIT: (number, pointer, number),
            _Slot.FIND_OBJECTS: (number, pointer, number, pointer),
            _Slot.FIND_OBJECTS_FINAL: (number,),
        }
        self._library = library
        self._functions = {
            slot: ctypes.CFUNCTYPE(ctypes.c_ulong, *arguments)(functions[slot])
            for slot, arguments in signatures.items()
        }

    @staticmethod
    def _check(code: int) -> None:
        if code != OK:
            raise CryptokiError(code)

    def _call(self, slot: _Slot, *arguments: object) -> None:
        self._check(self._functions[slot](*arguments))

    def _numbers(self, slot: _Slot, *first: object) -> list[int]:
        """A list that the module gives in two calls: how many, then which."""
        count = ctypes.c_ulong()
        self._call(slot, *first, None, ctypes.byref(count))
        found = (ctypes.c_ulong * max(1, count.value))()
        self._call(slot, *first, found, ctypes.byref(count))
        return list(found[: count.value])

    def slots(self) -> list[int]:
        """C_GetSlotList: the slots that hold a token now."""
        return self._numbers(_Slot.GET_SLOT_LIST, 1)

    def mechanisms(self, slot: int) -> frozenset[int]:
        """C_GetMechanismList: CKM_ numbers."""
        return frozenset(self._numbers(_Slot.GET_MECHANISM_LIST, slot))

    def token(self, slot: int) -> TokenFacts:
        """C_GetTokenInfo."""
        info = TokenInfo()
        self._call(_Slot.GET_TOKEN_INFO, slot, ctypes.byref(info))
        return facts_of(info)

    def initialise_token(self, slot: int, so_pin: Secret, label: str) -> None:
        """C_InitToken: the label is padded with blanks to 32 octets and must not be longer."""
        octets = label.encode().ljust(32)
        with octets_of(so_pin) as pin:
            self._call(_Slot.INIT_TOKEN, slot, pin, len(pin), octets)

    def initialise_pin(self, session: int, pin: Secret) -> None:
        """C_InitPIN, in a session of the security officer."""
        with octets_of(pin) as octets:
            self._call(_Slot.INIT_PIN, session, octets, len(octets))

    def set_pin(self, session: int, old: Secret, new: Secret) -> None:
        """C_SetPIN: of the user, or of the security officer in a session of theirs."""
        with octets_of(old) as before, octets_of(new) as after:
            self._call(_Slot.SET_PIN, session, before, len(before), after, len(after))

    def close_all_sessions(self, slot: int) -> None:
        """C_CloseAllSessions: ends every session of this process with the token, and its login."""
        self._call(_Slot.CLOSE_ALL_SESSIONS, slot)

    def login(self, session: int, user: User, pin: Secret) -> None:
        """C_Login."""
        with octets_of(pin) as octets:
            self._call(_Slot.LOGIN, session, int(user), octets, len(octets))

    def logout(self, session: int) -> None:
        """C_Logout."""
        self._call(_Slot.LOGOUT, session)

    def find(self, session: int, template: Mapping[int, bytes]) -> list[int]:
        """C_FindObjects: the handles of all objects that have these attribute values."""
        values = [ctypes.create_string_buffer(value, len(value)) for value in template.values()]
        attributes = (Attribute * len(values))(
            *(
                Attribute(kind, ctypes.addressof(value), len(value))
                for kind, value in zip(template, values, strict=True)
            )
        )
        self._call(_Slot.FIND_OBJECTS_INIT, session, attributes, len(values))
        handles: list[int] = []
        batch, count = (ctypes.c_ulong * _FIND_BATCH)(), ctypes.c_ulong()
        try:
            while True:
                self._call(_Slot.FIND_OBJECTS, session, batch, _FIND_BATCH, ctypes.byref(count))
                if not count.value:
                    break
                handles += batch[: count.value]
        finally:
            self._functions[_Slot.FIND_OBJECTS_FINAL](session)
        return handles

    def read(self, session: int, handle: int, reader: AttributeReader) -> int:
        """C_GetAttributeValue for all attributes of the reader; answers the return code, the values are in it."""
        reader.reset()
        template = reader.template
        return int(self._functions[_Slot.GET_ATTRIBUTE_VALUE](session, handle, template, len(template)))

    def read_long(self, session: int, handle: int, kind: int) -> bytes:
        """C_GetAttributeValue for one attribute of any length: its length first, then its value."""
        attribute = Attribute(kind, None, 0)
        self._call(_Slot.GET_ATTRIBUTE_VALUE, session, handle, ctypes.byref(attribute), 1)
        if attribute.length == UNAVAILABLE:
            return b""
        buffer = ctypes.create_string_buffer(attribute.length)
        attribute.value = ctypes.addressof(buffer)
        self._call(_Slot.GET_ATTRIBUTE_VALUE, session, handle, ctypes.byref(attribute), 1)
        return buffer.raw[: attribute.length]
