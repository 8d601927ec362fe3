"""The rules of what is signed: the text line by line, and the signature over it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from tests.auditor.cast import private_key, signature
from tests.auditor.changes import ceremony, change
from tests.auditor.conftest import Judge
from tests.auditor.journals import Body, Book

STATEMENTS = {
    "title": ("KEY-CEREMONY SIGN-OFF V1", "KEY-CEREMONY SIGN-OFF V2"),
    "ceremony": ("ceremony 5f0c", "ceremony 5f0d"),
    "mode": (" rehearsal\n", " production\n"),
    "size": ("journal-size ", "journal-size 1"),
    "head": ("journal-head ", "journal-head 0"),
    "step": ("step 1.1", "step 1.2"),
    "attempt": ("attempt 1", "attempt 2"),
    "step title": ("Roll-call (all of us)", "Roll-call"),
    "purpose": ("for result", "for go"),
    "shown": ("shown-sha256 ", "shown-sha256 X"),
    "an artifact more": ("role internal", f"artifact root.der {'0' * 64} 1 bytes\nrole internal"),
    "role": ("role internal-witness", "role external-witness"),
    "signer": ("signer 4", "signer 2"),
    "key": (" key ", " key 0"),
    "decision": ("decision AGREE", "decision DISAGREE"),
    "step with a dot": ("step 1.1", "step 1x1"),
    "sentence": ("I was present", "I was not present"),
    "line endings": ("\n", "\r\n"),
    "no last line feed": ("shown.\n", "shown."),
    "a line more": ("shown.\n", "shown.\nBut not really.\n"),
    "a control character": ("I was", "\x1b[2KI was"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement(name: str, tmp_path: Path, judge: Judge) -> None:
    """The third signer of the roll-call is one more than the quorum needs, so that only the statement is wrong."""
    old, new = STATEMENTS[name]

    def edit(body: Body, text: str) -> str:
        mine = (body["step"], body["person"]) == ("1.1", 4)
        assert not mine or old in text
        return text.replace(old, new) if mine else text

    assert judge(ceremony(tmp_path, edit_statement=edit)).rules == {"CER-STATEMENT"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("artifact root.tbs", "artifact root.TBS"),
        (" 3 bytes", " 4 bytes"),
        ("Generate the key", "Generate\u2028the key"),
        ("Generate the key", "Generate the \u202ekey"),
        ("Generate the key", ""),
        ("agree that it is done", "agree that it is not done"),
    ],
)
def test_statement_before_an_action(old: str, new: str, tmp_path: Path, judge: Judge) -> None:
    def edit(body: Body, text: str) -> str:
        return text.replace(old, new) if (body["for"], body["person"]) == ("go", 4) else text

    assert judge(ceremony(tmp_path, edit_statement=edit)).rules == {"CER-STATEMENT"}


@pytest.mark.parametrize("said", ["I was present at this step and saw the result that is shown.", "I saw it."])
def test_statement_in_the_words_of_the_definition(said: str, tmp_path: Path, judge: Judge) -> None:
    def edit(body: Body, text: str) -> str:
        mine = (body["step"], body["for"], body["person"]) == ("2.1", "result", 4)
        return text.replace("I saw the key being made inside the token.", said) if mine else text

    assert judge(ceremony(tmp_path, edit_statement=edit)).rules == {"CER-STATEMENT"}


def test_statement_names_what_was_made(tmp_path: Path, judge: Judge) -> None:
    def edit(body: Body, text: str) -> str:
        return re.sub("artifact .*\n", "", text) if (body["step"], body["person"]) == ("2.1", 4) else text

    assert judge(ceremony(tmp_path, edit_statement=edit)).rules == {"CER-STATEMENT"}


def test_statement_from_another_place(tmp_path: Path, judge: Judge) -> None:
    """A sign-off that was good once is dead as soon as another entry is written."""
    book = Book()
    book.opening()
    book.write("signoff", json.loads(book.lines[-2])["body"])
    said = judge(book.save(tmp_path))
    assert "CER-STATEMENT" in said.rules
    assert said.rules <= {"CER-STATEMENT", "CER-TWO-ROLES"}


@pytest.mark.parametrize("person", [1, 2, 3, 4])
def test_signature(person: int, tmp_path: Path, judge: Judge) -> None:
    """One flipped bit in the signature of each kind; the quorum is not complete without persons 1, 2 and 3."""

    def edit(kind: str, body: Body) -> Body:
        if kind == "signoff" and body["person"] == person and body["step"] == "2.1":
            raw = bytearray(base64.b64decode(body["sig"]))
            raw[-1] ^= 1
            return body | {"sig": base64.b64encode(raw).decode()}
        return body

    said = judge(ceremony(tmp_path, edit=edit))
    assert said.rules - {"CER-QUORUM"} == {"CER-SIGNATURE"}
    assert ("CER-QUORUM" in said.rules) is (person in {1, 3})


@pytest.mark.parametrize("sig", ["", "AAAA", "not base64", "MAYCAQECAQE=", "MAYCAQACAQA="])
def test_signature_that_is_none(sig: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=change("signoff", 2, sig=sig))).rules == {"CER-SIGNATURE"}


def test_signature_of_somebody_else(tmp_path: Path, judge: Judge) -> None:
    """Person 4's place is signed with the right text and the wrong key."""

    def edit(kind: str, body: Body) -> Body:
        if (kind, body.get("person"), body.get("step")) == ("signoff", 4, "1.1"):
            _, made = signature(private_key("RSA", 99), body["statement"].encode())
            return body | {"sig": base64.b64encode(made).decode()}
        return body

    assert judge(ceremony(tmp_path, edit=edit)).rules == {"CER-SIGNATURE"}
