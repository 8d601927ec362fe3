"""Strips are laid onto pages, from the first to the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ceremony_app.record.ink import Strip, height_of

_TOLERANCE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Placed:
    """A strip, and how far below the top of the body it stands."""

    y: float
    strip: Strip


Page: TypeAlias = "tuple[Placed, ...]"


def paginate(strips: Iterable[Strip], height: float) -> tuple[Page, ...]:
    """The strips on pages whose body is so high; at least one page.

    What is kept together goes to the next page where it does not fit on this one; what fits on no page is broken
    between its strips. Only a strip that is itself higher than a page runs over its end.
    """
    pile = _Pile(height)
    for chunk in _chunks(strips):
        if chunk[0].new_page or not pile.takes(chunk):
            pile.turn()
        whole = pile.takes(chunk)
        for strip in chunk:
            if not whole and not pile.takes([strip]):
                pile.turn()
            pile.put(strip)
    return pile.finished()


class _Pile:
    """The pages so far, and the one that is being filled."""

    def __init__(self, height: float) -> None:
        self._height = height + _TOLERANCE
        self._pages: list[Page] = []
        self._page: list[Placed] = []
        self._y = 0.0

    def takes(self, strips: Sequence[Strip]) -> bool:
        """Whether the strips fit on what is left of this page."""
        wanted = height_of(strips) if self._page else height_of(strips) - strips[0].gap
        return self._y + wanted <= self._height

    def turn(self) -> None:
        """Begins a new page, unless this one is empty."""
        if self._page:
            self._pages.append(tuple(self._page))
            self._page, self._y = [], 0.0

    def put(self, strip: Strip) -> None:
        """Lays a strip down; at the top of a page after the header that it wants there, if both fit."""
        if not self._page and height_of(strip.again) + strip.height <= self._height:
            for head in strip.again:
                self._lay(head)
        if strip.height or strip.ink or strip.mark:
            self._lay(strip)

    def _lay(self, strip: Strip) -> None:
        self._y += strip.gap if self._page else 0.0
        self._page.append(Placed(self._y, strip))
        self._y += strip.height

    def finished(self) -> tuple[Page, ...]:
        """All pages."""
        self.turn()
        return tuple(self._pages) or ((),)


def _chunks(strips: Iterable[Strip]) -> Iterator[list[Strip]]:
    """The strips in groups that are kept together."""
    chunk: list[Strip] = []
    for strip in strips:
        if strip.new_page and chunk:
            yield chunk
            chunk = []
        chunk.append(strip)
        if not strip.keep:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
