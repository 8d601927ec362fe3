"""Spacing, type scale and colours: the only place where the window's looks are said, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from string import Template

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


_SHEET = Template("""
QMainWindow, QWidget[part="ground"] { background: $ground; }
QWidget[part="surface"] { background: $surface; }
QFrame[part="well"] { background: $well; border: 1px solid $line; border-radius: 6px; }
QFrame[part="say"] { background: transparent; border: none; border-left: 4px solid $accent; }
QFrame[part="ruled"] { background: $surface; border: 3px double $ink; border-radius: 0; }
QFrame[part="notice"] { background: $bad_well; border: 2px solid $bad; border-radius: 6px; margin: 4px 16px 8px 16px; }
QFrame[part="ask"] { background: $well; border: 2px solid $ink; border-radius: 6px; margin: 4px 16px 8px 16px; }
QFrame[part="strip"] { background: $well; border: 2px solid $edge; border-radius: 6px; margin: 8px 16px 4px 16px; }
QFrame[part="bar"] { background: $ground; border: none; border-top: 1px solid $line; }
QFrame[part="side"] { background: $ground; border: none; border-right: 1px solid $line; }

QLabel { background: transparent; border: none; }
$roles
QFrame[part="bar"] QPushButton, QFrame[part="bar"] QLabel { font-size: ${chrome}pt; }
QFrame[part="side"] QLabel { font-size: ${small}pt; }
QFrame[part="foot"] { border: none; border-top: 1px solid $line; background: $surface; }
QFrame[part="foot"] * { font-size: ${chrome}pt; }
QPushButton[kind="plain"] { font-size: ${chrome}pt; }
QFrame[part="side"] QLabel { color: $quiet; }
QLabel[role="title"] { font-weight: bold; border-bottom: ${ring}px solid transparent; }
QLabel[role="title"]:focus { border-bottom: ${ring}px solid $focus; }
QLabel[role="quiet"], QLabel[role="label"] { color: $quiet; }
QLabel[role="lead"] { font-weight: bold; }
QLabel[role="warn"] { font-weight: bold; }
QLabel[role="mono"] { font-family: "$mono"; }

QPushButton {
    background: $surface; border: 1px solid $edge; border-radius: 5px; padding: 6px 12px; margin: ${ring}px;
}
QPushButton:hover { background: $well; }
QPushButton:pressed { background: $line; }
QPushButton[kind="primary"] { background: $strong; color: $on_strong; border-color: $strong; font-weight: bold; }
QPushButton[kind="equal"] { border: 2px solid $ink; font-weight: bold; }
QPushButton[kind="plain"] { background: transparent; }
QPushButton:focus { border: ${ring}px solid $focus; margin: 1px; }
QPushButton[kind="primary"]:focus { border: ${ring}px solid $focus; margin: 0px; padding: 7px 13px;
    outline: ${ring}px solid $focus; }

QLineEdit, QPlainTextEdit, QComboBox {
    background: $surface; border: 1px solid $edge; border-radius: 4px; padding: 5px 8px; margin: 1px;
    selection-background-color: $strong; selection-color: $on_strong;
}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border: ${ring}px solid $focus; margin: 0px; }
QLineEdit[form="mono"] { font-family: "$mono"; }
QComboBox QAbstractItemView { background: $surface; color: $ink; border: 1px solid $edge;
    selection-background-color: $strong; selection-color: $on_strong; }
QComboBox::drop-down { border: none; width: 2em; }
QRadioButton, QCheckBox { spacing: 10px; padding: 4px; border: ${ring}px solid transparent; border-radius: 4px; }
QRadioButton:focus, QCheckBox:focus { border-color: $focus; }

QRadioButton::indicator, QCheckBox::indicator { width: ${mark}px; height: ${mark}px; background: $surface;
    border: 2px solid $edge; }
QRadioButton::indicator { border-radius: ${half}px; }
QCheckBox::indicator { border-radius: 3px; }
QRadioButton::indicator:checked { width: ${inner}px; height: ${inner}px; border: ${dot}px solid $strong;
    background: $on_strong; }
QCheckBox::indicator:checked { background: $strong; border-color: $strong; image: url("$icons/$tick.svg"); }
QCheckBox::indicator:disabled { border-color: $line; }

QTextEdit { background: $surface; border: ${ring}px solid transparent; border-radius: 4px;
    selection-background-color: $strong; selection-color: $on_strong; }
QTextEdit:focus { border-color: $focus; }
QScrollArea { background: $surface; border: ${ring}px solid transparent; }
QScrollArea:focus { border-color: $focus; }
QListView { background: transparent; border: ${ring}px solid transparent; outline: none; }
QListView:focus { border-color: $focus; }
QProgressBar { background: $well; border: 1px solid $edge; border-radius: 4px; max-height: 14px; min-height: 14px; }
QProgressBar::chunk { background: $strong; width: 24px; }
QScrollBar:vertical { background: transparent; width: 14px; margin: 0; border: none; }
QScrollBar::handle:vertical { background: $edge; border-radius: 4px; min-height: 36px; margin: 3px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $surface; color: $ink; border: 1px solid $edge; padding: 4px; }
""")


def style_sheet(theme: Theme, size: int, mono: str, icons: str) -> str:
    """The style sheet of a theme at a text size; `mono` is the family of fixed width, `icons` a folder."""
    roles = "\n".join(f'QLabel[role="{role}"] {{ font-size: {points(role, size)}pt; }}' for role in Role)
    colours = {name: getattr(theme, name) for name in Theme.__slots__ if name != "name"}
    frame = chrome(size)
    mark = 2 * (size * 11 // 20)
    dot = mark // 3
    return _SHEET.substitute(
        colours,
        roles=roles,
        ring=RING,
        mono=mono,
        chrome=frame,
        small=points(Role.QUIET, frame),
        mark=mark,
        half=mark // 2 + 2,
        dot=dot,
        inner=mark + 4 - 2 * dot,
        icons=icons,
        tick="tick-light" if luminance(theme.strong) < _MIDDLE else "tick-dark",
    )


_MIDDLE = 0.5
"""Luminance between what a light and what a dark sign can be seen on."""

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
