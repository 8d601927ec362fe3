"""Serial numbers from random octets (RFC 5280, 4.1.2.2)."""

from __future__ import annotations

from collections.abc import Collection

from ceremony_app.core.errors import Refusal
from ceremony_app.core.profiles import SerialRule


def octets_needed(rule: SerialRule) -> int:
    """How many random octets a serial number takes."""
    return (rule.random_bits + 7) // 8


def serial_from(rule: SerialRule, octets: bytes, used: Collection[str] = ()) -> str:
    """A serial number by the rule, as the hex of its DER content octets.

    It is the low `random_bits` bits of the octets: the top bit of a full-length number is clear, so it is positive and
    never longer than the rule allows. Raises `Refusal` (CER-SERIAL) for too few octets, for zero, and for a number that
    stands in `used` (serial numbers in the same form).
    """
    if len(octets) != octets_needed(rule):
        raise _refusal(f"{len(octets)} random octets came where {octets_needed(rule)} were asked for.")
    number = int.from_bytes(octets, "big") & ((1 << rule.random_bits) - 1)
    if number == 0:
        raise _refusal("The generator gave a serial number of zero.")
    serial = serial_hex(number)
    if serial in used:
        raise _refusal(f"The serial number {serial} was given to another certificate before.")
    return serial


def serial_hex(number: int) -> str:
    """The DER content octets of a positive INTEGER, in hex: as few as there can be, top bit clear."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big").hex()


def serial_number(serial: str) -> int:
    """The number of such a text; raises `Refusal` (CER-SERIAL) if it is not one."""
    try:
        number = int.from_bytes(bytes.fromhex(serial), "big")
    except ValueError as fault:
        raise _refusal(f"{serial!r} is no serial number in hex.") from fault
    if number == 0 or serial_hex(number) != serial:
        raise _refusal(f"{serial!r} is not the DER of a positive number.")
    return number


def _refusal(why: str) -> Refusal:
    return Refusal("CER-SERIAL", why, "Take new octets from the generator; if it happens again, test the generator.")
