"""Objects that an interrupted call left on a token: they are shown, and people decide what becomes of them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Decision, Finding
from ceremony_app.core.script import Plan
from ceremony_app.ui.choices import Option, Options
from ceremony_app.ui.decisionform import REMEDIES
from tests.ui.asking import said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Hands, Key, Open
from tests.ui.sample_evidence import HALF, PAIR
from tests.ui.sample_plan import sample_plan
from tests.ui.token_plan import token_plan
from tests.ui.token_tour import pin
from tests.ui.tour import Player

QUESTION = "What becomes of these objects?"


def left(open_window: Open, finding: Finding = "executed", plan: Plan | None = None) -> Hands:
    """A window on a step that stopped, and whose call left something on the token."""
    desk = FakeDesk(plan or token_plan())
    Player(desk).until_step("3.3", p.Perform)
    desk.ends.append("unknown")
    answered(desk.perform(pin(), "GENERATE ROOT-2026"))
    desk.finds.append(finding)
    answered(desk.inspect(pin()))
    assert isinstance(desk.prompt(), p.Halted)
    return open_window(desk)


def open_deviation(hands: Hands) -> None:
    """By its button, as it is prefilled."""
    hands.primary()
    now = hands.desk.prompt()
    assert isinstance(now, p.Halted)
    assert now.problem is not None


def choose(hands: Hands, words: str) -> None:
    """Go to an answer by keyboard, and choose it."""
    options = [option for option in hands.page.findChildren(Option) if option.isVisible()]
    option = next(o for o in options if o.accessibleName() == words)
    for _ in range(80):
        if hands.focus is option:
            break
        if isinstance(hands.focus, Option) and hands.focus.parent() is option.parent():
            above = options.index(hands.focus) > options.index(option)
            hands.press(Key.Key_Up if above else Key.Key_Down)
        else:
            hands.press(Key.Key_Tab)
    assert hands.focus is option
    hands.press(Key.Key_Space)
    assert option.isChecked()


def remedies(hands: Hands) -> list[QAbstractButton]:
    """The answers to what becomes of the objects, if it is asked."""
    group = next(o for o in hands.page.findChildren(Options) if o.accessibleName() == QUESTION)
    return [option for option in group.findChildren(Option) if option.isVisible()]


def test_the_objects_are_shown_before_and_with_the_decision(open_window: Open) -> None:
    hands = left(open_window)
    for _ in range(2):
        text = said(hands.page)
        assert "Left on the token by" in text
        for number, thing in enumerate(PAIR, start=1):
            assert f"Object {number}\n{thing.told()}" in text
        if isinstance(hands.desk.prompt(), p.Halted):
            hands.primary()


def test_nothing_is_asked_where_nothing_was_left(open_window: Open) -> None:
    hands = left(open_window, "not-executed")
    open_deviation(hands)
    choose(hands, "Hold this step again, as a new attempt")
    assert "Left on the token" not in said(hands.page)
    assert remedies(hands) == []
    hands.primary()
    hands.type("Nothing happened.")
    hands.primary()
    assert len(hands.desk.state().undecided()) == 0


def test_only_holding_the_step_again_asks_and_nothing_is_chosen_before(open_window: Open) -> None:
    hands = left(open_window)
    open_deviation(hands)
    assert remedies(hands) == []
    choose(hands, "Abort the ceremony, and close it in order")
    assert remedies(hands) == []
    assert "what becomes of the objects" not in hands.window.bar.needed()
    choose(hands, "Hold this step again, as a new attempt")
    assert [o.accessibleName() for o in remedies(hands)] == list(REMEDIES.values())
    assert not [o for o in remedies(hands) if o.isChecked()]
    assert "what becomes of the objects" in hands.window.bar.needed()
    hands.primary()
    assert hands.focus in remedies(hands)


@pytest.mark.parametrize("remedy", list(REMEDIES))
def test_what_was_decided_is_recorded(open_window: Open, remedy: str) -> None:
    hands = left(open_window)
    open_deviation(hands)
    choose(hands, "Hold this step again, as a new attempt")
    choose(hands, next(words for known, words in REMEDIES.items() if known == remedy))
    hands.primary()
    hands.type("As the table says.")
    hands.primary()
    decided = [e.event for e in hands.desk.entries() if isinstance(e.event, Decision)]
    assert [(d.action, d.remedy) for d in decided] == [("repeat", remedy)]


@pytest.mark.parametrize(("finding", "plan"), [("partly", token_plan()), ("executed", sample_plan())])
def test_what_may_not_be_taken_over_is_not_offered(open_window: Open, finding: Finding, plan: Plan) -> None:
    hands = left(open_window, finding, plan)
    open_deviation(hands)
    choose(hands, "Hold this step again, as a new attempt")
    assert [o.accessibleName() for o in remedies(hands)] == [REMEDIES["destroy"], REMEDIES["quarantine"]]
    assert (HALF if finding == "partly" else PAIR)[0].told() in said(hands.page)


def test_a_remedy_that_was_chosen_does_not_go_with_the_abort(open_window: Open) -> None:
    hands = left(open_window)
    open_deviation(hands)
    choose(hands, "Hold this step again, as a new attempt")
    choose(hands, REMEDIES["destroy"])
    choose(hands, "Abort the ceremony, and close it in order")
    hands.primary()
    hands.type("Enough.")
    hands.primary()
    assert hands.window.notice.text() == ""
    assert hands.desk.state().aborting


def test_another_deviation_decided_from_its_panel_asks_as_well(open_window: Open) -> None:
    hands = left(open_window)
    answered(hands.desk.deviate("note", 2, "A black pen.", "The pen is blue."))
    answered(hands.desk.deviate("note", 2, "A full cup.", "The cup is empty."))
    hands.look_again()
    hands.press(Key.Key_F8)
    hands.push("Decide D-2…")
    choose(hands, "Hold this step again, as a new attempt")
    choose(hands, REMEDIES["quarantine"])
    hands.primary()
    hands.type("It is set aside.")
    hands.primary()
    decided = next(e.event for e in hands.desk.entries() if isinstance(e.event, Decision))
    assert (decided.deviation, decided.remedy) == (2, "quarantine")


def test_a_call_that_destroys_an_object_is_told_by_what_it_destroys(open_window: Open) -> None:
    hands = left(open_window)
    open_deviation(hands)
    now = hands.desk.prompt()
    assert isinstance(now, p.Halted)
    answered(hands.desk.settle(1, "repeat", "none", 1, "Again.", again="activate", remedy="destroy"))
    Player(hands.desk).until_step("3.3", p.Perform)
    hands.desk.hold.clear()
    future = hands.desk.perform({}, "GENERATE ROOT-2026")
    hands.qtbot.waitUntil(lambda: isinstance(hands.window.presenter.view.prompt, p.Busy))
    hands.settle()
    assert f"Destroy one object: {PAIR[0].told()}" in said(hands.page)
    hands.desk.hold.set()
    answered(future)
