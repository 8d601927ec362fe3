"""What the program knows of itself: its files' digest, its context for documents, its companions for a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from ceremony_app.chronicle.context import PrintContext, context_of
from ceremony_app.chronicle.press import Press
from ceremony_app.core.approval import SignedApproval
from ceremony_app.core.script import Definition
from ceremony_app.definition.requirements import catalogues
from ceremony_app.definition.shelf import resources
from ceremony_app.record.document import Attachment, Document
from ceremony_app.record.process import Job, PdfMaker
from ceremony_app.station.program import manifest

PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the program's files."""


def program_manifest() -> str:
    """SHA-256 of the list of the program's files."""
    return manifest(PACKAGE).digest


def print_context(
    definition: Definition,
    *,
    paper: Literal["A4", "Letter"] = "A4",
    inputs: Mapping[str, Path] | None = None,
    approvals: tuple[SignedApproval, ...] = (),
) -> PrintContext:
    """The context in which this program prints the documents of a definition.

    `inputs`: what was brought, and where; `approvals`: those that were brought, as `cli.approving.approvals_of` reads.
    """
    return context_of(
        program_manifest(),
        catalogues(definition),
        paper=paper,
        language=definition.language,
        inputs={name: str(path) for name, path in (inputs or {}).items()},
        approvals=approvals,
    )


def companions() -> dict[str, bytes]:
    """The files that lie in every ceremony folder so that it can be checked without this program."""
    place = resources() / "folder"
    return {name: (place / name).read_bytes() for name in ("FORMAT.md", "verify_journal.py")}


def press_of(maker: PdfMaker) -> Press:
    """A press that makes PDFs in the maker's process, with our own fonts."""
    fonts = str(resources() / "fonts")

    def press(document: Document, attachments: Iterable[Attachment], when: str) -> bytes:
        return maker.make(Job(document=document, fonts=fonts, when=when, attachments=tuple(attachments)))

    return press
