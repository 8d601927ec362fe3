"""What the worker can be asked to do: one value a call, after the methods of `TokenPort`."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec, ObjectFacts, Wrapped, WrappingKeySpec
from ceremony_app.core.secret import Secret


class _Call(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="call"):
    """One thing that the worker is asked to do."""


class ListTokens(_Call, frozen=True, kw_only=True, tag="list-tokens"):
    """All tokens behind a module, which is started with these arguments."""

    module: str
    arguments: str = ""


class Attach(_Call, frozen=True, kw_only=True, tag="attach"):
    """Take the one token with this serial (and model, unless empty); an empty serial means the one unused slot."""

    module: str
    serial: str
    model: str = ""
    arguments: str = ""


class Facts(_Call, frozen=True, kw_only=True, tag="facts"):
    """`TokenPort.facts`."""


class Mechanisms(_Call, frozen=True, kw_only=True, tag="mechanisms"):
    """`TokenPort.mechanisms`."""


class TryOut(_Call, frozen=True, kw_only=True, tag="try-out"):
    """`TokenPort.try_out`."""

    algorithm: Algorithm


class TakeInventory(_Call, frozen=True, kw_only=True, tag="inventory"):
    """`TokenPort.inventory`."""


class Initialise(_Call, frozen=True, kw_only=True, tag="initialise"):
    """`TokenPort.initialise`."""

    label: str
    so_pin: Secret


class SetUserPin(_Call, frozen=True, kw_only=True, tag="set-user-pin"):
    """`TokenPort.set_user_pin`."""

    so_pin: Secret
    pin: Secret


class ChangePin(_Call, frozen=True, kw_only=True, tag="change-pin"):
    """`TokenPort.change_pin`."""

    whose: Literal["user", "so"]
    old: Secret
    new: Secret


class Activate(_Call, frozen=True, kw_only=True, tag="activate"):
    """`TokenPort.activate`; no PIN where it is entered at the token itself."""

    pin: Secret | None


class Deactivate(_Call, frozen=True, kw_only=True, tag="deactivate"):
    """`TokenPort.deactivate`."""


class GenerateKeyPair(_Call, frozen=True, kw_only=True, tag="generate-key-pair"):
    """`TokenPort.generate_key_pair`."""

    spec: KeySpec


class Report(_Call, frozen=True, kw_only=True, tag="report"):
    """`TokenPort.report`."""

    key_id: str


class GenerateWrappingKey(_Call, frozen=True, kw_only=True, tag="generate-wrapping-key"):
    """`TokenPort.generate_wrapping_key`."""

    spec: WrappingKeySpec


class Wrap(_Call, frozen=True, kw_only=True, tag="wrap"):
    """`TokenPort.wrap`."""

    wrapping_id: str
    key_id: str


class Unwrap(_Call, frozen=True, kw_only=True, tag="unwrap"):
    """`TokenPort.unwrap`."""

    wrapping_id: str
    wrapped: Wrapped
    spec: KeySpec
    spki: bytes


class Destroy(_Call, frozen=True, kw_only=True, tag="destroy"):
    """`TokenPort.destroy`."""

    thing: ObjectFacts


class Sign(_Call, frozen=True, kw_only=True, tag="sign"):
    """`TokenPort.sign`."""

    key_id: str
    scheme: Scheme
    data: bytes
    pin: Secret | None = None


class Random(_Call, frozen=True, kw_only=True, tag="random"):
    """`TokenPort.random`."""

    count: int


class Attestation(_Call, frozen=True, kw_only=True, tag="attestation"):
    """`TokenPort.attestation`."""

    key_id: str


class AuditLog(_Call, frozen=True, kw_only=True, tag="audit-log"):
    """`TokenPort.audit_log`."""


class ShowCard(_Call, frozen=True, kw_only=True, tag="show-card"):
    """A person's card as it describes itself, with the keys that it shows to nobody in particular."""

    module: str
    serial: str
    model: str = ""
    arguments: str = ""


class SignWithCard(_Call, frozen=True, kw_only=True, tag="sign-with-card"):
    """A login, a signature over `data`, and the end of the login.

    `key` is the SHA-256 (hex) of the public key, or empty for the only signing key on the card; no PIN where it is
    entered at the reader.
    """

    module: str
    serial: str
    model: str = ""
    arguments: str = ""
    key: str
    data: bytes
    pin: Secret | None


Call: TypeAlias = (
    ListTokens
    | Attach
    | Facts
    | Mechanisms
    | TryOut
    | TakeInventory
    | Initialise
    | SetUserPin
    | ChangePin
    | Activate
    | Deactivate
    | GenerateKeyPair
    | Report
    | GenerateWrappingKey
    | Wrap
    | Unwrap
    | Destroy
    | Sign
    | Random
    | Attestation
    | AuditLog
    | ShowCard
    | SignWithCard
)


Changing: TypeAlias = (
    TryOut
    | Initialise
    | SetUserPin
    | ChangePin
    | Activate
    | GenerateKeyPair
    | GenerateWrappingKey
    | Wrap
    | Unwrap
    | Destroy
    | Sign
    | SignWithCard
)
"""The calls whose fate must be known. A trial is one of them: that it leaves nothing is what it has to show."""


def changes_token(call: Call) -> bool:
    """Whether the call may change the token, spend a try of a PIN or use a key: its fate must be known."""
    return isinstance(call, Changing)


def erase_secrets(call: Call) -> None:
    """Overwrite the PINs that came with a call, once it has been performed."""
    for name in call.__struct_fields__:
        value = getattr(call, name)
        if isinstance(value, Secret):
            value.erase()
