"""Ceremony folders made by hand: an independent builder for the tests of the second reader, and of no other reader.

It shares no code with the program and none with the reader. Canonical JSON is made by `rfc8785`, signatures by
`cryptography`. `Book` writes entries one after the other; its two hooks let a test change an entry or a statement
before it is signed and chained, so that what follows is right and only the change itself is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rfc8785

from tests.auditor.cast import BINDING, DEFINITION, Person, people, sha256, signature

Body = dict[str, Any]

CEREMONY = "5f0c" * 8
GO = "I have read what will be done in this step, and I agree that it is done now."
RESULT = "I was present at this step and saw the result that is shown."
SHOWN = hashlib.sha256(b"Say: now\n").hexdigest()
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "folder"
READER = FOLDER / "verify_journal.py"


@dataclass
class Book:
    """A journal in the making. `edit` may change or drop a body, `edit_statement` a text before it is signed."""

    edit: Callable[[str, Body], Body | None] = lambda _kind, body: body
    edit_statement: Callable[[Body, str], str] = lambda _body, text: text
    definition: str = DEFINITION
    binding: str = BINDING
    people: dict[int, Person] = field(default_factory=people)
    lines: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    torn: dict[str, bytes] = field(default_factory=dict)
    run: list[tuple[str, Body]] = field(default_factory=list)
    step: str = ""
    attempt: int = 0

    # ---- entries -----------------------------------------------------------------------------------------------

    @property
    def head(self) -> str:
        return sha256(self.lines[-1]) if self.lines else "0" * 64

    def write(self, kind: str, body: Body) -> str:
        """Append an entry unless the test drops it; the new head."""
        changed = self.edit(kind, body)
        if changed is None:
            return self.head
        seq = len(self.lines)
        entry: Body = {
            "body": changed,
            "mono": 5000 + 10 * seq,
            "prev": self.head,
            "seq": seq,
            "type": kind,
            "utc": f"2026-11-23T09:{seq // 60 % 60:02}:{seq % 60:02}.000Z",
            "v": 1,
        }
        self.lines.append(rfc8785.dumps(entry) + b"\n")
        self.run.append((kind, changed))
        return self.head

    def at(self, kind: str, /, **members: object) -> str:
        """Append an entry of the attempt that is under way."""
        return self.write(kind, {"step": self.step, "attempt": self.attempt, **members})

    def leaf(self, text: str) -> Body:
        """A personal text beside the journal; the salt is as unlike itself as it needs to be here."""
        salt = sha256(f"{len(self.leaves)}".encode())[:32]
        digest = sha256(bytes.fromhex(salt) + text.encode())
        self.leaves.append(rfc8785.dumps({"leaf": digest, "salt": salt, "text": text}) + b"\n")
        return {"leaf": digest}

    def artifact(self, name: str, data: bytes) -> Body:
        """A file of the folder, as entries name it."""
        self.artifacts[name] = data
        return {"name": name, "sha256": sha256(data), "size": len(data)}

    # ---- what happens in a room --------------------------------------------------------------------------------

    def open(self) -> None:
        self.write(
            "genesis",
            {
                "format": 1,
                "ceremony": CEREMONY,
                "mode": "rehearsal",
                "definition": "tiny-root",
                "title": "Tiny Root CA",
                "files": {name: sha256(data) for name, data in self.bound().items()},
                "boot": "boot-1",
                "program": "ceremony-app 0",
            },
        )

    def enrol(self, number: int, **changes: object) -> None:
        person = self.people[number]
        body = {
            "person": number,
            "roles": person.roles,
            "method": person.method,
            "spki": base64.b64encode(person.spki).decode(),
            "key": sha256(person.spki),
            "name": self.leaf(f"Person Nº {number}"),
            "organisation": self.leaf("Wärme & Söhne"),
            "replaces": "",
            "seen_by": number % 3 + 1,
            "details": {"paper": self.leaf("Passport, issued in Norway")},
        }
        self.write("enrol", body | changes)

    def begin(self, step: str, step_id: str, attempt: int = 1) -> None:
        self.step, self.attempt, self.run = step, attempt, []
        self.at("step", id=step_id, state="begun", rows=[], artifacts=[], why="", ended=[], grave=False)

    def state(self, step_id: str, state: str, **changes: object) -> None:
        members: Body = {
            "id": step_id,
            "state": state,
            "rows": [],
            "artifacts": [],
            "why": "",
            "ended": [],
            "grave": False,
        }
        self.at("step", **members | changes)

    def answer(self, item: str, value: object, *, person: int = 1, good: bool = True) -> str:
        return self.at("answer", item=item, value=value, person=person, good=good)

    def statement(self, body: Body, title: str, said: str) -> str:
        """Statement 1 over the present head."""
        shown = [b for kind, b in self.run if kind == "step" and b["state"] == "prepared"][-1:]
        if body["for"] == "result":
            shown = [b for kind, b in self.run if kind == "outcome"]
        lines = [
            "KEY-CEREMONY SIGN-OFF V1",
            f"ceremony {CEREMONY} rehearsal",
            f"journal-size {len(self.lines)}",
            f"journal-head {self.head}",
            f"step {body['step']} attempt {body['attempt']} {title}",
            f"for {body['for']}",
            f"shown-sha256 {SHOWN}",
            *(f"artifact {f['name']} {f['sha256']} {f['size']} bytes" for event in shown for f in event["artifacts"]),
            f"role {body['role']}",
            f"signer {body['person']} key {body['key']}",
            f"decision {body['decision']}",
            said,
        ]
        return "".join(f"{line}\n" for line in lines)

    def sign(
        self, purpose: str, *numbers: int, decision: str = "AGREE", role: str = "", by: Person | None = None
    ) -> None:
        """Sign-offs by these people, each in their first role, unless a test says otherwise."""
        titles = {"1.1": "Roll-call (all of us)", "2.1": "Generate the key", "2.2": "Read back", "3.1": "Close"}
        for number in numbers:
            person = by or self.people[number]
            body: Body = {
                "step": self.step,
                "attempt": self.attempt,
                "alg": "",
                "sig": "",
                "statement": "",
                "key": sha256(person.spki),
                "person": number,
                "role": role or person.roles[0],
                "method": person.method,
                "for": purpose,
                "decision": decision,
            }
            said = GO if purpose == "go" else RESULT
            if purpose == "result" and self.step == "2.1":
                said = "I saw the key being made inside the token."
            if decision == "DISAGREE":
                said = "I do not agree."
            body["statement"] = self.edit_statement(body, self.statement(body, titles[self.step], said))
            body["alg"], made = signature(person.key, body["statement"].encode())
            body["sig"] = base64.b64encode(made).decode()
            self.write("signoff", body)

    def deviate(self, number: int, happened: str, **changes: object) -> None:
        self.at(
            "deviation",
            **{
                "deviation": number,
                "kind": "differently",
                "by": 1,
                "expected": self.leaf("as in the script"),
                "happened": self.leaf(happened),
                "facts": [["Token", "serial 12", False]],
            }
            | changes,
        )

    def decide(self, number: int, action: str, **changes: object) -> None:
        text = self.leaf("we looked at it")
        self.at(
            "decision",
            **{"deviation": number, "action": action, "effect": "none", "by": 1, "text": text, "again": ""}
            | {"remedy": ""}
            | changes,
        )

    def intent(self, op: str = "a" * 32) -> None:
        self.at("intent", op=op, call="generate-key", token="hsm", parameters={"bits": 256}, inventory=sha256(b""))

    def outcome(self, op: str = "a" * 32, *, name: str = "root.der", result: str = "done", **changes: object) -> None:
        files = [self.artifact(name, name.encode() * 30)] if result == "done" else []
        evidence = {"spki-sha256": sha256(b"the root key"), "counter": -1, "nested": [{"ok": True}, "€😀\x7f\n"]}
        rows = [["Key", "root", False], ["Keeper", self.leaf("In the safe")["leaf"], True]]
        members: Body = {"op": op, "result": result, "complete": True, "again": False}
        self.at("outcome", **members | {"evidence": evidence, "rows": rows, "artifacts": files} | changes)

    # ---- the ceremony of the tests, act by act -----------------------------------------------------------------

    def opening(self) -> None:
        self.open()
        self.begin("1.1", "who-is-here")
        for number in self.people:
            self.enrol(number)
        self.answer("roll-call", "complete")
        self.sign("result", 1, 2, 4)
        self.state("who-is-here", "done")

    def prepare(self) -> None:
        shown = {"name": "root.tbs", "sha256": sha256(b"tbs"), "size": 3}
        self.state("generate-root", "prepared", rows=[["Algorithm", "P-256", False]], artifacts=[shown])

    def generate(self, attempt: int = 1) -> None:
        self.begin("2.1", "generate-root", attempt)
        self.prepare()
        self.sign("go", 2, 3, 4)
        self.intent()
        self.outcome()
        self.sign("result", 1, 2, *((3, 4) if attempt > 1 else (4,)))
        self.state("generate-root", "done")

    def type_rows(self, digest: str, count: int) -> None:
        head = self.answer("written", "all rows")
        for row in rows_drawn(head, self.step, self.attempt, count):
            start = 8 * "ABCDEFGH".index(row)
            self.answer(f"row {row}", digest[start : start + 8], person=2)

    def read_key(self, attempt: int = 1) -> None:
        self.begin("2.2", "read-key", attempt)
        self.type_rows(sha256(b"the root key"), 3)
        self.state("read-key", "done")

    def tally(self) -> list[list[object]]:
        """How often each person has signed so far, beside the name that they gave last."""
        read = [json.loads(line) for line in self.lines]
        signed = [entry["body"]["person"] for entry in read if entry["type"] == "signoff"]
        names = {entry["body"]["person"]: entry["body"]["name"]["leaf"] for entry in read if entry["type"] == "enrol"}
        return [[f"Signatures so far by person {n}: {signed.count(n)}", names[n], True] for n in sorted(names)]

    def closing(self, *, deviations: int = 0, outcome: str = "completed", attempt: int = 1) -> None:
        self.begin("3.1", "the-end", attempt)
        self.type_rows(self.at("checkpoint", length=len(self.lines), rows=self.tally()), 2)
        self.sign("result", 1, 2, 4)
        if deviations:
            self.sign("result", 3)
        self.at("close", outcome=outcome, deviations=deviations, statement="Nothing more.")

    def ceremony(self) -> Book:
        """The whole of it, as planned."""
        self.opening()
        self.generate()
        self.read_key()
        self.closing()
        return self

    # ---- the folder ------------------------------------------------------------------------------------------

    def bound(self) -> dict[str, bytes]:
        """The seven files that genesis binds."""
        return {
            "ceremony.toml": self.definition.encode(),
            "policy.toml": b"format = 1\n",
            "binding.toml": self.binding.encode(),
            "context.json": b"{}\n",
            "FORMAT.md": b"as it is\n",
            "verify_journal.py": b"as it is\n",
            "script.pdf": b"%PDF-\n",
        }

    def journal_head(self) -> bytes:
        """What journal.head says after the last entry."""
        return (
            rfc8785.dumps({"head": self.head, "length": sum(map(len, self.lines)), "seq": max(len(self.lines) - 1, 0)})
            + b"\n"
        )

    def files(self) -> dict[str, bytes]:
        """Every file of a closed folder, the manifest included."""
        files = self.bound() | {
            "journal.jsonl": b"".join(self.lines),
            "journal.head": self.journal_head(),
            "leaves.jsonl": b"".join(self.leaves),
            "record.pdf": b"%PDF-record\n",
        }
        files |= {f"artifacts/{name}": data for name, data in self.artifacts.items()}
        files |= {f"torn/{name}": data for name, data in self.torn.items()}
        return files

    def save(self, folder: Path, **changes: bytes | None) -> Path:
        """Write the folder; `changes` replace or remove files (None) before the manifest is made."""
        files = {name: data for name, data in (self.files() | changes).items() if data is not None}
        save(folder, files | {"manifest-sha256.txt": manifest(files)})
        return folder


def manifest(files: dict[str, bytes]) -> bytes:
    """A manifest as `sha256sum` writes it."""
    return "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode()


def save(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files of a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def rows_drawn(head: str, step: str, attempt: int, count: int) -> list[str]:
    """The rows to be read back: each letter gets two bytes of SHA-256(head LF step LF attempt), the smallest win."""
    seed = hashlib.sha256(f"{head}\n{step}\n{attempt}".encode()).digest()
    numbers = {letter: int.from_bytes(seed[2 * i : 2 * i + 2], "big") for i, letter in enumerate("ABCDEFGH")}
    return sorted(sorted(numbers, key=lambda letter: (numbers[letter], letter))[:count])


def rechained(lines: Iterable[bytes]) -> list[bytes]:
    """The same entries in a chain that holds again, whatever was done to them; their signatures do not."""
    prev, made = "0" * 64, []
    for seq, line in enumerate(lines):
        made.append(rfc8785.dumps(json.loads(line) | {"prev": prev, "seq": seq}) + b"\n")
        prev = sha256(made[-1])
    return made
