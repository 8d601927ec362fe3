"""Evidence that does not say what was shown, files that are not the evidence's, and what was never to be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app import __version__
from ceremony_app.core import events as e
from ceremony_app.core.script import Plan
from ceremony_app.core.values import ArtifactRef, Mode, Row
from ceremony_app.verify.artifacts import check_artifacts
from ceremony_app.verify.verify import verify
from tests.verify.changing import place, touched, turned
from tests.verify.examining import EVIDENCE, INTENT, PROFILE, SHOWN, found, rules, said, same
from tests.verify.forging import Forger, digest, events_in, plan_in, put_journal, put_manifest, replaced
from tests.verify.judging import Copy

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


@pytest.mark.parametrize("evidence", [{}, {"rows": 3}, {"token": {}}, {"report": []}, {"objects": [{"name": 1}]}])
@pytest.mark.parametrize("step", ["workstation", "look", "trial", "generate", "certify", "take-away"])
def test_evidence_that_makes_no_sense_is_a_finding(finished: Path, step: str, evidence: dict[str, object]) -> None:
    assert rules(found(finished, turned(step, e.Outcome, 0, evidence=evidence))) & {EVIDENCE, SHOWN}


def test_what_was_shown_before_cannot_be_made_again(finished: Path) -> None:
    own, entries = plan_in(finished), Forger(plan_in(finished)).write(events_in(finished)).entries
    files = {f"artifacts/{path.name}": path.read_bytes() for path in (finished / "artifacts").glob("*.der")}
    found_ = [one.what for one in check_artifacts(own, entries, files)]
    assert any("cannot be made again: REHEARSAL-trial-root.tbs is missing" in what for what in found_), found_


def test_the_row_that_differs_is_named(finished: Path) -> None:
    i = place(events_in(finished), "look", e.Outcome)
    rows: tuple[Row, ...] = getattr(events_in(finished)[i], "rows", ())
    place_ = next(n for n, row in enumerate(rows) if row.label == "Model")
    changed = (*rows[:place_], Row("Model", "KeyStore 8"), *rows[place_ + 1 :])
    found_ = found(finished, turned("look", e.Outcome, 0, rows=changed))
    assert [one.what for one in found_] == [
        "shown, and not what the evidence says: “Model: KeyStore 8” for “Model: KeyStore 7”"
    ]


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
