"""Changing the PINs of a token: what is asked, what a wrong one costs, and what can be said when nobody knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from ceremony_app.core import prompts as p
from ceremony_app.core.device import TokenFacts
from ceremony_app.core.events import Reconcile
from ceremony_app.core.secret import Secret
from tests.actions.holding import held
from tests.fakes.token import FakeToken, Planned
from tests.fakes.token_parts import ckr

WHOSE = pytest.mark.parametrize(("step", "name"), [("new-pin", "hsm/pin"), ("new-so-pin", "hsm/so-pin")])


class Worn(FakeToken):
    """A token that says more of its PINs than it has cause to."""

    marks: frozenset[str] = frozenset()

    def facts(self) -> TokenFacts:
        """With the marks among its flags."""
        found = super().facts()
        return msgspec.structs.replace(found, flags=tuple(sorted({*found.flags, *self.marks})))


@WHOSE
def test_the_present_pin_once_and_the_new_one_twice(tmp_path: Path, step: str, name: str) -> None:
    with held(tmp_path) as room:
        room.play_to(step)
        now = room.now
        assert isinstance(now, p.Perform)
        own = name.partition("/")[2]
        assert [(ask.name, ask.twice) for ask in now.secrets] == [(own, False), (f"new-{own}", True)]
        room.play_to("activate-again")
        room.token.set_user_pin(room.people.cast.secret("hsm/so-pin 1"), room.people.cast.secret("hsm/pin 1"))
        room.finish()
        assert not room.state.problems


@WHOSE
def test_a_wrong_present_pin_costs_one_try_and_may_be_typed_again(tmp_path: Path, step: str, name: str) -> None:
    with held(tmp_path) as room:
        room.play_to(step)
        room.people.wrong = lambda asked: asked == name
        room.play(until=lambda _: bool(room.ends(step)))
        assert room.ends(step) == [("change-pin", "failed")]
        assert room.outcome(step).evidence["code"] == "CKR_PIN_INCORRECT"
        assert room.outcome(step).again
        room.people.wrong = lambda _: False
        room.finish()
        assert len(room.runs(step)) == 1
        assert room.ends(step)[-1] == ("change-pin", "done")


@WHOSE
def test_the_last_try_needs_the_quorum_of_deviations(tmp_path: Path, step: str, name: str) -> None:
    token = Worn()
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play_to("deactivate")
        token.marks = frozenset({"USER_PIN_FINAL_TRY" if name == "hsm/pin" else "SO_PIN_FINAL_TRY"})
        room.play_to(step)
        (run,) = room.runs(step)
        assert run.prepared is not None
        rows = {row.label: row.value for row in run.prepared.rows}
        assert "ONE try is left" in rows["PIN tries"]
        assert run.grave
        assert {signoff.role for signoff in run.signed("go")} == {"internal-witness", "external-witness"}


@WHOSE
def test_cer_pin_locked_a_locked_pin_is_not_asked_for(tmp_path: Path, step: str, name: str) -> None:
    token = Worn()
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play_to("deactivate")
        token.marks = frozenset({"USER_PIN_LOCKED" if name == "hsm/pin" else "SO_PIN_LOCKED"})
        room.play(until=lambda now: isinstance(now, p.Halted) and now.step.id == step)
        assert "CER-PIN-LOCKED" in str(room.now)
        assert f"{name} 1" not in room.people.asked


@WHOSE
@pytest.mark.parametrize("when", ["before", "after"])
def test_when_nobody_knows_people_are_told_what_they_can_do(tmp_path: Path, step: str, name: str, when: str) -> None:
    del name
    nth = 1 if step == "new-pin" else 2
    planned = Planned("change_pin", "GENERAL_ERROR", nth=nth, when="after" if when == "after" else "before")
    with held(tmp_path, tokens={"hsm": FakeToken(plan=[planned])}) as room:
        room.play(until=lambda now: isinstance(now, p.Halted) and now.step.id == step)
        (event,) = [event for run in room.runs(step) for event in run.of(Reconcile)]
        assert event.finding == "unclear"
        rows = {row.label: row.value for row in event.rows}
        assert "PIN tries" in rows
        assert "enter the new PIN, once, as the present one" in rows["What people can do"]
        if when == "before":
            room.finish()


class Speechless(FakeToken):
    """A token that is out of reach for one call after its PIN was changed."""

    speechless = False

    def change_pin(self, whose: Literal["user", "so"], old: Secret, new: Secret) -> None:
        """Changed, and then."""
        super().change_pin(whose, old, new)
        self.speechless = True

    def facts(self) -> TokenFacts:
        """A code that says of itself that nothing was done."""
        if self.speechless:
            self.speechless = False
            raise ckr("TOKEN_NOT_PRESENT", changes=False)
        return super().facts()


def test_a_token_that_does_not_answer_after_the_change_is_not_said_to_be_unchanged(tmp_path: Path) -> None:
    with held(tmp_path, tokens={"hsm": Speechless()}) as room:
        room.play(until=lambda _: bool(room.ends("new-pin")) and bool(room.ends("new-pin")[-1][1]))
        assert room.ends("new-pin") == [("change-pin", "unknown")]
        assert "could not be read afterwards" in str(room.outcome("new-pin").evidence["why"])


def test_a_keypad_is_not_built_yet(tmp_path: Path) -> None:
    token = FakeToken(own_entry=True)
    with held(tmp_path, tokens={"hsm": token}, keypads=("hsm",)) as room:
        token.entered = room.people.cast.secret("hsm/pin")
        room.play(until=lambda now: isinstance(now, p.Halted) and now.step.id == "new-pin")
        assert "CER-NOT-BUILT" in str(room.now)


def test_nothing_about_a_pin_is_written(tmp_path: Path) -> None:
    with held(tmp_path) as room:
        folder = room.finish()
    entries = [json.loads(line) for line in (folder / "journal.jsonl").read_bytes().splitlines()]
    changes = [e["body"] for e in entries if e["type"] == "intent" and e["body"]["call"] == "change-pin"]
    assert [body["parameters"] for body in changes] == [{"whose": "user"}, {"whose": "so"}]
    ends = [e["body"] for e in entries if e["type"] == "outcome" and e["body"]["op"] in {b["op"] for b in changes}]
    assert all(set(body["evidence"]) == {"guard", "token", "whose"} for body in ends)
