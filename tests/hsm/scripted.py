"""A module in Python for what no module at hand does: it makes and signs truly, and errs where a test says so."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.device import ModuleFacts, TokenFacts
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.attributes import CLASS, EC, EC_PARAMS, EC_POINT, ID, KEY_TYPE, LABEL, PRIVATE_KEY, PUBLIC_KEY
from ceremony_app.hsm.codes import number_of
from ceremony_app.hsm.cryptoki import OK, Cryptoki, CryptokiError, User
from ceremony_app.hsm.device import Device
from ceremony_app.hsm.functions import Function
from ceremony_app.hsm.pkcs11 import Module
from ceremony_app.hsm.structures import UNAVAILABLE, AttributeReader, MechanismInfo
from ceremony_app.hsm.templates import number_octets
from tests.fakes.token import FakeToken
from tests.hsm.common import PIN

P256 = bytes.fromhex("06082a8648ce3d030107")
LACKING = number_of("ATTRIBUTE_TYPE_INVALID")
ALWAYS_AUTHENTICATE = 0x202
Object = dict[int, bytes]


def failing(name: str) -> Callable[[], None]:
    """What makes a call fail with this code."""

    def fail() -> None:
        raise CryptokiError(number_of(name))

    return fail


@dataclass
class Scripted(Cryptoki):
    """One token in slot 4, whose keys are all P-256. `errs` is done instead of a function, or before it is answered.

    `alters` changes the halves of a pair before they are kept: an id of the token's own, a label that is cut.
    """

    objects: dict[int, Object] = field(default_factory=dict)
    flags: set[str] = field(default_factory=lambda: {"TOKEN_INITIALIZED", "USER_PIN_INITIALIZED"})
    offered: frozenset[int] = frozenset({0x1040, 0x1041, 0x1080, 0x210A})
    errs: dict[Function, Callable[[], None]] = field(default_factory=dict)
    alters: Callable[[Object], None] | None = None
    keys: dict[int, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    made: list[Function] = field(default_factory=list)
    logins: list[tuple[User, bytes | None]] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    wrong_signatures: bool = False
    forgets_to_destroy: bool = False
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _comes_to(self, function: Function) -> None:
        self.made.append(function)
        if function in self.errs:
            self.errs[function]()

    def slots(self) -> list[int]:
        return [4]

    def token(self, slot: int) -> TokenFacts:
        return msgspec.structs.replace(FakeToken().facts(), serial="A1", flags=tuple(sorted(self.flags)))

    def mechanisms(self, slot: int) -> frozenset[int]:
        return self.offered

    def mechanism(self, slot: int, number: int) -> MechanismInfo:
        self._comes_to(Function.GET_MECHANISM_INFO)
        return MechanismInfo(128, 256, 0x1 | 0x800)

    def open_session(self, slot: int) -> int:
        self._comes_to(Function.OPEN_SESSION)
        self.sessions.add(new := 1 + max(self.sessions, default=0))
        return new

    def close_session(self, session: int) -> None:
        self.sessions.remove(session)

    def close_all_sessions(self, slot: int) -> None:
        self.sessions.clear()

    def login(self, session: int, user: User, pin: Secret | None) -> None:
        self.logins.append((user, None if pin is None else pin.reveal()))
        self._comes_to(Function.LOGIN)

    def find(self, session: int, template: Mapping[int, bytes]) -> list[int]:
        self._comes_to(Function.FIND_OBJECTS)
        return [handle for handle, thing in self.objects.items() if template.items() <= thing.items()]

    def read(self, session: int, handle: int, reader: AttributeReader) -> int:
        try:
            self._comes_to(Function.GET_ATTRIBUTE_VALUE)
        except CryptokiError as error:
            return error.number
        reader.reset()
        code = OK
        for attribute in reader.template:
            value = self.objects[handle].get(attribute.type)
            if value is None:
                attribute.length, code = UNAVAILABLE, LACKING
            else:
                ctypes.memmove(attribute.value, value, len(value))
                attribute.length = len(value)
        return code

    def read_long(self, session: int, handle: int, kind: int) -> bytes:
        self._comes_to(Function.GET_ATTRIBUTE_VALUE)
        if kind not in self.objects[handle]:
            raise CryptokiError(LACKING)
        return self.objects[handle][kind]

    def put(self, thing: Object, key: ec.EllipticCurvePrivateKey | None = None) -> int:
        """An object on the token; answers its handle."""
        if self.alters is not None:
            self.alters(thing)
        handle = 1 + max(self.objects, default=0)
        self.objects[handle] = thing
        if key is not None:
            self.keys[handle] = key
        return handle

    def call(self, function: Function, *arguments: Any) -> None:  # noqa: ANN401 - whatever ctypes would pass
        self._comes_to(function)
        match function:
            case Function.GENERATE_KEY_PAIR:
                _, _, public, _, private, _, first, second = arguments
                point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
                kind = {KEY_TYPE: number_octets(EC)}
                first._obj.value = self.put(_given(public) | kind | {EC_POINT: b"\x04\x41" + point})
                second._obj.value = self.put(_given(private) | kind | {EC_PARAMS: P256}, self.key)
            case Function.UNWRAP_KEY:
                *_, given, _, handle = arguments
                handle._obj.value = self.put(_given(given) | {EC_PARAMS: P256}, self.key)
            case Function.CREATE_OBJECT:
                _, given, _, handle = arguments
                handle._obj.value = self.put(_given(given))
            case Function.WRAP_KEY:
                self._answer(b"wrapped", *arguments[-2:])
            case Function.DESTROY_OBJECT if not self.forgets_to_destroy:
                del self.objects[arguments[1]]
            case Function.SIGN:
                digest = bytes(31) + b"!" if self.wrong_signatures else arguments[1]
                signature = self.key.sign(digest, ec.ECDSA(Prehashed(SHA256())))
                halves = (number.to_bytes(32, "big") for number in decode_dss_signature(signature))
                self._answer(b"".join(halves), *arguments[-2:])
            case _:
                pass

    @staticmethod
    def _answer(octets: bytes, room: Any, length: Any) -> None:  # noqa: ANN401 - as above
        ctypes.memmove(room, octets, len(octets))
        length._obj.value = len(octets)


def _given(template: Iterable[Any]) -> Object:
    return {attribute.type: ctypes.string_at(attribute.value, attribute.length) for attribute in template}


class ScriptedModule(Module):
    """The module around the token."""

    def __init__(self, raw: Scripted, description: str = "") -> None:
        self.raw, self.description = raw, description

    def facts(self) -> ModuleFacts:
        return ModuleFacts(manufacturer="Example Devices", description=self.description, version="1.0", cryptoki="2.40")

    def begin_again(self) -> None:
        pass


def device(raw: Scripted, *, login: bool = True, description: str = "") -> Device:
    """The token, with its user logged in."""
    made = Device(ScriptedModule(raw, description), "A1", "")
    if login:
        made.activate(PIN)
    return made


def private_key(label: bytes = b"root", key_id: bytes = b"\x01", **flags: bool) -> Object:
    """A private key as it lies on the token."""
    always = {ALWAYS_AUTHENTICATE: bytes([flags.get("always", False)])}
    kind = {CLASS: number_octets(PRIVATE_KEY), KEY_TYPE: number_octets(EC), EC_PARAMS: P256}
    return kind | {LABEL: label, ID: key_id} | always


def public_key(key: ec.EllipticCurvePrivateKey, label: bytes = b"root", key_id: bytes = b"\x01") -> Object:
    """A public key as it lies on the token."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    kind = {CLASS: number_octets(PUBLIC_KEY), KEY_TYPE: number_octets(EC), EC_PARAMS: P256}
    return kind | {LABEL: label, ID: key_id, EC_POINT: b"\x04\x41" + point}
