"""Pages outside the steps: before a ceremony is open, and after it was closed."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from ceremony_app.core.prompts import Closed, NotOpen
from ceremony_app.ui.blocks import evidence, section
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.pages.base import Deed, Page
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role


class NotOpenPage(Page):
    """There is nothing to do yet."""

    def __init__(self, presenter: Presenter, prompt: NotOpen, parent: QWidget | None = None) -> None:
        del prompt
        super().__init__(presenter, "No ceremony is open", parent)
        self.body.addWidget(Text("The first entry of the journal is being written.", parent=self))
        self.body.addStretch(1)


class ClosedPage(Page):
    """What the ceremony ended with, where the record lies, and how anybody checks it."""

    def __init__(self, presenter: Presenter, prompt: Closed, parent: QWidget | None = None) -> None:
        state = presenter.view.state
        count = len(state.problems)
        deviations = f" with {count} deviation{'s' if count > 1 else ''}" if count else ""
        outcome = "completed" if prompt.outcome == "completed" else "aborted"
        super().__init__(presenter, f"The ceremony is {outcome}{deviations}", parent)
        self._making = Text("", Role.LEAD, parent=self)
        self.body.addWidget(self._making)
        folder = presenter.desk.folder
        rows = (
            ("Folder", str(folder), ""),
            ("Record", "record.pdf", ""),
            ("Journal", f"journal.jsonl, {state.length} entries", ""),
            ("Manifest", "manifest-sha256.txt", ""),
            ("Files made", str(len(state.artifacts)), ""),
        )
        evidence(self.body, "Where everything lies", rows, self)
        checks = (
            ("With this program", f"ceremony verify {folder}", ""),
            ("Without it", "python3 -I -S verify_journal.py", ""),
        )
        evidence(self.body, "How it is checked", checks, self)
        section(self.body, "The journal's last head", self)
        self.body.addWidget(HashBlock(state.head, parent=self))
        self.body.addStretch(1)
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """Leave, once the record is made."""
        if self.presenter.desk.working() is not None:
            return ()
        return (Deed("Close this window", _leave),)

    def needed(self) -> tuple[str, ...]:
        """The record, while it is made."""
        return ("the record",) if self.presenter.desk.working() is not None else ()

    def refresh(self) -> None:
        """The record is being made, or it is there."""
        working = self.presenter.desk.working()
        made = (self.presenter.desk.folder / "record.pdf").exists()
        if working is not None:
            self._making.setText(f"Please wait: {working.call}.")
        else:
            self._making.setText(
                "✓  The record is made." if made else "The record is not there. Make it: ceremony record"
            )
        self.altered.emit()


def _leave() -> None:
    QApplication.closeAllWindows()
