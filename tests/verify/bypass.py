"""A room in which the quorum is to be got round: what is tried, and the journal as it would be had no rule said no."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core import commands as c
from ceremony_app.core import events as e
from ceremony_app.core import prompts as p
from ceremony_app.core.custody import ENTERED, PROVEN, WRITTEN, by, combined_item, item
from ceremony_app.core.events import Event, Method, Purpose, Verdict
from ceremony_app.core.progress import current_stage
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.script import HandOut, Plan
from ceremony_app.core.state import evolve
from ceremony_app.core.values import Leaf, Mode
from ceremony_app.journal import chain
from ceremony_app.people.signatures import verify
from tests.core.table import CUSTODY, SHAREHOLDERS, Table, short_plan
from tests.verify.forging import replaced

LEAF = Leaf("ab" * 32)
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def public(key: PrivateKey) -> bytes:
    """DER SubjectPublicKeyInfo."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signed(key: PrivateKey, text: str) -> tuple[str, bytes]:
    """Method and signature over a text; of the curves it is P-256."""
    if isinstance(key, Ed25519PrivateKey):
        return "ed25519", key.sign(text.encode())
    return "ecdsa-p256-sha256", key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))


def members(wish: c.Command, *names: str) -> dict[str, Any]:
    """What an event has of the command that leads to it."""
    return {name: getattr(wish, name) for name in names}


def plan_of(mode: Mode = Mode.REHEARSAL, people: tuple[BoundPerson, ...] = SHAREHOLDERS, **rules: object) -> Plan:
    """The ceremony of shares, held in a mode by some people, under a policy that says this beside."""
    plan = short_plan(mode, CUSTODY.read_text(encoding="utf-8"), people)
    told = {name: replaced(plan.policy.rules.adopt or plan.policy.rules.quorum, value=v) for name, v in rules.items()}
    return replaced(plan, policy=replaced(plan.policy, rules=replaced(plan.policy.rules, **told)))


class Scene(Table):
    """The ceremony of shares. Everybody has a key of their own; person 3 has one of P-256, as on a card."""

    def __init__(self, plan: Plan | None = None, *, ceremony: str = "5f" * 16, method: Method = "room") -> None:
        plan = plan or plan_of()
        people = tuple(replaced(person, method=method) for person in plan.binding.people)
        super().__init__(replaced(plan, binding=replaced(plan.binding, people=people)))
        self.private: dict[int, PrivateKey] = {}
        self._method = method
        self.enrolled_times = 0
        self.open(ceremony)

    def open(self, ceremony: str = "5f" * 16) -> None:
        """The first entry, of a ceremony with this id."""
        super().open()
        if ceremony != "5f" * 16:
            genesis = self.state.genesis
            assert genesis is not None
            self.lines.clear()
            self.entries.clear()
            self.state = type(self.state)()
            self.good(c.Open(genesis=replaced(genesis, ceremony=ceremony)))

    def enrolment(self, number: int, roles: tuple[str, ...] | None = None) -> c.EnrolPerson:
        """The command that enrols a person; after a restart, with a key that is new."""
        self.enrolled_times += 1
        seed = number + 100 * self.enrolled_times
        key: PrivateKey = ec.derive_private_key(0x5EED + seed, ec.SECP256R1())
        if number != 3:
            key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big"))
        self.private[number] = key
        return self.with_key(replaced(super().enrolment(number, roles), method=self._method), public(key))

    def with_key(self, wish: c.EnrolPerson, spki: bytes) -> c.EnrolPerson:
        """The same enrolment with another key."""
        return replaced(wish, spki=base64.b64encode(spki).decode(), key=hashlib.sha256(spki).hexdigest())

    def signature(
        self, number: int, role: str, purpose: Purpose = "result", decision: Verdict = "AGREE", text: str = ""
    ) -> c.Sign:
        """The sign-off over what stands now or another text, checked as the conductor checks it."""
        wish = super().signature(number, role, purpose, decision, text)
        return self.resigned(wish, *signed(self.private[number], wish.statement)) if number in self.private else wish

    def resigned(self, wish: c.Sign, alg: str, sig: bytes) -> c.Sign:
        """The same sign-off with another signature, under another name."""
        person = self.state.person(wish.person)
        good = person is not None and verify(alg, base64.b64decode(person.spki), wish.statement.encode(), sig)
        return replaced(wish, alg=alg, sig=base64.b64encode(sig).decode(), valid=good)

    # ------------------------------------------------------------------------------------------ getting to a place

    def until(self, step: str, prompt: type[p.Prompt]) -> Scene:
        """Play up to this prompt of a step."""
        self.play_to(step)
        while not isinstance(self.now, prompt):
            assert self.state.run is not None
            assert self.state.run.id == step, f"never asked for in {step}"
            self.good(self.move())
        return self

    def sign(self, number: int, role: str, purpose: Purpose = "result", decision: Verdict = "AGREE") -> Scene:
        """Somebody signs, rightly."""
        self.good(self.signature(number, role, purpose, decision))
        return self

    def enter(self, *people: int, whose: str = "activation") -> Scene:
        """Custodians enter their own shares: person 5 the first, 6 the second, 7 the third."""
        for number in people:
            self.good(self.take(number - 4, number))
        return self

    def take(self, index: int, person: int) -> c.TakeShare:
        """A share of the activation PIN is entered."""
        return c.TakeShare(whose="activation", index=index, person=person)

    def begin(self) -> c.Begin:
        """The button is pressed, with the phrase typed where there is one."""
        act = self.plan.definition.step(self.state.run.id).action if self.state.run else None
        return c.Begin(op="ab" * 16, call="call", parameters={}, phrase=act.phrase if act else "")

    def note(self) -> c.Deviate:
        """Somebody opens a deviation that stops nothing."""
        return c.Deviate(kind="note", by=3, expected=LEAF, happened=LEAF)

    def decided(self, action: str = "go-on", again: str = "") -> Scene:
        """The last deviation is decided by the administrator."""
        number = self.state.problems[-1].opened.deviation
        self.good(c.Settle(deviation=number, action=action, effect="none", by=1, text=LEAF, again=again))  # type: ignore[arg-type]  # one of the three words
        return self

    def killed(self) -> Scene:
        """The program is ended and started again."""
        self.good(c.Recover(boot="again", torn="", set_aside=(), expected=LEAF, happened=LEAF))
        return self

    def back(self) -> Scene:
        """Everybody who is here gets a new key, as after a restart."""
        while isinstance(self.now, p.EnrolAgain):
            self.good(self.move())
        return self

    # ----------------------------------------------------------------------------------- had nobody and nothing said no

    def written(self, wish: c.Command | Event) -> tuple[Event, ...]:
        """What would stand in the journal had the command been followed; an event stands there as it is."""
        run = self.state.run
        assert run is not None
        place = {"step": run.number, "attempt": run.attempt}
        stage = current_stage(self.plan, self.state)
        handed = stage.whose if isinstance(stage, HandOut) else "activation"

        def answer(name: str, person: int, value: str = "") -> tuple[Event, ...]:
            return (e.Answer(**place, item=name, value=value or by(person), person=person),)  # type: ignore[arg-type]  # step and attempt

        match wish:
            case e.Body():
                return (wish,)
            case c.Sign():
                person = self.state.person(wish.person)
                own = members(wish, "statement", "alg", "sig", "key", "person", "role", "purpose", "decision")
                return (e.SignOff(**place, **own, method=person.method if person else "room"),)  # type: ignore[arg-type]  # as above
            case c.EnrolPerson():
                before = self.state.person(wish.person)
                own = members(
                    wish, "person", "roles", "method", "spki", "key", "name", "organisation", "seen_by", "details"
                )
                return (e.Enrol(**own, replaces=before.key if before else ""),)
            case c.WriteShare():
                return answer(item(handed, wish.index, WRITTEN), wish.person)
            case c.ProveShare():
                return answer(item(handed, wish.index, PROVEN), wish.person)
            case c.TakeShare():
                return answer(item(wish.whose, wish.index, ENTERED), wish.person)
            case c.CombineShares():
                assert isinstance(stage, HandOut)
                value = f"{wish.combinations} combinations of {stage.split.threshold} shares"
                return answer(combined_item(stage.whose), 0, value)
            case c.CompleteRollCall():
                return answer("roll-call", wish.person, "complete")
            case c.Begin():
                own = members(wish, "op", "call", "parameters", "inventory")
                return (e.Intent(**place, token=getattr(stage, "device", ""), **own),)  # type: ignore[arg-type]  # as above
            case c.Settle():
                own = members(wish, "deviation", "action", "effect", "by", "text", "again", "remedy")
                return (e.Decision(**place, **own),)  # type: ignore[arg-type]  # as above
            case _:
                raise AssertionError(wish)

    def append(self, events: tuple[Event, ...]) -> None:
        """Write events into the journal, whatever the rules say."""
        for event in events:
            seq = len(self.lines)
            line = chain.encode(event, seq=seq, prev=self.state.head, utc="2026-11-23T17:00:00.000Z", mono=seq * 10**6)
            entry = chain.decode(line, seq=seq, prev=self.state.head)
            self.lines.append(line)
            self.entries.append(entry)
            self.state = evolve(self.state, entry)


@dataclass(frozen=True)
class Bypass:
    """A way round the quorum: its number, what is tried, and the rules that are in the way.

    `rule` refuses the command; it is empty where no command could do it and only the files can be changed. `found` is
    among what the audit finds in the journal as it would be, `second` what the small reader finds there, where it can.
    """

    id: str
    sentence: str
    rule: str
    found: str
    second: str
    tried: Callable[[], tuple[Scene, c.Command | Event]]

    @property
    def stopped_by(self) -> str:
        """The rule as the handbook names it."""
        return self.rule or self.found


Tried = Callable[[], tuple[Scene, c.Command | Event]]


def bypass(name: str, sentence: str, rule: str, found: str, second: str = "") -> Callable[[Tried], Bypass]:
    """Names a function that plays a ceremony up to the place of an attack, and gives what is tried there."""
    return lambda tried: Bypass(name, sentence, rule, found, second, tried)


def done(scene: Scene) -> e.StepEntry:
    """The step is said to be done."""
    run = scene.state.run
    assert run is not None
    return e.StepEntry(step=run.number, id=run.id, attempt=run.attempt, state="done")
