"""Logins that the journal still counts on, and that have ended with the process that held them."""

from __future__ import annotations

from collections.abc import Callable

from ceremony_app.actions.base import Context, Ports
from ceremony_app.core import commands as c
from ceremony_app.core.errors import Refusal
from ceremony_app.core.outlook import world
from ceremony_app.core.rules import Refused


def lost_logins(context: Context, ports: Ports) -> tuple[str, ...]:
    """The activations that hold by the journal's account, and do not hold."""
    facts = world(context.plan, context.state)
    return tuple(
        f"token:{role}:activated"
        for role in context.plan.binding.tokens
        if f"token:{role}:activated" in facts and not _active(ports, role)
    )


def tell_lost_logins(context: Context, ports: Ports, send: Callable[[c.Command], Refused | None]) -> Refused | None:
    """Record that a login has ended, so that people activate the token again before anything is asked of it."""
    ended = lost_logins(context, ports)
    if not ended:
        return None
    titles = ", ".join(context.plan.definition.tokens[fact.split(":")[1]].title for fact in ended)
    return send(
        c.Halt(
            why=f"The login at the token has ended ({titles}). Decide to hold the step again, after the activation.",
            ended=ended,
        )
    )


def _active(ports: Ports, role: str) -> bool:
    try:
        return ports.token(role).active
    except Refusal:
        return False
