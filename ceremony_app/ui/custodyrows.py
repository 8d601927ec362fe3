"""What everybody may know of a split PIN, as rows: its set and check value, who holds which share, who came forward."""

from __future__ import annotations

import msgspec

from ceremony_app.core.attempt import Run
from ceremony_app.core.custody import ENTERED, PROVEN, WRITTEN, CustodyRecord, SharesAsked, item
from ceremony_app.core.events import Answer
from ceremony_app.core.prompts import HandOver
from ceremony_app.core.script import Split, Whose
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.sheet import Lines
from ceremony_app.ui.view import View

_PINS: dict[Whose, str] = {"activation": "activation PIN", "officer": "PIN of the security officer"}


def whose_pin(whose: Whose) -> str:
    """Whose PIN it is, in words."""
    return _PINS[whose]


def thing(split: Split) -> str:
    """What the holders of a split bring."""
    return "share" if split.by == "shares" else "card"


def record_of(view: View, prompt: HandOver) -> CustodyRecord | None:
    """What all may know of the split that is handed out; None before it was drawn."""
    splits = (view.state.evidence(prompt.step.id) or {}).get("splits")
    records = [msgspec.convert(one, CustodyRecord) for one in splits] if isinstance(splits, list | tuple) else []
    return next((r for r in records if (r.token, r.whose) == (prompt.stage.token, prompt.stage.whose)), None)


def set_and_check(record: CustodyRecord) -> tuple[str, str]:
    """The number of the set and the check value, as they are written on a sheet."""
    check = record.check
    return f"{record.set:05}", " ".join(check[i : i + 4] for i in range(0, len(check), 4))


def split_lines(view: View, prompt: HandOver) -> Lines:
    """The split, and how far the hand-out has come: numbers and names."""
    split, record = prompt.stage.split, record_of(view, prompt)
    token = view.plan.binding.tokens.get(prompt.stage.token)
    serial = f", serial number {token.serial}" if token is not None and token.serial else ""
    number, check = set_and_check(record) if record is not None else ("", "")
    shares = ((f"Share {index}", _handed(view, prompt, index), "") for index in range(1, split.shares + 1))
    return (
        *shares,
        ("Split PIN", f"{whose_pin(prompt.stage.whose)} of the token {prompt.stage.token}{serial}", ""),
        ("Needed later", f"{split.threshold} of {split.shares} × {role_title(view.plan, split.role)}", ""),
        *((("Set of shares", number, ""), ("Check value", check, "")) if record is not None else ()),
    )


def entered_lines(view: View, run: Run, asked: SharesAsked) -> Lines:
    """Who has come forward, in the order of coming, and how many are still to come."""
    split = asked.split
    here = [
        (
            f"{thing(split).capitalize()} {holder.index}",
            f"✓ {view.named(holder.person)}, {_at(run, item(asked.whose, holder.index, ENTERED))}",
            "",
        )
        for holder in asked.entered
    ]
    to_come = f"{asked.left} × {role_title(view.plan, split.role)}" if asked.left else "nobody: all are there"
    return (*here, ("Still to come", to_come, ""))


def _handed(view: View, prompt: HandOver, index: int) -> str:
    """What became of a share so far."""
    run, whose = prompt.run, prompt.stage.whose
    for what, told in ((PROVEN, "✓ typed back"), (WRITTEN, "▶ written, not typed back yet")):
        given = [a for a in run.of(Answer) if a.item == item(whose, index, what)]
        if given:
            return f"{told}: {view.named(given[-1].person)}, {_at(run, given[-1].item)}"
    return "▶ handed out now" if index == prompt.index else "○ to come"


def _at(run: Run, name: str) -> str:
    """When something was answered last, UTC."""
    times = [e.utc for e in run.entries if isinstance(e.event, Answer) and e.event.item == name]
    return f"{times[-1][11:19]} UTC" if times else ""
