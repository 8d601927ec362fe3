"""SoftHSM's module and its homes, and which tokens count as software."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.device import ModuleFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.open import list_tokens, open_token
from ceremony_app.hsm.quirks import FACTORY_LABEL, profile_of, software_model, tokens_of_keys
from ceremony_app.hsm.softhsm import SoftHsm, environment_of, find_module, prepare
from tests.fakes.token import FakeToken

SO_PIN = Secret.of("security-officer-7341")


def test_a_missing_softhsm_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        find_module([tmp_path, tmp_path / "missing"])
    assert caught.value.rule == "CER-SOFTHSM"
    assert "apt install softhsm2" in caught.value.paragraph()


@pytest.mark.parametrize("place", ["softhsm", "x86_64-linux-gnu/softhsm", "pkcs11", "aarch64-linux-gnu", "."])
def test_the_module_is_found_where_distributions_put_it(tmp_path: Path, place: str) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "libsofthsm2.so").touch()
    assert find_module([tmp_path / "missing", tmp_path]).samefile(folder / "libsofthsm2.so")


def test_a_home_is_private_and_known_to_its_workers_only(softhsm: SoftHsm, tmp_path: Path) -> None:
    home = tmp_path / "softhsm"
    assert stat.S_IMODE(home.stat().st_mode) == stat.S_IMODE((home / "tokens").stat().st_mode) == 0o700
    assert softhsm.environment == environment_of(home) == {"SOFTHSM2_CONF": str(home / "softhsm2.conf")}
    assert os.environ.get("SOFTHSM2_CONF") != softhsm.environment["SOFTHSM2_CONF"]


def test_a_prepared_token_has_a_serial_and_takes_the_ceremonys_officer_pin(softhsm: SoftHsm) -> None:
    token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
    assert token.facts().label == FACTORY_LABEL
    assert len(softhsm.serial) == 16
    assert token.initialise("Root token", SO_PIN).serial == softhsm.serial
    assert token.initialise("Again", SO_PIN).serial == softhsm.serial
    token.close()


def test_a_first_initialisation_that_is_refused_can_be_done_again(softhsm: SoftHsm) -> None:
    token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
    with pytest.raises(Refusal):
        token.initialise("Root token", Secret.of("abc"))  # shorter than the token takes
    assert token.facts().label == FACTORY_LABEL
    assert token.initialise("Root token", SO_PIN).label == "Root token"
    token.close()


def test_an_unused_slot_gets_its_serial_when_it_is_initialised(softhsm: SoftHsm) -> None:
    token = open_token(softhsm.module, "", environment=softhsm.environment)
    assert not token.facts().initialised
    facts = token.initialise("Second", SO_PIN)
    assert facts.serial not in {"", softhsm.serial}
    assert token.facts() == facts
    token.kill()
    token._peer.process._process.wait()
    assert token.facts() == facts  # from a new worker, by the serial that it has now
    token.close()
    serials = {facts.serial for facts in list_tokens(softhsm.module, softhsm.environment)}
    assert serials == {"", softhsm.serial, facts.serial}


def test_nothing_is_overwritten(softhsm: SoftHsm, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        prepare(tmp_path / "softhsm")
    assert caught.value.rule == "CER-EXISTS"
    assert [facts.serial for facts in list_tokens(softhsm.module, softhsm.environment)] == [softhsm.serial, ""]


@pytest.mark.parametrize("name", ["key #3", "a=b", "x" * 240 + "/" + "y" * 240 + "/" + "z" * 240 + "/" + "w" * 240])
def test_a_folder_that_softhsm_would_misread_is_refused(softhsm_module: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal) as caught:
        prepare(tmp_path / name)
    assert caught.value.rule == "CER-SOFTHSM"
    assert not list(tmp_path.iterdir())


def test_a_folder_with_blanks_and_other_letters_works(softhsm_module: Path, tmp_path: Path) -> None:
    softhsm = prepare(tmp_path / "Übung am Freitag" / "3")
    assert [facts.serial for facts in list_tokens(softhsm.module, softhsm.environment)] == [softhsm.serial, ""]


@pytest.mark.parametrize(
    ("manufacturer", "model", "software"),
    [
        ("SoftHSM project", "SoftHSM v2", True),
        ("Mozilla Foundation", "NSS 3", True),
        ("IBM", "Soft", True),
        ("IBM", "SW   TPM", True),
        ("MSFT", "xCG fTPM", True),
        ("PKCS#11 Kit", "p11-kit-trust", True),
        ("Gnome Keyring", "1.0", True),
        ("Any vendor", "HSM Simulator", True),
        ("Pkcs11Interop Project", "Mock Token", True),
        ("IBM", "EP11", False),
        ("Example Devices", "KeyStore 7", False),
        ("Infineon", "SLB9670", False),
        ("Microsoft", "Hardware module", False),
    ],
)
def test_known_software_is_told_from_hardware(manufacturer: str, model: str, *, software: bool) -> None:
    facts = msgspec.structs.replace(FakeToken().facts(), manufacturer=manufacturer, model=model)
    assert software_model(facts) is software


def module(manufacturer: str, description: str) -> ModuleFacts:
    return ModuleFacts(manufacturer=manufacturer, description=description, version="1.0", cryptoki="2.40")


def test_profiles_are_chosen_by_what_the_module_says() -> None:
    assert profile_of(module("SoftHSM", "Implementation of PKCS11")).factory_so_pin
    assert profile_of(module("tpm2-pkcs11.github.io", "TPM2.0 Cryptoki")).omits
    assert profile_of(module("Example Devices", "KeyStore")).name == "standard"


def test_a_module_that_speaks_for_others_is_judged_by_the_token() -> None:
    go_between = module("PKCS#11 Kit", "PKCS#11 Kit Proxy Module")
    behind = msgspec.structs.replace(FakeToken().facts(), manufacturer="SoftHSM project", model="SoftHSM v2")
    assert profile_of(go_between).name == "standard"
    assert profile_of(go_between, behind).name == "SoftHSM 2"
    assert profile_of(module("Example Devices", "KeyStore"), behind).name == "standard"


def test_what_stands_beside_a_token_under_its_serial_is_no_token_of_keys() -> None:
    """NSS shows a token for hashing, tpm2-pkcs11 a slot for the next token."""
    facts = FakeToken().facts()
    used, unused, fixed = (
        msgspec.structs.replace(facts, serial="0", flags=flags)
        for flags in (("TOKEN_INITIALIZED",), (), ("TOKEN_INITIALIZED", "WRITE_PROTECTED"))
    )
    nss, tpm = module("Mozilla Foundation", "NSS Internal Crypto Services"), module("tpm2", "TPM2.0 Cryptoki")
    other = module("Example Devices", "KeyStore")
    assert tokens_of_keys(nss, [(1, fixed), (2, unused)]) == ((2, unused),)
    assert tokens_of_keys(tpm, [(1, used), (2, unused)]) == ((1, used),)
    assert tokens_of_keys(tpm, [(2, unused)]) == ((2, unused),)
    assert tokens_of_keys(other, [(1, fixed), (2, unused), (3, used)]) == ((1, fixed), (2, unused), (3, used))
