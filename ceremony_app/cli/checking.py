"""What `check` and `script` share between the terminal and the start screen."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ceremony_app.check import Fitness, check
from ceremony_app.chronicle.press import script_pdf, worksheets_pdf
from ceremony_app.cli.inputs import approvals_of
from ceremony_app.cli.loading import Loaded, load_all
from ceremony_app.cli.program import press_of, print_context
from ceremony_app.core.errors import Refusal
from ceremony_app.definition.requirements import catalogues, hold_claims
from ceremony_app.journal.files import create
from ceremony_app.people.approvals import counted
from ceremony_app.record.process import PdfMaker
from ceremony_app.station.clock import SystemClock

_OCTETS = 4096


def fitness_of(definition: str, binding: str | None, approvals: Sequence[str] = ()) -> tuple[Loaded, Fitness]:
    """A definition and whether it is fit to be held; `approvals` are the paths of those that are there."""
    loaded = load_all(definition, binding)
    known = catalogues(loaded.definition)
    hold_claims(loaded.definition, known)
    now = SystemClock().utc().replace(microsecond=0)
    octets = secrets.token_bytes(_OCTETS)
    plan = loaded.plan
    found = counted(plan.definition, plan.policy, loaded.digests, approvals_of(approvals, plan.policy))
    return loaded, check(plan, known, bound=binding is not None, moment=now, octets=octets, approved=found)


def write_script(
    definition: str,
    binding: str | None,
    target: Path,
    paper: Literal["A4", "Letter"],
    maker: PdfMaker,
    *,
    approvals: Sequence[str] = (),
) -> int:
    """Make a script and write it to a new file; the answer is its size in bytes."""
    loaded = load_all(definition, binding)
    plan = loaded.plan
    bound = plan.binding if loaded.binding is not None else None
    brought = approvals_of(approvals, plan.policy)
    context = print_context(loaded.definition, paper=paper, approvals=brought)
    data = script_pdf(press_of(maker), plan.definition, plan.policy, bound, context, loaded.digests)
    write_new(target, data)
    return len(data)


def write_worksheets(
    definition: str, binding: str | None, target: Path, paper: Literal["A4", "Letter"], maker: PdfMaker
) -> int:
    """Make the worksheets of the shares that are handed out and write them to a new file; the size in bytes."""
    loaded = load_all(definition, binding)
    plan = loaded.plan
    bound = plan.binding if loaded.binding is not None else None
    context = print_context(loaded.definition, paper=paper)
    data = worksheets_pdf(press_of(maker), plan.definition, bound, context, loaded.digests)
    write_new(target, data)
    return len(data)


def write_new(path: Path, data: bytes) -> None:
    """Create a file; nothing is overwritten (CER-EXISTS, CER-FILE)."""
    try:
        create(path, data)
    except OSError as error:
        raise Refusal(
            "CER-FILE", f"{path} cannot be written: {error.strerror}.", "Name a place that exists and has room."
        ) from None
