"""Requirement catalogues are read strictly, and claims are held against them."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.errors import Unusable
from ceremony_app.core.evidence import Term
from ceremony_app.core.kinds import Unfit
from ceremony_app.definition.requirements import catalogues, hold_claims, load_catalogue
from ceremony_app.definition.shelf import resources
from tests.definition.held import definition

GOOD = """
format = 1
id = "house"
title = "House rules"
version = "1"
date = "2026-11-23"
source = "the house"

[[clauses]]
id = "1-key"
section = "1"
text = "A key is made."
provenance = "verified"
evidence = ["outcome:generate-key", "closed:external-witness", "person"]
"""
FOLDER = resources() / "requirements"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_catalogues(path: object) -> None:
    name = str(path).rpartition("/")[2].removesuffix(".toml")
    catalogue = load_catalogue((FOLDER / f"{name}.toml").read_bytes())
    assert catalogue.id == name
    assert len({clause.text for clause in catalogue.clauses}) == len(catalogue.clauses)
    words = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").partition("format = 1")[0]
    assert all(f"#   {term}" in words for term in Term), "the vocabulary stands at the top of the file"


def test_what_a_catalogue_says() -> None:
    clause = load_catalogue(GOOD.encode()).clauses[0]
    assert list(map(str, clause.evidence)) == ["outcome:generate-key", "closed:external-witness", "person"]
    assert list(map(str, clause.for_machine)) == ["outcome:generate-key", "closed:external-witness"]


@pytest.mark.parametrize(
    ("old", "new", "rule", "where"),
    [
        ("format = 1", "format = 2", "CER-FORMAT", "format"),
        ("section =", "clause =", "CER-UNKNOWN-KEY", "clauses[0]"),
        ('text = "A key is made."', "text = 1", "CER-TYPE", "clauses[0].text"),
        ('"verified"', '"guessed"', "CER-TYPE", "clauses[0].provenance"),
        ('"person"', '"personal"', "CER-EVIDENCE-TERM", "clauses[0].evidence"),
        ('"outcome:generate-key"', '"outcome"', "CER-EVIDENCE-TERM", "clauses[0].evidence"),
        ('"outcome:generate-key", "closed:external-witness", "person"', "", "CER-TYPE", "clauses[0].evidence"),
        ('source = "the house"', "", "CER-TYPE", ""),
        ("House rules", "House\\u202E rules", "CER-TEXT", "title"),
    ],
)
def test_bad_catalogue(old: str, new: str, rule: str, where: str) -> None:
    assert old in GOOD
    with pytest.raises(Unusable) as caught:
        load_catalogue(GOOD.replace(old, new).encode())
    assert (caught.value.rule, caught.value.where) == (rule, where), caught.value.paragraph()


def test_two_clauses_of_one_name() -> None:
    again = GOOD + GOOD.partition("\n\n")[2]
    with pytest.raises(Unfit) as caught:
        load_catalogue(again.encode())
    assert (caught.value.rule, caught.value.where) == ("CER-CLAUSE", "clauses[1].id")


def test_a_catalogue_that_is_not_on_the_shelf() -> None:
    found = msgspec.structs.replace(definition("short"), requirements=("br", "house"))
    with pytest.raises(Unfit) as caught:
        catalogues(found)
    assert (caught.value.rule, caught.value.where) == ("CER-DANGLING", "requirements")


def test_a_claim_that_is_no_clause() -> None:
    found = definition("root-ca")
    steps = (msgspec.structs.replace(found.steps[0], meets=("br/6.1.1.1-invented",)), *found.steps[1:])
    with pytest.raises(Unfit) as caught:
        hold_claims(msgspec.structs.replace(found, steps=steps), catalogues(found))
    assert (caught.value.rule, caught.value.where) == ("CER-DANGLING", "step 1.1 meets")
