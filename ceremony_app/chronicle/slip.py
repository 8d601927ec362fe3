"""The statement slip: on paper, before it is signed, exactly the text that a person is about to sign."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from ceremony_app.chronicle.context import PrintContext
from ceremony_app.core.script import Plan
from ceremony_app.record.document import (
    Blank,
    Block,
    Document,
    Fact,
    Facts,
    Fingerprint,
    HashBlock,
    Heading,
    Text,
    Verbatim,
    WriteIn,
)

_LABELS = {"ceremony.toml": "Definition", "policy.toml": "Policy pack", "binding.toml": "Binding"}
_COMPARE = (
    "Compare every line with the screen, then sign. What this workstation shows and what it prints may come from one"
    " hand: a second reader who holds this paper beside the screen makes it harder to show one text and sign another."
)
_UNRECORDED = (
    "This slip is a help, not evidence: the journal does not say that it was printed, since an entry would make the"
    " statement another one. The statement names the head that it stands on. If anything is recorded before it is"
    " signed, another text is signed, and this slip is destroyed."
)


def slip_document(
    plan: Plan, context: PrintContext, digests: Mapping[str, str], statement: str, signer: Iterable[tuple[str, str]]
) -> Document:
    """A page with the text; `signer` are label and value of what says who it is for, `digests` those of genesis."""
    return Document(
        kind="slip",
        title=plan.definition.title,
        mode=plan.binding.mode,
        paper=context.paper,
        language=plan.definition.language,
        version=f"{context.program}, layout {context.layout}",
        fingerprints=tuple(
            Fingerprint(label=label, sha256=digests[name]) for name, label in _LABELS.items() if name in digests
        ),
        blocks=_blocks(statement, signer),
    )


def _blocks(statement: str, signer: Iterable[tuple[str, str]]) -> tuple[Block, ...]:
    return (
        Heading(text="Compare with the screen, then sign"),
        Facts(rows=tuple(Fact(label=label, value=value) for label, value in signer)),
        Verbatim(title="What is about to be signed, to its last letter", text=statement),
        HashBlock(
            title="SHA-256 of this statement",
            digest=hashlib.sha256(statement.encode("utf-8")).hexdigest(),
            note="of its bytes in UTF-8, every line ended by LF",
        ),
        Text(text=_COMPARE),
        Text(text=_UNRECORDED, weight="small"),
        WriteIn(blanks=(Blank(label="Compared by", weight=3), Blank(label="Time UTC", weight=2))),
    )
