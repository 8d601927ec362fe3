"""`ceremony credential`: a person's own key, opened by a passphrase or PIN that is typed and never shown."""

from __future__ import annotations

import argparse
from pathlib import Path

from ceremony_app.cli.output import say
from ceremony_app.cli.typed import typed
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.secret import Secret
from ceremony_app.people import filekey
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.media import safe_read


def credential_command(asked: argparse.Namespace) -> int:
    """Make, show or follow a key, in a file or on a card; what is printed is public."""
    on_card = getattr(asked, "card", None) is not None
    if on_card is bool(asked.file):
        raise Unusable("CER-CREDENTIAL", "A credential is a key file or a card.", "Name one file, or `--card SERIAL`.")
    _show(_on_card(asked) if on_card else (_in_file(asked),))
    return 0


def _in_file(asked: argparse.Namespace) -> bytes:
    """The public half of the key in a file."""
    path, clock = Path(asked.file), SystemClock()
    match asked.what:
        case "new":
            return filekey.make(path, _new_passphrase("New passphrase"), clock).spki
        case "show":
            return filekey.load(safe_read(path, filekey.MOST_BYTES), typed("Passphrase"), clock).spki
        case _:
            pem, before = safe_read(path, filekey.MOST_BYTES), typed("Passphrase")
            return filekey.re_key(pem, before, Path(asked.output), _new_passphrase("New passphrase"), clock).spki


def _on_card(asked: argparse.Namespace) -> tuple[bytes, ...]:
    """The public halves of the keys on a card."""
    from ceremony_app.cli.cardkeys import keys_on_card, make_key_on_card

    return (make_key_on_card(asked),) if asked.what == "new" else keys_on_card(asked)


def _show(keys: tuple[bytes, ...]) -> None:
    for spki in keys:
        for row in filekey.show(spki):
            say(f"{row.label:<28} {row.value}")
    say("Write rows A to H on paper. They are read back at roll-call, and the binding carries the digest.")


def _new_passphrase(words: str) -> Secret:
    """A passphrase typed twice (CER-PASSPHRASE where the two differ)."""
    first, second = typed(words), typed(f"{words}, again")
    if first != second:
        raise Refusal("CER-PASSPHRASE", "The two entries are not the same.", "Type the passphrase again, slowly.")
    return first
