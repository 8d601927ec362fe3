"""The definition file as it is written, before its names and steps are checked against each other."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ceremony_app.core.names import NAME
from ceremony_app.core.script import Asset, Input, Key, Quorum, Role, TokenRole, WrappingKey

Name = Annotated[str, msgspec.Meta(pattern=NAME)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Claim = Annotated[str, msgspec.Meta(pattern=rf"{NAME[:-1]}/{NAME[1:]}")]
Digest = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Z]{2})?$")]


class RawStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every step may say, whatever its kind. `sign_off` and `attest` name quorums."""

    id: Name
    do: Name
    title: Title | None = None
    say: tuple[Text, ...] | Text = ()
    perform: tuple[Text, ...] | Text = ()
    who: str = ""
    why: Text | None = None
    minutes: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0
    sign_off: str = ""
    attest: str = ""
    statement: Text | None = None
    meets: tuple[Claim, ...] = ()
    on_failure: tuple[Text, ...] | Text = ()


class RawAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act: its title and its steps, each still a table."""

    title: Title
    steps: Annotated[tuple[dict[str, object], ...], msgspec.Meta(min_length=1)]


class RawDefinition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file, format 1."""

    format: Literal[1]
    id: Name
    title: Title
    policy: Name
    acts: Annotated[tuple[RawAct, ...], msgspec.Meta(min_length=1)]
    roles: dict[Name, Role]
    quorums: dict[Name, Quorum] = {}
    tokens: dict[Name, TokenRole] = {}
    assets: dict[Name, Asset] = {}
    keys: dict[Name, Key] = {}
    wrapping_keys: dict[Name, WrappingKey] = msgspec.field(name="wrapping-keys", default_factory=dict)
    inputs: dict[Name, Input] = {}
    policy_sha256: Digest = msgspec.field(name="policy-sha256", default="")
    requirements: tuple[Name, ...] = ()
    language: Language = "en-GB"
    version: str = ""
    purpose: str = ""
    deviations: str = ""
    after: tuple[Text, ...] = ()
