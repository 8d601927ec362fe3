"""The facts of a ceremony: one frozen value for each type of journal entry (closed list, journal format 1)."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

import msgspec

from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.values import ArtifactRef, Json, Leaf, Mode, Row

Purpose = Literal["go", "result"]
Verdict = Literal["AGREE", "DISAGREE"]
Method = Literal["card", "file", "room"]
Finding = Literal["not-executed", "executed", "partly", "unclear", "unhealthy", "unseen"]
Remedy = Literal["", "adopt", "destroy", "quarantine"]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """What every entry's body is made from; `type` is the entry's type and stands beside the body, not in it."""

    type: ClassVar[str] = ""


class Genesis(Body, frozen=True):
    """The first entry: which ceremony, in which mode, and the SHA-256 of every file that it binds."""

    type: ClassVar[str] = "genesis"
    format: Literal[1]
    ceremony: str
    mode: Mode
    definition: str
    title: str
    files: dict[str, str]
    boot: str
    program: str


class Enrol(Body, frozen=True):
    """A person is there, with roles and a key of their own (`spki`: base64 DER, `key`: its SHA-256 in hex).

    `replaces` is the digest of the key that this one takes the place of, or empty. `seen_by` is the person who saw the
    identity paper (0: nobody), `details` are personal texts by name: `paper`, and of a proxy `proxy-for`, `authority`.
    """

    type: ClassVar[str] = "enrol"
    person: int
    roles: tuple[str, ...]
    method: Method
    spki: str
    key: str
    name: Leaf
    organisation: Leaf
    replaces: str = ""
    seen_by: int | msgspec.UnsetType = msgspec.UNSET
    details: dict[str, Leaf] | msgspec.UnsetType = msgspec.UNSET

    @property
    def identified_by(self) -> int:
        """Who saw the identity paper, 0 for nobody."""
        return self.seen_by if isinstance(self.seen_by, int) else 0

    @property
    def more(self) -> dict[str, Leaf]:
        """The details; journals of version 0.1.0 have none."""
        return self.details if isinstance(self.details, dict) else {}


class Arrival(Body, frozen=True):
    """A person who had left is back."""

    type: ClassVar[str] = "arrival"
    person: int


class Departure(Body, frozen=True):
    """A person has left the room."""

    type: ClassVar[str] = "departure"
    person: int


class StepEntry(Body, frozen=True):
    """A step was begun, prepared (`rows` and `artifacts` are what will be shown), halted (with `why`) or done.

    `ended` names facts of the world that were found to hold no longer, such as `token:hsm:activated` after the
    process that held the login was lost; only a halt carries any. `grave`, of a prepared action, says that the
    quorum of deviations must agree to it beside the step's own, as to the last try of a PIN.
    """

    type: ClassVar[str] = "step"
    step: str
    id: str
    attempt: int
    state: Literal["begun", "prepared", "halted", "done"]
    rows: tuple[Row, ...] = ()
    artifacts: tuple[ArtifactRef, ...] = ()
    why: str = ""
    ended: tuple[str, ...] = ()
    grave: bool = False


class Answer(Body, frozen=True):
    """Somebody answered an item of a step. `good` says whether it is what was expected, where that is known."""

    type: ClassVar[str] = "answer"
    step: str
    attempt: int
    item: str
    value: str | Leaf
    person: int = 0
    good: bool = True


class Correction(Body, frozen=True):
    """A wrong entry (`entry`: its sequence number) is replaced by a new value; the old one stays readable."""

    type: ClassVar[str] = "correction"
    step: str
    attempt: int
    item: str
    value: str | Leaf
    entry: int
    why: Leaf


class Intent(Body, frozen=True):
    """What is about to be done to a device or file, on disk before it is done.

    `op` is a random 128-bit id in hex, `call` the operation's name, `token` the role of the token in the definition
    (empty where none is touched), `inventory` the digest of the token's objects before the call (or empty).
    """

    type: ClassVar[str] = "intent"
    step: str
    attempt: int
    op: str
    call: str
    token: str
    parameters: dict[str, Json]
    inventory: str = ""


class Outcome(Body, frozen=True):
    """What came of an intent. `result` is `done`, `failed` (nothing happened) or `unknown` (inspect first).

    `complete` says that the step's action needs no further call; `again`, of a failed one, that it may be tried again
    in the same attempt. `rows` is the evidence as people are shown it.
    """

    type: ClassVar[str] = "outcome"
    step: str
    attempt: int
    op: str
    result: Literal["done", "failed", "unknown"]
    complete: bool
    evidence: dict[str, Json]
    rows: tuple[Row, ...]
    artifacts: tuple[ArtifactRef, ...] = ()
    again: bool = False


class Reconcile(Body, frozen=True):
    """What the device was found to hold after an intent with no outcome, or with an unknown one.

    `not-executed`: it is as it was before. `executed`: it holds what the call was to bring about, and nothing else.
    `partly`: something else. `unclear`: this cannot be seen on the device, and people judge. `unhealthy`: the token
    cannot list its objects; `unseen`: it could not be looked at; after these two nothing is settled. `left` are the
    objects that the call left on the token, of which nobody has decided yet what becomes of them.
    """

    type: ClassVar[str] = "reconcile"
    step: str
    attempt: int
    op: str
    finding: Finding
    evidence: dict[str, Json]
    rows: tuple[Row, ...]
    left: tuple[ObjectFacts, ...] = ()


class SignOff(Body, frozen=True):
    """A person's signature over a statement (statement 1); the members are those of the contract."""

    type: ClassVar[str] = "signoff"
    statement: str
    alg: str
    sig: str
    key: str
    person: int
    role: str
    method: Method
    purpose: Purpose = msgspec.field(name="for")
    decision: Verdict
    step: str
    attempt: int


class Deviation(Body, frozen=True):
    """Something went otherwise than planned: numbered, opened at once, decided later."""

    type: ClassVar[str] = "deviation"
    deviation: int
    step: str
    attempt: int
    kind: Literal["script", "failure", "differently", "person", "note"]
    by: int
    expected: Leaf
    happened: Leaf
    facts: tuple[Row, ...] = ()


class Decision(Body, frozen=True):
    """What was decided about a deviation, and what it means for the keys.

    `again` is the id of an earlier step that is held again before the current one is repeated, or empty. `remedy`
    says what becomes of objects that an interrupted call left on a token, or is empty where there are none.
    """

    type: ClassVar[str] = "decision"
    deviation: int
    step: str
    attempt: int
    action: Literal["go-on", "repeat", "abort"]
    effect: Literal["none", "assess", "unusable"]
    by: int
    text: Leaf
    again: str = ""
    remedy: Remedy = ""


class Pause(Body, frozen=True):
    """The ceremony is paused: who stays, or everything sealed."""

    type: ClassVar[str] = "pause"
    kind: Literal["attended", "sealed"]
    stay: tuple[int, ...]
    reason: Leaf


class Resumption(Body, frozen=True):
    """The ceremony goes on after a pause; who is back."""

    type: ClassVar[str] = "resumption"
    present: tuple[int, ...]


class Recovery(Body, frozen=True):
    """The program was started again on an unfinished folder; what was set aside in `torn/`, and the new boot id."""

    type: ClassVar[str] = "recovery"
    boot: str
    torn: str
    set_aside: tuple[str, ...]
    head: str


class Clock(Body, frozen=True):
    """A witness's watch beside the computer's clock: `typed` is what the watch showed, difference in seconds."""

    type: ClassVar[str] = "clock"
    step: str
    attempt: int
    typed: str
    shown: str
    difference: int
    person: int


class Checkpoint(Body, frozen=True):
    """The journal is about to be fixed on paper: the head after this entry is written down and read back.

    `rows` are the tally of signatures up to here, a row a person, which everybody compares with their own on paper;
    journals of version 0.1.0 have none.
    """

    type: ClassVar[str] = "checkpoint"
    step: str
    attempt: int
    length: int
    rows: tuple[Row, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def tally(self) -> tuple[Row, ...]:
        """The rows; empty where there are none."""
        return self.rows if isinstance(self.rows, tuple) else ()


class Close(Body, frozen=True):
    """The end: nothing is appended after it. `outcome` is the word on the record's first page."""

    type: ClassVar[str] = "close"
    step: str
    attempt: int
    outcome: Literal["completed", "aborted"]
    deviations: int
    statement: str


Event: TypeAlias = (
    Genesis
    | Enrol
    | Arrival
    | Departure
    | StepEntry
    | Answer
    | Correction
    | Intent
    | Outcome
    | Reconcile
    | SignOff
    | Deviation
    | Decision
    | Pause
    | Resumption
    | Recovery
    | Clock
    | Checkpoint
    | Close
)

EVENT_TYPES: tuple[type[Event], ...] = (
    Genesis,
    Enrol,
    Arrival,
    Departure,
    StepEntry,
    Answer,
    Correction,
    Intent,
    Outcome,
    Reconcile,
    SignOff,
    Deviation,
    Decision,
    Pause,
    Resumption,
    Recovery,
    Clock,
    Checkpoint,
    Close,
)
"""Every type of entry, in the order of the contract."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the journal: its number, times, event, and the SHA-256 (hex) of its raw bytes.

    `utc` is RFC 3339 with milliseconds and `Z`; `mono` is milliseconds since the machine was started.
    """

    seq: int
    utc: str
    mono: int
    event: Event
    digest: str
