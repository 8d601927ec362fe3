"""The command line that all benches have: how long to take, and how to tell what was found."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ceremony_app.core.errors import Refusal
from scripts.benches.table import Measure, lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a set of measures found, and sentences that a reader of the table needs."""

    measures: Sequence[Measure]
    notes: Sequence[str] = ()


class Unavailable(Exception):  # noqa: N818 - said of what a bench needs
    """Something that the bench needs is not on this machine; the text says what, and how to get it."""


Bench = Callable[[bool], Found]
"""Measures everything of a set; True asks for few repetitions."""


def progress(what: str) -> None:
    """Say what comes next, beside the table."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


def run(name: str, bench: Bench) -> int:
    """Measure and print. A missed target is a finding and no failure: 0, and 2 where nothing can be measured here."""
    parser = argparse.ArgumentParser(prog=f"scripts/bench --{name}")
    parser.add_argument("--quick", action="store_true", help="few repetitions: shows that it works, not how fast")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of the table")
    asked = parser.parse_args()
    before = os.getloadavg()[0]
    try:
        found = bench(asked.quick)
    except Refusal as refusal:
        print(f"bench: {refusal.paragraph()}", file=sys.stderr)
        return 2
    except Unavailable as lack:
        print(f"bench: {lack}", file=sys.stderr)
        return 2
    load = round(before, 2), round(os.getloadavg()[0], 2)
    if asked.json:
        print(_as_json(name, found, quick=asked.quick, load=load))
    else:
        print(_as_table(found, quick=asked.quick, load=load))
    return 0


def _as_json(name: str, found: Found, *, quick: bool, load: tuple[float, float]) -> str:
    told = {
        "set": name,
        "quick": quick,
        "python": platform.python_version(),
        "cores": os.cpu_count() or 0,
        "load": load,
        "measures": [measure.plain() for measure in found.measures],
        "notes": list(found.notes),
    }
    return json.dumps(told, allow_nan=False)


def _as_table(found: Found, *, quick: bool, load: tuple[float, float]) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load[0]} before and {load[1]} after."
    warning = ["Quick: too few runs for a judgement."] if quick else []
    notes = [f"- {note}" for note in (*found.notes, machine, *warning)]
    return "\n".join([*lines(found.measures), "", *notes])
