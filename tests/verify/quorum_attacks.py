"""Every named way round the quorum that is tried (Q1): by a command, and as a journal in which nothing had said no."""

from __future__ import annotations

from tests.verify import quorum_people, quorum_shares, quorum_signing
from tests.verify.bypass import Bypass

BYPASSES: tuple[Bypass, ...] = (*quorum_signing.ATTACKS, *quorum_people.ATTACKS, *quorum_shares.ATTACKS)


def handbook_row(one: Bypass) -> str:
    """The attack as it stands in resources/handbook.md."""
    return f"| {one.id} | {one.sentence} | {one.rule or '(files only)'} | {one.found} | {one.second or '-'} |"
