"""What is unusual in a ceremony, and breaks no rule: the audit is no stricter than those who led it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.script import Plan, Transcribe
from ceremony_app.verify.audit import audit
from tests.verify.changing import BACK, PAUSE, before, decision, deviation, place, step_with, turned
from tests.verify.forging import Forger, entries_in, events_in, plan_in, replaced


def found(folder: Path, events: list[Event], plan: Callable[[Plan], Plan] = lambda x: x) -> list[str]:
    own = plan(plan_in(folder))
    return [f"{x.rule} {x.where}: {x.what}" for x in audit(own, Forger(own).write(events).entries, {})]


def test_a_sealed_pause_between_two_answers(finished: Path) -> None:
    assert found(finished, before("ready", e.Answer, PAUSE, BACK)(events_in(finished))) == []


def test_a_step_decided_to_be_repeated_during_a_pause(finished: Path) -> None:
    events = events_in(finished)
    first = place(events, "ready", e.StepEntry, state="begun")
    end = place(events, "ready", e.StepEntry, state="done") + 1
    second: list[Event] = [replaced(x, attempt=2) if hasattr(x, "attempt") else x for x in events[first:end]]
    between: list[Event] = [PAUSE, deviation("2.4"), decision("2.4", action="repeat"), second[0], BACK]
    signed = [replaced(x, step="2.4", attempt=2) for x in events if isinstance(x, e.SignOff) and x.step == "1.2"]
    held = [*events[: first + 1], *between, *second[1:-1]]
    assert found(finished, [*held, *signed, second[-1], *events[end:]]) == []
    assert any("CER-QUORUM" in one for one in found(finished, [*held, second[-1], *events[end:]]))


def test_a_restart_during_a_pause(eventful: Path) -> None:
    events = events_in(eventful)
    stop = next(i for i, x in enumerate(events) if isinstance(x, e.Recovery))
    back = next(i for i in range(stop, len(events)) if isinstance(events[i], e.Decision))
    assert found(eventful, [*events[:stop], PAUSE, *events[stop:back], BACK, *events[back:]]) == []


def test_a_restart_between_the_end_of_a_step_and_the_next(finished: Path, eventful: Path) -> None:
    events, others = events_in(finished), events_in(eventful)
    done = place(events, "watch", e.StepEntry, state="done")
    enrolled = [x for x in events if isinstance(x, e.Enrol)]
    signed = [replaced(x, step="1.4") for x in events if isinstance(x, e.SignOff) and x.step == "1.2"]
    recovery = next(x for x in others if isinstance(x, e.Recovery))
    failure = replaced(deviation("1.4", by=0), kind="failure")
    everybody = [
        replaced(signed[0], person=one.person, role=one.roles[0], key=one.key, method=one.method)
        for one in enrolled
        if all(one.person != signoff.person for signoff in signed)
    ]
    between: list[Event] = [recovery, failure, *enrolled, decision("1.4"), *signed, *everybody, events[done]]
    assert found(finished, [*events[: done + 1], *between, *events[done + 1 :]]) == []


def test_a_role_of_which_the_policy_says_nothing(finished: Path) -> None:
    def silent(plan: Plan) -> Plan:
        rules = plan.policy.rules
        credential = replaced(rules.credential, value={})
        return replaced(plan, policy=replaced(plan.policy, rules=replaced(rules, credential=credential)))

    assert found(finished, events_in(finished), silent) == []


def test_rows_that_anybody_may_type(finished: Path) -> None:
    stages = plan_in(finished).definition.step("key-on-paper").stages
    free = tuple(replaced(x, typist="") if isinstance(x, Transcribe) else x for x in stages)
    typed = turned("key-on-paper", e.Answer, 1, person=2)(events_in(finished))
    assert found(finished, typed, step_with("key-on-paper", stages=free)) == []
    assert found(finished, typed) != []


@pytest.mark.parametrize("kind", [e.Departure, e.Deviation])
def test_somebody_leaves_or_objects_while_the_token_works(finished: Path, kind: type[Event]) -> None:
    gone: list[Event] = [e.Departure(person=5)]
    objects: list[Event] = [deviation("1.5")]
    put = before("workstation", e.Outcome, *(gone if kind is e.Departure else objects))(events_in(finished))
    if kind is e.Deviation:
        i = place(put, "workstation", e.Outcome)
        put.insert(i + 1, decision("1.5"))
    assert found(finished, put) == []


def test_a_journal_cut_off_after_any_entry(eventful: Path) -> None:
    plan, entries = plan_in(eventful), entries_in(eventful)
    for length in range(1, len(entries), 7):
        assert list(audit(plan, entries[:length], {}, signatures=False)) == []
