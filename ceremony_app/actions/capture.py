"""Step kind `capture`: values read from labels and papers, with their form, some of them twice by two people."""

from __future__ import annotations

import re
from typing import cast

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.names import is_name
from ceremony_app.core.script import Ask, Field

_NESTED = re.compile(r"[*+][^()]*\)\s*[*+]")
"""A repeated group that ends in or holds a repetition: such patterns can backtrack without end."""


class CaptureSettings(Settings, frozen=True):
    """`fields`: what is to be entered."""

    fields: tuple[Field, ...]


class Capture:
    """Enter values."""

    name = "capture"
    settings = CaptureSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """One stage with all fields."""
        fields = cast("CaptureSettings", settings).fields
        check_fields(fields, f"{names.where}.fields", names)
        return Layout(title=head.id.replace("-", " ").capitalize(), stages=(Ask(fields=fields),))


def check_fields(fields: tuple[Field, ...], where: str, names: Names) -> None:
    """Fields that can be answered, one at least, each with a name of its own (CER-FIELDS)."""
    if not fields:
        raise Unfit("CER-FIELDS", "There is nothing to enter.", "Name fields.", where=where)
    seen: set[str] = set()
    for i, field in enumerate(fields):
        check_field(field, f"{where}[{i}]", names)
        if field.name in seen:
            raise Unfit("CER-FIELDS", f"Two fields are called {field.name}.", "Rename one.", where=where)
        seen.add(field.name)


def check_field(field: Field, where: str, names: Names) -> None:
    """A field that can be answered: a safe name, a pattern that is one, a wanted answer among the choices."""
    if not is_name(field.name) or field.name in ("read", "written", "roll-call"):
        raise Unfit("CER-FIELDS", "A field needs a name of its own.", "Use letters and digits.", where=f"{where}.name")
    if field.by:
        names.one_of("roles", field.by, "fields.by")
    if field.private and field.blind:
        raise Unfit(
            "CER-FIELDS",
            "A personal text cannot be compared with a second entry: the journal holds salted digests of it.",
            "Leave out `private` or `blind`.",
            where=where,
        )
    if _NESTED.search(field.pattern):
        raise Unfit(
            "CER-FIELDS",
            "The pattern repeats a repetition, which can take for ever to try.",
            "Write it without a repetition inside a repeated group.",
            where=f"{where}.pattern",
        )
    if field.choices and field.wanted and field.wanted not in field.choices:
        raise Unfit("CER-FIELDS", "The wanted answer is not one of the choices.", "Add it.", where=f"{where}.wanted")
    try:
        pattern = re.compile(field.pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise Unfit(
            "CER-FIELDS", f"The pattern is not a regular expression: {error}.", "Correct it.", where=f"{where}.pattern"
        ) from None
    if field.sample and field.pattern and not pattern.fullmatch(field.sample):
        raise Unfit(
            "CER-FIELDS", "The sample does not have the form of its field.", "Correct it.", where=f"{where}.sample"
        )
