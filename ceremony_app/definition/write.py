"""A binding as TOML, the same bytes for the same binding, in an order that a person can read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ceremony_app.core.room import Binding, BoundToken


def binding_toml(binding: Binding) -> bytes:
    """The file `binding.toml` of a binding."""
    lines = ["# The binding of a ceremony to one room. It holds no names of people.", "format = 1"]
    lines += _pairs(
        {
            "definition": binding.definition,
            "definition-sha256": binding.definition_sha256,
            "mode": binding.mode.value,
            "place": binding.place,
            "printer": binding.printer,
            "program": binding.program,
        }
    )
    for name, token in binding.tokens.items():
        lines += ["", f"[tokens.{_key(name)}]", *_token(token)]
    for person in binding.people:
        roles = ", ".join(_text(role) for role in person.roles)
        lines += ["", "[[people]]", f"number = {person.number}", f"roles = [{roles}]"]
        lines += _pairs({"method": person.method, "key": person.key})
        if person.card is not None:
            lines += ["[people.card]", *_token(person.card)]
    for name, medium in binding.media.items():
        lines += ["", f"[media.{_key(name)}]", *_pairs({"path": medium.path, "serial": medium.serial})]
    if binding.bags:
        lines += ["", "[bags]", *(f"{_key(name)} = {_text(value)}" for name, value in binding.bags.items())]
    if binding.estimates:
        lines += ["", "[estimates]", *(f"{_key(name)} = {seconds}" for name, seconds in binding.estimates.items())]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _token(token: BoundToken) -> list[str]:
    """The members of a token's or a card's table."""
    pairs = {
        "module": token.module,
        "module-sha256": token.module_sha256,
        "serial": token.serial,
        "model": token.model,
        "manufacturer": token.manufacturer,
        "arguments": token.arguments,
        "pin-entry": "token" if token.pin_entry == "token" else "",
    }
    return [*_pairs(pairs), *_options(token.options)]


def _pairs(values: Mapping[str, str]) -> list[str]:
    """`key = "value"` for every value that is not empty."""
    return [f"{key} = {_text(value)}" for key, value in values.items() if value]


def _options(options: Mapping[str, str]) -> list[str]:
    """`options = { ... }` where there are any."""
    pairs = ", ".join(f"{_key(name)} = {_text(value)}" for name, value in options.items())
    return [f"options = {{ {pairs} }}"] if pairs else []


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    """A bare key where the name is one, else a quoted one."""
    return name if all(c.isascii() and (c.isalnum() or c in "-_") for c in name) else _text(name)
