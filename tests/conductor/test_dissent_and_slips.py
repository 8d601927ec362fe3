"""Somebody does not agree, by each kind of key; and what is about to be signed, on paper before it is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.means import Means
from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
from ceremony_app.conductor import Conductor, Reviewed
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Deviation, SignOff
from ceremony_app.core.secret import Secret
from ceremony_app.core.words import hash_rows
from ceremony_app.record.process import PdfMaker
from ceremony_app.station.printer import NoPrinter
from ceremony_app.unattended import Player
from tests.ceremonies.chained import ROOT

SHORT = ROOT / "tests" / "ceremonies" / "short.toml"
WITNESS = "internal-witness"


@contextmanager
def room_at(folder: Path, maker: PdfMaker, means: Means = "room") -> Iterator[tuple[Conductor, FolderCast, p.Approve]]:
    """The short ceremony at its first signature, with the internal witness signing by these means."""
    loaded = load_all(str(SHORT), None)
    reviewed = Reviewed(loaded.ceremony, loaded.policy, b"")
    wanted = Wanted(
        reviewed=reviewed, definition=loaded.definition, folder=folder, unattended=True, means={WITNESS: means}
    )
    room = begin_rehearsal(wanted, maker)
    try:
        cast = FolderCast(folder, room.plan.binding)
        Player(room, cast, lambda _: None).play(until=lambda _: isinstance(room.prompt(), p.Approve))
        now = room.prompt()
        assert isinstance(now, p.Approve)
        yield room, cast, now
    finally:
        room.close()


def witness(room: Conductor) -> int:
    return next(person.number for person in room.plan.binding.people if WITNESS in person.roles)


@pytest.mark.parametrize("means", ["room", "file", "card"])
def test_a_person_who_does_not_agree_signs_that_with_the_same_key(tmp_path: Path, means: Means) -> None:
    with PdfMaker() as maker, room_at(tmp_path / "out", maker, means) as (room, cast, now):
        number, length = witness(room), room.state().length
        text = room.statement(number, WITNESS, now.purpose, "DISAGREE")
        assert text.endswith("decision DISAGREE\nI do not agree.\n")
        wrong = room.sign(number, WITNESS, now.purpose, "DISAGREE", Secret.of("not the PIN of anybody"), text).result(
            60
        )
        assert wrong is not None
        assert wrong.rule == "CER-PIN"
        assert room.state().length == length, "a wrong PIN says nothing, not even no"
        assert room.sign(number, WITNESS, now.purpose, "DISAGREE", cast.pin(number), text).result(60) is None
        signed = room.entries()[-1].event
        assert isinstance(signed, SignOff)
        assert (signed.method, signed.decision, signed.statement) == (means, "DISAGREE", text)
        assert isinstance(room.prompt(), p.Halted)
        said = room.deviate("failure", number, "Internal witness agrees.", "The seal is broken.").result(60)
        assert said is None
        opened = room.entries()[-1].event
        assert isinstance(opened, Deviation)
        assert room.text_of(opened.happened.leaf) == "The seal is broken."


def slips(folder: Path) -> list[Path]:
    return sorted((folder / ".rehearsal" / "printer").glob("*statement-slip.pdf"))


def printed(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:  # type: ignore[no-untyped-call] # pypdfium2 has no types
        assert len(document) == 1
        return str(document[0].get_textpage().get_text_bounded()).replace("\r\n", "\n")


def test_the_slip_has_every_line_of_the_statement_and_its_digest(tmp_path: Path) -> None:
    with PdfMaker() as maker, room_at(tmp_path / "out", maker) as (room, cast, now):
        number, before = witness(room), room.state()
        assert room.print_slip(number, WITNESS, now.purpose, "AGREE").result(60) is None
        text = room.statement(number, WITNESS, now.purpose, "AGREE")
        (slip,) = slips(tmp_path / "out")
        shown = printed(slip)
        lines = [line.strip() for line in shown.split("\n")]
        assert [line for line in text.splitlines() if line not in lines] == []
        for row in hash_rows(hashlib.sha256(text.encode()).hexdigest()):
            assert row.groups in shown
            assert all(word in shown for word in row.words)
        assert "REHEARSAL" in shown
        assert room.state() == before, "a slip is not recorded: the statement that was printed still stands"
        assert room.sign(number, WITNESS, now.purpose, "AGREE", cast.pin(number), text).result(60) is None


def test_a_printer_that_refuses_stops_no_signature(tmp_path: Path) -> None:
    with PdfMaker() as maker, room_at(tmp_path / "out", maker) as (room, cast, now):
        number = witness(room)
        room._room.ports = replace(room._room.ports, printer=NoPrinter())
        refused = room.print_slip(number, WITNESS, now.purpose, "DISAGREE").result(60)
        assert refused is not None
        assert refused.rule == "CER-PRINTER"
        assert slips(tmp_path / "out") == []
        assert room.sign(number, WITNESS, now.purpose, "AGREE", cast.pin(number)).result(60) is None


def test_no_slip_where_there_is_nothing_to_sign(tmp_path: Path) -> None:
    with PdfMaker() as maker, room_at(tmp_path / "out", maker) as (room, cast, now):
        refused = room.print_slip(99, WITNESS, now.purpose, "AGREE").result(60)
        assert refused is not None
        assert refused.rule == "CER-STAGE"
        number = witness(room)
        assert room.sign(number, WITNESS, now.purpose, "DISAGREE", cast.pin(number)).result(60) is None
        stopped = room.print_slip(number, WITNESS, now.purpose, "AGREE").result(60)
        assert stopped is not None
        assert stopped.rule == "CER-STAGE"
        assert slips(tmp_path / "out") == []


def test_a_rehearsal_that_plays_itself_prints_none(tmp_path: Path) -> None:
    with PdfMaker() as maker, room_at(tmp_path / "out", maker) as (room, cast, _):
        Player(room, cast, lambda _: None).play()
        assert slips(tmp_path / "out") == []
