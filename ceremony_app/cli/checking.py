"""What `check` and `script` share between the terminal and the start screen."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal

from ceremony_app.check import Fitness, check
from ceremony_app.chronicle.press import script_pdf
from ceremony_app.cli.loading import Loaded, load_all
from ceremony_app.cli.program import press_of, print_context
from ceremony_app.core.errors import Refusal
from ceremony_app.definition.requirements import catalogues, hold_claims
from ceremony_app.journal.files import create
from ceremony_app.record.process import PdfMaker
from ceremony_app.station.clock import SystemClock

_OCTETS = 4096


def fitness_of(definition: str, binding: str | None) -> tuple[Loaded, Fitness]:
    """A definition and whether it is fit to be held."""
    loaded = load_all(definition, binding)
    known = catalogues(loaded.definition)
    hold_claims(loaded.definition, known)
    now = SystemClock().utc().replace(microsecond=0)
    octets = secrets.token_bytes(_OCTETS)
    return loaded, check(loaded.plan, known, bound=binding is not None, moment=now, octets=octets)


def write_script(
    definition: str, binding: str | None, target: Path, paper: Literal["A4", "Letter"], maker: PdfMaker
) -> int:
    """Make a script and write it to a new file; the answer is its size in bytes."""
    loaded = load_all(definition, binding)
    plan = loaded.plan
    bound = plan.binding if loaded.binding is not None else None
    context = print_context(loaded.definition, paper=paper)
    data = script_pdf(press_of(maker), plan.definition, plan.policy, bound, context, loaded.digests)
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
