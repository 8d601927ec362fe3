"""The wishes of the room: what somebody wants to be so. `decide` turns them into facts, or refuses."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.events import Finding, Genesis, Method, Purpose, Remedy, Verdict
from ceremony_app.core.script import Whose
from ceremony_app.core.values import ArtifactRef, Json, Leaf, Row


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all commands."""


class Open(Wish, frozen=True):
    """Open the ceremony with its first entry."""

    genesis: Genesis


class EnrolPerson(Wish, frozen=True):
    """Enrol a person, or enrol one again with a new key; `texts` are the personal texts behind the leaves."""

    person: int
    roles: tuple[str, ...]
    method: Method
    spki: str
    key: str
    name: Leaf
    organisation: Leaf
    seen_by: int = 0
    details: dict[str, Leaf] = {}
    texts: tuple[str, ...] = ()


class CompleteRollCall(Wish, frozen=True):
    """Everyone who is needed is enrolled."""

    person: int


class Come(Wish, frozen=True):
    """A person is back in the room."""

    person: int


class Go(Wish, frozen=True):
    """A person leaves the room."""

    person: int


class ReadAloud(Wish, frozen=True):
    """What is to be said was said, what is to be done was done."""

    person: int


class Give(Wish, frozen=True):
    """Answer an item of the step: a value, or a leaf where the text is personal."""

    item: str
    value: str | Leaf
    person: int
    text: str = ""


class Correct(Wish, frozen=True):
    """Replace an answer by a new one, with the reason."""

    item: str
    value: str | Leaf
    why: Leaf
    text: str = ""
    texts: tuple[str, ...] = ()


class ReadWatch(Wish, frozen=True):
    """A witness types the time of a watch: `typed` and `shown` (this computer, at that moment) as HH:MM:SS UTC."""

    typed: str
    shown: str
    person: int


class Prepare(Wish, frozen=True):
    """What the action will do is worked out: rows to show, artifacts to approve. Sent by the conductor.

    `grave` asks for the quorum of deviations as well.
    """

    rows: tuple[Row, ...]
    artifacts: tuple[ArtifactRef, ...] = ()
    grave: bool = False


class Halt(Wish, frozen=True):
    """The action cannot be prepared, or a login was lost (`ended`: those facts). Sent by the conductor."""

    why: str
    ended: tuple[str, ...] = ()


class Begin(Wish, frozen=True):
    """Do it: the intent of the next call of the step's action. The first call carries the typed phrase."""

    op: str
    call: str
    parameters: dict[str, Json]
    inventory: str = ""
    phrase: str = ""


class Report(Wish, frozen=True):
    """What came of the call. Sent by the conductor."""

    op: str
    result: Literal["done", "failed", "unknown"]
    complete: bool
    evidence: dict[str, Json]
    rows: tuple[Row, ...]
    artifacts: tuple[ArtifactRef, ...] = ()
    again: bool = False


class Find(Wish, frozen=True):
    """What the device was found to hold after a call of which the end is not known. Sent by the conductor."""

    op: str
    finding: Finding
    evidence: dict[str, Json]
    rows: tuple[Row, ...]
    left: tuple[ObjectFacts, ...] = ()


class WriteShare(Wish, frozen=True):
    """A share of a split PIN stands on its holder's sheet."""

    index: int
    person: int


class ProveShare(Wish, frozen=True):
    """A holder has typed the own share back from the sheet: it was the one shown. Sent by the conductor."""

    index: int
    person: int


class CombineShares(Wish, frozen=True):
    """So many combinations of typed shares gave the secret again: all there are. Sent by the conductor."""

    combinations: int


class TakeShare(Wish, frozen=True):
    """A holder enters the own share, which fits the set, or presents the own card to the device."""

    whose: Whose
    index: int
    person: int


class WriteDown(Wish, frozen=True):
    """The rows stand on paper."""

    person: int


class TypeRow(Wish, frozen=True):
    """A row is typed back from the paper, as hex or as words; `person` types, `reader` reads."""

    letter: str
    text: str
    person: int
    reader: int


class FixHead(Wish, frozen=True):
    """Take the checkpoint whose head goes on paper."""


class Sign(Wish, frozen=True):
    """A person signs. `valid` is what the signature check (with the enrolled key) answered."""

    person: int
    role: str
    purpose: Purpose
    decision: Verdict
    statement: str
    alg: str
    sig: str
    key: str
    valid: bool


class Deviate(Wish, frozen=True):
    """Open a deviation. `by` is 0 where the program itself found it; `texts` are those behind the leaves."""

    kind: Literal["script", "failure", "differently", "person", "note"]
    by: int
    expected: Leaf
    happened: Leaf
    facts: tuple[Row, ...] = ()
    texts: tuple[str, ...] = ()


class Settle(Wish, frozen=True):
    """Decide a deviation; `again` names an earlier step to be held again before this one is repeated.

    `remedy` says what becomes of objects that an interrupted call left on a token. `texts` are the personal texts
    behind the leaves.
    """

    deviation: int
    action: Literal["go-on", "repeat", "abort"]
    effect: Literal["none", "assess", "unusable"]
    by: int
    text: Leaf
    again: str = ""
    remedy: Remedy = ""
    texts: tuple[str, ...] = ()


class TakeBreak(Wish, frozen=True):
    """Pause the ceremony."""

    kind: Literal["attended", "sealed"]
    stay: tuple[int, ...]
    reason: Leaf
    texts: tuple[str, ...] = ()


class GoOn(Wish, frozen=True):
    """Go on after a pause, with the people who are back."""

    present: tuple[int, ...]


class Recover(Wish, frozen=True):
    """The program was started again: what was set aside, and the deviation that says so."""

    boot: str
    torn: str
    set_aside: tuple[str, ...]
    expected: Leaf
    happened: Leaf


class Finish(Wish, frozen=True):
    """Close the ceremony."""

    statement: str


Command: TypeAlias = (
    Open
    | EnrolPerson
    | CompleteRollCall
    | Come
    | Go
    | ReadAloud
    | Give
    | Correct
    | ReadWatch
    | Prepare
    | Halt
    | Begin
    | Report
    | Find
    | WriteShare
    | ProveShare
    | CombineShares
    | TakeShare
    | WriteDown
    | TypeRow
    | FixHead
    | Sign
    | Deviate
    | Settle
    | TakeBreak
    | GoOn
    | Recover
    | Finish
)
