"""Looking for secrets where they must not be: in every file, in what PDFs have inside, and in what a program said."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pikepdf

from ceremony_app.core.secret import Secret
from ceremony_app.shares.activation import check_value, pin_of
from ceremony_app.shares.sheet import read_sheet
from ceremony_app.shares.splitting import recovered
from tests.record.reading import pages_of


def secrets_of(folder: Path) -> dict[str, bytes]:
    """Every secret of a rehearsal, by what it is: what people know, what stands on their sheets, and both PINs.

    Of a share's words each three that stand beside each other on paper are a secret here: two may stand in any text.
    """
    people = json.loads((folder / ".rehearsal" / "people.json").read_text(encoding="utf-8"))
    found = {f"PIN of person {one['number']}": one["pin"].encode() for one in people["people"]}
    sheets = folder / ".rehearsal" / "shares.json"
    own = json.loads(sheets.read_text(encoding="utf-8"))["own"] if sheets.is_file() else {}
    for name, by_person in own.items():
        for person, text in by_person.items():
            found |= pieces(f"{name} {person}", text, 3)
        found |= derived(folder, name, [Secret.of(text) for text in by_person.values()])
    return found


def pieces(name: str, sheet: str, length: int) -> dict[str, bytes]:
    """Each so many words that stand beside each other in a row of a sheet."""
    rows = [row.split() for row in sheet.split("\n")]
    return {
        f"{name} row {number}.{i}": " ".join(words[i : i + length]).encode()
        for number, words in enumerate(rows, start=1)
        for i in range(len(words) + 1 - length)
    }


def derived(folder: Path, name: str, sheets: list[Secret]) -> dict[str, bytes]:
    """The secret that some sheets give, and the PIN that follows from it."""
    token, whose = name.split("/")
    record = json.loads((folder / "artifacts" / f"REHEARSAL-custody-{token}-{whose}.json").read_bytes())
    shares = tuple(read_sheet(one) for one in sheets)

    def right(seed: Secret) -> bool:
        return check_value(seed, whose, record["serial"]) == str(record["check"])

    seed = recovered(shares, right, record["threshold"])
    return {f"S of {name}": seed.reveal(), f"PIN of {name}": pin_of(seed, whose, record["serial"]).reveal()}


def forms(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """The secret as it might be written: itself, in UTF-16, in hex, in base64 wherever it begins in there."""
    yield "itself", secret
    if all(octet < 128 for octet in secret):
        yield "UTF-16, little", secret.decode().encode("utf-16-le")
        yield "UTF-16, big", secret.decode().encode("utf-16-be")
        yield "in capitals", secret.upper()
        yield "underscored", secret.replace(b" ", b"_")
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + secret)
        first, last = -(-8 * shift // 6), -4 if (shift + len(secret)) % 3 else len(whole)
        yield f"base64 from {shift}", whole[first:last]


def hits(secrets: Mapping[str, bytes], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Which secret stands where, and how; nothing of it is told."""
    needles = [(name, how, form) for name, secret in secrets.items() for how, form in forms(secret) if len(form) > 5]
    return [
        f"{name}, {how}, in {where}"
        for where, data in places
        for name, how, form in needles
        if form in data
    ]  # fmt: skip


def everything_in(folder: Path, *, besides: str = ".rehearsal") -> Iterator[tuple[str, bytes]]:
    """Every file's name and content, and what is compressed in PDFs."""
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and path.relative_to(folder).parts[0] != besides:
            data = path.read_bytes()
            yield f"the name {name}", name.encode()
            yield name, data
            if data.startswith(b"%PDF"):
                yield from inside(name, data)


def inside(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The streams of a PDF, decompressed: pages, fonts, attachments, and its texts as they are."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, thing in enumerate(pdf.objects):
            if isinstance(thing, pikepdf.Stream):
                try:
                    yield f"{name}, object {number}", thing.read_bytes()
                except pikepdf.PdfError:
                    yield f"{name}, object {number}, as it is", thing.read_raw_bytes()
            elif isinstance(thing, pikepdf.Object):
                yield f"{name}, object {number}", thing.unparse(resolved=False)
    yield f"{name}, its text", text_of(data)


def text_of(data: bytes) -> bytes:
    """What a reader of the pages sees, word after word: fonts are subsets, and their codes are not letters."""
    return " ".join(" ".join(pages_of(data)).split()).encode()
