"""A document as plain text: what its pages say, without how they look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from ceremony_app.core.words import LETTERS, hash_rows
from ceremony_app.record import phrases
from ceremony_app.record.document import (
    Blank,
    Block,
    Box,
    Bullets,
    Checkboxes,
    Column,
    Document,
    Facts,
    Grid,
    HashBlock,
    Heading,
    KeepTogether,
    Legend,
    Notice,
    PageBreak,
    Quote,
    Signatures,
    StepBlock,
    StepRecord,
    Text,
    Verbatim,
    WordRows,
    WriteIn,
)
from ceremony_app.record.escape import visible

_TICK: Final = "[ ]"
_RING: Final = "( )"
_LINE: Final = "____"
_SIGN: Final = {"tick": _TICK, "ring": _RING, "write": _LINE, "pause": "||", "irreversible": "/!\\", "leaf": "<>"}
_MARKER: Final = {"": "", "pause": "|| ", "irreversible": "/!\\ "}


def as_text(document: Document) -> str:
    """The document line by line, LF-ended; what could not be seen is written out as on paper."""
    mode = document.mode.value if document.mode else ""
    return "".join(f"{text.rstrip()}\n" for text in (*_cover(document, mode), *_blocks(document.blocks)))


def _cover(document: Document, mode: str) -> Iterator[str]:
    yield f"{phrases.KIND[document.kind].upper()} – {phrases.MODE[mode]}"
    yield from (visible(text) for text in (document.title, document.subtitle, document.purpose) if text)
    if document.kind not in ("worksheets", "slip"):
        yield from _pairs(document)


def _pairs(document: Document) -> Iterator[str]:
    yield from (_pair(fact.label, fact.value, leaf=fact.leaf) for fact in document.facts)
    if document.ceremony or document.kind == "record":
        yield _pair(phrases.CEREMONY_ID, document.ceremony)
    else:
        yield f"{phrases.CEREMONY_ID}: {_LINE}"
    if document.kind == "record":
        yield _pair(phrases.FINAL_HEAD, document.head)
    yield from (_pair(f"{entry.label} {phrases.SHA256}", entry.sha256) for entry in document.fingerprints)
    if document.version:
        yield _pair(phrases.VERSION, document.version)


def _pair(label: str, value: str, *, leaf: bool = False) -> str:
    mark = f" {_SIGN['leaf']}" if leaf else ""
    return f"{visible(label)}{mark}: {visible(value) or phrases.NOT_RECORDED}"


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield ""
            yield f"{'#' * block.level} {visible(f'{block.number} {block.text}'.strip())}"
        case Text():
            yield visible(block.text)
        case Quote():
            yield f"| {visible(block.text)}"
        case Bullets():
            marks = [f"{i}." if block.numbered else "-" for i in range(1, len(block.items) + 1)]
            yield from _or_none([f"{mark} {visible(item)}" for mark, item in zip(marks, block.items, strict=True)])
        case Facts():
            yield from _or_none([_pair(fact.label, fact.value, leaf=fact.leaf) for fact in block.rows])
        case Grid():
            yield from _grid(block)
        case HashBlock():
            yield from _hash(block)
        case WordRows():
            boxes = " ".join([_LINE] * block.words)
            yield from (f"  {row}  {boxes}  {phrases.CHECK_WORD} {_LINE}" for row in range(1, block.rows + 1))
        case WriteIn():
            yield _write_in(block.blanks)
        case Checkboxes():
            yield from (visible(title) for title in (block.title,) if title)
            yield from _or_none([f"{_RING if block.one_of else _TICK} {visible(item)}" for item in block.items])
        case StepBlock():
            yield from _step(block)
        case StepRecord():
            yield from _record(block)
        case Signatures():
            yield from _or_none([f"{visible(s.role)}: {visible(s.name) or _LINE}, {_LINE}" for s in block.people])
        case Verbatim():
            yield from (visible(title) for title in (block.title,) if title)
            yield from (f"    {visible(line, listing=True)}" for line in block.text.removesuffix("\n").split("\n"))
        case Legend():
            yield from _or_none([f"{_SIGN[sign.mark]} {visible(sign.text)}" for sign in block.signs])
        case Notice():
            yield f"*** {visible(block.word)} ***"
            yield from (visible(text) for text in (block.text,) if text)
        case Box():
            yield f"+-- {_MARKER[block.marker]}{visible(block.title)}"
            yield from (f"| {line}" for line in _blocks(block.blocks))
        case KeepTogether():
            yield from _blocks(block.blocks)
        case PageBreak():
            yield "---"
        case _:
            assert_never(block)


def _or_none(lines: list[str]) -> list[str]:
    return lines or [phrases.NONE]


def _grid(block: Grid) -> Iterator[str]:
    yield " | ".join(visible(column.title) + (f" {_SIGN['leaf']}" if column.leaf else "") for column in block.columns)
    if block.sample:
        yield _row(block.columns, block.sample)
    yield from (_row(block.columns, row) for row in block.rows)
    yield from (" | ".join(_LINE for _ in block.columns) for _ in range(block.blank_rows))
    if not block.rows and not block.sample and not block.blank_rows:
        yield phrases.NONE


def _row(columns: Sequence[Column], row: Sequence[str]) -> str:
    cells = [*row, *[None] * (len(columns) - len(row))]
    return " | ".join(_cell(column, cell) for column, cell in zip(columns, cells, strict=False))


def _cell(column: Column, cell: str | None) -> str:
    match column.kind:
        case "write":
            return visible(cell) if cell else _LINE
        case "tick":
            return f"{_TICK} {visible(cell or '')}".rstrip()
        case "text" | "mono":
            return _LINE if cell is None else visible(cell) or phrases.DASH


def _hash(block: HashBlock) -> Iterator[str]:
    yield visible(block.title)
    rows = hash_rows(block.digest) if block.digest else ()
    yield from (f"  {row.letter}  {row.groups}  {' '.join(row.words)}" for row in rows)
    if not rows:
        yield from (f"  {letter}  ____ ____  {' '.join([_LINE] * 4)}" for letter in LETTERS)


def _write_in(blanks: Sequence[Blank]) -> str:
    return "  ".join(
        f"{visible(blank.label)}: {' '.join('_' * count for count in blank.boxes) or _LINE}" for blank in blanks
    )


def _step(block: StepBlock) -> Iterator[str]:
    yield ""
    yield f"{visible(block.number)} {_MARKER[block.marker]}{visible(block.title)}"
    yield "  " + " · ".join(visible(part) for part in (", ".join(block.who), block.estimate) if part)
    yield from (f"  {phrases.SAY} {visible(text)}" for text in block.say)
    yield from (f"  {phrases.DO} {visible(text)}" for text in block.do)
    for entry in block.expected:
        value = f" {visible(entry.value)}" if entry.value else ""
        yield f"  {phrases.EXPECT} {_TICK} {visible(entry.text)}{value}"
    if block.actual:
        yield f"  {phrases.ACTUAL} {_write_in(block.actual)}"
    yield from (f"  {line}" for line in _blocks(block.blocks))
    initials = "  ".join(f"{visible(name)}: {_LINE}" for name in block.initials)
    yield f"  {phrases.UTC} __:__  {initials}"


def _record(block: StepRecord) -> Iterator[str]:
    yield ""
    state = visible(block.state)
    yield f"{visible(block.number)} {_MARKER[block.marker]}{visible(block.title)} – {state}"
    start, end = (visible(time) or phrases.NOT_RECORDED for time in (block.start, block.end))
    entries = visible(block.entries) or phrases.NOT_RECORDED
    attempts = f", {block.attempts} {phrases.ATTEMPTS}" if block.attempts != 1 else ""
    yield f"  {start} {phrases.TO} {end}{attempts}, {phrases.ENTRIES} {entries}"
    yield from (f"  {phrases.SAID} {visible(text)}" for text in block.said)
    yield from (f"  {phrases.DONE} {visible(text)}" for text in block.done)
    yield from (f"  {_pair(fact.label, fact.value, leaf=fact.leaf)}" for fact in block.facts)
    for s in block.sign_offs:
        parts = (s.role, s.name, s.purpose, s.decision, s.utc, s.method, s.key)
        yield f"  {phrases.SIGNED} {' | '.join(visible(part) or phrases.DASH for part in parts)}"
    if block.wants_sign_offs and not block.sign_offs:
        yield f"  {phrases.SIGNED} {phrases.NONE}"
    yield from (f"  {phrases.DEVIATION} {visible(text)}" for text in block.deviations)
    yield from (f"  {line}" for line in _blocks(block.blocks))
