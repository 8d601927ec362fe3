"""The process that drives one token: takes calls from its parent over a pipe, one after the other, in one thread.

A second thread tells the parent every second that a call is still under way. It never touches the module.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, assert_never

import msgspec

from ceremony_app.core.errors import TokenFault
from ceremony_app.hsm import calls, cardwork, refusals, wire
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.hsm.device import Device
from ceremony_app.hsm.hardening import harden
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.pkcs11 import Module

_BEAT_SECONDS: Final = 1.0


class Desk:
    """Takes each call to the device that it is for."""

    def __init__(self) -> None:
        self._device: Device | None = None

    def perform(self, call: calls.Call) -> object:
        """The result of the call, None where it has none; raises `TokenFault`."""
        match call:
            case calls.ListTokens():
                return tuple(facts for _, facts in Module(Path(call.module), call.arguments).tokens())
            case calls.Attach():
                module = Module(Path(call.module), call.arguments)
                self._device = Device(module, call.serial, call.model)
                return wire.Attached(token=self._device.facts(), module=module.facts())
            case calls.Facts():
                return self._attached().facts()
            case calls.Mechanisms():
                return self._attached().mechanisms()
            case calls.TryOut():
                return self._attached().try_out(call.algorithm)
            case calls.TakeInventory():
                return self._attached().inventory()
            case calls.Initialise():
                return self._attached().initialise(call.label, call.so_pin)
            case calls.SetUserPin():
                self._attached().set_user_pin(call.so_pin, call.pin)
            case calls.ChangePin():
                self._attached().change_pin(call.whose, call.old, call.new)
            case calls.Activate():
                self._attached().activate(call.pin)
            case calls.Deactivate():
                self._attached().deactivate()
            case calls.GenerateKeyPair():
                return self._attached().generate_key_pair(call.spec)
            case calls.Report():
                return self._attached().report(call.key_id)
            case calls.GenerateWrappingKey():
                return self._attached().generate_wrapping_key(call.spec)
            case calls.Wrap():
                return self._attached().wrap(call.wrapping_id, call.key_id)
            case calls.Unwrap():
                return self._attached().unwrap(call.wrapping_id, call.wrapped, call.spec, call.spki)
            case calls.Destroy():
                self._attached().destroy(call.thing)
            case calls.Sign():
                return self._attached().sign(call.key_id, call.scheme, call.data, call.pin)
            case calls.Random():
                return self._attached().random(call.count)
            case calls.Attestation():
                return self._attached().attestation(call.key_id)
            case calls.AuditLog():
                return self._attached().audit_log()
            case calls.ShowCard():
                return cardwork.show(_held(call))
            case calls.SignWithCard():
                return cardwork.sign(_held(call), call.key, call.data, call.pin)
            case _:
                assert_never(call)
        return None

    def answer(self, request: wire.Request) -> wire.Answer:
        """The answer to a request; whatever goes wrong becomes a failure in it."""
        try:
            return wire.answer(request.id, self.perform(request.call))
        except TokenFault as known:
            failure = wire.Failure.of(known)
        except Exception as unforeseen:  # noqa: BLE001 - its text may hold anything: only its class is told
            changes = calls.changes_token(request.call)
            failure = wire.Failure.of(refusals.worker_fault(type(unforeseen).__name__, changes=changes))
        return wire.Answer(id=request.id, failure=failure)

    def leave(self) -> None:
        """Log out, if a token is attached."""
        if self._device is not None:
            self._device.deactivate()

    def _attached(self) -> Device:
        if self._device is None:
            raise fault(number_of("TOKEN_NOT_PRESENT"))
        return self._device


def _held(call: calls.ShowCard | calls.SignWithCard) -> Held:
    """The card of a call, for this call only."""
    return Held(Module(Path(call.module), call.arguments), call.serial, call.model)


def _read_exactly(source: int, count: int) -> bytearray | None:
    """So many octets, or None when the other side is gone."""
    buffer = bytearray(count)
    view = memoryview(buffer)
    while view:
        got = os.readv(source, [view])
        if not got:
            return None
        view = view[got:]
    return buffer


def _write_all(target: int, octets: bytearray) -> None:
    view = memoryview(octets)
    while view:
        view = view[os.write(target, view) :]


class Line:
    """The pipe to the parent, for whole frames of two threads."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._under_way = False

    def begin(self) -> None:
        """A call is under way from now on."""
        self._under_way = True

    def answer(self, reply: wire.Answer) -> None:
        """Send the answer, after which no beat belongs to the call."""
        frame = wire.frame(reply)
        with self._lock:
            self._under_way = False
            _write_all(self._target, frame)

    def beat(self) -> None:
        """Send a sign of life every second, as long as a call is under way; ends when the parent is gone."""
        with suppress(OSError):
            while True:
                time.sleep(_BEAT_SECONDS)
                with self._lock:
                    if self._under_way:
                        _write_all(self._target, bytearray(wire.BEAT))


def serve(source: int, line: Line, desk: Desk) -> None:
    """Answer calls until the parent closes its end."""
    while (header := _read_exactly(source, wire.HEADER.size)) is not None:
        (length,) = wire.HEADER.unpack(header)
        payload = _read_exactly(source, length) if length <= wire.LARGEST else None
        if payload is None:
            break
        try:
            request = wire.read_request(payload)
        except msgspec.MsgspecError:
            break
        finally:
            wire.wipe(payload)
        line.begin()
        reply = desk.answer(request)
        calls.erase_secrets(request.call)
        line.answer(reply)


def main() -> None:
    """Run the worker on standard input and output.

    Both are taken away from the module first: what it prints goes to standard error, and it reads nothing of ours.
    """
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    desk, line = Desk(), Line(target)
    with suppress(BrokenPipeError):
        line.answer(wire.answer(0, harden()))
        threading.Thread(target=line.beat, daemon=True).start()
        serve(source, line, desk)
    desk.leave()
    sys.exit(0)
