"""The personal texts beside the journal: those that it names, unchanged; which of them are withheld."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ceremony_app.core.errors import Corrupt
from ceremony_app.journal import leaves
from ceremony_app.verify.journal import Chain
from ceremony_app.verify.verdict import Report

_NAMED: Final = re.compile(rb'"leaf":"([0-9a-f]{64})"|"([0-9a-f]{64})",true\]')
"""A leaf in an entry, and a row that shows one: in a line's canonical form no other text looks like this."""


def check_leaves(data: bytes, journal: bytes, found: Chain, report: Report) -> Mapping[str, str]:
    """The texts by their digests, without those that are not what was recorded."""
    texts: dict[str, str] = {}
    for number, raw in enumerate(re.findall(rb"[^\n]*\n|[^\n]+\Z", data), start=1):
        where = f"{leaves.NAME} line {number}"
        try:
            read = leaves.texts(leaves.read(raw))
        except Corrupt as fault:
            if raw.endswith(b"\n") or found.closed:
                report.find("CER-LEAF", where, fault.why)
            else:
                report.person(f"{where} is torn; resuming will set it aside")
            continue
        report.hold(not texts.keys() & read.keys(), "CER-LEAF", where, "the same leaf stands here twice")
        texts |= read
    if found.whole and found.ends:
        _compare(texts, journal[: found.ends[-1]], found, report)
    return texts


def _compare(texts: Mapping[str, str], journal: bytes, found: Chain, report: Report) -> None:
    """What the journal names, beside what is there."""
    named = {(match[1] or match[2]).decode("ascii"): match.start() for match in _NAMED.finditer(journal)}
    unnamed = sorted(texts.keys() - named.keys())
    if found.closed:
        for leaf in unnamed:
            report.find("CER-LEAF", leaves.NAME, f"no entry names the leaf {leaf}")
    elif unnamed:
        report.person(f"{len(unnamed)} personal texts are named by no entry; resuming will set them aside")
    if withheld := sorted(named.keys() - texts.keys(), key=named.__getitem__):
        some = ", ".join(leaf[:16] for leaf in withheld[:8]) + (", …" if withheld[8:] else "")
        report.person(f"{len(withheld)} of {len(named)} personal texts are withheld: leaves {some}")
