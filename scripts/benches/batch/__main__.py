"""The batch's numbers (`scripts/bench --batch`): what a certificate costs beside the bare signature that it needs."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from ceremony_app.cli.cast import FolderCast
from ceremony_app.conductor import read_reviewed
from ceremony_app.core.events import Entry, Intent, Outcome, StepEntry
from ceremony_app.hsm.softhsm import environment_of, find_module
from ceremony_app.journal.recover import scan
from ceremony_app.journal.store import JOURNAL, read_head
from scripts.benches.batch.ceremonies import hold
from scripts.benches.batch.requests import folder_of_requests
from scripts.benches.command import Found, progress, run
from scripts.benches.table import Measure
from scripts.benches.token.bare_process import BareProcess

_MANY: Final = 1000
_FEW: Final = 12
_SIGNATURES: Final = 101

_NOTES = """\
One ceremony, unattended, on SoftHSM: a folder of requests imported, tried, approved as a list, and issued one by one \
under a P-384 key, each between an intent and an outcome on disk and verified before the outcome.
Issued: from the first intent to the last outcome, over the number of certificates. Beside it the median of bare \
C_SignInit and C_Sign through ctypes on the same token afterwards.
"""


def batch(quick: bool) -> Found:  # noqa: FBT001 - the one word that a bench is asked with
    """All measures of a batch."""
    count = _FEW if quick else _MANY
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        here = Path(place)
        progress("a CA")
        hold("founding", here / "founded", {})
        requests = folder_of_requests(here / "requests", count)
        progress(f"a batch of {count}")
        began = time.perf_counter()
        hold("batch", here / "batch", {"founded": here / "founded", "requests": requests})
        whole = (time.perf_counter() - began) * 1e3
        return Found(measures=tuple(_measures(here / "batch", count, whole)), notes=_NOTES.strip().splitlines())


def _measures(folder: Path, count: int, whole: float) -> Iterator[Measure]:
    """What the journal, a bare signature, the verifier and the kernel say."""
    journal = (folder / JOURNAL).read_bytes()
    entries = scan(journal, read_head(folder)).entries
    bare = _bare(folder)
    issued = _issued(entries)
    yield Measure(
        name=f"issued: a certificate of a batch of {count}, beside C_Sign",
        ours=issued,
        beside=bare,
        figure=issued / bare,
        unit="ratio",
        n=count,
    )
    for what, step in (("imported and judged", "import"), ("tried and linted", "trial"), ("prepared", "issue")):
        yield Measure(name=f"  {what}, a certificate", figure=_before(entries, step) / count, unit="ms", n=count)
    yield Measure(name="  the whole ceremony with its papers, a certificate", figure=whole / count, unit="ms", n=count)
    progress("verification")
    began = time.perf_counter()
    command = [sys.executable, "-m", "ceremony_app", "verify", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    taken = (time.perf_counter() - began) * 1e3
    if done.returncode:
        raise RuntimeError(done.stdout)
    yield Measure(name="  verified as a process, a certificate", figure=taken / count, unit="ms", n=count)
    size = len(journal) / count
    yield Measure(name="  octets of the journal, a certificate", figure=size, unit="count", n=count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Measure(name="  megabytes at most, process of the ceremony", figure=peak, unit="count", n=1)


def _issued(entries: tuple[Entry, ...]) -> float:
    """Milliseconds a certificate, from the first intent to the last outcome."""
    begun = [entry.mono for entry in entries if isinstance(entry.event, Intent) and entry.event.call == "issue-batch"]
    ops = {entry.event.op for entry in entries if isinstance(entry.event, Intent) and entry.event.call == "issue-batch"}
    ended = [entry.mono for entry in entries if isinstance(entry.event, Outcome) and entry.event.op in ops]
    return (ended[-1] - begun[0]) / len(begun)


def _before(entries: tuple[Entry, ...], step: str) -> float:
    """Milliseconds from the beginning of a step to its first outcome or, for the batch, to what people are shown."""
    run = next(e for e in entries if isinstance(e.event, StepEntry) and (e.event.id, e.event.state) == (step, "begun"))
    later = (e for e in entries if e.seq > run.seq)
    if step == "issue":
        shown = next(e for e in later if isinstance(e.event, StepEntry) and e.event.state == "prepared")
        return float(shown.mono - run.mono)
    return float(next(e for e in later if isinstance(e.event, Outcome)).mono - run.mono)


def _bare(folder: Path) -> float:
    """The median of bare signatures on the ceremony's own token, in milliseconds."""
    plan = read_reviewed(folder).plan()
    token = plan.binding.tokens["hsm"]
    pin = FolderCast(folder, plan.binding).secret("hsm/pin")
    home = environment_of(folder / token.options["softhsm"])
    with closing(BareProcess(find_module(), home, token.serial, pin)) as bare:
        bare.sign()
        return statistics.median(bare.sign() for _ in range(_SIGNATURES))


if __name__ == "__main__":
    sys.exit(run("batch", batch))
