"""Lines of text: broken at blanks, or anywhere where a word is longer than the line."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from ceremony_app.record.escape import Run, cut
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Ink, Strip, Words
from ceremony_app.record.styles import Style

_ELLIPSIS = "…"
_SOFT = "-/_.:,;="


def paragraph(faces: Faces, text: str, style: Style, width: float, *, x: float = 0.0) -> list[Strip]:
    """The text as one strip a line; neither the first nor the last line stands alone on a page."""
    lines = _broken(faces, faces.runs(text, style.face), style, width, x)
    strips = [Strip(style.leading, ink) for ink in lines]
    count = len(strips)
    return [Strip(s.height, s.ink, keep=i + 1 < count and i in {0, count - 2}) for i, s in enumerate(strips)]


def line(faces: Faces, text: str, style: Style, x: float, y: float) -> tuple[Ink, ...]:
    """The text on a single line with its baseline at y, however long it is."""
    return _placed(faces, faces.runs(text, style.face), style, x, y)


def right(faces: Faces, text: str, style: Style, x: float, y: float) -> tuple[Ink, ...]:
    """The text on a single line that ends at x."""
    return line(faces, text, style, x - faces.width(text, style.face, style.size), y)


def shortened(faces: Faces, text: str, style: Style, x: float, y: float, width: float) -> tuple[Ink, ...]:
    """The text on a single line, ending in an ellipsis where it is wider than `width`."""
    runs = faces.runs(text, style.face)
    sums = _sums(faces, runs, style)
    if sums[-1] <= width:
        return _placed(faces, runs, style, x, y)
    dots = faces.runs(_ELLIPSIS, style.face)
    end = max(bisect_right(sums, width - _sums(faces, dots, style)[-1]) - 1, 0)
    return _placed(faces, (*cut(runs, _starts(runs), 0, end), *dots), style, x, y)


def _broken(faces: Faces, runs: tuple[Run, ...], style: Style, width: float, x: float) -> list[tuple[Ink, ...]]:
    """The runs as lines no wider than `width`, each as ink from `x`; at least one line."""
    text = "".join(run.text for run in runs)
    sums, starts = _sums(faces, runs, style), _starts(runs)
    lines: list[tuple[Ink, ...]] = []
    start = 0
    while True:
        end = _end_of_line(text, sums, start, width)
        lines.append(_placed(faces, cut(runs, starts, start, end), style, x, style.baseline))
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
        if start >= len(text):
            return lines


def _sums(faces: Faces, runs: tuple[Run, ...], style: Style) -> list[float]:
    """Where each character ends, beginning with 0."""
    return [0.0, *accumulate(advance for run in runs for advance in faces.advances(run, style.size))]


def _starts(runs: tuple[Run, ...]) -> list[int]:
    """The number of characters before each run."""
    return [0, *accumulate(len(run.text) for run in runs)][: len(runs)]


def _end_of_line(text: str, sums: list[float], start: int, width: float) -> int:
    """Where the line that begins at `start` ends."""
    fits = max(bisect_right(sums, sums[start] + width + 1e-6) - 1, min(start + 1, len(text)))
    if fits >= len(text):
        return len(text)
    blank = text.rfind(" ", start + 1, fits + 1)
    if blank > start:
        return blank
    soft = max(text.rfind(mark, (start + fits) // 2, fits) for mark in _SOFT)
    return soft + 1 if soft > start else fits


def _placed(faces: Faces, runs: tuple[Run, ...], style: Style, x: float, y: float) -> tuple[Ink, ...]:
    """The runs one after another from x."""
    ink: list[Ink] = []
    for run in runs:
        ink.append(Words(x, y, run, style.size))
        x += sum(faces.advances(run, style.size))
    return tuple(ink)
