"""Takes a fake desk from state to state: one stop for each page that the window has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.coming import Coming, RoomPin
from ceremony_app.core.secret import Secret
from ceremony_app.core.words import hash_rows
from ceremony_app.ui.desk import Answer
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.sample_plan import ROLES

PIN = "246810"
_CALLED = (
    "Anna Novak", "Bola Okafor", "Clara Lindqvist", "Dai Sato", "Emeka Obi", "Freja Holm", "Goran Petrov", "Hina Mori",
    "Ines Duarte", "Jonas Weber", "Kofi Mensah", "Lena Fischer",
)  # fmt: skip
NAMES = dict(enumerate(_CALLED, start=1))


@dataclass(frozen=True)
class Player:
    """Answers prompts the way the room would."""

    desk: FakeDesk

    def until(self, wanted: Callable[[p.AnyPrompt], bool]) -> None:
        """Answer one prompt after another until one is as wanted."""
        for _ in range(400):
            now = self.desk.prompt()
            if wanted(now):
                return
            self.answer(now)
        raise AssertionError

    def until_step(
        self, number: str, kind: type[p.Read | p.Enter | p.Approve | p.Perform | p.WriteRows | p.TypeRows]
    ) -> None:
        """Until a kind of prompt of a step."""
        self.until(lambda now: isinstance(now, kind) and now.step.number == number)

    def enrol(self, number: int) -> None:
        """Enrol a person of the binding."""
        bound = self.desk.plan.binding.person(number)
        assert bound is not None
        answered(
            self.desk.enrol(
                Coming(
                    person=number,
                    roles=bound.roles,
                    name=NAMES[number],
                    organisation="Example CA Ltd",
                    seen_by=number % 3 + 1,
                    paper="Passport, Norway",
                ),
                RoomPin(Secret.of(PIN)),
            )
        )

    def sign(self, now: p.Approve, decision: str = "AGREE") -> None:
        """The next missing signature."""
        role = next(iter(now.missing))
        number = 1 + list(ROLES).index(role)
        verdict = "DISAGREE" if decision == "DISAGREE" else "AGREE"
        text = self.desk.statement(number, role, now.purpose, verdict)  # type: ignore[arg-type]  # one of two words
        answered(self.desk.sign(number, role, now.purpose, verdict, Secret.of(PIN), text))  # type: ignore[arg-type]  # see above

    def answer(self, now: p.AnyPrompt) -> None:
        """One answer."""
        desk, somebody = self.desk, 1 if self.desk.state().people else 0
        match now:
            case p.Read():
                answered(desk.do(c.ReadAloud(person=somebody)))
            case p.Enrolment() if now.missing:
                self.enrol(1 + len(desk.state().people))
            case p.Enrolment():
                answered(desk.do(c.CompleteRollCall(person=1)))
            case p.TypeTime():
                answered(desk.read_watch(f"{desk.now:%H:%M:%S}", 3))
            case p.Enter():
                answered(desk.give(now.item, now.field.sample, 2 if now.second else 1))
            case p.Approve():
                self.sign(now)
            case p.Perform():
                answered(desk.perform({}, now.phrase))
            case p.WriteRows():
                answered(desk.do(c.WriteDown(person=1)))
            case p.TypeRows():
                row = next(row for row in hash_rows(now.digest) if row.letter == now.left[0])
                typist = 1 + list(ROLES).index(now.typist)
                reader = 1 + list(ROLES).index(now.reader)
                answered(desk.do(c.TypeRow(letter=row.letter, text=row.groups, person=typist, reader=reader)))
            case p.FixTheHead():
                answered(desk.do(c.FixHead()))
            case p.Conclusion():
                answered(desk.finish())
            case p.Inspect():
                answered(desk.inspect({}))
            case p.Halted() if now.problem is None:
                answered(desk.deviate("failure", somebody, "As the script says.", now.why))
            case p.Halted():
                assert now.problem is not None
                number, fate = now.problem.opened.deviation, now.remedies[0] if now.remedies else ""
                answered(desk.settle(number, "repeat", "none", somebody, "Held again.", remedy=fate))
            case _:
                raise AssertionError(now)


def stops(desk: FakeDesk) -> Iterator[str]:
    """Go through the ceremony; at each yield the desk is at a page of the given name."""
    player = Player(desk)
    yield "read"
    player.until(lambda now: isinstance(now, p.Enrolment))
    yield "enrolment-empty"
    player.enrol(1)
    player.enrol(2)
    yield "enrolment"
    player.until(lambda now: isinstance(now, p.TypeTime))
    yield "clock"
    player.until(lambda now: isinstance(now, p.Enter))
    yield "enter"
    player.until(lambda now: isinstance(now, p.Enter) and now.second)
    yield "enter-second"
    player.until(lambda now: isinstance(now, p.Approve))
    yield "approve-result"
    player.until(lambda now: isinstance(now, p.Enter) and now.aloud)
    yield "checklist"
    player.answer(desk.prompt())
    yield "checklist-second"
    player.until_step("3.2", p.Approve)
    player.until_step("3.2", p.Perform)
    yield "perform-secrets"
    player.until_step("3.3", p.Approve)
    yield "approve-go"
    player.sign(_approve(desk))
    yield "approve-go-second"
    player.until_step("3.3", p.Perform)
    yield "perform-phrase"
    yield from busy(desk)
    yield "approve-result-key"
    player.until(lambda now: isinstance(now, p.WriteRows))
    yield "write-rows"
    player.until(lambda now: isinstance(now, p.TypeRows))
    yield "type-rows"
    typed = desk.prompt()
    assert isinstance(typed, p.TypeRows)
    answered(desk.do(c.TypeRow(letter=typed.left[0], text="00000000", person=2, reader=3)))
    yield "type-rows-wrong"
    player.until(lambda now: isinstance(now, p.FixTheHead))
    yield "fix-head"
    player.until(lambda now: isinstance(now, p.Conclusion))
    yield "conclusion"
    player.until(lambda now: isinstance(now, p.Closed))
    yield "closed"


def troubles(desk: FakeDesk) -> Iterator[str]:
    """The pages that nobody plans for."""
    player = Player(desk)
    player.until_step("3.3", p.Perform)
    desk.ends.append("again")
    answered(desk.perform({}, "GENERATE ROOT-2026"))
    yield "perform-failed"
    desk.ends.append("unknown")
    answered(desk.perform({}, "GENERATE ROOT-2026"))
    yield "inspect"
    answered(desk.inspect({}))
    yield "halted"
    player.answer(desk.prompt())
    yield "halted-decision"
    player.answer(desk.prompt())
    answered(desk.take_break("attended", (2, 3), "Fresh air"))
    yield "paused"
    answered(desk.do(c.GoOn(present=(1, 2, 3, 4))))
    desk.restart()
    yield "enrol-again"


def _approve(desk: FakeDesk) -> p.Approve:
    now = desk.prompt()
    assert isinstance(now, p.Approve)
    return now


def busy(desk: FakeDesk, name: str = "busy", end: str = "done") -> Iterator[str]:
    """The page while a device works."""
    now = desk.prompt()
    assert isinstance(now, p.Perform)
    desk.hold.clear()
    desk.ends.append(end)
    future = desk.perform({}, now.phrase)
    until_busy(desk, future)
    yield name
    desk.hold.set()
    answered(future)


def until_busy(desk: FakeDesk, future: Answer) -> None:
    """Until the device works."""
    while not isinstance(desk.prompt(), p.Busy):
        assert not future.done()
