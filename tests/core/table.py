"""A ceremony held in memory: the real rules, real journal lines, real signatures, and a device that is only told of."""

from __future__ import annotations

import base64
import hashlib
from math import comb
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.actions import KINDS
from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.custody import SharesAsked
from ceremony_app.core.events import Answer, Entry, Genesis, Purpose, SignOff, Verdict
from ceremony_app.core.outlook import world
from ceremony_app.core.progress import current_step
from ceremony_app.core.prompting import prompt
from ceremony_app.core.prompts import AnyPrompt
from ceremony_app.core.room import Binding, BoundPerson, BoundToken
from ceremony_app.core.rules import Refused, decide
from ceremony_app.core.rules.shares import holder_here
from ceremony_app.core.script import Plan, Transcribe
from ceremony_app.core.state import State, evolve, fold
from ceremony_app.core.statement import statement
from ceremony_app.core.values import ArtifactRef, Leaf, Mode, Row
from ceremony_app.core.words import hash_rows
from ceremony_app.core.world import missing
from ceremony_app.definition.files import load_policy
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from ceremony_app.journal import chain

BOUND = ("ceremony.toml", "policy.toml", "binding.toml", "context.json", "FORMAT.md", "verify_journal.py", "script.pdf")
SHORT = Path(__file__).parent / "short.toml"
CUSTODY = Path(__file__).parent / "custody.toml"
SHAREHOLDERS = (
    BoundPerson(number=1, roles=("administrator",)),
    BoundPerson(number=2, roles=("internal-witness", "security-officer")),
    BoundPerson(number=3, roles=("external-witness",)),
    BoundPerson(number=4, roles=("internal-witness",)),
    BoundPerson(number=5, roles=("key-custodian",)),
    BoundPerson(number=6, roles=("key-custodian",)),
    BoundPerson(number=7, roles=("key-custodian",)),
    BoundPerson(number=8, roles=("security-officer",)),
    BoundPerson(number=9, roles=("observer",)),
)
"""The people of the ceremony of shares: custodians 5 to 7, officers 2 and 8."""


def short_plan(mode: Mode = Mode.REHEARSAL, text: str = "", people: tuple[BoundPerson, ...] = ()) -> Plan:
    """The small ceremony that the rules are tried on: administrator 1, witnesses 2 to 4, officers 2 and 5."""
    definition = load((text or SHORT.read_text(encoding="utf-8")).encode(), KINDS)
    policy = load_policy((resources() / "policies" / "general.toml").read_bytes())
    binding = Binding(
        format=1,
        definition=definition.id,
        mode=mode,
        tokens={name: BoundToken(module="/m.so", module_sha256="0" * 64, serial="77") for name in definition.tokens},
        people=people
        or (
            BoundPerson(number=1, roles=("administrator",)),
            BoundPerson(number=2, roles=("internal-witness", "crypto-officer")),
            BoundPerson(number=3, roles=("external-witness",)),
            BoundPerson(number=4, roles=("internal-witness",)),
            BoundPerson(number=5, roles=("crypto-officer",)),
        ),
    )
    return Plan(definition=definition, policy=policy, binding=binding)


def custody_plan(mode: Mode = Mode.REHEARSAL) -> Plan:
    """The small ceremony of shares, with its people."""
    return short_plan(mode, CUSTODY.read_text(encoding="utf-8"), SHAREHOLDERS)


class Table:
    """Sends commands to `decide` and keeps the journal that follows, with people's keys at hand."""

    def __init__(self, plan: Plan | None = None) -> None:
        self.plan = plan or short_plan()
        self.state = State()
        self.entries: list[Entry] = []
        self.lines: list[bytes] = []
        self.keys: dict[int, Ed25519PrivateKey] = {}
        self.ops = 0
        self.seconds = 0
        self.refusals = 0

    def twin(self) -> Table:
        """Another table that has come as far as this one, with the same keys."""
        other = Table(self.plan)
        other.state, other.keys = self.state, dict(self.keys)
        other.entries, other.lines = list(self.entries), list(self.lines)
        other.ops, other.seconds, other.refusals = self.ops, self.seconds, self.refusals
        return other

    def send(self, command: c.Command) -> Refused | None:
        """Decide; on success write the lines and evolve."""
        answer = decide(self.plan, self.state, command)
        if isinstance(answer, Refused):
            self.refusals += 1
            return answer
        for event in answer:
            seq = len(self.lines)
            self.seconds += 1
            utc = f"2026-11-23T{9 + self.seconds // 3600:02}:{self.seconds // 60 % 60:02}:{self.seconds % 60:02}.000Z"
            line = chain.encode(event, seq=seq, prev=self.state.head, utc=utc, mono=self.seconds * 1000)
            entry = chain.decode(line, seq=seq, prev=self.state.head)
            self.lines.append(line)
            self.entries.append(entry)
            self.state = evolve(self.state, entry)
        return None

    def good(self, command: c.Command) -> None:
        """Send a command that must be accepted."""
        refused = self.send(command)
        assert refused is None, refused

    def refused(self, command: c.Command, rule: str) -> Refused:
        """Send a command that must be refused by this rule, and must leave everything as it was."""
        before, length = self.state, len(self.lines)
        answer = self.send(command)
        assert isinstance(answer, Refused), f"{command} was accepted"
        assert answer.rule == rule, answer
        assert answer.why
        assert answer.what_to_do
        assert self.state == before
        assert len(self.lines) == length
        return answer

    @property
    def now(self) -> AnyPrompt:
        """What the room must do now."""
        return prompt(self.plan, self.state)

    def refolded(self) -> State:
        """The state from the journal's bytes."""
        return fold(chain.entries_of(b"".join(self.lines)))

    def open(self) -> None:
        """The first entry."""
        self.good(
            c.Open(
                genesis=Genesis(
                    format=1,
                    ceremony="5f" * 16,
                    mode=self.plan.binding.mode,
                    definition=self.plan.definition.id,
                    title=self.plan.definition.title,
                    files=dict.fromkeys(BOUND, "00" * 32),
                    boot="boot",
                    program="test",
                )
            )
        )

    def enrolment(self, number: int, roles: tuple[str, ...] | None = None) -> c.EnrolPerson:
        """The command that enrols a person with a new key."""
        key = Ed25519PrivateKey.generate()
        self.keys[number] = key
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        bound = self.plan.binding.person(number)
        return c.EnrolPerson(
            person=number,
            roles=roles if roles is not None else bound.roles if bound else (),
            method="room",
            spki=base64.b64encode(spki).decode(),
            key=hashlib.sha256(spki).hexdigest(),
            name=Leaf("aa" * 32),
            organisation=Leaf("bb" * 32),
            seen_by=self.another(number),
        )

    def another(self, number: int) -> int:
        """Somebody else of the binding, who has seen an identity paper."""
        return next((person.number for person in self.plan.binding.people if person.number != number), 0)

    def signature(
        self, number: int, role: str, purpose: Purpose = "result", decision: Verdict = "AGREE", text: str = ""
    ) -> c.Sign:
        """The command by which a person signs what stands now (or `text`)."""
        step, run, person = current_step(self.plan, self.state), self.state.run, self.state.person(number)
        if step is not None and run is not None and person is not None:
            text = text or statement(self.state, step, run, person, role, purpose, decision)
        key = self.keys.setdefault(number, Ed25519PrivateKey.generate())
        sig = key.sign(text.encode())
        return c.Sign(
            person=number,
            role=role,
            purpose=purpose,
            decision=decision,
            statement=text,
            alg="ed25519",
            sig=base64.b64encode(sig).decode(),
            key=person.key if person else "",
            valid=True,
        )

    def op(self) -> str:
        """A new operation id."""
        self.ops += 1
        return f"{self.ops:032x}"

    def move(self) -> c.Command:  # noqa: PLR0912 - one case for each prompt
        """The next legal command of the room, as the prompt asks for it."""
        now = self.now
        state = self.state
        if state.people and not any(x.present for x in state.people):
            return self.called_back()
        here = [x.number for x in state.people if x.present and not x.void]
        first = here[0] if here else 0
        match now:
            case p.Read():
                return c.ReadAloud(person=first)
            case p.Enter():
                value = now.field.sample or now.field.wanted or next(iter(now.field.choices), "SAMPLE")
                before = next((a.person for a in now.run.of(Answer) if a.item == now.field.name), 0)
                typist = next((n for n in here if not now.second or n != before), 0)
                if state.people and not typist:
                    return self.called_back()
                given = Leaf("cc" * 32) if now.field.private else value
                return c.Give(item=now.item, value=given, person=typist, text=value)
            case p.Enrolment():
                enrolled = {x.number for x in state.people}
                coming = next((b.number for b in self.plan.binding.people if b.number not in enrolled), None)
                if coming is not None:
                    return self.enrolment(coming)
                return self.called_back() if now.missing else c.CompleteRollCall(person=first)
            case p.EnrolAgain():
                person = state.person(now.people[0])
                return self.enrolment(now.people[0], person.roles if person else ())
            case p.TypeTime():
                by = self.holder(now.by)
                if not by:
                    return self.called_back()
                return c.ReadWatch(typed="10:00:02", shown="10:00:00", person=by)
            case p.Preparing():
                return c.Prepare(
                    rows=(Row("Will do", now.step.kind),),
                    artifacts=(ArtifactRef(name="x.tbs", sha256="ab" * 32, size=7),),
                )
            case p.Approve():
                return self.next_signature(now)
            case p.HandOver():
                return self.handing(now)
            case p.Perform() | p.Inspect() if any(asked.left for asked in now.shares):
                return self.share(next(asked for asked in now.shares if asked.left))
            case p.Perform():
                return c.Begin(op=self.op(), call=now.step.kind, parameters={}, phrase=now.phrase)
            case p.Busy():
                call = next(x for run in state.runs for x in run.calls if not x.settled)
                evidence = {"spki-sha256": "cd" * 32} if now.step.kind == "generate-key" else {"seen": True}
                return c.Report(
                    op=call.intent.op,
                    result="done",
                    complete=True,
                    evidence=dict(evidence),
                    rows=(Row("Done", now.step.kind),),
                )
            case p.Inspect():
                return c.Find(op=now.op, finding="not-executed", evidence={}, rows=())
            case p.WriteRows():
                return c.WriteDown(person=first)
            case p.TypeRows():
                row = next(r for r in hash_rows(now.digest) if r.letter == now.left[0])
                typist = self.holder(now.typist)
                reader = self.holder(now.reader, beside=typist)
                if not (typist and reader):
                    return self.called_back()
                return c.TypeRow(letter=row.letter, text=" ".join(row.words), person=typist, reader=reader)
            case p.FixTheHead() | p.Conclusion() if state.undecided():
                open_one = state.undecided()[0].opened.deviation
                action: Literal["go-on", "abort"] = "abort" if state.aborting else "go-on"
                return c.Settle(deviation=open_one, action=action, effect="none", by=first, text=Leaf("ee" * 32))
            case p.FixTheHead():
                return c.FixHead()
            case p.Conclusion():
                return c.Finish(statement="closed")
            case p.Halted():
                if now.problem is None:
                    return self.deviation()
                return c.Settle(
                    deviation=now.problem.opened.deviation,
                    action="abort" if state.aborting else "repeat",
                    effect="none",
                    by=first,
                    text=Leaf("ee" * 32),
                    again="" if state.aborting else self.undone(),
                    remedy="" if state.aborting or not now.remedies else now.remedies[0],
                )
            case p.Paused():
                return c.GoOn(present=tuple(x.number for x in state.people))
            case _:
                raise AssertionError(now)

    def holder(self, role: str, beside: int = 0) -> int:
        """A person in the room with a role."""
        return next(
            (
                x.number
                for x in self.state.people
                if x.present and not x.void and x.number != beside and (not role or role in x.roles)
            ),
            0,
        )

    def next_signature(self, now: p.Approve) -> c.Command:
        """The signature of somebody who is still needed."""
        signed = {s.person: s.role for s in now.run.of(SignOff)}
        done = {s.person for s in now.run.signed(now.purpose)}
        for role in now.missing:
            for person in self.state.people:
                fits = person.present and not person.void and role in person.roles and person.number not in done
                if fits and signed.get(person.number, role) == role:
                    return self.signature(person.number, role, now.purpose)
        return self.called_back()

    def handing(self, now: p.HandOver) -> c.Command:
        """The next thing to do with the share that is handed out."""
        split = now.stage.split
        if not now.index:
            return c.CombineShares(combinations=comb(split.shares, split.threshold))
        able = [x.number for x in self.state.people if x.present and not x.void and split.role in x.roles]
        if now.holder is not None:
            known = now.holder in able
            return c.ProveShare(index=now.index, person=now.holder) if known else self.called_back()
        free = [number for number in able if number not in now.taken]
        return c.WriteShare(index=now.index, person=free[0]) if free else self.called_back()

    def share(self, asked: SharesAsked) -> c.Command:
        """The next share that is entered, by the person who holds it."""
        for index in range(1, asked.split.shares + 1):
            holder = holder_here(self.state, asked.token, asked.whose, index, self.plan)
            for person in self.state.people:
                able = person.present and not person.void and asked.split.role in person.roles
                new = all(index != h.index and person.number != h.person for h in asked.entered)
                if able and new and holder in (0, person.number):
                    return c.TakeShare(whose=asked.whose, index=index, person=person.number)
        return self.called_back()

    def called_back(self) -> c.Command:
        """Somebody who had left is asked in; where all are here, a deviation gives everybody a new say."""
        absent = next((x.number for x in self.state.people if not x.present), None)
        return self.deviation() if absent is None else c.Come(person=absent)

    def undone(self) -> str:
        """An earlier step that a restart has undone."""
        step = current_step(self.plan, self.state)
        for stage in step.stages if step else ():
            source = stage.source if isinstance(stage, Transcribe) else ""
            if source and self.state.evidence(source) is None:
                return source
        for fact in missing(world(self.plan, self.state), step.requires if step else ()):
            for earlier in self.plan.definition.steps:
                if fact in earlier.ensures and any(r.id == earlier.id and r.done for r in self.state.runs):
                    return earlier.id
        return ""

    def deviation(self) -> c.Deviate:
        """A deviation by the first person."""
        return c.Deviate(kind="failure", by=0, expected=Leaf("dd" * 32), happened=Leaf("dd" * 32))

    def play(self, moves: int) -> None:
        """So many legal moves."""
        for _ in range(moves):
            if isinstance(self.now, p.Closed):
                return
            self.good(self.move())

    def play_to(self, kind: type[AnyPrompt] | str, *, limit: int = 400) -> None:
        """Legal moves until a prompt of this type, or a step of this id, is there."""
        for _ in range(limit):
            now = self.now
            if isinstance(kind, str):
                if self.state.run is not None and self.state.run.id == kind:
                    return
            elif isinstance(now, kind):
                return
            self.good(self.move())
        raise AssertionError(f"never came to {kind}")


def without(plan: Plan, **changes: object) -> Plan:
    """A plan with a changed binding."""
    return msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, **changes))
