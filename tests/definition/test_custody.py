"""Who holds a token's PINs in shares, as a definition may say it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.actions import KINDS
from ceremony_app.core.errors import Unusable
from ceremony_app.core.script import HandOut
from ceremony_app.definition.load import load

CEREMONIES = Path(__file__).parents[1] / "ceremonies"
SPLIT = (CEREMONIES / "split.toml").read_text(encoding="utf-8")
CHANGE = (CEREMONIES / "custody-change.toml").read_text(encoding="utf-8")


def refused(text: str) -> Unusable:
    with pytest.raises(Unusable) as refusal:
        load(text.encode(), KINDS)
    return refusal.value


def test_the_officers_hand_out_comes_first() -> None:
    step = load(SPLIT.encode(), KINDS).step("split")
    handed = [stage for stage in step.stages if isinstance(stage, HandOut)]
    assert [(stage.whose, stage.split.threshold, stage.split.shares) for stage in handed] == [
        ("officer", 2, 2),
        ("activation", 2, 3),
    ]


def test_nobody_types_a_split_pin() -> None:
    definition = load(SPLIT.encode(), KINDS)
    for step, held in (("initialise", {"memory"}), ("activate", {"shares"})):
        act = definition.step(step).action
        assert act is not None
        assert {ask.held for ask in act.secrets} == held
        assert not any(ask.twice for ask in act.secrets)


def test_a_change_splits_the_next_pin_and_leaves_the_officers_alone() -> None:
    definition = load(CHANGE.encode(), KINDS)
    handed = [stage for stage in definition.step("split").stages if isinstance(stage, HandOut)]
    assert [(stage.whose, stage.split.role) for stage in handed] == [("activation", "new-custodian")]
    act = definition.step("change").action
    assert act is not None
    assert [(ask.name, ask.held) for ask in act.secrets] == [("pin", "shares"), ("new-pin", "memory")]
    assert act.irreversible
    assert act.phrase


@pytest.mark.parametrize(
    ("old", "new", "rule", "where"),
    [
        ('role = "key-custodian"', 'role = "nobody"', "CER-DANGLING", "tokens.hsm.custody.activation.role"),
        ("threshold = 2\nshares = 3", "threshold = 1\nshares = 3", "CER-TYPE", "tokens"),
        ("threshold = 2\nshares = 3", "threshold = 4\nshares = 3", "CER-TYPE", "tokens"),
        ("threshold = 2\nshares = 3", "threshold = 2\nshares = 17", "CER-TYPE", "tokens"),
        ("threshold = 2\nshares = 3", "threshold = 2\nshares = 3\nby = 'luck'", "CER-TYPE", "tokens"),
        ("threshold = 2\nshares = 3", "threshold = 2\nshares = 4", "CER-CUSTODY", "acts[0].steps[3].token"),
        ('title = "Test token"\n', 'title = "Test token"\nin-use = true\n', "CER-CUSTODY", "tokens.hsm.custody"),
        ('whose = "activation"', 'whose = "anybody"', "CER-TYPE", "acts"),
    ],
)
def test_cer_custody_what_cannot_be_held(old: str, new: str, rule: str, where: str) -> None:
    assert old in SPLIT
    answer = refused(SPLIT.replace(old, new, 1))
    assert answer.rule == rule
    assert answer.where.startswith(where)


def test_cer_custody_a_step_about_shares_needs_a_token_whose_pin_is_shared() -> None:
    start, end = SPLIT.index("[tokens.hsm.custody.activation]"), SPLIT.index("[tokens.hsm.custody.officer]")
    answer = refused(SPLIT[:start] + SPLIT[end:])
    assert (answer.rule, answer.where) == ("CER-CUSTODY", "acts[1].steps[3].whose")
    end = SPLIT.index("[[acts]]")
    answer = refused(SPLIT[:start] + SPLIT[end:])
    assert (answer.rule, answer.where) == ("CER-CUSTODY", "acts[0].steps[3].token")


def test_cer_custody_a_key_that_asks_for_the_pin_each_time_cannot_wait_for_shares() -> None:
    key = '[keys.k]\nalgorithm = "P-384"\ntoken = "hsm"\nevery_use = true\n\n[[acts]]'
    answer = refused(SPLIT.replace("[[acts]]", key, 1))
    assert (answer.rule, answer.where) == ("CER-CUSTODY", "keys.k.every_use")
