"""The digests of a request, and the rows of one that people type from the requester's paper."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony_app.core.values import Row
from ceremony_app.core.words import LETTERS, HashRow, hash_rows, typed_row
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.misleading import shown
from ceremony_app.pki.request_reading import ReceivedRequest


def fingerprint_rows(request: ReceivedRequest) -> tuple[Row, ...]:
    """The SHA-256 of request and key, and of the file where it is PEM: requesters hash whichever they have at hand."""
    rows = [
        Row("SHA-256 of the request (DER)", request.sha256),
        Row("SHA-256 of its public key (SubjectPublicKeyInfo)", request.spki_sha256),
    ]
    if request.form == "PEM":
        rows.append(Row("SHA-256 of the file (PEM)", request.file_sha256))
    return tuple(rows)


def paper_rows(digest: str) -> tuple[HashRow, ...]:
    """The rows A to H of a digest (64 hex digits) as they stand on the requester's paper."""
    return hash_rows(digest)


def typed_findings(digest: str, typed: Mapping[str, str]) -> tuple[Finding, ...]:
    """Where rows that were typed from paper (by letter; hex or words, any case) are not those of a digest.

    Rule CER-CSR-PAPER. A row that is no row, a letter that there is not, and no row at all are findings as well. Which
    rows are asked for is the caller's to say (`core.words.drawn_rows`, or all of them).
    """
    rows = {row.letter: row for row in hash_rows(digest)}
    found = [
        _finding(f"row {letter}", _wanted(rows.get(letter)), text)
        for letter, text in typed.items()
        if letter not in rows or typed_row(text) != rows[letter].hex
    ]
    if not typed:
        found.append(_finding("rows", "rows of the requester's paper", ""))
    return tuple(found)


def _wanted(row: HashRow | None) -> str:
    return f"a row from {LETTERS[0]} to {LETTERS[-1]}" if row is None else f"{row.groups}, {' '.join(row.words)}"


def _finding(field: str, expected: str, typed: str) -> Finding:
    found = shown(typed[:60])
    return Finding(rule="CER-CSR-PAPER", field=field, expected=expected, found=found or "nothing")
