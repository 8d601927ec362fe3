"""The calls of a PKCS#11 module that make, use, carry and destroy objects: one call of the module each."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Final

from ceremony_app.core.secret import Secret
from ceremony_app.hsm.cryptoki import Cryptoki, User
from ceremony_app.hsm.functions import Function
from ceremony_app.hsm.structures import MechanismCall, attributes_of

_LONGEST_ANSWER: Final = 65536
"""Octets set aside for a signature or a wrapped key, so that no key is used twice only to learn how long it gets."""


class KeyCalls:
    """Objects of a token in a session. Every method raises `CryptokiError` with the return code.

    Templates map CKA_ numbers to values, mechanisms are CKM_ numbers, objects are handles.
    """

    def __init__(self, module: Cryptoki) -> None:
        self._module = module

    def generate_pair(
        self, session: int, mechanism: int, public: Mapping[int, bytes], private: Mapping[int, bytes]
    ) -> tuple[int, int]:
        """C_GenerateKeyPair: the public and the private half."""
        halves = ctypes.c_ulong(), ctypes.c_ulong()
        with attributes_of(public) as one, attributes_of(private) as other:
            self._module.call(
                Function.GENERATE_KEY_PAIR,
                session,
                ctypes.byref(MechanismCall(mechanism)),
                one,
                len(one),
                other,
                len(other),
                ctypes.byref(halves[0]),
                ctypes.byref(halves[1]),
            )
        return halves[0].value, halves[1].value

    def generate_key(self, session: int, mechanism: int, template: Mapping[int, bytes]) -> int:
        """C_GenerateKey."""
        handle = ctypes.c_ulong()
        call = ctypes.byref(MechanismCall(mechanism))
        with attributes_of(template) as given:
            self._module.call(Function.GENERATE_KEY, session, call, given, len(given), ctypes.byref(handle))
        return handle.value

    def create(self, session: int, template: Mapping[int, bytes]) -> int:
        """C_CreateObject."""
        handle = ctypes.c_ulong()
        with attributes_of(template) as given:
            self._module.call(Function.CREATE_OBJECT, session, given, len(given), ctypes.byref(handle))
        return handle.value

    def destroy(self, session: int, handle: int) -> None:
        """C_DestroyObject."""
        self._module.call(Function.DESTROY_OBJECT, session, handle)

    def wrap(self, session: int, mechanism: int, wrapping: int, key: int) -> bytes:
        """C_WrapKey: the key enciphered under the wrapping key."""
        answer, length = _room()
        call = ctypes.byref(MechanismCall(mechanism))
        self._module.call(Function.WRAP_KEY, session, call, wrapping, key, answer, ctypes.byref(length))
        return ctypes.string_at(answer, length.value)

    def unwrap(self, session: int, mechanism: int, wrapping: int, data: bytes, template: Mapping[int, bytes]) -> int:
        """C_UnwrapKey: the new key."""
        handle = ctypes.c_ulong()
        call = ctypes.byref(MechanismCall(mechanism))
        with attributes_of(template) as given:
            self._module.call(
                Function.UNWRAP_KEY,
                session,
                call,
                wrapping,
                data,
                len(data),
                given,
                len(given),
                ctypes.byref(handle),
            )
        return handle.value

    def begin_signature(self, session: int, mechanism: int, key: int, parameter: bytes = b"") -> None:
        """C_SignInit; `parameter` is the structure that goes with the mechanism."""
        call = MechanismCall(mechanism, parameter or None, len(parameter))
        self._module.call(Function.SIGN_INIT, session, ctypes.byref(call), key)

    def consent(self, session: int, pin: Secret | None) -> None:
        """C_Login for the operation under way, which a key with CKA_ALWAYS_AUTHENTICATE asks for."""
        self._module.login(session, User.CONTEXT_SPECIFIC, pin)

    def finish_signature(self, session: int, octets: bytes) -> bytes:
        """C_Sign."""
        answer, length = _room()
        self._module.call(Function.SIGN, session, octets, len(octets), answer, ctypes.byref(length))
        return ctypes.string_at(answer, length.value)


def _room() -> tuple[ctypes.Array[ctypes.c_ubyte], ctypes.c_ulong]:
    """Memory for an answer, and its size, which the module sets to the answer's length."""
    return (ctypes.c_ubyte * _LONGEST_ANSWER)(), ctypes.c_ulong(_LONGEST_ANSWER)
