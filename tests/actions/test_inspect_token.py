"""The step `inspect-token`: what it tries, when it stops, what becomes a deviation, and what its evidence must hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import pytest

from ceremony_app.actions.base import Context
from ceremony_app.actions.inspect_token import InspectToken
from ceremony_app.core import prompts as p
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.events import Outcome
from tests.actions.holding import SHORT, Held, held
from tests.fakes import token_parts as parts
from tests.fakes.token import FakeToken

STEP = "inspect"
AGAIN = """
[[acts.steps]]
id = "inspect-again"
do = "inspect-token"
token = "hsm"
say = "The token is inspected again, under the login."

"""
TWICE = SHORT.replace('[[acts]]\ntitle = "Key and certificate"', AGAIN + '[[acts]]\ntitle = "Key and certificate"')


def initialised(room: Held) -> None:
    """Give the token a past, so that it can be tried before the ceremony initialises it."""
    room.token.initialise("old", room.people.secret("hsm/so-pin"))


def inspected(room: Held, step: str = STEP) -> Outcome:
    """Play until the step's call has ended."""
    room.play(until=lambda _: any(run.of(Outcome) for run in room.runs(step)))
    return room.outcome(step)


def shown(outcome: Outcome, label: str) -> str:
    """The value of a row."""
    return next(row.value for row in outcome.rows if row.label == label)


def in_the_journal(outcome: Outcome) -> dict[str, Any]:
    """The evidence as it stands there."""
    return msgspec.json.decode(msgspec.json.encode(outcome.evidence), type=dict[str, Any])


def test_a_token_in_factory_state_is_tried_once_it_is_activated(tmp_path: Path) -> None:
    with held(tmp_path, TWICE) as room:
        first = inspected(room)
        assert shown(first, "P-384: trial").startswith("NOTE: Not tried. ")
        assert first.evidence["login"] is False
        second = inspected(room, "inspect-again")
        assert shown(second, "P-384: trial").startswith("PASS: ")
        assert second.evidence["login"] is True
        assert "FAIL: " not in "".join(row.value for row in (*first.rows, *second.rows))
        room.finish()
        assert not room.state.problems
        assert room.token.calls.count("try_out") == 2


def test_a_token_with_a_past_is_tried_without_a_login(tmp_path: Path) -> None:
    with held(tmp_path, SHORT) as room:
        initialised(room)
        outcome = inspected(room)
        assert shown(outcome, "P-384: trial").startswith("PASS: ")
        assert shown(outcome, "Left behind").startswith("PASS: ")
        assert in_the_journal(outcome)["before-trials"]["added"] == []
        assert "FIT" not in str(outcome.evidence), "evidence holds facts and no verdict"
        room.finish()


def test_a_trial_that_wants_a_login_is_a_note(tmp_path: Path) -> None:
    with held(tmp_path, SHORT, {"hsm": FakeToken(trial_needs_login=True)}) as room:
        initialised(room)
        assert shown(inspected(room), "P-384: trial").startswith("NOTE: Not tried. ")
        room.finish()
        assert not room.state.problems


def unable() -> FakeToken:
    """A token that cannot sign with EC keys."""
    return FakeToken(offered=tuple(one for one in parts.MECHANISMS if one.name != "ECDSA"))


def test_cer_token_unfit_stops_the_step_and_keeps_the_facts(tmp_path: Path) -> None:
    with held(tmp_path, SHORT, {"hsm": unable()}) as room:
        outcome = inspected(room)
        assert outcome.result == "failed"
        assert outcome.evidence["rule"] == "CER-TOKEN-UNFIT"
        assert not outcome.again, "the same token will not do it the second time"
        assert "sign with it (ECDSA)" in shown(outcome, "Did not succeed")
        assert in_the_journal(outcome)["wanted"]["algorithms"] == ["P-384"]
        assert isinstance(room.now, p.Halted)


def test_a_trial_that_fails_under_a_login_stops_the_step(tmp_path: Path) -> None:
    with held(tmp_path, TWICE, {"hsm": FakeToken(refused=frozenset({Algorithm.P384}))}) as room:
        outcome = inspected(room, "inspect-again")
        assert outcome.evidence["rule"] == "CER-TOKEN-UNFIT"
        assert "CKR_CURVE_NOT_SUPPORTED" in str(outcome.evidence["why"])


def test_another_fail_becomes_a_deviation(tmp_path: Path) -> None:
    with held(tmp_path, SHORT, {"hsm": FakeToken(label_octets=32)}) as room:
        initialised(room)
        outcome = inspected(room)
        assert outcome.result == "done"
        assert shown(outcome, "Labels").startswith("FAIL: ")
        room.play(until=lambda _: bool(room.state.problems))
        assert len(room.state.problems) == 1
        room.finish()


def test_a_trial_that_leaves_something_is_looked_at_and_not_passed_over(tmp_path: Path) -> None:
    with held(tmp_path, SHORT, {"hsm": FakeToken(keeps_trials=True)}) as room:
        initialised(room)
        outcome = inspected(room)
        assert outcome.result == "unknown", "the token is not what it was before"
        assert outcome.evidence["code"] == "TRIAL_LEFT_OBJECTS"
        assert len(room.token.objects) == 1
        assert isinstance(room.now, p.Inspect)
        room.play(until=lambda now: isinstance(now, p.Halted) and now.problem is not None)
        halted = room.now
        assert isinstance(halted, p.Halted)
        assert halted.problem is not None
        number = halted.problem.opened.deviation
        refused = room.conductor.settle(number, "go-on", "none", 1, "We go on.").result(20)
        assert refused is not None
        assert refused.rule == "CER-REPEAT"


Change: TypeAlias = Callable[[dict[str, Any]], None]


def _lacks_a_trial(evidence: dict[str, Any]) -> None:
    evidence["trials"] = []


def _wants_less(evidence: dict[str, Any]) -> None:
    evidence["wanted"] = {**evidence["wanted"], "algorithms": []}


def _hides_a_change(evidence: dict[str, Any]) -> None:
    evidence["before-trials"] = {**evidence["before-trials"], "sha256": "0" * 64}


def _is_another_module(evidence: dict[str, Any]) -> None:
    evidence["module-sha256"] = "0" * 64


def _failed_the_trial(evidence: dict[str, Any]) -> None:
    evidence["trials"] = [{**evidence["trials"][0], "result": "failed"}]


def _offers_less(evidence: dict[str, Any]) -> None:
    evidence["mechanisms"] = []
    evidence["trials"] = [{**evidence["trials"][0], "result": "not-tried"}]


@pytest.mark.parametrize(
    "change",
    [_lacks_a_trial, _wants_less, _hides_a_change, _is_another_module, _failed_the_trial, _offers_less],
)
def test_evidence_that_says_a_token_is_fit_must_show_it(tmp_path: Path, change: Change) -> None:
    with held(tmp_path, SHORT) as room:
        initialised(room)
        outcome = inspected(room)
        plan, state = room.conductor.plan, room.state
        context = Context(plan=plan, state=state, step=plan.definition.step(STEP), run=room.runs(STEP)[-1])
        evidence = in_the_journal(outcome)
        assert InspectToken().holds(evidence, {}, context) == ()
        change(evidence)
        assert InspectToken().holds(evidence, {}, context) != ()
