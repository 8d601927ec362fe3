"""Reads the objects of a token into values: in batches, object by object, with each object's fault kept beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ceremony_app.core.device import ObjectFacts, ObjectKind
from ceremony_app.hsm.attributes import (
    CLASS,
    EC_PARAMS,
    EC_POINT,
    FLAGS,
    GENERATION_MECHANISMS,
    ID,
    IDENTITY,
    KEY_GEN_MECHANISM,
    KEY_TYPE,
    KINDS,
    LABEL,
    MODULUS,
    NUMBERS,
    PUBLIC_EXPONENT,
    Shape,
)
from ceremony_app.hsm.codes import code_of, number_of
from ceremony_app.hsm.cryptoki import OK, Cryptoki, CryptokiError
from ceremony_app.hsm.key_values import algorithm_of, number_in, spki_of
from ceremony_app.hsm.structures import UNAVAILABLE, AttributeReader, text_of

_LACKING: Final = frozenset(number_of(name) for name in ("ATTRIBUTE_TYPE_INVALID", "ATTRIBUTE_SENSITIVE"))
"""Codes that say of one attribute that this object does not have or show it: nothing is wrong with the object."""

_LOST: Final = frozenset(
    number_of(name)
    for name in ("DEVICE_REMOVED", "TOKEN_NOT_PRESENT", "SESSION_CLOSED", "SESSION_HANDLE_INVALID", "DEVICE_ERROR")
)
"""Codes that tell of the token and not of the object: the enumeration as a whole has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObject:
    """An object as read: its facts, its public key as DER SubjectPublicKeyInfo where it has one, how it was made."""

    facts: ObjectFacts
    spki: bytes = b""
    mechanism: str = ""


def _mechanism(number: int | None) -> str:
    if number is None or number == UNAVAILABLE:
        return ""
    return GENERATION_MECHANISMS.get(number, f"0x{number:08x}")


class ObjectReader:
    """Reads the objects of a token in a session.

    What kind of thing an object is has to be known before its attributes can be asked for. It is remembered by handle
    so that one call is enough the next time; that call tells the kind again, so a handle that changed hands is noticed.
    The token is asked for everything each time; only what the same octets mean is not worked out anew.
    """

    def __init__(self, module: Cryptoki) -> None:
        self._module = module
        self._kind_reader = AttributeReader({CLASS: 8, KEY_TYPE: 8})
        self._readers: dict[Shape, AttributeReader] = {}
        self._shapes: dict[int, Shape] = {}
        self._spkis: dict[tuple[int | None, tuple[bytes, ...]], bytes] = {}
        self._understood: dict[int, tuple[bytes, ReadObject]] = {}

    def all(self, session: int) -> tuple[ObjectFacts, ...]:
        """Every object that the session sees, in a stable order; raises `CryptokiError` when the token failed."""
        return tuple(sorted((facts for _, facts in self.each(session)), key=_order))

    def each(self, session: int) -> list[tuple[int, ObjectFacts]]:
        """Every object with its handle, as the token gives them; raises `CryptokiError` when the token failed."""
        handles = self._module.find(session, {})
        self._shapes = {handle: self._shapes[handle] for handle in handles if handle in self._shapes}
        self._understood = {handle: self._understood[handle] for handle in handles if handle in self._understood}
        return [(handle, self.read(session, handle).facts) for handle in handles]

    def read(self, session: int, handle: int, expected: Shape | None = None) -> ReadObject:
        """One object. Faults of the object are told with it; raises `CryptokiError` when the token itself failed.

        `expected` is what a new object should be, so that it too can be read in one call.
        """
        shape = self._shapes.setdefault(handle, expected) if expected else self._shapes.get(handle)
        octets, values, fault = b"", dict[int, bytes](), ""
        if shape is not None:
            reader = self._reader_of(shape)
            code, octets = self._ask(session, handle, reader)
            known = self._understood.get(handle)
            if known is not None and octets and known[0] == octets:
                return known[1]
            values, fault = self._values(code, session, handle, reader)
        if shape is None or _shape(values) != shape:
            reader = self._kind_reader
            code, _ = self._ask(session, handle, reader)
            first, fault = self._values(code, session, handle, reader)
            shape = _shape(first)
            if CLASS in first:  # one that does not tell its kind is asked anew each time, and reads the same each time
                self._shapes[handle] = shape
            else:
                self._shapes.pop(handle, None)
            reader = self._reader_of(shape)
            code, octets = self._ask(session, handle, reader)
            values, later_fault = self._values(code, session, handle, reader)
            fault = fault or later_fault or ("" if CLASS in first else "CKR_ATTRIBUTE_TYPE_INVALID")
        kind, key_type = shape
        spki = self._spki(key_type, values) if kind is ObjectKind.PUBLIC else b""
        facts = ObjectFacts(
            kind=kind,
            label=text_of(values.get(LABEL, b"")),
            id=values.get(ID, b"").hex(),
            algorithm=algorithm_of(key_type, values),
            attributes={name: values[flag] != b"\0" for flag, name in FLAGS[kind].items() if values.get(flag)},
            public_sha256=hashlib.sha256(spki).hexdigest() if spki else "",
            fault=fault,
        )
        found = ReadObject(facts=facts, spki=spki, mechanism=_mechanism(number_in(values.get(KEY_GEN_MECHANISM))))
        if octets and not fault:
            self._understood[handle] = octets, found
        return found

    def _reader_of(self, shape: Shape) -> AttributeReader:
        """The reader for the attributes that such an object has, so that a conforming token gives all in one call."""
        if shape not in self._readers:
            flags = dict.fromkeys(FLAGS[shape[0]], 1)
            self._readers[shape] = AttributeReader(IDENTITY | flags | NUMBERS.get(shape, {}))
        return self._readers[shape]

    def _spki(self, key_type: int | None, values: Mapping[int, bytes]) -> bytes:
        """As `spki_of`, which takes its time, once for each key."""
        key = key_type, tuple(values.get(kind, b"") for kind in (EC_PARAMS, EC_POINT, MODULUS, PUBLIC_EXPONENT))
        if key not in self._spkis:
            self._spkis[key] = spki_of(key_type, values)
        return self._spkis[key]

    def _ask(self, session: int, handle: int, reader: AttributeReader) -> tuple[int, bytes]:
        """The return code of reading a batch, and all octets of one that is whole.

        Raises `CryptokiError` when the token itself failed.
        """
        code = self._module.read(session, handle, reader)
        if code in _LOST:
            raise CryptokiError(code)
        return code, reader.octets() if code == OK else b""

    def _values(self, code: int, session: int, handle: int, reader: AttributeReader) -> tuple[dict[int, bytes], str]:
        """The attributes, and the code that kept one back; what a batch did not give is asked for one by one."""
        if code == OK:
            return reader.values(), ""
        values, fault = reader.values() if code in _LACKING else {}, ""
        for kind in reader.types:
            if kind in values:
                continue
            try:
                values[kind] = self._module.read_long(session, handle, kind)
            except CryptokiError as error:
                if error.number in _LOST:
                    raise
                if error.number not in _LACKING:
                    fault = code_of(error.number).name
        return values, fault


def _shape(values: Mapping[int, bytes]) -> Shape:
    """What kind of object it is and, of a key, what kind of key."""
    object_class = number_in(values.get(CLASS))
    kind = ObjectKind.OTHER if object_class is None else KINDS.get(object_class, ObjectKind.OTHER)
    return kind, number_in(values.get(KEY_TYPE))


def _order(thing: ObjectFacts) -> tuple[object, ...]:
    return (
        thing.kind,
        thing.label,
        thing.id,
        thing.algorithm,
        thing.public_sha256,
        thing.fault,
        tuple(thing.attributes.items()),
    )
