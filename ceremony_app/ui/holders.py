"""Widgets that hold others and do not grow the window: text that wraps would ask for its height at no width at all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class Inside(QWidget):
    """What a scroll area scrolls: as high as its texts are at the width that there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def sizeHint(self) -> QSize:
        """As the layout says; it is not asked for its height at that width, which it will not have."""
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Width as the layout says; the height follows from the width."""
        return QSize(super().minimumSizeHint().width(), 0)


class Whole(QWidget):
    """The whole of a window: never makes it larger than the screen that it was made for."""

    def minimumSizeHint(self) -> QSize:
        """The smallest window that makes sense."""
        return QSize(640, 400)

    def hasHeightForWidth(self) -> bool:
        """The window's height does not follow from its width."""
        return False


def scrolling(name: str, inside: Inside, parent: QWidget) -> QScrollArea:
    """A vertical scroll area that the keyboard can be in; it never scrolls sideways."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    area.setAccessibleName(name)
    area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    area.setWidget(inside)
    return area
