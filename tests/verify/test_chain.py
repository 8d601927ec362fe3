"""Lines, links, the head file and the head on paper."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.events import Checkpoint
from ceremony_app.core.words import hash_rows, words_of
from ceremony_app.verify.journal import check_head, read_chain, read_head
from ceremony_app.verify.verdict import Report, Verdict
from ceremony_app.verify.verify import verify
from tests.verify.forging import digest, entries_in, put_journal, put_manifest
from tests.verify.judging import Copy, rules


def lines_in(folder: Path) -> list[bytes]:
    return (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)


def judged(folder: Path, lines: list[bytes]) -> Verdict:
    """The verdict over a folder with another journal, and with a head file and a manifest that fit it."""
    put_journal(folder, lines)
    put_manifest(folder)
    return verify(folder, press=None)


def linked(lines: list[bytes], first: int) -> list[bytes]:
    """The lines from a place on with links that hold again, whatever was done to the line before them."""
    made = lines[:first]
    for line in lines[first:]:
        decoded = msgspec.json.decode(line) | {"prev": digest(made[-1]), "seq": len(made)}
        made.append(msgspec.json.encode(decoded, order="sorted") + b"\n")
    return made


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda line: line.replace(b'{"body":', b'{ "body":'),
        lambda line: line.replace(b'"v":1}', b'"v":2}'),
        lambda line: line.replace(b'"type":"answer"', b'"type":"reply"'),
        lambda line: line.replace(b'"good":true', b'"good":true,"more":1'),
        lambda line: line.replace(b'"good":true', b'"good":1'),
        lambda line: line[:40] + b"\xff" + line[41:],
        lambda line: b"\n",
    ],
)
def test_a_line_that_is_no_entry(finished: Path, copy: Copy, spoilt: Callable[[bytes], bytes]) -> None:
    lines = lines_in(finished)
    lines[2] = spoilt(lines[2])
    verdict = judged(copy(finished), linked(lines, 3))
    assert (verdict.verdict, verdict.entries) == ("inconsistent", 2)
    assert [(f.rule, f.where) for f in verdict.findings] == [("CER-LINE", "journal.jsonl line 3")]


def test_a_line_too_few_is_found_where_it_is(finished: Path, copy: Copy) -> None:
    lines = lines_in(finished)
    verdict = judged(copy(finished), lines[:20] + lines[21:])
    assert [(f.rule, f.where) for f in verdict.findings] == [("CER-CHAIN", "journal.jsonl line 21")]


@pytest.mark.parametrize(
    "changed",
    [
        lambda lines: [*lines[:30], lines[31], lines[30], *lines[32:]],
        lambda lines: [*lines[:30], lines[30], *lines[30:]],
        lambda lines: lines[1:],
    ],
)
def test_lines_swapped_doubled_or_cut_off_in_front(
    finished: Path, copy: Copy, changed: Callable[[list[bytes]], list[bytes]]
) -> None:
    assert "CER-CHAIN" in rules(judged(copy(finished), changed(lines_in(finished))))


def test_the_head_of_a_closed_journal_is_that_of_its_last_entry(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    put_journal(folder, lines_in(finished)[:-1])
    (folder / "journal.jsonl").write_bytes(b"".join(lines_in(finished)))
    put_manifest(folder)
    assert rules(verify(folder, press=None)) == {"CER-HEAD"}


@pytest.mark.parametrize("data", [None, b"", b'{"head":"","length":0,"seq":0}\n', b"no head\n"])
def test_a_head_file_that_is_none(finished: Path, copy: Copy, data: bytes | None) -> None:
    folder = copy(finished)
    (folder / "journal.head").unlink()
    if data is not None:
        (folder / "journal.head").write_bytes(data)
    put_manifest(folder)
    assert rules(verify(folder, press=None)) == {"CER-HEAD"}


@pytest.mark.parametrize(("behind", "good"), [(1, True), (3, True), (4, False)])
def test_an_unfinished_journal_may_be_ahead_by_one_command(
    unfinished: Path, copy: Copy, behind: int, good: bool
) -> None:
    folder = copy(unfinished)
    put_journal(folder, lines_in(unfinished)[:-behind])
    (folder / "journal.jsonl").write_bytes(b"".join(lines_in(unfinished)))
    verdict = verify(folder, press=None)
    assert rules(verdict) == (set() if good else {"CER-HEAD"})
    assert good is any(f"the last {behind} entries were written" in line for line in verdict.for_a_person)


def test_a_torn_tail_of_an_unfinished_journal_is_no_finding(unfinished: Path, copy: Copy) -> None:
    folder = copy(unfinished)
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"body":{"person":1},"mo')
    verdict = verify(folder, press=None)
    assert verdict.verdict == "consistent"
    assert any("torn tail" in line for line in verdict.for_a_person)


def test_a_tail_that_was_acknowledged_is_damage(unfinished: Path, copy: Copy) -> None:
    folder = copy(unfinished)
    (folder / "journal.jsonl").write_bytes(b"".join(lines_in(unfinished))[:-30])
    assert rules(verify(folder, press=None)) == {"CER-LINE"}
    (folder / "journal.jsonl").write_bytes(b"".join(lines_in(unfinished)[:-1]))
    assert rules(verify(folder, press=None)) == {"CER-HEAD"}


def test_nothing_stands_behind_the_close(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b"and so on")
    put_manifest(folder)
    assert rules(verify(folder, press=None)) == {"CER-TORN"}


def test_the_head_on_paper_as_hex_words_and_rows(finished: Path) -> None:
    last = entries_in(finished)[-1]
    rows = hash_rows(last.digest)
    forms = [
        last.digest,
        last.digest.upper(),
        " ".join(words_of(bytes.fromhex(last.digest))),
        "\n".join(f"{row.letter}  {row.groups}" for row in rows),
        "\n".join(f"{row.letter}: {' '.join(row.words)}" for row in rows),
    ]
    for form in forms:
        verdict = verify(finished, head=form, press=None)
        assert verdict.verdict == "consistent", form
        assert f"the head given is the last one, of entry {last.seq}" in verdict.for_a_person


def test_the_head_of_the_checkpoint_is_accepted_and_named(finished: Path) -> None:
    point = next(entry for entry in entries_in(finished) if isinstance(entry.event, Checkpoint))
    verdict = verify(finished, head=point.digest, press=None)
    assert verdict.verdict == "consistent"
    assert f"the head given is that of the checkpoint, entry {point.seq}" in verdict.for_a_person


@pytest.mark.parametrize("head", ["00" * 32, "not a head", "ab" * 31, "aardvark adroitness"])
def test_another_head_on_paper(finished: Path, head: str) -> None:
    assert rules(verify(finished, head=head, press=None)) == {"CER-ANCHOR"}


def test_an_earlier_head_is_not_accepted(finished: Path) -> None:
    assert rules(verify(finished, head=entries_in(finished)[40].digest, press=None)) == {"CER-ANCHOR"}


def test_no_bit_of_a_journal_can_be_turned(finished: Path) -> None:
    data = (finished / "journal.jsonl").read_bytes()
    acknowledged = (finished / "journal.head").read_bytes()
    chance = random.Random(20261123)
    for place in chance.sample(range(len(data)), 300):
        spoilt = bytearray(data)
        spoilt[place] ^= 1 << chance.randrange(8)
        report = Report()
        head = read_head(acknowledged)
        check_head(read_chain(bytes(spoilt), head, report), acknowledged, head, report)
        assert report.findings, place


def test_no_bit_of_the_head_file_can_be_turned(finished: Path) -> None:
    data = (finished / "journal.jsonl").read_bytes()
    acknowledged = (finished / "journal.head").read_bytes()
    for place in range(8 * len(acknowledged)):
        spoilt = bytearray(acknowledged)
        spoilt[place // 8] ^= 1 << place % 8
        report = Report()
        head = read_head(bytes(spoilt))
        check_head(read_chain(data, head, report), bytes(spoilt), head, report)
        assert report.findings, place


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n", b"\xff\xfe\n", b'{"v":2}\n', b"not a journal", b"[" * 50_000])
def test_what_is_no_journal_is_unusable(finished: Path, copy: Copy, data: bytes) -> None:
    folder = copy(finished)
    (folder / "journal.jsonl").write_bytes(data)
    verdict = verify(folder, press=None)
    assert (verdict.verdict, verdict.entries, verdict.mode) == ("unusable", 0, "")
