"""What people enter when they confirm a policy pack: the document's cover, and one answer a group of statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from ceremony_app.actions.base import Context, Settings, text
from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Document
from ceremony_app.core.script import Field
from ceremony_app.core.values import Json

GROUPS: Final = ("rules", "certificates", "crls", "claims", "waivers")
"""Every statement of a pack is in one of these."""

SAME: Final = "as in the document"
_OTHERWISE: Final = "otherwise"
MOST_GROUPS: Final = 40
_SHA256: Final = "[0-9a-f]{64}"
MEMBERS: Final = ("title", "version", "date", "sha256")


class Cover(Settings, frozen=True):
    """What stands on the document's cover, for rehearsals, in which nobody has the document."""

    title: str = "SAMPLE"
    version: str = "1.0"
    date: str = "2026-01-01"
    sha256: str = "0" * 64


class ConfirmPolicySettings(Settings, frozen=True):
    """`document`: the asset that is the document; `groups`: beginnings of paths in the pack, one question each.

    `by` is the role that answers, if it is one role's; `sample` what a rehearsal enters.
    """

    document: str = ""
    groups: tuple[str, ...] = GROUPS
    by: str = ""
    sample: Cover = Cover()


def cover_fields(own: ConfirmPolicySettings, document: str) -> tuple[Field, ...]:
    """What is read from the document's cover; its digest by two people, neither of whom sees the other's entry."""
    labels = {
        "title": (f"Title of {document}, as on its cover", r".{1,200}", "All of it, on one line."),
        "version": ("Its version", r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,31}", "As on the cover: 1.0."),
        "date": ("Its date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "Year, month, day: 2026-11-22."),
        "sha256": ("SHA-256 of its file", _SHA256, "64 hex digits in lower case."),
    }
    sample = msgspec.to_builtins(own.sample)
    return tuple(
        Field(
            name=f"document-{name}",
            label=label,
            pattern=pattern,
            hint=hint,
            blind=name == "sha256",
            sample=sample[name],
            by=own.by,
        )
        for name, (label, pattern, hint) in labels.items()
    )


def group_fields(own: ConfirmPolicySettings) -> tuple[Field, ...]:
    """One answer a group, given after its statements were read on paper, one by one."""
    return tuple(
        Field(
            name=answer_to(i),
            label=f"All statements of {group} were read against the document, section by section",
            choices=(SAME, _OTHERWISE),
            wanted=SAME,
            sample=SAME,
            by=own.by,
        )
        for i, group in enumerate(own.groups, start=1)
    )


def answer_to(number: int) -> str:
    """What the answer about a group is called, by the group's number from 1."""
    return f"group-{number}"


def cover_entered(context: Context) -> Mapping[str, str]:
    """What was read from the cover."""
    answers = context.run.answers
    values = {name: answers.get(f"document-{name}", "") for name in MEMBERS}
    return {name: value if isinstance(value, str) else "" for name, value in values.items()}


def same_document(pack: Document, cover: Mapping[str, str]) -> None:
    """Refuse (CER-DOCUMENT) another document than the pack names, in whatever the pack says of it."""
    for name in MEMBERS:
        wanted = getattr(pack, name)
        if wanted and cover[name] != wanted:
            raise Refusal(
                "CER-DOCUMENT",
                f"The pack is about a document whose {name} is {wanted!r}; on the cover stands {cover[name]!r}.",
                "Bring the document that the pack names; or have a pack made for this one, reviewed and designated.",
            )


def document_told(document: Mapping[str, Json]) -> str:
    """A document on one line."""
    title, version, date, digest = (text(document, name) or "not named" for name in MEMBERS)
    return f"{title}; version {version}; date {date}; SHA-256 {digest}"
