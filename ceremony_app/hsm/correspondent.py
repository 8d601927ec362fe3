"""One worker and its parent's questions to it: each has a deadline and an answer of its own, or ends the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from ceremony_app.core.errors import TokenFault
from ceremony_app.hsm import calls, refusals, wire
from ceremony_app.hsm.codes import wants_fresh_worker
from ceremony_app.hsm.process import Died, Silent, WorkerProcess

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds after which a call counts as lost and its worker is ended, by the kind of call.

    `entry` is for a PIN that a person enters at the token itself, `carry` for wrapping a key and bringing it back,
    `card` for all that a person's card does in one signature.
    They are generous: a lost call costs the activation. Making an RSA key takes a card twenty minutes in the worst
    case known; whoever sees that nothing comes any more calls `RemoteToken.kill` before.
    """

    start: float = 60.0
    read: float = 60.0
    login: float = 60.0
    entry: float = 300.0
    initialise: float = 300.0
    generate: float = 300.0
    generate_rsa: float = 3600.0
    sign: float = 300.0
    carry: float = 300.0
    destroy: float = 300.0
    card: float = 60.0

    def of(self, call: calls.Call) -> float:
        """The seconds for this call."""
        match call:
            case calls.Attach() | calls.ListTokens() | calls.ShowCard():
                return self.start
            case calls.Activate(pin=None) | calls.SignWithCard(pin=None):
                return self.entry
            case calls.SignWithCard():
                return self.card
            case calls.Activate() | calls.SetUserPin() | calls.ChangePin() | calls.Deactivate():
                return self.login
            case calls.Initialise():
                return self.initialise
            case calls.GenerateKeyPair():
                return self.generate_rsa if call.spec.algorithm.is_rsa else self.generate
            case calls.TryOut():
                return self.generate_rsa if call.algorithm.is_rsa else self.generate
            case calls.GenerateWrappingKey():
                return self.generate
            case calls.Wrap() | calls.Unwrap():
                return self.carry
            case calls.Destroy():
                return self.destroy
            case calls.Sign():
                return self.sign
            case _:
                return self.read


class Correspondent:
    """Asks one worker and understands its answers; ends it whenever they cannot be relied on any more."""

    def __init__(self, environment: Mapping[str, str], deadlines: Deadlines) -> None:
        self.process = WorkerProcess(environment)
        self.ended = False
        self._deadlines = deadlines
        self._requests = 0
        self.hardening = self._greeted()

    def _greeted(self) -> wire.Hardening:
        """Wait for the worker's first word; raises `TokenFault` (WORKER_NOT_STARTED) with the last line it printed."""
        try:
            first = wire.read_answer(self.process.exchange(bytearray(), self._deadlines.start))
            return wire.read_value(first.value, wire.Hardening)
        except (Died, Silent, msgspec.MsgspecError):
            self.end(kindly=False)
            raise refusals.not_started(self.process.said().rpartition("\n")[2]) from None
        except BaseException:
            self.end(kindly=False)
            raise

    def ask(self, call: calls.Call, wanted: type[T]) -> T:
        """The result of a call. Raises `TokenFault`; look at `ended` after it."""
        changes, seconds = calls.changes_token(call), self._deadlines.of(call)
        self._requests += 1
        request = wire.frame(wire.Request(id=self._requests, call=call))
        try:
            answer = wire.read_answer(self.process.exchange(request, seconds))
            return self._result(answer, wanted, changes=changes)
        except Died as death:
            self.end(kindly=False)
            if isinstance(call, calls.Attach | calls.ListTokens | calls.ShowCard):
                raise refusals.module_crashed(call.module, death.status) from None
            raise refusals.worker_died(changes=changes, status=death.status) from None
        except Silent:
            self.end(kindly=False)
            raise refusals.no_answer(changes=changes, seconds=seconds) from None
        except msgspec.MsgspecError:
            self.end(kindly=False)
            raise refusals.foreign_answer(changes=changes) from None
        except TokenFault as fault:
            if wants_fresh_worker(fault):
                self.end(kindly=False)
            raise
        except BaseException:  # an interrupt, say: the answer to this call must never meet the next one
            self.end(kindly=False)
            raise
        finally:
            wire.wipe(request)

    def _result(self, answer: wire.Answer, wanted: type[T], *, changes: bool) -> T:
        if answer.id != self._requests:
            raise refusals.foreign_answer(changes=changes)
        if answer.failure is not None:
            raise answer.failure.fault()
        return wire.read_value(answer.value, wanted)

    def end(self, *, kindly: bool) -> None:
        """End the worker; `kindly` lets it log out first. Never fails."""
        if not self.ended:
            self.ended = True
            self.process.end(kindly=kindly)
