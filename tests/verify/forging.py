"""An adversary who holds everybody's keys: changes a journal, and makes all the rest of it right again.

Every statement, signature, drawn row and digest is made anew after the change, so that only what was changed is wrong
and the verifier has to see that alone.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.actions import KINDS
from ceremony_app.core.events import Answer, Checkpoint, Close, Enrol, Entry, Event, Recovery, SignOff
from ceremony_app.core.progress import transcribed_digest
from ceremony_app.core.script import Plan, Transcribe
from ceremony_app.core.state import State, evolve
from ceremony_app.core.statement import statement
from ceremony_app.core.tally import tally
from ceremony_app.core.words import drawn_rows, hash_rows
from ceremony_app.definition.files import load_binding, load_policy, plan_of
from ceremony_app.definition.load import load
from ceremony_app.journal import chain

replaced = msgspec.structs.replace
Touch = Callable[[Event, State], Event]
"""Changes an event as it is about to be written, when all the rest has been made right."""


def key_of(person: int, enrolment: int = 1) -> Ed25519PrivateKey:
    """A key of the adversary's for a person; the same in every test."""
    return Ed25519PrivateKey.from_private_bytes(bytes([person, enrolment]) * 16)


def spki_of(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def entries_in(folder: Path) -> tuple[Entry, ...]:
    return tuple(chain.entries_of((folder / "journal.jsonl").read_bytes()))


def events_in(folder: Path) -> list[Event]:
    return [entry.event for entry in entries_in(folder)]


def plan_in(folder: Path) -> Plan:
    files = {name: (folder / name).read_bytes() for name in ("ceremony.toml", "policy.toml", "binding.toml")}
    return plan_of(
        load(files["ceremony.toml"], KINDS),
        load_policy(files["policy.toml"]),
        load_binding(files["binding.toml"]),
        files=files,
    )


class Forger:
    """Writes events into a new chain, each made right for the place where it comes to stand."""

    def __init__(self, plan: Plan, touch: Touch = lambda event, _: event) -> None:
        self.plan = plan
        self.lines: list[bytes] = []
        self.entries: list[Entry] = []
        self.state = State()
        self._touch = touch
        self._enrolments: dict[int, int] = {}
        self._keys = {digest(spki_of(key)): key for key in (key_of(p, n) for p in range(10) for n in range(1, 5))}

    def write(self, events: Iterable[Event]) -> Forger:
        for event in events:
            self._append(self._touch(self._right(event), self.state))
        return self

    def _append(self, event: Event) -> None:
        seq = len(self.lines)
        utc = f"2026-11-23T{9 + seq // 3600:02}:{seq // 60 % 60:02}:{seq % 60:02}.000Z"
        line = chain.encode(event, seq=seq, prev=self.state.head, utc=utc, mono=1000 * seq)
        entry = chain.decode(line, seq=seq, prev=self.state.head)
        self.lines.append(line)
        self.entries.append(entry)
        self.state = evolve(self.state, entry)

    def _right(self, event: Event) -> Event:
        """The event as it must be here, whatever it was where it came from."""
        match event:
            case Enrol():
                return self._enrol(event)
            case SignOff():
                return self.signed(event)
            case Answer(item=item) if item.startswith("row "):
                return self._row(event)
            case Recovery():
                return replaced(event, head=self.state.head)
            case Checkpoint():
                return replaced(event, length=self.state.length, rows=tally(self.state))
            case Close():
                outcome: Literal["aborted", "completed"] = "aborted" if self.state.aborting else "completed"
                return replaced(event, outcome=outcome, deviations=len(self.state.problems))
            case _:
                return event

    def _enrol(self, event: Enrol) -> Enrol:
        count = self._enrolments[event.person] = self._enrolments.get(event.person, 0) + 1
        spki = spki_of(key_of(event.person, count))
        before = self.state.person(event.person)
        return replaced(
            event,
            spki=base64.b64encode(spki).decode(),
            key=digest(spki),
            replaces=before.key if before else "",
        )

    def signed(self, event: SignOff) -> SignOff:
        """The sign-off over the statement that stands now."""
        run, person = self.state.run, self.state.person(event.person)
        assert run is not None
        if person is None:
            return event
        step = self.plan.definition.step(run.id)
        text = statement(self.state, step, run, person, event.role, event.purpose, event.decision)
        sig = signature(self._keys[person.key], text)
        return replaced(event, statement=text, key=person.key, alg="ed25519", sig=sig, method=person.method)

    def _row(self, event: Answer) -> Answer:
        """The next of the rows that are drawn here."""
        run = self.state.run
        assert run is not None
        stage = next(s for s in self.plan.definition.step(run.id).stages if isinstance(s, Transcribe))
        typed = [a.item for a in run.of(Answer) if a.item.startswith("row ") and a.good]
        drawn = drawn_rows(run.written_head, run.number, run.attempt, stage.rows)
        letter = next((one for one in drawn if f"row {one}" not in typed), "")
        right = transcribed_digest(self.state, run, stage)
        if not right:
            return event
        rows = {row.letter: row.hex for row in hash_rows(right)}
        return replaced(event, item=f"row {letter}", value=rows[letter] if event.good else "0" * 8) if letter else event


def signature(key: Ed25519PrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode())).decode()


def copied(folder: Path, target: Path) -> Path:
    """A copy without a rehearsal's own things, as an auditor gets it."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".rehearsal"))
    return target


def put_journal(folder: Path, lines: Iterable[bytes]) -> None:
    """A journal with its head file."""
    data = list(lines)
    (folder / "journal.jsonl").write_bytes(b"".join(data))
    head = {"head": digest(data[-1]), "length": sum(map(len, data)), "seq": len(data) - 1}
    (folder / "journal.head").write_bytes(msgspec.json.encode(head, order="sorted") + b"\n")


def put_manifest(folder: Path) -> None:
    """A manifest of what lies there now, as `sha256sum` writes it."""
    names = sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in ("addenda", "manifest-sha256.txt", ".rehearsal")
    )
    text = "".join(f"{digest((folder / name).read_bytes())}  {name}\n" for name in names)
    (folder / "manifest-sha256.txt").write_text(text)
