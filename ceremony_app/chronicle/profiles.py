"""The certificate and CRL profiles that a ceremony uses, field by field, with section and provenance."""

from __future__ import annotations

import msgspec

from ceremony_app.actions.planned import ISSUING, profile_of
from ceremony_app.actions.policy_statements import Statement, confirming, statements
from ceremony_app.core.policy import CertificateProfile, CrlProfile, Policy
from ceremony_app.core.policy_words import said_words
from ceremony_app.core.profiles import Said
from ceremony_app.core.script import Definition
from ceremony_app.record.document import Block, Column, Grid, Heading


def profile_blocks(definition: Definition, policy: Policy) -> tuple[Block, ...]:
    """One table for each profile that a signing step uses; of a pack that is confirmed that day, every statement."""
    if confirming(definition) is not None:
        return _whole_pack(policy)
    blocks: list[Block] = []
    for name in used_profiles(definition):
        profile = policy.certificates.get(name) or policy.crls.get(name)
        if profile is not None:
            blocks.append(Heading(text=f"Profile: {profile.title}", new_page=not blocks, level=1 if not blocks else 2))
            blocks.append(_table(profile))
    return tuple(blocks)


def _whole_pack(policy: Policy) -> tuple[Block, ...]:
    """Every statement in its group, to be ticked as it is read against the document."""
    groups: dict[str, list[Statement]] = {}
    for one in statements(policy):
        groups.setdefault(one.group, []).append(one)
    blocks: list[Block] = [Heading(text=f"Every statement of the policy pack {policy.id}", new_page=True, level=1)]
    for group, some in groups.items():
        rows = tuple((one.path.removeprefix(f"{group}."), one.words, one.section, one.provenance, "") for one in some)
        blocks += [Heading(text=group, level=2), _grid(rows)]
    return tuple(blocks)


def used_profiles(definition: Definition) -> tuple[str, ...]:
    """The profiles of the definition's signing steps, each once, in order."""
    names = [profile_of(definition, step) for step in definition.steps if step.kind in ISSUING]
    return tuple(dict.fromkeys(name for name in names if name))


def _table(profile: CertificateProfile | CrlProfile) -> Grid:
    rows = []
    for member in msgspec.structs.fields(type(profile)):
        said = getattr(profile, member.name)
        if isinstance(said, Said):
            words = said_words(said.value)
            rows.append((member.encode_name, words, said.section, said.provenance, ""))
    return _grid(tuple(rows))


def _grid(rows: tuple[tuple[str, ...], ...]) -> Grid:
    """Statements with a place to tick each."""
    return Grid(
        columns=(
            Column(title="Field", weight=3),
            Column(title="Must be", weight=5),
            Column(title="Section", weight=3),
            Column(title="Provenance", weight=2),
            Column(title="As read", weight=1, kind="tick"),
        ),
        rows=rows,
        small=True,
    )
