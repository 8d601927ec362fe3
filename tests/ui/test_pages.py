"""Each page from its prompt: what it shows, what it sends, and what it does with a refusal."""

from __future__ import annotations

import datetime as dt

from PySide6.QtWidgets import QProgressBar

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Correction
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.fields import Line
from ceremony_app.ui.registry import identity, page_for
from tests.ui.asking import at, said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import CTRL, Key, Open
from tests.ui.journeys import every_page
from tests.ui.sample_evidence import SPKI
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import Player


def test_every_prompt_has_its_page(open_window: Open) -> None:
    pages = {(type(hands.desk.prompt()).__name__, type(hands.page).__name__) for _, hands in every_page(open_window)}
    assert pages == {
        ("Read", "ReadPage"),
        ("Enrolment", "EnrolmentPage"),
        ("TypeTime", "ClockPage"),
        ("Enter", "EnterPage"),
        ("Approve", "ApprovePage"),
        ("Perform", "PerformPage"),
        ("HandOver", "HandOverPage"),
        ("Busy", "BusyPage"),
        ("WriteRows", "WriteRowsPage"),
        ("TypeRows", "TypeRowsPage"),
        ("FixTheHead", "FixTheHeadPage"),
        ("Conclusion", "ConclusionPage"),
        ("Closed", "ClosedPage"),
        ("Inspect", "InspectPage"),
        ("Halted", "HaltedPage"),
        ("Paused", "PausedPage"),
        ("EnrolAgain", "EnrolAgainPage"),
    }


def test_preparing_and_not_open_have_pages_too(open_window: Open) -> None:
    hands = open_window()
    step, run = hands.desk.plan.definition.steps[4], hands.desk.state().run
    assert run is not None
    preparing = p.Preparing(step=step, run=run)
    for prompt in (preparing, p.NotOpen()):
        page = page_for(hands.window.presenter, prompt, hands.window)
        assert page.deeds() == ()
        assert identity(prompt)
        page.deleteLater()


def test_reading_shows_the_script_word_for_word(open_window: Open) -> None:
    hands = open_window()
    step = hands.desk.plan.definition.steps[0]
    for line in step.say:
        assert f"“{line}”" in said(hands.page)
    for line in step.do:
        assert line in said(hands.page)
    assert hands.page.heading.text() == f"{step.number}  {step.title}"
    assert "Still needed: what is to be said and done" in hands.window.bar.needed()


def test_a_wrong_form_is_refused_in_a_line_with_its_rule(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enter))
    hands.type("H7-OO412")
    hands.primary()
    assert "✗  Not done." in hands.window.notice.text()
    assert "[CER-FIELD]" in hands.window.notice.text()
    assert hands.focus is hands.page.first()
    field = hands.page.first()
    assert isinstance(field, Line)
    assert field.text() == "H7-OO412"
    field.setText("H7-00412")
    hands.primary()
    assert hands.window.notice.text() == ""
    assert "hidden until the second person has typed it" in said(hands.page)
    assert "H7-00412" not in said(hands.page)


def test_an_answer_that_is_not_the_wanted_one_stops_the_step(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enter) and now.aloud)
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Space)
    hands.primary()
    assert isinstance(hands.desk.prompt(), p.Halted)
    assert "This step is stopped." in said(hands.page)


def test_an_entry_is_corrected_with_a_reason(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enter) and now.field.name == "card")
    hands.push("Correct an entry…")
    boxes = hands.page.findChildren(Chooser)
    boxes[0].choose("bag")
    hands.primary()
    hands.type("B239910741")
    hands.primary()
    hands.type("Read from the wrong bag.")
    hands.primary()
    last = hands.desk.entries()[-1].event
    assert isinstance(last, Correction)
    assert last.value == "B239910741"
    assert isinstance(hands.desk.prompt(), p.Enter)
    hands.look_again()
    assert "B239910741" in said(hands.page) or hands.window.presenter.view.run is not None


def test_the_phrase_and_secrets_arm_the_step(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Perform) and bool(now.phrase))
    assert hands.button("Initialise the token").text().startswith("Initialise the token")
    hands.primary()
    hands.type("1357")
    hands.primary()
    hands.type("1358")
    hands.primary()
    assert "the same again" in hands.window.notice.text()
    hands.press(Key.Key_Backspace)
    hands.type("7")
    for _ in range(2):
        hands.primary()
        hands.type("2468")
    hands.primary()
    hands.type("INITIALISE ROOT-2025")
    length = hands.desk.state().length
    hands.primary()
    assert hands.desk.state().length == length
    assert "the phrase INITIALISE ROOT-2026" in hands.window.notice.text()
    hands.press(Key.Key_Backspace)
    hands.type("6")
    hands.primary()
    assert isinstance(hands.desk.prompt(), p.Approve)


def test_a_failed_try_is_told_and_may_be_repeated(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.3", p.Perform)
    hands = open_window(desk)
    desk.ends.append("again")
    hands.primary()
    hands.type("GENERATE ROOT-2026")
    hands.primary()
    assert "The last try did not succeed" in said(hands.page)
    assert "CKR_DEVICE_ERROR" in said(hands.page)


def test_busy_counts_and_says_that_the_worker_lives(open_window: Open) -> None:
    for name, hands in every_page(open_window):
        if name == "busy":
            hands.desk.now += dt.timedelta(minutes=1, seconds=12)
            hands.page.refresh()
            assert "01:12 so far  ·  started 10:31:07 UTC" in said(hands.page)
            assert "The process answers, the token is still working." in said(hands.page)
            assert "Last sign of life 10:32:19 UTC." in said(hands.page)
            assert hands.window.bar.buttons() == ()
            bar = hands.page.findChild(QProgressBar)
            assert bar is not None
            assert (bar.minimum(), bar.maximum()) == (0, 0)
            return
    raise AssertionError


def test_a_deviation_is_decided_and_the_step_held_again(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.3", p.Perform)
    desk.ends.append("failed")
    answered(desk.perform({}, "GENERATE ROOT-2026"))
    hands = open_window(desk)
    hands.primary()
    assert len(desk.state().problems) == 1
    hands.primary()
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Space)
    hands.primary()
    hands.type("The device answers again.")
    hands.primary()
    run = desk.state().run
    assert run is not None
    assert run.attempt == 2
    assert "attempt 2" in said(hands.page)


def test_abort_needs_reason_and_phrase_and_is_not_on_ctrl_return(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.2", p.Approve)
    hands = open_window(desk)
    hands.push("Abort ceremony…")
    hands.primary()
    assert hands.page.heading.text().startswith("3.2")
    hands.push("Abort ceremony…")
    hands.push("Abort the ceremony")
    assert not desk.state().problems
    hands.type("The token is broken.")
    hands.push("Abort the ceremony")
    hands.type("ABORT 3.2")
    hands.push("Abort the ceremony")
    hands.answered()
    assert desk.state().aborting
    assert isinstance(desk.prompt(), p.FixTheHead | p.Halted)


def test_the_closed_page_says_where_everything_lies(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Closed))
    text = said(hands.page)
    for part in ("/nowhere", "journal.jsonl", "verify_journal.py", "record.pdf"):
        assert part in text
    assert hands.window.close()


def test_while_the_record_is_made_the_page_says_so(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Conclusion))
    hands.desk.hold.clear()
    hands.press(Key.Key_Return, CTRL)
    hands.qtbot.waitUntil(lambda: isinstance(hands.window.presenter.view.prompt, p.Closed))
    hands.settle()
    assert "Please wait: closing; making the record." in said(hands.page)
    assert hands.window.bar.buttons() == ()
    hands.desk.hold.set()
    hands.answered()
    assert "Please wait" not in said(hands.page)
    assert [b.accessibleName() for b in hands.window.bar.buttons()] == ["Close this window"]


def test_a_leaf_stands_with_its_text_beside_it(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Approve))
    leaf = next(value for value in hands.desk.state().runs[-1].answers.values() if not isinstance(value, str))
    assert leaf.leaf in said(hands.page)
    assert "Dana Custodian Sample" in said(hands.page)


def test_evidence_of_an_earlier_step_can_be_read(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.WriteRows))
    step = hands.desk.plan.definition.steps[7]
    hands.window.area.look_at(step)
    hands.settle()
    assert SPKI in said(hands.page)
    assert "Dai Sato: AGREE, go" in said(hands.page)
