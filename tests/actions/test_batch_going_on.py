"""A batch while it is issued, and after it was stopped: what the room is asked, and what a restart leaves."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from ceremony_app.check.papers import trial_notes
from ceremony_app.cli.cast import FolderCast
from ceremony_app.conductor import Conductor, Equipment, open_folder
from ceremony_app.conductor.opening import read_reviewed
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Entry, Intent, Outcome, Recovery
from ceremony_app.journal import chain
from ceremony_app.journal.recover import scan
from ceremony_app.journal.store import HEAD, JOURNAL, Head, read_head
from ceremony_app.people.desk import Desk
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.inputs import brought
from ceremony_app.station.media import FolderMedium, safe_read
from ceremony_app.station.printer import SimulatedPrinter
from ceremony_app.station.randomness import SystemRandomness
from ceremony_app.unattended import progress
from tests.actions.authorities import Founded, Kept, after, definition, found, step
from tests.actions.holding import Held, Mistaken, no_pages
from tests.actions.test_batch import BATCH, IMPORT, ISSUE, TRIAL, folder_of
from tests.ceremonies.held import SealedRoom
from tests.fakes.cards import no_card

COUNT = 12


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A CA whose token is opened again by every test."""
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture(scope="module")
def finished(ca: Founded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch that was held to its end."""
    place = tmp_path_factory.mktemp("finished")
    with after(place, BATCH, ca, before=ca.folder, requests=folder_of(place, COUNT)) as room:
        return room.finish()


def test_between_two_certificates_the_room_waits_and_sees_how_far_it_has_come(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, BATCH, ca, before=ca.folder, requests=folder_of(tmp_path, COUNT)) as room:
        room.play_to("issue")
        seen: list[p.AnyPrompt] = []
        room.conductor.listen(lambda: seen.append(room.conductor.prompt()))
        room.play(until=lambda now: isinstance(now, p.Approve) and now.purpose == "result")
        busy = [now for now in seen if isinstance(now, p.Busy)]
        assert not [now for now in seen if isinstance(now, p.Perform)], "nobody is asked to begin what is under way"
        counted = [now for now in busy if now.of]
        assert {now.of for now in counted} == {COUNT}
        assert {now.number for now in counted} == set(range(1, COUNT + 1)), "the collection is no certificate"
        assert [now.number for now in counted] == sorted(now.number for now in counted)


def test_the_player_looks_while_a_batch_is_issued(ca: Founded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ceremony_app.unattended.player._BEAT", 0.001)
    with after(tmp_path, BATCH, ca, before=ca.folder, requests=folder_of(tmp_path, COUNT)) as room:
        room.finish()
        counted = [now.number for now in room.seen if isinstance(now, p.Busy) and now.of]
        assert len(set(counted)) > 1
        assert counted == sorted(counted)


def test_the_player_says_how_far_a_batch_has_come(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, BATCH, ca, before=ca.folder, requests=folder_of(tmp_path, COUNT)) as room:
        room.play_to("issue")
        lines = progress(room.conductor)
        busy = [
            p.Busy(step=room.now.step, run=room.now.run, call="issue-batch", since="", number=i, of=COUNT)
            for i in (1, 1, 2, 3, 12)
            if isinstance(room.now, p.Perform)
        ]
        told = [line.strip() for now in busy for line in lines(now)]
        assert told[1:] == ["1 of 12", "2 of 12", "3 of 12", "12 of 12"]


def test_all_that_is_set_aside_is_one_deviation(ca: Founded, tmp_path: Path) -> None:
    bad = {f"x{i}.csr": b"nothing" for i in range(40)}
    text = BATCH.replace('application = "none"', 'application = "none"\nbad = "set-aside"', 1)
    asked = folder_of(tmp_path, 2, **bad)
    with after(tmp_path, text, ca, before=ca.folder, requests=asked) as room:
        room.finish()
        aside = room.evidence("import")["set-aside"]
        assert isinstance(aside, list | tuple)
        assert len(aside) == len(bad)
        (one,) = room.state.problems
        assert "40 of 42" in room.conductor.text_of(one.opened.happened.leaf)


def test_a_batch_under_an_issuer_that_is_made_here_is_named_before_the_day(ca: Founded, tmp_path: Path) -> None:
    made = step("self", "self-sign", name="root", key="root", profile="root", sign_off="two")
    with after(tmp_path, definition(IMPORT, TRIAL, made, ISSUE, requests="requests"), ca) as room:
        plan = room.conductor.plan
    notes = trial_notes(plan, dt.datetime(2026, 11, 24, tzinfo=dt.UTC), bytes(range(256)))
    assert [note.where for note in notes if note.rule == "CER-BATCH"] == ["step 1.8 issue"]


@pytest.mark.parametrize("written", [True, False], ids=["certificate-on-disk", "nothing-on-disk"])
def test_a_restart_goes_on_where_the_batch_stopped(
    ca: Founded, finished: Path, tmp_path: Path, *, written: bool
) -> None:
    folder = tmp_path / "ceremony"
    shutil.copytree(finished, folder)
    _stopped_at(folder, 5, written=written)
    kept = {path.name: path.read_bytes() for path in folder.glob("artifacts/*client-000[1-4].der")}
    with _resumed(folder, ca) as room:
        before = ca.token.calls.count("sign")
        room.finish()
        assert ca.token.calls.count("sign") - before == COUNT - 4, "what was issued is not signed again"
        runs = room.runs("issue")
        assert len(runs) == 2
        intents = [one.parameters["index"] for one in runs[1].of(Intent) if one.call == "issue-batch"]
        assert intents == list(range(5, COUNT + 1))
        (recovery,) = [e.event for run in room.state.runs for e in run.entries if isinstance(e.event, Recovery)]
        aside = [name.partition("-")[2] for name in recovery.set_aside]
        assert aside == (["REHEARSAL-client-0005.der"] if written else []), "what nobody recorded is not used"
        assert all((folder / "artifacts" / name).read_bytes() == data for name, data in kept.items())
        assert len(list(folder.glob("artifacts/*client-????.der"))) == COUNT


def _stopped_at(folder: Path, index: int, *, written: bool) -> None:
    """Make of a finished folder one that a power cut left after the intent for this certificate."""
    journal = folder / JOURNAL
    entries = scan(journal.read_bytes(), read_head(folder)).entries
    last = next(e for e in entries if isinstance(e.event, Intent) and e.event.parameters.get("index") == index)
    lines = journal.read_bytes().splitlines(keepends=True)[: last.seq + 1]
    journal.write_bytes(b"".join(lines))
    head = Head(head=chain.digest(lines[-1]), length=sum(map(len, lines)), seq=last.seq)
    (folder / HEAD).write_bytes(msgspec.json.encode(head, order="sorted") + b"\n")
    for gone in _made_after(entries, last.seq):
        if not (written and gone.endswith(f"-{index:04}.der")):
            (folder / "artifacts" / gone).unlink()
    for name in ("record.pdf", "manifest-sha256.txt"):
        (folder / name).unlink()
    _only_named_leaves(folder)


def _made_after(entries: tuple[Entry, ...], seq: int) -> list[str]:
    outcomes = [entry.event for entry in entries if entry.seq > seq and isinstance(entry.event, Outcome)]
    return [made.name for outcome in outcomes for made in outcome.artifacts]


def _only_named_leaves(folder: Path) -> None:
    """Personal texts are on disk before the entry that names them, and no earlier."""
    journal = (folder / JOURNAL).read_text()
    lines = (folder / "leaves.jsonl").read_text().splitlines(keepends=True)
    (folder / "leaves.jsonl").write_text("".join(x for x in lines if msgspec.json.decode(x)["leaf"] in journal))


@contextmanager
def _resumed(folder: Path, ca: Founded) -> Iterator[Held]:
    """The ceremony taken up again, by people who know the token's PINs."""
    ca.token.open_again()
    clock = SystemClock()
    plan = read_reviewed(folder).plan()
    things = Equipment(
        open_token=lambda _: ca.token,
        open_medium=lambda name: FolderMedium(folder / name),
        open_input=brought({}),
        open_card=no_card,
        printer=SimulatedPrinter(folder.parent),
        station=SealedRoom(),
        clock=clock,
        randomness=SystemRandomness(),
        press=no_pages,
        desk=Desk(clock, safe_read),
    )
    conductor: Conductor = open_folder(folder, plan, things)
    people = Mistaken(Kept(FolderCast(folder, plan.binding), ca.cast))
    try:
        yield Held(conductor, {"hsm": ca.token}, people)
    finally:
        conductor.close()
