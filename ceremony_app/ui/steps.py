"""The list of acts and steps at the left: where the ceremony stands, and a way to look elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ceremony_app.core.script import Step
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.outline import Line, Status
from ceremony_app.ui.theme import Role

LINE = Qt.ItemDataRole.UserRole + 1
_SIGNS = ("✓ done", "▶ now", "○ to do", "⚠ deviation", "✗ failed", "\N{MINUS SIGN} not held", "▲ cannot be undone")
LEGEND = "   ".join(sign.replace(" ", "\u00a0") for sign in _SIGNS)
"""What the signs mean; each stays on one line with its word."""

Index = QModelIndex | QPersistentModelIndex


class StepModel(QAbstractListModel):
    """The outline as a flat list; only what changed is announced to the view."""

    def __init__(self, lines: tuple[Line, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines

    def show(self, lines: tuple[Line, ...]) -> None:
        """Take the newer outline; the steps themselves never change."""
        old, self._lines = self._lines, lines
        for row, (before, after) in enumerate(zip(old, lines, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The number of lines; a flat list has no children."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The line for the delegate, its text for everyone else."""
        line = self._lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{line.number}  {line.title}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return line.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return f"{line.number}  {line.title}: {line.status.word}"
            case _ if role == LINE:
                return line
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Steps can be looked at; acts are headings."""
        line = self._lines[index.row()]
        usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usable if line.step is not None else Qt.ItemFlag.ItemIsEnabled

    def act_of(self, row: int) -> int:
        """The row of the act that a step belongs to."""
        return next((i for i in range(row, -1, -1) if self._lines[i].step is None), 0)

    def row_of(self, step: Step) -> int:
        """The row of a step, or -1."""
        return next((row for row, line in enumerate(self._lines) if line.step is step or line.step == step), -1)


class StepDelegate(QStyledItemDelegate):
    """Sign, number, title; the current step on a filled ground, and the word beside what went otherwise."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line of text and some air; acts have more above."""
        del option
        line = index.data(LINE)
        height = QFontMetrics(self._appearance.chrome(Role.QUIET)).height()
        return QSize(40, int(height * (2.0 if isinstance(line, Line) and line.step is None else 1.62)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a line."""
        line = index.data(LINE)
        if not isinstance(line, Line):
            return
        rect: QRect = option.rect
        state = option.state
        painter.save()
        if line.step is None:
            self._paint_act(painter, rect, line)
        else:
            self._paint_step(painter, rect, line, looked_at=bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_act(self, painter: QPainter, rect: QRect, line: Line) -> None:
        theme = self._appearance.theme
        painter.setFont(self._appearance.chrome(Role.QUIET, bold=True))
        painter.setPen(QColor(theme.ink))
        place = rect.adjusted(14, int(rect.height() * 0.22), -8, 0)
        sign = "" if line.status is Status.TO_DO else f"   {line.status.sign}" if line.status is not Status.NOW else ""
        text = QFontMetrics(painter.font()).elidedText(
            f"{line.number}  {line.title}{sign}", Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_step(self, painter: QPainter, rect: QRect, line: Line, *, looked_at: bool) -> None:
        theme, now = self._appearance.theme, line.status is Status.NOW
        ink = QColor(theme.on_current if now else theme.ink if line.status is not Status.TO_DO else theme.quiet)
        box = rect.adjusted(8, 1, -8, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if now:
            painter.setBrush(QColor(theme.current))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 5, 5)
        elif looked_at:
            painter.setBrush(QColor(theme.surface))
            painter.setPen(QColor(theme.edge))
            painter.drawRoundedRect(box, 5, 5)
        font = self._appearance.chrome(Role.QUIET, bold=now)
        painter.setFont(font)
        painter.setPen(ink)
        metrics = QFontMetrics(font)
        sign_width, number_width = metrics.horizontalAdvance("⚠ "), metrics.horizontalAdvance("00.00 ")
        middle = Qt.AlignmentFlag.AlignVCenter
        sign = box.adjusted(8, 0, 0, 0)
        number = sign.adjusted(sign_width + 6, 0, 0, 0)
        title = number.adjusted(number_width, 0, -6, 0)
        painter.drawText(sign, middle, line.status.sign)
        painter.drawText(number, middle, line.number)
        mark = f" ×{line.attempts}" if line.attempts > 1 else ""
        mark += " ▲" if line.irreversible else ""
        if mark:
            painter.drawText(title, middle | Qt.AlignmentFlag.AlignRight, mark)
            title.adjust(0, 0, -metrics.horizontalAdvance(mark) - 4, 0)
        painter.drawText(title, middle, metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, title.width()))


class StepList(QListView):
    """The list; the arrow keys look at other steps, which changes nothing. `looked_at` carries the step."""

    looked_at = Signal(object)

    def __init__(self, lines: tuple[Line, ...], appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = StepModel(lines, self)
        self.setModel(self._model)
        self.setItemDelegate(StepDelegate(appearance, self))
        self.setAccessibleName("Steps")
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(False)
        self.selectionModel().currentChanged.connect(self._moved)
        self._quiet = False

    def show_lines(self, lines: tuple[Line, ...], now: Step | None) -> None:
        """Show how things stand, with the current step in sight; nothing is looked at by that."""
        self._model.show(lines)
        if now is not None:
            self.point_at(now)

    def point_at(self, step: Step) -> None:
        """Move the mark to a step without looking at it."""
        row = self._model.row_of(step)
        index = self._model.index(max(row, 0))
        self._quiet = True
        self.setCurrentIndex(index)
        self._quiet = False
        self._keep_in_sight()

    def again(self) -> None:
        """Lay the lines out for a new text size."""
        self.doItemsLayout()
        self._keep_in_sight()
        self.viewport().update()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint the lines again where they are; a list would lay all of them out, but no line changes its height."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The current step stays in sight."""
        super().resizeEvent(event)
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        """Scroll so that the current step is seen, with its act and what comes after it where there is room."""
        row = self.currentIndex().row()
        for near in (self._model.act_of(row), min(row + 2, self._model.rowCount() - 1), row):
            self.scrollTo(self._model.index(near), QListView.ScrollHint.EnsureVisible)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses nothing here."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _moved(self, current: QModelIndex) -> None:
        line = current.data(LINE)
        if not self._quiet and isinstance(line, Line) and line.step is not None:
            self.looked_at.emit(line.step)
