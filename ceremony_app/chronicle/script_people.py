"""The script's sign-in sheet: a line for each place, who saw whose paper, everybody's handwriting, and a tally."""

from __future__ import annotations

from ceremony_app.core.room import Binding
from ceremony_app.core.script import Definition
from ceremony_app.record.document import Blank, Block, Column, Grid, Heading, KeepTogether, Text, WriteIn

_SPARE = 2
_NO = Column(title="No.", weight=2)


def sign_in_sheet(definition: Definition, binding: Binding | None) -> tuple[Block, ...]:
    """The pages of the participants, from layout 2 on."""
    places = _places(definition, binding)
    numbers = tuple((number,) for number, _ in places)
    return (
        Heading(text="Participants: sign-in sheet", new_page=True),
        Text(text="Everybody writes a line of their own. The journal names people by these numbers."),
        Grid(
            columns=(
                _NO,
                Column(title="Role (side)", weight=6),
                Column(title="Printed name", weight=8, kind="write"),
                Column(title="Organisation", weight=6, kind="write"),
                Column(title="Signature", weight=7, kind="write"),
                Column(title="Initials", weight=3, kind="write"),
                Column(title="In UTC", weight=3, kind="write"),
                Column(title="Out UTC", weight=3, kind="write"),
            ),
            rows=tuple((number, role, "", "", "", "", "", "") for number, role in places),
            blank_rows=_SPARE,
        ),
        KeepTogether(
            blocks=(
                Heading(text="Identity and proxies", level=2),
                Text(
                    text="Somebody else compares face and paper, and signs here. Of the paper, only its kind and the"
                    " issuing country are written, never its number."
                ),
                Grid(
                    columns=(
                        _NO,
                        Column(title="Kind of paper, country", weight=7, kind="write"),
                        Column(title="Seen by (number, initials)", weight=6, kind="write"),
                        Column(title="Stands in for", weight=7, kind="write"),
                        Column(title="By what authority", weight=9, kind="write"),
                    ),
                    rows=tuple((*number, "", "", "", "") for number in numbers),
                    blank_rows=_SPARE,
                ),
            )
        ),
        KeepTogether(
            blocks=(
                Heading(text="Handwriting", level=2),
                Text(
                    text="Rows of digests are copied by hand. Everybody writes these digits and letters once, so that a"
                    " later reader can tell a 1 from a 7, and a b from a 6."
                ),
                Grid(
                    columns=(_NO, *(Column(title=sign, weight=2, kind="write") for sign in "0123456789ABCDEF")),
                    rows=tuple((*number, *[""] * 16) for number in numbers),
                    blank_rows=_SPARE,
                ),
            )
        ),
        KeepTogether(
            blocks=(
                Heading(text="The tally of whoever holds this copy", level=2),
                Text(
                    text="A stroke each time that I sign on the screen. The closing statement shows the journal's count"
                    " for each person: whoever finds another number says so before signing."
                ),
                WriteIn(blanks=(Blank(label="I am person no."), Blank(label="Strokes counted at the end", weight=2))),
                Grid(columns=(Column(title="Strokes", kind="write"),), blank_rows=_SPARE),
            )
        ),
    )


def _places(definition: Definition, binding: Binding | None) -> tuple[tuple[str, str], ...]:
    """Number and roles of each place; without a binding no numbers."""
    roles = definition.roles
    if binding is not None and binding.people:
        return tuple(
            (str(one.number), ", ".join(f"{roles[role].title} ({roles[role].side})" for role in one.roles))
            for one in binding.people
        )
    return tuple(("", f"{role.title} ({role.side})") for role in roles.values() for _ in range(role.count))
