"""The structures that pass between us and a PKCS#11 module, and the values made from them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from ceremony_app.core.device import TokenFacts
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

_Octets32: Final = ctypes.c_ubyte * 32
_Octets16: Final = ctypes.c_ubyte * 16


class _Version(ctypes.Structure):
    _fields_: ClassVar[Sequence[Any]] = [("major", ctypes.c_ubyte), ("minor", ctypes.c_ubyte)]


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


def _flag_names(flags: int) -> tuple[str, ...]:
    bits = [1 << place for place in range(flags.bit_length()) if flags >> place & 1]
    return tuple(sorted(_FLAGS.get(bit, f"0x{bit:08x}") for bit in bits))


def facts_of(info: TokenInfo) -> TokenFacts:
    """The token as it describes itself."""
    return TokenFacts(
        manufacturer=text_of(bytes(info.manufacturer)),
        model=text_of(bytes(info.model)),
        serial=text_of(bytes(info.serial)),
        label=text_of(bytes(info.label)),
        firmware=f"{info.firmware.major}.{info.firmware.minor}",
        hardware=f"{info.hardware.major}.{info.hardware.minor}",
        flags=_flag_names(info.flags),
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


class AttributeReader:
    """Reads the same attributes of one object after the other, all of them in one call each time.

    `wanted` maps CKA_ numbers to the octets set aside for the value; a longer value counts as not given.
    """

    def __init__(self, wanted: Mapping[int, int]) -> None:
        self.types = tuple(wanted)
        self.buffers = tuple(ctypes.create_string_buffer(size) for size in wanted.values())
        self.template = (Attribute * len(wanted))(
            *(
                Attribute(kind, ctypes.addressof(buffer), size)
                for (kind, size), buffer in zip(wanted.items(), self.buffers, strict=True)
            )
        )
        self._pristine = bytes(self.template)

    def reset(self) -> None:
        """Make ready for the next object."""
        ctypes.memmove(self.template, self._pristine, len(self._pristine))

    def values(self) -> dict[int, bytes]:
        """What the last call gave; attributes that it did not give are left out."""
        found: dict[int, bytes] = {}
        for kind, buffer, attribute in zip(self.types, self.buffers, self.template, strict=True):
            length = attribute.length
            if length <= len(buffer):  # CK_UNAVAILABLE_INFORMATION is the largest number that there is
                found[kind] = ctypes.string_at(buffer, length)
        return found
