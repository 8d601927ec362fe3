"""A conductor without disk, device and cryptography: the real core decides, on a thread of its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ceremony_app.core import commands as c
from ceremony_app.core.asked import has_keypad
from ceremony_app.core.coming import Card, Coming, Credential, KeyFile, RoomPin
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Entry, Event, Finding, Genesis, Method, Purpose, Verdict
from ceremony_app.core.leftover import DESTROY, leftovers
from ceremony_app.core.outlook import open_call, world
from ceremony_app.core.prompting import prompt
from ceremony_app.core.prompts import AnyPrompt, Inspect, Preparing
from ceremony_app.core.rules import Refused, decide
from ceremony_app.core.script import Ask, Plan
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import State, evolve
from ceremony_app.core.statement import statement
from ceremony_app.core.values import ArtifactRef, Json, Leaf, Row
from ceremony_app.ui.desk import Answer, Break, Cause, Effect, Remedy, Way
from tests.ui.sample_evidence import FOUND, LEFT, SPKI, came_of, prepared

if TYPE_CHECKING:
    from ceremony_app.actions.base import Concern

LOGIN = "token:hsm:activated"
_METHODS: dict[type[Credential], Method] = {RoomPin: "room", KeyFile: "file", Card: "card"}
BEGIN = dt.datetime(2026, 11, 22, 10, 31, 7, tzinfo=dt.UTC)


@dataclass(frozen=True)
class FakeWorking:
    call: str
    started: dt.datetime
    token: str = ""
    last_heartbeat: dt.datetime | None = None


class FakeDesk:
    """`now` is the clock; `hold` keeps a device call from answering until it is set; `ends` is what calls come to.

    `away` are the people whose cards are in no reader, `tries` what a card says of its PIN, `show` lets cards answer.
    `finds` is what looks find; `beats` says whether the token's process gives signs of life; `last_try` that the token
    takes one more PIN; `entered` is what secrets came with the last call or look.
    """

    def __init__(self, plan: Plan, folder: Path = Path("/nowhere")) -> None:
        self.plan = plan
        self.folder = folder
        self.now = BEGIN
        self.hold = threading.Event()
        self.hold.set()
        self.ends: list[str] = []
        self.finds: list[Finding] = []
        self.beats = True
        self.last_try = False
        self.given_up = 0
        self.entered: dict[str, bytes] = {}
        self.out_of_paper = False
        self.slips: list[str] = []
        self._state = State()
        self._entries: list[Entry] = []
        self._texts: dict[str, str] = {}
        self._pins: dict[int, bytes] = {}
        self.files: list[Path] = []
        self.put_away: set[int] = set()
        self.away: set[int] = set()
        self.tries: dict[int, str] = {}
        self.looks = 0
        self.show = threading.Event()
        self.show.set()
        self._listeners: list[Callable[[], None]] = []
        self._working: FakeWorking | None = None
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fake-desk")
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fake-device")
        from tests.ui.fake_shares import FakeHands, FakeShares  # what it needs is not there at the first paint

        self._holders = FakeShares(
            plan, self.state, lambda wish: self.do(wish).result(), self._concern, FakeHands(self._hands, self._tell)
        )
        self.shares = self._holders.desk
        genesis = Genesis(
            format=1, ceremony="5e" * 16, mode=plan.binding.mode, definition=plan.definition.id,
            title=plan.definition.title, files={}, boot="boot", program="fake",
        )  # fmt: skip
        assert self._send(c.Open(genesis=genesis)) is None

    # -------------------------------------------------------------------------------------------- what it is asked

    def state(self) -> State:
        return self._state

    def prompt(self) -> AnyPrompt:
        return prompt(self.plan, self._state)

    def text_of(self, leaf: str) -> str:
        return self._texts.get(leaf, "")

    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def listen(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def clock(self) -> dt.datetime:
        return self.now

    def working(self) -> FakeWorking | None:
        working = self._working
        return dataclasses.replace(working, last_heartbeat=self.now) if working is not None and self.beats else working

    def do(self, wish: c.Command) -> Answer:
        return self._pool.submit(self._send, wish)

    def card_rows(self, person: int) -> Future[tuple[Row, ...]]:
        def look() -> tuple[Row, ...]:
            self.looks += 1
            self.show.wait(30)
            if person in self.away:
                raise Refusal("CER-CARD", f"The card of serial C-{person} is not in its reader.", "Insert it.")
            serial = Row("Serial number of the card", f"C-{person}")
            return (serial, Row("PIN tries", self.tries.get(person, "no wrong try")))

        return self._hands.submit(look)

    def at_hand(self, person: int) -> bool:
        return person not in self.put_away

    def present(self, person: int, credential: Credential) -> Answer:
        def make() -> Refused | None:
            assert isinstance(credential, KeyFile)
            if credential.passphrase.reveal() != self._pins.get(person):
                return Refused("CER-PIN", "That is not the passphrase of this key file.", "Enter it again.")
            self.files.append(Path(credential.path))
            self.put_away.discard(person)
            return None

        return self._pool.submit(make)

    def enrol(self, who: Coming, credential: Credential) -> Answer:
        person = who.person
        if isinstance(credential, KeyFile):
            self.files.append(Path(credential.path))
        pin = credential.passphrase if isinstance(credential, KeyFile) else credential.pin or Secret.of("keypad")

        def make() -> Refused | None:
            if len(pin) < 6:
                return Refused("CER-PIN", "The PIN is shorter than six characters.", "Choose a longer one.")
            count = sum(1 for e in self._entries if e.event.type == "enrol")
            spki = f"{person} {count}"
            refused = self._send(
                c.EnrolPerson(
                    person=person, roles=who.roles, method=_METHODS[type(credential)], spki=spki,
                    key=hashlib.sha256(spki.encode()).hexdigest(),
                    name=self._leaf(who.name), organisation=self._leaf(who.organisation), seen_by=who.seen_by,
                    details={name: self._leaf(text) for name, text in who.details().items()},
                )
            )  # fmt: skip
            if refused is None:
                self._pins[person] = pin.reveal()
            return refused

        return self._pool.submit(make)

    def read_watch(self, typed: str, person: int) -> Answer:
        return self.do(c.ReadWatch(typed=typed, shown=f"{self.now:%H:%M:%S}", person=person))

    def give(self, item: str, text: str, person: int) -> Answer:
        return self._pool.submit(
            lambda: self._send(c.Give(item=item, value=self._value(item, text), person=person, text=text))
        )

    def correct(self, item: str, text: str, why: str) -> Answer:
        return self._pool.submit(
            lambda: self._send(c.Correct(item=item, value=self._value(item, text), why=self._leaf(why), text=text))
        )

    def statement(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> str:
        run, someone = self._state.run, self._state.person(person)
        if run is None or someone is None:
            return ""
        return statement(self._state, self.plan.definition.step(run.id), run, someone, role, purpose, decision)

    def sign(
        self, person: int, role: str, purpose: Purpose, decision: Verdict, pin: Secret | None, shown: str = ""
    ) -> Answer:
        def make() -> Refused | None:
            text = self.statement(person, role, purpose, decision)
            if shown != text:
                return Refused("CER-STATEMENT", "The text that was read is not the one that stands now.", "Read it.")
            bound = self.plan.binding.person(person)
            keypad = bound is not None and bound.card is not None and bound.card.pin_entry == "token"
            if person in self.away:
                return Refused("CER-CARD", f"The card of serial C-{person} is not in its reader.", "Insert it.")
            if keypad is not (pin is None) or (pin is not None and pin.reveal() != self._pins.get(person)):
                return Refused("CER-PIN", "The PIN is wrong.", "Enter it again; after 2 more wrong there is a wait.")
            key = getattr(self._state.person(person), "key", "")
            return self._send(
                c.Sign(
                    person=person, role=role, purpose=purpose, decision=decision, statement=text,
                    alg="ed25519", sig="", key=key, valid=True,
                )
            )  # fmt: skip

        return self._pool.submit(make)

    def print_slip(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> Answer:
        def make() -> Refused | None:
            if self.out_of_paper:
                return Refused("CER-PRINTER", "The printer is out of paper.", "See to the printer.")
            self.slips.append(self.statement(person, role, purpose, decision))
            return None

        return self._hands.submit(make)

    def perform(self, secrets: Mapping[str, Secret], phrase: str) -> Answer:
        return self._hands.submit(lambda: self._with_pins(secrets, lambda: self._perform(phrase)))

    def give_up(self) -> Answer:
        self.given_up += 1
        self.ends.insert(0, "unknown")
        self.hold.set()
        return self._pool.submit(lambda: None)

    def inspect(self, secrets: Mapping[str, Secret]) -> Answer:
        def look() -> Refused | None:
            asked = self.prompt()
            assert isinstance(asked, Inspect)
            self._working = FakeWorking(call="inspecting", started=self.now, token="hsm", last_heartbeat=self.now)
            self._tell()
            self.hold.wait(30)
            self._working = None
            finding: Finding = self.finds.pop(0) if self.finds else "not-executed"
            left = LEFT.get(finding, ())
            return self._send(c.Find(op=asked.op, finding=finding, evidence={}, rows=FOUND[finding], left=left))

        return self._hands.submit(lambda: self._with_pins(secrets, look))

    def deviate(self, kind: Cause, by: int, expected: str, happened: str) -> Answer:
        return self._pool.submit(
            lambda: self._send(
                c.Deviate(kind=kind, by=by, expected=self._leaf(expected), happened=self._leaf(happened))
            )
        )

    def settle(
        self, deviation: int, action: Way, effect: Effect, by: int, text: str, again: str = "", remedy: Remedy = ""
    ) -> Answer:
        return self._pool.submit(
            lambda: self._send(
                c.Settle(
                    deviation=deviation, action=action, effect=effect, by=by, text=self._leaf(text), again=again,
                    remedy=remedy,
                )
            )
        )  # fmt: skip

    def take_break(self, kind: Break, stay: tuple[int, ...], reason: str) -> Answer:
        return self._pool.submit(lambda: self._send(c.TakeBreak(kind=kind, stay=stay, reason=self._leaf(reason))))

    def finish(self) -> Answer:
        return self._hands.submit(self._finish)

    def close(self) -> None:
        self.hold.set()
        self.show.set()
        self._hands.shutdown(wait=True)
        self._pool.shutdown(wait=True)

    # ---------------------------------------------------------------------------------------------- what tests do

    def restart(self) -> None:
        """As if the program had been stopped and started again."""
        expected, happened = self._leaf("The program runs on."), self._leaf("It stopped and was started again.")
        recover = c.Recover(boot="boot", torn="", set_aside=(), expected=expected, happened=happened)
        assert self.do(recover).result() is None

    def broken(self) -> Answer:
        """A future that ends with a fault of the program."""

        def fail() -> Refused | None:
            raise ZeroDivisionError

        return self._pool.submit(fail)

    # ------------------------------------------------------------------------------------------------------ inside

    def _value(self, item: str, text: str) -> str | Leaf:
        run = self._state.run
        stages = self.plan.definition.step(run.id).stages if run else ()
        fields = [field for stage in stages if isinstance(stage, Ask) for field in stage.fields]
        private = any(field.private for field in fields if field.name == item.partition("#")[0])
        return self._leaf(text) if private else text

    def _leaf(self, text: str) -> Leaf:
        digest = hashlib.sha256(f"{len(self._texts)} {text}".encode()).hexdigest()
        self._texts[digest] = text
        return Leaf(digest)

    def _send(self, wish: c.Command) -> Refused | None:
        answer = decide(self.plan, self._state, wish)
        if isinstance(answer, Refused):
            return answer
        for event in answer:
            self._append(event)
        asked = self.prompt()
        if isinstance(asked, Preparing) and not isinstance(wish, c.Prepare):
            rows, grave = prepared(asked.step.kind, last_try=self.last_try, keypad=has_keypad(self.plan, "hsm"))
            self._send(c.Prepare(rows=rows, grave=grave))
        self._tell()
        return None

    def _append(self, event: Event) -> None:
        seq = len(self._entries)
        utc = self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        digest = hashlib.sha256(f"{seq}".encode() + msgspec.json.encode(event)).hexdigest()
        entry = Entry(seq=seq, utc=utc, mono=seq * 1000, event=event, digest=digest)
        self._entries.append(entry)
        self._state = evolve(self._state, entry)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _with_pins(self, secrets: Mapping[str, Secret], work: Callable[[], Refused | None]) -> Refused | None:
        """Do something with what was typed and what the shares give, all of which is erased afterwards."""
        every = dict(secrets)
        try:
            every.update(self._holders.holders.pins())
            self.entered = {name: secret.reveal() for name, secret in every.items()}
            return work()
        except Refusal as refusal:
            return Refused(refusal.rule, refusal.why, refusal.what_to_do)
        finally:
            self._holders.holders.after(every)

    def _concern(self, concern: Concern) -> Refused | None:
        return self.deviate("failure", 0, concern.expected, concern.happened).result()

    def _perform(self, phrase: str) -> Refused | None:
        run = self._state.run
        assert run is not None
        left = [one for one in leftovers(self._state, run.id) if one.remedy == "destroy"]
        for thing in [thing for one in left for thing in one.objects]:
            refused = self._call(DESTROY, {"object": msgspec.to_builtins(thing)}, phrase, last=False)
            if refused is not None or open_call(self._state) is not None:
                return refused
        return self._call(run.id, {}, phrase)

    def _call(self, call: str, parameters: dict[str, Json], phrase: str, *, last: bool = True) -> Refused | None:
        op = hashlib.md5(f"{len(self._entries)}".encode(), usedforsecurity=False).hexdigest()
        self._working = FakeWorking(call=f"{call} on the token", started=self.now, token="hsm", last_heartbeat=self.now)
        refused = self.do(c.Begin(op=op, call=call, parameters=parameters, phrase=phrase)).result()
        if refused is not None:
            self._working = None
            return refused
        self.hold.wait(30)
        self._working = None
        end = self.ends.pop(0) if self.ends else "done"
        made = (ArtifactRef(name="operator-root.pub", sha256=SPKI, size=215),) if call == "generate" else ()
        refused = self.do(
            c.Report(
                op=op,
                result="failed" if end == "again" else "unknown" if end == "unknown" else end,  # type: ignore[arg-type]  # a test's word
                complete=end == "done" and last,
                evidence=self._evidence(call) if end == "done" and last else {},
                rows=came_of(call, end),
                artifacts=made if end == "done" else (),
                again=end == "again",
            )
        ).result()
        if end == "unknown" and LOGIN in world(self.plan, self._state):
            self.do(c.Halt(why="The login at the token has ended.", ended=(LOGIN,))).result()
        return refused

    def _evidence(self, call: str) -> dict[str, Json]:
        return self._holders.draw() if call == "split" else {"spki-sha256": SPKI}

    def _finish(self) -> Refused | None:
        self._working = FakeWorking(call="closing; making the record", started=self.now)
        refused = self.do(c.Finish(statement="The ceremony is closed.")).result()
        self.hold.wait(30)
        self._working = None
        self._tell()
        return refused


def answered(future: Future[Refused | None]) -> None:
    """Wait for a wish to be granted."""
    refused = future.result(30)
    assert refused is None, refused.paragraph()
