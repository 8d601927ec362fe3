"""Every rule that the audit says again is broken once, with all keys at hand; and seen, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.verify.audit import audit
from tests.verify.attacks import ATTACKS
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
    plan = attack.plan(plan_in(folders[attack.on]))
    forged = Forger(plan, attack.touch()).write(attack.change(events_in(folders[attack.on])))
    found = list(audit(plan, forged.entries, {}))
    assert {finding.rule for finding in found} == attack.rules, found
