"""Requirement catalogues: bytes into values, and the claims of a definition held against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec

from ceremony_app.core.evidence import evidence_of
from ceremony_app.core.kinds import Unfit, dangling
from ceremony_app.core.profiles import Provenance
from ceremony_app.core.requirements import Catalogue, Clause
from ceremony_app.core.script import Definition
from ceremony_app.definition.raw import Name, Text, Title
from ceremony_app.definition.shelf import resources
from ceremony_app.definition.toml import convert, is_format_1, read_file, table


class RawClause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clause as it is written, its evidence still as words."""

    id: Name
    section: Title
    text: Text
    provenance: Provenance
    evidence: Annotated[tuple[Title, ...], msgspec.Meta(min_length=1)]


class RawCatalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file, format 1."""

    format: Literal[1]
    id: Name
    title: Title
    version: str
    date: str
    source: Text
    clauses: Annotated[tuple[RawClause, ...], msgspec.Meta(min_length=1)]


def load_catalogue(data: bytes) -> Catalogue:
    """The catalogue in these bytes.

    Raises `Unusable` where they are none, `Unfit` (CER-TYPE, CER-UNKNOWN-KEY, CER-CLAUSE, CER-EVIDENCE-TERM) with the
    path of what is wrong.
    """
    found = table(data, "requirement catalogue")
    is_format_1(found, "requirement catalogue")
    raw = convert(found, RawCatalogue)
    seen: set[str] = set()
    clauses = []
    for i, clause in enumerate(raw.clauses):
        if clause.id in seen:
            raise Unfit("CER-CLAUSE", f"Two clauses are called {clause.id}.", "Rename one.", where=f"clauses[{i}].id")
        seen.add(clause.id)
        clauses.append(_clause(clause, f"clauses[{i}]"))
    return Catalogue(
        id=raw.id, title=raw.title, version=raw.version, date=raw.date, source=raw.source, clauses=tuple(clauses)
    )


def _clause(raw: RawClause, where: str) -> Clause:
    """A clause with its evidence in the words of the vocabulary."""
    try:
        evidence = tuple(evidence_of(text) for text in raw.evidence)
    except ValueError as error:
        raise Unfit("CER-EVIDENCE-TERM", f"{error}.", "Correct the word.", where=f"{where}.evidence") from None
    return Clause(id=raw.id, section=raw.section, text=raw.text, provenance=raw.provenance, evidence=evidence)


def catalogues(definition: Definition) -> tuple[Catalogue, ...]:
    """The catalogues that a definition names, from the shelf (CER-DANGLING for one that is not there)."""
    folder = resources() / "requirements"
    there = {path.stem: path for path in folder.glob("*.toml")}
    for name in definition.requirements:
        if name not in there:
            raise dangling("requirements", name, "requirement catalogues", there)
    return tuple(load_catalogue(read_file(there[name], "requirement catalogue")) for name in definition.requirements)


def hold_claims(definition: Definition, known: Iterable[Catalogue]) -> None:
    """Every clause that a step claims to meet is one of its catalogue (CER-DANGLING)."""
    clauses: Mapping[str, set[str]] = {
        catalogue.id: {catalogue.claim(clause) for clause in catalogue.clauses} for catalogue in known
    }
    for step in definition.steps:
        for claim in step.meets:
            there = clauses.get(claim.partition("/")[0], set())
            if claim not in there:
                raise dangling(f"step {step.number} meets", claim, "clauses", dict.fromkeys(there))
