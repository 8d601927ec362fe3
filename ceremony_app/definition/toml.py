"""TOML into values: size, encoding, syntax, types and unknown keys, each refused by path."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from ceremony_app.core.errors import Unusable
from ceremony_app.core.kinds import Unfit
from ceremony_app.core.names import unfit_character

T = TypeVar("T")

LARGEST = 1_000_000
_DEEPEST = 12
_PATH = re.compile(r" - at `(key in )?\$?\.?(?P<path>[^`]*)`")


def read_file(path: Path, what: str) -> bytes:
    """The bytes of a file, or `Unusable` (CER-FILE, CER-SIZE) saying why not."""
    try:
        if not path.is_file():
            raise Unusable("CER-FILE", f"There is no {what} at {path}.", "Name an existing file.")
        if path.stat().st_size > LARGEST:
            raise Unusable("CER-SIZE", f"The {what} is larger than {LARGEST:,} bytes.", "No real one is that large.")
        return path.read_bytes()
    except OSError as error:
        raise Unusable(
            "CER-FILE", f"The {what} at {path} cannot be read: {error.strerror}.", "Check the medium and its rights."
        ) from None


def table(data: bytes, what: str) -> dict[str, object]:
    """The tables of a TOML document; raises `Unusable` (CER-TOML, CER-SIZE, CER-TEXT)."""
    if len(data) > LARGEST:
        raise Unusable("CER-SIZE", f"The {what} is larger than {LARGEST:,} bytes.", "No real one is that large.")
    try:
        found: dict[str, object] = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unusable("CER-TOML", f"The {what} is not UTF-8 text.", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise Unusable("CER-TOML", f"The {what} is not TOML: {_short(error)}.", "Correct that line.") from None
    except RecursionError:
        raise Unusable("CER-TOML", f"The {what} is nested too deeply.", "No real one is.") from None
    _check_texts(found, "", 0)
    return found


def _short(error: Exception) -> str:
    """A parser's message without the value it quotes, which may be long and hostile."""
    return str(error).split("\n", 1)[0][:200].rstrip(".")


def _check_texts(value: object, path: str, depth: int) -> None:
    """No text or key with characters that do not show, and no nesting that no reviewer would follow."""
    if depth > _DEEPEST:
        raise Unusable("CER-TOML", "Tables are nested too deeply.", "No real file needs that.", where=path[:80])
    match value:
        case str():
            bad = unfit_character(value)
            if bad is not None:
                raise Unfit(
                    "CER-TEXT",
                    f"A text contains the character {bad}, which does not show as what it is.",
                    "Write every text on one line, without controls or invisible characters.",
                    where=path,
                )
        case dict():
            for key, member in value.items():
                _check_texts(key, path, depth)
                _check_texts(member, f"{path}.{key}" if path else key, depth + 1)
        case list():
            for i, member in enumerate(value):
                _check_texts(member, f"{path}[{i}]", depth + 1)
        case _:
            pass


def convert(value: object, kind: type[T], where: str = "") -> T:
    """The value as a strict struct; raises `Unfit` (CER-FIELD-TYPE, CER-UNKNOWN-KEY) with the path."""
    try:
        return msgspec.convert(value, type=kind, strict=True)
    except msgspec.ValidationError as error:
        raise unfit(error, where) from None
    except RecursionError:
        raise Unusable("CER-TOML", "Tables are nested too deeply.", "No real file needs that.", where=where) from None


def unfit(error: msgspec.ValidationError, where: str) -> Unfit:
    """A decoding error as a refusal with its path."""
    text = str(error)
    match = _PATH.search(text)
    inner = match["path"] if match else ""
    message = _PATH.sub("", text).replace("Object", "The table").replace("`", "“", 1).replace("`", "”", 1)
    path = ".".join(part for part in (where, inner) if part).replace(".[", "[")
    rule = "CER-UNKNOWN-KEY" if "unknown field" in text else "CER-TYPE"
    todo = "Correct it: what is not known is refused, so that nothing reviewed is silently ignored."
    return Unfit(rule, f"{message}.", todo, where=path)
