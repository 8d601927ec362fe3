"""Every rule that the audit says again is broken once, with all keys at hand; and seen, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.core.events import Answer, SignOff
from ceremony_app.core.values import Leaf
from ceremony_app.verify.audit import audit
from ceremony_app.verify.verdict import Finding
from tests.verify.attacks import ATTACKS, SINGLE
from tests.verify.changing import Attack
from tests.verify.forging import Forger, entries_in, events_in, plan_in


@pytest.fixture
def folders(finished: Path, eventful: Path, aborted: Path, unfinished: Path) -> dict[str, Path]:
    return {"finished": finished, "eventful": eventful, "aborted": aborted, "unfinished": unfinished}


@pytest.mark.parametrize("which", ["finished", "eventful", "aborted", "unfinished"])
def test_a_true_journal_breaks_no_rule(folders: dict[str, Path], which: str) -> None:
    folder = folders[which]
    assert list(audit(plan_in(folder), entries_in(folder), {})) == []


@pytest.mark.parametrize("which", ["finished", "eventful", "aborted", "unfinished"])
def test_a_journal_signed_anew_breaks_no_rule(folders: dict[str, Path], which: str) -> None:
    plan = plan_in(folders[which])
    forged = Forger(plan).write(events_in(folders[which]))
    assert list(audit(plan, forged.entries, {})) == []


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS])
def test_an_attack_breaks_its_rule(folders: dict[str, Path], attack: Attack) -> None:
    found = judged(folders[attack.on], attack)
    assert {finding.rule for finding in found} == attack.rules, found


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in SINGLE])
def test_an_attack_is_found_in_these_words(folders: dict[str, Path], attack: Attack) -> None:
    found = [f"{finding.rule} {finding.what}" for finding in judged(folders[attack.on], attack)]
    assert any(sentence.startswith(attack.words) for sentence in found), found


@pytest.mark.parametrize("text", ["", "x" * 2001, "Lærke\u202eÅngström", "two\nlines"])
def test_a_personal_text_that_nobody_may_enter(finished: Path, text: str) -> None:
    private = next(x.value for x in events_in(finished) if isinstance(x, Answer) and isinstance(x.value, Leaf))
    entries = entries_in(finished)
    assert list(audit(plan_in(finished), entries, {private.leaf: "Lærke Ångström"})) == []
    assert [one.rule for one in audit(plan_in(finished), entries, {private.leaf: text})] == ["CER-FIELD"]


def test_in_production_it_is_the_word_before_what_cannot_be_undone_that_needs_a_card(finished: Path) -> None:
    attack = next(one for one in ATTACKS if one.name == "room keys in production")
    places = {finding.where for finding in judged(finished, attack) if finding.rule == "CER-METHOD"}
    irreversible = {s.number for s in plan_in(finished).definition.steps if s.action and s.action.irreversible}
    meant = {
        f"entry {entry.seq}"
        for entry in entries_in(finished)
        if isinstance(entry.event, SignOff) and entry.event.purpose == "go" and entry.event.step in irreversible
    }
    assert places == meant
    assert len(meant) == 12


def judged(folder: Path, attack: Attack) -> list[Finding]:
    """What the audit finds in a journal after an attack."""
    plan = attack.plan(plan_in(folder))
    forged = Forger(plan, attack.touch()).write(attack.change(events_in(folder)))
    return list(audit(plan, forged.entries, {}))
