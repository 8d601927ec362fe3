"""The process that drives one token: takes calls from its parent over a pipe, one after the other, in one thread."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import assert_never

import msgspec

from ceremony_app.core.errors import TokenFault
from ceremony_app.hsm import refusals, wire
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.hsm.device import Device
from ceremony_app.hsm.hardening import harden
from ceremony_app.hsm.pkcs11 import Module


class Desk:
    """Takes each call to the device that it is for."""

    def __init__(self) -> None:
        self._device: Device | None = None

    def perform(self, call: wire.Call) -> object:
        """The result of the call, None where it has none; raises `TokenFault`."""
        match call:
            case wire.ListTokens():
                return tuple(facts for _, facts in Module(Path(call.module)).tokens())
            case wire.Attach():
                module = Module(Path(call.module))
                self._device = Device(module, call.serial, call.model)
                return wire.Attached(token=self._device.facts(), module=module.facts())
            case wire.Facts():
                return self._attached().facts()
            case wire.TakeInventory():
                return self._attached().inventory()
            case wire.Initialise():
                return self._attached().initialise(call.label, call.so_pin)
            case wire.SetUserPin():
                self._attached().set_user_pin(call.so_pin, call.pin)
            case wire.Activate():
                self._attached().activate(call.pin)
            case wire.Deactivate():
                self._attached().deactivate()
            case wire.GenerateKeyPair():
                return self._attached().generate_key_pair(call.spec)
            case wire.Sign():
                return self._attached().sign(call.key_id, call.scheme, call.data)
            case wire.Random():
                return self._attached().random(call.count)
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
            changes = wire.changes_token(request.call)
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


def serve(source: int, target: int, desk: Desk) -> None:
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
        reply = wire.frame(desk.answer(request))
        _write_all(target, reply)


def main() -> None:
    """Run the worker on standard input and output.

    Both are taken away from the module first: what it prints goes to standard error, and it reads nothing of ours.
    """
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    desk = Desk()
    with suppress(BrokenPipeError):
        _write_all(target, wire.frame(wire.answer(0, harden())))
        serve(source, target, desk)
    desk.leave()
    sys.exit(0)
