"""The page after a call whose end nobody knows: what it says, the PIN that it asks again, and how to give up."""

from __future__ import annotations

import msgspec

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Decision, Reconcile
from ceremony_app.core.script import Act, Plan
from ceremony_app.ui.choices import Option
from ceremony_app.ui.panels.deviation import DeviationPanel
from ceremony_app.ui.secretentry import SecretEntry
from tests.ui.asking import said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import CTRL, Hands, Key, Open
from tests.ui.sample_plan import sample_plan
from tests.ui.token_plan import keypad_plan, token_plan
from tests.ui.token_tour import pin
from tests.ui.tour import PIN, Player

PHRASE = "GENERATE ROOT-2026"


def unknown(open_window: Open, plan: Plan | None = None) -> Hands:
    """A window on a ceremony in which nobody knows what a call did."""
    desk = FakeDesk(plan or token_plan())
    Player(desk).until_step("3.3", p.Perform)
    desk.ends.append("unknown")
    answered(desk.perform(pin(), PHRASE))
    assert isinstance(desk.prompt(), p.Inspect)
    return open_window(desk)


def in_vain(open_window: Open) -> Hands:
    """The same, after a look at a token that did not take the PIN."""
    hands = unknown(open_window)
    hands.desk.finds.append("unseen")
    answered(hands.desk.inspect(pin()))
    hands.look_again()
    return hands


def ways(hands: Hands) -> list[str]:
    """The answers that can be chosen."""
    return [option.accessibleName() for option in hands.page.findChildren(Option) if option.isVisible()]


def test_it_says_which_call_and_that_nothing_is_repeated(open_window: Open) -> None:
    text = said(unknown(open_window).page)
    assert "Nobody knows yet what this call did." in text
    assert "“Generate the Operator Root key pair” was begun at 10:31:07 UTC." in text
    assert "The program repeats nothing. To look changes nothing on the token" in text
    assert "Hardware security module, serial number H7-00412" in text
    assert "WORKER_DIED" in text


def test_the_pin_is_asked_again_and_handed_over(open_window: Open) -> None:
    hands = unknown(open_window)
    hands.primary()
    assert "Still missing: Activation PIN." in hands.window.notice.text()
    assert isinstance(hands.focus, SecretEntry)
    hands.type(PIN)
    hands.primary()
    assert hands.desk.entered == {"pin": PIN.encode()}
    assert isinstance(hands.desk.prompt(), p.Halted)
    assert "What the inspection found" in said(hands.page)
    assert "the token is as it was before" in said(hands.page)


def test_where_no_login_was_lost_no_pin_is_asked(open_window: Open) -> None:
    hands = unknown(open_window, sample_plan())
    assert not [entry for entry in hands.page.findChildren(SecretEntry) if entry.isVisible()]
    assert "What it takes to look" not in said(hands.page)
    hands.primary()
    assert hands.desk.entered == {}
    assert isinstance(hands.desk.prompt(), p.Halted)


def test_a_look_in_vain_is_told_and_repeated_with_the_pin(open_window: Open) -> None:
    hands = in_vain(open_window)
    text = said(hands.page)
    assert "The last look was in vain." in text
    assert "CKR_PIN_INCORRECT" in text
    assert "▲  ONE try is left for the PIN." in text
    assert "open a deviation (F8)" in text
    assert [b.accessibleName() for b in hands.window.bar.buttons()] == ["Look at the device again"]
    hands.primary()
    hands.type(PIN)
    hands.primary()
    assert isinstance(hands.desk.prompt(), p.Halted)


def test_a_second_look_in_vain_begins_a_new_page_with_an_empty_field(open_window: Open) -> None:
    hands = in_vain(open_window)
    before = hands.page
    hands.desk.finds.append("unseen")
    hands.primary()
    hands.type(PIN)
    hands.primary()
    assert hands.page is not before
    assert hands.focus is hands.page.heading
    assert len([e for e in hands.desk.entries() if isinstance(e.event, Reconcile)]) == 2
    assert all(entry.is_empty() for entry in hands.page.findChildren(SecretEntry))


def test_while_the_device_is_looked_at_the_page_says_so(open_window: Open) -> None:
    hands = unknown(open_window)
    hands.desk.hold.clear()
    hands.primary()
    hands.type(PIN)
    hands.press(Key.Key_Return, CTRL)
    hands.settle()
    assert "The device is being looked at." in said(hands.page)
    hands.qtbot.waitUntil(lambda: "The process answers, the token is still working." in said(hands.page))
    hands.press(Key.Key_Return, CTRL)
    hands.desk.hold.set()
    hands.answered()
    assert len([e for e in hands.desk.entries() if isinstance(e.event, Reconcile)]) == 1


def test_giving_up_takes_a_deviation_and_the_decision_to_abort(open_window: Open) -> None:
    hands = in_vain(open_window)
    hands.primary()
    hands.type("24")
    hands.press(Key.Key_F8)
    assert isinstance(hands.page, DeviationPanel)
    hands.type("The token does not take its PIN.")
    hands.primary()
    assert [len(e._typed()) for e in hands.page.findChildren(SecretEntry)] == [2], "what was typed is still there"
    assert ways(hands) == ["Abort the ceremony, and close it in order"]
    assert "the ceremony can be aborted, and nothing else can be decided" in said(hands.page)
    look, decide = hands.window.bar.buttons()
    assert look.accessibleName() == "Look at the device again"
    assert decide.accessibleName() == "Record the decision on D-1"
    hands.push("Record the decision on D-1")
    assert not hands.desk.state().aborting
    assert "Still missing: what is done now, the decision and its reason." in hands.window.notice.text()
    hands.press(Key.Key_Space)
    hands.push("Decide D-1: abort the ceremony")
    hands.type("The token is lost.")
    hands.push("Decide D-1: abort the ceremony")
    assert hands.desk.state().aborting
    decided = next(e.event for e in reversed(hands.desk.entries()) if isinstance(e.event, Decision))
    assert (decided.action, decided.remedy) == ("abort", "")


def test_ctrl_return_looks_and_never_aborts(open_window: Open) -> None:
    hands = in_vain(open_window)
    answered(hands.desk.deviate("failure", 1, "It can be seen.", "It cannot."))
    hands.look_again()
    next(option for option in hands.page.findChildren(Option) if option.isVisible()).setChecked(True)
    hands.primary()
    assert "Still missing: Activation PIN." in hands.window.notice.text()
    assert not hands.desk.state().aborting


def test_from_the_panel_too_only_the_abort_can_be_decided(open_window: Open) -> None:
    hands = in_vain(open_window)
    answered(hands.desk.deviate("failure", 1, "It can be seen.", "It cannot."))
    hands.look_again()
    hands.press(Key.Key_F8)
    hands.push("Decide D-1…")
    assert ways(hands) == ["Abort the ceremony, and close it in order"]
    answered(hands.desk.inspect(pin()))
    hands.look_again()
    assert len(ways(hands)) == 3, "the token was seen: everything can be decided"


def test_at_a_keypad_no_pin_is_typed_here(open_window: Open) -> None:
    hands = unknown(open_window, keypad_plan())
    assert "Enter the PIN at the token's own keypad when it asks for it." in said(hands.page)
    assert not [entry for entry in hands.page.findChildren(SecretEntry) if entry.isVisible()]
    hands.desk.hold.clear()
    hands.press(Key.Key_Return, CTRL)
    hands.settle()
    assert said(hands.page).count("Enter the PIN at the token's own keypad when it asks for it.") == 2
    hands.desk.hold.set()
    hands.answered()
    assert hands.desk.entered == {}
    assert isinstance(hands.desk.prompt(), p.Halted)


def test_a_call_that_touched_no_token_is_looked_at_by_people(open_window: Open) -> None:
    plan, replace = sample_plan(), msgspec.structs.replace
    steps = tuple(
        replace(s, stages=tuple(replace(x, device="") if isinstance(x, Act) else x for x in s.stages))
        for s in plan.definition.steps
    )
    hands = unknown(open_window, replace(plan, definition=replace(plan.definition, steps=steps)))
    assert "look at the medium or the printer yourselves" in said(hands.page)
    assert [b.accessibleName() for b in hands.window.bar.buttons()] == ["Record that you looked"]
