"""Which page shows which prompt, and when two prompts are the same page with newer contents."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from PySide6.QtWidgets import QWidget

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Reconcile
from ceremony_app.ui.pages.approve import ApprovePage
from ceremony_app.ui.pages.base import Page
from ceremony_app.ui.pages.busy import BusyPage
from ceremony_app.ui.pages.clock import ClockPage
from ceremony_app.ui.pages.ends import ClosedPage, NotOpenPage
from ceremony_app.ui.pages.enrolment import EnrolmentPage
from ceremony_app.ui.pages.enter import EnterPage
from ceremony_app.ui.pages.halted import HaltedPage
from ceremony_app.ui.pages.handover import HandOverPage
from ceremony_app.ui.pages.inspect import InspectPage
from ceremony_app.ui.pages.people import EnrolAgainPage, PausedPage
from ceremony_app.ui.pages.perform import PerformPage
from ceremony_app.ui.pages.read import ReadPage
from ceremony_app.ui.pages.rows import TypeRowsPage, WriteRowsPage
from ceremony_app.ui.pages.simple import ConclusionPage, FixTheHeadPage
from ceremony_app.ui.presenter import Presenter

Identity: TypeAlias = tuple[str | int, ...]


def page_for(presenter: Presenter, prompt: p.AnyPrompt, parent: QWidget) -> Page:
    """A new page for a prompt."""
    match prompt:
        case p.Read():
            return ReadPage(presenter, prompt, parent)
        case p.Enter():
            return EnterPage(presenter, prompt, parent)
        case p.Enrolment():
            return EnrolmentPage(presenter, prompt, parent)
        case p.TypeTime():
            return ClockPage(presenter, prompt, parent)
        case p.Preparing() | p.Busy():
            return BusyPage(presenter, prompt, parent)
        case p.Approve():
            return ApprovePage(presenter, prompt, parent)
        case p.Perform():
            return PerformPage(presenter, prompt, parent)
        case p.HandOver():
            return HandOverPage(presenter, prompt, parent)
        case p.Inspect():
            return InspectPage(presenter, prompt, parent)
        case p.WriteRows():
            return WriteRowsPage(presenter, prompt, parent)
        case p.TypeRows():
            return TypeRowsPage(presenter, prompt, parent)
        case p.FixTheHead():
            return FixTheHeadPage(presenter, prompt, parent)
        case p.Conclusion():
            return ConclusionPage(presenter, prompt, parent)
        case p.Halted():
            return HaltedPage(presenter, prompt, parent)
        case p.EnrolAgain():
            return EnrolAgainPage(presenter, prompt, parent)
        case p.Paused():
            return PausedPage(presenter, prompt, parent)
        case p.NotOpen():
            return NotOpenPage(presenter, prompt, parent)
        case p.Closed():
            return ClosedPage(presenter, prompt, parent)
        case _:
            assert_never(prompt)


def identity(prompt: p.AnyPrompt) -> Identity:
    """Two prompts of one identity are shown by one page, which keeps what was typed."""
    kind = type(prompt).__name__
    match prompt:
        case p.EnrolAgain() | p.Paused() | p.NotOpen() | p.Closed():
            return (kind,)
        case p.Enter():
            own: tuple[str | int, ...] = (prompt.item,)
        case p.Approve():
            own = (prompt.purpose, len(prompt.rows))
        case p.Perform():
            own = (len(prompt.failed), len(prompt.run.calls))
        case p.HandOver():
            own = (prompt.stage.whose, prompt.index, prompt.holder or 0)
        case p.Busy():
            own = (prompt.call,) if prompt.of else (prompt.call, len(prompt.run.calls))
        case p.Inspect():
            own = (
                prompt.op,
                len(prompt.run.of(Reconcile)),
                len(prompt.secrets),
                int(prompt.at_token),
                len(prompt.shares),
            )
        case p.TypeRows():
            own = prompt.drawn
        case p.WriteRows():
            own = (prompt.digest,)
        case p.Halted():
            own = (prompt.why, prompt.problem.opened.deviation if prompt.problem else 0)
        case p.Read() | p.Enrolment() | p.TypeTime() | p.Preparing() | p.FixTheHead() | p.Conclusion():
            own = ()
        case _:
            assert_never(prompt)
    return (kind, prompt.run.id, prompt.run.attempt, *own)
