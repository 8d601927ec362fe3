"""The checks of a pre-flight sheet that hold a token's mechanisms against what the ceremony needs of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony_app.actions.token_checks import ELSEWHERE, Check, Seen, failed, lacking, noted, passed
from ceremony_app.core.algorithms import Algorithm, Family, Scheme, usual_scheme
from ceremony_app.core.device import Mechanism
from ceremony_app.core.values import Row

_NAMES: Final = {
    0x0000: "RSA_PKCS_KEY_PAIR_GEN",
    0x0001: "RSA_PKCS",
    0x000D: "RSA_PKCS_PSS",
    0x0040: "SHA256_RSA_PKCS",
    0x0041: "SHA384_RSA_PKCS",
    0x0043: "SHA256_RSA_PKCS_PSS",
    0x0044: "SHA384_RSA_PKCS_PSS",
    0x1040: "EC_KEY_PAIR_GEN",
    0x1041: "ECDSA",
    0x1055: "EC_EDWARDS_KEY_PAIR_GEN",
    0x1057: "EDDSA",
    0x1080: "AES_KEY_GEN",
    0x2109: "AES_KEY_WRAP",
    0x210A: "AES_KEY_WRAP_PAD",
    0x210B: "AES_KEY_WRAP_KWP",
}
"""CKM_ numbers of what this program asks tokens for (PKCS#11 2.40 and 3.0, pkcs11t.h)."""

_AES: Final = 0x1080
_PAIRS: Final[dict[Family, int]] = {"RSA": 0x0000, "EC": 0x1040, "Ed25519": 0x1055}
_SIGNING: Final = {
    Scheme.ECDSA_SHA256: (0x1041,),
    Scheme.ECDSA_SHA384: (0x1041,),
    Scheme.ECDSA_SHA512: (0x1041,),
    Scheme.ED25519: (0x1057,),
    Scheme.RSA_SHA256: (0x0040, 0x0001),
    Scheme.RSA_SHA384: (0x0041, 0x0001),
    Scheme.PSS_SHA256: (0x0043, 0x000D),
    Scheme.PSS_SHA384: (0x0044, 0x000D),
}
"""The mechanisms of which one is enough to sign by a scheme."""
_EDWARDS: Final = (0x1055, 0x1057)
_OF_CURVES: Final = (0x1040, 0x1041, *_EDWARDS)
_WRAPS: Final = (0x210A, 0x210B, 0x2109)
_AES_BITS: Final = 256
_MOST_AES_OCTETS, _MOST_EC_OCTETS, _MOST_RSA_OCTETS, _LEAST_RSA_BITS = 64, 80, 1024, 512
"""Larger numbers are bits: no AES key has over 64 octets, no curve over 80, no modulus over 1,024 or only 512 bits."""
_USES: Final = frozenset({"GENERATE", "GENERATE_KEY_PAIR", "SIGN", "WRAP", "UNWRAP", "VERIFY", "ENCRYPT", "DECRYPT"})


def mechanism_check(seen: Seen, algorithm: Algorithm, *, needed: bool) -> Check:
    """Whether the token offers to make the key and to sign with it, at this size; a trial that passed weighs more."""
    making, signing = _PAIRS[algorithm.family], _SIGNING[usual_scheme(algorithm)]
    gaps = [
        *_gaps(seen, (making,), "GENERATE_KEY_PAIR", algorithm.bits, "make the key"),
        *_gaps(seen, signing, "SIGN", algorithm.bits, "sign with it"),
    ]
    title, facts = f"{algorithm}: mechanisms", _offered(seen, (making, *signing))
    if not gaps:
        return passed(title, "The token offers to make the key and to sign with it.", facts)
    trial = seen.trial(algorithm)
    if trial is not None and trial.result == "passed":
        return noted(title, f"{' '.join(gaps)} The trial shows that it does both all the same.", facts)
    return lacking(title, " ".join(gaps), ELSEWHERE, facts, needed=needed)


def scheme_check(seen: Seen, algorithm: Algorithm, scheme: Scheme) -> Check:
    """Whether the token offers to sign by a scheme that a profile wants and that no trial has used."""
    signing = _SIGNING[scheme]
    gaps = _gaps(seen, signing, "SIGN", algorithm.bits, f"sign by {scheme.value}")
    title, facts = f"{algorithm}: {scheme.value}", _offered(seen, signing)
    if gaps:
        return failed(title, " ".join(gaps), ELSEWHERE, facts, needed=True)
    return passed(title, "The token offers to sign by this scheme; it has not been tried.", facts)


def wrapping_check(seen: Seen) -> Check:
    """Whether a key can be carried under an AES key of 256 bits."""
    gaps = [
        *_gaps(seen, (_AES,), "GENERATE", _AES_BITS, "make an AES key of 256 bits"),
        *_gaps(seen, _WRAPS, "WRAP", 0, "wrap a key under it"),
        *_gaps(seen, _WRAPS, "UNWRAP", 0, "unwrap one"),
    ]
    title, facts = "Backup by wrapping", _offered(seen, (_AES, *_WRAPS))
    if gaps:
        return failed(title, " ".join(gaps), ELSEWHERE, facts, needed=True)
    said = "The token offers to make an AES key of 256 bits, and to wrap and unwrap keys under it."
    return passed(title, said, facts)


def _gaps(seen: Seen, numbers: Sequence[int], use: str, bits: int, purpose: str) -> tuple[str, ...]:
    """Why none of the mechanisms (one is enough) serves; nothing where one does. No `bits`: any size."""
    offered = [found for found in map(seen.mechanism, numbers) if found is not None]
    names = " or ".join(_NAMES[number] for number in numbers)
    if not offered:
        return (f"The token does not offer to {purpose} ({names}).",)
    able = [found for found in offered if use in found.uses or not _USES & set(found.uses)]
    if not able:
        return (f"The token offers {names}, but not to {purpose}.",)
    if not bits or any(_fits(found, bits) for found in able):
        return ()
    return (f"The token offers to {purpose}, for {_sizes(able[0])} and not for {bits} bits.",)


def _in_octets(mechanism: Mechanism) -> bool:
    """Whether key sizes are told in octets. The standard says bits for RSA and EC and octets for AES; tokens differ."""
    if mechanism.number == _AES:
        return mechanism.largest <= _MOST_AES_OCTETS
    if mechanism.number in _OF_CURVES:
        return 0 < mechanism.largest <= _MOST_EC_OCTETS
    return mechanism.smallest < _LEAST_RSA_BITS and 0 < mechanism.largest <= _MOST_RSA_OCTETS


def _fits(mechanism: Mechanism, bits: int) -> bool:
    """Whether a key of this size is within the limits; a limit of 0 is none.

    Of Ed25519 some tokens tell the field's 255 bits and others the 256 in which a key is written.
    """
    octets = (bits + 7) // 8
    sizes = {octets} if _in_octets(mechanism) else {bits, 8 * octets} if mechanism.number in _EDWARDS else {bits}
    return any(mechanism.smallest <= size and (not mechanism.largest or size <= mechanism.largest) for size in sizes)


def _sizes(mechanism: Mechanism) -> str:
    if not mechanism.smallest and not mechanism.largest:
        return "no key sizes told"
    return f"keys of {mechanism.smallest} to {mechanism.largest} {'octets' if _in_octets(mechanism) else 'bits'}"


def _offered(seen: Seen, numbers: Sequence[int]) -> tuple[Row, ...]:
    """Each mechanism as the token tells it."""
    rows = []
    for number in numbers:
        found = seen.mechanism(number)
        told = f"{_sizes(found)}; {', '.join(found.uses) or 'no uses told'}" if found else "not offered"
        rows.append(Row(_NAMES[number], told))
    return tuple(rows)


def all_mechanisms(seen: Seen) -> str:
    """Every mechanism that the token offers, by name, with its smallest and largest key where it tells them."""
    return ", ".join(
        found.name + (f"\N{NO-BREAK SPACE}{found.smallest}–{found.largest}" if found.smallest or found.largest else "")
        for found in seen.mechanisms
    )
