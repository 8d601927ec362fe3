"""Which token is taken, and whether it is still the same one after it was initialised."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.device import ModuleFacts, TokenFacts
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.codes import number_of
from ceremony_app.hsm.cryptoki import Cryptoki, CryptokiError
from ceremony_app.hsm.device import Device
from ceremony_app.hsm.pkcs11 import Module
from tests.fakes.token import FakeToken

SO_PIN = Secret.of("security-officer-7341")


def facts_with(serial: str, model: str = "KeyStore 7", *, initialised: bool = True) -> TokenFacts:
    flags = ("TOKEN_INITIALIZED",) if initialised else ()
    return msgspec.structs.replace(FakeToken().facts(), serial=serial, model=model, flags=flags)


class Slots(Cryptoki):
    """Slots whose tokens are given; initialising one puts another in its place."""

    def __init__(self, tokens: dict[int, TokenFacts], after: dict[int, TokenFacts] | None = None) -> None:
        self.tokens, self.after = tokens, after
        self.initialised = 0

    def slots(self) -> list[int]:
        return sorted(self.tokens)

    def token(self, slot: int) -> TokenFacts:
        if slot not in self.tokens:
            raise CryptokiError(number_of("TOKEN_NOT_PRESENT"))
        return self.tokens[slot]

    def close_all_sessions(self, slot: int) -> None:
        pass

    def initialise_token(self, slot: int, so_pin: Secret, label: str) -> None:
        self.initialised += 1
        if self.after is not None:
            self.tokens = self.after


class SlotsModule(Module):
    """A module over given slots; `late` is what it shows only after it was started again."""

    def __init__(self, raw: Slots, late: dict[int, TokenFacts] | None = None) -> None:
        self.raw, self.slots, self.late = raw, raw, late

    def facts(self) -> ModuleFacts:
        return ModuleFacts(manufacturer="Example Devices", description="", version="1.0", cryptoki="2.40")

    def begin_again(self) -> None:
        if self.late is not None:
            self.slots.tokens = self.late


def refused(module: Module, serial: str, model: str = "") -> TokenFault:
    with pytest.raises(TokenFault) as caught:
        Device(module, serial, model)
    return caught.value


def test_the_token_is_taken_by_serial_and_model_in_whatever_slot_it_is() -> None:
    slots = {4: facts_with("A1"), 7: facts_with("A2"), 9: facts_with("A2", "KeyStore 8")}
    module = SlotsModule(Slots(slots))
    assert Device(module, "A1", "").facts().serial == "A1"
    assert Device(module, "A2", "KeyStore 8").facts().model == "KeyStore 8"


def test_no_token_one_too_many_and_a_similar_one_are_refused() -> None:
    module = SlotsModule(Slots({0: facts_with("A1"), 1: facts_with("A2"), 2: facts_with("A2")}))
    for serial, model, code in (
        ("A", "", "TOKEN_NOT_FOUND"),
        ("a1", "", "TOKEN_NOT_FOUND"),
        ("A1", "KeyStore", "TOKEN_NOT_FOUND"),
        ("", "", "TOKEN_NOT_FOUND"),
        ("A2", "", "TOKEN_AMBIGUOUS"),
    ):
        fault = refused(module, serial, model)
        assert (fault.rule, fault.code, fault.executed) == ("CER-TOKEN-SERIAL", code, Executed.NO)


def test_an_unused_slot_is_one_without_serial_that_was_never_initialised() -> None:
    module = SlotsModule(Slots({0: facts_with(""), 1: facts_with("", initialised=False)}))
    assert not Device(module, "", "").facts().initialised
    two = SlotsModule(Slots({0: facts_with("", initialised=False), 1: facts_with("", initialised=False)}))
    assert refused(two, "").code == "TOKEN_AMBIGUOUS"


def test_another_token_in_the_slot_is_noticed() -> None:
    slots = Slots({4: facts_with("A1")})
    device = Device(SlotsModule(slots), "A1", "")
    slots.tokens = {4: facts_with("A2")}
    with pytest.raises(TokenFault) as caught:
        device.facts()
    assert caught.value.code == "TOKEN_NOT_FOUND"
    with pytest.raises(TokenFault):
        device.initialise("Root token", SO_PIN)
    assert slots.initialised == 0


def test_a_token_that_moves_to_another_slot_is_followed() -> None:
    device = Device(SlotsModule(Slots({0: facts_with("A1")}, after={77: facts_with("A1")})), "A1", "")
    device.initialise("Root token", SO_PIN)
    assert device.facts().serial == "A1"


def test_a_token_that_shows_itself_only_after_a_new_start_is_found() -> None:
    slots = Slots({0: facts_with("", initialised=False)}, after={})
    device = Device(SlotsModule(slots, late={5: facts_with("N1")}), "", "")
    assert device.initialise("Root token", SO_PIN).serial == "N1"
    assert slots.initialised == 1


def test_a_serial_that_changed_is_told_and_nothing_is_taken_for_granted() -> None:
    slots = Slots({0: facts_with("A1")}, after={0: facts_with("B9")})
    device = Device(SlotsModule(slots), "A1", "")
    with pytest.raises(TokenFault) as caught:
        device.initialise("Root token", SO_PIN)
    assert (caught.value.code, caught.value.executed) == ("SERIAL_CHANGED", Executed.UNKNOWN)
    assert "B9" in caught.value.why
    assert slots.initialised == 1
