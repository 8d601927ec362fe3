"""A worker that is begun anew: asked for, in place of one that is lost, and without its token."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.softhsm import SoftHsm
from tests.hsm.common import PIN, activated, worker_of
from tests.hsm.conftest import Opener


def test_a_restart_is_a_new_process_and_no_loss(opened: Opener) -> None:
    token = activated(opened())
    first = worker_of(token)
    token.restart()
    assert not first.alive
    second = worker_of(token)
    assert second.pid != first.pid
    token.activate(PIN)
    second.kill()
    while second.alive:
        time.sleep(0.001)
    token.restart()  # whoever asks for it does not want to hear that a login went with the old one
    assert not token.active
    assert token.inventory().objects == ()


def test_a_restart_does_not_wait_for_a_worker_that_hangs(opened: Opener) -> None:
    token = opened()
    process = worker_of(token)
    os.kill(process.pid, signal.SIGSTOP)
    token.restart()
    assert not process.alive
    assert token.facts().serial


def test_a_restart_without_the_token_says_so_and_the_next_call_looks_again(softhsm: SoftHsm, opened: Opener) -> None:
    token = activated(opened())
    tokens = Path(softhsm.environment["SOFTHSM2_CONF"]).parent / "tokens"
    tokens.rename(tokens.with_name("pocket"))
    with pytest.raises(TokenFault) as caught:
        token.restart()
    assert caught.value.executed is Executed.NO
    assert not token.active
    tokens.with_name("pocket").rename(tokens)
    assert token.facts().serial == softhsm.serial
    token.activate(PIN)
