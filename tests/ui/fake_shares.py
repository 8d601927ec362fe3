"""The holders of shares at a fake desk: the real memory and the real verdicts, over a generator that repeats itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import cast

from ceremony_app.actions.base import Concern, Context, Ports
from ceremony_app.actions.custody import record_json
from ceremony_app.conductor.custody import Custody
from ceremony_app.conductor.hands import Hands
from ceremony_app.conductor.sharedesk import ShareDesk
from ceremony_app.conductor.shareholders import Shareholders
from ceremony_app.core.commands import Command
from ceremony_app.core.custody import CustodyRecord
from ceremony_app.core.errors import Refusal
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import HandOut, Plan
from ceremony_app.core.state import State
from ceremony_app.core.values import Json


@dataclass
class Repeating:
    """A generator that gives the same octets in every test."""

    source: random.Random = field(default_factory=lambda: random.Random(5))

    def octets(self, count: int) -> bytes:
        return self.source.randbytes(count)


class FakeHands:
    """Does what is asked on a thread of the fake desk's; a refusal is an answer."""

    def __init__(self, pool: Executor, changed: Callable[[], None]) -> None:
        self._pool = pool
        self._changed = changed

    def do(self, work: Callable[[], Refused | None], call: str, token: str = "") -> Future[Refused | None]:
        del call, token

        def run() -> Refused | None:
            try:
                return work()
            except Refusal as refusal:
                return Refused(refusal.rule, refusal.why, refusal.what_to_do)
            finally:
                self._changed()

        return self._pool.submit(run)


class FakeShares:
    """What a fake desk needs for shares; `send` and `concern` wait for their answers."""

    def __init__(
        self,
        plan: Plan,
        state: Callable[[], State],
        send: Callable[[Command], Refused | None],
        concern: Callable[[Concern], Refused | None],
        hands: FakeHands,
    ) -> None:
        self._plan = plan
        self._state = state
        self.random = Repeating()
        self.custody = Custody(self.random)
        self.holders = Shareholders(self.custody, cast("Ports", None), send, self._context, concern)
        self.desk = ShareDesk(self.holders, cast("Hands", hands))

    def draw(self) -> dict[str, Json]:
        """The evidence of the step that draws and splits."""
        context = self._context()
        records: list[CustodyRecord] = []
        for stage in context.step.stages:
            if isinstance(stage, HandOut):
                serial = self._plan.binding.tokens[stage.token].serial
                theirs = self.random.octets(16)
                records.append(self.custody.draw(stage.token, stage.whose, serial, stage.split, theirs))
        return {"token": "hsm", "splits": [record_json(record) for record in records], "drawn-from": "a test"}

    def _context(self) -> Context:
        state = self._state()
        run = state.run
        assert run is not None
        return Context(self._plan, state, self._plan.definition.step(run.id), run)
