"""The blocks that pages are made from: frames, what is said and done, evidence, fields under their names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from ceremony_app.ui.sheet import Lines, Sheet
from ceremony_app.ui.text import Text, caption
from ceremony_app.ui.theme import GAP, SPACE, Role


def framed(part: str, parent: QWidget) -> tuple[QFrame, QVBoxLayout]:
    """A frame that the style sheet knows by its part, and the column in it."""
    frame = QFrame(parent)
    frame.setProperty("part", part)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(SPACE, GAP + 2, SPACE, GAP + 2)
    layout.setSpacing(GAP - 2)
    return frame, layout


def ruled(title: str, text: str, parent: QWidget, role: Role = Role.WARN) -> QFrame:
    """A box with a double rule: unmistakable in black and white."""
    box, layout = framed("ruled", parent)
    layout.addWidget(Text(title, role, parent=box))
    layout.addWidget(Text(text, parent=box))
    return box


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; the widgets end when the window's loop comes round."""
    while layout.count():
        item = layout.takeAt(0)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def saying(lines: Sequence[str], parent: QWidget) -> QWidget:
    """Sentences to read aloud, large, with a bar at their left."""
    frame, layout = framed("say", parent)
    layout.addWidget(Text("Say", Role.LABEL, parent=frame))
    for line in lines:
        layout.addWidget(Text(f"“{line}”", Role.SAY, parent=frame))
    return frame


def doing(lines: Sequence[str], parent: QWidget) -> QWidget:
    """What is done, numbered."""
    box = QWidget(parent)
    grid = QGridLayout(box)
    grid.setContentsMargins(SPACE + 4, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE)
    grid.setVerticalSpacing(GAP)
    grid.setColumnStretch(1, 1)
    grid.addWidget(Text("Do", Role.LABEL, parent=box), 0, 0, 1, 2)
    for i, line in enumerate(lines, start=1):
        grid.addWidget(Text(str(i), Role.LEAD, wrap=False, parent=box), i, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Text(line, parent=box), i, 1)
    return box


def section(layout: QVBoxLayout, title: str, parent: QWidget) -> None:
    """The name of what follows."""
    layout.addWidget(Text(title, Role.LEAD, parent=parent))


def evidence(layout: QVBoxLayout, title: str, lines: Lines, parent: QWidget) -> Sheet:
    """A titled block of rows."""
    section(layout, title, parent)
    sheet = Sheet(title, parent)
    sheet.show_rows(lines)
    layout.addWidget(sheet)
    return sheet


def named(layout: QVBoxLayout, name: str, field: QWidget, hint: str = "") -> None:
    """A field under its name, with a hint below it."""
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(caption(name, field))
    column.addWidget(field)
    if hint:
        column.addWidget(Text(hint, Role.QUIET))
        field.setAccessibleDescription(hint)
    layout.addLayout(column)


def side_by_side(*columns: tuple[str, QWidget]) -> QHBoxLayout:
    """Fields beside each other, each under its name."""
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    for name, field in columns:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(caption(name, field))
        column.addWidget(field)
        row.addLayout(column, 1)
    return row
