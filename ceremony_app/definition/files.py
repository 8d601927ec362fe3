"""Bindings and policy packs: bytes into values, and the digests that tie them to a definition."""

from __future__ import annotations

import hashlib

from ceremony_app.core.kinds import Unfit, dangling
from ceremony_app.core.policy import CertificateProfile, CrlProfile, Policy
from ceremony_app.core.room import Binding, BoundMedium, BoundToken
from ceremony_app.core.script import Definition, Plan
from ceremony_app.core.values import Mode
from ceremony_app.definition.toml import check_members, convert, is_format_1, table


def load_policy(data: bytes) -> Policy:
    """The policy pack in these bytes (format 1)."""
    found = table(data, "policy pack")
    is_format_1(found, "policy pack")
    check_members(found, {"certificates": CertificateProfile, "crls": CrlProfile})
    return convert(found, Policy)


def load_binding(data: bytes) -> Binding:
    """The binding in these bytes (format 1)."""
    found = table(data, "binding")
    is_format_1(found, "binding")
    check_members(found, {"tokens": BoundToken, "media": BoundMedium})
    return convert(found, Binding)


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def plan_of(definition: Definition, policy: Policy, binding: Binding, *, files: dict[str, bytes]) -> Plan:
    """The three held together: they name each other, and in production by digest.

    `files` holds the bytes of `ceremony.toml` and `policy.toml`. Raises `Unfit` (CER-PLAN, CER-BINDING, CER-DANGLING,
    CER-QUORUM).
    """
    if policy.id != definition.policy:
        raise Unfit(
            "CER-PLAN",
            f"The definition asks for the policy pack {definition.policy}, and this one is {policy.id}.",
            "Put the right pack beside the definition.",
            where="policy",
        )
    digest = sha256(files["policy.toml"])
    if definition.policy_sha256 and definition.policy_sha256 != digest:
        raise Unfit(
            "CER-PLAN",
            "The policy pack is not the one whose digest the definition names.",
            f"Its SHA-256 is {digest}. Have the definition reviewed again, or put the right pack beside it.",
            where="policy-sha256",
        )
    if binding.mode is Mode.PRODUCTION and not definition.policy_sha256:
        raise Unfit(
            "CER-PLAN",
            "In production the definition names its policy pack by digest.",
            f'Add `policy-sha256 = "{digest}"` and have the definition approved.',
            where="policy-sha256",
        )
    _allowed(definition, policy)
    _bound(definition, binding, sha256(files["ceremony.toml"]))
    return Plan(definition=definition, policy=policy, binding=binding)


def _allowed(definition: Definition, policy: Policy) -> None:
    """The pack has the profiles that the definition names, and enough people agree before what cannot be undone."""
    profiles = {**policy.certificates, **policy.crls}
    for name, key in definition.keys.items():
        if not key.profile:
            continue
        if key.profile not in policy.certificates:
            raise dangling(f"keys.{name}.profile", key.profile, "certificate profiles", policy.certificates)
        wanted = policy.certificates[key.profile].key.value
        if key.algorithm is not wanted:
            raise Unfit(
                "CER-PLAN",
                f"The key is {key.algorithm}, and its profile {key.profile} asks for {wanted}.",
                "Correct the one that is wrong.",
                where=f"keys.{name}.algorithm",
            )
    for step in definition.steps:
        named = step.parameters.get("profile", "")
        if isinstance(named, str) and named and named not in profiles:
            raise dangling(f"step {step.number} profile", named, "profiles", profiles)
        if step.action is not None and step.action.irreversible:
            people = sum(definition.quorums[step.action.quorum].all.values())
            if people < policy.rules.quorum.value:
                raise Unfit(
                    "CER-QUORUM",
                    f"Before step {step.number} {people} agree, and the policy asks for {policy.rules.quorum.value}.",
                    "Enlarge the quorum.",
                    where=f"quorums.{step.action.quorum}",
                )


def _bound(definition: Definition, binding: Binding, digest: str) -> None:
    """The binding is one for this definition, and names everything that the definition leaves to the room."""
    if binding.definition != definition.id or binding.definition_sha256 not in ("", digest):
        raise Unfit(
            "CER-BINDING",
            f"This binding was made for another definition ({binding.definition}).",
            "Bind the room again with `ceremony bind`.",
            where="definition",
        )
    if binding.mode is Mode.PRODUCTION and not binding.definition_sha256:
        raise Unfit(
            "CER-BINDING",
            "In production the binding names the definition by digest.",
            "Bind the room again with `ceremony bind`.",
            where="definition-sha256",
        )
    for name in definition.tokens:
        if name not in binding.tokens:
            raise dangling(f"tokens.{name}", name, "tokens of the binding", binding.tokens)
    for person in binding.people:
        for role in person.roles:
            if role not in definition.roles:
                raise dangling(f"people[{person.number}].roles", role, "roles", definition.roles)
    numbers = [person.number for person in binding.people]
    if len(set(numbers)) != len(numbers) or any(number < 1 for number in numbers):
        raise Unfit("CER-BINDING", "People have numbers of their own, from 1.", "Correct them.", where="people")
