"""Journal format 1: the bytes, held against an outside oracle, and every way of breaking them."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.errors import Corrupt
from ceremony_app.core.events import Outcome
from ceremony_app.core.values import Json, Row
from ceremony_app.journal import chain
from tests.core.table import Table


@pytest.fixture(scope="module")
def journal() -> bytes:
    """The journal of a whole ceremony."""
    table = Table()
    table.open()
    table.play(1000)
    return b"".join(table.lines)


def test_every_line_is_what_rfc_8785_says(journal: bytes) -> None:
    prev = "0" * 64
    for seq, line in enumerate(journal.splitlines(keepends=True)):
        said = json.loads(line)
        assert sorted(said) == ["body", "mono", "prev", "seq", "type", "utc", "v"]
        assert (said["seq"], said["prev"], said["v"]) == (seq, prev, 1)
        assert rfc8785.dumps(said) + b"\n" == line
        prev = hashlib.sha256(line).hexdigest()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
plain = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcXYZ-09", max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc-", min_size=1, max_size=6), plain, max_size=5), texts)
def test_whatever_evidence_holds_comes_back_the_same_and_canonical(evidence: dict[str, Json], label: str) -> None:
    event = Outcome(
        step="1.1",
        attempt=1,
        op="0" * 32,
        result="done",
        complete=True,
        evidence=evidence,
        rows=(Row(label, "value"),),
    )
    line = chain.encode(event, seq=7, prev="a" * 64, utc="2026-11-23T10:00:00.000Z", mono=5)
    assert rfc8785.dumps(json.loads(line)) + b"\n" == line
    entry = chain.decode(line, seq=7, prev="a" * 64)
    assert msgspec.json.encode(entry.event, order="sorted") == msgspec.json.encode(event, order="sorted")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1}', b'"v":2}'),
        (b'"v":1}', b'"v":true}'),
        (b'"v":1}', b'"v":1.0}'),
        (b'"v":1}', b'"v":1,"x":1}'),
        (b'"v":1}', b'"v":1,"v":1}'),
        (b'"seq":0', b'"seq": 0'),
        (b'"seq":0', b'"seq":00'),
        (b'"mono":', b'"mono":-'),
        (b'"type":"genesis"', b'"type":"other"'),
        (b'"type":"genesis"', b'"type":"step"'),
        (b'"boot":"boot"', b'"boot":null'),
        (b'"boot":"boot"', b'"boot":"b\\u006fot"'),
        (b'"boot":"boot"', b'"boot":"boot","more":""'),
        (b'"format":1', b'"format":1e0'),
        (b".000Z", b"Z"),
    ],
)
def test_a_line_that_is_not_format_1_is_refused(journal: bytes, old: bytes, new: bytes) -> None:
    line = journal.splitlines(keepends=True)[0]
    assert old in line
    with pytest.raises(Corrupt) as caught:
        chain.decode(line.replace(old, new, 1), seq=0, prev=chain.FIRST_PREV)
    assert caught.value.rule == "CER-LINE"
    assert caught.value.where == "journal.jsonl line 1"


@pytest.mark.parametrize("value", ["1.5", "null", "9007199254740992", "[1.5]", '{"a":null}'])
def test_evidence_holds_no_floats_no_null_no_large_integers(value: str) -> None:
    body = (
        '{"again":false,"artifacts":[],"attempt":1,"complete":true,"evidence":{"x":' + value + '},"op":"",'
        '"result":"done","rows":[],"step":"1.1"}'
    )
    line = (
        '{"body":' + body + ',"mono":1,"prev":"' + "0" * 64 + '","seq":0,"type":"outcome",'
        '"utc":"2026-11-23T10:00:00.000Z","v":1}\n'
    )
    with pytest.raises(Corrupt):
        chain.decode(line.encode(), seq=0, prev="0" * 64)
    chain.decode(line.replace(f'"x":{value}', '"x":1').encode(), seq=0, prev="0" * 64)


def test_one_bit_of_every_byte_is_found_given_the_head(journal: bytes) -> None:
    lines = journal.splitlines(keepends=True)[:24]
    journal, head = b"".join(lines), chain.digest(lines[-1])
    for place in range(len(journal)):
        changed = bytearray(journal)
        changed[place] ^= 1 << (place % 8)
        try:
            entries = list(chain.entries_of(bytes(changed)))
        except Corrupt:
            continue
        assert entries[-1].digest != head, f"byte {place}"


@pytest.mark.parametrize("how", ["swap", "double", "drop", "reverse", "splice"])
def test_lines_moved_about_are_found(journal: bytes, how: str) -> None:
    lines = journal.splitlines(keepends=True)
    changed = {
        "swap": [lines[0], lines[2], lines[1], *lines[3:]],
        "double": [*lines[:5], lines[4], *lines[5:]],
        "drop": [*lines[:5], *lines[6:]],
        "reverse": lines[::-1],
        "splice": [*lines[:5], lines[-1], *lines[6:]],
    }[how]
    with pytest.raises(Corrupt) as caught:
        list(chain.entries_of(b"".join(changed)))
    assert caught.value.rule == "CER-CHAIN"


def first_version(line: bytes, *lacking: str) -> bytes:
    """An entry without these members, in canonical form."""
    said = json.loads(line)
    said["body"] = {name: value for name, value in said["body"].items() if name not in lacking}
    return rfc8785.dumps(said) + b"\n"


@pytest.mark.parametrize(("kind", "later"), [("enrol", ("seen_by", "details")), ("checkpoint", ("rows",))])
def test_an_entry_as_version_0_1_0_wrote_it(journal: bytes, kind: str, later: tuple[str, ...]) -> None:
    """All of the members that came later are lacking, or none: no third form."""
    line = next(line for line in journal.splitlines(keepends=True) if json.loads(line)["type"] == kind)
    seq, prev = json.loads(line)["seq"], json.loads(line)["prev"]
    old = first_version(line, *later)
    event = chain.decode(old, seq=seq, prev=prev).event
    assert event.type == kind
    assert all(getattr(event, name) is msgspec.UNSET for name in later)
    for some in later[1:]:
        with pytest.raises(Corrupt, match="CER-LINE"):
            chain.decode(first_version(line, some), seq=seq, prev=prev)
    with pytest.raises(Corrupt, match="CER-LINE"):
        chain.decode(first_version(line, *later, "person", "length"), seq=seq, prev=prev)
