"""What the worker does with a person's card: show it, or one signature from login to logout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import card_refusals, keys, signing, wire
from ceremony_app.hsm.cardkeys import SigningKey, signing_keys
from ceremony_app.hsm.cryptoki import CryptokiError, User
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.pkcs11 import told


def show(held: Held) -> wire.CardSeen:
    """The card, and the keys that it shows without a login; nothing is sent to it but questions."""
    facts = held.facts()
    with _session(held) as session, told(Executed.NO):
        keys_shown = signing_keys(held, session)
    shown = tuple(wire.CardKey(spki=key.spki, id=key.id, label=key.label) for key in keys_shown)
    return wire.CardSeen(token=facts, keys=shown)


def sign(held: Held, digest: str, data: bytes, pin: Secret | None) -> wire.CardSigned:
    """One login, one signature over `data`, and no login left.

    The key is the one whose public half has this SHA-256, or the only signing key where none is named: where that
    cannot be told, the card is given no PIN if it shows as much without one. A key that asks for the PIN before every
    use (CKA_ALWAYS_AUTHENTICATE) gets it once more, after the login took it. Raises `TokenFault` with CER-PIN,
    CER-PIN-LOCKED or CER-CARD.
    """
    if pin is None and not keys.own_entry(held):
        raise card_refusals.no_keypad(held.serial)
    with _session(held) as session, told():
        shown = signing_keys(held, session)
        if shown and not digest:
            _wanted(shown, digest, held.serial)
        with _login(held, session, pin):
            key = _wanted(signing_keys(held, session), digest, held.serial)
            if key.handle is None:
                raise card_refusals.no_private_half(held.serial, key.digest)
            asked = signing.question(key.method.scheme, data, key.method.kind, held.raw.mechanisms(held.slot))
            held.keys.begin_signature(session, asked.mechanism, key.handle, asked.parameter)
            if key.asks_each_time:
                _give_pin(held, session, User.CONTEXT_SPECIFIC, pin)
            answer = held.keys.finish_signature(session, asked.octets)
    return wire.CardSigned(signature=signing.signature(key.method.scheme, answer), spki=key.spki)


def _wanted(shown: tuple[SigningKey, ...], digest: str, serial: str) -> SigningKey:
    """The key that is named, or the only one."""
    fitting = [key for key in shown if digest in {"", key.digest}]
    if len(fitting) != 1:
        raise card_refusals.no_single_key(serial, digest, [key.digest for key in shown])
    return fitting[0]


@contextmanager
def _session(held: Held) -> Iterator[int]:
    """A session that ends, whatever happens; the process that is ended after this call does the rest."""
    with told(Executed.NO):
        session = held.session()
    try:
        yield session
    finally:
        with suppress(CryptokiError, TokenFault):
            held.leave()


@contextmanager
def _login(held: Held, session: int, pin: Secret | None) -> Iterator[None]:
    """C_Login, once, and C_Logout: a card that is left in its reader stays unlocked otherwise."""
    _give_pin(held, session, User.USER, pin)
    try:
        yield
    finally:
        with suppress(CryptokiError):
            held.raw.logout(session)


def _give_pin(held: Held, session: int, user: User, pin: Secret | None) -> None:
    """C_Login; a card that does not take the PIN is asked how many tries it leaves."""
    try:
        held.raw.login(session, user, pin)
    except CryptokiError as error:
        flags: tuple[str, ...] = ()
        with suppress(TokenFault):
            flags = held.facts().flags
        raise card_refusals.login_refused(error.number, held.serial, flags) from None
