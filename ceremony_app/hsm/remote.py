"""`TokenPort` over worker processes: one at a time, replaced when it is lost, and no login survives one silently."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.device import Inventory, KeyReport, KeySpec, TokenFacts
from ceremony_app.core.errors import TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import refusals, wire
from ceremony_app.hsm.correspondent import Correspondent, Deadlines

T = TypeVar("T")

_PATIENCE: Final = 2.0
"""Seconds that `close` leaves to a call under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which token: module, serial (empty: the unused slot), model (empty: any), environment of the module."""

    module: Path
    serial: str
    model: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


class RemoteToken:
    """A token in a worker of its own. Keeps the contract of `TokenPort`; one call at a time, from any thread.

    A worker that is lost is replaced at the next call, but never silently under a login: the loss of an activation is
    told by the call that meets it.
    """

    def __init__(self, target: Target, deadlines: Deadlines) -> None:
        self._target = target
        self._serial = target.serial
        self._deadlines = deadlines
        self._lock = threading.Lock()
        self._active = False
        self._closed = False
        self._peer, self._attached = self._attach()

    @property
    def active(self) -> bool:
        """Whether the user is logged in, as far as is known without asking."""
        return self._active

    @property
    def module(self) -> wire.ModuleFacts:
        """What the module says of itself."""
        return self._attached.module

    @property
    def hardening(self) -> wire.Hardening:
        """What the worker could do to keep its memory to itself."""
        return self._peer.hardening

    @property
    def last_heard(self) -> float:
        """When the worker last sent anything, on the monotonic clock, in seconds."""
        return self._peer.process.last_heard

    def kill(self) -> None:
        """End the worker now, from any thread: the call under way fails, and what it did is unknown."""
        self._peer.process.kill()

    def diagnosis(self) -> str:
        """The last that the module printed. It may name anything that a module prints: for the administrator only."""
        return self._peer.process.said()

    def facts(self) -> TokenFacts:
        """See `TokenPort`."""
        return self._ask(wire.Facts(), TokenFacts)

    def inventory(self) -> Inventory:
        """See `TokenPort`."""
        return self._ask(wire.TakeInventory(), Inventory)

    def initialise(self, label: str, so_pin: Secret) -> TokenFacts:
        """See `TokenPort`."""
        facts = self._ask(wire.Initialise(label=label, so_pin=so_pin), TokenFacts)
        self._serial, self._active = facts.serial, False
        return facts

    def set_user_pin(self, so_pin: Secret, pin: Secret) -> None:
        """See `TokenPort`."""
        self._ask(wire.SetUserPin(so_pin=so_pin, pin=pin), type(None))

    def activate(self, pin: Secret) -> None:
        """See `TokenPort`."""
        self._ask(wire.Activate(pin=pin), type(None))
        self._active = True

    def deactivate(self) -> None:
        """See `TokenPort`."""
        self._ask(wire.Deactivate(), type(None))
        self._active = False

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """See `TokenPort`."""
        return self._ask(wire.GenerateKeyPair(spec=spec), KeyReport)

    def sign(self, key_id: str, scheme: Scheme, data: bytes) -> bytes:
        """See `TokenPort`."""
        return self._ask(wire.Sign(key_id=key_id, scheme=scheme, data=data), bytes)

    def random(self, count: int) -> bytes:
        """See `TokenPort`."""
        return self._ask(wire.Random(count=count), bytes)

    def close(self) -> None:
        """See `TokenPort`. A call that is still under way in another thread gets a moment, then it is cut off."""
        self._closed = True
        if not self._lock.acquire(timeout=_PATIENCE):
            self.kill()
            self._lock.acquire()
        self._active = False
        self._peer.end(kindly=True)
        self._lock.release()

    def _attach(self) -> tuple[Correspondent, wire.Attached]:
        """A new worker that holds the token; it is ended when it cannot have it."""
        target = self._target
        peer = Correspondent(target.environment, self._deadlines)
        call = wire.Attach(module=str(target.module), serial=self._serial, model=target.model)
        try:
            return peer, peer.ask(call, wire.Attached)
        except TokenFault:
            peer.end(kindly=False)
            raise

    def _ask(self, call: wire.Call, wanted: type[T]) -> T:
        with self._lock:
            if self._closed:
                raise refusals.closed()
            self._see_to_worker()
            try:
                return self._peer.ask(call, wanted)
            except TokenFault as fault:
                if self._active and fault.code == "CKR_USER_NOT_LOGGED_IN":  # the token ended the login by itself
                    self._peer.end(kindly=False)
                raise
            finally:
                self._active = self._active and not self._peer.ended

    def _see_to_worker(self) -> None:
        """Replace a worker that has ended; where it took a login with it, say so first."""
        process = self._peer.process
        if not process.alive:
            self._peer.end(kindly=False)
        if self._peer.ended:
            if self._active:
                self._active = False
                raise refusals.worker_gone(status=process.status)
            self._peer, self._attached = self._attach()
