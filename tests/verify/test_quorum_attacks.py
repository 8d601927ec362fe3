"""No named way round the quorum is open: the rules refuse it, and a journal in which they had not is found out."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from ceremony_app.core.events import Body, Entry
from ceremony_app.core.script import Plan
from ceremony_app.verify.audit import audit
from tests.core.table import CUSTODY
from tests.verify.bypass import Bypass, Scene
from tests.verify.quorum_attacks import BYPASSES

READER = Path(__file__).resolve().parents[2] / "resources" / "folder" / "verify_journal.py"


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    """The small reader that lies in every folder; it shares no code with the program."""
    spec = importlib.util.spec_from_file_location("verify_journal", READER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def findings(plan: Plan, entries: list[Entry]) -> list[str]:
    """What the audit finds."""
    return [f"{one.rule} {one.where}: {one.what}" for one in audit(plan, entries, {})]


def read(reader: ModuleType, scene: Scene) -> list[str]:
    """What the small reader finds; it is given no folder, only definition and binding."""
    report = reader.Report()
    entries = reader.read_journal(b"".join(scene.lines), sum(map(len, scene.lines)), report)
    entries[0].body["files"] = {"policy.toml": "", "ceremony.toml": ""}
    script = tomllib.loads(CUSTODY.read_text(encoding="utf-8"))
    reader.Ceremony(script, msgspec.to_builtins(scene.plan.binding), entries, report).walk()
    return [line for line in report if line.startswith("CER-")]


def rules(lines: list[str]) -> set[str]:
    return {line.split(" ", 1)[0] for line in lines}


def test_the_ceremony_itself_breaks_no_rule(reader: ModuleType) -> None:
    scene = Scene()
    scene.play(400)
    assert scene.state.close is not None
    assert findings(scene.plan, scene.entries) == []
    assert read(reader, scene) == []


def test_each_attack_has_a_number_and_a_sentence_of_its_own() -> None:
    assert len({one.id for one in BYPASSES}) == len({one.sentence for one in BYPASSES}) == len(BYPASSES)
    assert len(BYPASSES) >= 60


@pytest.mark.parametrize("attack", [pytest.param(one, id=one.id) for one in BYPASSES])
def test_a_way_round_the_quorum(attack: Bypass, reader: ModuleType) -> None:
    scene, wish = attack.tried()
    if isinstance(wish, Body):
        assert not attack.rule, "a command is tried where there is one"
    else:
        scene.refused(wish, attack.rule)
    before = len(scene.entries)
    earlier = findings(scene.plan, scene.entries)
    scene.append(scene.written(wish))
    here = [line for line in findings(scene.plan, scene.entries) if line not in earlier]
    assert len(scene.entries) > before
    assert attack.found in rules(here), here
    if attack.second:
        assert attack.second in rules(read(reader, scene))
