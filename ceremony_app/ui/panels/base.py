"""What every panel is: a page over the page, that can be left without losing what lies below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ceremony_app.core.rules import Refused
from ceremony_app.ui.pages.base import Deed, Page
from ceremony_app.ui.presenter import Presenter


class Panel(Page):
    """Takes the place of the step area while it is open; Esc leaves it only while it is empty."""

    def __init__(
        self, presenter: Presenter, title: str, leave: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(presenter, title, parent)
        self._leave = leave

    def deeds(self) -> tuple[Deed, ...]:
        """Leave."""
        step = self.view.step
        words = f"Return to step {step.number}" if step else "Return to the ceremony"
        return (Deed(words, self._leave, "equal", anyway=True),)

    def needed(self) -> tuple[str, ...]:
        """What is missing in the panel."""
        return tuple(gap.text for gap in self.gaps())

    def leave_if_done(self, refused: Refused | None) -> None:
        """Leave when the wish was granted; what was typed stays when it was not."""
        if refused is None:
            self._leave()
