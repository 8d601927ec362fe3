"""What the conductor tells of a token that works, and what comes of ending its process in the middle of a call."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

from ceremony_app.core import prompts as p
from ceremony_app.core.device import KeyReport, KeySpec
from ceremony_app.core.events import Outcome
from ceremony_app.core.state import State
from ceremony_app.hsm import refusals
from tests.ceremonies.held import production
from tests.fakes.token import FakeToken

_SOON = 10


class Stuck(FakeToken):
    """A token that never finishes a key pair, and whose process can be ended."""

    silence = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.working, self.ended = threading.Event(), threading.Event()

    @property
    def last_heard(self) -> float:
        """So many seconds ago."""
        return time.monotonic() - self.silence

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """Work until the process is ended."""
        del spec
        self.working.set()
        assert self.ended.wait(_SOON)
        self.active = False
        raise refusals.worker_died(changes=True, status=9)

    def kill(self) -> None:
        """End it."""
        self.ended.set()


def at_the_key(state: State) -> bool:
    """Whether the step that generates the key has been approved."""
    return state.run is not None and state.run.id == "generate-root" and len(state.run.signed("go")) > 1


def test_a_call_that_is_given_up_is_unknown_and_the_token_is_inspected(tmp_path: Path) -> None:
    token = Stuck()
    with production(tmp_path, "root-ca", token=token) as (conductor, people):
        people.play(until=lambda state: at_the_key(state) and isinstance(conductor.prompt(), p.Perform))
        now = conductor.prompt()
        assert isinstance(now, p.Perform)
        answer = conductor.perform({}, now.phrase)
        assert token.working.wait(_SOON)
        assert isinstance(conductor.prompt(), p.Busy)
        working = conductor.working()
        assert working is not None
        assert working.token == "hsm"
        assert working.last_heartbeat is not None
        assert working.last_heartbeat > working.started, "the worker was heard after the call was begun"
        token.silence = 3600.0
        assert conductor.working() == replace(working, last_heartbeat=working.started), "the beginning counts as a sign"
        assert conductor.give_up().result(_SOON) is None
        assert answer.result(_SOON) is None
        assert conductor.state().runs[-1].of(Outcome)[-1].result == "unknown"
        then = conductor.prompt()
        assert isinstance(then, p.Inspect)
        assert then.token == "hsm"
        assert [ask.name for ask in then.secrets] == ["pin"], "the login went with the process"


def test_where_no_token_works_there_is_nothing_to_give_up(tmp_path: Path) -> None:
    token = Stuck()
    with production(tmp_path, "root-ca", token=token) as (conductor, _):
        conductor.settle_down(_SOON)
        refused = conductor.give_up().result(_SOON)
        assert refused is not None
        assert refused.rule == "CER-STAGE"
        assert not token.ended.is_set()
