"""The reasons for which a certificate is revoked, in the words that a room chooses by (RFC 5280, 5.3.1)."""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Reason: TypeAlias = Literal[
    "",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
    "unspecified",
]
"""What a definition may say; empty where the room chooses. removeFromCRL stands in delta CRLs only."""

UNSPECIFIED: Final = "unspecified"
"""The reason that is left out of a CRL."""

WORDS: Final = MappingProxyType(
    {
        "keyCompromise": "its private key is, or may be, in other hands",
        "cACompromise": "it is a CA's certificate, and its private key is, or may be, in other hands",
        "affiliationChanged": "its holder's name or organisation has changed",
        "superseded": "another certificate takes its place",
        "cessationOfOperation": "it is no longer needed",
        "certificateHold": "it is set aside for now; this can be lifted",
        "privilegeWithdrawn": "its holder may no longer do what it allows",
        "aACompromise": "an attribute authority's key is, or may be, in other hands",
        UNSPECIFIED: "no reason is given, and none will stand in the CRL",
    }
)
"""Each reason in words."""


def choices(offered: Collection[str] = ()) -> tuple[str, ...]:
    """The reasons with their words, as a room is offered them: `superseded: another certificate takes its place`.

    `offered` narrows them down; empty for all there are.
    """
    return tuple(f"{name}: {words}" for name, words in WORDS.items() if not offered or name in offered)


def chosen(answer: str) -> str:
    """The name of the reason in one of `choices`."""
    return answer.partition(":")[0]


def told(reason: str) -> str:
    """A reason with its words."""
    return f"{reason}: {WORDS[reason]}"
