"""Step kind `print`: a document of this ceremony, its very bytes, to the archive's printer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, number, text
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row


class PrintSettings(Settings, frozen=True):
    """`document`: which one; `copies`: how many."""

    document: Literal["script"] = "script"
    copies: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1


class Print(Single):
    """Send the hashed bytes; what the queue answers is the evidence."""

    name = "print"
    settings = PrintSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action on the printer."""
        del names
        own = cast("PrintSettings", settings)
        return Layout(
            title=f"Print the {own.document}",
            stages=(Act(button=f"Print the {own.document}", quorum=head.sign_off),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """The file and the queue."""
        own = context.settings(PrintSettings)
        data = ports.document(f"{own.document}.pdf")
        return Prepared(
            rows=(
                Row("Document", f"{own.document}.pdf, {len(data)} bytes"),
                Row("SHA-256 of the file", hashlib.sha256(data).hexdigest()),
                Row("Copies", str(own.copies)),
                Row("Printer", ports.printer.describe()),
            )
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Print."""
        del call, op, secrets
        own = context.settings(PrintSettings)
        data = ports.document(f"{own.document}.pdf")
        job = ports.printer.print(f"{own.document}.pdf", data, own.copies)
        return Performed(
            evidence={
                "document": own.document,
                "sha256": hashlib.sha256(data).hexdigest(),
                "copies": own.copies,
                "printer": ports.printer.describe(),
                "job": job,
            }
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The job."""
        return (
            Row("Printed", f"{text(evidence, 'document')}.pdf, {number(evidence, 'copies')} copies"),
            Row("SHA-256 of the file", text(evidence, "sha256")),
            Row("Job", f"{text(evidence, 'job')} on {text(evidence, 'printer')}"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """What was printed is the document that the first entry binds, as often as was asked."""
        del artifacts
        own = context.settings(PrintSettings)
        genesis = context.state.genesis
        bound = genesis.files.get(f"{own.document}.pdf", "") if genesis else ""
        wrong = []
        if (text(evidence, "document"), text(evidence, "sha256")) != (own.document, bound):
            wrong.append(f"what was printed is not the {own.document} that the first entry binds")
        if number(evidence, "copies") != own.copies:
            wrong.append(f"{number(evidence, 'copies')} copies were printed, and {own.copies} asked for")
        return tuple(wrong)
