"""What the record says of tokens: pre-flight pages, inventories call by call, interrupted calls, quarantine."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record import record_document
from ceremony_app.chronicle.record_preflight import preflight_pages
from ceremony_app.chronicle.record_tokens import token_inventories
from ceremony_app.conductor.finishing import history_of
from ceremony_app.core import prompts as p
from ceremony_app.core.device import ObjectFacts, ObjectKind
from ceremony_app.core.events import Decision, Outcome, Remedy
from ceremony_app.core.state import fold
from ceremony_app.record.document import Block, Document
from ceremony_app.record.text import as_text
from tests.actions.holding import SHORT, Held, held
from tests.fakes.token import FakeToken, Planned
from tests.fakes.token_parts import MECHANISMS

BEFORE_INTERRUPTED = "## Interrupted calls"
QUARANTINE = "## In quarantine"


def history(room: Held) -> History:
    """What the folder tells so far."""
    folder = room.conductor.folder
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return history_of(room.conductor.plan, files)


def told(blocks: tuple[Block, ...]) -> str:
    """The blocks as plain text."""
    return as_text(Document(kind="record", title="T", blocks=blocks))


def section(text: str, start: str, end: str = "") -> str:
    """A part of a text, between two of its lines."""
    found = text[text.index(start) :]
    return found[: found.index(end)] if end else found


@functools.cache
def _played(factory: Callable[[], FakeToken], remedy: Remedy, place: Path) -> History:
    """A ceremony in which the step that makes the key may be interrupted; what it left is decided as told."""
    with held(place, SHORT, {"hsm": factory()}) as room:
        decided = room.conductor.settle

        def settle(*words: object, **named: object) -> object:
            if named.get("remedy"):
                named["remedy"] = remedy
            return decided(*words, **named)  # type: ignore[arg-type]  # passed on as it came

        room.conductor.settle = settle  # type: ignore[method-assign, assignment]  # the decision is the test's
        room.play()
        return history(room)


def torn() -> FakeToken:
    """A token that makes half a pair the first time."""
    return FakeToken(plan=[Planned("generate_key_pair", "CKR_GENERAL_ERROR", when="torn", debris="nameless")])


def answerless() -> FakeToken:
    """A token that makes a pair and is lost before it says so."""
    return FakeToken(plan=[Planned("generate_key_pair", "WORKER_DIED", when="after")])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the ceremonies of this file lie."""
    return tmp_path_factory.mktemp("ceremonies")


@pytest.fixture(scope="module")
def plain(place: Path) -> History:
    """A ceremony in which everything went well."""
    return _played(FakeToken, "", place / "plain")


@pytest.fixture(scope="module")
def destroyed(place: Path) -> History:
    """One in which half a pair was destroyed."""
    return _played(torn, "destroy", place / "destroyed")


@pytest.fixture(scope="module")
def quarantined(place: Path) -> History:
    """One in which a pair nobody heard of was set aside."""
    return _played(answerless, "quarantine", place / "quarantined")


def test_a_page_for_each_inspection(plain: History) -> None:
    text = told(preflight_pages(plain))
    assert "# Token pre-flight: Test token" in text
    assert "*** FIT ***" in text
    assert "Needed of this token: P-384." in text
    assert "PASS | Identity | This is the token of the binding" in text
    assert "NOTE | P-384: trial | Not tried." in text
    assert re.search(r"journal entry \d+, \d\d:\d\d:\d\d UTC; seen without a login", text)
    assert "EC_KEY_PAIR_GEN: keys of 256 to 521 bits; GENERATE_KEY_PAIR, HW" in text
    assert f"## Mechanisms that it offers: {len(MECHANISMS)}" in text


def test_the_pages_stand_in_the_record(plain: History) -> None:
    text = as_text(record_document(plain))
    places = [text.index(title) for title in ("# Timeline", "# Token pre-flight", "# 1 Token", "# Token inventories")]
    assert places == sorted(places)
    assert text.index("# Token inventories") < text.index("# Deviations")


def test_a_token_that_is_not_fit_has_its_page(tmp_path: Path) -> None:
    with held(tmp_path, SHORT, {"hsm": FakeToken(offered=())}) as room:
        room.play(until=lambda now: isinstance(now, p.Halted))
        text = told(preflight_pages(history(room)))
    assert "*** NOT FIT FOR THIS CEREMONY ***" in text
    assert "FAIL: P-384: mechanisms." in text
    assert "FAIL | P-384: mechanisms | The token does not offer to make the key (EC_KEY_PAIR_GEN)." in text


def test_a_fail_that_people_live_with_is_on_the_page(tmp_path: Path) -> None:
    with held(tmp_path, SHORT, {"hsm": FakeToken(label_octets=32)}) as room:
        room.token.initialise("old", room.people.secret("hsm/so-pin"))
        room.play(until=lambda _: any(run.of(Outcome) for run in room.runs("inspect")))
        text = told(preflight_pages(history(room)))
    assert "*** FIT, WITH 1 FAIL ***" in text
    assert "FAIL: Labels." in text


def test_an_inspection_that_did_not_come_to_anything_says_why(tmp_path: Path) -> None:
    with held(tmp_path, SHORT, {"hsm": FakeToken(plan=[Planned("mechanisms", "CKR_DEVICE_ERROR")])}) as room:
        room.play(until=lambda _: any(run.of(Outcome) for run in room.runs("inspect")))
        text = told(preflight_pages(history(room)))
    assert "*** NOT INSPECTED ***" in text
    assert "[CER-TOKEN]" in text


def test_none_is_printed_where_there_is_none(plain: History) -> None:
    definition = msgspec.structs.replace(plain.plan.definition, tokens={})
    empty = dataclasses.replace(
        plain, plan=msgspec.structs.replace(plain.plan, definition=definition), state=fold(()), entries=()
    )
    assert "# Token pre-flight\nnone" in told(preflight_pages(empty))
    text = told(token_inventories(empty))
    assert "# Token inventories\nnone" in text
    assert f"{BEFORE_INTERRUPTED}\nnone" in text
    assert text.rstrip().endswith("never to be used\nnone")


def test_first_and_last_inventory_and_what_differs(plain: History) -> None:
    text = told(token_inventories(plain))
    assert "## Test token, serial EX7-000042" in text
    assert "First inventory: no objects" in text
    assert "Last inventory: 2 objects" in text
    whole = section(text, "### Difference over the whole ceremony", "### Call by call")
    assert len(re.findall(r"^- new: (?:private|public)-key, “REHEARSAL-root#", whole, re.MULTILINE)) == 2
    assert "gone" not in whole
    assert section(text, BEFORE_INTERRUPTED, QUARANTINE).strip() == f"{BEFORE_INTERRUPTED}\nnone"


def test_every_call_that_could_change_the_token_has_a_line(plain: History) -> None:
    lines = section(told(token_inventories(plain)), "### Call by call", BEFORE_INTERRUPTED).strip().splitlines()[2:]
    rows = [line.split(" | ") for line in lines]
    assert [row[2] for row in rows] == ["inspect-token", "initialise-token", "set-user-pin", "generate-key"]
    assert [row[3] == "nothing" for row in rows] == [True, True, True, False]
    entries = {entry.seq: entry.event for entry in plain.entries}
    for row in rows:
        first, last = map(int, row[1].split(" to "))
        assert entries[first].type == "intent"
        assert entries[last].type == "outcome"


def test_what_changed_between_two_calls_is_said(tmp_path: Path) -> None:
    with held(tmp_path, SHORT) as room:
        room.play_to("generate")
        room.token.objects.append(ObjectFacts(kind=ObjectKind.PUBLIC, label="stranger", id="0b"))
        room.play(until=lambda _: bool(room.runs("sign")))
        text = told(token_inventories(history(room)))
    assert "before this call, new: public-key, “stranger”, id 0b; new: " in text


def test_an_interrupted_call_what_was_found_and_decided(destroyed: History) -> None:
    text = told(token_inventories(destroyed))
    calls = section(text, "### Call by call", BEFORE_INTERRUPTED)
    assert "| generate-key | its end was not known: see interrupted calls" in calls
    assert re.search(r"\| destroy-object \(attempt 2\) \| gone: public-key, no label, id \(empty\)", calls)
    account = section(text, BEFORE_INTERRUPTED, QUARANTINE)
    assert re.search(r"^### 2\.2  ?generate-key$", account, re.MULTILINE)
    for line in (
        "Token: Test token",
        "The device answered: CKR_GENERAL_ERROR (0x00000005)",
        "Found: the call left something that it was not to leave",
        "New on the token: public-key, no label, id (empty), P-384",
        "What was left is: destroyed before the step is held again",
    ):
        assert line in account
    decision = next(entry for entry in destroyed.entries if isinstance(entry.event, Decision))
    assert f"entry {decision.seq}" in account
    assert section(text, QUARANTINE).rstrip().endswith("none")
    assert "What an interrupted call left is: destroyed" in as_text(record_document(destroyed)), "and its sheet says it"


def test_what_was_set_aside_is_listed(quarantined: History) -> None:
    text = told(token_inventories(quarantined))
    assert "What was left is: left on the token, never to be used" in text
    assert section(text, QUARANTINE).count("“REHEARSAL-root#") == 2
    last = section(text, "### Last inventory", "### Difference")
    assert last.count("in quarantine") == 2
    assert last.count("REHEARSAL-root#") == 4


def test_a_call_without_an_answer_and_without_a_decision(quarantined: History) -> None:
    """The journal as it stands when the program ended in the call, and nobody has decided yet."""
    found = next(entry.seq for entry in quarantined.entries if entry.event.type == "reconcile")
    kept = tuple(
        entry
        for entry in quarantined.entries[: found + 1]
        if not (isinstance(entry.event, Outcome) and entry.event.result == "unknown")
    )
    text = told(token_inventories(dataclasses.replace(quarantined, entries=kept, state=fold(kept))))
    account = section(text, BEFORE_INTERRUPTED, QUARANTINE)
    assert "Answer: none was recorded: the program ended during the call" in account
    assert "Decided: NOT DECIDED" in account
    before = tuple(entry for entry in kept if entry.seq < found)
    text = told(token_inventories(dataclasses.replace(quarantined, entries=before, state=fold(before))))
    assert "Looked at: NOT LOOKED AT" in text
    assert "What is on this token is not known" not in text, "its last known state still stands"


def test_the_same_history_gives_the_same_document(quarantined: History) -> None:
    assert record_document(quarantined) == record_document(quarantined)
