"""A random room: legal moves and any other wish; after each, the second statement of the rules finds nothing."""

from __future__ import annotations

import os
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.device import ObjectFacts, ObjectKind
from ceremony_app.core.profiles import Said
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Plan
from ceremony_app.core.values import ArtifactRef, Leaf
from ceremony_app.verify.audit import audit
from tests.core.table import Table, short_plan

LEAF = Leaf("ab" * 32)
people = st.integers(0, 9)
roles = st.sampled_from(
    ("administrator", "internal-witness", "external-witness", "crypto-officer", "key-custodian", "nobody")
)
texts = st.sampled_from(
    ("none", "concern", "H7A2", "H7A3", "x\u202ey", "", "10:00:00", "INITIALISE root", "INITIALISE shared")
)
items = st.sampled_from(("serial", "serial#2", "guest", "item-1", "bag-number", "bag-number#2", "intact", "row A"))
letters = st.sampled_from(tuple("ABCDEFGH"))
results = st.sampled_from(("done", "failed", "unknown"))
DEBRIS = (
    ObjectFacts(kind=ObjectKind.PUBLIC, label="root#1", id="01"),
    ObjectFacts(kind=ObjectKind.PRIVATE, label="root#1", id=""),
)


class Room(RuleBasedStateMachine):
    """People, devices and an administrator who tries everything."""

    def __init__(self) -> None:
        super().__init__()
        plan = self.plan()
        adopt = Said(value=True, section="5", provenance="verified")
        rules = msgspec.structs.replace(plan.policy.rules, adopt=adopt)
        self.table = Table(msgspec.structs.replace(plan, policy=msgspec.structs.replace(plan.policy, rules=rules)))
        self.audited = 0

    def plan(self) -> Plan:
        """The ceremony that is held."""
        return short_plan()

    @initialize()
    def open(self) -> None:
        """A ceremony."""
        self.table.open()

    def attempt(self, command: c.Command) -> None:
        """Send whatever it is: a refusal leaves everything as it was."""
        state, length = self.table.state, len(self.table.lines)
        answer = self.table.send(command)
        if isinstance(answer, Refused):
            assert self.table.state == state
            assert len(self.table.lines) == length

    @rule(moves=st.integers(1, 25))
    def do_it_right(self, moves: int) -> None:
        """The next legal moves."""
        self.table.play(moves)

    @rule(
        number=people, role=roles, purpose=st.sampled_from(("go", "result")), agree=st.booleans(), valid=st.booleans()
    )
    def sign(self, number: int, role: str, purpose: Any, agree: bool, valid: bool) -> None:  # noqa: ANN401
        """Anybody signs anything."""
        wish = self.table.signature(number, role, purpose, "AGREE" if agree else "DISAGREE")
        self.attempt(msgspec.structs.replace(wish, valid=valid))

    @rule(item=items, text=texts, number=people)
    def give(self, item: str, text: str, number: int) -> None:
        """Somebody answers something."""
        value = LEAF if item == "guest" else text
        self.attempt(c.Give(item=item, value=value, person=number, text=text))

    @rule(item=items, text=texts)
    def correct(self, item: str, text: str) -> None:
        """Somebody corrects something."""
        self.attempt(c.Correct(item=item, value=LEAF if item == "guest" else text, why=LEAF, text=text))

    @rule(number=people, chosen=st.lists(roles, max_size=2, unique=True))
    def enrol(self, number: int, chosen: list[str]) -> None:
        """Somebody is enrolled with some roles."""
        before = dict(self.table.keys)
        wish = self.table.enrolment(number, tuple(chosen))
        if isinstance(self.table.send(wish), Refused):
            self.table.keys = before

    @rule(number=people, coming=st.booleans())
    def move(self, number: int, coming: bool) -> None:
        """Somebody comes or goes."""
        self.attempt(c.Come(person=number) if coming else c.Go(person=number))

    @rule(phrase=texts, twice=st.booleans(), thing=st.sampled_from((None, *DEBRIS)), adopt=st.booleans())
    def begin(self, phrase: str, twice: bool, thing: ObjectFacts | None, adopt: bool) -> None:
        """Somebody presses the button: for a call of any kind, also one that takes debris away or over."""
        op = "1" * 32 if twice else self.table.op()
        calls = [call for run in self.table.state.runs for call in run.calls]
        name, parameters = "call", {}
        if thing is not None:
            name, parameters = "destroy-object", {"object": msgspec.to_builtins(thing)}
        elif adopt and calls:
            name, parameters = "adopt-key", {"adopted": calls[-1].intent.op}
        self.attempt(c.Begin(op=op, call=name, parameters=parameters, phrase=phrase))

    @rule(result=results, complete=st.booleans(), again=st.booleans())
    def report(self, result: Any, complete: bool, again: bool) -> None:  # noqa: ANN401
        """The device answers something."""
        calls = [call for run in self.table.state.runs for call in run.calls]
        op = calls[-1].intent.op if calls else "0" * 32
        digest = {"spki-sha256": "cd" * 32}
        self.attempt(c.Report(op=op, result=result, complete=complete, again=again, evidence=dict(digest), rows=()))

    @rule(
        finding=st.sampled_from(("not-executed", "executed", "partly", "unclear", "unhealthy", "unseen")),
        left=st.lists(st.sampled_from(DEBRIS), max_size=2),
    )
    def find(self, finding: Any, left: list[ObjectFacts]) -> None:  # noqa: ANN401
        """An inspection says something."""
        calls = [call for run in self.table.state.runs for call in run.calls]
        op = calls[-1].intent.op if calls else "0" * 32
        self.attempt(c.Find(op=op, finding=finding, evidence={}, rows=(), left=tuple(left)))

    @rule(grave=st.booleans())
    def prepare(self, grave: bool) -> None:
        """The conductor prepares."""
        made = ArtifactRef(name="y.tbs", sha256="ee" * 32, size=3)
        self.attempt(c.Prepare(rows=(), artifacts=(made,), grave=grave))

    @rule(ended=st.sampled_from(((), ("token:hsm:activated",), ("key:root:there",))))
    def halt(self, ended: tuple[str, ...]) -> None:
        """The conductor cannot prepare, or a login was lost."""
        self.attempt(c.Halt(why="It cannot be.", ended=ended))

    @rule(number=people)
    def deviate(self, number: int) -> None:
        """Somebody opens a deviation."""
        self.attempt(c.Deviate(kind="note", by=number, expected=LEAF, happened=LEAF))

    @rule(
        which=st.integers(1, 3),
        action=st.sampled_from(("go-on", "go-on", "repeat", "repeat", "abort")),
        number=people,
        again=st.sampled_from(("", "", "", "connect", "activate", "people", "nothing")),
        remedy=st.sampled_from(("", "", "", "destroy", "quarantine", "adopt")),
    )
    def settle(self, which: int, action: Any, number: int, again: str, remedy: Any) -> None:  # noqa: ANN401
        """Somebody decides one."""
        wish = c.Settle(deviation=which, action=action, effect="none", by=number, text=LEAF, again=again, remedy=remedy)
        self.attempt(wish)

    @rule(letter=letters, typist=people, reader=people, right=st.booleans())
    def type_row(self, letter: str, typist: int, reader: int, right: bool) -> None:
        """Somebody types a row."""
        text = "cd" * 4 if right else "00" * 4
        self.attempt(c.TypeRow(letter=letter, text=text, person=typist, reader=reader))

    @rule(number=people)
    def press_on(self, number: int) -> None:
        """Somebody tries to go forward by every button there is."""
        for command in (
            c.ReadAloud(person=number),
            c.CompleteRollCall(person=number),
            c.WriteDown(person=number),
            c.FixHead(),
            c.Finish(statement="x"),
        ):
            self.attempt(command)

    @rule(typed=texts, number=people)
    def watch(self, typed: str, number: int) -> None:
        """Somebody reads a watch."""
        self.attempt(c.ReadWatch(typed=typed, shown="10:00:00", person=number))

    @rule(stay=st.lists(people, max_size=3), sealed=st.booleans())
    def pause(self, stay: list[int], sealed: bool) -> None:
        """Somebody wants a break."""
        self.attempt(c.TakeBreak(kind="sealed" if sealed else "attended", stay=tuple(stay), reason=LEAF))

    @rule(back=st.lists(people, max_size=7))
    def resume(self, back: list[int]) -> None:
        """Somebody wants to go on."""
        self.attempt(c.GoOn(present=tuple(back)))

    @precondition(lambda self: self.table.state.recoveries < 2)
    @rule()
    def restart(self) -> None:
        """The power fails."""
        self.attempt(c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF))

    @invariant()
    def the_journal_gives_the_same_state(self) -> None:
        """Reading the bytes again leads to where we are."""
        if len(self.table.lines) != self.audited:
            assert self.table.refolded() == self.table.state

    @invariant()
    def the_second_statement_of_the_rules_finds_nothing(self) -> None:
        """What was accepted is what an auditor would accept."""
        if len(self.table.lines) != self.audited:
            findings = list(audit(self.table.plan, self.table.entries, {}, signatures=False))
            assert not findings, findings[:3]
            self.audited = len(self.table.lines)

    @invariant()
    def there_is_always_something_to_do(self) -> None:
        """Nobody is ever stranded: the prompt is total."""
        if self.table.entries:
            assert isinstance(self.table.now, p.Prompt)


TestRoom = Room.TestCase
TestRoom.settings = settings(
    max_examples=2000 if os.environ.get("CEREMONY_TEST_ALL") else 40,
    stateful_step_count=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
