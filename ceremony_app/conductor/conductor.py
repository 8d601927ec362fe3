"""The room's counterpart: takes wishes, has them decided and written, and does what the room agreed to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Final, Literal

from ceremony_app.actions.base import Concern, Context
from ceremony_app.conductor.answering import answer_to, correction_of
from ceremony_app.conductor.finishing import finish_folder
from ceremony_app.conductor.guard import Guard
from ceremony_app.conductor.hands import Hands
from ceremony_app.conductor.inspector import Inspector
from ceremony_app.conductor.peopledesk import PeopleDesk
from ceremony_app.conductor.room import Room
from ceremony_app.conductor.sharedesk import ShareDesk
from ceremony_app.conductor.shareholders import Shareholders
from ceremony_app.conductor.working import Working
from ceremony_app.conductor.writer import Writer
from ceremony_app.core import commands as c
from ceremony_app.core.coming import Coming, Credential
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Entry, Purpose, Remedy, Verdict
from ceremony_app.core.progress import current_step
from ceremony_app.core.prompting import going_on, prompt
from ceremony_app.core.prompts import AnyPrompt, Busy, Inspect, Perform, Preparing
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Plan
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import State
from ceremony_app.core.values import Row

Answer = Future[Refused | None]
"""None once what was wished for is on disk; or the rule that forbade it."""


_PERFORMING: Final = "performing"


class Conductor:
    """Leads one ceremony in one folder. Every method returns at once; what it promises is in the future it gives.

    Commands are decided one after another on the writer's thread. Devices and files are touched on a second thread,
    one call at a time, so that a deviation can be recorded while a token works.
    """

    def __init__(self, writer: Writer, room: Room, folder: Path) -> None:
        self.folder = folder
        self._writer = writer
        self._room = room
        self._hands = Hands(room.ports.clock, writer.changed, room.silence)
        self._guard = Guard(folder, room.ports, self._send, self._context, self._concern)
        self._inspector = Inspector(room.ports, self._send, self._context)
        self._holders = Shareholders(room.custody, room.ports, self._send, self._context, self._concern)
        self._shares = ShareDesk(self._holders, self._hands)
        self._people = PeopleDesk(room, writer, self._hands, self._send)
        writer.listen(self._prepare_if_needed)
        self._prepare_if_needed()

    @property
    def plan(self) -> Plan:
        """Definition, policy and binding."""
        return self._writer.plan

    def state(self) -> State:
        """The state after the last acknowledged entry."""
        return self._writer.state

    def prompt(self) -> AnyPrompt:
        """What the room must do now."""
        now, working = prompt(self.plan, self.state()), self._hands.working
        return going_on(now) if working is not None and working.call == _PERFORMING else now

    def entries(self) -> tuple[Entry, ...]:
        """The journal so far."""
        return self._writer.entries

    def text_of(self, leaf: str) -> str:
        """The personal text behind a leaf."""
        return self._writer.text_of(leaf)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every change, from a thread that is not the caller's."""
        self._writer.listen(listener)

    def clock(self) -> dt.datetime:
        """This computer's time, UTC."""
        return self._room.ports.clock.utc()

    def settle_down(self, seconds: float) -> None:
        """Wait until what is being done has been done (for a player without a window)."""
        self._hands.settle(seconds)
        self._writer.submit_nothing().result(seconds)

    def working(self) -> Working | None:
        """What is being done just now."""
        return self._hands.working

    def do(self, wish: c.Command) -> Answer:
        """Send a command that carries no personal text."""
        return self._writer.submit(lambda _: wish)

    def enrol(self, who: Coming, credential: Credential) -> Answer:
        """Enrol a person with a key made now, a key file or a card that was brought; the secret is erased."""
        return self._people.enrol(who, credential)

    def read_watch(self, typed: str, person: int) -> Answer:
        """A time read from a watch, held beside this computer's clock at this moment."""
        shown = self._room.ports.clock.utc().strftime("%H:%M:%S")
        return self.do(c.ReadWatch(typed=typed, shown=shown, person=person))

    def give(self, item: str, text: str, person: int) -> Answer:
        """Answer an item; what is personal becomes a leaf."""
        return self._writer.submit(lambda _: answer_to(self.plan, self.state(), self._writer.leaf, item, text, person))

    def correct(self, item: str, text: str, why: str) -> Answer:
        """Replace an answer of this attempt."""
        return self._writer.submit(lambda _: correction_of(self.plan, self.state(), self._writer.leaf, item, text, why))

    def statement(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> str:
        """Exactly the text that this person would sign now; empty where there is nothing to sign."""
        return self._people.statement(person, role, purpose, decision)

    def card_rows(self, person: int) -> Future[tuple[Row, ...]]:
        """What a person's card says of itself now; the future may raise `Refusal` (CER-CARD)."""
        return self._people.card_rows(person)

    def at_hand(self, person: int) -> bool:
        """Whether a person can sign as things are; a key file is opened again after a restart (`present`)."""
        return self._people.at_hand(person)

    def present(self, person: int, credential: Credential) -> Answer:
        """Bring the key file or card of somebody who is enrolled with it, after a restart; nothing is recorded."""
        return self._people.present(person, credential)

    def sign(
        self, person: int, role: str, purpose: Purpose, decision: Verdict, pin: Secret | None, shown: str = ""
    ) -> Answer:
        """Sign the statement. `shown` is the text that was read: if it is not the present one, nothing is signed."""
        return self._people.sign(person, role, purpose, decision, pin, shown)

    def print_slip(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> Answer:
        """Print what this person would sign now, to be held beside the screen; nothing is recorded of it."""
        return self._people.print_slip(person, role, purpose, decision)

    def perform(self, secrets: Mapping[str, Secret], phrase: str) -> Answer:
        """Do what the room agreed to; the secrets are erased afterwards."""
        asked = self.prompt()
        token = asked.act.device if isinstance(asked, Perform) else ""

        def work() -> Refused | None:
            every = dict(secrets)
            try:
                if not isinstance(self.prompt(), Perform | Busy):
                    return Refused("CER-STAGE", "There is nothing to be done now.", "Do what the step asks for.")
                every.update(self._holders.pins())
                return self._guard.perform(every, phrase)
            finally:
                self._holders.after(every)

        return self._hands.do(work, _PERFORMING, token)

    @property
    def shares(self) -> ShareDesk:
        """Where the holders of shares come forward."""
        return self._shares

    def give_up(self) -> Answer:
        """End the process of the token that works: its call fails, and the device is inspected before anything else.

        Refused (CER-STAGE) where no token works. Nothing waits for the process; the answer is there at once.
        """
        working = self.working()
        if working is not None and self._room.kill(working.token):
            return self.deviate("failure", 0, "The token answers.", "People gave up waiting, and ended its process.")
        answer: Answer = Future()
        answer.set_result(Refused("CER-STAGE", "No token is at work just now.", "Do what the step asks for."))
        return answer

    def inspect(self, secrets: Mapping[str, Secret]) -> Answer:
        """Look at the device after an operation whose end is not known; the secrets are those that were asked for."""
        asked = self.prompt()
        token = asked.token if isinstance(asked, Inspect) else ""

        def work() -> Refused | None:
            every = dict(secrets)
            try:
                if not isinstance(self.prompt(), Inspect):
                    return Refused("CER-STAGE", "There is nothing to inspect.", "Do what the step asks for.")
                every.update(self._holders.pins())
                return self._inspector.inspect(every)
            finally:
                self._holders.after(every)

        return self._hands.do(work, "inspecting the token", token)

    def deviate(
        self, kind: Literal["script", "failure", "differently", "person", "note"], by: int, expected: str, happened: str
    ) -> Answer:
        """Open a deviation, at any time."""
        return self._writer.submit(
            lambda _: c.Deviate(
                kind=kind,
                by=by,
                expected=self._writer.leaf(expected),
                happened=self._writer.leaf(happened),
                texts=(expected, happened),
            )
        )

    def settle(
        self,
        deviation: int,
        action: Literal["go-on", "repeat", "abort"],
        effect: Literal["none", "assess", "unusable"],
        by: int,
        text: str,
        again: str = "",
        remedy: Remedy = "",
    ) -> Answer:
        """Decide a deviation."""
        return self._writer.submit(
            lambda _: c.Settle(
                deviation=deviation,
                action=action,
                effect=effect,
                by=by,
                text=self._writer.leaf(text),
                again=again,
                remedy=remedy,
                texts=(text,),
            )
        )

    def take_break(self, kind: Literal["attended", "sealed"], stay: tuple[int, ...], reason: str) -> Answer:
        """Pause; shares that were entered are not kept meanwhile."""
        self._hands.ask(self._holders.paused)
        return self._writer.submit(
            lambda _: c.TakeBreak(kind=kind, stay=stay, reason=self._writer.leaf(reason), texts=(reason,))
        )

    def finish(self) -> Answer:
        """Write the last entry; then make what closing owes: the record and the manifest."""

        def work() -> Refused | None:
            refused = self._send(c.Finish(statement="The ceremony is closed."))
            if refused is not None:
                return refused
            try:
                finish_folder(self.folder, self.plan, self._room.press)
            except Refusal as refusal:
                return Refused(refusal.rule, refusal.why, refusal.what_to_do)
            return None

        return self._hands.do(work, "closing; making the record")

    def close(self) -> None:
        """End workers and threads; the journal can be resumed. Room keys are gone."""
        self._hands.close()
        self._writer.close()
        self._room.close()

    def _send(self, wish: c.Command) -> Refused | None:
        """Send a command and wait, from the device's thread."""
        return self._writer.submit(lambda _: wish).result()

    def _concern(self, concern: Concern) -> Refused | None:
        """Open a deviation that the program itself found."""
        return self.deviate("failure", 0, concern.expected, concern.happened).result()

    def _context(self) -> Context:
        """Where the present attempt stands."""
        state = self.state()
        step, run = current_step(self.plan, state), state.run
        if step is None or run is None:
            raise Refusal("CER-OPEN", "No step is under way.", "Open or resume a ceremony.")
        return Context(plan=self.plan, state=state, step=step, run=run)

    def _prepare_if_needed(self) -> None:
        """What an action will do is worked out as soon as its turn comes."""
        asked = self.prompt()
        if isinstance(asked, Preparing) and self._hands.working is None:
            act = asked.step.action
            self._hands.do(self._prepare, "preparing", act.device if act is not None else "")

    def _prepare(self) -> Refused | None:
        """Prepare, unless that has happened in between."""
        return self._guard.prepare() if isinstance(self.prompt(), Preparing) else None
