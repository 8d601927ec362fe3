"""Keys and objects on a held token: made, found, used and destroyed, and read back each time."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Final

from ceremony_app.core.algorithms import Algorithm, Family, Scheme, family_of
from ceremony_app.core.device import KeyReport, KeySpec, ObjectFacts, ObjectKind, WrappingKeySpec
from ceremony_app.core.errors import Executed
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import object_refusals, refusals, signing, templates
from ceremony_app.hsm.attributes import AES, CLASS, ID, LABEL, PRIVATE_KEY, SECRET_KEY
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.hsm.cryptoki import CryptokiError
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.inventory import ReadObject
from ceremony_app.hsm.pkcs11 import told
from ceremony_app.hsm.templates import number_octets

_PAIRS: Final[dict[Family, int]] = {"RSA": 0x0000, "EC": 0x1040, "Ed25519": 0x1055}
_AES_KEY: Final = 0x1080
"""CKM_ numbers of what makes keys."""

_WORDS: Final = {PRIVATE_KEY: "private key", SECRET_KEY: "wrapping key"}


def pair_mechanism(algorithm: Algorithm) -> int:
    """The CKM_ number of what makes a pair of this kind."""
    return _PAIRS[algorithm.family]


def own_entry(held: Held) -> bool:
    """Whether the PIN can be entered at the token itself."""
    return "PROTECTED_AUTHENTICATION_PATH" in held.facts().flags


def one_key(held: Held, session: int, kind: int, key_id: str, undone: str) -> int:
    """The one key of this class (CKO_ number) and id. Raises `TokenFault` where there is none, or more than one."""
    keys = held.raw.find(session, {CLASS: number_octets(kind), ID: bytes.fromhex(key_id)})
    if not keys:
        raise object_refusals.key_not_found(key_id, what=_WORDS[kind], undone=undone)
    if len(keys) > 1:
        raise object_refusals.key_ambiguous(key_id, what=_WORDS[kind], undone=undone)
    return keys[0]


def refuse_taken(held: Held, session: int, spec: KeySpec | WrappingKeySpec) -> None:
    """No new key where any object has its label or id."""
    for what, kind, value in (("label", LABEL, spec.label.encode()), ("id", ID, bytes.fromhex(spec.id))):
        if held.raw.find(session, {kind: value}):
            raise object_refusals.key_exists(what)


def generate_pair(held: Held, spec: KeySpec) -> KeyReport:
    """C_GenerateKeyPair once, then both halves are read back."""
    session = held.activated()
    with told(Executed.NO):
        refuse_taken(held, session, spec)
    mechanism = pair_mechanism(spec.algorithm)
    with told():
        public, private = held.keys.generate_pair(session, mechanism, *templates.pair(spec, held.profile))
    return new_pair(held, session, spec, public, private)


def new_pair(held: Held, session: int, spec: KeySpec, public: int, private: int) -> KeyReport:
    """Both halves of a new pair as the token shows them; whatever goes wrong, the pair is there."""
    key_type = templates.key_type(spec.algorithm)
    with told(Executed.UNKNOWN):
        public_half = held.reader.read(session, public, (ObjectKind.PUBLIC, key_type))
        private_half = held.reader.read(session, private, (ObjectKind.PRIVATE, key_type))
    if not public_half.spki:
        raise object_refusals.key_unreadable(spec.id, public_half.facts.fault)
    if any((half.facts.id, half.facts.label) != (spec.id, spec.label) for half in (public_half, private_half)):
        raise object_refusals.pair_differs(spec.id)
    return _reported(public_half, private_half)


def report(held: Held, key_id: str) -> KeyReport:
    """The one pair of this id as the token shows it; CER-OBJECT where there is not exactly one that can be read."""
    session = held.activated()
    with told(Executed.NO):
        found = [held.reader.read(session, handle) for handle in held.raw.find(session, {ID: bytes.fromhex(key_id)})]
    public = [half for half in found if half.facts.kind is ObjectKind.PUBLIC]
    private = [half for half in found if half.facts.kind is ObjectKind.PRIVATE]
    if len(public) != 1 or len(private) != 1 or not public[0].spki:
        raise object_refusals.no_single_pair(key_id, len(public), len(private))
    return _reported(public[0], private[0])


def _reported(public_half: ReadObject, private_half: ReadObject) -> KeyReport:
    return KeyReport(
        spki=base64.b64encode(public_half.spki).decode(),
        public=public_half.facts,
        private=private_half.facts,
        mechanism=private_half.mechanism,
    )


def generate_wrapping_key(held: Held, spec: WrappingKeySpec) -> ObjectFacts:
    """C_GenerateKey once, then the key is read back."""
    session = held.activated()
    with told(Executed.NO):
        refuse_taken(held, session, spec)
    with told():
        key = held.keys.generate_key(session, _AES_KEY, templates.wrapping_key(spec, held.profile))
    with told(Executed.UNKNOWN):
        return held.reader.read(session, key, (ObjectKind.SECRET, AES)).facts


def sign(held: Held, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None) -> bytes:
    """Sign `data` with the one private key of this id; a PIN that the key does not ask for is not sent to the token."""
    session = held.activated()
    with told(Executed.NO):
        key = one_key(held, session, PRIVATE_KEY, key_id, "signed")
        facts = held.reader.read(session, key).facts
        if not _signs_by(facts.algorithm, scheme):
            raise fault(number_of("KEY_TYPE_INCONSISTENT"))
        mechanisms = held.raw.mechanisms(held.slot) if scheme.is_rsa else frozenset[int]()
        asks = facts.attributes.get("ALWAYS_AUTHENTICATE", False)
        if asks and pin is None and not own_entry(held):
            raise refusals.pin_needed()
    asked = signing.question(scheme, data, facts.algorithm, mechanisms)
    with told():
        if asks:
            return signing.signature(scheme, _sign_with_consent(held, key, asked, pin))
        return signing.signature(scheme, signed(held, session, key, asked))


def _signs_by(kind: str, scheme: Scheme) -> bool:
    """Whether a key of this kind, which may be none that is known here, signs by a scheme."""
    try:
        return family_of(kind) == scheme.family
    except ValueError:
        return False


def signed(held: Held, session: int, key: int, asked: signing.Question) -> bytes:
    """C_SignInit and C_Sign; raises `CryptokiError`."""
    held.keys.begin_signature(session, asked.mechanism, key, asked.parameter)
    return held.keys.finish_signature(session, asked.octets)


def _sign_with_consent(held: Held, key: int, asked: signing.Question, pin: Secret | None) -> bytes:
    """In a session of its own: where the PIN is wrong, closing it ends the operation, and the login stays."""
    session = held.raw.open_session(held.slot)
    try:
        held.keys.begin_signature(session, asked.mechanism, key, asked.parameter)
        held.keys.consent(session, pin)
        return held.keys.finish_signature(session, asked.octets)
    finally:
        with suppress(CryptokiError):
            held.raw.close_session(session)


def destroy(held: Held, thing: ObjectFacts) -> None:
    """C_DestroyObject on one object that reads exactly like `thing`, and a look that there is one less of them."""
    session = held.activated()
    with told(Executed.NO):
        alike = _alike(held, session, thing)
        if not alike:
            raise object_refusals.object_not_found()
        if len(alike) > 1 and thing.fault:
            raise object_refusals.object_ambiguous(len(alike))
    with told():
        held.keys.destroy(session, alike[0])
    with told(Executed.UNKNOWN):
        if len(_alike(held, session, thing)) >= len(alike):
            raise object_refusals.object_stays()


def _alike(held: Held, session: int, thing: ObjectFacts) -> list[int]:
    """The handles of all objects that read exactly like this one."""
    return [handle for handle, facts in held.reader.each(session) if facts == thing]
