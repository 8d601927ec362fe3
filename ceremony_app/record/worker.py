"""The process that makes PDFs: reads jobs from standard input, writes what came of them to standard output.

Run as a program (`python -I worker.py`), so that it starts with nothing of its parent's; a job is a frame of four
bytes of length, big-endian, and MessagePack. It ends when its input does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

if __name__ == "__main__":
    # -I leaves the working folder and PYTHONPATH out; a checkout is found from where this file lies.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.record.process import Failed, Job, Made, read_frame, write_frame

if TYPE_CHECKING:
    from ceremony_app.record.fonts import Faces


def main() -> None:
    """Serves jobs until the input ends."""
    jobs, answers = _own_streams()
    faces: dict[str, Faces] = {}
    while (frame := read_frame(jobs)) is not None:
        write_frame(answers, msgspec.msgpack.encode(_answer(frame, faces)))


def _own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Input and output for frames; what any library prints goes to standard error instead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def _answer(frame: bytes, faces: dict[str, Faces]) -> Made | Failed:
    from ceremony_app.record.fonts import load
    from ceremony_app.record.make import make_with

    try:
        job = msgspec.msgpack.decode(frame, type=Job)
        if job.fonts not in faces:
            faces[job.fonts] = load(Path(job.fonts))
        return Made(pdf=make_with(faces[job.fonts], job.document, job.attachments, job.when))
    except Refusal as refusal:
        return Failed(
            why=refusal.why,
            what_to_do=refusal.what_to_do,
            where=refusal.where,
            unusable=isinstance(refusal, Unusable),
        )
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here must reach a person as one sentence
        return Failed(
            why=f"Making the document failed: {type(error).__name__}: {error}.",
            what_to_do="The journal is complete without it: make the document again later with `ceremony record`.",
        )


if __name__ == "__main__":
    main()
