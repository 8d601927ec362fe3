"""The rule of a pack that says who approves before the day is read strictly, and stands among its statements."""

from __future__ import annotations

import pytest

from ceremony_app.actions.policy_statements import statements
from ceremony_app.core.kinds import Unfit
from ceremony_app.core.policy import Approvers
from ceremony_app.definition.files import load_policy
from ceremony_app.definition.shelf import resources
from tests.core.approving import GENERAL, KEYS, pack, rule_toml


def test_the_rule_is_a_statement_of_the_pack() -> None:
    policy = load_policy(pack())
    assert policy.rules.approval is not None
    assert policy.rules.approval.value == Approvers(count=2, keys=KEYS)
    added = {one.path for one in statements(policy)} - {one.path for one in statements(load_policy(GENERAL.encode()))}
    assert added == {"rules.approval"}
    (row,) = [one.row() for one in statements(policy) if one.path == "rules.approval"]
    assert row.value.startswith("count 2, keys ")
    assert all(key in row.value for key in KEYS)
    assert row.value.endswith("[1.5.4, verified]")


def test_one_key_is_enough_and_all_may_be_asked_for() -> None:
    for count, keys in ((1, KEYS[:1]), (5, KEYS)):
        said = load_policy(pack(rule_toml(count, keys))).rules.approval
        assert said is not None
        assert said.value == Approvers(count=count, keys=keys)


BAD = {
    "more than there are keys": (
        rule_toml(3, KEYS[:2]),
        "rules.approval.value",
        "3 approvals are asked for, of 2",
    ),
    "no keys": (rule_toml(1, ()), "rules.approval.value", "1 approvals are asked for, of 0 keys"),
    "none asked for": (rule_toml(0), "rules.approval.value.count", ">= 1"),
    "fewer than none": (rule_toml(-1), "rules.approval.value.count", ">= 1"),
    "a key twice": (rule_toml(1, (KEYS[0], KEYS[0])), "rules.approval.value", "named twice"),
    "a count that is a text": (rule_toml('"2"'), "rules.approval.value.count", "int"),
    "a count that is a truth": (rule_toml("true"), "rules.approval.value.count", "int"),
    "a count with a point": (rule_toml("2.0"), "rules.approval.value.count", "int"),
    "a key in capitals": (rule_toml(1, (KEYS[0].upper(),)), "rules.approval.value.keys[0]", "matching"),
    "a key too short": (rule_toml(1, (KEYS[0], KEYS[1][1:])), "rules.approval.value.keys[1]", "matching"),
    "a key too long": (rule_toml(1, (KEYS[0] + "0",)), "rules.approval.value.keys[0]", "matching"),
    "something more": (rule_toml().replace("{ ", '{ who = "me", '), "rules.approval.value", "who"),
    "no count": (rule_toml().replace("count = 2, ", ""), "rules.approval.value", "count"),
    "no provenance": (rule_toml().replace('provenance = "verified"\n', ""), "rules.approval", "provenance"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_rule_that_is_none(name: str) -> None:
    rule, where, what = BAD[name]
    with pytest.raises(Unfit) as caught:
        load_policy(pack(rule))
    assert caught.value.where == where
    assert what in caught.value.why
    assert caught.value.rule in ("CER-TYPE", "CER-UNKNOWN-KEY")


def test_shipped_packs_ask_for_none() -> None:
    for path in (resources() / "policies").glob("*.toml"):
        assert load_policy(path.read_bytes()).rules.approval is None
