"""Script and record made again, and what it takes to slip another one in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ceremony_app.chronicle.press import Press
from ceremony_app.core.errors import Refusal
from ceremony_app.journal import leaves
from ceremony_app.record.document import Attachment, Document
from ceremony_app.verify import documents
from ceremony_app.verify.documents import Told, check_documents
from ceremony_app.verify.material import Material, read
from ceremony_app.verify.verdict import Finding, Report
from ceremony_app.verify.verify import verify
from tests.verify.forging import entries_in, plan_in


@pytest.fixture
def material(finished: Path) -> Material:
    return read(finished)


@pytest.fixture
def told(finished: Path) -> Told:
    texts = leaves.texts(leaves.read((finished / "leaves.jsonl").read_bytes()))
    return Told(plan_in(finished), entries_in(finished), texts)


def found(material: Material, told: Told, press: Press) -> list[Finding]:
    report = Report()
    check_documents(material, told, press, report)
    assert {finding.rule for finding in report.findings} <= {"CER-RECORD"}
    return report.findings


def spoilt(material: Material, name: str, change: Callable[[bytes], bytes]) -> Material:
    files = {**material.files, name: change(material.files[name])}
    return Material(material.kind, files, material.addenda, material.refused)


def flipped(data: bytes) -> bytes:
    half = len(data) // 2
    return data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :]


def nothing(document: Document, attachments: Iterable[Attachment], when: str) -> bytes:
    return b""


def refusing(document: Document, attachments: Iterable[Attachment], when: str) -> bytes:
    raise Refusal("CER-PDF", "There is no paper.", "Buy some.")


def test_a_whole_ceremony_is_consistent_with_its_documents_made_again(finished: Path, press: Press) -> None:
    seen: list[str] = []
    verdict = verify(finished, press=press, progress=seen.append)
    assert (verdict.verdict, verdict.findings) == ("consistent", ())
    assert seen[:4] == ["files", "journal", "rules", "artifacts"]
    assert seen[-2:] == ["script.pdf", "record.pdf"]


def test_a_record_alone_is_made_again(finished: Path, press: Press) -> None:
    verdict = verify(finished / "record.pdf", press=press)
    assert (verdict.verdict, verdict.findings) == ("consistent", ())


@pytest.mark.parametrize("name", ["script.pdf", "record.pdf"])
def test_a_document_with_one_other_bit(material: Material, told: Told, press: Press, name: str) -> None:
    assert [one.where for one in found(spoilt(material, name, flipped), told, press)] == (
        ["script.pdf", "record.pdf"] if name == "script.pdf" else ["record.pdf"]
    )  # the record prints the digest of the script


def test_a_document_with_something_behind_it(material: Material, told: Told, press: Press) -> None:
    longer = spoilt(material, "record.pdf", lambda data: data + b"\n% one more revision\n%%EOF\n")
    assert [one.where for one in found(longer, told, press)] == ["record.pdf"]


@pytest.mark.parametrize("press_", [nothing, refusing])
def test_a_press_that_gives_nothing_is_not_taken_for_agreement(material: Material, told: Told, press_: Press) -> None:
    assert [one.where for one in found(material, told, press_)] == ["script.pdf", "record.pdf"]


@pytest.mark.parametrize("context", [b"", b"{}", b'{"layout":1}'])
def test_a_context_that_is_none(material: Material, told: Told, context: bytes) -> None:
    assert [one.where for one in found(spoilt(material, "context.json", lambda _: context), told, nothing)] == [
        "context.json"
    ]


def test_another_layout_is_compared_by_its_words(
    material: Material, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LAYOUT_VERSION", 99)
    report = Report()
    check_documents(material, told, refusing, report)
    assert report.findings == []
    assert any("layout version 2, and this program has 99" in line for line in report.persons)


def test_another_layout_hides_no_other_name_and_no_other_file(
    material: Material, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LAYOUT_VERSION", 99)
    somebody = dict.fromkeys(told.texts, "Somebody Quiteelse")
    other = Told(told.plan, told.entries, somebody)
    wrong = found(spoilt(material, "leaves.jsonl", lambda data: data + b"\n"), other, refusing)
    assert {one.where for one in wrong} == {"record.pdf"}
    assert any("Quiteelse" in one.what for one in wrong)
    assert any("leaves.jsonl" in one.what for one in wrong)


def test_without_a_press_it_is_said_that_nothing_was_made_again(finished: Path) -> None:
    assert "script.pdf and record.pdf were not made again" in verify(finished, press=None).for_a_person
