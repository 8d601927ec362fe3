"""`ceremony credential`: a person's own key file, made and opened by a passphrase that is typed and never shown."""

from __future__ import annotations

import argparse
from pathlib import Path

from ceremony_app.cli.output import say
from ceremony_app.cli.typed import typed
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.people import filekey
from ceremony_app.people.filekey import FileKey
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.media import safe_read


def credential_command(asked: argparse.Namespace) -> int:
    """Make, show or follow a key file; what is printed is public."""
    path, clock = Path(asked.file), SystemClock()
    match asked.what:
        case "new":
            key = filekey.make(path, _new_passphrase("New passphrase"), clock)
        case "show":
            key = filekey.load(safe_read(path, filekey.MOST_BYTES), typed("Passphrase"), clock)
        case _:
            pem = safe_read(path, filekey.MOST_BYTES)
            key = filekey.re_key(pem, typed("Passphrase"), Path(asked.output), _new_passphrase("New passphrase"), clock)
    _show(key)
    return 0


def _show(key: FileKey) -> None:
    for row in filekey.show(key.spki):
        say(f"{row.label:<28} {row.value}")
    say("Write rows A to H on paper. They are read back at roll-call, and the binding carries the digest.")


def _new_passphrase(words: str) -> Secret:
    """A passphrase typed twice (CER-PASSPHRASE where the two differ)."""
    first, second = typed(words), typed(f"{words}, again")
    if first != second:
        raise Refusal("CER-PASSPHRASE", "The two entries are not the same.", "Type the passphrase again, slowly.")
    return first
