"""What becomes of a destruction when the token does something else than it was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.core.device import ObjectFacts, ObjectKind
from tests.actions.holding import held
from tests.actions.striking import facts, found, halted, only_the_keys
from tests.fakes.token import FakeToken, Planned


class Unmoved(FakeToken):
    """A token that says that it destroyed an object, and did not, as long as it is stubborn."""

    stubborn = True

    def destroy(self, thing: ObjectFacts) -> None:
        """Nothing, with the answer of a success."""
        if self.stubborn:
            self._begin("destroy")
        else:
            super().destroy(thing)


def test_a_token_that_destroys_nothing_is_found_out(tmp_path: Path) -> None:
    token = Unmoved()
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("destroy"))
        assert room.outcome("destroy").evidence["rule"] == "CER-CHANGE"
        assert found(room, "destroy") == ["not-executed"]
        assert len(token.objects) == 3
        token.stubborn = False
        room.finish()
        only_the_keys(room)


class Reviving(FakeToken):
    """A token on which the first destroyed object is there again after a new beginning (SoftHSM issue 903)."""

    revives = 1

    def destroy(self, thing: ObjectFacts) -> None:
        """Gone, for now."""
        super().destroy(thing)
        if self.revives:
            self.revives -= 1
            self._back_again.append(thing)


def test_cer_absence_an_object_that_comes_back_is_no_destroyed_key(tmp_path: Path) -> None:
    token = Reviving()
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("destroy"))
        outcome = room.outcome("destroy")
        assert room.ends("destroy")[-1] == ("prove-absence", "failed")
        assert outcome.evidence["rule"] == "CER-ABSENCE"
        assert not outcome.again, "a failed proof is never just tried again"
        assert "key:root:there" in facts(room), "the journal does not count it as destroyed"
        room.finish()
        assert room.ends("destroy")[-3:] == [
            ("list-key-objects", "done"),
            ("destroy-object", "done"),
            ("prove-absence", "done"),
        ]
        only_the_keys(room)


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("code", ["GENERAL_ERROR", "WORKER_DIED"])
def test_a_destruction_of_unknown_end_is_looked_into_and_never_repeated(tmp_path: Path, code: str, nth: int) -> None:
    token = FakeToken(plan=[Planned("destroy", code, nth=nth, when="after")])
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("destroy"))
        assert found(room, "destroy") == ["executed"]
        assert token.calls.count("destroy") == nth
        room.finish()
        assert token.calls.count("destroy") == 2, "each object was destroyed once"
        assert room.ends("destroy")[-1] == ("prove-absence", "done")
        only_the_keys(room)


def test_a_destruction_that_did_not_happen_is_found_to_be_none(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned("destroy", "DEVICE_ERROR", when="before")])
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("destroy"))
        assert found(room, "destroy") == ["not-executed"]
        room.finish()
        only_the_keys(room)


def test_a_wrong_pin_in_the_proof_of_absence_costs_one_try_and_a_decision(tmp_path: Path) -> None:
    token = FakeToken()
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play_to("destroy")
        room.people.wrong = lambda name: name == "hsm/pin"
        room.play(until=lambda _: ("prove-absence", "failed") in room.ends("destroy"))
        room.people.wrong = lambda _: False
        assert token.calls.count("activate") == 2, "one try for one entry"
        rows = {row.label: row.value for row in room.outcome("destroy").rows}
        assert "few tries are left" in rows["PIN tries"]
        room.play(until=halted("destroy"))
        assert "token:hsm:activated" not in facts(room)
        room.finish()
        assert [run.attempt for run in room.runs("activate")] == [1, 2]
        assert token.calls.count("destroy") == 2
        only_the_keys(room)


def test_cer_destroy_what_changed_since_it_was_shown_is_not_destroyed(tmp_path: Path) -> None:
    with held(tmp_path) as room:
        room.play_to("destroy")
        stranger = next(thing for thing in room.token.objects if thing.kind is ObjectKind.PUBLIC)
        room.token.objects.append(stranger)
        room.play(until=halted("destroy"))
        assert room.ends("destroy") == [("list-key-objects", "failed")]
        assert room.outcome("destroy").evidence["rule"] == "CER-DESTROY"
        assert "destroy" not in room.token.calls
        room.finish()
        only_the_keys(room)
        shown = room.runs("destroy")[-1].prepared
        assert shown is not None
        assert len([row for row in shown.rows if row.label == "To be destroyed"]) == 3, "the second attempt shows all"
