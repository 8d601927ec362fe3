"""The record's pre-flight pages: what was seen of each token before it was trusted, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ceremony_app.actions.base import text
from ceremony_app.actions.device_rows import inventory_of, object_line
from ceremony_app.actions.token_checks import Check, Seen, Wanted
from ceremony_app.actions.token_mechanisms import all_mechanisms
from ceremony_app.actions.token_sheet import read_back, sheet, tally
from ceremony_app.chronicle.history import History, looks_like_code
from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Entry, Outcome
from ceremony_app.core.script import Act
from ceremony_app.core.values import Json
from ceremony_app.record.document import Block, Column, Fact, Facts, Grid, Heading, Notice, Text

_KIND = "inspect-token"
_TITLE = "Token pre-flight"


def preflight_pages(history: History) -> tuple[Block, ...]:
    """A page for every inspection of a token, also where it found the token unfit."""
    blocks: list[Block] = []
    for run, entry, outcome in _inspections(history):
        blocks += _page(history, run, entry, outcome)
    return tuple(blocks) or (Heading(text=_TITLE, new_page=True), Text(text="none"))


def _inspections(history: History) -> Iterator[tuple[Run, Entry, Outcome]]:
    """Every inspection that was made to an end, with its attempt and the entry that tells of it."""
    kinds = {step.id: step.kind for step in history.plan.definition.steps}
    for run in history.state.runs:
        for entry in run.entries:
            if kinds[run.id] == _KIND and isinstance(entry.event, Outcome):
                yield run, entry, entry.event


def _page(history: History, run: Run, entry: Entry, outcome: Outcome) -> tuple[Block, ...]:
    step = history.plan.definition.step(run.id)
    act = step.action
    token = history.plan.definition.tokens[act.device].title if isinstance(act, Act) else ""
    head = Heading(text=f"{_TITLE}: {token}", new_page=True)
    evidence = outcome.evidence
    if "wanted" not in evidence:
        why = f"{text(evidence, 'why')} [{text(evidence, 'rule')}]"
        return head, _when(run, entry, ""), Notice(word="NOT INSPECTED", text=why)
    seen, wanted = read_back(evidence)
    checks = sheet(seen, wanted)
    return (
        head,
        _when(run, entry, "seen under a login" if seen.login else "seen without a login"),
        Notice(word=_word(checks), text=" ".join((f"{tally(checks)}.", *_failed(checks), _needed(wanted)))),
        Grid(
            columns=(
                Column(title="Result", weight=5),
                Column(title="Check", weight=14),
                Column(title="What it means", weight=46),
            ),
            rows=tuple((check.mark, check.title, check.words) for check in checks),
        ),
        Heading(text="As the token reported it", level=2),
        Facts(rows=tuple(_facts(checks))),
        *_lists(seen, evidence),
    )


def _when(run: Run, entry: Entry, how: str) -> Text:
    attempt = f", attempt {run.attempt}" if run.attempt > 1 else ""
    told = f"Step {run.number}{attempt}, journal entry {entry.seq}, {entry.utc[11:19]} UTC"
    return Text(text=f"{told}; {how}." if how else f"{told}.", weight="small")


def _word(checks: tuple[Check, ...]) -> str:
    """The sheet in a word."""
    if any(check.unfit for check in checks):
        return "NOT FIT FOR THIS CEREMONY"
    fails = sum(check.mark == "FAIL" for check in checks)
    return f"FIT, WITH {fails} FAIL" if fails else "FIT"


def _failed(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """The titles of what failed, so that they are not searched for among the rest."""
    titles = "; ".join(check.title for check in checks if check.mark == "FAIL")
    return (f"FAIL: {titles}.",) if titles else ()


def _needed(wanted: Wanted) -> str:
    """What the ceremony needs of the token."""
    needs = [*wanted.algorithms, *(["backup by wrapping"] if wanted.wrapping else [])]
    return f"Needed of this token: {', '.join(needs) or 'no key'}."


def _facts(checks: tuple[Check, ...]) -> Iterator[Fact]:
    """What each check was read from; what several checks share a name for is told apart by the check's title."""
    labels = [fact.label for check in checks for fact in check.facts]
    for check in checks:
        for fact in check.facts:
            alone = labels.count(fact.label) == 1
            label = fact.label if alone else f"{check.title.partition(':')[0]}: {fact.label}"
            yield Fact(label=label, value=fact.value, mono=looks_like_code(fact.value))


def _lists(seen: Seen, evidence: Mapping[str, Json]) -> tuple[Block, ...]:
    """Every mechanism and every object, in small type."""
    inventory = evidence.get("inventory")
    found = inventory_of(inventory).objects if isinstance(inventory, Mapping) else ()
    return (
        Heading(text=f"Mechanisms that it offers: {len(seen.mechanisms)}", level=2),
        Text(text=all_mechanisms(seen) or "none", weight="small"),
        Heading(text=f"Objects that were seen on it: {len(found)}", level=2),
        Text(text="; ".join(object_line(thing) for thing in found) or "none", weight="small"),
    )
