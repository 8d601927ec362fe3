"""The tables of a definition: roles, quorums and keys that refer to what is there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ceremony_app.core.kinds import Unfit, dangling
from ceremony_app.core.script import Asset, Input, Key, Quorum, Role, TokenRole, WrappingKey
from ceremony_app.definition.raw import RawDefinition

TABLES: Final[Mapping[str, type]] = MappingProxyType(
    {
        "roles": Role,
        "quorums": Quorum,
        "tokens": TokenRole,
        "assets": Asset,
        "keys": Key,
        "wrapping-keys": WrappingKey,
        "inputs": Input,
    }
)
"""The tables by name, and what their members are."""

_MOST_PEOPLE: Final = 99


def check_tables(raw: RawDefinition) -> None:
    """Roles, quorums and keys refer to what is there."""
    if not raw.roles:
        raise Unfit("CER-ROLES", "A ceremony needs people: no role is defined.", "Define roles.", where="roles")
    for name, role in raw.roles.items():
        if not 0 <= role.count <= _MOST_PEOPLE:
            raise Unfit(
                "CER-ROLES",
                f"A role is held by 0 to {_MOST_PEOPLE} people.",
                "Correct it.",
                where=f"roles.{name}.count",
            )
        for other in role.separate:
            if other not in raw.roles:
                raise dangling(f"roles.{name}.separate", other, "roles", raw.roles)
    for name, quorum in raw.quorums.items():
        if not quorum.all:
            raise Unfit("CER-QUORUM", "A quorum needs somebody.", "Name roles.", where=f"quorums.{name}.all")
        for role_name, count in quorum.all.items():
            where = f"quorums.{name}.all.{role_name}"
            if role_name not in raw.roles:
                raise dangling(where, role_name, "roles", raw.roles)
            if not 1 <= count <= raw.roles[role_name].count:
                raise Unfit(
                    "CER-QUORUM",
                    f"The quorum asks {count} of the role {role_name}, which {raw.roles[role_name].count} people hold.",
                    "Ask at least one and no more than there are.",
                    where=where,
                )
    _check_keys(raw)
    _check_tokens(raw)
    titles = [act.title for act in raw.acts]
    for i, title in enumerate(titles):
        if title in titles[:i]:
            raise Unfit("CER-ACT", "Two acts have the same title.", "Rename one.", where=f"acts[{i}].title")


def deviations(raw: RawDefinition) -> str:
    """The quorum that signs deviations: the one that is named, or else the first of the file."""
    name = raw.deviations or next(iter(raw.quorums), "")
    if name not in raw.quorums:
        raise dangling("deviations", name, "quorums", raw.quorums)
    return name


def _check_keys(raw: RawDefinition) -> None:
    """Every key has its token; no two keys of whatever sort share a name."""
    for name, token in _tokens_of_keys(raw):
        if token not in raw.tokens:
            raise dangling(f"{name}.token", token, "tokens", raw.tokens)
    for name in raw.wrapping_keys:
        if name in raw.keys:
            raise Unfit(
                "CER-KEY-NAME",
                f"A key and a wrapping key are both called {name}.",
                "Rename one: steps name a key without saying of which sort it is.",
                where=f"wrapping-keys.{name}",
            )


def _check_tokens(raw: RawDefinition) -> None:
    """A token that continues an earlier ceremony names that ceremony among the inputs."""
    for name, token in raw.tokens.items():
        _check_custody(raw, name, token)
        if not token.continues:
            continue
        where = f"tokens.{name}.continues"
        if token.continues not in raw.inputs:
            raise dangling(where, token.continues, "inputs", raw.inputs)
        if raw.inputs[token.continues].kind != "ceremony":
            raise Unfit(
                "CER-DANGLING",
                f"The input {token.continues} is no ceremony, and a token goes on from a ceremony.",
                'Name an input of the kind "ceremony".',
                where=where,
            )


def _check_custody(raw: RawDefinition, name: str, token: TokenRole) -> None:
    """The shares are held by a role that there is, and it is known where their check value stands."""
    custody = token.custody
    splits = {
        "activation": custody.activation,
        "officer": custody.officer,
        "next-activation": custody.next_activation,
        "next-officer": custody.next_officer,
    }
    for setting, split in splits.items():
        if split is None:
            continue
        where = f"tokens.{name}.custody.{setting}"
        if split.role not in raw.roles:
            raise dangling(f"{where}.role", split.role, "roles", raw.roles)
    if token.in_use and any(split and split.by == "shares" for split in splits.values()):
        raise Unfit(
            "CER-CUSTODY",
            f"The token {name} comes with PINs that are split, and nothing says which ceremony split them.",
            "Name that ceremony with `continues` instead of `in-use`: its record has the check value.",
            where=f"tokens.{name}.custody",
        )
    for key_name, key in raw.keys.items():
        if key.token == name and key.every_use and custody.activation is not None:
            raise Unfit(
                "CER-CUSTODY",
                f"The key {key_name} asks for the PIN before every use, and the PIN is held in shares.",
                "Leave `every_use` out, or let one person hold the PIN.",
                where=f"keys.{key_name}.every_use",
            )


def _tokens_of_keys(raw: RawDefinition) -> tuple[tuple[str, str], ...]:
    """The path of every key, and its token."""
    signing = tuple((f"keys.{name}", key.token) for name, key in raw.keys.items())
    return (*signing, *((f"wrapping-keys.{name}", key.token) for name, key in raw.wrapping_keys.items()))
