"""Which secrets people are asked for at this workstation."""

from __future__ import annotations

from ceremony_app.core.script import Act, Plan, SecretAsk, Step
from ceremony_app.core.state import State


def activation_secrets(plan: Plan, token: str) -> tuple[SecretAsk, ...]:
    """What is asked of people who log in to a token: the secrets of the step that activates it."""
    act = activation_of(plan, token)
    return asked_here(plan, act) if act is not None else ()


def activation_of(plan: Plan, token: str) -> Act | None:
    """The action that activates a token, if the definition has one."""
    for step in plan.definition.steps:
        act = step.action
        if act is not None and act.device == token and step.kind == "activate":
            return act
    return None


def asked_here(plan: Plan, act: Act) -> tuple[SecretAsk, ...]:
    """The secrets that are typed at this workstation.

    A PIN that the token takes at its own keypad is not, nor one that comes from shares or from memory.
    """
    return tuple(ask for ask in act.secrets if not ask.held and not (ask.at_token and has_keypad(plan, act.device)))


def asked_at_token(plan: Plan, act: Act) -> bool:
    """Whether the token will ask for a PIN at its own keypad."""
    return any(ask.at_token and not ask.held for ask in act.secrets) and has_keypad(plan, act.device)


def has_keypad(plan: Plan, token: str) -> bool:
    """Whether the binding says that PINs are entered at this token and not at the workstation."""
    bound = plan.binding.tokens.get(token)
    return bound is not None and bound.pin_entry == "token"


def rehearsed_as(plan: Plan, state: State, token: str, ask: SecretAsk) -> str:
    """The name under which the simulated people of a rehearsal keep what they enter.

    It is another one after every change of the PIN; what is asked for as `new-pin` is the one that comes next.
    """
    name = "pin" if ask.name == "use-pin" else ask.name.removeprefix("new-")
    changes = _changes(plan, state, token, name) + ask.name.startswith("new-")
    return f"{token}/{name} {changes}" if changes else f"{token}/{name}"


def _changes(plan: Plan, state: State, token: str, name: str) -> int:
    """How often a PIN was changed by itself, beside being set with the token."""
    return sum(
        1
        for run in state.runs
        for call in run.calls
        if call.intent.token == token
        and call.outcome is not None
        and call.outcome.result == "done"
        and _asks_for(plan.definition.step(run.id), f"new-{name}")
    )


def _asks_for(step: Step, name: str) -> bool:
    return step.action is not None and any(ask.name == name for ask in step.action.secrets)
