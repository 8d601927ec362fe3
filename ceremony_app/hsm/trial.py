"""A capability trial: a throw-away pair in the session, a signature verified outside, and a look at what stayed."""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from ceremony_app.core.algorithms import Algorithm, usual_scheme
from ceremony_app.core.device import Inventory, KeySpec, ObjectKind, Trial, difference
from ceremony_app.core.errors import Executed, Refusal, TokenFault
from ceremony_app.hsm import keys, signing, templates
from ceremony_app.hsm.codes import wants_fresh_worker
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.pkcs11 import told

_LABEL: Final = "trial pair, to be thrown away: "
_LABEL_OCTETS: Final = 40
_ID_OCTETS: Final = 16
_CHALLENGE: Final = b"ceremony capability trial "
_CHALLENGE_OCTETS: Final = 32

_MAY_BE_THE_LOGIN: Final = frozenset(
    f"CKR_{name}" for name in ("USER_NOT_LOGGED_IN", "TEMPLATE_INCONSISTENT", "ATTRIBUTE_VALUE_INVALID")
)
"""What tokens answer that want a login for a private key, or take none that is a public object."""

_PASSED: Final = "A pair was made, a challenge was signed and verified outside the token, and the pair is gone again."
_NOT_INITIALISED: Final = "The token has not been initialised yet, so nothing could be tried."
_ALL_STAY: Final = "The module makes only keys that stay on the token, so nothing was tried."
_LOGIN_FIRST: Final = "The token makes no key without a login, not even for a trial; try again when it is activated."
_PIN_EACH_TIME: Final = (
    "A pair was made and is gone again. The token asks for the PIN before every use of a key, so nothing was signed."
)
_UNREADABLE: Final = "The token made a pair and would not show its public half."
_UNVERIFIED: Final = "The token's signature does not verify with the public key that it shows."
_CHANGED: Final = "Objects that were on the token before the trial are gone or read otherwise."


def try_out(held: Held, algorithm: Algorithm) -> Trial:
    """Try an algorithm. What the token refuses becomes the trial's result; a token that is gone raises `TokenFault`.

    The pair is of session objects, which end with the session at the latest; its private half is a private object
    where the user is logged in, and a public one elsewhere.
    """
    if not held.facts().initialised:
        return Trial(algorithm=algorithm, result="not-tried", said=_NOT_INITIALISED)
    if not held.profile.session_keys:
        return Trial(algorithm=algorithm, result="not-tried", said=_ALL_STAY)
    with told(Executed.NO):
        session = held.session()
        before = Inventory(serial=held.serial, objects=held.reader.all(session))
    trial = _tried(held, session, algorithm)
    with told(Executed.UNKNOWN):
        change = difference(before, Inventory(serial=held.serial, objects=held.reader.all(session)))
    if change.added:
        count = len(change.added)
        objects = "an object" if count == 1 else f"{count} objects"
        return _failed(trial, f"{trial.said} The trial left {objects} behind, which the inventory shows.")
    return _failed(trial, _CHANGED) if change.removed else trial


def _failed(trial: Trial, said: str, code: str = "") -> Trial:
    return msgspec.structs.replace(trial, result="failed", said=said, code=code or trial.code)


def _tried(held: Held, session: int, algorithm: Algorithm) -> Trial:
    """Make the pair, use it, throw it away."""
    start = Trial(algorithm=algorithm, result="passed", said=_PASSED)
    label = _LABEL + secrets.token_hex(_LABEL_OCTETS)
    spec = KeySpec(label=label[:_LABEL_OCTETS], id=secrets.token_hex(_ID_OCTETS), algorithm=algorithm)
    public, private = templates.pair(spec, held.profile, stored=False, private=held.active)
    trial = msgspec.structs.replace(start, asked=templates.flags_in(private))
    mechanism = keys.pair_mechanism(algorithm)
    try:
        with told():
            pair = held.keys.generate_pair(session, mechanism, public, private)
    except TokenFault as fault:
        return _refused(held, trial, fault)
    try:
        trial, public_key, proving = _read(held, session, trial, spec, pair)
        if proving:
            trial = _proved(held, session, trial, pair[1], public_key)
    except TokenFault as fault:
        trial = _refused(held, trial, fault)
    for half in reversed(pair):
        try:
            with told():
                held.keys.destroy(session, half)
        except TokenFault as fault:
            trial = _refused(held, trial, fault)
    return trial


def _refused(held: Held, trial: Trial, fault: TokenFault) -> Trial:
    """What the token said no to, as the trial's result; raises where the session cannot be relied on any more."""
    if wants_fresh_worker(fault):
        raise fault
    if fault.code in _MAY_BE_THE_LOGIN and not held.active:
        return msgspec.structs.replace(trial, result="not-tried", said=_LOGIN_FIRST, code=fault.code)
    return _failed(trial, fault.why, fault.code)


def _read(held: Held, session: int, trial: Trial, spec: KeySpec, pair: tuple[int, int]) -> tuple[Trial, bytes, bool]:
    """Both halves as they read back: the trial so far, the public key in DER, and whether a signature is to follow."""
    key_type = templates.key_type(spec.algorithm)
    with told(Executed.NO):
        public = held.reader.read(session, pair[0], (ObjectKind.PUBLIC, key_type))
        private = held.reader.read(session, pair[1], (ObjectKind.PRIVATE, key_type))
    halves = (public.facts, private.facts)
    trial = msgspec.structs.replace(
        trial,
        kept=private.facts.attributes,
        label_kept=all(half.label == spec.label for half in halves),
        id_kept=all(half.id == spec.id for half in halves),
    )
    if not public.spki:
        return _failed(trial, _UNREADABLE, public.facts.fault), b"", False
    if private.facts.attributes.get("ALWAYS_AUTHENTICATE"):
        return msgspec.structs.replace(trial, result="not-tried", said=_PIN_EACH_TIME), b"", False
    return trial, public.spki, True


def _proved(held: Held, session: int, trial: Trial, key: int, spki: bytes) -> Trial:
    """Have a challenge signed, and verify the signature with software that is not the token."""
    from ceremony_app.pki.proof import proves

    algorithm, scheme = trial.algorithm, usual_scheme(trial.algorithm)
    challenge = _CHALLENGE + secrets.token_bytes(_CHALLENGE_OCTETS)
    with told():
        mechanisms = held.raw.mechanisms(held.slot) if scheme.is_rsa else frozenset[int]()
        asked = signing.question(scheme, challenge, algorithm.value, mechanisms)
        signature = signing.signature(scheme, keys.signed(held, session, key, asked))
    try:
        verified = proves(spki, algorithm, scheme, challenge, signature)
    except Refusal as unsound:
        return _failed(trial, unsound.why)
    return trial if verified else _failed(trial, _UNVERIFIED)
