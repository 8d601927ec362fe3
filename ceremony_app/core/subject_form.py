"""The form of a name: which attributes it has, which of them are always the same, and what the others may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ceremony_app.core.distinguished_name import NamePart, attribute_kind, short_name, written
from ceremony_app.core.patterns import fits_pattern, pattern_fault

Relative: TypeAlias = Sequence[Sequence[tuple[str, str]]]
"""A name as it was read: relative names in order, each the type (dotted OID) and text of its attributes."""


@dataclass(frozen=True, slots=True)
class NameFault:
    """Where a name is not of its form: `type` is the attribute's, empty where the whole name is meant.

    `varies` says that the attribute is one of those whose value is not fixed.
    """

    type: str
    expected: str
    found: str
    varies: bool = False


@dataclass(frozen=True, slots=True)
class SubjectForm:
    """A name in which the attributes of some types vary; `example` is one such name.

    `varies` has a pattern of the whole value for each of these types, named as in the example.
    """

    example: tuple[NamePart, ...]
    varies: Mapping[str, str] = field(default_factory=dict)

    def refused(self) -> str:
        """What makes no sense in the form itself; empty where it makes sense."""
        for kind, pattern in self.varies.items():
            if (times := sum(part.type == kind for part in self.example)) != 1:
                return f"{kind} stands {times} times in the subject, and must stand there once"
            if fault := pattern_fault(pattern):
                return f"{kind}: {fault}"
        faults = self.faults(relative_of(self.example))
        return f"{faults[0].type}: the subject has {faults[0].found!r}, not {faults[0].expected}" if faults else ""

    def faults(self, name: Relative) -> tuple[NameFault, ...]:
        """Everything in which a name is not of this form: its attributes, one a relative name, in order and value.

        A name whose attributes are others is one fault; so is, where nothing varies, one with another value.
        """
        types = [[_oid(part.type)] for part in self.example]
        if [[oid for oid, _ in one] for one in name] != types:
            return (NameFault("", self.described(), _told(name)),)
        pairs = zip(self.example, (text for ((_, text),) in name), strict=True)
        found = tuple(fault for part, text in pairs for fault in self._fault(part, text))
        if found and not self.varies:
            return (NameFault("", written(self.example), _told(name)),)
        return found

    def _fault(self, part: NamePart, text: str) -> tuple[NameFault, ...]:
        pattern = self.varies.get(part.type)
        if pattern is None:
            return () if text == part.value else (NameFault(part.type, part.value, text),)
        kind = attribute_kind(part.type)
        longest = kind.longest if kind else 0
        if len(text) > longest:  # never tried: how long that takes grows with the text
            return (NameFault(part.type, f"at most {longest} characters", f"{len(text)} characters", varies=True),)
        if not fits_pattern(pattern, text):
            return (NameFault(part.type, f"a value of the form {pattern}", text, varies=True),)
        return ()

    def taken(self, asked: tuple[NamePart, ...]) -> tuple[NamePart, ...]:
        """The name of this form for an applicant: what varies as it was asked, all else as it stands here."""
        values = {_oid(part.type): part.value for part in asked}

        def of(part: NamePart) -> NamePart:
            if part.type not in self.varies:
                return part
            return NamePart(type=part.type, value=values.get(_oid(part.type), part.value))

        return tuple(of(part) for part in self.example)

    def described(self) -> str:
        """The form on one line."""
        if not self.varies:
            return written(self.example)
        varies = ", ".join(f"{kind} {pattern}" for kind, pattern in self.varies.items())
        return f"{written(self.example)} (varies: {varies})"


def relative_of(parts: tuple[NamePart, ...]) -> Relative:
    """A policy's name as one that was read."""
    return [[(_oid(part.type), part.value)] for part in parts]


def _oid(kind: str) -> str:
    known = attribute_kind(kind)
    return known.oid if known else kind


def _told(name: Relative) -> str:
    return ", ".join("+".join(f"{short_name(oid)}={text}" for oid, text in one) for one in name)
