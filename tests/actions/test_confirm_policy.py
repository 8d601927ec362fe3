"""A policy pack confirmed statement by statement: what is read, shown, signed and recorded, and what is not honest."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ceremony_app.actions import KINDS
from ceremony_app.actions.base import items, text
from ceremony_app.actions.policy_cover import GROUPS
from ceremony_app.actions.policy_statements import CONFIRMED, confirmed_in, confirming, in_group, statements
from ceremony_app.check.papers import policy_notes
from ceremony_app.chronicle.profiles import profile_blocks
from ceremony_app.core import prompts as p
from ceremony_app.core.errors import Refusal
from ceremony_app.core.outlook import world
from ceremony_app.core.policy import Policy
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from ceremony_app.record.document import Grid
from ceremony_app.verify.persons import questions
from tests.actions.holding import Held, held
from tests.actions.issuing import Setting, definition, halted_at, step, tokens, wrong
from tests.pki.making import pack

GENERAL = pack("general")
DOCUMENT = tomllib.loads((resources() / "policies" / "general.toml").read_text(encoding="utf-8"))["document"]
COVER = {"title": DOCUMENT["title"], "version": DOCUMENT["version"], "date": "2026-03-31", "sha256": "ab" * 32}
REST = (
    step("preflight", "preflight"),
    step("trial-chain", "trial"),
    step("generate-key", "generate", key="root"),
    step("self-sign", "sign", name="root", key="root"),
)


def ceremony(**settings: Setting) -> str:
    usual: dict[str, Setting] = {"document": "policy-document", "sample": COVER, "attest": "two"}
    confirm = step("confirm-policy", "confirm", **(usual | settings))
    return definition({"root": ("upper", "root")}, (confirm, *REST))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Held:
    with held(tmp_path_factory.mktemp("confirmed"), ceremony(), tokens("upper")) as room:
        room.finish()
        return room


def test_every_statement_stands_before_the_quorum(finished: Held) -> None:
    (run,) = finished.runs("confirm")
    assert run.prepared is not None
    rows = {row.label: row.value for row in run.prepared.rows}
    for path, said in GENERAL.statements():
        assert said.section in rows[path]
        assert rows[path].endswith(f", {said.provenance}]")
    for i, claim in enumerate(GENERAL.claims):
        assert claim.section in rows[f"claims[{i}]"]
    count = len(list(GENERAL.statements())) + len(GENERAL.claims) + len(GENERAL.waivers)
    evidence = finished.evidence("confirm")
    assert evidence["statements"] == count
    assert evidence["unverified"] == sum(one.provenance == "unverified" for one in statements(GENERAL))
    assert finished.state.genesis is not None
    assert evidence["policy-sha256"] == finished.state.genesis.files["policy.toml"]
    assert evidence["document-sha256"] == "ab" * 32


def test_the_digest_is_entered_twice_and_each_group_is_answered(finished: Held) -> None:
    (run,) = finished.runs("confirm")
    assert run.answers["document-sha256"] == run.answers["document-sha256#2"]
    assert [run.answers[f"group-{i}"] for i in range(1, len(GROUPS) + 1)] == ["as in the document"] * len(GROUPS)
    assert CONFIRMED in world(finished.conductor.plan, finished.state)


@pytest.mark.parametrize("name", ["policy-sha256", "document", "document-sha256", "statements", "unverified", "groups"])
def test_whatever_is_turned_in_the_evidence_is_named(finished: Held, name: str) -> None:
    assert f"{name} is not what pack and answers say" in wrong(finished, "confirm", **{name: 7})


def test_the_verdict_asks_a_person_for_the_document_and_no_longer_for_each_statement(finished: Held) -> None:
    told = list(questions(finished.conductor.plan, finished.conductor.entries(), {}, closed=True))
    assert [one for one in told if "were confirmed in step 1." in one and "ab" * 32 in one]
    assert not [one for one in told if "confirmed by nobody" in one]


def test_a_ceremony_without_the_step_is_confirmed_by_nobody(tmp_path: Path) -> None:
    bare = definition({"root": ("upper", "root")}, REST)
    assert confirming(load(bare.encode(), KINDS)) is None
    with held(tmp_path, bare, tokens("upper")) as room:
        room.finish()
        assert confirmed_in(room.conductor.plan, room.state) is None
        told = list(questions(room.conductor.plan, room.conductor.entries(), {}, closed=True))
        assert [one for one in told if "confirmed by nobody" in one]


@pytest.mark.parametrize("member", ["title", "version"])
def test_cer_document_another_document_on_the_table_stops_the_step(tmp_path: Path, member: str) -> None:
    with held(tmp_path, ceremony(sample=COVER | {member: "Another"}), tokens("upper")) as room:
        why = halted_at(room, "confirm")
        assert "[CER-DOCUMENT]" in why
        assert "Another" in why
        assert CONFIRMED not in world(room.conductor.plan, room.state)


def test_cer_confirm_an_answer_otherwise_confirms_nothing(tmp_path: Path) -> None:
    with held(tmp_path, ceremony(), tokens("upper")) as room:
        room.play(until=lambda now: isinstance(now, p.Enter) and now.item == "group-2")
        person = room.state.people[0].number
        assert room.conductor.give("group-2", "otherwise", person).result(20) is None
        assert isinstance(room.now, p.Halted)
        assert (
            room.conductor.deviate("failure", person, "The pack says what the document says.", "Not so.").result(20)
            is None
        )
        assert room.conductor.settle(1, "go-on", "none", person, "We go on.").result(20) is None
        why = halted_at(room, "confirm")
        assert "The document says otherwise than the pack in certificates" in why
        assert "[CER-CONFIRM]" in why
        assert CONFIRMED not in world(room.conductor.plan, room.state)


def test_cer_confirm_a_statement_of_no_group_stops_the_step(tmp_path: Path) -> None:
    with held(tmp_path, ceremony(groups=("rules", "certificates.root")), tokens("upper")) as room:
        told = [note.what for note in policy_notes(room.conductor.plan) if note.rule == "CER-CONFIRM"]
        why = halted_at(room, "confirm")
        assert told == [why.removesuffix(" [CER-CONFIRM]")], "and it is told before the day"
        assert "statements of the pack are in no group of this step, the first: certificates." in why
        assert "[CER-CONFIRM]" in why


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"document": "nothing"}, "is not one of the assets"),
        ({"by": "nobody"}, "is not one of the roles"),
        ({"groups": ()}, "1 to 40 groups"),
        ({"groups": ("rules", "rules")}, "none of them twice"),
    ],
)
def test_a_definition_that_cannot_be_held_is_refused(settings: dict[str, Setting], told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        load(ceremony(**settings).encode(), KINDS)
    assert told in refusal.value.paragraph()


def test_nobody_confirms_a_pack_without_signing() -> None:
    toml = ceremony().replace('do = "confirm-policy"\nminutes = 1\nsay = "It is done."\n', 'do = "confirm-policy"\n')
    toml = toml.replace('attest = "two"\n\n[[acts.steps]]\nid = "preflight"', '\n[[acts.steps]]\nid = "preflight"')
    with pytest.raises(Refusal, match="nobody signs for"):
        load(toml.encode(), KINDS)


def test_a_step_that_comes_too_late_settles_nothing() -> None:
    late = definition({"root": ("upper", "root")}, (*REST, step("confirm-policy", "confirm", sample=COVER)))
    assert confirming(load(late.encode(), KINDS)) is None
    assert confirming(load(ceremony().encode(), KINDS)) is not None


def test_the_script_prints_every_statement_to_be_ticked() -> None:
    grids = [one for one in profile_blocks(load(ceremony().encode(), KINDS), GENERAL) if isinstance(one, Grid)]
    printed = sum(len(grid.rows) for grid in grids)
    assert printed == len(statements(GENERAL))
    assert all(grid.columns[-1].kind == "tick" for grid in grids)


@pytest.mark.parametrize("name", ["general", "s1spki-foc", "smki-organisation"])
def test_the_usual_groups_cover_every_pack(name: str) -> None:
    policy: Policy = pack(name)
    everything = statements(policy)
    assert len({one.path for group in GROUPS for one in in_group(everything, group)}) == len(everything)


# -------------------------------------------------------------------------------------------------------- the preflight


def observed(room: Held) -> tuple[str, bool]:
    """What the preflight says of the pack."""
    (one,) = [fact for fact in items(room.outcome("preflight").evidence, "observations") if fact["id"] == "policy"]
    return text(one, "value"), bool(one["good"])


COUNT = len(GENERAL.unverified())


def test_the_preflight_after_a_confirmation_says_where_it_was(finished: Held) -> None:
    step_number = finished.runs("confirm")[0].number
    assert observed(finished) == (f"{COUNT} that the pack marks unverified, confirmed in step {step_number}", True)


def test_the_preflight_before_it_says_that_it_is_to_come(tmp_path: Path) -> None:
    confirm = step("confirm-policy", "confirm", sample=COVER)
    toml = definition({"root": ("upper", "root")}, (REST[0], confirm, *REST[1:]))
    with held(tmp_path, toml, tokens("upper")) as room:
        room.finish()
        value, good = observed(room)
        assert value.startswith(f"{COUNT} unverified now; step 1.")
        assert good


def test_what_was_passed_over_or_comes_too_late_stays_unverified(tmp_path: Path) -> None:
    with held(tmp_path, ceremony(sample=COVER | {"title": "Another"}), tokens("upper")) as room:
        halted_at(room, "confirm")
        person = room.state.people[0].number
        assert room.conductor.deviate("failure", person, "The document is here.", "Another is.").result(20) is None
        assert room.conductor.settle(1, "go-on", "assess", person, "Read aloud.").result(20) is None
        room.finish()
        assert observed(room) == (f"{COUNT} unverified", False)
        assert confirmed_in(room.conductor.plan, room.state) is None
    late = definition({"root": ("upper", "root")}, (*REST, step("confirm-policy", "confirm", sample=COVER)))
    (tmp_path / "late").mkdir()
    with held(tmp_path / "late", late, tokens("upper")) as room:
        room.finish()
        assert observed(room) == (f"{COUNT} unverified", False)
