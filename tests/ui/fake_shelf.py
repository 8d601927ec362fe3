"""A program behind the start screen that answers at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Future
from typing import TypeVar

from ceremony_app.core.ports import Observation
from ceremony_app.core.rules import Refused
from ceremony_app.core.values import Mode
from ceremony_app.ui.shelf import Interrupted, Offer, Opened, Opening, Telling, Told
from tests.ui.fake_desk import BEGIN, FakeDesk
from tests.ui.sample_plan import sample_plan

T = TypeVar("T")

FACTS = (
    Observation(
        id="interfaces", label="No active network interface", value="no active interface seen", good=True, hard=True
    ),
    Observation(id="swap", label="No swap", value="1 swap area in use", good=False),
    Observation(id="disk", label="Disk encrypted", value="the folder lies on an encrypted volume", good=True),
)
UNFINISHED = Interrupted(
    folder="/srv/ceremonies/2026-11-22",
    title="Sample Operator Root CA: key generation and self-signed certificate",
    mode=Mode.PRODUCTION,
    step="3.3",
    stopped="2026-11-22T10:51:44.000Z",
)


class FakeShelf:
    """`interrupted_ones` is what lies about; `asked` is what was asked for."""

    version = "1.0"

    def __init__(self, *, unfinished: bool = True) -> None:
        self.unfinished = (UNFINISHED,) if unfinished else ()
        self.asked: list[tuple[str, ...]] = []
        self.desks: list[FakeDesk] = []

    def clock(self) -> dt.datetime:
        return BEGIN

    def offers(self) -> tuple[Offer, ...]:
        return (
            Offer(id="s1spki-foc-operator-root", title="FOC S1SP Operator Root CA: key generation and certificate"),
            Offer(id="root-ca", title="Root CA"),
        )

    def interrupted(self) -> tuple[Interrupted, ...]:
        return self.unfinished

    def new_folder(self) -> str:
        return "rehearsals/20261122T103107Z"

    def observe(self) -> Future[tuple[Observation, ...]]:
        return done(FACTS)

    def resume(self, folder: str) -> Opening:
        self.asked.append(("resume", folder))
        return self._opened()

    def rehearse(self, definition: str, folder: str) -> Opening:
        self.asked.append(("rehearse", definition, folder))
        return self._opened()

    def run(self, definition: str, binding: str, folder: str) -> Opening:
        self.asked.append(("run", definition, binding, folder))
        return done(Refused("CER-NETWORK", "An interface is up.", "Pull the cable out."))

    def check(self, definition: str, binding: str) -> Telling:
        self.asked.append(("check", definition, binding))
        rows = (("World model", "41 steps can be held"), ("Policy", "12 statements are unverified"))
        return done(Told(title="The definition is fit to be held", good=True, rows=rows))

    def script(self, definition: str, binding: str, destination: str) -> Telling:
        self.asked.append(("script", definition, binding, destination))
        return done(Told(title="The script is made", good=True, rows=(("File", destination),)))

    def verify(self, path: str) -> Telling:
        self.asked.append(("verify", path))
        return done(Told(title="Inconsistent", good=False, rows=(("CER-CHAIN", "entry 12 does not follow"),)))

    def _opened(self) -> Opening:
        self.desks.append(FakeDesk(sample_plan()))
        return done(Opened(desk=self.desks[-1]))


def done(value: T) -> Future[T]:
    """A future that is done."""
    future: Future[T] = Future()
    future.set_result(value)
    return future
