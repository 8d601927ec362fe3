"""Evidence that does not say what was shown, files that are not the evidence's, and what was never to be done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ceremony_app import __version__
from ceremony_app.core import events as e
from ceremony_app.core.script import Plan
from ceremony_app.core.values import ArtifactRef, Mode, Row
from ceremony_app.verify.artifacts import check_artifacts
from ceremony_app.verify.verdict import Finding
from ceremony_app.verify.verify import verify
from tests.verify.changing import Change, place, touched, turned
from tests.verify.forging import Forger, digest, events_in, plan_in, put_journal, put_manifest, replaced
from tests.verify.judging import Copy

SHOWN, EVIDENCE, PROFILE, INTENT = "CER-SHOWN", "CER-EVIDENCE", "CER-PROFILE", "CER-INTENT"

TOKEN = {
    "manufacturer": "Example Devices",
    "model": "KeyStore 7",
    "serial": "EX7-000042",
    "label": "",
    "firmware": "7.4",
    "hardware": "2.0",
    "flags": [],
    "pin_min": 4,
    "pin_max": 255,
}


def found(folder: Path, change: Change, plan: Callable[[Plan], Plan] = lambda x: x, **files: bytes) -> list[Finding]:
    """The findings over a changed journal and changed artifacts, everything else made right."""
    own = plan_in(folder)
    entries = Forger(own).write(change(events_in(folder))).entries
    there = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    there |= {f"artifacts/{name.replace('__', '.').replace('_', '-')}": data for name, data in files.items()}
    return list(check_artifacts(plan(own), entries, there))


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def same(events: list[e.Event]) -> list[e.Event]:
    return events


def said(step: str, nth: int = 0, /, **evidence: object) -> Change:
    """An outcome whose evidence says something else; its rows follow."""

    def change(events: list[e.Event]) -> list[e.Event]:
        i = place(events, step, e.Outcome, nth)
        outcome = events[i]
        assert isinstance(outcome, e.Outcome)
        members = {name.replace("_", "-"): value for name, value in evidence.items()}
        return [*events[:i], replaced(outcome, evidence={**outcome.evidence, **members}), *events[i + 1 :]]

    return change


@pytest.mark.parametrize("which", ["finished", "eventful", "aborted"])
def test_true_evidence_holds(which: str, request: pytest.FixtureRequest) -> None:
    assert found(request.getfixturevalue(which), same) == []


@pytest.mark.parametrize(
    "step", ["workstation", "plug-in", "look", "fresh-token", "trial", "generate", "certify", "take-away"]
)
def test_rows_that_are_not_the_evidence(finished: Path, step: str) -> None:
    found_ = found(finished, turned(step, e.Outcome, 0, rows=(Row("All", "is well"),)))
    assert rules(found_) == {SHOWN}, found_


@pytest.mark.parametrize(
    "step", ["the-room", "plug-in", "trial", "generate", "certify", "revoke-nothing", "take-away", "count"]
)
def test_something_else_was_shown_before(finished: Path, step: str) -> None:
    spoilt = turned(step, e.StepEntry, 0, where={"state": "prepared"}, rows=(Row("Will be", "something else"),))
    assert rules(found(finished, spoilt)) == {SHOWN}


def test_something_else_was_approved(finished: Path) -> None:
    other = ArtifactRef(name="REHEARSAL-root.tbs", sha256="ab" * 32, size=470)
    spoilt = turned("certify", e.StepEntry, 0, where={"state": "prepared"}, artifacts=(other,))
    assert rules(found(finished, spoilt)) == {EVIDENCE, INTENT}


def test_another_digest_of_the_key(finished: Path) -> None:
    found_ = found(finished, said("generate", spki_sha256="ab" * 32))
    assert rules(found_) == {EVIDENCE, SHOWN}
    assert any("the digest is not that of the public key" in one.what for one in found_)


def test_another_file_of_the_key(finished: Path) -> None:
    found_ = found(finished, same, REHEARSAL_root__pub__der=b"another key")
    assert [one.what for one in found_] == ["the file is not the public key of the evidence"]


def test_another_certificate(finished: Path) -> None:
    der = bytearray((finished / "artifacts" / "REHEARSAL-root.der").read_bytes())
    der[-1] ^= 1
    found_ = found(finished, said("certify", certificate_sha256=digest(bytes(der))), REHEARSAL_root__der=bytes(der))
    assert any("signatureValue" in one.what for one in found_), found_


def test_a_certificate_that_is_none(finished: Path) -> None:
    assert EVIDENCE in rules(found(finished, same, REHEARSAL_root__der=b"0\x82"))


def test_another_policy_than_the_certificate_was_made_for(finished: Path) -> None:
    def stricter(plan: Plan) -> Plan:
        profile = plan.policy.certificates["root"]
        years = replaced(profile.validity, value=replaced(profile.validity.value, years=5))
        certificates = {**plan.policy.certificates, "root": replaced(profile, validity=years)}
        return replaced(plan, policy=replaced(plan.policy, certificates=certificates))

    assert PROFILE in rules(found(finished, same, stricter))


def test_a_list_of_another_number_than_the_policy_asks(finished: Path) -> None:
    def later(plan: Plan) -> Plan:
        profile = plan.policy.crls["root-crl"]
        crl = replaced(profile, number=replaced(profile.number, value=7))
        return replaced(plan, policy=replaced(plan.policy, crls={"root-crl": crl}))

    assert PROFILE in rules(found(finished, same, later))


def test_the_trial_was_of_something_else(finished: Path) -> None:
    assert EVIDENCE in rules(found(finished, said("trial", objects=[])))


@pytest.mark.parametrize(
    ("step", "evidence", "words"),
    [
        ("the-room", {"sha256": "ab" * 32}, "not the one that the first entry binds"),
        ("workstation", {"observations": []}, "nothing was looked at"),
        ("take-away", {"list_sha256": "ab" * 32}, "not that of the list of files"),
        ("take-away", {"files": []}, "not those that were made"),
        ("on-paper", {"sha256": "ab" * 32}, "not the script that the first entry binds"),
        ("on-paper", {"copies": 2}, "2 copies were printed, and 1 asked for"),
        ("plug-in", {"token": {**TOKEN, "serial": "EX7-000043"}}, "found EX7-000043"),
        ("look", {"token": {**TOKEN, "model": "KeyStore 6"}}, "found KeyStore 6"),
        ("fresh-token", {"token": {**TOKEN, "label": "another"}}, "labelled another"),
        ("look", {"inventory": {"objects": [], "serial": "EX7-000042", "sha256": "ab" * 32}}, "digest is not that of"),
        ("switch-on", {"inventory": {"objects": [], "serial": "EX7-000043", "sha256": ""}}, "the token EX7-000043"),
        ("count", {"inventory": {"objects": [], "serial": "EX7-000043", "sha256": ""}}, "the token EX7-000043"),
    ],
)
def test_evidence_of_another_thing(finished: Path, step: str, evidence: dict[str, object], words: str) -> None:
    found_ = found(finished, said(step, **evidence))
    assert EVIDENCE in rules(found_)
    assert any(words in one.what for one in found_ if one.rule == EVIDENCE), found_


def test_a_hard_fact_cannot_be_overruled_in_production(finished: Path) -> None:
    up = {"id": "network", "label": "Network interfaces up", "value": "eth0", "good": False, "hard": True}
    assert EVIDENCE not in rules(found(finished, said("workstation", observations=[up])))

    def change(events: list[e.Event]) -> list[e.Event]:
        real = replaced(events[0], mode=Mode.PRODUCTION)
        return said("workstation", observations=[up])([real, *events[1:]])

    found_ = found(finished, change)
    assert any("not as it must be in production: Network interfaces up" in one.what for one in found_)


@pytest.mark.parametrize(
    ("step", "members"),
    [
        ("generate", {"parameters": {"label": "mine", "id": "ab" * 16, "algorithm": "P-384"}}),
        ("generate", {"call": "destroy-key"}),
        ("certify", {"parameters": {"tbs-sha256": "ab" * 32, "key-id": "ab" * 16}}),
        ("look", {"inventory": "ab" * 32}),
    ],
)
def test_an_intent_that_was_not_due(finished: Path, step: str, members: dict[str, Any]) -> None:
    assert rules(found(finished, turned(step, e.Intent, 0, **members))) <= {INTENT, EVIDENCE}
    assert INTENT in rules(found(finished, turned(step, e.Intent, 0, **members)))


def test_a_mutating_call_without_an_inventory_before_it(finished: Path) -> None:
    assert rules(found(finished, turned("generate", e.Intent, 0, inventory=""))) == {INTENT, EVIDENCE}


def test_another_inventory_than_the_intents(finished: Path) -> None:
    assert rules(found(finished, turned("generate", e.Intent, 0, inventory="ab" * 32))) == {EVIDENCE}


@pytest.mark.parametrize(("step", "nth", "complete"), [("fresh-token", 0, True), ("generate", 0, False)])
def test_an_action_that_ends_elsewhere_than_its_kind_says(finished: Path, step: str, nth: int, complete: bool) -> None:
    assert INTENT in rules(found(finished, turned(step, e.Outcome, nth, complete=complete)))


@pytest.mark.parametrize("evidence", [{}, {"rows": 3}, {"token": {}}, {"report": []}, {"objects": [{"name": 1}]}])
@pytest.mark.parametrize("step", ["workstation", "look", "trial", "generate", "certify", "take-away"])
def test_evidence_that_makes_no_sense_is_a_finding(finished: Path, step: str, evidence: dict[str, object]) -> None:
    assert rules(found(finished, turned(step, e.Outcome, 0, evidence=evidence))) & {EVIDENCE, SHOWN}


def test_a_failure_shown_as_a_smaller_one(eventful: Path) -> None:
    events = events_in(eventful)
    failed = next(i for i, x in enumerate(events) if isinstance(x, e.Outcome) and x.result == "failed")

    def change(x: list[e.Event]) -> list[e.Event]:
        return [*x[:failed], replaced(x[failed], rows=(Row("What is certain", "nothing"),)), *x[failed + 1 :]]

    assert rules(found(eventful, change)) == {SHOWN}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"finding": "not-executed"}, {EVIDENCE}),
        ({"rows": ()}, {SHOWN}),
        ({"evidence": {}}, {EVIDENCE}),
    ],
)
def test_an_inspection_that_says_otherwise(eventful: Path, members: dict[str, object], expected: set[str]) -> None:
    events = events_in(eventful)
    where = next(i for i, x in enumerate(events) if isinstance(x, e.Reconcile))

    def change(x: list[e.Event]) -> list[e.Event]:
        return [*x[:where], msgspec.structs.replace(x[where], **members), *x[where + 1 :]]

    assert rules(found(eventful, change)) == expected


@pytest.mark.parametrize(("program", "verdict"), [("0.0.9", "consistent"), (__version__, "inconsistent")])
def test_words_of_another_version_are_for_a_person(finished: Path, copy: Copy, program: str, verdict: str) -> None:
    folder = copy(finished)
    rows = (Row("Serial", "EX7-000042"),)
    touch = touched(e.Genesis, program=f"ceremony-app {program} {'ab' * 32}")()
    events = turned("look", e.Outcome, 0, rows=rows)(events_in(folder))
    put_journal(folder, Forger(plan_in(folder), touch).write(events).lines)
    put_manifest(folder)
    judged = verify(folder, press=None)
    assert judged.verdict == verdict, judged.findings
    told = any("has words of another version (ceremony-app 0.0.9)" in line for line in judged.for_a_person)
    assert told is (verdict == "consistent")
