"""What a rehearsal that plays itself says of its course."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ceremony_app.conductor import Conductor
from ceremony_app.core import prompts as p

_TENTHS = 10


def progress(conductor: Conductor) -> Callable[[p.AnyPrompt], Iterator[str]]:
    """A line for each step as it begins: its number of how many, and its title; of a batch, how far it has come."""
    seen: set[tuple[str, int]] = set()
    tenths: set[tuple[str, int]] = set()
    total = len(conductor.plan.definition.steps)
    order = {step.id: i for i, step in enumerate(conductor.plan.definition.steps, start=1)}

    def lines(now: p.AnyPrompt) -> Iterator[str]:
        run, step = getattr(now, "run", None), getattr(now, "step", None)
        if run is not None and step is not None and (run.id, run.attempt) not in seen:
            seen.add((run.id, run.attempt))
            again = f" (attempt {run.attempt})" if run.attempt > 1 else ""
            yield f"[{order[run.id]:>3}/{total}] {run.number:<5} {step.title}{again}"
        if isinstance(now, p.Busy) and now.of and (now.run.id, now.number * _TENTHS // now.of) not in tenths:
            tenths.add((now.run.id, now.number * _TENTHS // now.of))
            yield f"{'':>10}{now.number} of {now.of}"

    return lines
