"""A random room that holds a token's PINs in shares: whatever it tries, nothing is done with too few of them."""

from __future__ import annotations

import os
import random
from typing import Any, Literal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Plan
from ceremony_app.core.values import ArtifactRef, Leaf, Row
from ceremony_app.verify.audit import audit
from tests.core.share_rules import handed_wrongly, too_few
from tests.core.table import Table, custody_plan
from tests.core.test_machine import Room, people

LEAF = Leaf("ab" * 32)
ALL = bool(os.environ.get("CEREMONY_TEST_ALL"))
SEQUENCES = 100_000 if ALL else 2000
numbers = st.integers(0, 4)


class ShareRoom(Room):
    """People with shares, and an administrator who tries everything."""

    def plan(self) -> Plan:
        """The ceremony of shares."""
        return custody_plan()

    @rule(moves=st.integers(10, 60))
    def go_far(self, moves: int) -> None:
        """Many legal moves, to come to the shares."""
        self.table.play(moves)

    @rule(index=numbers, person=people)
    def write(self, index: int, person: int) -> None:
        """Somebody says that a share stands on the own sheet."""
        self.attempt(c.WriteShare(index=index, person=person))

    @rule(index=numbers, person=people)
    def prove(self, index: int, person: int) -> None:
        """Somebody is said to have typed a share back."""
        self.attempt(c.ProveShare(index=index, person=person))

    @rule(count=st.integers(0, 4))
    def combine(self, count: int) -> None:
        """So many combinations are said to be proven."""
        self.attempt(c.CombineShares(combinations=count))

    @rule(whose=st.sampled_from(("activation", "activation", "officer")), index=numbers, person=people)
    def take(self, whose: Any, index: int, person: int) -> None:  # noqa: ANN401
        """Somebody enters a share."""
        self.attempt(c.TakeShare(whose=whose, index=index, person=person))

    @invariant()
    def nothing_is_done_with_too_few_shares(self) -> None:
        """As many holders came forward as there must be, each with one share of their own."""
        assert too_few(self.table.plan, self.table.entries) == []
        assert handed_wrongly(self.table.entries) == []


TestShareRoom = ShareRoom.TestCase
TestShareRoom.settings = settings(
    max_examples=2000 if ALL else 100,
    stateful_step_count=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


# --------------------------------------------------------------------------------------------------- many short walks


def odd(table: Table, chance: random.Random) -> c.Command:
    """Something that the room was not asked for; the rules may refuse it."""
    pick, person = chance.choice, chance.randrange(1, 10)
    roles = list(table.plan.definition.roles)
    open_one = next((one.opened.deviation for one in table.state.undecided()), 1)
    match chance.randrange(15):
        case 0 | 1 | 2:
            return c.TakeShare(
                whose=pick(["activation", "activation", "officer"]), index=pick([1, 2, 3]), person=person
            )
        case 3:
            return c.WriteShare(index=pick([1, 2, 3]), person=person)
        case 4:
            return c.ProveShare(index=pick([1, 2, 3]), person=person)
        case 5:
            return c.CombineShares(combinations=pick([1, 2, 3]))
        case 6 | 7:
            act = table.plan.definition.step(table.state.run.id).action if table.state.run else None
            return c.Begin(op=table.op(), call="call", parameters={}, phrase=act.phrase if act else "")
        case 8 | 9:
            return table.signature(person, pick(roles), pick(["go", "result"]), pick(["AGREE", "AGREE", "DISAGREE"]))
        case 10:
            return c.Go(person=person) if pick([True, False]) else c.Come(person=person)
        case 11:
            restart = c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF)
            return restart if pick([True, False]) else table.deviation()
        case 12:
            action: Literal["go-on", "repeat"] = pick(["go-on", "go-on", "repeat"])
            return c.Settle(deviation=open_one, action=action, effect="none", by=person, text=LEAF)
        case 13:
            file = ArtifactRef(name="other.tbs", sha256="cd" * 32, size=9)
            return c.Prepare(rows=(Row("Anew", "yes"),), artifacts=(file,), grave=pick([True, False]))
        case _:
            op = f"{table.ops:032x}"
            result: Literal["done", "failed", "unknown"] = pick(["done", "failed", "unknown"])
            return c.Report(op=op, result=result, complete=pick([True, False]), evidence={}, rows=(), again=True)


def walk(seed: int, begun: Table, tries: int) -> Table:
    """From some way into the ceremony: a room that does what it is asked for most of the time."""
    chance = random.Random(seed)
    table = begun.twin()
    oddness = chance.choice([0.1, 0.3, 0.6])
    for _ in range(tries):
        if isinstance(table.now, p.Closed):
            break
        try:
            wish = odd(table, chance) if chance.random() < oddness else table.move()
        except (AssertionError, StopIteration):
            continue  # nobody is left who could do what is asked for; somebody may come back
        before = table.state
        if isinstance(table.send(wish), Refused):
            assert table.state is before
    return table


def test_many_walks_get_nowhere_without_the_quorum() -> None:
    """Every one begins at another place of a ceremony that has gone well so far, and is judged at its end."""
    begun = [Table(custody_plan())]
    begun[0].open()
    while not isinstance(begun[-1].now, p.Closed):
        further = begun[-1].twin()
        further.good(further.move())
        begun.append(further)
    begun.pop()
    refused = accepted = 0
    for seed in range(SEQUENCES):
        start = begun[seed % len(begun)]
        table = walk(seed, start, 12)
        accepted += len(table.lines) - len(start.lines)
        refused += table.refusals - start.refusals
        findings = list(audit(table.plan, table.entries, {}, signatures=False))
        assert not findings, (seed, findings[:3])
        assert too_few(table.plan, table.entries) == [], seed
        assert handed_wrongly(table.entries) == [], seed
    assert accepted > 4 * SEQUENCES
    assert refused > SEQUENCES


def test_no_share_is_entered_into_a_step_that_is_stopped() -> None:
    """After a call of which nobody knew the end, and a look at what it did, people decide first."""
    table = Table(custody_plan())
    table.open()
    while not (isinstance(table.now, p.Busy) and table.now.step.id == "drill"):
        table.good(table.move())
    op = table.state.runs[-1].calls[-1].intent.op
    table.good(c.Report(op=op, result="unknown", complete=True, evidence={}, rows=()))
    table.good(c.Find(op=op, finding="not-executed", evidence={}, rows=()))
    assert isinstance(table.now, p.Halted)
    table.refused(c.TakeShare(whose="activation", index=1, person=5), "CER-HALTED")
