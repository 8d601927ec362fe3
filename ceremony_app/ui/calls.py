"""A call to a device in words that people use."""

from __future__ import annotations

import msgspec

from ceremony_app.core.attempt import Call
from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.leftover import ADOPT, DESTROY
from ceremony_app.core.outlook import open_call
from ceremony_app.core.script import Step
from ceremony_app.ui.view import View


def called(view: View, step: Step, call: str) -> str:
    """What a call of a step is to do: what its button said, or the one thing that comes before it."""
    if call == DESTROY:
        return f"Destroy one object: {_object(open_call(view.state))}"
    if call == ADOPT:
        return "Prove the pair that is on the token, and take it over"
    return step.action.button if step.action else call


def where(view: View, token: str) -> str:
    """The token of a role as people know it: its title and its serial number; or that none is touched."""
    if not token:
        return "none; this call is about a medium, a printer or a file"
    title = view.plan.definition.tokens[token].title or token
    return f"{title}, serial number {view.plan.binding.tokens[token].serial}"


def _object(call: Call | None) -> str:
    thing = call.intent.parameters.get("object") if call is not None else None
    return msgspec.convert(thing, ObjectFacts).told() if thing is not None else "not named"
