"""The verdict as the contract has it, and the questions that it leaves."""

from __future__ import annotations

import json
from pathlib import Path

from ceremony_app.core.events import Clock
from ceremony_app.core.values import Mode
from ceremony_app.verify.moments import clock_jumps
from ceremony_app.verify.persons import questions
from ceremony_app.verify.verdict import Finding, Report, Verdict, as_json
from ceremony_app.verify.verify import verify
from tests.pki.making import pack
from tests.verify.forging import entries_in, plan_in, replaced


def test_json_has_the_members_of_the_contract_in_their_order() -> None:
    verdict = Verdict(
        verdict="inconsistent",
        head="ab" * 32,
        entries=3,
        mode=Mode.REHEARSAL,
        findings=(Finding(rule="CER-LINE", where="journal.jsonl line 2", what="no entry"),),
        for_a_person=("look",),
    )
    text = as_json(verdict)
    assert "\n" not in text
    assert list(json.loads(text)) == ["verdict", "head", "entries", "mode", "findings", "for_a_person"]
    assert json.loads(text)["findings"] == [{"rule": "CER-LINE", "where": "journal.jsonl line 2", "what": "no entry"}]
    assert json.loads(text)["mode"] == "rehearsal"


def test_nothing_that_was_found_moves_a_cursor_or_fills_the_screen() -> None:
    report = Report()
    report.find("CER-LINE", "a\nb", "\x1b[31m" + "x" * 10_000)
    finding = report.findings[0]
    assert finding.where == "a\\u{000A}b"
    assert finding.what.startswith("\\u{001B}[31m")
    assert len(finding.what) < 700


def test_a_finished_ceremony_says_what_only_a_person_can_settle(finished: Path) -> None:
    verdict = verify(finished, press=None)
    told = "\n".join(verdict.for_a_person)
    last, point = verdict.head, entries_in(finished)[verdict.entries - 9].digest
    assert (verdict.entries, verdict.mode) == (len(entries_in(finished)), Mode.REHEARSAL)
    assert f"compare the final head with the paper: {last}" in told
    assert f"with the paper: {point}" in told
    unverified = f"{len(pack('general').unverified())} statements of the policy pack"
    for words in ("initials and signatures", "rows on paper", "on the video", unverified):
        assert words in told
    assert "not closed" not in told


def test_an_eventful_ceremony_says_what_happened_to_its_people(eventful: Path) -> None:
    told = "\n".join(verify(eventful, press=None).for_a_person)
    assert "the program was started again 1 times" in told
    assert told.count("was enrolled again with a new key") == 5
    assert "people did not agree" in told
    assert "read the exception sheets D-1, D-2, D-3, D-4, D-5" in told


def test_an_unfinished_ceremony_is_consistent_and_says_so(unfinished: Path) -> None:
    verdict = verify(unfinished, press=None)
    assert verdict.verdict == "consistent"
    assert any(line.startswith("not closed") for line in verdict.for_a_person)


def test_a_clock_that_was_set_is_for_a_person(finished: Path) -> None:
    entries = entries_in(finished)
    assert list(clock_jumps(entries)) == []
    later = [replaced(x, utc=x.utc.replace("T09:", "T10:")) if x.seq >= 50 else x for x in entries]
    assert list(clock_jumps(later)) == ["the computer's clock was set by +3600.0 s before entry 50"]
    assert len(list(clock_jumps([replaced(entries[0], utc="2026-02-30T09:00:00.000Z"), *entries[1:]]))) == 1


def test_a_watch_that_differs_by_more_than_the_policy_allows_is_for_a_person(finished: Path) -> None:
    def told(difference: int) -> list[str]:
        entries = [
            replaced(x, event=replaced(x.event, difference=difference)) if isinstance(x.event, Clock) else x
            for x in entries_in(finished)
        ]
        later = [replaced(x, utc=x.utc.replace("T09:", "T10:")) if x.seq >= 50 else x for x in entries]
        return list(questions(plan_in(finished), later, {}, closed=True))

    assert any("differed by -61 s, the policy allows 60" in line for line in told(-61))
    assert not any("the policy allows" in line for line in told(60))
    assert any("clock was set by +3600.0 s" in line for line in told(0))
