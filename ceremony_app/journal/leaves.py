"""Personal texts beside the journal: salted, named by digest, and left out of the public edition."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from ceremony_app.core.errors import Corrupt
from ceremony_app.journal.files import sync_folder, write_all

NAME = "leaves.jsonl"
_SALT_BYTES = 16


class LeafLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of `leaves.jsonl`."""

    leaf: str
    salt: str
    text: str


_DECODER = msgspec.json.Decoder(LeafLine)


def leaf_digest(salt: bytes, text: str) -> str:
    """SHA-256(salt || UTF-8 text) in hex."""
    return hashlib.sha256(salt + text.encode("utf-8")).hexdigest()


def make_leaf(text: str, salt: bytes) -> LeafLine:
    """A leaf for a text; the salt is 16 unpredictable octets, so that a short text cannot be guessed."""
    return LeafLine(leaf=leaf_digest(salt, text), salt=salt.hex(), text=text)


def append(folder: Path, lines: Sequence[LeafLine]) -> None:
    """Write leaves, on disk when this returns, before an entry names them. Raises `OSError`."""
    new = not (folder / NAME).exists()
    handle = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        write_all(handle, b"".join(msgspec.json.encode(line, order="sorted") + b"\n" for line in lines))
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        sync_folder(folder)


def read(data: bytes) -> dict[str, LeafLine]:
    """The leaves by digest; raises `Corrupt` (CER-LEAF) for a line that is not one or whose digest is wrong."""
    found: dict[str, LeafLine] = {}
    for number, raw in enumerate(data.split(b"\n")[:-1] if data else [], start=1):
        where = f"{NAME} line {number}"
        try:
            line = _DECODER.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Corrupt("CER-LEAF", "A line is not a leaf.", _KEEP, where=where) from None
        canonical = msgspec.json.encode(line, order="sorted") == raw
        if not re.fullmatch(r"[0-9a-f]{32}", line.salt) or not canonical:
            raise Corrupt("CER-LEAF", "A leaf is not in the canonical form.", _KEEP, where=where)
        if leaf_digest(bytes.fromhex(line.salt), line.text) != line.leaf:
            raise Corrupt("CER-LEAF", "A leaf's text is not the one that was recorded.", _KEEP, where=where)
        found[line.leaf] = line
    if data and not data.endswith(b"\n"):
        raise Corrupt("CER-LEAF", "The last leaf is not whole.", _KEEP, where=NAME)
    return found


_KEEP = "Keep the folder as it is, and compare it with the copies."


def texts(leaves: Mapping[str, LeafLine]) -> dict[str, str]:
    """The texts by digest."""
    return {digest: line.text for digest, line in leaves.items()}
