"""Requests broken in every way that a random number can name: octets, elements, names, proofs, PEM."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from tests.pki import requesting as r
from tests.pki.noise import MOST, whole

HOSTILE = (
    "\u202eevil", "a\u200bb", "line\nbreak", "\x00", "\x1b[2J", "<script>&amp;</b>", "\u0430pple", "A" * 20_000,
    "\ufeff", "\u3164", "e\u0301" * 40, "{{7*7}}", "'; --", "\U000e0041", "\ud7ff", " ", "",
)  # fmt: skip
LENGTHS = (0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000, 0xFFFFFFFF, 2**63)
TAGS = (
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x0A,
    0x0C,
    0x13,
    0x16,
    0x1E,
    0x1F,
    0x24,
    0x30,
    0x31,
    0x80,
    0xA0,
    0xA1,
    0xFF,
)
CODECS = {
    r.UTF8: "utf-8",
    r.PRINTABLE: "ascii",
    r.IA5: "ascii",
    r.TELETEX: "latin-1",
    r.BMP: "utf-16-be",
    0x1C: "utf-32-be",
    0x12: "ascii",
}


@dataclass(frozen=True)
class Input:
    """Octets to be read, and whether what they hold may be accepted: only what was signed after it was changed."""

    octets: bytes
    may_pass: bool
    how: str


@dataclass
class Element:
    """An element of a tree that need not make sense."""

    tag: int
    content: bytes | list[Element]

    def der(self) -> bytes:
        inside = self.content if isinstance(self.content, bytes) else b"".join(one.der() for one in self.content)
        return r.tlv(self.tag, inside)


def tree(octets: bytes) -> list[Element]:
    """Sound DER as a tree; bit and octet strings are leaves."""
    found = []
    while octets:
        size, start = octets[1], 2
        if size >= 0x80:
            start += size - 0x80
            size = int.from_bytes(octets[2:start], "big")
        content = octets[start : start + size]
        found.append(Element(octets[0], tree(content) if octets[0] & 0x20 else content))
        octets = octets[start + size :]
    return found


def elements(one: Element) -> list[Element]:
    """An element and all below it."""
    below = one.content if isinstance(one.content, list) else []
    return [one, *(deeper for inside in below for deeper in elements(inside))]


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """CertificationRequestInfos to begin with, each with the kind of key it belongs to."""
    san = r.extension("2.5.29.17", r.sequence(r.tlv(0x82, b"host.example"), r.tlv(0xA4, r.named((r.CN, "x")))))
    usage = r.extension("2.5.29.15", b"\x03\x02\x01\x06", critical=True)
    basic = r.extension("2.5.29.19", r.sequence(r.tlv(0x01, b"\xff"), r.integer(0)), critical=True)
    rest = [r.extension(f"2.5.29.{arc}", r.sequence(r.sequence(r.oid("1.2.3.4")))) for arc in (32, 37, 31, 36)]
    subject = r.named((r.C, "GB", r.PRINTABLE), (r.O, "M\u00fcller", r.TELETEX), (r.OU, "07"), (r.CN, "TMP1", r.BMP))
    challenge = r.attribute(r.CHALLENGE, r.tlv(r.UTF8, b"word"))
    found = []
    for kind in r.KINDS:
        spki = r.requester(kind).spki
        found += [
            (kind, r.info(spki, r.named((r.OU, "07"), (r.CN, "TMP1")))),
            (kind, r.info(spki, subject, r.asking(usage, basic, san), challenge)),
            (
                kind,
                r.info(spki, r.named(), r.asking(*rest), r.attribute("1.3.6.1.4.1.311.13.2.3", r.tlv(r.IA5, b"10"))),
            ),
        ]
    return tuple(found)


def mutant(number: int, seed: str = "") -> Input:
    """The input of a number, the same each time."""
    rng = random.Random(f"{seed}{number}")
    kind, tbs = rng.choice(seeds())
    how = rng.choice((octetwise, elementwise, elementwise, namewise, namewise, spliced, shaped, whole))
    if how is whole:
        return Input(whole(rng, r.requester(kind).signed(tbs)), may_pass=False, how="garbage")
    again = rng.random() < 0.6
    changed = how(rng, tbs if again else r.requester(kind).signed(tbs))
    der = r.requester(kind).signed(changed) if again else changed
    return wrapped(
        rng, Input(der[: MOST + 2], may_pass=again, how=f"{how.__name__}{' and signed again' if again else ''}")
    )


def octetwise(rng: random.Random, octets: bytes) -> bytes:
    """A few octets set, bits flipped, pieces cut out, doubled or filled in."""
    changed = bytearray(octets)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(5):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(changed):
                changed[at] = rng.choice((0, 0x7F, 0x80, 0xFF, rng.randrange(256)))
            case 2:
                del changed[at : at + rng.randint(1, 30)]
            case 3:
                changed[at:at] = changed[at : at + rng.randint(1, 60)]
            case _:
                changed[at:at] = rng.randbytes(rng.randint(1, 9))
    return bytes(changed)


def elementwise(rng: random.Random, octets: bytes) -> bytes:
    """An element dropped, doubled, moved, given another type or other contents; the lengths around it fit again."""
    (top,) = tree(octets)
    for _ in range(rng.randint(1, 3)):
        parents = [one for one in elements(top) if isinstance(one.content, list) and one.content]
        if not parents:
            break
        children = rng.choice(parents).content
        assert isinstance(children, list)
        at = rng.randrange(len(children))
        match rng.randrange(8):
            case 0:
                del children[at]
            case 1:
                children.insert(at, children[at])
            case 2:
                children.insert(rng.randrange(len(children)), children.pop(at))
            case 3:
                children[at] = Element(rng.choice(TAGS), children[at].content)
            case 4:
                children[at] = Element(children[at].tag & ~0x20, rng.randbytes(rng.choice((0, 1, 2, 9, 300))))
            case 5:
                children[at] = Element(rng.choice((0x30, 0x31, 0xA0)), [children[at]])
            case 6:
                children[at] = rng.choice(elements(*tree(octets)))
            case _:
                children[at] = Element(0x02, rng.choice((b"\x00\x01", b"\x80", b"\xff" * 40, b"\x7f" * 2000, b"")))
    return top.der()


def namewise(rng: random.Random, octets: bytes) -> bytes:
    """Hostile texts in the place of texts, or more attributes than anybody has."""
    (top,) = tree(octets)
    texts = [one for one in elements(top) if one.tag in (r.UTF8, r.PRINTABLE, r.TELETEX, r.BMP, r.IA5)]
    for one in rng.sample(texts, min(len(texts), rng.randint(1, 3))):
        text = rng.choice(HOSTILE) if rng.random() < 0.7 else "".join(map(chr, rng.sample(range(0xD7FF), 8)))
        one.tag = rng.choice((r.UTF8, r.UTF8, r.UTF8, r.UTF8, r.PRINTABLE, *CODECS))
        one.content = text.encode(CODECS[one.tag] if rng.random() < 0.9 else "utf-16-le", errors="replace")
    if rng.random() < 0.1 and isinstance(top.content, list) and len(top.content) > 1:
        names = top.content[1].content
        if isinstance(names, list):
            names.extend(names * rng.choice((20, 200)))
    return top.der()


def spliced(rng: random.Random, octets: bytes) -> bytes:
    """The beginning of one and the end of another."""
    other = rng.choice(seeds())[1]
    return octets[: rng.randrange(len(octets))] + other[rng.randrange(len(other)) :]


def shaped(rng: random.Random, octets: bytes) -> bytes:
    """Lengths that lie: too long, indefinite, not in the fewest octets."""
    at = rng.choice([i for i in range(len(octets) - 1) if octets[i] in (0x30, 0x31, 0x06, 0x02, 0x03, 0x0C, 0xA0)])
    length = rng.choice(LENGTHS)
    size = rng.choice((1, 2, 3, 4, 8, 9, 126))
    forms = (b"\x80", bytes([0x80 | size]) + (length % 256**size).to_bytes(size, "big"), b"\xff")
    return octets[: at + 1] + rng.choice(forms) + octets[at + 2 :] + b"\x00\x00" * rng.randrange(3)


def wrapped(rng: random.Random, made: Input) -> Input:
    """One in five as PEM, and half of these not as they should be."""
    if rng.random() < 0.8:
        return made
    text = r.pem(made.octets)
    match rng.randrange(10):
        case 0:
            return Input(text + text, may_pass=False, how=f"{made.how}, two blocks")
        case 1:
            return Input(
                rng.choice((b"\xef\xbb\xbf", b"hello\n", b"\n\n")) + text,
                may_pass=False,
                how=f"{made.how}, text before",
            )
        case 2:
            return Input(text + rng.choice((b"x", b"\x00", b"bye\n")), may_pass=False, how=f"{made.how}, text behind")
        case 3 | 4:
            return Input(octetwise(rng, text), may_pass=made.may_pass, how=f"{made.how}, PEM broken")
        case _:
            return Input(
                r.pem(made.octets, end=rng.choice(("\n", "\r\n"))), may_pass=made.may_pass, how=f"{made.how}, PEM"
            )
