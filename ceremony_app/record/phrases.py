"""The fixed words that script and record print beside a document's own: one place to translate them."""

from __future__ import annotations

from typing import Final

NOT_RECORDED: Final = "NOT RECORDED"
NONE: Final = "none"
DASH: Final = "–"

MODE: Final = {"rehearsal": "REHEARSAL", "production": "PRODUCTION", "": "DRAFT – NOT BOUND"}
MODE_MEANS: Final = {
    "rehearsal": "A rehearsal: nothing that comes of it may be used. Token and people are stand-ins.",
    "production": "A production ceremony: what comes of it is made to be relied upon.",
    "": "Bound to no room, token or people yet. It must not be used in a ceremony.",
}
WATERMARK: Final = {"rehearsal": "REHEARSAL", "production": "", "": "DRAFT"}
KIND: Final = {
    "script": "Ceremony script",
    "record": "Ceremony record",
    "worksheets": "Share worksheet",
    "slip": "Statement slip",
}
KIND_MEANS: Final = {"script": "what will be said and done", "record": "what was said and done"}
MARKER: Final = {"": "", "irreversible": "CANNOT BE UNDONE", "pause": "PAUSE POINT"}

CEREMONY_ID: Final = "Ceremony id"
CEREMONY_ID_BLANK: Final = "Ceremony id – write it here when the ceremony is opened"
FINAL_HEAD: Final = "Final journal head"
VERSION: Final = "Made by"
SHA256: Final = "SHA-256"
COMPARE: Final = "compare letter by letter, row by row"
ROW: Final = "row"
CHECK_WORD: Final = "check word"
TRANSCRIBE: Final = "write the rows here, then read them back"

SAY: Final = "SAY"
DO: Final = "DO"
EXPECT: Final = "EXPECT"
ACTUAL: Final = "ACTUAL"
SAID: Final = "SAID"
DONE: Final = "DONE"
FOUND: Final = "EVIDENCE"
SIGNED: Final = "SIGNED"
DEVIATION: Final = "DEVIATION"
UTC: Final = "UTC"
ATTEMPTS: Final = "attempts"
ENTRIES: Final = "journal entries"
CONTINUED: Final = "continued"
TO: Final = "to"

ROLE: Final = "Role"
NAME: Final = "Printed name"
WHO: Final = "Name"
SIGNED_AS: Final = "Signed as"
SIGNATURE: Final = "Signature"
DATE: Final = "Date"
TIME: Final = "UTC"
PURPOSE: Final = "For"
DECISION: Final = "Decision"
METHOD: Final = "Key"
SAMPLE: Final = "example"
PERSONAL: Final = "personal: the journal holds its digest"


def page_of(number: int, total: int) -> str:
    """`Page 3 of 12`."""
    return f"Page {number} of {total}"


def sheet_of(number: int, total: int) -> str:
    """`Sheet 3 of 12`: what is handed out leaf by leaf has no pages."""
    return f"Sheet {number} of {total}"


def words_of(first: int, last: int) -> str:
    """`words 1 to 4 of the share`."""
    return f"words {first} to {last} of the share"
