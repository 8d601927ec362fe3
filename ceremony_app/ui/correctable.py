"""Which entries of the present attempt can still be corrected."""

from __future__ import annotations

from ceremony_app.core.script import Ask
from ceremony_app.core.values import Leaf
from ceremony_app.ui.view import View


def correctable(view: View) -> dict[str, str]:
    """The items of this attempt that can be corrected, with their values; a blind entry not before its second one."""
    step, run = view.step, view.run
    if step is None or run is None:
        return {}
    fields = [field for stage in step.stages if isinstance(stage, Ask) for field in stage.fields]
    names = {field.name for field in fields if not field.blind or f"{field.name}#2" in run.answers}
    values = {item: value for item, value in run.answers.items() if item.partition("#")[0] in names}
    return {
        item: (view.text_of(value.leaf) or "withheld") if isinstance(value, Leaf) else value
        for item, value in values.items()
    }
