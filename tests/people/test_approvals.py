"""Approvals brought to a ceremony: which of them count, and that production is not opened without enough."""

from __future__ import annotations

import pytest

from ceremony_app.core.approved import count_approvals
from ceremony_app.core.errors import Refusal
from ceremony_app.core.values import Mode
from ceremony_app.people.approvals import counted, papers_of, require_approved
from ceremony_app.people.signatures import verify
from tests.core.approving import (
    ATTACKS,
    DIGESTS,
    ENOUGH,
    GENERAL,
    KEYS,
    PAPERS,
    RULE,
    anybodys,
    approved,
    digest_of,
    edited,
    plan,
    replaced,
)


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_not_enough_opens_no_production(name: str) -> None:
    with pytest.raises(Refusal) as caught:
        require_approved(plan(), DIGESTS, ATTACKS[name])
    assert caught.value.rule == "CER-APPROVAL"
    assert caught.value.status == 1
    assert "--approval" in caught.value.what_to_do
    require_approved(plan(Mode.REHEARSAL), DIGESTS, ATTACKS[name])


@pytest.mark.parametrize("name", ENOUGH)
def test_what_is_enough_opens_it(name: str) -> None:
    require_approved(plan(), DIGESTS, ENOUGH[name])


def test_a_pack_that_asks_for_none() -> None:
    without = plan(policy=GENERAL.encode())
    assert counted(without.definition, without.policy, DIGESTS, ()) is None
    require_approved(without, DIGESTS, ())


def test_the_papers_are_those_of_the_files() -> None:
    one = plan()
    assert papers_of(one.definition, one.policy, DIGESTS) == PAPERS


REASONS = (
    (approved(1, definition="shorter"), "another definition"),
    (approved(1, definition_sha256="1" * 64), "another definition"),
    (approved(1, policy="special"), "another policy pack"),
    (approved(1, policy_sha256="1" * 64), "another policy pack"),
    (approved(9, key=digest_of(1)), "another key"),
    (approved(9), "none of the policy pack's"),
    (edited(approved(1), "Minute 7", "Minute 8"), "signature"),
    (replaced(approved(1), alg="ecdsa-p256-sha256"), "signature"),
    (anybodys(), "signature"),
    (replaced(approved(1), statement="x"), "statement"),
)


@pytest.mark.parametrize(("signed", "why"), REASONS)
def test_why_one_does_not_count(signed: object, why: str) -> None:
    found = count_approvals(PAPERS, RULE, [signed], verify)  # type: ignore[list-item]  # each is an approval
    (one,) = found.judged
    assert why in one.why_not
    assert not one.counts
    assert not found.agreed
    assert not found.against


def test_a_key_counts_once_and_the_first_file_is_the_one() -> None:
    found = count_approvals(PAPERS, RULE, [approved(1), approved(1, reference="Minute 8"), approved(2)], verify)
    assert [one.counts for one in found.judged] == [True, False, True]
    assert "counted already" in found.judged[1].why_not
    assert found.enough


def test_the_words_name_keys_and_references() -> None:
    found = count_approvals(PAPERS, RULE, [approved(1), approved(3, "DISAGREE", reference="Letter 2")], verify)
    first, last = KEYS[0][:4], KEYS[2][-4:]
    assert found.words.startswith(f"by 1 of 5 keys of the policy pack, which asks for 2: {first} ")
    assert "(reference Minute 7); NOT approved by " in found.words
    assert found.words.endswith(f"{last} (reference Letter 2)")
    none = count_approvals(PAPERS, RULE, [], verify)
    assert none.words == "by 0 of 5 keys of the policy pack, which asks for 2"


def test_a_refusal_to_open_says_why_some_do_not_count() -> None:
    with pytest.raises(Refusal) as caught:
        require_approved(plan(), DIGESTS, [approved(1), approved(9)])
    assert "none of the policy pack's" in caught.value.why
    assert "by 1 of 5 keys" in caught.value.why


def test_the_count_is_the_packs() -> None:
    given = [approved(1), approved(2)]
    for count, enough in ((1, True), (2, True), (3, False), (5, False)):
        assert count_approvals(PAPERS, replaced(RULE, count=count), given, verify).enough is enough
    fewer = replaced(RULE, keys=(KEYS[0], KEYS[2]))
    assert not count_approvals(PAPERS, fewer, given, verify).enough
