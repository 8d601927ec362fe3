"""Where a holder types a share: five rows, each judged as soon as it is left, and named where it cannot be right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.secret import Secret
from ceremony_app.ui.announce import announce
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.sharerow import SHOW_KEY_NAME, WORDS, ShareRow
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, Role

ROWS = 5

_HOW = (
    "Four words and the check word in each row, blanks between. "
    "Enter goes on, Ctrl+Backspace takes back a word, Delete the row."
)
_ALSO = (
    "The first four letters of a word suffice. "
    "What is typed is wiped when it is sent, and when anything else is shown over this page."
)
_FITS, _WRONG = "✓ fits", "✗ not right"


class ShareEntry(QWidget):
    """`fault` says why a row cannot be right, in a sentence, or nothing; what it is given is erased here.

    `altered` comes with every change, also of a verdict.
    """

    altered = Signal()

    def __init__(self, fault: Callable[[int, Secret], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fault = fault
        self._rows = [ShareRow(number, self) for number in range(1, ROWS + 1)]
        self._verdicts: list[str | None] = [None] * ROWS
        self._counters: list[Text] = []
        self._faults: list[Text] = []
        self._last = self._rows[0]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(Text(_HOW, Role.QUIET, parent=self))
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP + 2)
        grid.setVerticalSpacing(GAP - 4)
        grid.setColumnStretch(1, 1)
        for i, row in enumerate(self._rows):
            self._add(grid, i, row)
        column.addLayout(grid)
        self._show = Button("Show the row while held", self._nothing, "plain", self, key=SHOW_KEY_NAME)
        self._show.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard in the row
        self._show.pressed.connect(lambda: self._here().show_letters(on=True))
        self._show.released.connect(lambda: self._here().show_letters(on=False))
        below = QHBoxLayout()
        below.addWidget(self._show, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(Text(_ALSO, Role.QUIET, parent=self), 1)
        column.addLayout(below)

    def first(self) -> QWidget:
        """The first row that is not right yet."""
        return next(
            (row for row, verdict in zip(self._rows, self._verdicts, strict=True) if verdict != ""), self._rows[-1]
        )

    def gaps(self) -> tuple[Gap, ...]:
        """The rows that are not whole, or cannot be right."""
        found = []
        for row, verdict in zip(self._rows, self._verdicts, strict=True):
            count = row.words()
            if verdict:
                found.append(Gap(f"row {row.number}, typed again", row))
            elif verdict is None and count != WORDS:
                more = f" ({count} of {WORDS} words)" if count else ""
                found.append(Gap(f"row {row.number}{more}", row))
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return all(row.is_empty() for row in self._rows)

    def stands(self) -> bool:
        """Whether no row is known to be wrong, after those were judged that were not; else one has the keyboard."""
        for row in self._rows:
            self._judge(row)
        wrong = next((row for row, verdict in zip(self._rows, self._verdicts, strict=True) if verdict != ""), None)
        if wrong is not None:
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)
        return wrong is None

    def take(self) -> Secret:
        """Hand over the rows, each ended by LF, and be empty again."""
        rows = [row.take() for row in self._rows]
        whole = bytearray(sum(len(row) + 1 for row in rows))
        place = 0
        for row in rows:
            whole[place : place + len(row)] = row.reveal()
            place += len(row) + 1
            whole[place - 1] = ord("\n")
            row.erase()
        secret = Secret(whole)
        whole[:] = bytes(len(whole))
        return secret

    def wipe(self) -> None:
        """Overwrite what was typed."""
        for row in self._rows:
            row.wipe()

    def fill(self, sheet: Secret) -> None:
        """Put in a rehearsal's sample: rows parted by LF."""
        self.wipe()
        for row, line in zip(self._rows, sheet.reveal().split(b"\n"), strict=False):
            row.fill(Secret(line.strip()))
            self._judge(row)

    def _add(self, grid: QGridLayout, i: int, row: ShareRow) -> None:
        name = Text(f"Row {row.number}", Role.LEAD, wrap=False, parent=self)
        name.setBuddy(row)
        counter, fault = Text("", wrap=False, parent=self), Text("", parent=self)
        fault.hide()
        self._counters.append(counter)
        self._faults.append(fault)
        grid.addWidget(name, 2 * i, 0)
        grid.addWidget(row, 2 * i, 1)
        grid.addWidget(counter, 2 * i, 2)
        grid.addWidget(fault, 2 * i + 1, 1, 1, 2)
        row.changed.connect(partial(self._typing, i))
        row.moved_on.connect(partial(self._go_on, row))
        row.left.connect(partial(self._leave, row))
        self._tell(i)

    def _typing(self, i: int) -> None:
        """While a row is typed nothing is said of its being right."""
        self._verdicts[i] = None
        self._tell(i)
        self.altered.emit()

    def _leave(self, row: ShareRow) -> None:
        self._last = row
        self._judge(row)

    def _here(self) -> ShareRow:
        """The row that has the keyboard, or had it last."""
        return next((row for row in self._rows if row.hasFocus()), self._last)

    def _go_on(self, row: ShareRow) -> None:
        """Enter: to the following row that is not right yet, wherever it stands; with none left it stays."""
        self._judge(row)
        after = [*self._rows[row.number :], *self._rows[: row.number - 1]]
        following = next((one for one in after if self._verdicts[one.number - 1] != ""), None)
        if following is not None:
            following.setFocus(Qt.FocusReason.TabFocusReason)

    def _judge(self, row: ShareRow) -> None:
        """Have a row judged in which something was typed since."""
        i = row.number - 1
        if self._verdicts[i] is not None or row.is_empty():
            return
        typed = row.copy()
        verdict = self._fault(row.number, typed)
        typed.erase()
        self._verdicts[i] = verdict
        self._tell(i)
        announce(self, verdict or f"Row {row.number} fits its check word.", urgent=bool(verdict))
        self.altered.emit()

    def _tell(self, i: int) -> None:
        """What stands beside a row: how many words, or whether they fit; below it, why they do not."""
        verdict = self._verdicts[i]
        counted = f"{self._rows[i].words()} of {WORDS} words"
        self._counters[i].setText(counted if verdict is None else _WRONG if verdict else _FITS)
        self._faults[i].setText(f"✗ {verdict}" if verdict else "")
        self._faults[i].setVisible(bool(verdict))

    def _nothing(self) -> None:
        """Holding the button shows the row; pressing it does nothing else."""
