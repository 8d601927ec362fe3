"""`--input NAME=PATH`, `--approval FILE`: what is brought to a ceremony, held against what it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ceremony_app.chronicle.context import decode
from ceremony_app.core.approval import MOST_BYTES, SignedApproval
from ceremony_app.core.approval import decode as decode_approval
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.core.script import Definition, Input
from ceremony_app.definition.toml import read_file
from ceremony_app.station.media import safe_read

_FOLDERS = ("requests", "ceremony")


def inputs_of(pairs: Sequence[str], definition: Definition) -> dict[str, Path]:
    """Every input of the definition with its place, as an absolute path.

    Raises `Unusable` (CER-INPUT) for a name that the definition does not have or that comes twice, for one that is
    wanting, and for a place where there is no such thing.
    """
    given: dict[str, Path] = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        if not equals or not path or name in given:
            raise Unusable("CER-INPUT", f"“{pair}” is not one NAME=PATH.", "Write --input NAME=PATH, each name once.")
        if name not in definition.inputs:
            known = ", ".join(definition.inputs) or "none"
            raise Unusable(
                "CER-INPUT", f"The definition {definition.id} takes no input {name}; it takes {known}.", "Correct it."
            )
        given[name] = _place(name, definition.inputs[name], Path(path))
    wanting = [name for name in definition.inputs if name not in given]
    if wanting:
        needs = " ".join(f"It needs --input {name}: {definition.inputs[name].told}." for name in wanting)
        raise Unusable(
            "CER-INPUT", f"Something has to be brought to this ceremony. {needs}", "Name where each of them lies."
        )
    return given


def brought_to(folder: Path) -> Mapping[str, Path]:
    """What was brought to the ceremony in a folder when it was opened."""
    return {name: Path(path) for name, path in decode(read_file(folder / "context.json", "context")).inputs.items()}


def approvals_of(paths: Sequence[str], policy: Policy) -> tuple[SignedApproval, ...]:
    """The approvals in these files, in their order; which of them count is said elsewhere.

    Raises `Unusable` (CER-APPROVAL, CER-INPUT, CER-SIZE) for a file that is none, `Refusal` (CER-APPROVAL) where the
    policy pack asks for none.
    """
    if paths and policy.rules.approval is None:
        raise Refusal(
            "CER-APPROVAL",
            f"Approvals were brought, and the policy pack {policy.id} asks for none.",
            "Leave them away, or have the pack say in [rules.approval] how many of which keys approve.",
        )
    return tuple(decode_approval(safe_read(Path(path), MOST_BYTES), path) for path in paths)


def _place(name: str, one: Input, path: Path) -> Path:
    """The place, where a file or a folder is as the kind of input asks."""
    found = path.is_dir() if one.kind in _FOLDERS else path.is_file()
    if not found:
        raise Unusable(
            "CER-INPUT", f"There is no such thing at {path}. It needs --input {name}: {one.told}.", "Name its place."
        )
    return path.absolute()
