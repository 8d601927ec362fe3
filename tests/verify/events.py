"""Ceremonies in which things go otherwise than planned, each held with the conductor; their documents are only text."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from ceremony_app.conductor import Conductor
from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.rules import Refused
from ceremony_app.core.state import State
from ceremony_app.core.words import hash_rows
from ceremony_app.record.document import Attachment, Document
from tests.fakes.token import FakeToken, Planned
from tests.verify.holding import Hall


def no_press(document: Document, attachments: Iterable[Attachment], when: str) -> bytes:
    """Stands in for the process that makes PDFs, where no test looks at them."""
    return b"%PDF-none\n"


def _done(answer: Future[Refused | None]) -> None:
    result = answer.result(60)
    assert result is None, result


def _up_to(hall: Hall, room: Conductor, step: str, prompt: type[p.Prompt]) -> p.Prompt:
    """Play until a step asks for something of this kind."""

    def there(state: State) -> bool:
        return state.run is not None and state.run.id == step and isinstance(room.prompt(), prompt)

    hall.play(room, until=there)
    return room.prompt()


def eventful(folder: Path) -> Path:
    """Corrections, a pause, coming and going, dissent, wrong answers, a stop of the program, a token that fails."""
    plan = [Planned("generate_key_pair", "FUNCTION_FAILED", when="after"), Planned("activate", "PIN_INCORRECT")]
    hall = Hall(folder, no_press, token=FakeToken(plan=plan))
    room = hall.open()
    _up_to(hall, room, "labels", p.Enter)
    _done(room.give("room", "B204", 1))
    _done(room.correct("room", "B205", "The sign on the door says B205."))
    _done(room.do(c.Go(person=5)))
    _done(room.take_break("attended", (1, 2), "The tea is ready."))
    _done(room.deviate("note", 2, "Nobody knocks.", "Somebody knocked at the door during the pause."))
    _done(room.do(c.Come(person=5)))
    _done(room.do(c.GoOn(present=(1, 2, 3, 4, 5))))
    _done(room.settle(1, "go-on", "none", 1, "It was the postman."))
    _up_to(hall, room, "look", p.Approve)
    _done(room.sign(1, "administrator", "result", "DISAGREE", hall.pin(room, 1)))
    hall.play(room, until=lambda state: state.run is not None and state.run.id == "trial")
    room.close()
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"body":{"half a li')
    (folder / "artifacts").mkdir(exist_ok=True)
    (folder / "artifacts" / "nobody-names-me.der").write_bytes(b"left by the crash")
    with (folder / "leaves.jsonl").open("ab") as leaves:
        leaves.write(b'{"leaf":"torn')
    room = hall.resume()
    _up_to(hall, room, "ready", p.Enter)
    _done(room.give("item-1", "no", 1))
    _done(room.deviate("differently", 1, "The camera sees the token.", "It was turned away, and is turned back."))
    open_one = room.state().undecided()[-1].opened.deviation
    _done(room.settle(open_one, "go-on", "none", 1, "Turned back."))
    _up_to(hall, room, "key-on-paper", p.TypeRows)
    asked = room.prompt()
    assert isinstance(asked, p.TypeRows)
    _done(room.do(c.TypeRow(letter=asked.left[0], text="0000 0000", person=1, reader=2)))
    assert any(row.letter == asked.left[0] for row in hash_rows(asked.digest))
    hall.play(room)
    room.close()
    return folder


def aborted(folder: Path) -> Path:
    """A witness does not agree, and the ceremony is given up while the token is on."""
    hall = Hall(folder, no_press)
    room = hall.open()
    _up_to(hall, room, "generate", p.Approve)
    _done(room.sign(4, "external-witness", "go", "DISAGREE", hall.pin(room, 4)))
    _done(room.deviate("differently", 4, "The light is green.", "The light is red."))
    _done(room.settle(1, "abort", "assess", 1, "We stop here."))
    hall.play(room)
    room.close()
    return folder


def unfinished(folder: Path) -> Path:
    """The program was ended while people were signing."""
    hall = Hall(folder, no_press)
    room = hall.open()
    _up_to(hall, room, "fresh-token", p.Approve)
    _done(room.sign(2, "internal-witness", "go", "AGREE", hall.pin(room, 2)))
    room.close()
    return folder
