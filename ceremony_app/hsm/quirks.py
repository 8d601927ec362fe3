"""What modules do differently: the profile that the worker follows, and which tokens are software."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ceremony_app.core.device import TokenFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a key template is put to a module, and how it comes into being.

    `forbids` sends every use that a key must not have as an explicit CK_FALSE; some modules refuse that and must get
    the attribute left out. `fixes` sends CKA_MODIFIABLE as CK_FALSE. `factory_so_pin` is for practice tokens that
    have no factory state: while the token bears the label `FACTORY_LABEL`, this is its security officer's PIN.
    """

    name: str
    forbids: bool = True
    fixes: bool = True
    factory_so_pin: str = ""


FACTORY_LABEL: Final = "factory state"
"""The label of a practice token that nobody has initialised yet."""

STANDARD: Final = Profile(name="standard")
SOFTHSM: Final = Profile(name="SoftHSM 2", factory_so_pin="practice-only")
TPM: Final = Profile(name="tpm2-pkcs11", forbids=False, fixes=False)

_PROFILES: Final = (("softhsm", SOFTHSM), ("tpm2", TPM))


def profile_of(module_manufacturer: str, module_description: str) -> Profile:
    """The profile for a module by what it says of itself (C_GetInfo)."""
    name = f"{module_manufacturer} {module_description}".lower()
    return next((profile for mark, profile in _PROFILES if mark in name), STANDARD)


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
