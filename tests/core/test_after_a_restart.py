"""After a restart everybody who is here signs, and the page says how many that are."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.values import Leaf
from tests.core.table import Table

LEAF = Leaf("ab" * 32)


def restarted(table: Table) -> p.Approve:
    """Killed before the roll-call is signed; everybody is enrolled again, and the step goes on."""
    while not isinstance(table.now, p.Approve):
        table.good(table.move())
    before = table.now
    assert sum(before.quorum.values()) == 2
    table.good(c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF))
    while isinstance(table.now, p.EnrolAgain):
        table.good(table.move())
    problem = table.state.undecided()[0].opened.deviation
    table.good(c.Settle(deviation=problem, action="go-on", effect="none", by=1, text=LEAF))
    assert isinstance(table.now, p.Approve)
    return table.now


def test_everybody_is_asked_and_counted(table: Table) -> None:
    now = restarted(table)
    everybody = len([one for one in table.state.people if one.present])
    assert everybody > 2
    assert sum(now.quorum.values()) == sum(now.missing.values()) == everybody
    signed = 0
    while isinstance(table.now, p.Approve) and table.now.step.id == now.step.id:
        assert sum(table.now.quorum.values()) == everybody
        assert sum(table.now.missing.values()) == everybody - signed
        table.good(table.move())
        signed += 1
    assert signed == everybody


def test_who_has_left_is_not_waited_for(table: Table) -> None:
    restarted(table)
    table.good(c.Go(person=5))
    now = table.now
    assert isinstance(now, p.Approve)
    assert sum(now.quorum.values()) == len([one for one in table.state.people if one.present])
