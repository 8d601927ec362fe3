"""The certificate and CRL profiles that a ceremony uses, field by field, with section and provenance."""

from __future__ import annotations

import msgspec

from ceremony_app.actions.planned import setting
from ceremony_app.core.distinguished_name import NamePart, written
from ceremony_app.core.policy import CertificateProfile, CrlProfile, Policy
from ceremony_app.core.profiles import Said
from ceremony_app.core.script import Definition
from ceremony_app.record.document import Block, Column, Grid, Heading


def profile_blocks(definition: Definition, policy: Policy) -> tuple[Block, ...]:
    """One table for each profile that a signing step uses."""
    blocks: list[Block] = []
    for name in used_profiles(definition):
        profile = policy.certificates.get(name) or policy.crls.get(name)
        if profile is not None:
            blocks.append(Heading(text=f"Profile: {profile.title}", new_page=not blocks, level=1 if not blocks else 2))
            blocks.append(_table(profile))
    return tuple(blocks)


def used_profiles(definition: Definition) -> tuple[str, ...]:
    """The profiles of the definition's signing steps, each once, in order."""
    names = []
    for step in definition.steps:
        if step.kind in ("self-sign", "issue-crl"):
            key = definition.keys.get(setting(step, "key"))
            names.append(setting(step, "profile") or (key.profile if key else ""))
    return tuple(dict.fromkeys(name for name in names if name))


def _table(profile: CertificateProfile | CrlProfile) -> Grid:
    rows = []
    for member in msgspec.structs.fields(type(profile)):
        said = getattr(profile, member.name)
        if isinstance(said, Said):
            words = said_words(said.value)
            rows.append((member.encode_name, words, said.section, said.provenance, ""))
    return Grid(
        columns=(
            Column(title="Field", weight=3),
            Column(title="Must be", weight=5),
            Column(title="Section", weight=3),
            Column(title="Provenance", weight=2),
            Column(title="As read", weight=1, kind="tick"),
        ),
        rows=tuple(rows),
        small=True,
    )


def said_words(value: object) -> str:
    """A statement's value in words."""
    if isinstance(value, tuple) and value and all(isinstance(part, NamePart) for part in value):
        return written(value)
    if isinstance(value, msgspec.Struct):
        pairs = []
        for member in msgspec.structs.fields(type(value)):
            inner = getattr(value, member.name)
            if inner not in ("", -1, ()) and not isinstance(inner, Said):
                pairs.append(f"{member.encode_name} {said_words(inner)}")
        return ", ".join(pairs)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(said_words(part) for part in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {said_words(inner)}" for key, inner in value.items())
    return str(getattr(value, "value", value))
