"""One certification request out of the octets of a file: PEM or DER, and nothing beside it."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from ceremony_app.core.errors import Unusable
from ceremony_app.core.names import escaped
from ceremony_app.core.values import Mode

MOST_OCTETS: Final = 64 * 1024
"""The size of a request's file; real ones have a few thousand octets at most."""

_SEQUENCE: Final = 0x30
_LONG: Final = 0x80
_BEGIN: Final = "-----BEGIN "
_FRAME: Final = re.compile(r"-----(BEGIN|END) ([A-Z0-9]+(?:[ #][A-Z0-9]+)*)-----")
_LINE: Final = re.compile(r"[A-Za-z0-9+/]{1,76}={0,2}")
_LONGEST_LINE: Final = 76
_LABELS: Final = frozenset({"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"})
"""RFC 7468, 7: the label, and the older one that is still written."""

_REHEARSAL: Final = re.compile(r"REHEARSAL: (?:this [a-z ]{1,40} is worthless|brought to a rehearsal)")
_MARKS: Final = MappingProxyType(
    {
        b"\xef\xbb\xbf": "a byte order mark stands before it",
        b"\xff\xfe": "it is text in UTF-16",
        b"\xfe\xff": "it is text in UTF-16",
        b"PK\x03\x04": "it is a ZIP archive",
        b"%PDF": "it is a PDF document",
    }
)


@dataclass(frozen=True, slots=True)
class Formed:
    """The DER of a request, and how the file held it."""

    der: bytes
    form: Literal["PEM", "DER"]


def request_octets(octets: bytes, mode: Mode) -> Formed:
    """The request's DER from a file. Raises `Unusable`.

    CER-CSR-SIZE: empty or above 64 KiB. CER-CSR-FORM: neither PEM (RFC 7468) nor DER. CER-CSR-ONE: a second block, or
    anything around the first. CER-CSR-REHEARSAL: the line that a rehearsal writes before a PEM block, in production.
    """
    if not 0 < len(octets) <= MOST_OCTETS:
        raise Unusable(
            "CER-CSR-SIZE",
            f"The file has {len(octets)} octets; a certification request has 1 to {MOST_OCTETS}.",
            "Ask the requester for the request alone, as one file.",
        )
    if octets[0] == _SEQUENCE and (octets[1:2] >= bytes([_LONG]) or _BEGIN.encode("ascii") not in octets):
        return Formed(octets, "DER")
    for mark, told in _MARKS.items():
        if octets.startswith(mark):
            raise _no_form(f"{told}.")
    try:
        text = octets.decode("ascii")
    except UnicodeDecodeError as fault:
        raise _no_form(f"octet {fault.start} is neither the text of a PEM file nor the beginning of DER.") from fault
    return Formed(_from_pem(re.split(r"\r?\n", text), mode), "PEM")


def _from_pem(lines: list[str], mode: Mode) -> bytes:
    """The octets of the one block."""
    while lines and not lines[-1]:
        lines.pop()
    begins = [i for i, line in enumerate(lines) if line.startswith(_BEGIN)]
    if not begins:
        raise _no_form("there is no PEM block in it.")
    if len(begins) > 1:
        raise _more(f"It holds {len(begins)} PEM blocks.")
    _before(lines[: begins[0]], mode)
    block = lines[begins[0] :]
    label = _framed(block[0], "BEGIN")
    if label not in _LABELS:
        raise _other(label)
    ends = [i for i, line in enumerate(block) if line.startswith("-----") and i]
    if not ends:
        raise _no_form("its PEM block has no end.")
    if _framed(block[ends[0]], "END") != label:
        raise _no_form(f"the PEM block of a {label} ends with another label.")
    if len(block) > ends[0] + 1:
        raise _more(f"Line {begins[0] + ends[0] + 2} stands behind the end of the request.")
    return _decoded(block[1 : ends[0]])


def _before(lines: list[str], mode: Mode) -> None:
    """Nothing stands before the block; in a rehearsal the line that says so may."""
    if not lines:
        return
    if len(lines) > 1 or _REHEARSAL.fullmatch(lines[0]) is None:
        raise _more("Text stands before the request.")
    if mode is Mode.PRODUCTION:
        raise Unusable(
            "CER-CSR-REHEARSAL",
            "The request was made in a rehearsal: its file says so.",
            "Bring the request of the production ceremony.",
        )


def _framed(line: str, word: str) -> str:
    """The label of a line that begins or ends a block."""
    found = _FRAME.fullmatch(line)
    if found is None or found[1] != word:
        raise _no_form(f"{escaped(line[:60])!r} is no line that could {word.lower()} a PEM block.")
    return found[2]


def _decoded(lines: list[str]) -> bytes:
    """Base64 in lines of one length (the last may be shorter), canonical (RFC 4648, 3.5)."""
    wrong = next((line for line in lines if _LINE.fullmatch(line) is None or len(line) > _LONGEST_LINE), None)
    if wrong is not None:
        raise _no_form(f"{escaped(wrong[:60])!r} is no line of base64 (RFC 7468, 3).")
    if len({len(line) for line in lines[:-1]}) > 1 or any(len(lines[-1]) > len(line) for line in lines[:1]):
        raise _no_form("its lines of base64 have several lengths (RFC 7468, 2).")
    body = "".join(lines)
    try:
        octets = base64.b64decode(body, validate=True)
    except binascii.Error as fault:
        raise _no_form(f"its base64 is not sound ({fault}).") from fault
    if base64.b64encode(octets).decode("ascii") != body or not octets:
        raise _no_form("its base64 is not canonical (RFC 4648, 3.5).")
    return octets


def _no_form(why: str) -> Unusable:
    return Unusable(
        "CER-CSR-FORM",
        f"The file is no certification request in PEM or DER: {why}",
        "Ask the requester to write the request again, as PEM (RFC 7468) or DER.",
    )


def _more(why: str) -> Unusable:
    return Unusable(
        "CER-CSR-ONE",
        f"{why} A file holds exactly one request and nothing around it.",
        "Ask the requester for the request alone; do not cut it out of a file by hand.",
    )


def _other(label: str) -> Unusable:
    """A PEM block of something else; a private key is more than a wrong file."""
    if "PRIVATE KEY" in label:
        return Unusable(
            "CER-CSR-FORM",
            "The file holds a private key instead of a certification request.",
            "Keep the medium, tell the requester that the key has left its owner's hands, and open a deviation.",
        )
    return _no_form(f"it holds a {label}.")
