"""The sign-off: people read what will be done or what came of it, and each signs the exact text that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ceremony_app.core.events import SignOff, Verdict
from ceremony_app.core.prompts import Approve
from ceremony_app.core.rules import Refused
from ceremony_app.ui.blocks import evidence, ruled, section
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.correctable import correctable
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import correcting, script, tries, unsaid
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone, pin_name, role_title
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.text import Text, caption
from ceremony_app.ui.theme import SPACE, Role

_NOBODY = "Choose who signs. Then the text that is signed stands here, to its last letter."
_BEFORE = "The quorum that decides on deviations must sign as well before this is done."
_ABOUT = "The rows above are covered by shown-sha256. These are the bytes that are signed, all of them:"


class ApprovePage(StepPage):
    """Rows, then the statement, then who signs and with which PIN; to agree and not to agree are equal buttons."""

    def __init__(self, presenter: Presenter, prompt: Approve, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent, warn=prompt.purpose == "go")
        self._prompt = prompt
        self._verdict: Verdict = "AGREE"
        self._seen = False
        self._signer = ""
        self._seats = Text("", parent=self)
        self.open_foot().addWidget(self._seats)
        if prompt.purpose == "go":
            self._warn()
        script(self.body, prompt.step, self)
        title = "What will be done" if prompt.purpose == "go" else "What is attested"
        rows = unsaid(prompt.rows)
        self._rows = evidence(self.body, title, self.view.lines(rows), self) if rows else None
        if prompt.purpose == "result" and correctable(self.view):
            correcting(self.body, self)
        section(self.body, "What is signed", self)
        self._about = Text("", Role.QUIET, parent=self)
        self.body.addWidget(self._about)
        self._statement = Sheet("The statement that is signed", self)
        self.body.addWidget(self._statement)
        self.body.addStretch(1)
        self._who = Chooser("I am", self)
        self._pin = SecretEntry("Ceremony PIN", self)
        strip = QHBoxLayout()
        strip.setSpacing(SPACE)
        strip.addWidget(caption("I am", self._who, beside=True))
        strip.addWidget(self._who, 3)
        strip.addWidget(caption("My PIN", self._pin, beside=True))
        strip.addWidget(self._pin, 2)
        self.foot.addLayout(strip)
        self._who.currentIndexChanged.connect(self._other_person)
        self._pin.changed.connect(self.altered)
        self.pane.verticalScrollBar().valueChanged.connect(self._look_for_end)
        self.pane.verticalScrollBar().rangeChanged.connect(self._look_for_end)
        self.offer_samples(self._fill)
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """Two of equal size: the one who signs agrees, or does not."""
        if self._verdict == "DISAGREE":
            return (
                Deed("Sign that I do not agree", self._sign, "equal"),
                Deed("Return to the other text", lambda: self._turn("AGREE"), "equal", anyway=True),
            )
        return (
            Deed("Agree and sign", self._sign, "equal"),
            Deed("I do not agree", lambda: self._turn("DISAGREE"), "equal", anyway=True),
        )

    def gaps(self) -> tuple[Gap, ...]:
        """Who signs, the text read to its end, the PIN."""
        found = []
        if not self._who.value():
            found.append(Gap("who signs", self._who))
        elif not self._seen:
            found.append(Gap("the text read to its end (Page Down)", self.pane))
        if self._pin.is_empty():
            found.append(Gap("the PIN", self._pin))
        return tuple(found)

    def needed(self) -> tuple[str, ...]:
        """What is missing in the form; when nothing is, the signatures that the quorum still needs."""
        return tuple(gap.text for gap in self.gaps()) or self.view.prompt.needed

    def first(self) -> QWidget:
        """The heading: what is signed is read first."""
        return self.heading

    def refresh(self) -> None:
        """Somebody signed, or something was recorded: another text is signed now."""
        if isinstance(self.view.prompt, Approve):
            self._prompt = self.view.prompt
        if self._rows is not None:
            self._rows.show_rows(self.view.lines(unsaid(self._prompt.rows)))
        self._show_seats()
        candidates = self._candidates()
        invitation = "" if len(candidates) == 1 else "choose your name"
        self._who.offer([(f"{p.number} {role}", self._called(p, role)) for p, role in candidates], invitation)
        self._show_statement()

    def is_empty(self) -> bool:
        """Whether no PIN was begun."""
        return self._pin.is_empty()

    def _warn(self) -> None:
        """What is done only with the quorum of deviations, such as the last try of a PIN."""
        grave = self._prompt.run.grave
        told = tries(self.body, self._prompt.rows, self, _BEFORE if grave else "")
        if grave and not told:
            self.body.addWidget(ruled("▲  This is more than the script asks for.", _BEFORE, self))

    def _called(self, person: Someone, role: str) -> str:
        return f"{person.name}, {role_title(self.view.plan, role)}"

    def _candidates(self) -> list[tuple[Someone, str]]:
        """Who could still sign, and as what; the rules have the last word."""
        signed = {s.person for s in self._prompt.run.signed(self._prompt.purpose)}
        return [
            (person, role)
            for role in self._prompt.missing
            for person in self.view.here()
            if role in person.roles and person.number not in signed
        ]

    def _chosen(self) -> tuple[Someone, str] | None:
        number, _, role = self._who.value().partition(" ")
        return next(((p, r) for p, r in self._candidates() if str(p.number) == number and r == role), None)

    def _show_seats(self) -> None:
        """Who has signed, and whose signature is still needed."""
        given = [s for s in self._prompt.run.signed(self._prompt.purpose) if s.decision == "AGREE"]
        plan, quorum = self.view.plan, self._prompt.quorum
        parts = [f"✓ {role_title(plan, s.role)}: {self.view.named(s.person)}{self._at(s)}" for s in given]
        parts += [f"○ {f'{n} × ' if n > 1 else ''}{role_title(plan, role)}" for role, n in self._prompt.missing.items()]
        self._seats.setText(f"Signed {len(given)} of {sum(quorum.values())}:   {'    '.join(parts)}")

    def _at(self, signoff: SignOff) -> str:
        utc = next((entry.utc for entry in self._prompt.run.entries if entry.event is signoff), "")
        return f", {utc[11:19]} UTC" if utc else ""

    def _show_statement(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            self._about.setText(_NOBODY)
            self._statement.hide()
        else:
            person, role = chosen
            self._about.setText(_ABOUT)
            text = self.presenter.desk.statement(person.number, role, self._prompt.purpose, self._verdict)
            if text != self._statement.shown_text() or not self._statement.isVisibleTo(self):
                self._statement.show_text(text)
                self._seen = False
            self._statement.show()
            self._pin.setAccessibleName(pin_name(person.method))
        self.altered.emit()

    def _look_for_end(self) -> None:
        """The end has been seen when the scroll bar stands at its end (or there is nothing to scroll)."""
        bar = self.pane.verticalScrollBar()
        if not self._seen and self._chosen() is not None and bar.value() >= bar.maximum() - 2:
            self._seen = True
            self.altered.emit()

    def _other_person(self) -> None:
        """Another person is at the keyboard: nothing of the one before stays, neither the PIN nor a refusal begun."""
        self._pin.wipe()
        if self._signer:
            self._verdict = "AGREE"
        self._signer = self._who.value()
        self._show_statement()

    def _turn(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._show_statement()

    def _fill(self) -> None:
        candidates = self._candidates()
        if self._chosen() is None and candidates:
            person, role = candidates[0]
            self._who.choose(f"{person.number} {role}")
        chosen = self._chosen()
        if chosen is not None:
            self._pin.fill(self.presenter.cast.pin(chosen[0].number))
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sign(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            person, role = chosen
            shown, pin = self._statement.shown_text(), self._pin.take()
            desk = self.presenter.desk
            self.send(desk.sign(person.number, role, self._prompt.purpose, self._verdict, pin, shown), self._signed)

    def _signed(self, refused: Refused | None) -> None:
        if refused is not None:
            self._pin.setFocus()
            return
        self._verdict = "AGREE"
        self._who.choose("")
        self.refresh()
        self.pane.verticalScrollBar().setValue(0)
        self.heading.setFocus()
