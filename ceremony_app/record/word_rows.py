"""The boxes of a share worksheet: rows of words to be written by hand, and a shaded box for each check word."""

from __future__ import annotations

from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.document import WordRows
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Ink, Panel, Rule, Strip, kept
from ceremony_app.record.paragraph import line
from ceremony_app.record.styles import FOOT, HAIR, HEADINGS, LABEL, LINE, MM, QUIET, SHADE

_ROW: Final = 12 * MM
_AIR: Final = 1.5 * MM
"""Between two rows, so that nobody reads from one into the next."""
_NUMBER: Final = 8 * MM
_APART: Final = 3 * MM
"""The check word is no word of the share: its box stands apart."""
_BASE: Final = 2.6 * MM
_INSET: Final = 2.5


def word_rows(faces: Faces, block: WordRows, width: float) -> list[Strip]:
    """Every row on one page, with a line above that says what its boxes are for."""
    box = (width - _NUMBER - _APART) / (block.words + 1)
    head = Strip(LABEL.leading + 2, (
        *line(faces, phrases.ROW, LABEL, 0, LABEL.baseline),
        *line(faces, phrases.words_of(1, block.rows * block.words), LABEL, _NUMBER, LABEL.baseline),
        *line(faces, phrases.CHECK_WORD, LABEL, width - box, LABEL.baseline),
    ))  # fmt: skip
    return kept([head, *(_row(faces, block, number, width, box) for number in range(1, block.rows + 1))])


def _row(faces: Faces, block: WordRows, number: int, width: float, box: float) -> Strip:
    """The row's number, a box a word with the word's own number in its corner, the box of the check word."""
    style = HEADINGS[1]
    ink: list[Ink] = [*line(faces, str(number), style, 1.0, _ROW / 2 + 0.357 * style.size)]
    places = [_NUMBER + box * place for place in range(block.words)]
    ink.append(Panel(places[0], 0, box * block.words, _ROW, width=LINE))
    ink.append(Panel(width - box, 0, box, _ROW, width=LINE, shade=SHADE))
    ink.extend(Rule(x, 0, x, _ROW, LINE) for x in places[1:])
    for place, x in enumerate([*places, width - box], start=1):
        ink.append(Rule(x + _INSET, _ROW - _BASE, x + box - _INSET, _ROW - _BASE, HAIR, QUIET))
        if place <= block.words:
            label = str((number - 1) * block.words + place)
            ink.extend(line(faces, label, FOOT, x + _INSET, FOOT.baseline + 0.5))
    return Strip(_ROW, tuple(ink), gap=_AIR)
