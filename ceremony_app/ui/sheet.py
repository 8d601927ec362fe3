"""A read-only block of evidence: rows of label and value, or a text line by line, wrapped anywhere, selectable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableCellFormat,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from ceremony_app.ui.appearance import MONO, SIGNS

Lines: TypeAlias = Sequence[tuple[str, str, str]]
"""Label, value, and the text that stands beside a value which is a digest of it (or empty)."""

_CODE = re.compile(r"[0-9A-Fa-f:.\s-]{12,}|.*-----BEGIN .*", re.DOTALL)
_NARROW_EMS = 30
_INK, _QUIET, _RULE = QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText, QPalette.ColorRole.Mid


@dataclass(frozen=True, slots=True)
class _Look:
    """All that a drawing depends on but the width."""

    rows: Lines
    text: str
    font: QFont
    colours: tuple[QColor, ...]


class Sheet(QTextEdit):
    """As high as what it holds; never scrolls by itself, never takes markup.

    It is drawn when its place is first laid out, and again only when what it holds, its font, its colours or its number
    of columns change: one `textChanged` for each drawing. Where nothing else takes the room that is left, it does.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)
        self._rows: Lines = ()
        self._text = ""
        self._narrow = False
        self._seen: _Look | None = None
        self._heights: dict[int, int] = {}

    def show_rows(self, rows: Lines) -> None:
        """Show rows of label and value."""
        self._hold(tuple(rows), "")

    def show_text(self, text: str) -> None:
        """Show a text exactly, line by line, in the font of fixed width."""
        self._hold((), text)

    def shown_text(self) -> str:
        """The text that is shown line by line, or empty."""
        return self._text

    def heightForWidth(self, width: int) -> int:
        """As high as what it holds is at that width."""
        self.ensurePolished()
        inner = width - 2 * self.frameWidth()
        if self._look() != self._seen or inner not in self._heights:
            with QSignalBlocker(self.document().documentLayout()):  # the editor would set its own width again
                self._draw_for(inner)
                self._heights[inner] = max(int(self.document().size().height()), 1)
        return self._heights[inner] + 2 * self.frameWidth()

    def sizeHint(self) -> QSize:
        """Wide enough for two columns; the height follows from the width that it gets."""
        self.ensurePolished()
        return QSize(self._two_columns() + 2 * self.frameWidth(), self.height())

    def minimumSizeHint(self) -> QSize:
        """It wraps, so it needs no width of its own."""
        return QSize(80, 2 * self.frameWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column where it is narrow, else two."""
        super().resizeEvent(event)
        self._draw_for(self.viewport().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """As it is at its own width, whatever widths the layout has asked about."""
        self._draw_for(self.viewport().width())
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the new font or colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._changed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def _hold(self, rows: Lines, text: str) -> None:
        if (rows, text) != (self._rows, self._text):
            self._rows, self._text = rows, text
            self._changed()

    def _changed(self) -> None:
        """Draw again where it is seen; elsewhere that waits until it has its place."""
        if self.isVisible():
            self._draw_for(self.viewport().width())
        self.updateGeometry()

    def _look(self) -> _Look:
        colour = self.palette().color
        return _Look(self._rows, self._text, self.font(), tuple(colour(role) for role in (_INK, _QUIET, _RULE)))

    def _draw_for(self, width: int) -> None:
        """Draw what is not drawn yet, and lay it out for a width."""
        look, narrow = self._look(), width < self._two_columns()
        if look != self._seen:
            self._heights.clear()
        if look != self._seen or narrow is not self._narrow:
            self._seen, self._narrow = look, narrow
            self._draw()
        if self.document().pageSize() != QSizeF(width, -1):  # the editor makes it a page of some height
            self.document().setTextWidth(width)

    def _two_columns(self) -> int:
        """The width from which on label and value stand beside each other."""
        return _NARROW_EMS * self.fontMetrics().averageCharWidth()

    def _draw(self) -> None:
        document = self.document()
        if document.defaultFont() != self.font():
            document.setDefaultFont(self.font())
        cursor = QTextCursor(document)
        cursor.beginEditBlock()  # otherwise Qt would lay all of it out again after each piece
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        cursor.setBlockCharFormat(QTextCharFormat())
        if self._rows:
            self._draw_rows(cursor)
        elif self._text:
            self._draw_text(cursor)
        cursor.endEditBlock()
        self.viewport().update()

    def _draw_text(self, cursor: QTextCursor) -> None:
        indent = 2.0 * self.fontMetrics().averageCharWidth()
        block = QTextBlockFormat()
        block.setLeftMargin(indent)
        block.setTextIndent(-indent)
        for i, line in enumerate(self._text.removesuffix("\n").split("\n")):
            if i:
                cursor.insertBlock()
            cursor.setBlockFormat(block)
            cursor.insertText(line, self._format(mono=True))

    def _draw_rows(self, cursor: QTextCursor) -> None:
        form = QTextTableFormat()
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        form.setBorder(0)
        form.setCellPadding(0)
        form.setCellSpacing(0)
        percent = QTextLength.Type.PercentageLength
        widths = [100] if self._narrow else [27, 73]
        form.setColumnWidthConstraints([QTextLength(percent, width) for width in widths])
        form.setWidth(QTextLength(percent, 100))
        cursor.setBlockFormat(_flat())
        cursor.setBlockCharFormat(_tiny())
        table = cursor.insertTable(len(self._rows), len(widths), form)
        last = QTextCursor(self.document())
        last.movePosition(QTextCursor.MoveOperation.End)
        last.setBlockFormat(_flat())
        last.setBlockCharFormat(_tiny())
        rule = QTextTableCellFormat()
        rule.setBottomBorder(1)
        rule.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        rule.setBottomBorderBrush(self.palette().brush(_RULE))
        rule.setTopPadding(5)
        rule.setBottomPadding(5)
        rule.setRightPadding(12)
        for i, (label, value, beside) in enumerate(self._rows):
            for column in range(len(widths)):
                table.cellAt(i, column).setFormat(rule)
            name = table.cellAt(i, 0).firstCursorPosition()
            name.insertText(label, self._format(quiet=True))
            place = name if self._narrow else table.cellAt(i, 1).firstCursorPosition()
            if self._narrow:
                place.insertBlock()
            if beside:
                place.insertText(beside, self._format())
                place.insertBlock()
            place.insertText(value, self._format(mono=_CODE.fullmatch(value) is not None, quiet=bool(beside)))

    def _format(self, *, mono: bool = False, quiet: bool = False) -> QTextCharFormat:
        form = QTextCharFormat()
        font = QFont(self.font())
        if mono:
            font.setFamilies([MONO, SIGNS])
            font.setPointSizeF(self.font().pointSizeF() * 0.94)
        form.setFont(font)
        form.setForeground(self.palette().color(_QUIET if quiet else _INK))
        return form


def _flat() -> QTextBlockFormat:
    """The form of the empty blocks that Qt keeps before and after a table: no height."""
    block = QTextBlockFormat()
    block.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return block


def _tiny() -> QTextCharFormat:
    """Letters of no height, for the same blocks."""
    form = QTextCharFormat()
    form.setFontPointSize(1)
    return form
