"""What a kind of step tells the loader: its settings, and the stages and world facts that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from ceremony_app.core.errors import Unusable
from ceremony_app.core.script import Asset, Input, Key, Quorum, Role, Stage, TokenRole, WrappingKey
from ceremony_app.core.world import Fact

_LONG = 80
_MANY = 30


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What a step may refer to: the definition's tables, and the ids and kinds of the steps before it."""

    where: str
    roles: Mapping[str, Role]
    quorums: Mapping[str, Quorum]
    tokens: Mapping[str, TokenRole]
    assets: Mapping[str, Asset]
    keys: Mapping[str, Key]
    steps: Mapping[str, str]
    wrapping_keys: Mapping[str, WrappingKey] = {}
    inputs: Mapping[str, Input] = {}

    def one_of(self, table: str, name: str, setting: str) -> None:
        """Refuse a name that the table does not have (CER-DANGLING), by the path of the setting."""
        known: Mapping[str, object] = getattr(self, table)
        if name not in known:
            raise dangling(f"{self.where}.{setting}", name, table.replace("_", " "), known)

    def any_key(self, name: str, setting: str) -> Key | WrappingKey:
        """The key of this name, of whatever sort (CER-DANGLING): no two tables share a name."""
        known: dict[str, Key | WrappingKey] = {**self.keys, **self.wrapping_keys}
        if name not in known:
            raise dangling(f"{self.where}.{setting}", name, "keys and wrapping keys", known)
        return known[name]

    def asset(self, name: str, kind: str, setting: str) -> Asset:
        """The asset of this name, which must be of this kind (CER-DANGLING)."""
        self.one_of("assets", name, setting)
        asset = self.assets[name]
        if asset.kind != kind:
            raise Unfit(
                "CER-DANGLING",
                f"The asset {name} is a {asset.kind}, where a {kind} is needed.",
                "Name another asset, or correct its kind.",
                where=f"{self.where}.{setting}",
            )
        return asset

    def input(self, name: str, kinds: tuple[str, ...], setting: str) -> Input:
        """The input of this name, which must be of one of these kinds (CER-DANGLING)."""
        self.one_of("inputs", name, setting)
        found = self.inputs[name]
        if found.kind not in kinds:
            raise Unfit(
                "CER-DANGLING",
                f"The input {name} is of the kind {found.kind}, where {' or '.join(kinds)} is needed.",
                "Name another input, or correct its kind.",
                where=f"{self.where}.{setting}",
            )
        return found


def dangling(where: str, name: str, table: str, known: Mapping[str, object]) -> Unusable:
    """The refusal of a name that means nothing."""
    there = ", ".join(sorted(known)[:_MANY]) or "none"
    there += ", …" if len(known) > _MANY else ""
    return Unfit(
        "CER-DANGLING", f"“{name[:_LONG]}” is not one of the {table} ({there}).", "Correct the name.", where=where
    )


class Unfit(Unusable):
    """A definition that is one, and cannot be held as it stands (exit status 1)."""

    status = 1


class StepHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind may look at beside its own settings: the step's id, and the quorums that sign before and after."""

    id: str
    sign_off: str = ""
    attest: str = ""


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind makes of its settings. The loader adds the stage in which the result is signed."""

    title: str
    stages: tuple[Stage, ...]
    requires: tuple[Fact, ...] = ()
    ensures: tuple[Fact, ...] = ()


class Kind(Protocol):
    """A kind of step, as far as the loader knows it."""

    @property
    def name(self) -> str:
        """The word after `do =`."""
        ...

    @property
    def settings(self) -> type[msgspec.Struct]:
        """The kind's own settings in the file: a strict struct."""
        ...

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """Stages, requirements and changes; raises `Unusable` for a setting that names nothing."""
        ...
