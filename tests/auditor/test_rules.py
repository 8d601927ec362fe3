"""Every rule of the second reader: folders that break it and no other rule, or those that follow from it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.auditor.conftest import Judge
from tests.auditor.journals import (
    BINDING,
    DEFINITION,
    READER,
    Body,
    Book,
    Person,
    manifest,
    private_key,
    rows_drawn,
    sha256,
    signature,
    spki_of,
)

Edit = Callable[[str, Body], Body | None]


def change(kind: str, nth: int = 0, **members: Any) -> Edit:  # noqa: ANN401 - any value that JSON can hold
    """An edit of the n-th entry of a type: other members, or with none at all, no such entry."""
    seen = [-1]

    def edit(this: str, body: Body) -> Body | None:
        seen[0] += this == kind
        if this != kind or seen[0] != nth:
            return body
        return body | members if members else None

    return edit


def ceremony(tmp_path: Path, **book: Any) -> Path:  # noqa: ANN401 - fields of a book
    """The whole ceremony with a change."""
    return Book(**book).ceremony().save(tmp_path / "folder")


# ---- the journal and the folder ----------------------------------------------------------------------------------

LINES = {
    "white space": (b'{"body"', b'{ "body"'),
    "a float": (b'"attempt":1', b'"attempt":1.0'),
    "an exponent": (b'"attempt":1', b'"attempt":1e0'),
    "null": (b'"attempt":1', b'"attempt":null'),
    "minus zero": (b'"person":1', b'"person":-0'),
    "a large integer": (b'"person":1', b'"person":9007199254740992'),
    "a huge integer": (b'"person":1', b'"person":' + b"9" * 5000),
    "a boolean for a number": (b'"person":1', b'"person":true'),
    "a doubled member": (b'"good":true', b'"good":true,"good":true'),
    "another order": (b'"attempt":1,"good":true', b'"good":true,"attempt":1'),
    "a needless escape": (b'"second"', b'"s\\u0065cond"'),
    "a lone surrogate": (b'"second"', b'"\\ud800"'),
    "not a number": (b'"attempt":1', b'"attempt":NaN'),
    "not UTF-8": (b'"second"', b'"sec\xffnd"'),
    "a missing member": (b'"good":true,', b""),
    "a member too many": (b'"good":true', b'"good":true,"great":true'),
    "an unknown type": (b'"type":"answer"', b'"type":"answers"'),
    "a text for a number": (b'"person":1', b'"person":"1"'),
    "a negative person": (b'"person":1', b'"person":-1'),
    "an eighth member": (b'"v":1', b'"v":1,"w":1'),
    "another version": (b'"v":1', b'"v":2'),
    "a version that equals one": (b'"v":1', b'"v":true'),
    "a month too many": (b"2026-11-23T", b"2026-13-23T"),
    "no milliseconds": (b".000Z", b"Z"),
    "another zone": (b".000Z", b".000+00:00"),
    "a bad digest": (b'"prev":"', b'"prev":"X'),
    "deep nesting": (b'"second"', b"[" * 100_000 + b"]" * 100_000),
    "a carriage return": (b"}\n", b"}\r\n"),
    "an empty line": (b"}\n", b"}\n\n"),
    "a leaf with more": (b'"second"', b'{"leaf":"' + b"0" * 64 + b'","text":""}'),
    "no object": (b'{"body"', b'[{"body"'),
}


@pytest.mark.parametrize("name", LINES)
def test_line(name: str, tmp_path: Path, judge: Judge) -> None:
    old, new = LINES[name]
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    book.answer("one", "first")
    book.answer("two", "second")
    assert book.lines[-1].count(old) >= 1
    book.lines[-1] = book.lines[-1].replace(old, new, 1)
    book.answer("three", "third")
    said = judge(book.save(tmp_path))
    assert "CER-LINE" in said.rules
    assert said.rules <= {"CER-LINE", "CER-CHAIN"}, said.lines
    assert any(re.match("CER-LINE entry [34]: ", line) for line in said.lines)


@pytest.mark.parametrize("line", [b"[]\n", b'"text"\n', b"1\n", b"true\n", b"{}\n"])
def test_line_that_is_other_json(line: bytes, tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.lines.append(line)
    book.answer("one", "first")
    assert "CER-LINE" in judge(book.save(tmp_path)).rules


def test_line_of_a_row_with_two_members(tmp_path: Path, judge: Judge) -> None:
    folder = ceremony(tmp_path, edit=change("step", 2, rows=[["Algorithm", "P-256"]]))
    assert "CER-LINE" in judge(folder).rules


@pytest.mark.parametrize("name", ["../policy.toml", "a/b", ".hidden", "", "a" * 65, "ä", "-o\n"])
def test_line_of_an_artifact_with_a_bad_name(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    book.state("who-is-here", "prepared", artifacts=[{"name": name, "sha256": "0" * 64, "size": 1}])
    book.answer("one", "first")
    assert judge(book.save(tmp_path)).rules == {"CER-LINE"}


def test_line_that_is_bad_and_not_the_last(tmp_path: Path, judge: Judge) -> None:
    """Behind what journal.head acknowledges, only a bad last line is a torn tail."""
    book = Book()
    book.open()
    head = book.journal_head()
    book.lines.append(b"{}\n")
    folder = book.save(tmp_path / "last", **{"journal.head": head})
    assert judge(folder).rules == set()
    book.answer("one", "first")
    assert "CER-LINE" in judge(book.save(tmp_path / "middle", **{"journal.head": head})).rules


def test_line_that_is_bad_and_the_only_one(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "journal.jsonl").write_bytes(b'{"v":1}')
    (tmp_path / "journal.head").write_bytes(Book(lines=[]).journal_head())
    assert judge(tmp_path).found


@pytest.mark.parametrize("member", ["seq", "prev"])
def test_chain(member: str, tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    entry = json.loads(book.lines[1])
    entry[member] = 7 if member == "seq" else "7" * 64
    book.lines[1] = rfc8785.dumps(entry) + b"\n"
    book.answer("one", "first")
    assert judge(book.save(tmp_path)).rules == {"CER-CHAIN"}


def test_chain_across_a_restart(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    book.write("recovery", {"boot": "2", "torn": "", "set_aside": [], "head": "7" * 64})
    assert judge(book.save(tmp_path)).rules == {"CER-CHAIN"}


def test_chain_at_the_checkpoint(tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=change("checkpoint", step="3.1", attempt=1, length=3))).rules == {"CER-CHAIN"}


GENESIS: dict[str, Body] = {
    "other files": {"files": {"ceremony.toml": "0" * 64}},
    "other title": {"title": "Another Root CA"},
    "other definition": {"definition": "another-root"},
    "other mode": {"mode": "production"},
}


@pytest.mark.parametrize("name", GENESIS)
def test_genesis(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book(edit=change("genesis", **GENESIS[name]))
    book.open()
    assert "CER-GENESIS" in judge(book.save(tmp_path)).rules


@pytest.mark.parametrize("pin", ['policy-sha256 = "%s"', 'definition-sha256 = "%s"'])
def test_genesis_of_what_was_approved(pin: str, tmp_path: Path, judge: Judge) -> None:
    name = "definition" if pin.startswith("policy") else "binding"
    text = DEFINITION if name == "definition" else BINDING
    good = sha256(Book().bound()["policy.toml" if name == "definition" else "ceremony.toml"])
    for digest, rules in ((good, set()), ("0" * 64, {"CER-GENESIS"})):
        changed = text.replace("format = 1\n", f"format = 1\n{pin % digest}\n")
        folder = ceremony(tmp_path / digest, **{name: changed})
        assert judge(folder).rules == rules


def test_genesis_twice(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.open()
    assert judge(book.save(tmp_path)).rules == {"CER-GENESIS"}


def test_genesis_is_the_first_entry(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.begin("1.1", "who-is-here")
    assert judge(book.save(tmp_path)).rules == {"CER-GENESIS"}


HEADS: dict[str, bytes | None] = {
    "missing": None,
    "empty": b"",
    "no line feed": b'{"head":"' + b"0" * 64 + b'","length":1,"seq":0}',
    "another": b'{"head":"' + b"0" * 64 + b'","length":1,"seq":0}\n',
    "behind": Book(lines=Book().ceremony().lines[:10]).journal_head(),
}


@pytest.mark.parametrize("name", HEADS)
def test_head(name: str, tmp_path: Path, judge: Judge) -> None:
    folder = Book().ceremony().save(tmp_path, **{"journal.head": HEADS[name]})
    assert judge(folder).rules == {"CER-HEAD"}


def test_anchor(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    folder = book.save(tmp_path)
    assert judge(folder, book.head).rules == set()
    assert judge(folder, sha256(book.lines[-2])).rules == {"CER-ANCHOR"}
    assert judge(folder, book.head[:-1]).rules == {"CER-ANCHOR"}


LEAVES: dict[str, Callable[[bytes], bytes]] = {
    "another text": lambda data: data.replace(b"Person N", b"Persom N", 1),
    "another salt": lambda data: data.replace(b'"salt":"5', b'"salt":"6', 1),
    "twice": lambda data: data + data.splitlines(keepends=True)[0],
    "not canonical": lambda data: data.replace(b'{"leaf"', b'{ "leaf"', 1),
    "torn": lambda data: data[:-1],
    "not named": lambda data: data + leaf("nobody has said this"),
    "no leaf": lambda data: data + b"{}\n",
}


def leaf(text: str) -> bytes:
    digest = sha256(bytes(16) + text.encode())
    return rfc8785.dumps({"leaf": digest, "salt": "00" * 16, "text": text}) + b"\n"


@pytest.mark.parametrize("name", LEAVES)
def test_leaf(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    data = b"".join(book.leaves)
    assert LEAVES[name](data) != data
    said = judge(book.save(tmp_path, **{"leaves.jsonl": LEAVES[name](data)}))
    assert said.rules == {"CER-LEAF"}, said.lines


def test_leaf_in_an_unfinished_folder(tmp_path: Path, judge: Judge) -> None:
    """Not yet named, or torn at the end, is what a stop leaves; a whole line that is none is not."""
    book = Book()
    book.open()
    for extra, rules in ((leaf("not named yet"), set()), (b'{"leaf"', set()), (b"{}\n", {"CER-LEAF"})):
        book.leaves = [extra]
        assert judge(book.save(tmp_path / extra.hex()[:20])).rules == rules


@pytest.mark.parametrize("name", sorted(Book().bound()))
def test_bound(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    assert judge(book.save(tmp_path / "changed", **{name: book.bound()[name] + b"\n"})).rules == {"CER-BOUND"}
    assert judge(book.save(tmp_path / "missing", **{name: None})).rules == {"CER-BOUND"}


@pytest.mark.parametrize("text", ["", "acts = 1", "acts = []", "acts = [{steps = [1]}]", "\udc80"])
def test_bound_but_no_definition(text: str, tmp_path: Path, judge: Judge) -> None:
    class Odd(Book):
        def bound(self) -> dict[str, bytes]:
            return super().bound() | {"ceremony.toml": text.encode("utf-8", "surrogateescape")}

    assert judge(Odd().ceremony().save(tmp_path)).rules == {"CER-BOUND"}


def test_artifact(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    name = "artifacts/root.der"
    assert judge(book.save(tmp_path / "changed", **{name: b"other"})).rules == {"CER-ARTIFACT"}
    assert judge(book.save(tmp_path / "missing", **{name: None})).rules == {"CER-ARTIFACT"}
    folder = book.save(tmp_path / "link")
    (folder / "elsewhere").write_bytes((folder / name).read_bytes())
    (folder / name).unlink()
    (folder / name).symlink_to("../elsewhere")
    assert "CER-ARTIFACT" in judge(folder).rules


def test_artifact_of_another_size(tmp_path: Path, judge: Judge) -> None:
    file = {"name": "root.der", "sha256": sha256(b"root.der" * 30), "size": 241}
    assert judge(ceremony(tmp_path, edit=change("outcome", artifacts=[file]))).rules == {"CER-ARTIFACT"}


def test_artifact_prepared_and_there(tmp_path: Path, judge: Judge) -> None:
    folder = Book().ceremony().save(tmp_path, **{"artifacts/root.tbs": b"tbs"})
    assert judge(folder).rules == set()
    (folder / "artifacts/root.tbs").write_bytes(b"tBs")
    assert judge(folder).rules == {"CER-ARTIFACT", "CER-MANIFEST"}


def test_manifest(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    folder = book.save(tmp_path)
    files = book.files()
    lists = {
        "wrong": manifest(files | {"record.pdf": b"other"}),
        "short": manifest({name: data for name, data in files.items() if name != "record.pdf"}),
        "long": manifest(files | {"more.pdf": b"other"}),
        "garbage": manifest(files) + b"\xff\xff\n",
        "itself": manifest(files | {"manifest-sha256.txt": b"other"}),
        "empty": b"",
        "other blanks": manifest(files).replace(b"  ", b" *"),
    }
    for name, text in lists.items():
        (folder / "manifest-sha256.txt").write_bytes(text)
        assert judge(folder).rules == {"CER-MANIFEST"}, name
    (folder / "manifest-sha256.txt").unlink()
    assert judge(folder).rules == set()


@pytest.mark.parametrize("name", ["notes.txt", "artifacts/more.der", "torn/3.bin", "new/journal.jsonl"])
def test_unbound(name: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(Book().ceremony().save(tmp_path, **{name: b"who put this here"})).rules == {"CER-UNBOUND"}


def test_unbound_link_to_a_folder(tmp_path: Path, judge: Judge) -> None:
    folder = Book().ceremony().save(tmp_path / "folder")
    (folder / "manifest-sha256.txt").unlink()
    (folder / "more").symlink_to(tmp_path)
    assert judge(folder).rules == {"CER-UNBOUND"}


def test_unbound_though_named_as_set_aside(tmp_path: Path, judge: Judge) -> None:
    """What a restart has set aside lies in torn/ and nowhere else."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.write("recovery", {"boot": "2", "torn": sha256(b"tail"), "set_aside": ["half.der"], "head": book.head})
    book.deviate(1, "The machine stopped.")
    book.decide(1, "abort")
    book.closing(deviations=1, outcome="aborted")
    good: dict[str, bytes] = {"torn/9.bin": b"tail", "torn/half.der": b"half"}
    assert judge(book.save(tmp_path / "good", **good)).rules == set()
    for name in ("spare/half.der", "9.bin", "torn/other.der"):
        data = b"tail" if name == "9.bin" else b"half"
        assert judge(book.save(tmp_path / name, **{name: data})).rules == {"CER-UNBOUND"}, name


def test_torn(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    journal = b"".join(book.lines) + b'{"body":'
    assert judge(book.save(tmp_path, **{"journal.jsonl": journal})).rules == {"CER-TORN"}


def test_closed(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    book.answer("afterwards", "we talked")
    assert judge(book.save(tmp_path)).rules == {"CER-CLOSED"}


# ---- sign-offs ---------------------------------------------------------------------------------------------------

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


# ---- people ------------------------------------------------------------------------------------------------------


def compressed(key: ec.EllipticCurvePrivateKey) -> str:
    """A SubjectPublicKeyInfo whose point is compressed: allowed by RFC 5480, not by format 1."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    algorithm = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
    return base64.b64encode(b"\x30\x39" + algorithm + b"\x03\x22\x00" + point).decode()


def fifth(book: Book, **changes: object) -> Book:
    """The ceremony with a fifth person at roll-call, who signs nothing."""
    book.people[5] = Person(5, ["internal-witness"], private_key("P-256", 5))
    nth = list(book.people).index(5)
    book.edit = change("enrol", nth, **changes) if changes else book.edit
    return book.ceremony()


def digest_of(text: str) -> str:
    return sha256(base64.b64decode(text))


SMALL_ORDER = base64.b64encode(bytes.fromhex("302a300506032b6570032100" + "01" + "00" * 31)).decode()
NO_POINT = base64.b64encode(bytes.fromhex("302a300506032b6570032100" + "02" + "00" * 31)).decode()
COMPRESSED = compressed(ec.derive_private_key(5, ec.SECP256R1()))
P521 = base64.b64encode(spki_of(ec.derive_private_key(5, ec.SECP521R1()))).decode()
ENROLMENTS: dict[str, dict[str, object]] = {
    "another digest": {"key": "0" * 64},
    "person 2's key": {
        "spki": base64.b64encode(spki_of(private_key("P-256", 2))).decode(),
        "key": sha256(spki_of(private_key("P-256", 2))),
    },
    "replaces nothing": {"replaces": "0" * 64},
    "not base64": {"spki": "ä"},
    "empty": {"spki": "", "key": sha256(b"")},
    "compressed": {"spki": COMPRESSED, "key": digest_of(COMPRESSED)},
    "another curve": {"spki": P521, "key": digest_of(P521)},
    "of small order": {"spki": SMALL_ORDER, "key": digest_of(SMALL_ORDER)},
    "no point": {"spki": NO_POINT, "key": digest_of(NO_POINT)},
}


@pytest.mark.parametrize("name", ENROLMENTS)
def test_enrol(name: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(fifth(Book(), **ENROLMENTS[name]).save(tmp_path))
    assert said.rules == {"CER-ENROL"}, said.lines


def test_enrol_with_another_key_than_the_bound_one(tmp_path: Path, judge: Judge) -> None:
    bound = BINDING.replace("{ number = 5,", f'{{ number = 5, key = "{"0" * 64}",')
    assert judge(fifth(Book(binding=bound), method="card").save(tmp_path)).rules == {"CER-ENROL"}


def test_enrol_before_signing(tmp_path: Path, judge: Judge) -> None:
    """Person 5 signs without having been enrolled: key, role and signature belong to nobody."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.people[5] = Person(5, ["internal-witness"], private_key("P-256", 5))
    book.sign("go", 5)
    assert "CER-ENROL" in judge(book.save(tmp_path)).rules


def test_enrol_and_be_here(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.write("departure", {"person": 4})
    book.generate()
    said = judge(book.save(tmp_path))
    assert said.rules == {"CER-ENROL"}, said.lines


def test_enrol_again_after_a_restart(tmp_path: Path, judge: Judge) -> None:
    """A room key ends with the program that held it."""
    book = Book()
    book.people[4].method = "room"
    book.opening()
    book.begin("2.1", "generate-root")
    book.write("recovery", {"boot": "2", "torn": "", "set_aside": [], "head": book.head})
    book.deviate(1, "The machine stopped.")
    book.decide(1, "go-on")
    book.prepare()
    book.sign("go", 4)
    assert judge(book.save(tmp_path)).rules == {"CER-ENROL"}


@pytest.mark.parametrize(("member", "value"), [("method", "room"), ("alg", "ecdsa-p256-sha256"), ("key", "0" * 64)])
def test_enrol_as_signed(member: str, value: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(ceremony(tmp_path, edit=change("signoff", 2, **{member: value})))
    assert said.rules - {"CER-STATEMENT"} == {"CER-ENROL"}


def test_role_of_the_signer(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 4, role="external-witness")
    assert judge(book.save(tmp_path)).rules == {"CER-ROLE"}


@pytest.mark.parametrize("roles", [["external-witness"], ["bystander"]])
def test_role_that_is_not_given(roles: list[str], tmp_path: Path, judge: Judge) -> None:
    assert judge(fifth(Book(), roles=roles).save(tmp_path)).rules == {"CER-ROLE"}


def test_role_of_somebody_unknown_to_the_binding(tmp_path: Path, judge: Judge) -> None:
    assert judge(fifth(Book(binding=BINDING.replace("number = 5", "number = 6"))).save(tmp_path)).rules == {"CER-ROLE"}


def test_separate(tmp_path: Path, judge: Judge) -> None:
    bound = BINDING.replace("number = 5, roles = [", 'number = 5, roles = ["administrator", ')
    book = fifth(Book(binding=bound), roles=["administrator", "internal-witness"])
    assert judge(book.save(tmp_path)).rules == {"CER-SEPARATE"}


def test_separate_across_enrolments(tmp_path: Path, judge: Judge) -> None:
    book = Book(binding=BINDING.replace("number = 4, roles = [", 'number = 4, roles = ["administrator", '))
    book.people[4].method = "room"
    book.opening()
    book.begin("2.1", "generate-root")
    old = sha256(book.people[4].spki)
    book.people[4] = Person(4, ["administrator"], private_key("P-256", 44), "room")
    book.enrol(4, replaces=old)
    assert judge(book.save(tmp_path)).rules == {"CER-SEPARATE"}


def test_two_roles(tmp_path: Path, judge: Judge) -> None:
    """Person 2 may be both kinds of witness, but not in one attempt."""
    book = Book()
    book.people[2].roles = ["internal-witness", "external-witness"]
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2)
    book.sign("go", 2, role="external-witness")
    assert judge(book.save(tmp_path)).rules == {"CER-TWO-ROLES"}


# ---- quorums -----------------------------------------------------------------------------------------------------


def generated(*go: int, result: tuple[int, ...] = (1, 2), before: Callable[[Book], None] = lambda _: None) -> Book:
    """The key is generated with these people's sign-offs, after what `before` does to them."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", *go)
    before(book)
    book.intent()
    book.outcome()
    book.sign("result", *result)
    book.state("generate-root", "done")
    return book


def trouble(book: Book) -> None:
    """A deviation that is decided, after which nobody signs again."""
    book.deviate(1, "The door was opened.")
    book.decide(1, "go-on")


QUORUMS: dict[str, Callable[[], Book]] = {
    "nobody": generated,
    "a role missing": lambda: generated(2, 4),
    "nobody for the result": lambda: generated(2, 3, result=()),
    "a role missing for the result": lambda: generated(2, 3, result=(2, 4)),
    "prepared anew": lambda: generated(2, 3, before=lambda book: book.prepare()),
    "a deviation since": lambda: generated(2, 3, result=(1, 2, 3), before=trouble),
    "a correction since": lambda: generated(2, 3, before=corrected),
    "only a disagreement": lambda: generated(2, before=disagreed),
}


def corrected(book: Book) -> None:
    book.at("correction", item="bag", value="B-2", entry=3, why=book.leaf("misread"))


def disagreed(book: Book) -> None:
    book.sign("go", 3, decision="DISAGREE")


@pytest.mark.parametrize("name", QUORUMS)
def test_quorum(name: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(QUORUMS[name]().save(tmp_path))
    assert said.rules - {"CER-DEVIATION"} == {"CER-QUORUM"}, said.lines
    assert ("CER-DEVIATION" in said.rules) is (name == "only a disagreement")


def test_quorum_is_there_when_it_is_there(tmp_path: Path, judge: Judge) -> None:
    assert judge(generated(2, 3).save(tmp_path)).rules == set()


def test_quorum_of_one_person_twice(tmp_path: Path, judge: Judge) -> None:
    """A quorum of two inside witnesses is not filled by one who signs twice."""
    definition = DEFINITION.replace(
        "all = { administrator = 1, internal-witness = 1 }", "all = { internal-witness = 2 }"
    )
    book = Book(definition=definition)
    book.open()
    book.begin("1.1", "who-is-here")
    book.enrol(2)
    book.sign("result", 2, 2)
    book.state("who-is-here", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-QUORUM"}


def test_quorum_of_a_step_with_a_deviation(tmp_path: Path, judge: Judge) -> None:
    """A step without a quorum of its own needs the one for deviations once it deviates."""
    book = Book()
    book.opening()
    book.generate()
    book.begin("2.2", "read-key")
    book.type_rows(sha256(b"the root key"), 3)
    book.deviate(1, "The lamp failed.")
    book.decide(1, "go-on")
    book.state("read-key", "done")
    assert judge(book.save(tmp_path / "without")).rules == {"CER-QUORUM"}
    book.lines.pop()
    book.sign("result", 3)
    book.state("read-key", "done")
    assert judge(book.save(tmp_path / "with")).rules == set()


def test_quorum_of_the_close(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.generate()
    book.read_key()
    book.begin("3.1", "the-end")
    book.type_rows(book.at("checkpoint", length=len(book.lines)), 2)
    book.at("close", outcome="completed", deviations=0, statement="")
    assert judge(book.save(tmp_path)).rules == {"CER-QUORUM"}


# ---- actions, steps, deviations ----------------------------------------------------------------------------------


def test_intent_without_an_outcome(tmp_path: Path, judge: Judge) -> None:
    folder = ceremony(tmp_path, edit=change("outcome"))
    assert judge(folder).rules == {"CER-INTENT", "CER-READ-BACK", "CER-UNBOUND", "CER-LEAF"}


def test_intent_that_is_the_last_word(tmp_path: Path, judge: Judge) -> None:
    """Where the ceremony stopped there is nothing wrong yet."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    assert judge(book.save(tmp_path)).rules == set()


def action(*after: tuple[str, dict[str, Any]]) -> Book:
    """An action of one operation, and what is said about it afterwards."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    for kind, members in after:
        book.at(kind, **{"op": "a" * 32, "evidence": {}, "rows": []} | members)
    return book


DONE: dict[str, Any] = {"result": "done", "complete": True, "again": False, "artifacts": []}
INTENTS: dict[str, Callable[[], Book]] = {
    "two outcomes": lambda: action(("outcome", DONE), ("outcome", DONE)),
    "of another operation": lambda: action(("outcome", DONE | {"op": "b" * 32})),
    "inspected though known": lambda: action(("outcome", DONE), ("reconcile", {"finding": "executed"})),
    "an outcome after inspection": lambda: action(("reconcile", {"finding": "executed"}), ("outcome", DONE)),
}


@pytest.mark.parametrize("name", INTENTS)
def test_intent(name: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(INTENTS[name]().save(tmp_path)).rules == {"CER-INTENT"}


def test_intent_of_an_operation_that_was_there(tmp_path: Path, judge: Judge) -> None:
    book = action(("outcome", DONE))
    book.intent()
    assert judge(book.save(tmp_path)).rules == {"CER-INTENT"}


def test_intent_of_which_the_end_stays_unknown(tmp_path: Path, judge: Judge) -> None:
    book = action(("outcome", DONE | {"result": "unknown"}))
    book.deviate(1, "The token did not answer.")
    book.decide(1, "go-on")
    book.sign("result", 1, 2, 3)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-INTENT"}


@pytest.mark.parametrize("members", [{"complete": False}, {"result": "failed", "again": True}])
def test_intent_that_was_not_enough(members: dict[str, Any], tmp_path: Path, judge: Judge) -> None:
    """A step is not done while its action needs another call."""
    book = action(("outcome", DONE | members))
    book.sign("result", 1, 2)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-INTENT"}


def orders(case: str) -> Book:
    """A ceremony whose steps are not those of the script, each in its own way."""
    book = Book()
    book.opening()
    match case:
        case "a step left out":
            book.begin("2.2", "read-key")
        case "a step again":
            book.begin("1.1", "who-is-here", 2)
        case "an attempt left out":
            book.begin("2.1", "generate-root", 2)
        case "another id":
            book.begin("2.1", "generate-key")
        case "an unknown step":
            book.begin("4.1", "generate-root")
        case "before the last is done":
            book.begin("2.1", "generate-root")
            book.begin("2.2", "read-key")
        case "an answer to another step":
            book.begin("2.1", "generate-root")
            book.at("answer", step="1.1", item="late", value="", person=1, good=True)
        case "a repeat that nobody decided":
            book.begin("2.1", "generate-root")
            book.deviate(1, "The door was opened.")
            book.decide(1, "go-on")
            book.begin("2.1", "generate-root", 2)
        case _:
            raise AssertionError
    return book


@pytest.mark.parametrize(
    "case",
    [
        "a step left out",
        "a step again",
        "an attempt left out",
        "another id",
        "an unknown step",
        "before the last is done",
        "an answer to another step",
        "a repeat that nobody decided",
    ],
)
def test_order(case: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(orders(case).save(tmp_path)).rules == {"CER-ORDER"}


def test_order_of_the_close(tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=change("close", outcome="aborted", deviations=0))).rules == {"CER-ORDER"}


def test_order_of_an_early_close(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.closing()
    assert judge(book.save(tmp_path)).rules == {"CER-ORDER"}


def test_order_of_a_close_in_another_step(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.deviate(1, "We want to go home.")
    book.decide(1, "abort")
    book.sign("result", 1, 2, 3)
    book.at("close", outcome="aborted", deviations=1, statement="")
    assert "CER-ORDER" in judge(book.save(tmp_path)).rules


def test_deviation_undecided_at_the_close(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.generate()
    book.read_key()
    book.begin("3.1", "the-end")
    book.deviate(1, "The lamp failed.")
    book.type_rows(book.at("checkpoint", length=len(book.lines)), 2)
    book.sign("result", 1, 2, 3)
    book.at("close", outcome="completed", deviations=1, statement="")
    assert judge(book.save(tmp_path)).rules == {"CER-DEVIATION"}


def deviations(case: str) -> Book:
    """Deviations that are not numbered or decided as they must be."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    match case:
        case "not the next number":
            book.deviate(2, "The door was opened.")
        case "a decision about none":
            book.decide(1, "go-on")
        case "decided twice":
            book.deviate(1, "The door was opened.")
            book.decide(1, "go-on")
            book.decide(1, "go-on")
        case _:
            raise AssertionError
    return book


@pytest.mark.parametrize("case", ["not the next number", "a decision about none", "decided twice"])
def test_deviation(case: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(deviations(case).save(tmp_path)).rules == {"CER-DEVIATION"}


def test_deviation_count_at_the_close(tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=change("close", deviations=1))).rules == {"CER-DEVIATION"}


def test_deviation_needed_after_a_disagreement(tmp_path: Path, judge: Judge) -> None:
    """Enough others agreed, and the step went on as if nobody had said no."""
    book = generated(2, 3, before=lambda book: book.sign("go", 4, decision="DISAGREE"))
    assert judge(book.save(tmp_path)).rules == {"CER-DEVIATION"}


def unwanted(book: Book) -> None:
    book.answer("seal", "broken", good=False)


def failed(book: Book, result: str, *, again: bool) -> None:
    """A call that did not succeed, and the same sign-offs for the next one."""
    book.intent("b" * 32)
    book.outcome("b" * 32, result=result, complete=False, again=again, artifacts=[])


STOPS: dict[str, Callable[[Book], None]] = {
    "a halt": lambda book: book.state("generate-root", "halted", why="no"),
    "an unwanted answer": unwanted,
    "a failed call": lambda book: failed(book, "failed", again=False),
    "an unknown call": lambda book: failed(book, "unknown", again=True),
}


@pytest.mark.parametrize("name", STOPS)
def test_deviation_needed_after(name: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(generated(2, 3, before=STOPS[name]).save(tmp_path))
    assert said.rules - {"CER-INTENT"} == {"CER-DEVIATION"}
    assert ("CER-INTENT" in said.rules) is (name == "an unknown call")


def test_deviation_needed_after_a_restart(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.write("recovery", {"boot": "2", "torn": "", "set_aside": [], "head": book.head})
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-DEVIATION"}


def test_deviation_not_needed_where_an_answer_was_corrected(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.at("answer", item="seal", value="broken", person=1, good=False)
    book.at("correction", item="seal", value="whole", entry=len(book.lines) - 1, why=book.leaf("misread"))
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == set()


# ---- rows read back ----------------------------------------------------------------------------------------------


def read_back(rows: Callable[[str, list[str]], list[tuple[str, str, bool]]]) -> Book:
    """The rows of the key's digest are typed as `rows` says: letter, value, and whether it was called right."""
    book = Book()
    book.opening()
    book.generate()
    book.begin("2.2", "read-key")
    head = book.answer("written", "all rows")
    for letter, value, good in rows(sha256(b"the root key"), rows_drawn(head, "2.2", 1, 3)):
        book.answer(f"row {letter}", value, person=2, good=good)
    book.state("read-key", "done")
    return book


def part(digest: str, letter: str) -> str:
    return digest[8 * "ABCDEFGH".index(letter) :][:8]


ROWS: dict[str, Callable[[str, list[str]], list[tuple[str, str, bool]]]] = {
    "none": lambda _, _drawn: [],
    "one too few": lambda digest, drawn: [(row, part(digest, row), True) for row in drawn[:2]],
    "all of them": lambda digest, _: [(row, part(digest, row), True) for row in "ABCDEFGH"],
    "others": lambda digest, drawn: [
        (row, part(digest, row), True) for row in [r for r in "ABCDEFGH" if r not in drawn][:3]
    ],
    "a wrong value": lambda digest, drawn: [(row, "00000000", True) for row in drawn],
    "a right value called wrong": lambda digest, drawn: [
        (row, part(digest, row), row != drawn[0]) for row in [*drawn, drawn[0]]
    ],
    "a row that does not exist": lambda digest, drawn: [
        *((row, part(digest, row), True) for row in drawn),
        ("Z", "00000000", True),
    ],
}


@pytest.mark.parametrize("name", ROWS)
def test_read_back(name: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(read_back(ROWS[name]).save(tmp_path)).rules == {"CER-READ-BACK"}


def test_read_back_is_good(tmp_path: Path, judge: Judge) -> None:
    book = read_back(lambda digest, drawn: [(row, part(digest, row), True) for row in drawn])
    assert judge(book.save(tmp_path)).rules == set()


@pytest.mark.parametrize("what", ["checkpoint", "answer"])
def test_read_back_of_the_head(what: str, tmp_path: Path, judge: Judge) -> None:
    """The ceremony is not closed without a checkpoint, nor without its rows from the paper."""
    book = Book()
    book.opening()
    book.generate()
    book.read_key()
    book.edit = lambda kind, body: None if kind == what else body
    book.closing()
    assert judge(book.save(tmp_path)).rules == {"CER-READ-BACK"}


# ---- all of them -------------------------------------------------------------------------------------------------


def test_every_rule_of_the_reader_is_tested() -> None:
    """A rule that is named in the reader is named in this file as well."""
    pattern = r"CER-[A-Z]+(?:-[A-Z]+)*"
    said = set(re.findall(pattern, READER.read_text())) - {"CER-"}
    assert said <= set(re.findall(pattern, Path(__file__).read_text()))
    assert len(said) == 23
