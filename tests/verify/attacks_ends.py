"""Attacks on digests on paper, on what was not planned, and on the end."""

from __future__ import annotations

from collections.abc import Callable

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.state import State
from ceremony_app.core.values import Row
from ceremony_app.core.world import Fact
from tests.verify.changing import (
    BACK,
    PAUSE,
    Attack,
    after,
    before,
    decision,
    deviation,
    of,
    one_after_another,
    step_with,
    touched,
    turned,
    without,
)
from tests.verify.forging import Touch, replaced


def first_row(**members: object) -> Callable[[], Touch]:
    """The first row that is typed back is recorded otherwise."""

    def begin() -> Touch:
        seen: list[Event] = []

        def touch(event: Event, _: State) -> Event:
            if isinstance(event, e.Answer) and event.item.startswith("row ") and not seen:
                seen.append(event)
                return replaced(event, **members)
            return event

        return touch

    return begin


ATTACKS = (
    # on paper
    Attack(
        "a wrong row",
        of("CER-READ-BACK"),
        touch=first_row(value="00000000"),
        second=True,
    ),
    Attack(
        "a right row called wrong",
        of("CER-READ-BACK"),
        touch=first_row(good=False),
        second=True,
    ),
    Attack(
        "rows of one's choice",
        of("CER-READ-BACK"),
        touch=first_row(item="row Z"),
        second=True,
    ),
    Attack("a row too few", of("CER-READ-BACK"), without("key-on-paper", e.Answer, 3), second=True),
    Attack("not written down", of("CER-READ-BACK"), without("key-on-paper", e.Answer, 0)),
    Attack("typed by another", of("CER-ROLE"), turned("key-on-paper", e.Answer, 1, person=2)),
    # what was not planned
    Attack("undecided", of("CER-DEVIATION"), after("workstation", e.Outcome, deviation("1.5")), second=True),
    Attack(
        "another number",
        of("CER-DEVIATION"),
        after("workstation", e.Outcome, deviation("1.5", 2), decision("1.5", 2)),
        second=True,
    ),
    Attack(
        "decided twice",
        of("CER-DEVIATION"),
        after("workstation", e.Outcome, deviation("1.5"), decision("1.5"), decision("1.5")),
        second=True,
    ),
    Attack(
        "decided by nobody", of("CER-ENROL"), after("workstation", e.Outcome, deviation("1.5"), decision("1.5", by=9))
    ),
    Attack(
        "opened by nobody", of("CER-ENROL"), after("workstation", e.Outcome, deviation("1.5", by=9), decision("1.5"))
    ),
    Attack(
        "nobody signed what went otherwise",
        of("CER-QUORUM"),
        after("watch", e.Clock, deviation("1.4"), decision("1.4")),
        second=True,
    ),
    Attack(
        "answered during a pause",
        of("CER-PAUSED"),
        one_after_another(before("ready", e.Answer, PAUSE), after("ready", e.Answer, BACK)),
    ),
    Attack(
        "alone in the room",
        of("CER-PAUSED"),
        before("ready", e.Answer, replaced(PAUSE, kind="attended", stay=(1,)), BACK),
    ),
    Attack("on without a pause", of("CER-PAUSED"), before("ready", e.Answer, BACK)),
    Attack("on without the others", of("CER-PAUSED"), before("ready", e.Answer, PAUSE, replaced(BACK, present=(1,)))),
    Attack(
        "the room is not ready",
        of("CER-WORLD", "CER-QUORUM"),
        plan=step_with("generate", requires=(Fact("bag:bag:sealed"),)),
    ),
    Attack(
        "no deviation after a restart",
        of("CER-DEVIATION", "CER-ORDER"),
        lambda x: [y for y in x if not (isinstance(y, e.Deviation) and y.kind == "failure" and y.deviation == 3)],
        on="eventful",
        second=True,
    ),
    Attack(
        "another head at the restart",
        of("CER-CHAIN"),
        touch=touched(e.Recovery, head="ab" * 32),
        on="eventful",
        second=True,
    ),
    Attack(
        "other roles after a restart", of("CER-ROLE", "CER-QUORUM"), touch=touched(e.Enrol, 9, roles=()), on="eventful"
    ),
    Attack(
        "no new keys after a restart",
        of("CER-ENROL", "CER-QUORUM"),
        lambda x: [y for i, y in enumerate(x) if not (isinstance(y, e.Enrol) and i > 80)],
        on="eventful",
        second=True,
    ),
    Attack("corrects another entry", of("CER-FIELD"), touch=touched(e.Correction, entry=3), on="eventful"),
    Attack("corrected to nonsense", of("CER-FIELD"), turned("labels", e.Correction, value="somewhere"), on="eventful"),
    # the end
    Attack("a bag left open", of("CER-LEFT-ON"), plan=step_with("pack", ensures=())),
    Attack("another length", of("CER-CHAIN"), touch=touched(e.Checkpoint, length=3)),
    Attack(
        "another tally",
        of("CER-TALLY"),
        touch=touched(e.Checkpoint, rows=(Row("Signatures so far by person 1: 2", "ab" * 32, leaf=True),)),
        second=True,
    ),
    Attack(
        "no deviations, it says", of("CER-DEVIATION"), touch=touched(e.Close, deviations=0), on="eventful", second=True
    ),
    Attack("aborted, it says", of("CER-ORDER"), touch=touched(e.Close, outcome="aborted"), second=True),
    Attack(
        "completed, it says", of("CER-ORDER"), touch=touched(e.Close, outcome="completed"), on="aborted", second=True
    ),
    Attack("not everybody signed", of("CER-QUORUM"), without("the-end", e.SignOff, 2), second=True),
    Attack("something after the end", of("CER-CLOSED"), lambda x: [*x, e.Departure(person=5)], second=True),
)
