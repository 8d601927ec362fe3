"""Makes PDFs in a process of its own, so that no window waits for ReportLab and its caller never imports it."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, TypeAlias

import msgspec

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.record.document import Attachment, Document, Value

_LENGTH: Final = struct.Struct(">I")
_END: Final = 5.0
"""Seconds that the process is given to end by itself."""
_AGAIN: Final = "The journal is complete without it: make the document again later with `ceremony record`."


class Job(Value, frozen=True):
    """A document to be made: `fonts` is the folder of our fonts, `when` the file's date (`YYYY-MM-DDTHH:MM:SSZ`)."""

    document: Document
    fonts: str
    when: str
    attachments: tuple[Attachment, ...] = ()


class Made(Value, frozen=True, tag="made"):
    """The PDF's bytes."""

    pdf: bytes


class Failed(Value, frozen=True, tag="failed"):
    """Why there is none."""

    why: str
    what_to_do: str
    where: str = ""
    unusable: bool = False


Answer: TypeAlias = Made | Failed


def make_in_process(job: Job) -> bytes:
    """The PDF of a job, made in a process that ends afterwards; for several jobs keep a `PdfMaker`.

    Raises:
        Refusal: CER-PDF.
    """
    with PdfMaker() as maker:
        return maker.make(job)


class PdfMaker:
    """A process that makes PDFs one after another; started by the first, ended by `close`.

    May be called from any thread, one job at a time; `close` from another thread ends a job that is running.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Starts the process before the first job, to have its imports done by then."""
        with self._lock:
            self._running()

    def make(self, job: Job) -> bytes:
        """The PDF of a job.

        Raises:
            Refusal: CER-PDF, with the reason; also where the process died.
            Unusable: CER-PDF, where a font is missing.
        """
        frame = msgspec.msgpack.encode(job)
        with self._lock:
            answer = self._exchange(self._running(), frame)
        match answer:
            case Made():
                return answer.pdf
            case Failed():
                kind = Unusable if answer.unusable else Refusal
                raise kind("CER-PDF", answer.why, answer.what_to_do, where=answer.where)

    def close(self) -> None:
        """Ends the process, at once where it is at work."""
        process = self._process
        idle = self._lock.acquire(blocking=False)
        if process is not None and not idle:
            process.kill()  # whoever waits for its answer learns that it ended
        with self._lock if not idle else nullcontext():
            self._process = None
        if process is not None:
            _end(process)
        if idle:
            self._lock.release()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            worker = Path(__file__).with_name("worker.py")
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", str(worker)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], frame: bytes) -> Answer:
        """Sends a job and waits for what came of it; a process that died is not used again."""
        jobs, answers = process.stdin, process.stdout
        try:
            if jobs is None or answers is None:
                raise OSError("no pipe")  # noqa: TRY301 - Popen was asked for pipes; said for the type checker
            write_frame(jobs, frame)
            answer = read_frame(answers)
        except OSError:
            answer = None
        if answer is None:
            self._process = None
            _end(process)
            raise Refusal(
                "CER-PDF",
                f"The process that makes documents ended (status {process.returncode}).",
                _AGAIN,
            )
        decoded: Answer = msgspec.msgpack.decode(answer, type=Answer)
        return decoded


def _environment() -> dict[str, str]:
    """Nothing that could change a byte: ReportLab would read settings from the home folder and from variables."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue  # a pipe to a process that died
    try:
        process.wait(timeout=_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Four bytes of length, then the data."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """What `write_frame` wrote; None where the stream ends before or within it."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None
