"""`context.json`: what else decides how the documents come out: program, layout, paper, language, clauses used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from ceremony_app import __version__
from ceremony_app.core.approval import SignedApproval
from ceremony_app.core.errors import Unusable
from ceremony_app.core.requirements import Catalogue
from ceremony_app.record.document import LAYOUT_VERSION


class PrintContext(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The context of a ceremony folder. `manifest` is the SHA-256 of the program's own file list.

    `inputs` says where what the ceremony imports lay on the day, by name; `approvals` are those that were brought.
    """

    program: str
    manifest: str
    layout: int
    paper: Literal["A4", "Letter"]
    language: str
    requirements: tuple[Catalogue, ...]
    inputs: dict[str, str] = {}
    approvals: tuple[SignedApproval, ...] = ()


def context_of(
    manifest: str,
    catalogues: tuple[Catalogue, ...],
    *,
    paper: Literal["A4", "Letter"] = "A4",
    language: str = "en-GB",
    inputs: Mapping[str, str] | None = None,
    approvals: tuple[SignedApproval, ...] = (),
) -> PrintContext:
    """The context of this program now."""
    return PrintContext(
        program=f"ceremony-app {__version__}",
        manifest=manifest,
        layout=LAYOUT_VERSION,
        paper=paper,
        language=language,
        requirements=catalogues,
        inputs=dict(inputs or {}),
        approvals=approvals,
    )


def encode(context: PrintContext) -> bytes:
    """The bytes of `context.json`: canonical JSON and LF."""
    return msgspec.json.encode(context, order="sorted") + b"\n"


def decode(data: bytes) -> PrintContext:
    """The context in these bytes; raises `Unusable` (CER-CONTEXT)."""
    try:
        return msgspec.json.decode(data, type=PrintContext, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unusable(
            "CER-CONTEXT", f"context.json cannot be read: {error}.", "Compare the folder with its copies."
        ) from None
