"""The style sheet: how the parts of the window take the theme's colours and sizes."""

from __future__ import annotations

from string import Template

from ceremony_app.ui.theme import RING, Role, Theme, chrome, luminance, points

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
QLabel[role="warn"], QLabel[role="grave"] { font-weight: bold; }
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

_MIDDLE = 0.5
"""Luminance between what a light and what a dark sign can be seen on."""


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
