"""Spacing, type scale and colours: the only place where the window's looks are said, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

SMALLEST, USUAL, LARGEST = 10, 12, 24
"""Text size in points: what Ctrl + and Ctrl - move between, and where a workstation starts."""

GAP, SPACE, MARGIN = 8, 16, 28
"""Distances in pixels: between things that belong together, between groups, around a page."""

RING = 2
"""Width in pixels of the ring around what has the keyboard."""


@unique
class Role(StrEnum):
    """What a text is for; its size and weight follow."""

    BODY = "body"
    QUIET = "quiet"
    LABEL = "label"
    TITLE = "title"
    SAY = "say"
    LEAD = "lead"
    TIME = "time"
    MONO = "mono"
    WARN = "warn"
    GRAVE = "grave"


SIZES = {
    Role.BODY: (1.0, 0.0),
    Role.QUIET: (0.7, 2.6),
    Role.LABEL: (0.7, 2.6),
    Role.TITLE: (0.5, 14.0),
    Role.SAY: (1.0, 4.5),
    Role.LEAD: (1.0, 1.5),
    Role.TIME: (1.0, 5.0),
    Role.MONO: (1.0, -0.5),
    Role.WARN: (1.0, 1.5),
    Role.GRAVE: (1.0, 6.0),
}
"""Factor and offset of each role, in points: what people read grows with the text size, titles and hints less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A set of colours, `#rrggbb`. Text keeps a contrast of 7:1 and more, the focus ring 3:1 (WCAG 2.1)."""

    name: str
    ground: str
    surface: str
    well: str
    ink: str
    quiet: str
    line: str
    edge: str
    strong: str
    on_strong: str
    accent: str
    focus: str
    bad: str
    bad_well: str
    banner: str
    on_banner: str
    amber: str
    stripe: str
    on_amber: str
    current: str
    on_current: str


LIGHT = Theme(
    name="light",
    ground="#eef1f4",
    surface="#ffffff",
    well="#f5f7f9",
    ink="#141d26",
    quiet="#414d59",
    line="#d3dae1",
    edge="#7d8894",
    strong="#153a63",
    on_strong="#ffffff",
    accent="#153a63",
    focus="#1667c7",
    bad="#8a1420",
    bad_well="#fdf3f3",
    banner="#0f2a4a",
    on_banner="#ffffff",
    amber="#f6c24a",
    stripe="#eeb029",
    on_amber="#1d1502",
    current="#153a63",
    on_current="#ffffff",
)

HIGH_CONTRAST = Theme(
    name="high contrast",
    ground="#000000",
    surface="#000000",
    well="#000000",
    ink="#ffffff",
    quiet="#ffffff",
    line="#8c8c8c",
    edge="#ffffff",
    strong="#ffffff",
    on_strong="#000000",
    accent="#ffffff",
    focus="#ffe14d",
    bad="#ffb3b8",
    bad_well="#000000",
    banner="#000000",
    on_banner="#ffffff",
    amber="#000000",
    stripe="#2b2200",
    on_amber="#ffd54a",
    current="#ffffff",
    on_current="#000000",
)

THEMES = {theme.name: theme for theme in (LIGHT, HIGH_CONTRAST)}


def points(role: Role, size: float) -> float:
    """The size in points of a role's text."""
    factor, offset = SIZES[role]
    return round((factor * size + offset) * 2) / 2


def chrome(size: int) -> float:
    """The text size of what frames the page: it grows more slowly, so that large type goes to what people read."""
    return size if size <= USUAL else round((USUAL + (size - USUAL) * 0.25) * 2) / 2


_DARK = 0.04045
"""Below it the curve of sRGB is straight."""


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= _DARK else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.1)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
