"""The rules of approvals: who approved definition and policy pack before the day."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import rfc8785

from ceremony_app.core.approval import SignedApproval
from tests.auditor.cast import private_key, sha256, signature, spki_of
from tests.auditor.conftest import Judge
from tests.auditor.journals import Body, Book
from tests.core.approving import ATTACKS, DIGESTS, ENOUGH, GENERAL, SHORT, approved, pack

SENTENCE = "I have read this definition and this policy pack, and I approve that a ceremony is held by them."
MEMBERS = (private_key("ed25519", 71), private_key("P-256", 72), private_key("P-384", 73), private_key("RSA", 74))
KEYS = [sha256(spki_of(key)) for key in MEMBERS]
POLICY = f"""\
format = 1
id = "tiny"
[rules.approval]
value = {{ count = 2, keys = {KEYS} }}
"""


@dataclass
class Approved(Book):
    """A ceremony under a pack that asks for two approvals; made by hand, with no word of the program."""

    by: tuple[int, ...] = (0, 1)
    decision: str = "AGREE"
    said: str = SENTENCE
    policy: str = POLICY
    mode: str = "production"
    context: bytes = b""

    def __post_init__(self) -> None:
        approvals = [self.approval(number) for number in self.by]
        self.context = rfc8785.dumps({"approvals": approvals, "layout": 1}) + b"\n"
        self.binding = self.binding.replace('mode = "rehearsal"', f'mode = "{self.mode}"')
        self.edit = lambda kind, body: body | {"mode": self.mode} if kind == "genesis" else body
        self.edit_statement = lambda _, text: text.replace(" rehearsal\n", f" {self.mode}\n", 1)

    def approval(self, number: int) -> Body:
        key = MEMBERS[number]
        definition, policy = sha256(self.definition.encode()), sha256(self.policy.encode())
        text = f"KEY-CEREMONY APPROVAL V1\ndefinition tiny-root {definition}\npolicy tiny {policy}\n"
        text += f"reference Sitzung Nº {number}\nsigner key {KEYS[number]}\ndecision {self.decision}\n{self.said}\n"
        alg, made = signature(key, text.encode())
        sig, spki = (base64.b64encode(data).decode() for data in (made, spki_of(key)))
        return {"alg": alg, "sig": sig, "spki": spki, "statement": text}

    def bound(self) -> dict[str, bytes]:
        return super().bound() | {"policy.toml": self.policy.encode(), "context.json": self.context}


@pytest.mark.parametrize("by", [(0, 1), (2, 3), (3, 2, 1, 0), (1, 1, 2)])
def test_enough(by: tuple[int, ...], tmp_path: Path, judge: Judge) -> None:
    said = judge(Approved(by=by).ceremony().save(tmp_path))
    assert not said.found, said.lines
    assert all(KEYS[number] in said.for_a_person for number in by)


@pytest.mark.parametrize("by", [(), (0,), (1, 1)])
def test_too_few(by: tuple[int, ...], tmp_path: Path, judge: Judge) -> None:
    said = judge(Approved(by=by).ceremony().save(tmp_path / "real"))
    assert said.rules == {"CER-APPROVAL"}, said.lines
    said = judge(Approved(by=by, mode="rehearsal").ceremony().save(tmp_path / "tried"))
    assert not said.found, said.lines
    assert "2 must approve" in said.for_a_person


def test_refused(tmp_path: Path, judge: Judge) -> None:
    book = Approved(by=(0, 1, 2), decision="DISAGREE", said="I do not approve.")
    said = judge(book.ceremony().save(tmp_path))
    assert said.rules == {"CER-APPROVAL"}
    assert "approved by []" in "".join(said.lines)


def test_another_sentence(tmp_path: Path, judge: Judge) -> None:
    assert judge(Approved(said="I do not approve.").ceremony().save(tmp_path)).rules == {"CER-APPROVAL"}


def test_not_asked_for(tmp_path: Path, judge: Judge) -> None:
    book = Approved(policy='format = 1\nid = "tiny"\n')
    assert judge(book.ceremony().save(tmp_path)).rules == {"CER-APPROVAL"}


def verdict(reader: ModuleType, folder: Path, policy: bytes, context: bytes, mode: str) -> tuple[list[str], list[str]]:
    """Findings and what is for a person, of a folder of two files."""
    folder.mkdir(exist_ok=True)
    (folder / "policy.toml").write_bytes(policy)
    (folder / "context.json").write_bytes(context)
    report = reader.Report()
    reader.check_approvals(folder, tomllib.loads(SHORT.decode()), {"files": DIGESTS, "mode": mode}, report)
    assert all(line.startswith(("CER-APPROVAL context.json: ", "for a person: ")) for line in report)
    findings = [line for line in report if line.startswith("CER-")]
    return findings, [line for line in report if line not in findings]


def context_of(given: Iterable[SignedApproval]) -> bytes:
    return rfc8785.dumps({"approvals": [msgspec.structs.asdict(one) for one in given], "layout": 1}) + b"\n"


@pytest.mark.parametrize("name", ATTACKS)
def test_what_the_program_would_not_open_is_found(name: str, tmp_path: Path, reader: ModuleType) -> None:
    context = context_of(ATTACKS[name])
    findings, told = verdict(reader, tmp_path, pack(), context, "production")
    assert len(findings) == 1
    assert verdict(reader, tmp_path, pack(), context, "rehearsal") == ([], told)


@pytest.mark.parametrize("name", ENOUGH)
def test_what_the_program_would_open_is_good(name: str, tmp_path: Path, reader: ModuleType) -> None:
    findings, told = verdict(reader, tmp_path, pack(), context_of(ENOUGH[name]), "production")
    assert findings == []
    assert len(told) == 1


GOOD = context_of([approved(1), approved(2)])
UNREADABLE = {
    "missing": b"",
    "no JSON": b"{",
    "a list": b"[]\n",
    "not canonical": GOOD.replace(b'"layout":', b'"layout": '),
    "no line end": GOOD[:-1],
    "approvals twice": GOOD.replace(b'{"approvals":[', b'{"approvals":[],"approvals":['),
    "a member twice": GOOD.replace(b'{"alg":"ed25519"', b'{"alg":"none","alg":"ed25519"', 1),
    "a member more": GOOD.replace(b'{"alg"', b'{"aa":"","alg"', 1),
    "a member less": GOOD.replace(b'"alg":"ed25519",', b"", 1),
    "a member that is a number": GOOD.replace(b'"alg":"ed25519"', b'"alg":1', 1),
    "a number for a list": b'{"approvals":1}\n',
    "an object for a list": b'{"approvals":{}}\n',
    "nested": b"[" * 100_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_found(name: str, tmp_path: Path, reader: ModuleType) -> None:
    for mode in ("production", "rehearsal"):
        findings, _ = verdict(reader, tmp_path, pack(), UNREADABLE[name], mode)
        assert len(findings) == 1, mode


def test_a_pack_that_asks_for_none(tmp_path: Path, reader: ModuleType) -> None:
    quiet = rfc8785.dumps({"layout": 1}) + b"\n"
    for mode in ("production", "rehearsal"):
        assert verdict(reader, tmp_path, GENERAL.encode(), quiet, mode) == ([], [])
        assert len(verdict(reader, tmp_path, GENERAL.encode(), GOOD, mode)[0]) == 1
