"""A token is initialised and gets its PINs, in the order in which its make takes them."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from ceremony_app.core.device import TokenFacts
from ceremony_app.core.errors import Executed
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import refusals
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.hsm.cryptoki import CryptokiError, User
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.pkcs11 import told
from ceremony_app.hsm.quirks import FACTORY_LABEL

_LONGEST_LABEL: Final = 32


def initialise(held: Held, label: str, so_pin: Secret) -> TokenFacts:
    """C_InitToken, then the token is looked up again by its serial, or as the one that was not there before.

    A token in factory state has the PIN that its profile names, and gets the ceremony's in its place.
    """
    if len(label.encode()) > _LONGEST_LABEL:
        raise fault(number_of("ARGUMENTS_BAD"))
    facts, before = held.facts(), held.serials()
    profile = held.profile
    if profile.once and facts.initialised:
        raise refusals.initialised_already(profile.name)
    factory = profile.factory_so_pin if _in_factory_state(facts) else ""
    late = bool(factory) and profile.officer_pin == "after"
    if late and not facts.pin_min <= len(so_pin) <= facts.pin_max:  # found out afterwards it would be too late
        raise fault(number_of("PIN_LEN_RANGE"))
    held.leave()
    if factory and not late:
        with suppress(CryptokiError):  # an earlier attempt may have done it already; C_InitToken judges
            _change_officer_pin(held, Secret.of(factory), so_pin)
    with told():
        held.raw.initialise_token(held.slot, Secret.of(factory) if late else so_pin, label)
    initialised = held.follow(before)
    if not late:
        return initialised
    with told(Executed.UNKNOWN):
        _change_officer_pin(held, Secret.of(factory), so_pin)
    return held.facts()


def _in_factory_state(facts: TokenFacts) -> bool:
    return facts.label == FACTORY_LABEL or "SO_PIN_TO_BE_CHANGED" in facts.flags


def _change_officer_pin(held: Held, old: Secret, new: Secret) -> None:
    try:
        session = held.session()
        held.raw.login(session, User.SECURITY_OFFICER, old)
        held.raw.set_pin(session, old, new)
    finally:
        held.leave()


def set_user_pin(held: Held, so_pin: Secret, pin: Secret) -> None:
    """C_InitPIN in a session of the security officer, who is logged out again."""
    officer = Secret.of("") if held.profile.officer_pin == "never" else so_pin
    try:
        with told():
            session = held.session()
            held.raw.login(session, User.SECURITY_OFFICER, officer)
            held.raw.initialise_pin(session, pin)
    finally:
        held.leave()
