"""The reviewed ceremony as values: roles, quorums, keys, acts and steps, each step as a row of stages."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, assert_never

import msgspec

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.policy import Policy
from ceremony_app.core.room import Binding
from ceremony_app.core.values import Json
from ceremony_app.core.world import Fact

Whose: TypeAlias = Literal["activation", "officer"]
"""Whose PIN of a token: the user's, which activates it, or the security officer's."""

_MOST_SHARES: Final = 16
"""SLIP-39 counts them with four bits."""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a definition is made from: frozen, and strict about what it is given."""


class Role(Value, frozen=True):
    """A role: how many people must hold it, what they do, and which roles the same person may not also hold."""

    title: str
    count: int = 1
    duties: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    side: Literal["internal", "external"] = "internal"
    separate: tuple[str, ...] = ()


class Quorum(Value, frozen=True):
    """How many people of each role must sign. One person counts once, for one role."""

    all: dict[str, int]


class Split(Value, frozen=True):
    """How a PIN of a token is held: by `shares` people of a role, of whom `threshold` must come forward.

    `by` says what keeps the others out: `shares` of a secret that this program splits (SLIP-39), which is a gate and no
    lock, or the `device` itself with its own cards or keys, which is one.
    """

    role: str
    threshold: int
    shares: int
    by: Literal["shares", "device"] = "shares"

    def __post_init__(self) -> None:
        if not 2 <= self.threshold <= self.shares <= _MOST_SHARES:  # noqa: PLR2004 - one alone is no quorum
            raise ValueError(f"threshold and shares are 2 to {_MOST_SHARES}, and the threshold is not the greater")


class Custody(Value, frozen=True, rename="kebab"):
    """Who holds the activation PIN and the PIN of the security officer; the `next` ones take over in this ceremony."""

    activation: Split | None = None
    officer: Split | None = None
    next_activation: Split | None = None
    next_officer: Split | None = None

    def present(self, whose: Whose) -> Split | None:
        """How a PIN is held when the ceremony begins, or from its initialisation on."""
        return self.activation if whose == "activation" else self.officer

    def following(self, whose: Whose) -> Split | None:
        """How a PIN is held once this ceremony has handed it on; None where it does not."""
        return self.next_activation if whose == "activation" else self.next_officer

    def made(self, whose: Whose) -> Split | None:
        """The split that this ceremony makes of a PIN, if it makes one."""
        return self.following(whose) or self.present(whose)

    @property
    def every(self) -> tuple[Split | None, ...]:
        """All four, there or not."""
        return (self.activation, self.officer, self.next_activation, self.next_officer)


class TokenRole(Value, frozen=True):
    """A token that the ceremony uses, by its place in the ceremony; the binding says which one it is.

    `in_use` says that it comes with keys and PINs on it and is not initialised here; `continues` names the input (a
    finished ceremony) whose token of the same role it is. `custody` says who holds its PINs in shares, if anybody.
    """

    title: str = "Hardware security module"
    in_use: bool = msgspec.field(name="in-use", default=False)
    continues: str = ""
    custody: Custody = Custody()

    @property
    def has_keys(self) -> bool:
        """Whether the token comes with keys and PINs on it."""
        return self.in_use or bool(self.continues)


class Input(Value, frozen=True):
    """Something from outside that a step imports; where it lies is said on the day (`--input NAME=PATH`).

    `requests` is a folder with one request a file, `ceremony` the folder of a finished ceremony; the others are files.
    """

    kind: Literal["certificate", "request", "crl", "requests", "ceremony"]
    title: str = ""

    @property
    def told(self) -> str:
        """What is to be brought, in words."""
        match self.kind:
            case "certificate":
                words = "a file with one certificate, DER or PEM"
            case "request":
                words = "a file with one certification request, DER or PEM"
            case "crl":
                words = "a file with one CRL, DER or PEM"
            case "requests":
                words = "a folder with one certification request a file"
            case "ceremony":
                words = "the folder of a finished ceremony"
            case _:
                assert_never(self.kind)
        return f"{self.title} ({words})" if self.title else words


class Asset(Value, frozen=True):
    """A thing in the room: a medium, a bag, a safe, a document; `tag` is its colour and shape."""

    kind: Literal["medium", "bag", "card", "document", "device", "safe"]
    title: str = ""
    tag: str = ""


class Key(Value, frozen=True):
    """A key of the ceremony: its kind, the certificate profile it is made for, its token and its backup.

    `every_use` asks for the PIN before each use of the private key (CKA_ALWAYS_AUTHENTICATE).
    """

    algorithm: Algorithm
    token: str
    profile: str = ""
    backup: Literal["none", "wrapped", "vendor"] = "none"
    title: str = ""
    every_use: bool = False


class WrappingKey(Value, frozen=True):
    """An AES key of the ceremony that other keys are wrapped under; it is made on its token and never leaves it."""

    token: str
    title: str = ""


class Field(Value, frozen=True):
    """One thing to be entered or answered in a step.

    `pattern` is a regular expression for the whole value. `choices` are the answers offered, `wanted` the one that
    lets the step go on (any other halts it). `private` values become leaves. `blind` asks two people, the second
    without seeing the first. `sample` is what a rehearsal fills in.
    """

    name: str
    label: str
    pattern: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()
    wanted: str = ""
    private: bool = False
    blind: bool = False
    sample: str = ""
    by: str = ""


class SecretAsk(Value, frozen=True):
    """A secret that an action needs: who enters it, and whether twice (a new PIN).

    `at_token` marks one that a token with a keypad of its own takes there, and not at this workstation. `held` is for
    what nobody types: it comes from `shares` that people enter, or from the `memory` in which it was drawn and split.
    """

    name: str
    label: str
    by: str = ""
    twice: bool = False
    at_token: bool = False
    held: Literal["", "shares", "memory"] = ""

    @property
    def whose(self) -> Whose:
        """Whose PIN it is."""
        return "officer" if "so-pin" in self.name else "activation"


class ShareAsk(Value, frozen=True):
    """Shares of a token's PIN that an action needs: those of the threshold, or `every` one that there is."""

    token: str
    whose: Whose
    every: bool = False


class Tell(Value, tag="tell", frozen=True):
    """Something is read aloud or done; nothing is entered."""


class Ask(Value, tag="ask", frozen=True):
    """Values are entered or questions answered."""

    fields: tuple[Field, ...]
    aloud: bool = False


class RollCall(Value, tag="roll-call", frozen=True):
    """People are enrolled until every role is filled."""


class WatchClock(Value, tag="clock", frozen=True):
    """A witness types the time of a watch that is not this computer's."""

    by: str


class Act(Value, tag="act", frozen=True):
    """A device or file is touched: prepared, approved by `quorum`, armed by typing `phrase`, done.

    `button` is the act in words; `device` is the token's role or empty; `mutates` says whether a token is changed;
    `shares` are those that people enter or present before it is done.
    """

    button: str
    device: str = ""
    mutates: bool = False
    irreversible: bool = False
    phrase: str = ""
    quorum: str = ""
    secrets: tuple[SecretAsk, ...] = ()
    shares: tuple[ShareAsk, ...] = ()


class HandOut(Value, tag="hand-out", frozen=True):
    """Every holder writes down the own share of a token's PIN, alone at the screen, and types it back."""

    token: str
    whose: Whose
    split: Split


class Transcribe(Value, tag="transcribe", frozen=True):
    """A SHA-256 is written on paper, and `rows` drawn rows are typed back from it.

    `source` is the id of the step whose evidence holds it and `value` its name there; both empty for the checkpoint.
    `brought` says that somebody brought the paper with the digest on it: then nothing is written, and no row of the
    digest is shown until it has been typed.
    """

    rows: int
    source: str = ""
    value: str = ""
    label: str = ""
    reader: str = ""
    typist: str = ""
    brought: bool = False


class TakeCheckpoint(Value, tag="checkpoint", frozen=True):
    """The journal's head is fixed, to be written on paper."""


class Attest(Value, tag="attest", frozen=True):
    """The quorum signs the result."""

    quorum: str
    sentence: str = ""


class Conclude(Value, tag="conclude", frozen=True):
    """The ceremony is closed."""


Stage: TypeAlias = Tell | Ask | RollCall | WatchClock | Act | HandOut | Transcribe | TakeCheckpoint | Attest | Conclude


class Step(Value, frozen=True):
    """One numbered line of the script, with all that the machine needs to know of its kind.

    `parameters` are the kind's own settings as checked by the loader, in the form they had in the file.
    """

    number: str
    id: str
    kind: str
    title: str
    act: str
    stages: tuple[Stage, ...]
    say: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    who: str = ""
    why: str = ""
    minutes: int = 0
    meets: tuple[str, ...] = ()
    on_failure: tuple[str, ...] = ()
    requires: tuple[Fact, ...] = ()
    ensures: tuple[Fact, ...] = ()
    parameters: dict[str, Json] = {}

    @property
    def action(self) -> Act | None:
        """The stage in which the step touches something, if it has one."""
        return next((stage for stage in self.stages if isinstance(stage, Act)), None)

    @property
    def attest(self) -> Attest | None:
        """The stage in which the result is signed, if it has one."""
        return next((stage for stage in self.stages if isinstance(stage, Attest)), None)


class Definition(Value, frozen=True):
    """The reviewed file, checked: every name in it means something, every step's settings fit its kind."""

    id: str
    title: str
    policy: str
    language: str
    purpose: str
    version: str
    requirements: tuple[str, ...]
    deviations: str
    roles: dict[str, Role]
    quorums: dict[str, Quorum]
    tokens: dict[str, TokenRole]
    assets: dict[str, Asset]
    keys: dict[str, Key]
    steps: tuple[Step, ...]
    wrapping_keys: dict[str, WrappingKey] = {}
    inputs: dict[str, Input] = {}
    after: tuple[str, ...] = ()
    policy_sha256: str = ""

    def step(self, step_id: str) -> Step:
        """The step of this id (KeyError where there is none)."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    @property
    def acts(self) -> tuple[str, ...]:
        """The titles of the acts, in order."""
        return tuple(dict.fromkeys(step.act for step in self.steps))


class Plan(Value, frozen=True):
    """All that is decided before the day: the definition, the policy pack it names, and this room's binding."""

    definition: Definition
    policy: Policy
    binding: Binding
