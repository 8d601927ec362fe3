"""What a lint, a comparison or a proof found, as a value that can be shown and journalled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from ceremony_app.core.values import Row

_SHORT: Final = 64
"""Bits of a number that is told in digits."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is not as it should be.

    `field` is the name that RFC 5280 gives it, `section` where the rule stands (a certificate policy's section, an
    RFC's, or a linter's code). `waived` is the reason for which the policy accepts it, or empty.
    """

    rule: str
    field: str
    expected: str
    found: str
    section: str = ""
    waived: str = ""

    def told(self) -> str:
        """The finding as one sentence, with its rule and section."""
        where = f" ({self.section})" if self.section else ""
        accepted = f" Accepted: {self.waived}" if self.waived else ""
        return f"{self.field}: expected {self.expected}, found {self.found}{where} [{self.rule}].{accepted}"


def number_told(number: int) -> str:
    """A number that may be of any length, as a finding tells it."""
    return str(number) if number.bit_length() <= _SHORT else f"a number of {number.bit_length()} bits"


def standing(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that nothing waives: any of them stops the ceremony."""
    return tuple(finding for finding in findings if not finding.waived)


def finding_rows(findings: Iterable[Finding]) -> tuple[Row, ...]:
    """The findings to be shown; a row that says so where there are none."""
    rows = tuple(
        Row(f"{'Accepted' if one.waived else 'Finding'} {one.rule} {one.field}", one.told()) for one in findings
    )
    return rows or (Row("Findings", "none"),)
