"""The player: an answer to every kind of prompt, by the people who are in the room."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import assert_never

from ceremony_app.conductor import Conductor
from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.asked import rehearsed_as
from ceremony_app.core.cast import Cast
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Answer, Outcome
from ceremony_app.core.outlook import world
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import SecretAsk, Step, Transcribe
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import Person, State
from ceremony_app.core.values import Mode
from ceremony_app.core.words import hash_rows
from ceremony_app.core.world import missing
from ceremony_app.unattended.holders import PATIENCE, come_forward, hand_over, people_here

_ATTEMPTS = 5
"""How often a step is held before the player gives up."""

_BEAT = 0.5
"""Seconds after which the player looks again how far a batch has come."""


class Player:
    """Plays a rehearsal to its end. `tell` is called with each step as it begins."""

    def __init__(self, conductor: Conductor, cast: Cast, tell: Callable[[p.AnyPrompt], None]) -> None:
        self._conductor = conductor
        self._cast = cast
        self._tell = tell

    def play(self, *, until: Callable[[State], bool] = lambda _: False) -> None:
        """Answer prompts until the ceremony is closed, or until `until` says to stop.

        Raises `Refusal` where a rule forbids what the player does: then the definition cannot be held as it stands.
        """
        while not until(self._conductor.state()):
            now = self._conductor.prompt()
            if isinstance(now, p.Closed):
                return
            self._tell(now)
            refused = self._answer(now)
            if refused is not None:
                raise Refusal(refused.rule, refused.why, refused.what_to_do)

    def _answer(self, now: p.AnyPrompt) -> Refused | None:
        """One answer to one prompt."""
        room = self._conductor
        match now:
            case p.Read():
                return self.wait(room.do(c.ReadAloud(person=self._somebody())))
            case p.Enter():
                return self._enter(now)
            case p.Enrolment():
                return self._enrolment(now)
            case p.EnrolAgain():
                return self.enrol(now.people[0])
            case p.TypeTime():
                typed = room.clock().strftime("%H:%M:%S")
                return self.wait(room.read_watch(typed, self._holder(now.by)))
            case p.Busy() if now.of:
                with suppress(TimeoutError):  # the next look says how far it has come
                    room.settle_down(_BEAT)
                return None
            case p.Preparing() | p.Busy():
                room.settle_down(PATIENCE)
                return None
            case p.Approve():
                return self._approve(now)
            case p.Perform():
                return self._perform(now)
            case p.HandOver():
                return hand_over(room, self._cast, now)
            case p.Inspect():
                return self._inspect(now)
            case p.WriteRows():
                return self.wait(room.do(c.WriteDown(person=self._somebody())))
            case p.TypeRows():
                return self._type_row(now)
            case p.FixTheHead():
                return self._settle_all() or self.wait(room.do(c.FixHead()))
            case p.Conclusion():
                return self.wait(room.finish())
            case p.Halted():
                return self._decide(now)
            case p.Paused():
                return self.wait(room.do(c.GoOn(present=tuple(x.number for x in room.state().people))))
            case p.NotOpen() | p.Closed():
                raise Refusal("CER-OPEN", "No ceremony is open.", "Open one from a definition.")
            case _:
                assert_never(now)

    def wait(self, answer: Future[Refused | None]) -> Refused | None:
        """The conductor's answer."""
        return answer.result(PATIENCE)

    def _people(self) -> tuple[Person, ...]:
        """Who is in the room with a good key."""
        return people_here(self._conductor)

    def _somebody(self) -> int:
        """The first person there; nobody before the roll-call."""
        return next((person.number for person in self._people()), 0)

    def _holder(self, role: str, *, beside: int = 0) -> int:
        """A person with this role who is not `beside`; anybody else where the role is not named."""
        for person in self._people():
            if person.number != beside and (not role or role in person.roles):
                return person.number
        return 0

    def _enter(self, now: p.Enter) -> Refused | None:
        """The sample value; the second entry by somebody else."""
        first = next((a.person for a in now.run.of(Answer) if a.item == now.field.name), 0)
        person = self._holder("" if now.second else now.field.by, beside=first if now.second else 0)
        value = now.field.sample or now.field.wanted or next(iter(now.field.choices), "") or "SAMPLE"
        return self.wait(self._conductor.give(now.item, value, person or self._somebody()))

    def _enrolment(self, now: p.Enrolment) -> Refused | None:
        """The next person of the binding, or the end of the roll-call."""
        here = {person.number for person in self._conductor.state().people}
        coming = next((x.number for x in self._conductor.plan.binding.people if x.number not in here), None)
        if coming is None or not now.missing:
            return self.wait(self._conductor.do(c.CompleteRollCall(person=self._somebody())))
        return self.enrol(coming)

    def enrol(self, number: int) -> Refused | None:
        """Enrol a person of the binding."""
        bound = self._conductor.plan.binding.person(number)
        if bound is None:
            return Refused("CER-ENROL", f"The binding has no person {number}.", "Enrol the people of the binding.")
        return self.wait(self._conductor.enrol(self._cast.coming(bound), self._cast.credential(number)))

    def _approve(self, now: p.Approve) -> Refused | None:
        """The next signature that is missing."""
        signed = {signoff.person for signoff in now.run.signed(now.purpose)}
        for role in now.missing:
            for person in self._people():
                if person.number not in signed and role in person.roles and self._free(now, person, role):
                    return self._sign(now, person.number, role)
        return Refused(
            "CER-QUORUM", f"Nobody can sign step {now.step.number}.", "Give the roles to more people in the binding."
        )

    def _sign(self, now: p.Approve, number: int, role: str) -> Refused | None:
        """A signature; a key file that a restart has put away is brought again first."""
        room = self._conductor
        if not room.at_hand(number):
            refused = self.wait(room.present(number, self._cast.credential(number)))
            if refused is not None:
                return refused
        return self.wait(room.sign(number, role, now.purpose, "AGREE", self._cast.pin(number)))

    def _free(self, now: p.Approve, person: Person, role: str) -> bool:
        """Whether the person has not signed this step in another role."""
        return now.run.roles_of(person.number) <= {role}

    def _perform(self, now: p.Perform) -> Refused | None:
        """Enter the secrets, type the phrase, do it; raises `Refusal` (CER-ATTEMPTS) as `_decide` does."""
        failures = sum(outcome.result == "failed" for outcome in now.run.of(Outcome))
        if now.failed and failures >= _ATTEMPTS:
            raise _given_up(now.step, f"tried {_ATTEMPTS} times and failed each time: {now.failed[0].value}")
        return come_forward(self._conductor, self._cast, now.shares) or self._watched(
            self._conductor.perform(self._secrets(now.secrets, now.act.device), now.phrase)
        )

    def _watched(self, answer: Future[Refused | None]) -> Refused | None:
        """The answer to an action; until then it is told how far a batch has come. Patience is for one call of it."""
        waited, length = 0.0, 0
        while True:
            try:
                return answer.result(_BEAT)
            except TimeoutError:
                now, before, length = self._conductor.prompt(), length, self._conductor.state().length
                waited = waited + _BEAT if length == before else 0.0
                if waited > PATIENCE:
                    raise
                if isinstance(now, p.Busy) and now.of:
                    self._tell(now)

    def _secrets(self, asked: tuple[SecretAsk, ...], device: str) -> dict[str, Secret]:
        """The secrets of a simulated token, as they are now."""
        plan, state = self._conductor.plan, self._conductor.state()
        return {ask.name: self._cast.secret(rehearsed_as(plan, state, device, ask)) for ask in asked}

    def _inspect(self, now: p.Inspect) -> Refused | None:
        """Look; a device that cannot be seen at the second look is given up."""
        room = self._conductor
        if now.last and now.problem is not None:
            words = "The token cannot be looked at; the ceremony is aborted."
            number = now.problem.opened.deviation
            return self.wait(room.settle(number, "abort", "assess", self._somebody(), words))
        if now.last:
            return self.wait(
                room.deviate("failure", self._somebody(), "The token can be looked at.", now.last[0].value)
            )
        return come_forward(room, self._cast, now.shares) or self.wait(
            room.inspect(self._secrets(now.secrets, now.token))
        )

    def _type_row(self, now: p.TypeRows) -> Refused | None:
        """The next drawn row, as it stands on the simulated paper."""
        letter = now.left[0]
        row = next(row for row in hash_rows(now.digest) if row.letter == letter)
        typist = self._holder(now.typist)
        reader = self._holder(now.reader, beside=typist)
        return self.wait(self._conductor.do(c.TypeRow(letter=letter, text=row.groups, person=typist, reader=reader)))

    def _decide(self, now: p.Halted) -> Refused | None:
        """Open a deviation where there is none; then repeat the step, after what a restart has undone.

        Raises `Refusal` (CER-ATTEMPTS) where that has been tried often enough: what fails every time is not mended by
        doing it once more.
        """
        room = self._conductor
        if now.run.attempt >= _ATTEMPTS:
            raise _given_up(now.step, f"held {now.run.attempt} times and stopped each time: {now.why}")
        if now.problem is None:
            return self.wait(room.deviate("failure", self._somebody(), "The step goes as the script says.", now.why))
        return self.wait(
            room.settle(
                now.problem.opened.deviation,
                "repeat",
                "none",
                self._somebody(),
                "The step is held again.",
                again=self._undone(),
                remedy=now.remedies[0] if now.remedies else "",
            )
        )

    def _settle_all(self) -> Refused | None:
        """Decide what is undecided before the head is fixed: go on as it is."""
        for problem in self._conductor.state().undecided():
            refused = self.wait(
                self._conductor.settle(
                    problem.opened.deviation, "go-on", "none", self._somebody(), "Read aloud, and taken note of."
                )
            )
            if refused is not None:
                return refused
        return None

    def _undone(self) -> str:
        """An earlier step that must be held again because a restart has undone it."""
        room = self._conductor
        plan, state = room.plan, room.state()
        run = state.run
        if run is None:
            return ""
        step = plan.definition.step(run.id)
        for stage in step.stages:
            if isinstance(stage, Transcribe) and stage.source and state.evidence(stage.source) is None:
                return stage.source
        for fact in missing(world(plan, state), step.requires):
            for earlier in plan.definition.steps:
                if fact in earlier.ensures and any(r.id == earlier.id and r.done for r in state.runs):
                    return earlier.id
        return ""


def _given_up(step: Step, how: str) -> Refusal:
    """What fails every time is for people to decide."""
    return Refusal(
        "CER-ATTEMPTS",
        f"Step {step.number} was {how}",
        "Resume the rehearsal in the window, and decide there what is done.",
    )


def rehearsal_player(conductor: Conductor, cast: Cast, tell: Callable[[p.AnyPrompt], None]) -> Player:
    """A player for a rehearsal; a production ceremony is refused (CER-UNATTENDED)."""
    if conductor.state().mode is not Mode.REHEARSAL:
        raise Refusal("CER-UNATTENDED", "A production ceremony is held by people.", "Leave `--unattended` out.")
    return Player(conductor, cast, tell)
