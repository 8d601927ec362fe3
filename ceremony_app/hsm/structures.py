"""The structures that pass between us and a PKCS#11 module, and the values made from them."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from ceremony_app.core.device import ModuleFacts, TokenFacts
from ceremony_app.core.names import escaped
from ceremony_app.core.secret import Secret

UNAVAILABLE: Final = ctypes.c_ulong(-1).value
"""CK_UNAVAILABLE_INFORMATION: the length of an attribute that the module did not give."""

_FLAGS: Final = {
    0x00000001: "RNG",
    0x00000002: "WRITE_PROTECTED",
    0x00000004: "LOGIN_REQUIRED",
    0x00000008: "USER_PIN_INITIALIZED",
    0x00000020: "RESTORE_KEY_NOT_NEEDED",
    0x00000040: "CLOCK_ON_TOKEN",
    0x00000100: "PROTECTED_AUTHENTICATION_PATH",
    0x00000200: "DUAL_CRYPTO_OPERATIONS",
    0x00000400: "TOKEN_INITIALIZED",
    0x00000800: "SECONDARY_AUTHENTICATION",
    0x00010000: "USER_PIN_COUNT_LOW",
    0x00020000: "USER_PIN_FINAL_TRY",
    0x00040000: "USER_PIN_LOCKED",
    0x00080000: "USER_PIN_TO_BE_CHANGED",
    0x00100000: "SO_PIN_COUNT_LOW",
    0x00200000: "SO_PIN_FINAL_TRY",
    0x00400000: "SO_PIN_LOCKED",
    0x00800000: "SO_PIN_TO_BE_CHANGED",
    0x01000000: "ERROR_STATE",
}

_USES: Final = {
    0x00000001: "HW",
    0x00000100: "ENCRYPT",
    0x00000200: "DECRYPT",
    0x00000400: "DIGEST",
    0x00000800: "SIGN",
    0x00001000: "SIGN_RECOVER",
    0x00002000: "VERIFY",
    0x00004000: "VERIFY_RECOVER",
    0x00008000: "GENERATE",
    0x00010000: "GENERATE_KEY_PAIR",
    0x00020000: "WRAP",
    0x00040000: "UNWRAP",
    0x00080000: "DERIVE",
    0x00100000: "EC_F_P",
    0x00200000: "EC_F_2M",
    0x00400000: "EC_ECPARAMETERS",
    0x00800000: "EC_NAMEDCURVE",
    0x01000000: "EC_UNCOMPRESS",
    0x02000000: "EC_COMPRESS",
    0x80000000: "EXTENSION",
}

_Octets32: Final = ctypes.c_ubyte * 32
_Octets16: Final = ctypes.c_ubyte * 16

_ATTRIBUTE: Final = struct.Struct("@LPL")
"""CK_ATTRIBUTE for reading a row of them at once."""


class _Version(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [("major", ctypes.c_ubyte), ("minor", ctypes.c_ubyte)]


class InitializeArguments(ctypes.Structure):
    """CK_C_INITIALIZE_ARGS."""

    _fields_: ClassVar[Sequence[Any]] = [
        ("mutexes", ctypes.c_void_p * 4),
        ("flags", ctypes.c_ulong),
        ("reserved", ctypes.c_char_p),
    ]


class Info(ctypes.Structure):
    """CK_INFO."""

    _fields_: ClassVar[Sequence[Any]] = [
        ("cryptoki", _Version),
        ("manufacturer", _Octets32),
        ("flags", ctypes.c_ulong),
        ("description", _Octets32),
        ("version", _Version),
    ]


class TokenInfo(ctypes.Structure):
    """CK_TOKEN_INFO."""

    _fields_: ClassVar[Sequence[Any]] = [
        ("label", _Octets32),
        ("manufacturer", _Octets32),
        ("model", _Octets16),
        ("serial", _Octets16),
        ("flags", ctypes.c_ulong),
        ("sessions", ctypes.c_ulong * 4),
        ("pin_max", ctypes.c_ulong),
        ("pin_min", ctypes.c_ulong),
        ("memory", ctypes.c_ulong * 4),
        ("hardware", _Version),
        ("firmware", _Version),
        ("utc", _Octets16),
    ]


class MechanismInfo(ctypes.Structure):
    """CK_MECHANISM_INFO."""

    _fields_: ClassVar[Sequence[Any]] = [
        ("smallest", ctypes.c_ulong),
        ("largest", ctypes.c_ulong),
        ("flags", ctypes.c_ulong),
    ]


class MechanismCall(ctypes.Structure):
    """CK_MECHANISM; `parameter` is the octets of a structure, or None with those that take none."""

    _fields_: ClassVar[Sequence[Any]] = [
        ("number", ctypes.c_ulong),
        ("parameter", ctypes.c_char_p),  # which keeps its octets in memory
        ("length", ctypes.c_ulong),
    ]


class Attribute(ctypes.Structure):
    """CK_ATTRIBUTE."""

    _fields_: ClassVar[Sequence[Any]] = [
        ("type", ctypes.c_ulong),
        ("value", ctypes.c_void_p),
        ("length", ctypes.c_ulong),
    ]


def text_of(octets: bytes) -> str:
    """A text of the module as it may be shown: blanks off its end, broken or hidden characters written out."""
    return escaped(octets.rstrip(b"\0 ").decode("utf-8", errors="backslashreplace"))


def _names(flags: int, words: Mapping[int, str]) -> tuple[str, ...]:
    bits = [1 << place for place in range(flags.bit_length()) if flags >> place & 1]
    return tuple(sorted(words.get(bit, f"0x{bit:08x}") for bit in bits))


def module_of(info: Info) -> ModuleFacts:
    """The module as it describes itself."""
    return ModuleFacts(
        manufacturer=text_of(bytes(info.manufacturer)),
        description=text_of(bytes(info.description)),
        version=f"{info.version.major}.{info.version.minor}",
        cryptoki=f"{info.cryptoki.major}.{info.cryptoki.minor}",
    )


def facts_of(info: TokenInfo) -> TokenFacts:
    """The token as it describes itself."""
    return TokenFacts(
        manufacturer=text_of(bytes(info.manufacturer)),
        model=text_of(bytes(info.model)),
        serial=text_of(bytes(info.serial)),
        label=text_of(bytes(info.label)),
        firmware=f"{info.firmware.major}.{info.firmware.minor}",
        hardware=f"{info.hardware.major}.{info.hardware.minor}",
        flags=_names(info.flags, _FLAGS),
        pin_min=info.pin_min,
        pin_max=info.pin_max,
    )


@contextmanager
def octets_of(secret: Secret) -> Iterator[ctypes.Array[ctypes.c_ubyte]]:
    """The secret in memory that the module may read, overwritten afterwards."""
    value = secret.reveal()
    buffer = (ctypes.c_ubyte * len(value)).from_buffer_copy(value)
    try:
        yield buffer
    finally:
        ctypes.memset(buffer, 0, len(value))


@contextmanager
def attributes_of(template: Mapping[int, bytes]) -> Iterator[ctypes.Array[Attribute]]:
    """A template, by CKA_ numbers, as the module reads it; its values stay in memory until it is done."""
    values = [ctypes.create_string_buffer(value, len(value)) for value in template.values()]
    yield (Attribute * len(values))(
        *(Attribute(kind, ctypes.addressof(value), len(value)) for kind, value in zip(template, values, strict=True))
    )


def uses_of(info: MechanismInfo) -> tuple[str, ...]:
    """What a mechanism is good for, by the names of its CKF_ flags."""
    return _names(info.flags, _USES)


class AttributeReader:
    """Reads the same attributes of one object after the other, all of them in one call each time.

    `wanted` maps CKA_ numbers to the octets set aside for the value; a longer value counts as not given.
    """

    def __init__(self, wanted: Mapping[int, int]) -> None:
        self.types = tuple(wanted)
        self._storage = ctypes.create_string_buffer(sum(wanted.values()))
        self._places: list[tuple[int, int, int]] = []
        self.template = (Attribute * len(wanted))()
        offset = 0
        for attribute, (kind, size) in zip(self.template, wanted.items(), strict=True):
            attribute.type, attribute.value, attribute.length = kind, ctypes.addressof(self._storage) + offset, size
            self._places.append((kind, offset, size))
            offset += size
        self._pristine = bytes(self.template)

    def reset(self) -> None:
        """Make ready for the next object: nothing of the last one stays behind."""
        ctypes.memmove(self.template, self._pristine, len(self._pristine))
        ctypes.memset(self._storage, 0, len(self._storage))

    def octets(self) -> bytes:
        """All that the last call gave, and how much of it: the same octets are the same values."""
        return bytes(self.template) + self._storage.raw

    def values(self) -> dict[int, bytes]:
        """What the last call gave; attributes that it did not give are left out."""
        storage, found = self._storage.raw, dict[int, bytes]()
        rows = zip(self._places, _ATTRIBUTE.iter_unpack(self.template), strict=True)
        for (kind, offset, size), (_, _, length) in rows:
            if length <= size:  # CK_UNAVAILABLE_INFORMATION is the largest number that there is
                found[kind] = storage[offset : offset + length]
        return found
