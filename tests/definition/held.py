"""A shipped ceremony held in memory by the real rules, with devices that are only told of."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from ceremony_app.actions import KINDS
from ceremony_app.actions.read_back import DIGESTS
from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Genesis
from ceremony_app.core.room import Binding, BoundPerson, BoundToken
from ceremony_app.core.script import Definition, Plan
from ceremony_app.core.state import State, fold
from ceremony_app.core.values import Json, Mode, Row
from ceremony_app.definition.files import load_policy, plan_of
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from tests.core.table import Table

SHORT = Path(__file__).parents[1] / "ceremonies" / "short.toml"
SHELF = {path.stem: path for path in sorted((resources() / "ceremonies").glob("*.toml"))}
ALL = {**SHELF, "short": SHORT}
BOUND = ("ceremony.toml", "policy.toml", "binding.toml", "context.json", "FORMAT.md", "verify_journal.py", "script.pdf")


@cache
def definition(name: str) -> Definition:
    """A shipped definition, or the short one."""
    return load(ALL[name].read_bytes(), KINDS)


@cache
def plan(name: str) -> Plan:
    """A definition with its pack, and one person for every place in every role."""
    found = definition(name)
    policy = (resources() / "policies" / f"{found.policy}.toml").read_bytes()
    places = [role for role, told in found.roles.items() for _ in range(told.count)]
    binding = Binding(
        format=1,
        definition=found.id,
        mode=Mode.REHEARSAL,
        tokens={token: BoundToken(module="module.so", module_sha256="0" * 64, serial="1") for token in found.tokens},
        people=tuple(BoundPerson(number=i, roles=(role,)) for i, role in enumerate(places, start=1)),
    )
    files = {"ceremony.toml": ALL[name].read_bytes(), "policy.toml": policy}
    return plan_of(found, load_policy(policy), binding, files=files)


class Held(Table):
    """Every digest that can be read back is in the evidence, and the first entry binds what a real one binds."""

    def __init__(self, name: str) -> None:
        super().__init__(plan(name))

    def open(self) -> None:
        """The first entry."""
        found = self.plan.definition
        self.good(
            c.Open(
                genesis=Genesis(
                    format=1,
                    ceremony="5f" * 16,
                    mode=self.plan.binding.mode,
                    definition=found.id,
                    title=found.title,
                    files=dict.fromkeys(BOUND, "00" * 32),
                    boot="boot",
                    program="test",
                )
            )
        )

    def move(self) -> c.Command:
        """The next legal command."""
        told = super().move()
        now = self.now
        if not isinstance(now, p.Busy) or not isinstance(told, c.Report):
            return told
        digests: dict[str, Json] = dict.fromkeys(DIGESTS.get(now.step.kind, ()), "cd" * 32)
        return msgspec.structs.replace(told, evidence=digests, rows=(Row("Done", now.step.kind),))


@cache
def journal(name: str) -> Held:
    """A ceremony held from the first entry to the last, without a deviation."""
    room = Held(name)
    room.open()
    while not isinstance(room.now, p.Closed):
        room.good(room.move())
    return room


def state_without(room: Held, *seqs: int) -> State:
    """The state as it would be if these entries were missing (numbers stay what they were)."""
    return fold(entry for entry in room.entries if entry.seq not in seqs)
