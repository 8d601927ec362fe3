"""TOML into values: size, encoding, syntax, types and unknown keys, each refused by path."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from ceremony_app.core.errors import Unusable
from ceremony_app.core.kinds import Unfit
from ceremony_app.core.names import unfit_character

T = TypeVar("T")

LARGEST = 300_000
_DEEPEST = 12
_LONGEST_TEXT = 8_000
_LONGEST_KEY = 120
_LARGEST_NUMBER = 2**53 - 1
_MOST_DOTS = 200
_DOT = re.compile(r"""[\w"'-][ \t]*\.(?=[ \t]*[\w"'-])""")
_PATH = re.compile(r" - at (?:`key` in )?`\$?\.?(?P<path>[^`]*)`")
_NO_REAL_ONE = "No real one is."


def read_file(path: Path, what: str) -> bytes:
    """The bytes of a file, or `Unusable` (CER-FILE, CER-SIZE) saying why not."""
    try:
        if not path.is_file():
            raise Unusable("CER-FILE", f"There is no {what} at {path}.", "Name an existing file.")
        if path.stat().st_size > LARGEST:
            raise _too_large(what)
        return path.read_bytes()
    except OSError as error:
        raise Unusable(
            "CER-FILE", f"The {what} at {path} cannot be read: {error.strerror}.", "Check the medium and its rights."
        ) from None


def table(data: bytes, what: str) -> dict[str, object]:
    """The tables of a TOML document.

    Raises `Unusable` (CER-TOML, CER-SIZE) where it is none, `Unfit` (CER-TEXT, CER-TYPE) for a text or number that
    no reviewed file may hold.
    """
    if len(data) > LARGEST:
        raise _too_large(what)
    try:
        text = data.decode("utf-8")
        _check_dots(text, what)
        found: dict[str, object] = tomllib.loads(text)
    except UnicodeDecodeError:
        raise Unusable("CER-TOML", f"The {what} is not UTF-8 text.", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise Unusable("CER-TOML", f"The {what} is not TOML: {_short(str(error))}.", "Correct that line.") from None
    except ValueError:  # Python reads no integer of more than 4,300 digits
        raise Unusable("CER-TOML", f"A number in the {what} is too long to be read.", "Correct it.") from None
    except RecursionError:
        raise _too_deep(what) from None
    _check(found, "", 0)
    return found


def is_format_1(found: Mapping[str, object], what: str) -> None:
    """It says `format = 1`; anything else is not read further (CER-FORMAT)."""
    if type(found.get("format")) is not int or found["format"] != 1:
        raise Unusable(
            "CER-FORMAT", f"This is not a {what} of format 1.", f"A {what} begins with `format = 1`.", where="format"
        )


def _too_large(what: str) -> Unusable:
    return Unusable("CER-SIZE", f"The {what} is larger than {LARGEST:,} bytes.", _NO_REAL_ONE)


def _too_deep(what: str, where: str = "") -> Unusable:
    return Unusable("CER-TOML", f"The {what} is nested too deeply.", _NO_REAL_ONE, where=where)


def _check_dots(text: str, what: str) -> None:
    """No line with a key of very many parts: the library's reader takes hours for one that is a whole file long."""
    if any(len(_DOT.findall(line)) > _MOST_DOTS for line in text.split("\n")):
        raise _too_deep(what)


def _short(text: str) -> str:
    """A message without the end of a value that it quotes, which may be long."""
    return text.split("\n", 1)[0][:300].rstrip(".")


def _check(value: object, path: str, depth: int) -> None:
    """No text or key with characters that do not show, nothing longer, larger or deeper than a reviewer follows."""
    if depth > _DEEPEST:
        raise _too_deep("file", path)
    match value:
        case str():
            _check_text(value, path)
        case bool():
            pass
        case int() if abs(value) > _LARGEST_NUMBER:
            raise Unfit("CER-TYPE", "A number is larger than can be recorded.", "Correct it.", where=path)
        case dict():
            for key, member in value.items():
                if len(key) > _LONGEST_KEY:
                    raise Unfit("CER-TEXT", "A key is longer than anybody reads.", "Shorten it.", where=path)
                _check_text(key, path)
                _check(member, f"{path}.{key}" if path else key, depth + 1)
        case list():
            for i, member in enumerate(value):
                _check(member, f"{path}[{i}]", depth + 1)
        case _:
            pass


def _check_text(text: str, path: str) -> None:
    """One line of characters that show as what they are, at most 8,000 of them."""
    bad = unfit_character(text)
    if bad is not None:
        raise Unfit(
            "CER-TEXT",
            f"A text contains the character {bad}, which does not show as what it is.",
            "Write every text on one line, without controls or invisible characters.",
            where=path,
        )
    if len(text) > _LONGEST_TEXT:
        raise Unfit("CER-TEXT", f"A text is longer than {_LONGEST_TEXT:,} characters.", "Shorten it.", where=path)


def convert(value: object, kind: type[T], where: str = "") -> T:
    """The value as a strict struct; raises `Unfit` (CER-TYPE, CER-UNKNOWN-KEY) with the path."""
    try:
        return msgspec.convert(value, type=kind, strict=True)
    except msgspec.ValidationError as error:
        raise _unfit(error, where) from None
    except RecursionError:
        raise _too_deep("file", where) from None


def check_members(found: Mapping[str, object], tables: Mapping[str, type]) -> None:
    """Every member of these tables is of its type; refused by its name, which the library's path leaves out."""
    for name, kind in tables.items():
        members = found.get(name)
        for key, member in members.items() if isinstance(members, dict) else ():
            convert(member, kind, f"{name}.{key}")


def _unfit(error: msgspec.ValidationError, where: str) -> Unfit:
    """A decoding error as a refusal with its path."""
    text = str(error)
    match = _PATH.search(text)
    inner = match["path"] if match else ""
    message = _PATH.sub("", text).replace("Object", "The table").replace("`", "“", 1).replace("`", "”", 1)
    path = ".".join(part for part in (where, inner) if part).replace(".[", "[")
    rule = "CER-UNKNOWN-KEY" if "unknown field" in text else "CER-TYPE"
    todo = "Correct it: what is not known is refused, so that nothing reviewed is silently ignored."
    return Unfit(rule, f"{_short(message)}.", todo, where=path)
