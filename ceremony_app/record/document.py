"""What a printed document says: the blocks of a script or a record, without a word on how they look."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec

from ceremony_app.core.values import Mode

LAYOUT_VERSION = 2
"""Grows by one when the same ceremony no longer gives the same documents; stands in every file's metadata.

Version 0.1.0 made layout 1. Pages that came later are made for folders whose `context.json` names a later layout.
"""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything a document is made from: frozen, and strict about what it is given."""


class Fingerprint(Value, frozen=True):
    """A digest that a page carries: what it is of, and its SHA-256 as 64 hex digits."""

    label: str
    sha256: str

    def __post_init__(self) -> None:
        _require_digest(self.sha256)


def _require_digest(text: str) -> None:
    if re.fullmatch(r"[0-9a-f]{64}", text) is None:
        message = f"a SHA-256 is 64 lower-case hex digits, not {text[:80]!r}"
        raise ValueError(message)


# ---------------------------------------------------------------------------------------------------- parts of blocks


class Fact(Value, frozen=True):
    """One `label: value`. An empty value is printed as NOT RECORDED: evidence is never silently blank.

    `mono` sets the value in fixed width (serials, digests, labels); `leaf` marks a personal text, of which the
    journal holds a digest only.
    """

    label: str
    value: str
    mono: bool = False
    leaf: bool = False


class Column(Value, frozen=True):
    """A column of a grid. `weight` is its share of the width.

    Kinds: `text`; `mono` (fixed width); `write` (always empty, to be filled in by hand); `tick` (a box to tick).
    `leaf` marks a column of personal texts.
    """

    title: str
    weight: int = 1
    kind: Literal["text", "mono", "write", "tick"] = "text"
    leaf: bool = False


class Blank(Value, frozen=True):
    """A place to write in by hand: a line, or character boxes in groups (`boxes=(4, 2, 6)`)."""

    label: str
    boxes: tuple[int, ...] = ()
    weight: int = 1


class Expectation(Value, frozen=True):
    """What must be seen in a step, with a box to tick; `value` is the exact value where one is known."""

    text: str
    value: str = ""


class SignOff(Value, frozen=True):
    """One signature under a step: who, in which role, for what, how decided, when, with which key."""

    role: str
    name: str
    purpose: str
    decision: str
    utc: str
    method: str
    key: str


class Signer(Value, frozen=True):
    """A person who signs on paper: role, and name where it is known (empty: to be written)."""

    role: str
    name: str = ""


class Sign(Value, frozen=True):
    """A sign that the pages use, and what it means."""

    mark: Literal["tick", "ring", "write", "pause", "irreversible", "leaf"]
    text: str


# ------------------------------------------------------------------------------------------------------------- blocks


class Heading(Value, frozen=True, tag="heading"):
    """A heading, kept with what follows; levels 1 to 3. It stands in the file's outline."""

    text: str
    level: Literal[1, 2, 3] = 1
    number: str = ""
    new_page: bool = False


class Text(Value, frozen=True, tag="text"):
    """A paragraph."""

    text: str
    weight: Literal["normal", "strong", "small"] = "normal"


class Quote(Value, frozen=True, tag="quote"):
    """Words to be said aloud."""

    text: str


class Bullets(Value, frozen=True, tag="bullets"):
    """A list; without items it prints `none`."""

    items: tuple[str, ...]
    numbered: bool = False


class Facts(Value, frozen=True, tag="facts"):
    """Rows of label and value; without rows it prints `none`."""

    rows: tuple[Fact, ...]


class Grid(Value, frozen=True, tag="grid"):
    """A table whose header repeats on every page; no row is split unless it is taller than a page.

    `sample` is a first row filled in as an example. `blank_rows` empty rows follow the given ones. With any column to
    be written in, rows are at least 9 mm high. Without rows, sample and blank rows it prints `none`; an empty cell
    in a column that is not for writing prints a dash.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    sample: tuple[str, ...] = ()
    blank_rows: int = 0
    small: bool = False

    def __post_init__(self) -> None:
        most = max((len(row) for row in (self.sample, *self.rows)), default=0)
        if most > len(self.columns):
            message = f"a row of {most} cells in a grid of {len(self.columns)} columns would lose some"
            raise ValueError(message)


class HashBlock(Value, frozen=True, tag="hash"):
    """A SHA-256 as eight lettered rows of hex and PGP words; with an empty digest the boxes to write it into."""

    title: str
    digest: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.digest:
            _require_digest(self.digest)


class WordRows(Value, frozen=True, tag="word-rows"):
    """Boxes to write the words of a share into: numbered rows of numbered words, a check word at the end of each."""

    rows: int
    words: int


class WriteIn(Value, frozen=True, tag="write-in"):
    """One line of places to write in, side by side."""

    blanks: tuple[Blank, ...]


class Checkboxes(Value, frozen=True, tag="checkboxes"):
    """Boxes that must all be ticked, or with `one_of` rings of which exactly one is."""

    items: tuple[str, ...]
    one_of: bool = False
    title: str = ""


class StepBlock(Value, frozen=True, tag="step"):
    """A step as the script prints it before the day.

    `marker` is empty, or says that the step cannot be undone, or that the room pauses here. `initials` are the short
    names of those who initial it. `blocks` follow over the full width: hash boxes, checklists, places to write.
    """

    number: str
    title: str
    who: tuple[str, ...] = ()
    estimate: str = ""
    marker: Literal["", "irreversible", "pause"] = ""
    say: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    expected: tuple[Expectation, ...] = ()
    actual: tuple[Blank, ...] = ()
    initials: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


class StepRecord(Value, frozen=True, tag="step-record"):
    """A step as it happened: words, times (UTC), what was observed, who signed, which journal entries say so.

    `state` is one or two words, as they are to be printed (`DONE`, `NOT DONE`). An empty `start`, `end` or `entries`
    prints NOT RECORDED. Where `wants_sign_offs` is set and there are none, the step says `none`.
    """

    number: str
    title: str
    state: str
    start: str = ""
    end: str = ""
    attempts: int = 1
    entries: str = ""
    marker: Literal["", "irreversible", "pause"] = ""
    said: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    wants_sign_offs: bool = False
    deviations: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


class Signatures(Value, frozen=True, tag="signatures"):
    """Rows for signing by hand: role, printed name, signature, date and UTC time."""

    people: tuple[Signer, ...]


class Verbatim(Value, frozen=True, tag="verbatim"):
    """A file or a listing in fixed width, line by line as it is; a line too long goes on, marked, on the next."""

    text: str
    title: str = ""


class Legend(Value, frozen=True, tag="legend"):
    """What the signs on the pages mean."""

    signs: tuple[Sign, ...]


class Notice(Value, frozen=True, tag="notice"):
    """A framed word that must not be overlooked, such as an outcome, with a sentence under it."""

    word: str
    text: str = ""


class Box(Value, frozen=True, tag="box"):
    """Blocks in a ruled frame under a title, such as a pause point's checklist."""

    title: str
    blocks: tuple[Block, ...]
    marker: Literal["", "irreversible", "pause"] = ""


class KeepTogether(Value, frozen=True, tag="together"):
    """Blocks that stay on one page if they fit on one."""

    blocks: tuple[Block, ...]


class PageBreak(Value, frozen=True, tag="page-break"):
    """What follows starts on a new page."""


Block: TypeAlias = (
    "Heading | Text | Quote | Bullets | Facts | Grid | HashBlock | WordRows | WriteIn | Checkboxes | StepBlock"
    " | StepRecord | Signatures | Verbatim | Legend | Notice | Box | KeepTogether | PageBreak"
)


# ------------------------------------------------------------------------------------------------------ the whole thing


class Document(Value, frozen=True):
    """A script, a record, worksheets or a slip: what stands on every page, what the cover says, and the blocks.

    `mode` None means that no binding says which it will be: every page is marked as a draft. `ceremony` is the
    ceremony's id (32 hex digits; empty in a script: a place to write it in). `fingerprints` stand in full on the
    cover; the first three of a script's stand, in full too, at the foot of every page. `head` is the journal's final
    head (record only; 64 hex digits). `facts` are further rows of the cover. `initials` are the short names of up to
    three people who initial each page of a script. `version` names program and layout. `language` is a BCP 47 tag.
    Worksheets and slips have no cover: each sheet is a page that goes its own way.
    """

    kind: Literal["script", "record", "worksheets", "slip"]
    title: str
    subtitle: str = ""
    purpose: str = ""
    mode: Mode | None = None
    paper: Literal["A4", "Letter"] = "A4"
    language: str = "en"
    ceremony: str = ""
    version: str = ""
    fingerprints: tuple[Fingerprint, ...] = ()
    head: str = ""
    facts: tuple[Fact, ...] = ()
    initials: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        if self.head:
            _require_digest(self.head)
        if self.ceremony and re.fullmatch(r"[0-9a-f]{32}", self.ceremony) is None:
            message = f"a ceremony id is 32 lower-case hex digits, not {self.ceremony[:80]!r}"
            raise ValueError(message)


class Attachment(Value, frozen=True):
    """A file embedded in a PDF (ISO 19005-3, 6.8).

    `relationship` says what it is to the pages: their `Source`, further `Data`, an `Alternative` or a `Supplement`.
    """

    name: str
    data: bytes
    mime: str = "application/octet-stream"
    relationship: Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"] = "Data"
    description: str = ""
