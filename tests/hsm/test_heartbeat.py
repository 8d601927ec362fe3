"""A worker's signs of life: there while a call is under way, never taken for an answer."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from ceremony_app.core.device import TokenFacts
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm import calls
from ceremony_app.hsm import process as process_module
from ceremony_app.hsm.correspondent import Correspondent, Deadlines
from tests.hsm.common import SLOW, activated, worker_of
from tests.hsm.conftest import Opener

_BEATING = "from ceremony_app.hsm import worker; worker._BEAT_SECONDS = 0.01; "


@pytest.fixture
def beating(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that give a sign of life a hundred times a second."""
    start = process_module._START
    monkeypatch.setattr(
        process_module,
        "_START",
        start.replace("from ceremony_app.hsm.worker", f"{_BEATING}from ceremony_app.hsm.worker"),
    )


@pytest.mark.usefixtures("beating")
def test_a_worker_shows_that_it_lives_while_the_module_makes_a_key(opened: Opener) -> None:
    token = activated(opened())
    heard: set[float] = set()
    done = threading.Event()

    def listen() -> None:
        while not done.wait(0.001):
            heard.add(token.last_heard)

    listening = threading.Thread(target=listen)
    listening.start()
    report = token.generate_key_pair(SLOW)
    done.set()
    listening.join()
    assert report.private.algorithm == "RSA-4096"
    assert len(heard) > 5
    assert len(token.inventory().objects) == 2


@pytest.mark.usefixtures("beating")
def test_a_worker_that_is_stopped_or_idle_gives_no_sign_of_life(opened: Opener) -> None:
    token = opened(Deadlines(read=0.5))
    idle = token.last_heard
    time.sleep(0.1)
    assert token.last_heard == idle
    os.kill(worker_of(token).pid, signal.SIGSTOP)
    with pytest.raises(TokenFault):
        token.facts()
    assert token.last_heard == idle


@pytest.mark.parametrize("beats", [1, 3000])
def test_a_beat_is_no_answer(monkeypatch: pytest.MonkeyPatch, beats: int) -> None:
    program = (
        "from ceremony_app.hsm import wire, worker, hardening\n"
        "import os, sys\n"
        "def send(frame): worker._write_all(1, bytearray(frame))\n"
        "send(wire.frame(wire.answer(0, hardening.harden())))\n"
        f"send({beats} * wire.BEAT)\n"
        "(length,) = wire.HEADER.unpack(os.read(0, 4))\n"
        "os.read(0, length)\n"
        f"send({beats} * wire.BEAT + wire.frame(wire.answer(1, ())) + wire.BEAT)\n"
        "os.read(0, 4)\n"
        f"send({beats} * wire.BEAT)\n"
        "while True: send(wire.BEAT)"
    )
    found = process_module._START.partition("from ceremony_app.hsm.worker")[0]
    monkeypatch.setattr(process_module, "_START", f"{found}exec({program!r})")
    peer = Correspondent({}, Deadlines(start=5, read=0.3))
    question = calls.ListTokens(module="none")
    assert peer.ask(question, tuple[TokenFacts, ...]) == ()
    with pytest.raises(TokenFault) as caught:
        peer.ask(calls.Facts(), TokenFacts)
    assert (caught.value.code, caught.value.executed) == ("NO_ANSWER", Executed.NO)
    assert peer.ended
