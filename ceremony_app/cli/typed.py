"""Secrets that are typed at the terminal: never echoed, never on a command line."""

from __future__ import annotations

import getpass
import sys

from ceremony_app.core.secret import Secret


def typed(words: str) -> Secret:
    """A secret from the terminal without echo, or a line of standard input where there is none."""
    if sys.stdin.isatty():
        return Secret.of(getpass.getpass(f"{words}: ", stream=sys.stderr))
    return Secret.of(sys.stdin.readline().rstrip("\n"))
