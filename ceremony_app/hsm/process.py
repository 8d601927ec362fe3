"""A worker process as its parent sees it: started in isolation, spoken to under a deadline, ended without mercy."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import ceremony_app
from ceremony_app.core.names import escaped
from ceremony_app.hsm import wire

_CHUNK: Final = 65536
_KEPT: Final = 8192
_FAREWELL: Final = 2.0
"""Seconds that a worker has for logging out before it is killed."""

# Isolated mode knows neither the present folder nor PYTHONPATH: the package's own parent is told, and taken off the
# path again once the package is found, so that nothing else there can stand in for a library.
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); import ceremony_app; del sys.path[0]; "
    "from ceremony_app.hsm.worker import main; main()"
)


class Died(Exception):  # noqa: N818 - said of the worker
    """The worker ended; `status` is its exit status or the number of the signal that ended it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Silent(Exception):  # noqa: N818 - said of the worker
    """The deadline passed without an answer."""


class WorkerProcess:
    """One worker. Not for two threads at a time, but for `kill` and `last_heard`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        root = Path(ceremony_app.__file__).resolve().parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "faulthandler", "-c", _START, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **environment},
            start_new_session=True,  # an interrupt at the terminal must not end a call half way
        )
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._pipes = tuple(pipe for pipe in pipes if pipe is not None)  # all three are there, as asked for
        for pipe in self._pipes:
            os.set_blocking(pipe.fileno(), False)
        self._received = bytearray()
        self._said = bytearray()
        self.last_heard = time.monotonic()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    @property
    def status(self) -> int:
        """How the process ended: its exit status, or the number of the signal; 0 while it runs."""
        return abs(self._process.poll() or 0)

    def exchange(self, frame: bytearray, seconds: float) -> bytearray:
        """Send a frame and take the next one that comes back, without its header.

        Raises `Died` or `Silent`; the caller ends the worker after either, or after any other exception.
        """
        deadline = time.monotonic() + seconds
        stdin, stdout, stderr = (pipe.fileno() for pipe in self._pipes)
        unsent = memoryview(frame)
        with selectors.DefaultSelector() as selector:
            selector.register(stdin, selectors.EVENT_WRITE)
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stderr, selectors.EVENT_READ)
            while (payload := self._payload()) is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Silent
                for key, _ in selector.select(left):
                    if key.fd == stdin:
                        unsent = unsent[self._send(unsent) :]
                        if not unsent:
                            selector.unregister(stdin)
                    elif key.fd == stdout:
                        self._receive()
                    elif not self._listen():
                        selector.unregister(stderr)
        unsent.release()
        return payload

    def _payload(self) -> bytearray | None:
        """The first whole frame that has arrived; anything after it belongs to no request and stays, to be refused.

        Beats have done their work by having been received.
        """
        while self._received.startswith(wire.BEAT):
            del self._received[: len(wire.BEAT)]
        if len(self._received) < wire.HEADER.size:
            return None
        (length,) = wire.HEADER.unpack_from(self._received)
        end = wire.HEADER.size + length
        if length > wire.LARGEST:
            raise Died(self._status())
        if len(self._received) < end:
            return None
        payload = self._received[wire.HEADER.size : end]
        del self._received[:end]
        return payload

    def _send(self, unsent: memoryview) -> int:
        try:
            return os.write(self._pipes[0].fileno(), unsent)
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            raise Died(self._status()) from None

    def _receive(self) -> None:
        chunk = os.read(self._pipes[1].fileno(), _CHUNK)
        if not chunk:
            raise Died(self._status())
        self._received += chunk
        self.last_heard = time.monotonic()

    def _listen(self) -> bool:
        """Keep the end of what the worker and its module print; False at the end of it."""
        chunk = os.read(self._pipes[2].fileno(), _CHUNK)
        self._said = (self._said + chunk)[-_KEPT:]
        return bool(chunk)

    def said(self) -> str:
        """The last that the worker and its module printed, for diagnosis; nothing of it is shown by itself."""
        try:
            while self._listen():
                pass
        except (BlockingIOError, ValueError):
            pass
        return "\n".join(escaped(line) for line in self._said.decode("utf-8", errors="backslashreplace").splitlines())

    def _status(self) -> int:
        """How the process ended; a process that has closed its pipe has ended or is about to."""
        try:
            return abs(self._process.wait(_FAREWELL))
        except subprocess.TimeoutExpired:
            return 0

    def kill(self) -> None:
        """SIGKILL, from any thread; a stopped or hanging process does not survive it."""
        self._process.kill()

    def end(self, *, kindly: bool) -> None:
        """Close the pipes and see the process out; `kindly` gives it time to log out. Never fails."""
        stdin, stdout, stderr = self._pipes
        if not kindly:
            self._process.kill()
        stdin.close()
        try:
            self._process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.said()
        stdout.close()
        stderr.close()
