"""Whatever the program's rules let a room do, the second reader has nothing to say against.

Rooms that do odd things at random: deviations, restarts, people leaving, wrong rows, disagreements, in any order. Every
journal that `decide` allows is read by the reader, which shares no code with it.
"""

from __future__ import annotations

import random
import tomllib
from types import ModuleType

import msgspec
import pytest

from ceremony_app.core import commands as c
from ceremony_app.core.device import ObjectFacts, ObjectKind
from ceremony_app.core.events import Finding
from ceremony_app.core.prompts import Closed
from ceremony_app.core.values import ArtifactRef, Leaf, Row
from tests.core.table import SHORT, Table

PERSONAL = Leaf("ab" * 32)
NUMBERS = [1, 2, 3, 4, 5]


def odd(table: Table, chance: random.Random) -> c.Command:
    """Something that the room was not asked for; the rules may refuse it."""
    plan = table.plan.definition
    waiting = [problem.opened.deviation for problem in table.state.undecided()] or [1]
    person, op, pick = chance.choice(NUMBERS), f"{table.ops:032x}", chance.choice
    match chance.randrange(14):
        case 0:
            return table.deviation()
        case 1:
            again = pick(["", pick(plan.steps).id])
            return c.Settle(
                deviation=pick(waiting),
                action=pick(["go-on", "repeat", "go-on", "repeat", "go-on", "repeat", "abort"]),
                effect="none",
                by=person,
                text=PERSONAL,
                again=again,
                remedy=pick(["", "", "destroy", "quarantine", "adopt"]),
            )
        case 2:
            return c.Go(person=person)
        case 3 | 4:
            return c.Come(person=person)
        case 5:
            return c.TakeBreak(kind=pick(["attended", "sealed"]), stay=(1, 2), reason=PERSONAL)
        case 6:
            return c.Recover(boot="again", torn="", set_aside=(), expected=PERSONAL, happened=PERSONAL)
        case 7 | 8:
            return table.signature(
                person, pick(list(plan.roles)), pick(["go", "result"]), pick(["AGREE", "AGREE", "DISAGREE"])
            )
        case 9:
            file = ArtifactRef(name="other.tbs", sha256="cd" * 32, size=9)
            return c.Prepare(rows=(Row("Anew", "yes"),), artifacts=(file,), grave=pick([True, False]))
        case 10:
            return c.Halt(why="It cannot be prepared.", ended=pick([(), ("token:hsm:activated",)]))
        case 11:
            return c.Report(
                op=op,
                result=pick(["done", "failed", "unknown"]),
                complete=pick([True, False]),
                evidence={},
                rows=(),
                artifacts=(ArtifactRef(name=f"file-{len(table.lines)}", sha256="ef" * 32, size=1),),
                again=pick([True, False]),
            )
        case 12:
            findings: list[Finding] = ["not-executed", "executed", "partly", "unclear", "unhealthy", "unseen"]
            left = pick([(), (), (ObjectFacts(kind=ObjectKind.PUBLIC, label="x", id=""),)])
            return c.Find(op=op, finding=pick(findings), evidence={}, rows=(), left=left)
        case _:
            return c.TypeRow(letter=pick("ABCDEFGH"), text="00000000", person=person, reader=pick(NUMBERS))


def walk(seed: int, moves: int) -> Table:
    """A room that does what it is asked for most of the time."""
    chance = random.Random(seed)
    oddness = chance.choice([0.02, 0.1, 0.25])
    table = Table()
    table.open()
    for _ in range(moves):
        if isinstance(table.now, Closed):
            break
        try:
            wish = odd(table, chance) if chance.random() < oddness else table.move()
        except (AssertionError, StopIteration):
            continue  # nobody is left who could do what is asked for; somebody may come back
        table.send(wish)
    return table


def findings(reader: ModuleType, table: Table) -> list[str]:
    """What the reader says against a journal; it is given no folder, only definition and binding."""
    report = reader.Report()
    entries = reader.read_journal(b"".join(table.lines), sum(map(len, table.lines)), report)
    entries[0].body["files"] = {"policy.toml": "", "ceremony.toml": ""}
    script = tomllib.loads(SHORT.read_text(encoding="utf-8"))
    reader.Ceremony(script, msgspec.to_builtins(table.plan.binding), entries, report).walk()
    return [line for line in report if line.startswith("CER-")]


@pytest.mark.parametrize("seed", range(12))
def test_odd_rooms(seed: int, reader: ModuleType) -> None:
    table = walk(seed, 120)
    assert len(table.lines) > 3
    assert findings(reader, table) == []


@pytest.mark.exhaustive
def test_many_odd_rooms(reader: ModuleType) -> None:
    for seed in range(1000, 1400):
        assert findings(reader, walk(seed, 250)) == [], seed


def test_a_room_that_does_as_it_is_told(reader: ModuleType) -> None:
    table = Table()
    table.open()
    table.play(400)
    assert table.state.close is not None
    assert findings(reader, table) == []
