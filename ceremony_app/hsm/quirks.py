"""What modules do differently: the profile that the worker follows, and which tokens are software."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ceremony_app.core.device import ModuleFacts, TokenFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a key template is put to a module, and how it comes into being.

    `omits` are the attributes, by their names without prefix, that are left out of every template: what a key is for
    and what it must not be used for is asked for in words otherwise (CK_TRUE, CK_FALSE), and CKA_MODIFIABLE refused.

    `factory_so_pin` is the security officer's PIN in factory state: of a practice token while it bears the label
    `FACTORY_LABEL`, of others while they say that this PIN is still to be changed (CKF_SO_PIN_TO_BE_CHANGED).
    `officer_pin` says when the ceremony's PIN takes its place: before C_InitToken, which then asks for it; after it; or
    never, where a module keeps no such PIN and the security officer logs in with an empty one.

    `beside` are the flags (CKF_, without prefix) of tokens that the module shows under the same serial and that can
    hold no key; `spare_slot` says that it shows an unused slot under the same serial beside tokens in use.
    `by_pin` says that a token counts as initialised only once it has a user PIN, `once` that one that is initialised
    cannot be initialised again, `session_keys` that it makes keys which end with the session. `remarks` are sentences
    for those who choose a module: what it does not do.

    `attestation_label` is how the labels of the certificates begin in which the device attests its keys, `audit_label`
    the label of the data object that holds the device's log; empty where the module shows no such thing.
    """

    name: str
    omits: frozenset[str] = frozenset()
    factory_so_pin: str = ""
    officer_pin: Literal["before", "after", "never"] = "before"
    beside: frozenset[str] = frozenset()
    spare_slot: bool = False
    by_pin: bool = False
    once: bool = False
    session_keys: bool = True
    remarks: tuple[str, ...] = ()
    attestation_label: str = ""
    audit_label: str = ""


FACTORY_LABEL: Final = "factory state"
"""The label of a practice token that nobody has initialised yet."""

_SAME_SERIAL: Final = "All its tokens have the same serial number, so that two of them cannot be told apart."
_ONCE: Final = "A token can be initialised in factory state only, and not a second time."

STANDARD: Final = Profile(name="standard")
SOFTHSM: Final = Profile(
    name="SoftHSM 2",
    factory_so_pin="practice-only",
    remarks=("It wraps no Ed25519 key, so that none can be carried to another token.",),
)
NSS: Final = Profile(
    name="NSS softokn",
    officer_pin="never",
    beside=frozenset({"WRITE_PROTECTED"}),
    by_pin=True,
    remarks=(
        _SAME_SERIAL,
        "It keeps no PIN of a security officer: whoever can open its files can erase the token.",
        "Initialising erases the private keys alone; the public halves stay.",
        "The label is one of the module's arguments (dbTokenDescription); initialising does not change it.",
        "It does not tell whether and how a key was made on the token.",
    ),
)
TPM: Final = Profile(
    name="tpm2-pkcs11",
    omits=frozenset({"ENCRYPT", "VERIFY"}),  # CK_FALSE for the one is refused; the other makes a key that may decrypt
    spare_slot=True,
    once=True,
    session_keys=False,
    remarks=(
        _SAME_SERIAL,
        f"{_ONCE} tpm2_ptool rmtoken takes it away.",
        "No algorithm can be tried beforehand.",
        "It makes keys on P-521, and then fails to sign with them.",
    ),
)
OPENCRYPTOKI: Final = Profile(
    name="opencryptoki",
    factory_so_pin="87654321",
    officer_pin="after",
    once=True,  # C_InitToken answers CKR_OK a second time, and no security officer can log in ever after (3.8.1)
    remarks=(f"{_ONCE} Its files have to be removed for that.",),
)
YUBICO_PIV: Final = Profile(name="YubiKey PIV", attestation_label="X.509 Certificate for PIV Attestation")

_PROFILES: Final = (
    ("softhsm", SOFTHSM),
    ("nss internal crypto", NSS),
    ("tpm2", TPM),
    ("meta pkcs11 library", OPENCRYPTOKI),
    ("piv library", YUBICO_PIV),
)


_GO_BETWEEN: Final = "pkcs#11 kit"


def profile_of(module: ModuleFacts, token: TokenFacts | None = None) -> Profile:
    """The profile for a module by what it says of itself (C_GetInfo).

    p11-kit speaks for other modules, and only the `token` behind it tells for which.
    """
    name = f"{module.manufacturer} {module.description}".lower()
    if _GO_BETWEEN in name and token is not None:
        name = f"{token.manufacturer} {token.model}".lower()
    return next((profile for mark, profile in _PROFILES if mark in name), STANDARD)


def tokens_of_keys(module: ModuleFacts, tokens: Iterable[tuple[int, TokenFacts]]) -> tuple[tuple[int, TokenFacts], ...]:
    """The slots and tokens of a module without those that stand beside a token under its serial."""
    seen = [(slot, facts, profile_of(module, facts)) for slot, facts in tokens]
    in_use = {facts.serial for _, facts, _ in seen if facts.initialised}
    return tuple(
        (slot, facts)
        for slot, facts, profile in seen
        if not profile.beside & set(facts.flags)
        and not (profile.spare_slot and facts.serial in in_use and not facts.initialised)
    )


# Manufacturer and model as the tokens themselves report them, in small letters; empty stands for any.
_SOFTWARE: Final = (
    ("softhsm", ""),
    ("mozilla", ""),  # NSS softokn
    ("ibm", "soft"),  # opencryptoki's soft token
    ("ibm", "sw tpm"),  # swtpm through tpm2-pkcs11
    ("msft", "xcg ftpm"),  # the TPM reference simulator
    ("pkcs#11 kit", ""),  # p11-kit's trust token
    ("gnome", ""),  # gnome-keyring
    ("kryoptic", ""),
    ("pkcs11interop", ""),  # pkcs11-mock
    ("test manufacturer", ""),  # p11-kit's mock
)
_SPEAKING: Final = re.compile(
    r"\b(soft|software|softtoken|softhsm|simulator|simulated|emulator|emulated|mock|kryoptic)\b"
)


def software_model(facts: TokenFacts) -> bool:
    """Whether the token is known to be software, by what it says of itself.

    A token can lie; the module's digest in the binding is what excludes that. Unknown tokens count as hardware.
    """
    manufacturer, model = (" ".join(text.lower().split()) for text in (facts.manufacturer, facts.model))
    if any(maker in manufacturer and kind in model for maker, kind in _SOFTWARE):
        return True
    return _SPEAKING.search(f"{manufacturer} {model}") is not None
