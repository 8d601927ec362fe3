"""The worker as a process: lost, stopped, deaf, talking out of turn, started from anywhere."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import ceremony_app
from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec, TokenFacts
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm import calls, wire
from ceremony_app.hsm import process as process_module
from ceremony_app.hsm.correspondent import Correspondent, Deadlines
from ceremony_app.hsm.open import list_tokens, module_sha256, open_token
from ceremony_app.hsm.process import WorkerProcess
from ceremony_app.hsm.softhsm import SoftHsm
from tests.hsm.common import ID, PIN, SLOW, SO_PIN, SPEC, activated, worker_of
from tests.hsm.conftest import Opener


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_ends_in_the_middle_of_a_call_leaves_the_call_unknown(
    opened: Opener, end: signal.Signals
) -> None:
    token = activated(opened())
    pid = worker_of(token).pid

    def end_it_when_busy() -> None:
        # The worker uses no time while it waits for a call: time used means that the pair is being made.
        idle = _ticks(pid)
        while _ticks(pid) <= idle:
            time.sleep(0.001)
        os.kill(pid, end)

    killer = threading.Thread(target=end_it_when_busy)
    killer.start()
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SLOW)
    killer.join()
    assert (caught.value.code, caught.value.number) == ("WORKER_DIED", end)
    assert caught.value.executed is Executed.UNKNOWN
    assert not token.active
    assert ("Segmentation fault" in token.diagnosis()) == (end is signal.SIGSEGV)

    with pytest.raises(TokenFault) as refused:
        token.generate_key_pair(SPEC)
    assert refused.value.code == "CKR_USER_NOT_LOGGED_IN"
    token.activate(PIN)
    assert token.inventory().serial == token.facts().serial


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_worker_that_is_killed_while_it_destroys_leaves_that_unknown(opened: Opener) -> None:
    token = activated(opened())
    private = token.generate_key_pair(SPEC).private
    pid = worker_of(token).pid
    os.kill(pid, signal.SIGSTOP)
    killer = threading.Timer(0.05, os.kill, (pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(TokenFault) as caught:
        token.destroy(private)
    killer.join()
    assert (caught.value.code, caught.value.executed) == ("WORKER_DIED", Executed.UNKNOWN)
    assert not token.active
    with pytest.raises(TokenFault) as refused:
        token.destroy(private)
    assert refused.value.code == "CKR_USER_NOT_LOGGED_IN"
    token.activate(PIN)
    assert private in token.inventory().objects


def test_kill_from_another_thread_ends_the_call_under_way(opened: Opener) -> None:
    token = activated(opened())
    timer = threading.Timer(0.05, token.kill)
    timer.start()
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SLOW)
    timer.join()
    assert caught.value.code == "WORKER_DIED"


def test_a_worker_that_ended_between_calls_is_told_before_anything_is_sent(opened: Opener) -> None:
    token = activated(opened())
    token.generate_key_pair(SPEC)
    process = worker_of(token)
    process.kill()
    while process.alive:
        time.sleep(0.001)
    with pytest.raises(TokenFault) as caught:
        token.inventory()  # without the login it would show fewer objects, and look like a loss
    assert (caught.value.code, caught.value.executed) == ("WORKER_DIED", Executed.NO)
    assert len(token.inventory().objects) == 1
    token.activate(PIN)
    assert len(token.inventory().objects) == 2


def test_a_worker_without_a_login_is_replaced_silently(opened: Opener) -> None:
    token = opened()
    before, facts = worker_of(token), token.facts()
    before.kill()
    while before.alive:
        time.sleep(0.001)
    assert token.facts() == facts
    assert worker_of(token).pid != before.pid


def test_a_worker_that_hangs_is_ended_at_the_deadline(opened: Opener) -> None:
    token = activated(opened(Deadlines(generate=0.3, read=0.3)))
    process = worker_of(token)
    os.kill(process.pid, signal.SIGSTOP)
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert (caught.value.code, caught.value.executed) == ("NO_ANSWER", Executed.UNKNOWN)
    assert "0.3 seconds" in caught.value.why
    assert not process.alive
    assert not token.active

    token.activate(PIN)
    os.kill(worker_of(token).pid, signal.SIGSTOP)
    with pytest.raises(TokenFault) as read:
        token.inventory()
    assert (read.value.code, read.value.executed) == ("NO_ANSWER", Executed.NO)


def test_initialising_ends_the_login(opened: Opener) -> None:
    token = activated(opened())
    token.initialise("Root token", SO_PIN)
    assert not token.active
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert caught.value.code == "CKR_USER_NOT_LOGGED_IN"


def test_closing_a_stopped_worker_does_not_hang(opened: Opener) -> None:
    token = opened()
    process = worker_of(token)
    os.kill(process.pid, signal.SIGSTOP)
    token.close()
    assert not process.alive


def test_a_call_larger_than_the_pipe_meets_its_deadline_too(opened: Opener) -> None:
    token = activated(opened(Deadlines(sign=0.3)))
    token.generate_key_pair(SPEC)
    os.kill(worker_of(token).pid, signal.SIGSTOP)
    with pytest.raises(TokenFault) as caught:
        token.sign(ID, Scheme.ECDSA_SHA256, bytes(5_000_000))
    assert (caught.value.code, caught.value.executed) == ("NO_ANSWER", Executed.UNKNOWN)


def test_an_answer_to_something_else_is_refused_and_ends_the_worker(softhsm: SoftHsm) -> None:
    peer = Correspondent(softhsm.environment, Deadlines())
    question = calls.ListTokens(module=str(softhsm.module))
    two = wire.frame(wire.Request(id=71, call=question)) + wire.frame(wire.Request(id=72, call=question))
    assert wire.read_answer(peer.process.exchange(two, 60)).id == 71
    with pytest.raises(TokenFault) as caught:
        peer.ask(question, tuple[TokenFacts, ...])
    assert (caught.value.code, caught.value.executed) == ("FOREIGN_ANSWER", Executed.NO)
    assert peer.ended


def test_an_interrupt_during_a_call_ends_the_worker(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    token = opened()
    process = worker_of(token)

    def interrupted(frame: bytearray, seconds: float) -> bytearray:
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "exchange", interrupted)
    with pytest.raises(KeyboardInterrupt):
        token.facts()
    assert not process.alive
    assert token.facts().serial


def test_a_worker_that_prints_without_end_meets_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_START", "import os\nwhile True: os.write(2, b'x' * 1000)")
    with pytest.raises(TokenFault) as caught:
        Correspondent({}, Deadlines(start=0.3))
    assert caught.value.code == "WORKER_NOT_STARTED"
    assert len(caught.value.why) < 300


def test_a_login_that_the_token_ended_by_itself_is_noticed(opened: Opener) -> None:
    token = activated(opened())
    token.deactivate()
    token._active = True  # as if the token had logged the user out behind our back
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert caught.value.code == "CKR_USER_NOT_LOGGED_IN"
    assert not token.active
    token.activate(PIN)


def test_closing_cuts_off_a_call_that_hangs_in_another_thread(opened: Opener) -> None:
    token = opened()
    process = worker_of(token)
    os.kill(process.pid, signal.SIGSTOP)
    told: list[str] = []

    def ask() -> None:
        with pytest.raises(TokenFault) as caught:
            token.facts()
        told.append(caught.value.code)

    asking = threading.Thread(target=ask)
    asking.start()
    while not token._lock.locked():
        time.sleep(0.001)
    token.close()
    asking.join()
    assert told == ["WORKER_DIED"]
    assert not process.alive


@pytest.mark.parametrize("noise", [b"\0\0\0\x01\xc1", b"\xff\xff\xff\xff", b"\0\0\0\x02{}"])
def test_a_worker_that_is_sent_noise_ends(noise: bytes) -> None:
    process = WorkerProcess({})
    os.write(process._pipes[0].fileno(), noise)
    assert process._process.wait(60) == 0
    process.end(kindly=True)


def test_what_a_module_prints_does_not_reach_the_answers(softhsm: SoftHsm) -> None:
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from ceremony_app.hsm import worker\n"
        "class Noisy(worker.Module):\n"
        "    def tokens(self):\n"
        "        os.system('echo loud module'); print('python too', flush=True); assert sys.stdin.read() == ''\n"
        "        return super().tokens()\n"
        "worker.Module = Noisy\n"
        "worker.main()\n"
    )
    root = Path(ceremony_app.__file__).parents[1]
    request = wire.frame(wire.Request(id=1, call=calls.ListTokens(module=str(softhsm.module))))
    run = subprocess.run(
        [sys.executable, "-I", "-c", program, root],
        input=request,
        capture_output=True,
        check=True,
        env={**os.environ, **softhsm.environment},
    )
    (first,) = wire.HEADER.unpack(run.stdout[:4])
    answers = bytearray(run.stdout[4 + first :])
    (length,) = wire.HEADER.unpack(answers[:4])
    assert len(answers) == 4 + length
    assert wire.read_answer(answers[4:]).failure is None
    assert run.stderr == b"loud module\npython too\n"


def test_the_worker_starts_from_any_folder_and_takes_the_package_of_its_parent(
    softhsm: SoftHsm, tmp_path: Path
) -> None:
    installed, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    shutil.copytree(Path(ceremony_app.__file__).parent, installed / "ceremony_app")
    (elsewhere / "ceremony_app").mkdir(parents=True)
    (elsewhere / "ceremony_app" / "__init__.py").write_text("raise SystemExit('the wrong package')")
    for folder in (installed, elsewhere):
        (folder / "msgspec.py").write_text("raise SystemExit('a stand-in for a library')")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import ceremony_app; del sys.path[0]\n"
        "from pathlib import Path\n"
        "from ceremony_app.hsm.open import list_tokens\n"
        "print([facts.serial for facts in list_tokens(Path(sys.argv[2]))])\n"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-c", program, installed, softhsm.module],
        cwd=elsewhere,
        env={**os.environ, **softhsm.environment, "PYTHONPATH": str(elsewhere)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert softhsm.serial in run.stdout


def test_the_worker_keeps_its_memory_to_itself(opened: Opener) -> None:
    token = opened()
    assert token.hardening.undumpable
    assert token.hardening.no_core_file
    limits = Path(f"/proc/{worker_of(token).pid}/limits").read_text()
    assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file")] == [["0", "0"]]


def test_an_interrupt_at_the_terminal_does_not_reach_the_worker(opened: Opener) -> None:
    pid = worker_of(opened()).pid
    assert os.getsid(pid) == pid != os.getsid(0)


def test_no_secret_is_in_what_the_worker_was_started_with_or_prints(opened: Opener) -> None:
    token = activated(opened())
    started = Path(f"/proc/{worker_of(token).pid}/cmdline").read_bytes()
    token.kill()
    with pytest.raises(TokenFault):
        token.facts()
    for canary in ("canary-2209", "officer-7341"):
        assert canary.encode() not in started
        assert canary not in token.diagnosis()


def test_a_request_is_wiped_after_it_was_sent(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    token = activated(opened())
    token.deactivate()
    process, frames = worker_of(token), list[bytearray]()
    exchange = process.exchange

    def kept(frame: bytearray, seconds: float) -> bytearray:
        assert b"canary-2209" in frame
        frames.append(frame)
        return exchange(frame, seconds)

    monkeypatch.setattr(process, "exchange", kept)
    token.activate(PIN)
    assert frames
    assert not any(frames[0])


@pytest.mark.parametrize("serial", ["0000000000000000", "94c241"])
def test_a_serial_that_is_not_there_is_refused_with_those_that_are(softhsm: SoftHsm, serial: str) -> None:
    with pytest.raises(TokenFault) as caught:
        open_token(softhsm.module, serial, environment=softhsm.environment)
    assert (caught.value.rule, caught.value.code) == ("CER-TOKEN-SERIAL", "TOKEN_NOT_FOUND")
    assert serial in caught.value.why
    assert softhsm.serial in caught.value.why


def test_the_right_serial_on_another_model_is_refused(softhsm: SoftHsm) -> None:
    with pytest.raises(TokenFault) as caught:
        open_token(softhsm.module, softhsm.serial, model="KeyStore 7", environment=softhsm.environment)
    assert caught.value.code == "TOKEN_NOT_FOUND"
    assert "KeyStore 7" in caught.value.why
    with_model = open_token(softhsm.module, softhsm.serial, model="SoftHSM v2", environment=softhsm.environment)
    with_model.close()


def test_a_module_that_aborts_is_survived_and_named(softhsm: SoftHsm) -> None:
    # SoftHSM makes the slot number of the serial, and calls abort() when two tokens get the same one.
    tokens = Path(softhsm.environment["SOFTHSM2_CONF"]).parent / "tokens"
    (present,) = tokens.iterdir()
    shutil.copytree(present, tokens / "11111111-2222-3333-4444-555555555555")
    for attempt in (
        lambda: open_token(softhsm.module, softhsm.serial, environment=softhsm.environment),
        lambda: list_tokens(softhsm.module, softhsm.environment),
    ):
        with pytest.raises(TokenFault) as caught:
            attempt()
        assert (caught.value.rule, caught.value.code) == ("CER-MODULE", "MODULE_CRASHED")
        assert caught.value.number == signal.SIGABRT
        assert str(softhsm.module) in caught.value.why


def test_a_worker_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_START", "import a_library_that_is_missing")
    with pytest.raises(TokenFault) as caught:
        Correspondent({}, Deadlines())
    assert caught.value.code == "WORKER_NOT_STARTED"
    assert "No module named 'a_library_that_is_missing'" in caught.value.why


def test_a_module_that_is_missing_or_none_is_refused(tmp_path: Path) -> None:
    text, library = tmp_path / "text.so", tmp_path / "libc.so"
    text.write_text("no library")
    library.symlink_to(next(Path("/lib").glob("*/libz.so.1"), Path("/lib/libz.so.1")))
    for module in (tmp_path / "nothing.so", text, library, tmp_path):
        for attempt in (lambda module=module: open_token(module, "1"), lambda module=module: list_tokens(module)):
            with pytest.raises(TokenFault) as caught:
                attempt()
            assert caught.value.rule == "CER-MODULE", module
            assert str(module) in caught.value.why
            assert caught.value.executed is Executed.NO


def test_a_module_is_known_by_its_digest(tmp_path: Path) -> None:
    module = tmp_path / "module.so"
    module.write_bytes(b"abc")
    assert module_sha256(module) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with pytest.raises(TokenFault) as caught:
        module_sha256(tmp_path / "missing.so")
    assert caught.value.rule == "CER-MODULE"


def test_tokens_are_listed_with_the_unused_slot(softhsm: SoftHsm) -> None:
    tokens = list_tokens(softhsm.module, softhsm.environment)
    assert [(facts.serial, facts.initialised) for facts in tokens] == [(softhsm.serial, True), ("", False)]


def test_a_token_that_is_taken_away_is_a_fault_and_no_empty_inventory(softhsm: SoftHsm, opened: Opener) -> None:
    token = activated(opened())
    token.generate_key_pair(SPEC)
    tokens = Path(softhsm.environment["SOFTHSM2_CONF"]).parent / "tokens"
    tokens.rename(tokens.with_name("pocket"))
    with pytest.raises(TokenFault) as caught:
        token.inventory()
    assert caught.value.executed is Executed.NO
    assert not token.active
    with pytest.raises(TokenFault):
        token.facts()
    tokens.with_name("pocket").rename(tokens)
    token.activate(PIN)
    assert len(token.inventory().objects) == 2


def test_a_token_that_is_taken_away_makes_no_key(softhsm: SoftHsm, opened: Opener) -> None:
    token = activated(opened())
    tokens = Path(softhsm.environment["SOFTHSM2_CONF"]).parent / "tokens"
    tokens.rename(tokens.with_name("pocket"))
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert caught.value.executed is Executed.UNKNOWN
    assert not token.active


def test_forty_objects_are_listed_whole(opened: Opener) -> None:
    token = activated(opened())
    made = {f"{place:032x}" for place in range(20)}
    for key_id in made:
        token.generate_key_pair(KeySpec(label=f"key-{key_id[-2:]}", id=key_id, algorithm=Algorithm.P256))
    objects = token.inventory().objects
    assert len(objects) == 40
    assert {thing.id for thing in objects} == made
    assert not [thing for thing in objects if thing.fault]
    assert len({thing.public_sha256 for thing in objects}) == 21


def test_two_threads_may_ask_in_turn(opened: Opener) -> None:
    token = activated(opened())
    token.generate_key_pair(SPEC)
    found: list[int] = []

    def ask() -> None:
        found.extend(len(token.inventory().objects) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 80
