"""Script and record as bytes: the documents' values, and everything that a record embeds, through the PDF worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ceremony_app.chronicle.context import PrintContext
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record import record_document
from ceremony_app.chronicle.script import script_document
from ceremony_app.chronicle.worksheets import worksheets_document
from ceremony_app.core.policy import Policy
from ceremony_app.core.room import Binding
from ceremony_app.core.script import Definition
from ceremony_app.record.document import Attachment, Document

Press = Callable[[Document, Iterable[Attachment], str], bytes]
"""Makes a PDF of a document, its attachments and a date; runs in a process of its own."""

SCRIPT_DATE = "2000-01-01T00:00:00Z"
"""The date inside a script: it says what was reviewed, not when it was printed."""

_MIME = {
    "toml": "application/toml",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "md": "text/markdown",
    "py": "text/x-python",
    "pem": "application/x-pem-file",
    "der": "application/octet-stream",
    "crl": "application/pkix-crl",
    "cer": "application/pkix-cert",
}
_SOURCES = ("ceremony.toml", "policy.toml", "binding.toml", "context.json", "journal.jsonl", "leaves.jsonl")
EMBEDDED = (*_SOURCES, "FORMAT.md", "verify_journal.py")
"""The files of a folder that a record embeds beside the artifacts."""


def script_pdf(
    press: Press,
    definition: Definition,
    policy: Policy,
    binding: Binding | None,
    context: PrintContext,
    digests: Mapping[str, str],
) -> bytes:
    """The script: the same bytes for the same definition, policy, binding and context."""
    return press(script_document(definition, policy, binding, context, digests), (), SCRIPT_DATE)


def worksheets_pdf(
    press: Press, definition: Definition, binding: Binding | None, context: PrintContext, digests: Mapping[str, str]
) -> bytes:
    """A worksheet for each share that is handed out; raises `Unusable` (CER-WORKSHEETS) where there is none."""
    return press(worksheets_document(definition, binding, context, digests), (), SCRIPT_DATE)


def record_pdf(press: Press, history: History, files: Mapping[str, bytes]) -> bytes:
    """The record, with the files it is made from inside it. `files` are by their path in the folder."""
    attachments = [
        Attachment(
            name=name.rpartition("/")[2],
            data=files[name],
            mime=_MIME.get(name.rpartition(".")[2], "application/octet-stream"),
            relationship="Source" if name in _SOURCES else "Data",
            description=name,
        )
        for name in sorted(files)
        if name in EMBEDDED or name.startswith("artifacts/")
    ]
    last = history.entries[-1].utc
    return press(record_document(history), attachments, f"{last[:19]}Z")
