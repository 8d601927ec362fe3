"""What becomes of a backup, a wrapping key and a restoration when the token does something else than it was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.core import prompts as p
from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.device import KeyReport, KeySpec, ObjectKind, Wrapped
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Decision
from ceremony_app.core.secret import Secret
from tests.actions.holding import ADOPTING, Held, held
from tests.actions.striking import facts, found, halted, only_the_keys
from tests.fakes.token import FakeToken, Planned


def test_a_backup_that_fails_is_inspected_and_made_again_by_decision(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned("wrap", "GENERAL_ERROR", when="after")])
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("back-up"))
        assert token.calls.count("wrap") == 1, "nothing is repeated by the program"
        assert found(room, "back-up") == ["unclear"]
        assert not list((room.conductor.folder / "artifacts").glob("*.wrapped")), "nothing is kept"
        folder = room.finish()
        assert [run.attempt for run in room.runs("back-up")] == [1, 2]
    assert len(list((folder / "artifacts").glob("*.wrapped"))) == 1


def test_a_key_that_cannot_be_wrapped_stays_where_it_is(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned("wrap", "KEY_NOT_WRAPPABLE", nth=n) for n in range(1, 9)])
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=lambda _: bool(room.ends("back-up")))
        assert room.ends("back-up") == [("backup-key", "failed")]
        assert room.outcome("back-up").evidence["code"] == "CKR_KEY_NOT_WRAPPABLE"
        assert room.outcome("back-up").again, "nothing happened: the same attempt may try once more"
        with pytest.raises(Refusal, match="CER-ATTEMPTS"):
            room.play()
        assert token.calls.count("wrap") == 5, "the program that plays people does not try for ever"


@pytest.mark.parametrize("code", ["GENERAL_ERROR", "WORKER_DIED"])
def test_an_orphan_of_an_unwrap_is_destroyed_before_the_key_is_restored(tmp_path: Path, code: str) -> None:
    token = FakeToken(plan=[Planned("unwrap", code, when="torn")])
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("restore"))
        stopped = room.now
        assert isinstance(stopped, p.Halted)
        assert found(room, "restore") == ["partly"]
        assert [thing.kind for thing in stopped.debris] == [ObjectKind.PRIVATE]
        assert stopped.remedies == ("destroy", "quarantine")
        room.play(until=lambda now: isinstance(now, p.Perform) and now.step.id == "restore" and now.run.attempt > 1)
        shown = room.now
        assert isinstance(shown, p.Perform)
        assert [row.value for row in shown.rows if row.label == "Destroyed first"] == [stopped.debris[0].told()]
        room.finish()
        assert [end for end in room.ends("restore") if end[1] == "done"] == [
            ("destroy-object", "done"),
            ("restore-key", "done"),
        ]
        only_the_keys(room)


def test_a_restored_pair_whose_answer_was_lost_can_be_taken_over_and_proven(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned("unwrap", "WORKER_DIED", when="after")])
    with held(tmp_path, tokens={"hsm": token}, policy=ADOPTING) as room:
        taken_over(room, "restore")
        room.finish()
        assert room.ends("restore")[-1] == ("adopt-key", "done")
        assert token.calls.count("unwrap") == 1
        only_the_keys(room)


def test_a_wrapping_key_whose_answer_was_lost_can_be_taken_over(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned("generate_wrapping_key", "GENERAL_ERROR", when="after")])
    with held(tmp_path, tokens={"hsm": token}, policy=ADOPTING) as room:
        taken_over(room, "generate-kek")
        room.finish()
        assert token.calls.count("generate_wrapping_key") == 1
        assert room.evidence("generate-kek")["adopted"]
        only_the_keys(room)


def taken_over(room: Held, step: str) -> None:
    """The step stops with a whole key on the token, and people decide to take it over."""
    room.play(until=halted(step))
    stopped = room.now
    assert isinstance(stopped, p.Halted)
    assert found(room, step) == ["executed"]
    assert "adopt" in stopped.remedies
    room.conductor.deviate("failure", 1, "The token answers.", "It did not.").result(60)
    number = room.state.undecided()[0].opened.deviation
    again = "activate" if "token:hsm:activated" not in facts(room) else ""
    refused = room.conductor.settle(
        number, "repeat", "none", 1, "It is taken over.", again=again, remedy="adopt"
    ).result(60)
    assert refused is None, refused


def test_half_a_wrapping_key_is_never_used(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned("generate_wrapping_key", "GENERAL_ERROR", when="torn")])
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("generate-kek"))
        assert found(room, "generate-kek") == ["partly"]
        room.finish()
        assert token.calls.count("generate_wrapping_key") == 2
        only_the_keys(room)


class Swapping(FakeToken):
    """A token that signs with another key than the restored one."""

    restored = False

    def unwrap(self, wrapping_id: str, wrapped: Wrapped, spec: KeySpec, spki: bytes) -> KeyReport:
        """As it should."""
        self.restored = True
        return super().unwrap(wrapping_id, wrapped, spec, spki)

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        """Something else, once a key was restored."""
        return super().sign(key_id, scheme, data + b"!" if self.restored else data, pin)


def test_cer_proof_a_restored_key_that_does_not_prove_itself_is_not_used(tmp_path: Path) -> None:
    token = Swapping()
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("restore"))
        outcome = room.outcome("restore")
        assert outcome.evidence["rule"] == "CER-PROOF"
        assert outcome.result == "unknown", "a pair is on the token that the journal must account for"
        stopped = room.now
        assert isinstance(stopped, p.Halted)
        assert len(stopped.debris) == 2
        assert "destroy" in stopped.remedies
        assert "key:root:there" not in facts(room)


def test_cer_backup_a_file_that_was_changed_is_not_restored(tmp_path: Path) -> None:
    with held(tmp_path) as room:
        room.play_to("restore")
        path = room.conductor.folder / "artifacts" / "REHEARSAL-root-copy.wrapped"
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        room.play(until=lambda _: bool(room.ends("restore")))
        assert room.outcome("restore").evidence["rule"] == "CER-BACKUP"
        assert room.outcome("restore").result == "failed"
        assert "unwrap" not in room.token.calls


def test_a_restored_key_is_quarantined_where_people_say_so(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned("unwrap", "GENERAL_ERROR", when="torn")])
    with held(tmp_path, tokens={"hsm": token}) as room:
        room.play(until=halted("restore"))
        room.conductor.deviate("failure", 1, "The key comes back.", "Half of it did.").result(60)
        number = room.state.undecided()[0].opened.deviation
        refused = room.conductor.settle(number, "repeat", "none", 1, "Left alone.", remedy="quarantine").result(60)
        assert refused is None, refused
        room.finish()
        assert "quarantine" in [event.remedy for run in room.runs("restore") for event in run.of(Decision)]
        assert "destroy-object" not in [call for call, _ in room.ends("restore")]
        assert len(room.token.objects) == 4
        told = [room.conductor.text_of(problem.opened.happened.leaf) for problem in room.state.problems]
        assert not [text for text in told if "others on the token" in text], "what is in quarantine is no stranger"
