"""The evidence of the key steps, held years later by itself: whatever is turned in it is named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ceremony_app.actions import action
from ceremony_app.actions.base import Context
from ceremony_app.core.device import KeyReport, KeySpec, ObjectFacts, Wrapped, WrappingKeySpec
from ceremony_app.core.events import Outcome
from tests.actions.holding import Held, held
from tests.fakes.token import FakeToken, Planned


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """A ceremony that was held to its end, with a device that states something."""
    token = FakeToken(attests=True, log=b"boot\n")
    with held(tmp_path_factory.mktemp("keys"), tokens={"hsm": token}) as room:
        room.finish()
        return room


def wrong(
    room: Held, step: str, change: Mapping[str, Any], *, call: str = "", files: Mapping[str, bytes] | None = None
) -> str:
    """What is wrong with the evidence of a step after a change; its last call's, if none is named."""
    plan = room.conductor.plan
    (run,) = room.runs(step)
    ends = [(one.intent.call, one.outcome) for one in run.calls]
    outcome = [end for name, end in ends if not call or name == call][-1]
    assert outcome is not None
    context = Context(plan=plan, state=room.state, step=plan.definition.step(step), run=run)
    artifacts = {path.name: path.read_bytes() for path in (room.conductor.folder / "artifacts").iterdir()}
    kind = action(context.step.kind)
    assert not kind.holds(outcome.evidence, artifacts, context), "as it is, it holds"
    evidence: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(outcome.evidence))
    for path, value in change.items():
        *way, last = path.split("/")
        place: Any = evidence
        for name in way:
            place = place[int(name)] if isinstance(place, list) else place[name]
        place[last] = value
    return "; ".join(kind.holds(evidence, {**artifacts, **(files or {})}, context))


WRAPPED = "REHEARSAL-root-copy.wrapped"


@pytest.mark.parametrize(
    ("step", "change", "found"),
    [
        ("generate", {"spki-sha256": "0" * 64}, "the digest is not that of the public key"),
        ("generate", {"algorithm": "P-256"}, "the algorithm is not the definition's"),
        ("generate", {"proof/challenge": "AAAA"}, "the proof does not verify"),
        ("generate", {"attestation/files": [{"name": "x.der", "sha256": "0" * 64}]}, "x.der is missing"),
        ("generate-kek", {"id": "00"}, "not the secret key of the evidence"),
        ("generate-kek", {"object/kind": "private-key"}, "not the secret key of the evidence"),
        ("generate-kek", {"object/fault": "CKR_GENERAL_ERROR"}, "not the secret key of the evidence"),
        ("back-up", {"wrapped-sha256": "0" * 64}, "not the file of the evidence"),
        ("back-up", {"size": 3}, "not the file of the evidence"),
        ("back-up", {"wrapping-id": "00"}, "the wrapping-id is not the one that was to be"),
        ("back-up", {"key": "other"}, "the key is not the one that was to be"),
        ("restore", {"wrapped-sha256": "0" * 64}, "it did not come out of the backup of the record"),
        ("restore", {"proof/signature": "AAAA"}, "the proof does not verify"),
        ("deactivate", {"log/files": [{"name": "x.log", "sha256": "0" * 64}]}, "x.log is missing"),
        ("new-pin", {"whose": "so"}, "another PIN was changed"),
        ("new-pin", {"token/serial": "EX7-000043"}, "not the token of the binding"),
    ],
)
def test_what_is_turned_in_the_evidence_is_named(
    finished: Held, step: str, change: Mapping[str, Any], found: str
) -> None:
    assert found in wrong(finished, step, change)


def test_a_public_key_that_is_not_the_recorded_one(finished: Held) -> None:
    spki = str(finished.evidence("generate")["spki"])
    other = ("B" if spki[-2] != "B" else "C").join((spki[:-2], spki[-1:]))
    assert "unfit" in wrong(finished, "restore", {"spki": other})


def test_a_wrapped_key_has_the_form_of_one(finished: Held) -> None:
    data = b"not a wrapped key"
    change = {"size": len(data), "wrapped-sha256": hashlib.sha256(data).hexdigest()}
    told = wrong(finished, "back-up", change, files={WRAPPED: data})
    assert told == f"{WRAPPED} has not the form of a wrapped key"


def test_an_object_that_is_there_still_is_no_proof_of_absence(finished: Held) -> None:
    (run,) = finished.runs("destroy")
    gone = [call.intent.parameters["object"] for call in run.calls if call.intent.call == "destroy-object"]
    evidence = finished.evidence("destroy")
    left: Any = evidence["inventory"]
    listed = msgspec.convert([*left["objects"], gone[0]], tuple[ObjectFacts, ...])
    told = wrong(finished, "destroy", {"inventory/objects": msgspec.to_builtins(listed)})
    assert "an object of the key is on the token still" in told
    assert "the digest is not that of the inventory" in told
    assert "not the objects that were destroyed" in wrong(finished, "destroy", {"destroyed-objects": gone[:1]})


def test_a_list_that_leaves_an_object_out(finished: Held) -> None:
    (run,) = finished.runs("destroy")
    listed: Any = next(call.outcome.evidence["listed"] for call in run.calls if call.outcome)
    told = wrong(finished, "destroy", {"listed": listed[:1]}, call="list-key-objects")
    assert "what was listed is not what the token held" in told


class Careless(FakeToken):
    """A token that keeps keys less well than it was asked to."""

    kept: Mapping[str, bool] = {"SENSITIVE": False, "EXTRACTABLE": True}

    def generate_wrapping_key(self, spec: WrappingKeySpec) -> ObjectFacts:
        """Made, and told as it is."""
        return self._spoilt(super().generate_wrapping_key(spec))

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """Made, and told as it is."""
        report = super().generate_key_pair(spec)
        return msgspec.structs.replace(report, private=self._spoilt(report.private))

    def _spoilt(self, thing: ObjectFacts) -> ObjectFacts:
        spoilt = msgspec.structs.replace(thing, attributes={**thing.attributes, **self.kept})
        self.objects[self.objects.index(thing)] = spoilt
        return spoilt


def test_a_key_that_is_kept_less_well_than_asked_for_is_a_deviation(tmp_path: Path) -> None:
    with held(tmp_path, tokens={"hsm": Careless()}) as room:
        room.play(until=lambda _: bool(room.ends("back-up")))
        texts = [room.conductor.text_of(problem.opened.happened.leaf) for problem in room.state.problems]
    assert texts.count("the token reports the key as not sensitive") == 2
    assert texts.count("the token reports the key as extractable") == 1, "the pair was to be extractable"


def test_statements_that_cannot_be_read_stop_nothing(tmp_path: Path) -> None:
    plan = [Planned("attestation", "FUNCTION_FAILED"), Planned("audit_log", "FUNCTION_FAILED")]
    with held(tmp_path, tokens={"hsm": FakeToken(plan=plan)}) as room:
        room.play(until=lambda _: bool(room.runs("new-pin")))
        for step, label in (("generate", "Key attestation"), ("deactivate", "Log of the device")):
            outcome = room.outcome(step)
            assert outcome.result == "done"
            assert _row(outcome, label).startswith("could not be read: ")
        assert len(room.state.problems) == 2
        assert not room.token.active


def _row(outcome: Outcome, label: str) -> str:
    return next(row.value for row in outcome.rows if row.label == label)


class Confused(FakeToken):
    """A token that shows another public key beside the restored private one."""

    def unwrap(self, wrapping_id: str, wrapped: Wrapped, spec: KeySpec, spki: bytes) -> KeyReport:
        """With the key of the trial."""
        report = super().unwrap(wrapping_id, wrapped, spec, spki)
        return msgspec.structs.replace(report, spki=report.spki[:-4] + "AAAA")


def test_cer_backup_a_restored_key_with_another_public_half_is_not_used(tmp_path: Path) -> None:
    with held(tmp_path, tokens={"hsm": Confused()}) as room:
        room.play(until=lambda _: bool(room.ends("restore")))
        assert room.outcome("restore").evidence["rule"] == "CER-BACKUP"
        assert room.outcome("restore").result == "unknown"
