"""What an attempt does first about the objects that an interrupted one left: destroys them, or takes a pair over."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ceremony_app.actions.base import Call, Context, Performed
from ceremony_app.actions.device_rows import object_line
from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.leftover import ADOPT, DESTROY, Leftover, leftovers
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.values import Json, Row


def next_remedy(context: Context) -> Call | None:
    """The next call that the decision asks for before the step's own; None where nothing is left to be done."""
    for one in leftovers(context.state, context.step.id):
        if one.remedy == "destroy":
            return destroying(one.objects[0])
    return None


def destroying(thing: ObjectFacts) -> Call:
    """The call that takes one object off the token; its intent carries all that the token tells of the object."""
    return Call(name=DESTROY, parameters={"object": msgspec.to_builtins(thing)}, mutates=True)


def adopting(one: Leftover, parameters: Mapping[str, Json]) -> Call:
    """The call that proves a pair and takes it over; nothing is made."""
    return Call(name=ADOPT, parameters={**parameters, "adopted": one.op}, mutates=True)


def adopted(context: Context) -> Leftover | None:
    """The pair that people decided to take over, if they did."""
    return next((one for one in leftovers(context.state, context.step.id) if one.remedy == "adopt"), None)


def destroy(call: Call, port: TokenPort) -> Performed:
    """Take the object of the call off the token."""
    thing = msgspec.convert(call.parameters["object"], ObjectFacts)
    port.destroy(thing)
    return Performed(evidence={"destroyed": call.parameters["object"]})


def destroyed_rows(evidence: Mapping[str, Json]) -> tuple[Row, ...]:
    """The object that is no longer on the token, if the evidence is of such a call."""
    thing = evidence.get("destroyed")
    if not isinstance(thing, Mapping):
        return ()
    return (Row("Destroyed", object_line(msgspec.convert(dict(thing), ObjectFacts))),)


def remedy_rows(context: Context) -> tuple[Row, ...]:
    """What will become of what was left, as people are shown it before they agree."""
    words = {
        "destroy": "Destroyed first",
        "adopt": "Taken over, after proof",
        "quarantine": "Left on the token, never used",
    }
    return tuple(
        Row(words.get(one.remedy, "Left on the token"), object_line(thing))
        for one in leftovers(context.state, context.step.id)
        for thing in one.objects
    )
