"""Share worksheets: one sheet of paper for each share that a ceremony hands out, to be written by its holder's hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ceremony_app.actions.custody import WORDS
from ceremony_app.chronicle.context import PrintContext
from ceremony_app.core.errors import Unusable
from ceremony_app.core.room import Binding
from ceremony_app.core.script import Definition, HandOut
from ceremony_app.record.document import (
    Blank,
    Block,
    Document,
    Fact,
    Facts,
    Fingerprint,
    Heading,
    Notice,
    Signatures,
    Signer,
    Text,
    WordRows,
    WriteIn,
)
from ceremony_app.shares.sheet import ROW_WORDS, ROWS

_SET = (5,)
_CHECK = (4,) * 8
_BAG = (12,)
_TITLE = 78
_ROLE = 36
"""Characters of titles that a sheet has room for: it must stay one page. Whole they stand in the script."""


def worksheets_document(
    definition: Definition, binding: Binding | None, context: PrintContext, digests: Mapping[str, str]
) -> Document:
    """A page for each share of each split, in the order in which they are handed out.

    `digests` are those of `ceremony.toml` and, if bound, `binding.toml`. Raises `Unusable` (CER-WORKSHEETS) where the
    ceremony hands out no share.
    """
    labels = {"ceremony.toml": "Definition", "binding.toml": "Binding"}
    sheets = [block for stage in handed_out(definition) for block in _sheets(definition, binding, stage)]
    if not sheets:
        raise Unusable(
            "CER-WORKSHEETS",
            "This ceremony hands out no shares, so there are no worksheets.",
            "A step `split-activation` hands them out; see `custody` of the token.",
        )
    return Document(
        kind="worksheets",
        title=definition.title,
        mode=binding.mode if binding else None,
        paper=context.paper,
        language=definition.language,
        version=f"{context.program}, layout {context.layout}",
        fingerprints=tuple(Fingerprint(label=labels[name], sha256=digests[name]) for name in labels if name in digests),
        blocks=tuple(sheets),
    )


def handed_out(definition: Definition) -> tuple[HandOut, ...]:
    """The splits that the ceremony makes, in its order."""
    return tuple(stage for step in definition.steps for stage in step.stages if isinstance(stage, HandOut))


def _sheets(definition: Definition, binding: Binding | None, stage: HandOut) -> Iterator[Block]:
    for number in range(1, stage.split.shares + 1):
        yield from _sheet(definition, binding, stage, number)


def _sheet(definition: Definition, binding: Binding | None, stage: HandOut, number: int) -> tuple[Block, ...]:
    """One sheet, from top to bottom as it is used."""
    split = stage.split
    serial = binding.tokens[stage.token].serial if binding and stage.token in binding.tokens else ""
    token = _brief(definition.tokens[stage.token].title, _TITLE - len(stage.token) - len(serial) - len(" (), serial "))
    holder = _brief(definition.roles[split.role].title, _ROLE)
    return (
        Heading(text=f"Share {number} of {split.shares}: {WORDS[stage.whose]}", new_page=True),
        Facts(
            rows=(
                Fact(label="Ceremony", value=_brief(definition.title, _TITLE)),
                Fact(label="Token", value=f"{token} ({stage.token}){f', serial {serial}' if serial else ''}"),
                Fact(label="Use", value=f"any {split.threshold} of the {split.shares} shares of this set, together"),
            )
        ),
        Text(
            text="Alone at the screen, write each word into its box in block letters and type the sheet back, row by "
            "row, as the screen asks. Then seal it into its bag before you leave the screen."
        ),
        WriteIn(blanks=(Blank(label="Set of shares", boxes=_SET), Blank(label="Check value", boxes=_CHECK, weight=7))),
        WordRows(rows=ROWS, words=ROW_WORDS),
        WriteIn(blanks=(Blank(label="Bag number", boxes=_BAG), Blank(label="Kept at"))),
        Signatures(people=(Signer(role=f"Holder: {holder}"), Signer(role="Witness: sheet whole, bag sealed"))),
        Notice(
            word="Never type these words anywhere but in a ceremony.",
            text="No telephone, no computer of your own, no photograph, no copy. Destroy this sheet if it is spoiled: "
            "correct nothing, shred it before the witness, and take a fresh one.",
        ),
    )


def _brief(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most, 1)].rstrip()}…"
