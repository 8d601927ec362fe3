"""Script and record made again from what they must have been made from, and compared with the files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from ceremony_app.chronicle.context import PrintContext, decode
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.press import Press, record_pdf, script_pdf
from ceremony_app.chronicle.record import record_document
from ceremony_app.chronicle.script import script_document
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Entry, Genesis
from ceremony_app.core.script import Plan
from ceremony_app.record.document import LAYOUT_VERSION, Attachment, Document
from ceremony_app.verify.files import MANIFEST
from ceremony_app.verify.material import RECORD, Material
from ceremony_app.verify.verdict import Report

RULE: Final = "CER-RECORD"
SCRIPT: Final = "script.pdf"
_CONTEXT: Final = "context.json"
_SOME: Final = 3
_WORD: Final = re.compile(r"[^\W_]{2,}")
_DIGEST: Final = 64
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Told:
    """What the documents tell: the plan, the journal, and the personal texts that are there."""

    plan: Plan
    entries: tuple[Entry, ...]
    texts: Mapping[str, str]


def check_documents(
    material: Material, told: Told, press: Press, report: Report, say: Callable[[str], None] = lambda _: None
) -> None:
    """`script.pdf`, and `record.pdf` where there is one, byte for byte.

    Where the folder was made with another layout version, bytes would differ for its sake alone: then the words that
    would be printed today must stand in the files, the attachments must be the same, and the report says so.
    """
    found = {name: data for name, data in material.files.items() if name not in (MANIFEST, RECORD)}
    try:
        context = decode(found.get(_CONTEXT, b""))
    except Refusal as refusal:
        report.find(RULE, _CONTEXT, refusal.why)
        return
    if context.layout != LAYOUT_VERSION:
        report.person(
            f"the documents were made with layout version {context.layout}, and this program has {LAYOUT_VERSION}:"
            " their texts and attachments were compared, not their bytes"
        )
    if SCRIPT in found:
        say(SCRIPT)
        _guarded(SCRIPT, report, lambda: _script(found, told, context, press, report))
    if RECORD in material.files:
        say(RECORD)
        _guarded(RECORD, report, lambda: _record(found, material.files[RECORD], told, context, press, report))


def _guarded(name: str, report: Report, check: Callable[[], None]) -> None:
    """A document that cannot be made from what lies here is not the one that was made from it."""
    try:
        check()
    except Refusal as refusal:
        report.find(RULE, name, f"cannot be made again: {refusal.why}")
    except Exception as fault:  # noqa: BLE001 - the values come from outside, and the chronicle expects its own
        report.find(RULE, name, f"cannot be made again: {type(fault).__name__} {fault}")


def _script(found: Mapping[str, bytes], told: Told, context: PrintContext, press: Press, report: Report) -> None:
    plan = told.plan
    digests = _digests(found)
    if context.layout != LAYOUT_VERSION:
        document = script_document(plan.definition, plan.policy, plan.binding, context, digests)
        _words(SCRIPT, found[SCRIPT], document, report)
        return
    again = script_pdf(press, plan.definition, plan.policy, plan.binding, context, digests)
    _same(SCRIPT, found[SCRIPT], again, report)


def _record(
    found: Mapping[str, bytes], record: bytes, told: Told, context: PrintContext, press: Press, report: Report
) -> None:
    genesis = told.entries[0].event
    bound = genesis.files if isinstance(genesis, Genesis) else {}
    digests = {**bound, **{n: d for n, d in _digests(found).items() if "/" not in n and not n.startswith("journal")}}
    history = History.of(told.plan, told.entries, told.texts, context, digests)
    again = record_pdf(_kept(press, context, record_document(history), record, report), history, found)
    if context.layout == LAYOUT_VERSION:
        _same(RECORD, record, again, report)


def _kept(press: Press, context: PrintContext, document: Document, record: bytes, report: Report) -> Press:
    """The press itself; or, of another layout, a comparison of what would go into it."""
    if context.layout == LAYOUT_VERSION:
        return press

    def compare(_: Document, attachments: object, __: str) -> bytes:
        wanted = tuple(attachments) if isinstance(attachments, list | tuple) else ()
        _words(RECORD, record, document, report)
        _attachments(record, wanted, report)
        return b""

    return compare


def _digests(found: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def _same(name: str, file: bytes, again: bytes, report: Report) -> None:
    """The same bytes; if not, how far they differ."""
    if file == again:
        return
    first = next((i for i, (a, b) in enumerate(zip(file, again, strict=False)) if a != b), min(len(file), len(again)))
    what = f"not the document that definition and journal give: {len(file)} bytes for {len(again)}"
    report.find(RULE, name, f"{what}, the first other one at {first}")


def _words(name: str, file: bytes, document: Document, report: Report) -> None:
    """Every word that the document has to say stands in the file's text; breaks of line and page do not count."""
    import pypdfium2

    from ceremony_app.record.text import as_text

    with pypdfium2.PdfDocument(file) as opened:  # type: ignore[no-untyped-call] # pypdfium2 has no types
        pages = [opened[i].get_textpage().get_text_bounded() for i in range(len(opened))]
    text = re.sub(r"\s+", "", "".join(pages))
    own = _vocabulary(document)
    words = [word for word in dict.fromkeys(_WORD.findall(as_text(document))) if word in own]
    lacking = [word for word in words if word not in text]
    some = ", ".join(lacking[:_SOME])
    report.hold(not lacking, RULE, name, f"{len(lacking)} words of {len(words)} do not stand in it: {some}")


def _vocabulary(document: Document) -> frozenset[str]:
    """The words of a document's values, and the groups in which its digests are printed; no layout's own words."""
    words = _WORD.findall("\n".join(_texts(msgspec.to_builtins(document))))
    groups = (word[i : i + _GROUP] for word in words if len(word) == _DIGEST for i in range(0, _DIGEST, _GROUP))
    return frozenset(words) | frozenset(groups)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for member in value.values():
                yield from _texts(member)
        case list() | tuple():
            for member in value:
                yield from _texts(member)
        case _:
            pass


def _attachments(record: bytes, wanted: tuple[Attachment, ...], report: Report) -> None:
    """The record carries the files of the folder."""
    from ceremony_app.record.attachments import read_attachments

    carried = {one.name: one.data for one in read_attachments(record)}
    right = {one.name: one.data for one in wanted}
    for name in sorted(carried.keys() | right.keys()):
        report.hold(carried.get(name) == right.get(name), RULE, RECORD, f"the file {name} that it carries is another")
