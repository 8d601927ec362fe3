"""The line of the front pages on who approved before the day; documents of packs without the rule do not have it."""

from __future__ import annotations

from ceremony_app.chronicle.approvals import approved_before
from ceremony_app.chronicle.context import context_of, decode, encode
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record import record_document
from ceremony_app.chronicle.script import script_document
from tests.core.approving import DIGESTS, GENERAL, KEYS, approved, plan

CONTEXT = context_of("f0" * 32, (), approvals=(approved(1), approved(9), approved(2, reference="Bericht Nº 4")))


def test_who_approved_stands_on_both_front_pages() -> None:
    one = plan()
    script = script_document(one.definition, one.policy, None, CONTEXT, DIGESTS)
    record = record_document(History.of(one, (), {}, CONTEXT, DIGESTS))
    for document in (script, record):
        (value,) = [fact.value for fact in document.facts if fact.label == "Approved before the day"]
        assert value.startswith("by 2 of 5 keys of the policy pack, which asks for 2: ")
        assert f"{KEYS[0][:4]} {KEYS[0][4:8]} … " in value
        assert "(reference Bericht Nº 4)" in value


def test_of_other_papers_nobody_approved() -> None:
    one = plan()
    (fact,) = approved_before(one.definition, one.policy, CONTEXT, {**DIGESTS, "policy.toml": "0" * 64})
    assert fact.value == "by 0 of 5 keys of the policy pack, which asks for 2"


def test_a_pack_that_asks_for_none_says_nothing() -> None:
    one = plan(policy=GENERAL.encode())
    assert approved_before(one.definition, one.policy, CONTEXT, DIGESTS) == ()
    script = script_document(one.definition, one.policy, None, context_of("f0" * 32, ()), DIGESTS)
    assert all("pproved" not in fact.label for fact in script.facts)


def test_a_context_without_approvals_has_no_such_member() -> None:
    without = encode(context_of("f0" * 32, ()))
    assert b"approvals" not in without
    assert decode(without).approvals == ()
    assert decode(encode(CONTEXT)) == CONTEXT
