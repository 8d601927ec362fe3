"""What goes to the terminal."""

from __future__ import annotations

import sys

from ceremony_app.core.names import escaped


def say(line: str) -> None:
    """One line for the person at the terminal; nothing in it can move the cursor."""
    sys.stdout.write(f"{escaped(line)}\n")
    sys.stdout.flush()


def complain(paragraph: str) -> None:
    """One readable paragraph on what went wrong."""
    sys.stderr.write(f"ceremony: {escaped(paragraph)}\n")
