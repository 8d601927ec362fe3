"""`TokenPort` over worker processes: one at a time, replaced when it is lost, and no login survives one silently."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeVar

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import (
    Inventory,
    KeyReport,
    KeySpec,
    Mechanism,
    ModuleFacts,
    ObjectFacts,
    TokenFacts,
    Trial,
    Wrapped,
    WrappingKeySpec,
)
from ceremony_app.core.errors import TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import calls, refusals, wire
from ceremony_app.hsm.correspondent import Correspondent, Deadlines

T = TypeVar("T")

_PATIENCE: Final = 2.0
"""Seconds that `close` leaves to a call under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which token: module, serial (empty: the unused slot), model (empty: any), its environment and arguments."""

    module: Path
    serial: str
    model: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: str = ""


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
    def module(self) -> ModuleFacts:
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
        return self._ask(calls.Facts(), TokenFacts)

    def mechanisms(self) -> tuple[Mechanism, ...]:
        """See `TokenPort`."""
        return self._ask(calls.Mechanisms(), tuple[Mechanism, ...])

    def try_out(self, algorithm: Algorithm) -> Trial:
        """See `TokenPort`."""
        return self._ask(calls.TryOut(algorithm=algorithm), Trial)

    def inventory(self) -> Inventory:
        """See `TokenPort`."""
        return self._ask(calls.TakeInventory(), Inventory)

    def initialise(self, label: str, so_pin: Secret) -> TokenFacts:
        """See `TokenPort`."""
        facts = self._ask(calls.Initialise(label=label, so_pin=so_pin), TokenFacts)
        self._serial, self._active = facts.serial, False
        return facts

    def set_user_pin(self, so_pin: Secret, pin: Secret) -> None:
        """See `TokenPort`."""
        self._ask(calls.SetUserPin(so_pin=so_pin, pin=pin), type(None))

    def change_pin(self, whose: Literal["user", "so"], old: Secret, new: Secret) -> None:
        """See `TokenPort`."""
        self._ask(calls.ChangePin(whose=whose, old=old, new=new), type(None))

    def activate(self, pin: Secret | None) -> None:
        """See `TokenPort`."""
        self._ask(calls.Activate(pin=pin), type(None))
        self._active = True

    def deactivate(self) -> None:
        """See `TokenPort`."""
        self._ask(calls.Deactivate(), type(None))
        self._active = False

    def restart(self) -> None:
        """See `TokenPort`. The old worker logs out first; where the new one cannot have the token, the fault says why.

        After such a fault the next call tries again.
        """
        with self._lock:
            if self._closed:
                raise refusals.closed()
            self._active = False
            self._peer.end(kindly=True)
            self._peer, self._attached = self._attach()

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """See `TokenPort`."""
        return self._ask(calls.GenerateKeyPair(spec=spec), KeyReport)

    def report(self, key_id: str) -> KeyReport:
        """See `TokenPort`."""
        return self._ask(calls.Report(key_id=key_id), KeyReport)

    def generate_wrapping_key(self, spec: WrappingKeySpec) -> ObjectFacts:
        """See `TokenPort`."""
        return self._ask(calls.GenerateWrappingKey(spec=spec), ObjectFacts)

    def wrap(self, wrapping_id: str, key_id: str) -> Wrapped:
        """See `TokenPort`."""
        return self._ask(calls.Wrap(wrapping_id=wrapping_id, key_id=key_id), Wrapped)

    def unwrap(self, wrapping_id: str, wrapped: Wrapped, spec: KeySpec, spki: bytes) -> KeyReport:
        """See `TokenPort`."""
        return self._ask(calls.Unwrap(wrapping_id=wrapping_id, wrapped=wrapped, spec=spec, spki=spki), KeyReport)

    def destroy(self, thing: ObjectFacts) -> None:
        """See `TokenPort`."""
        self._ask(calls.Destroy(thing=thing), type(None))

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        """See `TokenPort`."""
        return self._ask(calls.Sign(key_id=key_id, scheme=scheme, data=data, pin=pin), bytes)

    def random(self, count: int) -> bytes:
        """See `TokenPort`."""
        return self._ask(calls.Random(count=count), bytes)

    def attestation(self, key_id: str) -> tuple[bytes, ...]:
        """See `TokenPort`."""
        return self._ask(calls.Attestation(key_id=key_id), tuple[bytes, ...])

    def audit_log(self) -> bytes:
        """See `TokenPort`."""
        return self._ask(calls.AuditLog(), bytes)

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
        call = calls.Attach(
            module=str(target.module), serial=self._serial, model=target.model, arguments=target.arguments
        )
        try:
            return peer, peer.ask(call, wire.Attached)
        except TokenFault:
            peer.end(kindly=False)
            raise

    def _ask(self, call: calls.Call, wanted: type[T]) -> T:
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
