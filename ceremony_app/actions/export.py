"""Step kind `export`: the public files on a medium, read back from there and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, Literal, cast

import msgspec

from ceremony_app.actions.backups import SUFFIX
from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, items, number, text
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import ArtifactRef, Json, Row
from ceremony_app.core.world import Fact


class ExportSettings(Settings, frozen=True):
    """`medium`: the asset to write to; `files`: the public ones, or the enciphered keys of backups and no others."""

    medium: str
    files: Literal["public", "backups"] = "public"


_WORDS: Final = {"public": "public files", "backups": "backups of keys"}


class Export(Single):
    """Write the artifacts, then read each from the medium again; backups never lie among the public files."""

    name = "export"
    settings = ExportSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action on a medium that is in place."""
        own = cast("ExportSettings", settings)
        asset = names.asset(own.medium, "medium", "medium")
        return Layout(
            title=f"Export the {_WORDS[own.files]} to {asset.title or own.medium}",
            stages=(Act(button="Write and read back the files", quorum=head.sign_off),),
            requires=(Fact(f"medium:{own.medium}:inserted"),),
            ensures=(Fact(f"medium:{own.medium}:written"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """The files, with their digests."""
        del ports
        own = context.settings(ExportSettings)
        asset = context.plan.definition.assets[own.medium]
        made = _chosen(context)
        rows = [Row("Medium", f"{asset.title or own.medium} {asset.tag}".strip()), Row("Files", str(len(made)))]
        rows += [Row(f"File {a.name}", f"{a.sha256}, {a.size} bytes") for a in made]
        return Prepared(rows=tuple(rows))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Write, read back, compare."""
        del call, op, secrets
        medium, chosen = ports.medium(context.settings(ExportSettings).medium), _chosen(context)
        for artifact in chosen:
            medium.write(artifact.name, ports.artifact(artifact.name))
        listed = []
        for artifact in chosen:
            found = hashlib.sha256(medium.read(artifact.name)).hexdigest()
            if found != artifact.sha256:
                raise Refusal(
                    "CER-MEDIUM-DIFFERS",
                    f"The file {artifact.name} reads back otherwise than it was written.",
                    "Do not use this medium. Repeat the step with another one.",
                )
            listed.append({"name": artifact.name, "sha256": found, "size": artifact.size})
        return Performed(
            evidence={
                "medium": medium.describe(),
                "files": cast("Json", listed),
                "list-sha256": _list_digest(chosen),
            }
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """What is on the medium now."""
        files = items(evidence, "files")
        return (
            Row("Medium", text(evidence, "medium")),
            Row("Written and read back", f"{len(files)} of {len(files)} files are the same"),
            *(Row(f"File {text(f, 'name')}", f"{text(f, 'sha256')}, {number(f, 'size')} bytes") for f in files),
            Row("SHA-256 of the list", text(evidence, "list-sha256")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """What was written is every such file that was made before, and the digest is that of their list."""
        del artifacts
        made = _chosen(context)
        written = [(text(f, "name"), text(f, "sha256"), number(f, "size")) for f in items(evidence, "files")]
        wrong = []
        if written != [(a.name, a.sha256, a.size) for a in made]:
            wrong.append("the files on the medium are not those that were made")
        if text(evidence, "list-sha256") != _list_digest(made):
            wrong.append("the digest is not that of the list of files")
        return tuple(wrong)


def _chosen(context: Context) -> tuple[ArtifactRef, ...]:
    """The files that go to this medium."""
    backups = context.settings(ExportSettings).files == "backups"
    return tuple(made for made in context.state.artifacts if made.name.endswith(SUFFIX) is backups)


def _list_digest(made: tuple[ArtifactRef, ...]) -> str:
    """SHA-256 of the files' list, as `sha256sum` writes it."""
    return hashlib.sha256("".join(f"{a.sha256}  {a.name}\n" for a in made).encode()).hexdigest()
