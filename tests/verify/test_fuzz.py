"""Journals that nobody ever wrote: whatever entries say, in whatever order, the judge comes to an end."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.events import Event, StepEntry
from ceremony_app.core.values import ArtifactRef, Leaf, Row
from ceremony_app.journal import chain
from ceremony_app.verify.artifacts import check_artifacts
from ceremony_app.verify.audit import audit
from ceremony_app.verify.persons import questions
from ceremony_app.verify.verify import verify
from tests.verify.forging import copied, events_in, plan_in, put_journal, put_manifest, replaced

TEXTS = (
    "",
    "done",
    "1.1",
    "9.9",
    "look",
    "generate",
    "row A",
    "row",
    "labels#2",
    "seal#2",
    "ab" * 32,
    "\x00",
    "é" * 99,
)
NUMBERS = (0, 1, 2, 5, 99, 2**53 - 1)


def other(value: object, chance: random.Random) -> object:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return chance.choice(NUMBERS)
        case str():
            return chance.choice(TEXTS)
        case Leaf():
            return Leaf("cd" * 32)
        case tuple() if value and isinstance(value[0], int):
            return (chance.choice(NUMBERS),)
        case tuple() if value and isinstance(value[0], str):
            return (chance.choice(TEXTS),)
        case tuple():
            kind = chance.choice((Row("a", "b"), ArtifactRef(name="../x", sha256="", size=-1)))
            return value[:-1] if value else (kind,)
        case dict():
            return chance.choice(({}, {"guard": 3}, {"guard": {"added": 1}, "inventory": []}, {**value, "x": [[]]}))
        case _:
            return value


def spoilt(events: list[Event], chance: random.Random) -> list[Event]:
    """A few entries dropped, doubled, moved or changed; what does not even fit the format is left as it was."""
    made = list(events)
    for _ in range(chance.randrange(1, 6)):
        i, j = chance.randrange(len(made)), chance.randrange(len(made))
        match chance.randrange(5):
            case 0:
                del made[i : i + chance.randrange(1, 4)]
            case 1:
                made.insert(i, made[j])
            case 2:
                made[i], made[j] = made[j], made[i]
            case _:
                name = chance.choice(made[i].__struct_fields__)
                changed = replaced(made[i], **{name: other(getattr(made[i], name), chance)})
                if fits(changed):
                    made[i] = changed
    return made


def fits(event: Event) -> bool:
    try:
        chain.decode(chain.encode(event, seq=0, prev="0" * 64, utc=MOMENT, mono=1), seq=0, prev="0" * 64)
    except Exception:  # noqa: BLE001 - whatever it is, such a line cannot be in a journal
        return False
    return True


MOMENT = "2026-11-23T09:00:00.000Z"


def lines_of(events: list[Event]) -> list[bytes]:
    lines, prev = [], "0" * 64
    for seq, event in enumerate(events):
        lines.append(chain.encode(event, seq=seq, prev=prev, utc=MOMENT, mono=seq))
        prev = chain.digest(lines[-1])
    return lines


@pytest.mark.parametrize("which", ["finished", "eventful", "aborted"])
def test_any_order_of_any_entries_comes_to_a_verdict(which: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(which)
    plan, events = plan_in(folder), events_in(folder)
    files = {str(path.relative_to(folder)): path.read_bytes() for path in (folder / "artifacts").iterdir()}
    chance = random.Random(f"{which} 2026")
    for _ in range(60):
        entries = tuple(chain.entries_of(b"".join(lines_of(spoilt(events, chance)))))
        assert [*audit(plan, entries, {}), *check_artifacts(plan, entries, files)]
        list(questions(plan, entries, {}, closed=False))


def test_a_step_that_the_definition_does_not_have(finished: Path, tmp_path: Path) -> None:
    events = [
        msgspec.structs.replace(x, id="nowhere", step="7.7") if isinstance(x, StepEntry) and x.step == "1.9" else x
        for x in events_in(finished)
    ]
    folder = copied(finished, tmp_path / "copy")
    put_journal(folder, lines_of(events))
    put_manifest(folder)
    verdict = verify(folder, press=None)
    assert verdict.verdict == "inconsistent"
    assert "CER-ORDER" in {finding.rule for finding in verdict.findings}
