"""What the room must do now, as data: the window shows it, the unattended player answers it."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from ceremony_app.core.attempt import Run
from ceremony_app.core.custody import SharesAsked
from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.events import Purpose, Remedy
from ceremony_app.core.script import (
    Act,
    Field,
    HandOut,
    SecretAsk,
    Step,
)
from ceremony_app.core.state import Problem
from ceremony_app.core.values import ArtifactRef, Row


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all prompts. `needed` lists what is still missing, in words: the bottom bar's text."""

    needed: tuple[str, ...] = ()


class Read(Prompt, frozen=True):
    """Read aloud and do what the step says, then say so."""

    step: Step
    run: Run


class Enter(Prompt, frozen=True):
    """Answer the next item; `field` is its form, `item` the name its answer gets, `second` a blind second entry."""

    step: Step
    run: Run
    field: Field
    item: str
    second: bool
    left: int
    aloud: bool


class Enrolment(Prompt, frozen=True):
    """Enrol people; `missing` is how many of each role are not here yet."""

    step: Step
    run: Run
    missing: dict[str, int]


class TypeTime(Prompt, frozen=True):
    """The person in this role types the time of the watch."""

    step: Step
    run: Run
    by: str


class Preparing(Prompt, frozen=True):
    """What the action will do is being worked out; the conductor answers by itself."""

    step: Step
    run: Run


class Approve(Prompt, frozen=True):
    """People read the rows and sign, before an action (`go`) or after the step (`result`)."""

    step: Step
    run: Run
    purpose: Purpose
    rows: tuple[Row, ...]
    artifacts: tuple[ArtifactRef, ...]
    quorum: dict[str, int]
    missing: dict[str, int]


class Perform(Prompt, frozen=True):
    """All is agreed: enter secrets and shares, type the phrase if there is one, and do it.

    `failed` is what came of the last try, where it did not succeed and may be tried again.
    """

    step: Step
    run: Run
    act: Act
    rows: tuple[Row, ...]
    secrets: tuple[SecretAsk, ...]
    phrase: str
    failed: tuple[Row, ...] = ()
    shares: tuple[SharesAsked, ...] = ()


class HandOver(Prompt, frozen=True):
    """The holder of a share writes it down, alone at the screen (`holder` is None), and then types it back.

    `index` is the share's number of `stage.split.shares`; `taken` are the people who hold another one of this split.
    """

    step: Step
    run: Run
    stage: HandOut
    index: int
    holder: int | None
    taken: tuple[int, ...]


class Busy(Prompt, frozen=True):
    """A device or file operation is under way: `number` of how many (`of`), where an action has many alike."""

    step: Step
    run: Run
    call: str
    since: str
    number: int = 0
    of: int = 0


class Inspect(Prompt, frozen=True):
    """After a restart or an unknown end, the device is inspected before anything else.

    `secrets` are asked for where the login ended, since nobody sees private objects without one; `at_token`: the token
    asks for that PIN at its own keypad. `last` is what came of the last look, where the device could not be seen;
    `problem` is then the deviation by which people may abort.
    """

    step: Step
    run: Run
    op: str
    call: str
    token: str = ""
    secrets: tuple[SecretAsk, ...] = ()
    at_token: bool = False
    shares: tuple[SharesAsked, ...] = ()
    last: tuple[Row, ...] = ()
    problem: Problem | None = None


class WriteRows(Prompt, frozen=True):
    """Copy the rows of a digest to paper; `brought`: the paper is there already, and the digest is not shown."""

    step: Step
    run: Run
    digest: str
    label: str
    brought: bool = False


class TypeRows(Prompt, frozen=True):
    """The drawn rows are typed back from the paper; they are hidden on every screen.

    `brought`: from a paper that somebody brought; then all rows are hidden.
    """

    step: Step
    run: Run
    digest: str
    label: str
    drawn: tuple[str, ...]
    left: tuple[str, ...]
    reader: str
    typist: str
    brought: bool = False


class FixTheHead(Prompt, frozen=True):
    """Take the checkpoint."""

    step: Step
    run: Run


class Conclusion(Prompt, frozen=True):
    """Close the ceremony."""

    step: Step
    run: Run


class Halted(Prompt, frozen=True):
    """The step is stopped: a deviation must be opened, or the open one decided.

    `debris` are objects that an interrupted call left on the token, and `remedies` what can be decided about them.
    """

    step: Step
    run: Run
    why: str
    problem: Problem | None
    debris: tuple[ObjectFacts, ...] = ()
    remedies: tuple[Remedy, ...] = ()


class EnrolAgain(Prompt, frozen=True):
    """After a restart, people whose room key ended are enrolled with new keys."""

    people: tuple[int, ...]


class Paused(Prompt, frozen=True):
    """The ceremony is paused."""

    kind: str
    stay: tuple[int, ...]


class NotOpen(Prompt, frozen=True):
    """No ceremony is open."""


class Closed(Prompt, frozen=True):
    """The ceremony has ended."""

    outcome: str


AnyPrompt: TypeAlias = (
    Read
    | Enter
    | Enrolment
    | TypeTime
    | Preparing
    | Approve
    | Perform
    | HandOver
    | Busy
    | Inspect
    | WriteRows
    | TypeRows
    | FixTheHead
    | Conclusion
    | Halted
    | EnrolAgain
    | Paused
    | NotOpen
    | Closed
)
