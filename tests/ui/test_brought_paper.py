"""Rows that are typed from a paper that somebody brought: nothing of the digest is seen before it has been typed."""

from __future__ import annotations

import msgspec

from ceremony_app.core import prompts as p
from ceremony_app.core.script import Plan, Transcribe
from ceremony_app.core.words import LETTERS, hash_rows
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.text import Text
from tests.ui.asking import said
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import Hands, Open
from tests.ui.sample_evidence import SPKI
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import Player


def brought() -> Plan:
    """The sample plan, its digest compared with a paper that was brought."""
    plan = sample_plan()
    replace = msgspec.structs.replace
    steps = []
    for step in plan.definition.steps:
        stages = tuple(
            replace(stage, brought=True) if isinstance(stage, Transcribe) and stage.source else stage
            for stage in step.stages
        )
        steps.append(replace(step, stages=stages))
    return replace(plan, definition=replace(plan.definition, steps=tuple(steps)))


def shown(hands: Hands) -> str:
    blocks = [" ".join((*b.lines(), b.accessibleDescription())) for b in hands.visible(HashBlock)]
    sheets = [sheet.toPlainText() for sheet in hands.visible(Sheet)]
    return "\n".join([*blocks, *sheets, *(label.text() for label in hands.visible(Text))])


def test_no_row_is_on_the_screen_before_it_has_been_typed(open_window: Open) -> None:
    desk = FakeDesk(brought())
    secret = [text for row in hash_rows(SPKI) for text in (row.hex, row.groups)]
    for kind in (p.WriteRows, p.TypeRows):
        Player(desk).until(lambda now, kind=kind: isinstance(now, kind))  # type: ignore[misc]  # bound at once
        hands = open_window(desk)
        now = desk.prompt()
        assert isinstance(now, p.WriteRows | p.TypeRows)
        assert now.brought
        assert shown(hands).count("read it from the paper") >= len(LETTERS)
        for step in desk.plan.definition.steps:
            hands.window.area.look_at(step)
            hands.settle()
            assert not [part for part in secret if part in shown(hands)], (kind, step.number)


def test_the_paper_is_recorded_as_here_and_the_rows_are_drawn(open_window: Open) -> None:
    desk = FakeDesk(brought())
    Player(desk).until(lambda now: isinstance(now, p.WriteRows))
    hands = open_window(desk)
    assert "write" not in said(hands.page).partition("Part 1 of 2")[2].lower()
    assert "Still needed: the paper that was brought, with rows A to H" in hands.window.bar.needed()
    (deed,) = hands.page.deeds()
    assert deed.text == "Record that the paper is here, and the digest is not on the screen"
    hands.primary()
    now = desk.prompt()
    assert isinstance(now, p.TypeRows)
    assert now.drawn
