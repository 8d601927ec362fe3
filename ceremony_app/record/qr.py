"""The square code on record pages: ceremony id, final head and page number, for a phone or a scanner."""

from __future__ import annotations

from itertools import groupby
from typing import Final

import segno

from ceremony_app.record.ink import Dots

_QUIET: Final = 2
_MASK: Final = 3
"""Any mask can be read; a fixed one spares trying all eight."""


def square_code(text: str, x: float, y: float, side: float) -> Dots:
    """The text as a QR code (ISO/IEC 18004, level M) whose upper left corner is at x, y, quiet zone included."""
    code = segno.make(text, error="m", micro=False, mask=_MASK, boost_error=False)
    size = code.symbol_size(border=_QUIET)[0]
    runs: list[tuple[int, int, int]] = []
    for row, modules in enumerate(code.matrix_iter(border=_QUIET)):
        column = 0
        for dark, group in groupby(modules):
            length = len(list(group))
            if dark:
                runs.append((column, row, length))
            column += length
    return Dots(x, y, side / size, tuple(runs))
