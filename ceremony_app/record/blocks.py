"""Every kind of block becomes strips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from ceremony_app.record.checks import bullets, checkboxes, legend, notice, quote, write_in
from ceremony_app.record.document import (
    Block,
    Box,
    Bullets,
    Checkboxes,
    Facts,
    Grid,
    HashBlock,
    Heading,
    KeepTogether,
    Legend,
    Notice,
    PageBreak,
    Quote,
    Signatures,
    StepBlock,
    StepRecord,
    Text,
    Verbatim,
    WordRows,
    WriteIn,
)
from ceremony_app.record.facts import facts
from ceremony_app.record.fonts import Faces
from ceremony_app.record.hashblock import hash_block
from ceremony_app.record.ink import Mark, Strip, framed, kept, moved, spaced
from ceremony_app.record.listing import listing
from ceremony_app.record.paragraph import line, paragraph
from ceremony_app.record.shapes import TICK, sign
from ceremony_app.record.step_block import step_block
from ceremony_app.record.step_record import step_record
from ceremony_app.record.styles import BETWEEN, BODY, FRAME, HEADINGS, LINE, MM, SMALL, STRONG
from ceremony_app.record.tables import grid, signatures
from ceremony_app.record.word_rows import word_rows

_ABOVE: Final = {1: 22.0, 2: 16.0, 3: 11.0}
_BELOW: Final = {1: 8.0, 2: 5.0, 3: 3.0}
_TEXT: Final = {"normal": BODY, "strong": STRONG, "small": SMALL}
_APART: Final = (Facts, Grid, HashBlock, Box, Notice, Signatures, WordRows, WriteIn)
"""Blocks with rules of their own want more air around them."""
_BOX_PAD: Final = 10.0
_NUMBER_GAP: Final = 3 * MM


def set_blocks(faces: Faces, blocks: Sequence[Block], width: float, limit: float) -> list[Strip]:
    """The blocks one under the other in a width; no strip is higher than `limit`."""
    strips: list[Strip] = []
    before: Block | None = None
    for block in blocks:
        strips.extend(spaced(set_block(faces, block, width, limit), _space(before, block)))
        before = block
    return strips


def _space(before: Block | None, block: Block) -> float:
    """The space above a block."""
    if isinstance(block, Heading):
        return _ABOVE[block.level]
    if isinstance(before, Heading):
        return _BELOW[before.level]
    apart = isinstance(block, _APART) or isinstance(before, _APART)
    return BETWEEN * 1.5 if apart else BETWEEN


def set_block(faces: Faces, block: Block, width: float, limit: float) -> list[Strip]:
    """One block as strips."""

    def inside(blocks: Sequence[Block], room: float) -> list[Strip]:
        return set_blocks(faces, blocks, room, limit)

    match block:
        case Heading():
            return _heading(faces, block, width)
        case Text():
            return paragraph(faces, block.text, _TEXT[block.weight], width)
        case Quote():
            return quote(faces, block, width)
        case Bullets():
            return bullets(faces, block, width)
        case Facts():
            return facts(faces, block, width, limit)
        case Grid():
            return grid(faces, block, width, limit)
        case HashBlock():
            return hash_block(faces, block, width)
        case WordRows():
            return word_rows(faces, block, width)
        case WriteIn():
            return write_in(faces, block, width, limit)
        case Checkboxes():
            return checkboxes(faces, block, width)
        case StepBlock():
            return step_block(faces, block, width, limit, inside)
        case StepRecord():
            return step_record(faces, block, width, limit, inside)
        case Signatures():
            return signatures(faces, block, width, limit)
        case Verbatim():
            return listing(faces, block, width)
        case Legend():
            return legend(faces, block, width)
        case Notice():
            return notice(faces, block, width, limit)
        case Box():
            return _box(faces, block, width, inside(block.blocks, width - 2 * _BOX_PAD))
        case KeepTogether():
            return kept(inside(block.blocks, width))
        case PageBreak():
            return [Strip(0, new_page=True)]
        case _:
            assert_never(block)


def _heading(faces: Faces, block: Heading, width: float) -> list[Strip]:
    """Its number stands before it, or where that is no number, in it."""
    style = HEADINGS[block.level]
    whole = f"{block.number} {block.text}".strip()
    indent = faces.width(block.number, style.face, style.size) + _NUMBER_GAP if block.number else 0.0
    apart = indent <= width / 4
    strips = (
        moved(paragraph(faces, block.text, style, width - indent), indent)
        if apart
        else paragraph(faces, whole, style, width)
    )
    first = strips[0]
    ink = (*first.ink, *(line(faces, block.number, style, 0, style.baseline) if apart else ()))
    mark = Mark(whole, block.level)
    strips[0] = replace(first, ink=ink, mark=mark, new_page=block.new_page)
    return [replace(strip, keep=True) for strip in strips]


def _box(faces: Faces, block: Box, width: float, inner: list[Strip]) -> list[Strip]:
    """A frame, heavier where it bears a sign, with a title; held together on one page."""
    title = paragraph(faces, block.title, HEADINGS[2], width - 2 * _BOX_PAD - (2 * TICK if block.marker else 0))
    if block.marker:
        title = moved(title, 2 * TICK)
        mark = sign(block.marker, 0, (HEADINGS[2].leading - TICK) / 2)
        title[0] = replace(title[0], ink=(*title[0].ink, *mark))
    strips = framed([*title, *spaced(inner, BETWEEN)], width, _BOX_PAD, FRAME if block.marker else LINE)
    return kept(strips)
