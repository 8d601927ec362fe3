"""What parent and worker say to each other: requests, answers, and the frames that carry them over a pipe.

A frame is four octets, the length of the rest in network order, and one MessagePack value. A frame with nothing in it
is a beat: the worker's sign of life while a call is under way, and never an answer.
"""

from __future__ import annotations

import struct
from typing import Any, Final, TypeVar

import msgspec

from ceremony_app.core.device import ModuleFacts, TokenFacts
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.calls import Call

HEADER: Final = struct.Struct(">I")
LARGEST: Final = 64 * 1024 * 1024
"""No frame is larger than this (octets); a longer one is noise and ends the worker."""

_ROOM: Final = 4096
"""Octets for a message that carries a secret, which is never longer."""

BEAT: Final = HEADER.pack(0)
"""The frame of a beat."""

T = TypeVar("T")


class Hardening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the worker could do to keep its memory to itself; each is what held, not what was tried.

    It is the worker's first word, before any module is loaded, as the answer with the number 0.
    """

    undumpable: bool
    no_core_file: bool
    memory_locked: bool


class Attached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to `Attach`."""

    token: TokenFacts
    module: ModuleFacts


class CardKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key on a card that a person may sign with: its public half (DER SubjectPublicKeyInfo), CKA_ID, and label."""

    spki: bytes
    id: str
    label: str


class CardSeen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to `ShowCard`: the card, and the keys that it shows without a login."""

    token: TokenFacts
    keys: tuple[CardKey, ...]


class CardSigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to `SignWithCard`: the signature, and the public half of the key that made it, as the card has it."""

    signature: bytes
    spki: bytes


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call and the number that its answer must carry."""

    id: int
    call: Call


class Failure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `TokenFault` on its way to the parent."""

    rule: str
    code: str
    number: int
    why: str
    what_to_do: str
    executed: Executed

    @classmethod
    def of(cls, fault: TokenFault) -> Failure:
        """The fault as a value."""
        return cls(
            rule=fault.rule,
            code=fault.code,
            number=fault.number,
            why=fault.why,
            what_to_do=fault.what_to_do,
            executed=fault.executed,
        )

    def fault(self) -> TokenFault:
        """The value as a fault again."""
        return TokenFault(self.code, self.number, self.why, self.what_to_do, executed=self.executed, rule=self.rule)


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of the call with this number, or why there is none."""

    id: int
    value: msgspec.Raw = msgspec.Raw(b"\xc0")
    failure: Failure | None = None


def _lend(thing: object) -> bytearray:
    if isinstance(thing, Secret):
        return thing.lend()
    raise NotImplementedError


def _conceal(wanted: type, thing: Any) -> Secret:  # noqa: ANN401 - msgspec hands over what it decoded
    if wanted is Secret and isinstance(thing, bytes):
        return Secret(thing)
    raise NotImplementedError


_encoder: Final = msgspec.msgpack.Encoder(enc_hook=_lend)
_requests: Final = msgspec.msgpack.Decoder(Request, dec_hook=_conceal)
_answers: Final = msgspec.msgpack.Decoder(Answer)


def frame(message: Request | Answer) -> bytearray:
    """The message as a frame, in a buffer that can be wiped."""
    buffer = bytearray(_ROOM)  # one that must grow would leave what it held behind
    _encoder.encode_into(message, buffer, HEADER.size)
    HEADER.pack_into(buffer, 0, len(buffer) - HEADER.size)
    return buffer


def answer(number: int, value: object) -> Answer:
    """The answer that carries this result."""
    return Answer(id=number, value=msgspec.Raw(_encoder.encode(value)))


def read_request(payload: bytearray) -> Request:
    """The request in a frame; raises msgspec.MsgspecError when it is none."""
    return _requests.decode(payload)


def read_answer(payload: bytearray) -> Answer:
    """The answer in a frame; raises msgspec.MsgspecError when it is none."""
    return _answers.decode(payload)


def read_value(raw: msgspec.Raw, wanted: type[T]) -> T:
    """The result of a call, of the type that the call promises; raises msgspec.MsgspecError when it is another."""
    return msgspec.msgpack.decode(raw, type=wanted)


def wipe(buffer: bytearray) -> None:
    """Overwrite a buffer that carried a secret."""
    buffer[:] = bytes(len(buffer))
