"""python-pkcs11 behind our own types: a loaded module, a session, the generation of a pair, a raw signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol, cast

import pkcs11
from pkcs11.exceptions import PKCS11Error
from pkcs11.util.ec import encode_named_curve_parameters

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec, TokenFacts
from ceremony_app.core.errors import Executed
from ceremony_app.hsm import refusals
from ceremony_app.hsm.codes import fault, number_of, number_of_class
from ceremony_app.hsm.cryptoki import Cryptoki, CryptokiError
from ceremony_app.hsm.quirks import Profile
from ceremony_app.hsm.wire import ModuleFacts

_CURVES: Final = {Algorithm.P256: "secp256r1", Algorithm.P384: "secp384r1"}

# mypy cannot follow python-pkcs11: its classes get their methods while the program runs. What is used of them:


class _Object(Protocol):
    @property
    def handle(self) -> int: ...


class PrivateKey(_Object, Protocol):
    """A private key on the token that may sign."""

    def sign(self, data: bytes, *, mechanism: pkcs11.Mechanism) -> bytes:
        """C_SignInit and C_Sign."""
        ...


class _Domain(Protocol):
    def generate_keypair(self, **options: object) -> tuple[_Object, _Object]: ...


class _Session(Protocol):
    @property
    def handle(self) -> int: ...

    def get_objects(self, attrs: dict[pkcs11.Attribute, object]) -> Iterator[PrivateKey]: ...

    def generate_random(self, nbits: int) -> bytes: ...

    def create_domain_parameters(
        self, key_type: pkcs11.KeyType, attrs: dict[pkcs11.Attribute, object], *, local: bool
    ) -> _Domain: ...

    def generate_keypair(
        self, key_type: pkcs11.KeyType, key_length: int, **options: object
    ) -> tuple[_Object, _Object]: ...


def _return_code(error: PKCS11Error) -> int:
    """The return code behind an exception of python-pkcs11, which names it by class or, where it has none, in text."""
    number = number_of_class(type(error).__name__)
    if number is not None:
        return number
    unmapped = re.search(r"0x([0-9a-fA-F]+)", str(error))
    return int(unmapped[1], 16) if unmapped else number_of("GENERAL_ERROR")


@contextmanager
def told(executed: Executed | None = None) -> Iterator[None]:
    """Failures of the module as `TokenFault`; `executed` overrules what the code alone says about certainty."""
    try:
        yield
    except (CryptokiError, PKCS11Error) as error:
        told_fault = fault(error.number if isinstance(error, CryptokiError) else _return_code(error))
        told_fault.executed = executed or told_fault.executed
        raise told_fault from None


class Session:
    """An open read-write session. Its methods raise what python-pkcs11 raises; `told` makes faults of it."""

    def __init__(self, session: _Session) -> None:
        self._session = session
        self.handle = session.handle

    def generate(self, spec: KeySpec, profile: Profile) -> tuple[int, int]:
        """C_GenerateKeyPair: answers the handles of the public and the private half."""
        options = _templates(spec, profile)
        if spec.algorithm.is_rsa:  # the public exponent is 65537: python-pkcs11 puts it into the template
            pair = self._session.generate_keypair(pkcs11.KeyType.RSA, spec.algorithm.bits, **options)
        else:
            curve: dict[pkcs11.Attribute, object] = {
                pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVES[spec.algorithm])
            }
            domain = self._session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
            pair = domain.generate_keypair(**options)
        return pair[0].handle, pair[1].handle

    def private_keys(self, key_id: bytes) -> tuple[PrivateKey, ...]:
        """The private keys with this CKA_ID."""
        wanted: dict[pkcs11.Attribute, object] = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.ID: key_id,
        }
        return tuple(self._session.get_objects(wanted))

    def sign(self, key: PrivateKey, mechanism: int, octets: bytes) -> bytes:
        """C_SignInit and C_Sign; `mechanism` is a CKM_ number."""
        return key.sign(octets, mechanism=pkcs11.Mechanism(mechanism))

    def random(self, count: int) -> bytes:
        """C_GenerateRandom; at least one octet."""
        return self._session.generate_random(8 * count)


def _templates(spec: KeySpec, profile: Profile) -> dict[str, object]:
    """A signing pair that stays on the token: the private half sensitive, never extractable, good for nothing else."""
    attribute = pkcs11.Attribute
    no: object = False if profile.forbids else pkcs11.DEFAULT
    fixed: object = False if profile.fixes else pkcs11.DEFAULT
    public: dict[pkcs11.Attribute, object] = {
        attribute.PRIVATE: False,
        attribute.VERIFY: True,
        attribute.ENCRYPT: no,
        attribute.WRAP: no,
        attribute.VERIFY_RECOVER: no,
        attribute.MODIFIABLE: fixed,
    }
    private: dict[pkcs11.Attribute, object] = {
        attribute.PRIVATE: True,
        attribute.SENSITIVE: True,
        attribute.EXTRACTABLE: False,
        attribute.SIGN: True,
        attribute.DECRYPT: no,
        attribute.UNWRAP: no,
        attribute.DERIVE: no,
        attribute.SIGN_RECOVER: no,
        attribute.MODIFIABLE: fixed,
    }
    return {
        "id": bytes.fromhex(spec.id),
        "label": spec.label,
        "store": True,
        "capabilities": pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY,
        "public_template": public,
        "private_template": private,
    }


class Module:
    """A PKCS#11 module, loaded and initialised (C_Initialize without threads: only one thread ever calls it)."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise refusals.module_unusable(f"There is no file {path}.")
        try:
            self._library = pkcs11.lib(str(path))
        except PKCS11Error as error:
            if "loading" in str(error):  # every return code comes without a text
                raise refusals.module_unusable(f"{path} cannot be loaded as a PKCS#11 module.") from None
            raise fault(_return_code(error), changes=False) from None
        self.raw = Cryptoki(path)

    def facts(self) -> ModuleFacts:
        """What the module says of itself."""
        library = self._library
        return ModuleFacts(
            manufacturer=library.manufacturer_id,
            description=library.library_description,
            version=".".join(map(str, library.library_version)),
            cryptoki=".".join(map(str, library.cryptoki_version)),
        )

    def tokens(self) -> tuple[tuple[int, TokenFacts], ...]:
        """The slots with a token that answers, and the tokens."""
        found: list[tuple[int, TokenFacts]] = []
        with told(Executed.NO):
            for slot in self.raw.slots():
                with suppress(CryptokiError):
                    found.append((slot, self.raw.token(slot)))
        return tuple(found)

    def begin_again(self) -> None:
        """C_Finalize and C_Initialize: some modules see a new token only then. Ends all sessions."""
        self._library.reinitialize()

    def open(self, slot: int) -> Session:
        """A session without a login; raises CKR_TOKEN_NOT_PRESENT where the slot is gone."""
        for candidate in self._library.get_slots():
            if candidate.slot_id == slot:
                return Session(cast("_Session", candidate.get_token().open(rw=True)))
        raise CryptokiError(number_of("TOKEN_NOT_PRESENT"))
