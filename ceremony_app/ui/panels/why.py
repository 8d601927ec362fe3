"""F1: why this step is held, what it meets, and what to do when it fails."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ceremony_app.ui.blocks import doing, evidence, section
from ceremony_app.ui.panels.base import Panel
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.text import Text

KEYS = (
    ("Ctrl+Return", "what comes next (the button at the lower right)", ""),
    ("F8, F9", "open a deviation; pause the ceremony", ""),
    ("F7", "who is here, and who leaves", ""),
    ("F6", "go from one region of the window to the next", ""),
    ("Ctrl+G", "return to the current step", ""),
    ("Ctrl + and Ctrl -, Ctrl 0", "text size", ""),
    ("Ctrl+T", "light or high contrast", ""),
    ("Enter", "the next field; it never presses a button", ""),
    ("Esc", "leave a panel in which nothing was entered", ""),
)


class WhyPanel(Panel):
    """The definition's own words about the step, and the keys of the window."""

    def __init__(self, presenter: Presenter, leave: Callable[[], None], parent: QWidget | None = None) -> None:
        view = presenter.view
        step = view.step
        title = f"Why step {step.number}, {step.title}" if step else "About this window"
        super().__init__(presenter, title, leave, parent)
        if step is not None:
            self.body.addWidget(Text(step.why or "The definition gives no reason for this step.", parent=self))
            roles = view.plan.definition.roles
            rows = [("Kind", step.kind, ""), ("Id", step.id, "")]
            rows += [("By", role_title(view.plan, step.who), "")] if step.who else []
            rows += [("Meets", clause, "") for clause in step.meets]
            rows += [("Requires", fact.told(), "") for fact in step.requires]
            rows += [("Duty", duty, "") for duty in (roles[step.who].duties if step.who in roles else ())]
            evidence(self.body, "This step", rows, self)
            if step.on_failure:
                section(self.body, "If it fails", self)
                self.body.addWidget(doing(step.on_failure, self))
        evidence(self.body, "Keys", KEYS, self)
        self.body.addStretch(1)
