"""A read-only block of evidence: rows of label and value, or a text line by line, wrapped anywhere, selectable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QFont,
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


class Sheet(QTextEdit):
    """As high as what it holds; never scrolls by itself, never takes markup."""

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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)
        self._rows: Lines = ()
        self._text = ""
        self._narrow = False

    def show_rows(self, rows: Lines) -> None:
        """Show rows of label and value."""
        if (rows, "") != (self._rows, self._text):
            self._rows, self._text = tuple(rows), ""
            self._draw()

    def show_text(self, text: str) -> None:
        """Show a text exactly, line by line, in the font of fixed width."""
        if ((), text) != (self._rows, self._text):
            self._rows, self._text = (), text
            self._draw()

    def shown_text(self) -> str:
        """The text that is shown line by line, or empty."""
        return self._text

    def sizeHint(self) -> QSize:
        """The height that was fixed, and any width."""
        return QSize(200, self.height())

    def minimumSizeHint(self) -> QSize:
        """It wraps, so it needs no width of its own."""
        return QSize(80, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the new width."""
        super().resizeEvent(event)
        narrow = self._is_narrow()
        if narrow is not self._narrow:
            self._draw()
        else:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the new font or colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._draw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def _is_narrow(self) -> bool:
        return self.viewport().width() < _NARROW_EMS * self.fontMetrics().averageCharWidth()

    def _fit(self) -> None:
        document = self.document()
        document.setTextWidth(self.viewport().width())
        height = int(document.size().height()) + self.height() - self.viewport().height()
        if height != self.height():
            self.setFixedHeight(max(height, 1))

    def _draw(self) -> None:
        self._narrow = self._is_narrow()
        document = self.document()
        document.setDefaultFont(self.font())
        document.clear()
        cursor = QTextCursor(document)
        if self._rows:
            self._draw_rows(cursor)
        elif self._text:
            self._draw_text(cursor)
        self._fit()

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
        rule.setBottomBorderBrush(self.palette().brush(QPalette.ColorRole.Mid))
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
        role = QPalette.ColorRole.PlaceholderText if quiet else QPalette.ColorRole.Text
        form.setForeground(self.palette().color(role))
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
