"""The order in which a token is initialised and gets its PINs, for each make that wants another one."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.device import ModuleFacts, TokenFacts
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.codes import number_of
from ceremony_app.hsm.cryptoki import Cryptoki, CryptokiError, User
from ceremony_app.hsm.device import Device
from ceremony_app.hsm.pkcs11 import Module
from tests.fakes.token import FakeToken

NEW = Secret.of("officer7")
PIN = Secret.of("custod11")
SOFTHSM = ("SoftHSM", "Implementation of PKCS11")
NSS = ("Mozilla Foundation", "NSS Internal Crypto Services")
TPM = ("tpm2-software.github.io", "TPM2.0 Cryptoki")
OPENCRYPTOKI = ("IBM", "Meta PKCS11 LIBRARY")


class Recording(Cryptoki):
    """One token in slot 0 that takes down what is called; `failing` is the call that fails, with a code."""

    def __init__(self, facts: TokenFacts, failing: dict[str, str]) -> None:
        self.facts, self.failing = facts, failing
        self.calls: list[str] = []

    def _called(self, name: str, *secrets: Secret) -> None:
        self.calls.append(" ".join([name, *(secret.reveal().decode() for secret in secrets)]))
        if name in self.failing:
            raise CryptokiError(number_of(self.failing[name]))

    def slots(self) -> list[int]:
        return [0]

    def token(self, slot: int) -> TokenFacts:
        return self.facts

    def open_session(self, slot: int) -> int:
        return 1

    def close_all_sessions(self, slot: int) -> None:
        pass

    def login(self, session: int, user: User, pin: Secret | None) -> None:
        assert user is User.SECURITY_OFFICER
        assert pin is not None
        self._called("login", pin)

    def set_pin(self, session: int, old: Secret, new: Secret) -> None:
        self._called("set-pin", old, new)

    def initialise_pin(self, session: int, pin: Secret) -> None:
        self._called("initialise-pin", pin)

    def initialise_token(self, slot: int, so_pin: Secret, label: str) -> None:
        self._called("initialise-token", so_pin)
        flags = {*self.facts.flags, "TOKEN_INITIALIZED"}
        self.facts = msgspec.structs.replace(self.facts, label=label, flags=tuple(sorted(flags)))


class Started(Module):
    """A module that says of itself what is given."""

    def __init__(self, make: tuple[str, str], raw: Cryptoki) -> None:
        self.raw, self._make = raw, make

    def facts(self) -> ModuleFacts:
        return ModuleFacts(manufacturer=self._make[0], description=self._make[1], version="1.0", cryptoki="2.40")

    def begin_again(self) -> None:
        pass


def device(
    make: tuple[str, str], *, label: str = "", flags: tuple[str, ...] = (), failing: dict[str, str] | None = None
) -> tuple[Device, list[str]]:
    facts = msgspec.structs.replace(FakeToken().facts(), label=label, flags=flags, pin_min=4, pin_max=8)
    raw = Recording(facts, failing or {})
    return Device(Started(make, raw), facts.serial, facts.model), raw.calls


def refused(made: Device, so_pin: Secret = NEW) -> TokenFault:
    with pytest.raises(TokenFault) as caught:
        made.initialise("Root token", so_pin)
    return caught.value


def test_a_practice_token_gets_the_new_pin_first_and_is_initialised_under_it() -> None:
    made, calls = device(SOFTHSM, label="factory state", flags=("TOKEN_INITIALIZED",))
    made.initialise("Root token", NEW)
    assert calls == ["login practice-only", "set-pin practice-only officer7", "initialise-token officer7"]


def test_a_token_in_use_is_initialised_under_the_pin_that_it_has() -> None:
    made, calls = device(SOFTHSM, label="Root token", flags=("TOKEN_INITIALIZED",))
    made.initialise("Root token", NEW)
    assert calls == ["initialise-token officer7"]


def test_opencryptoki_is_initialised_under_its_factory_pin_which_then_changes() -> None:
    made, calls = device(OPENCRYPTOKI, flags=("SO_PIN_TO_BE_CHANGED",))
    made.initialise("Root token", NEW)
    assert calls == ["initialise-token 87654321", "login 87654321", "set-pin 87654321 officer7"]


def test_a_factory_pin_that_cannot_be_changed_leaves_open_what_is_on_the_token() -> None:
    made, calls = device(OPENCRYPTOKI, flags=("SO_PIN_TO_BE_CHANGED",), failing={"set-pin": "PIN_INVALID"})
    fault = refused(made)
    assert (fault.code, fault.executed) == ("CKR_PIN_INVALID", Executed.UNKNOWN)
    assert len(calls) == 3


def test_a_pin_that_opencryptoki_cannot_take_is_refused_before_anything_is_erased() -> None:
    made, calls = device(OPENCRYPTOKI, flags=("SO_PIN_TO_BE_CHANGED",))
    fault = refused(made, Secret.of("officer-7341"))
    assert (fault.code, fault.executed) == ("CKR_PIN_LEN_RANGE", Executed.NO)
    assert calls == []


@pytest.mark.parametrize("make", [OPENCRYPTOKI, TPM])
def test_what_can_be_initialised_once_only_is_not_asked_a_second_time(make: tuple[str, str]) -> None:
    made, calls = device(make, flags=("TOKEN_INITIALIZED",))
    fault = refused(made)
    assert (fault.code, fault.executed) == ("INITIALISED_ALREADY", Executed.NO)
    assert calls == []


def test_the_officer_of_nss_logs_in_with_an_empty_pin() -> None:
    made, calls = device(NSS)
    made.initialise("Root token", NEW)
    made.set_user_pin(NEW, PIN)
    assert calls == ["initialise-token officer7", "login ", "initialise-pin custod11"]
