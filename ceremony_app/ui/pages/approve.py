"""The sign-off: people read what will be done or what came of it, and each signs the exact text that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.events import SignOff, Verdict
from ceremony_app.core.prompts import Approve
from ceremony_app.core.rules import Refused
from ceremony_app.ui.blocks import evidence, ruled, section
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.correctable import correctable
from ceremony_app.ui.dissent import Dissent
from ceremony_app.ui.means import Means
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import correcting, script, tries, unsaid
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone, role_title
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.slip import Slip
from ceremony_app.ui.text import Text, caption
from ceremony_app.ui.theme import SPACE, Role
from ceremony_app.ui.waiting import able

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
        self._slip = Slip(presenter, self)
        self.body.addWidget(self._slip)
        self.body.addStretch(1)
        self._dissent = Dissent(presenter, self)
        self._dissent.altered.connect(self.altered)
        self.foot.addWidget(self._dissent)
        self._who = Chooser("I am", self)
        self._means = Means(presenter, self)
        strip = QHBoxLayout()
        strip.setSpacing(SPACE)
        who, row = QVBoxLayout(), QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(caption("I am", self._who, beside=True))
        row.addWidget(self._who, 1)
        who.addLayout(row)
        who.addStretch(1)
        strip.addLayout(who, 1)
        strip.addWidget(self._means, 1)
        self.foot.addLayout(strip)
        self._who.currentIndexChanged.connect(self._other_person)
        self._means.altered.connect(self.altered)
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
        return (*self._dissent.gaps(), *found, *self._means.gaps())

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
        self._offer()
        self._show_statement()

    def is_empty(self) -> bool:
        """Whether no PIN was begun."""
        return self._means.is_empty()

    def _warn(self) -> None:
        """What is done only with the quorum of deviations, such as the last try of a PIN."""
        grave = self._prompt.run.grave
        told = tries(self.body, self._prompt.rows, self, _BEFORE if grave else "")
        if grave and not told:
            self.body.addWidget(ruled("▲  This is more than the script asks for.", _BEFORE, self))

    def _called(self, person: Someone, role: str) -> str:
        return f"{person.name}, {role_title(self.view.plan, role)}"

    def _offer(self) -> None:
        """The names to choose from."""
        candidates = self._candidates()
        invitation = "" if len(candidates) == 1 else "choose your name"
        self._who.offer([(f"{p.number} {role}", self._called(p, role)) for p, role in candidates], invitation)

    def _candidates(self) -> list[tuple[Someone, str]]:
        """Who could still sign, and as what; whoever does not agree can say so when enough others have agreed, too."""
        roles = self._prompt.quorum if self._verdict == "DISAGREE" else self._prompt.missing
        able_to = {role: able(self.view, self._prompt, role) for role in roles}
        return [(one, role) for role in roles for one in self.view.here() if one.number in able_to[role]]

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
        wanted = (chosen[0].number, chosen[1], self._prompt.purpose, self._verdict) if chosen is not None else None
        self._slip.offer(wanted)
        self._means.show_person(chosen[0] if chosen is not None else None)
        self.altered.emit()

    def _look_for_end(self) -> None:
        """The end has been seen when the scroll bar stands at its end (or there is nothing to scroll)."""
        bar = self.pane.verticalScrollBar()
        if not self._seen and self._chosen() is not None and bar.value() >= bar.maximum() - 2:
            self._seen = True
            self.altered.emit()

    def _other_person(self) -> None:
        """Another person is at the keyboard: nothing of the one before stays, neither the PIN nor a refusal begun."""
        begun = self._signer and not (self._dissent.is_empty() and self._means.is_empty())
        self._means.wipe()
        if begun and self._verdict == "DISAGREE":
            self._turn("AGREE")
        self._signer = self._who.value()
        self._show_statement()

    def _turn(self, verdict: Verdict) -> None:
        """To the other text; to disagree, a sentence is asked for as well."""
        self._verdict = verdict
        self._offer()
        self._dissent.ask(asked=verdict == "DISAGREE")
        self._show_statement()

    def _fill(self) -> None:
        candidates = self._candidates()
        if self._chosen() is None and candidates:
            person, role = candidates[0]
            self._who.choose(f"{person.number} {role}")
        self._means.fill()
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sign(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            person, role = chosen
            shown, file, pin = self._statement.shown_text(), self._means.file(), self._means.take()
            desk, purpose, verdict = self.presenter.desk, self._prompt.purpose, self._verdict

            def sign(refused: Refused | None = None) -> None:
                if refused is None:
                    self.send(desk.sign(person.number, role, purpose, verdict, pin, shown), signed)
                    return
                if pin is not None:
                    pin.erase()
                self._signed(refused)

            def signed(refused: Refused | None) -> None:
                if refused is None and verdict == "DISAGREE":
                    self._dissent.open_deviation(person, role_title(self.view.plan, role))
                self._signed(refused)

            if file is None:
                sign()
            else:  # a restart has put the key file away
                self.send(desk.present(person.number, file), sign)

    def _signed(self, refused: Refused | None) -> None:
        if refused is not None:
            self._means.refused()
            return
        self._verdict = "AGREE"
        self._dissent.ask(asked=False)
        self._who.choose("")
        self.refresh()
        self.pane.verticalScrollBar().setValue(0)
        self.heading.setFocus()
