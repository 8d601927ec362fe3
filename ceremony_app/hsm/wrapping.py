"""A private key carried from token to token: enciphered under an AES key, brought back beside its public half."""

from __future__ import annotations

from typing import Final

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeyReport, KeySpec, Wrapped
from ceremony_app.core.errors import Executed, Refusal, TokenFault
from ceremony_app.hsm import keys, object_refusals, templates
from ceremony_app.hsm.attributes import PRIVATE_KEY, SECRET_KEY
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.pkcs11 import told

_MECHANISMS: Final = {"AES_KEY_WRAP_PAD": 0x210A, "AES_KEY_WRAP_KWP": 0x210B, "AES_KEY_WRAP": 0x2109}
"""CKM_ numbers, the best first: the last leaves it to the token what to do where a length is no multiple of eight."""


def wrap(held: Held, wrapping_id: str, key_id: str) -> Wrapped:
    """C_WrapKey with the best mechanism that the token offers."""
    session = held.activated()
    with told(Executed.NO):
        wrapping = keys.one_key(held, session, SECRET_KEY, wrapping_id, "wrapped")
        key = keys.one_key(held, session, PRIVATE_KEY, key_id, "wrapped")
        offered = held.raw.mechanisms(held.slot)
    mechanism = next((name for name, number in _MECHANISMS.items() if number in offered), "")
    if not mechanism:
        raise object_refusals.no_key_wrapping()
    with told():
        return Wrapped(mechanism=mechanism, data=held.keys.wrap(session, _MECHANISMS[mechanism], wrapping, key))


def unwrap(held: Held, wrapping_id: str, wrapped: Wrapped, spec: KeySpec, spki: bytes) -> KeyReport:
    """C_UnwrapKey, C_CreateObject for the public half, then both are read back.

    Some modules leave objects behind when they refuse a wrapped key: that is looked for and told.
    """
    session = held.activated()
    public = _public(spec.algorithm, spki)
    with told(Executed.NO):
        keys.refuse_taken(held, session, spec)
        wrapping = keys.one_key(held, session, SECRET_KEY, wrapping_id, "restored")
        if _MECHANISMS.get(wrapped.mechanism) not in held.raw.mechanisms(held.slot):
            raise object_refusals.no_key_wrapping()
        before = frozenset(held.raw.find(session, {}))
    mechanism, template = _MECHANISMS[wrapped.mechanism], templates.unwrapped(spec, held.profile)
    try:
        with told():
            private = held.keys.unwrap(session, mechanism, wrapping, wrapped.data, template)
    except TokenFault as fault:
        with told(Executed.UNKNOWN):
            left = len(frozenset(held.raw.find(session, {})) - before)
        if left:
            raise object_refusals.left_behind(fault, left) from None
        raise
    with told(Executed.UNKNOWN):
        beside = held.keys.create(session, templates.public_half(spec, held.profile, public))
    report = keys.new_pair(held, session, spec, beside, private)
    if report.private.algorithm != spec.algorithm:
        raise object_refusals.restored_otherwise(spec.algorithm, report.private.algorithm)
    return report


def _public(algorithm: Algorithm, spki: bytes) -> templates.Public:
    """The public key in `spki`; raises `TokenFault` where it is none of this kind."""
    from ceremony_app.pki.spki import public_key

    try:
        return public_key(spki, algorithm)
    except Refusal:
        raise object_refusals.public_key_unfit(algorithm) from None
