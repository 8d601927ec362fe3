"""The plain text of whole documents, as it was when somebody last read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.record.document import Document, Fact, Facts, Verbatim
from ceremony_app.record.text import as_text
from tests.record import samples

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize(("name", "document"), [("script", samples.script(acts=1)), ("record", samples.record(acts=1))])
def test_the_text_is_as_it_was_read(name: str, document: Document) -> None:
    assert as_text(document) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_nothing_unseen_gets_into_the_text() -> None:
    text = as_text(
        Document(
            kind="record",
            title="a\u202eb\nc",
            blocks=(Facts(rows=(Fact(label="l\u200b", value="v\r\nw"),)), Verbatim(text="  one\n\ttwo\n")),
        )
    )
    assert "a\\u{202E}b\\u{000A}c" in text
    assert "l\\u{200B}: v\\u{000D}\\u{000A}w" in text
    assert "      one\n    \\u{0009}two\n" in text
