"""Looks at a device after a call whose end nobody knows, and records what is there; it decides and mends nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from ceremony_app.actions import action
from ceremony_app.actions.base import Context, Ports
from ceremony_app.actions.device_rows import last_try
from ceremony_app.actions.failed import blind, failed_evidence
from ceremony_app.actions.looking import Found, untouched
from ceremony_app.conductor.logins import tell_lost_logins
from ceremony_app.core import commands as c
from ceremony_app.core.attempt import Run
from ceremony_app.core.errors import Refusal
from ceremony_app.core.holdings import holdings
from ceremony_app.core.outlook import open_call
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.core.world import Fact


class Inspector:
    """Answers the prompt to inspect. A PIN is used for one login, which ends with the look."""

    def __init__(
        self, ports: Ports, send: Callable[[c.Command], Refused | None], context: Callable[[], Context]
    ) -> None:
        self._ports = ports
        self._send = send
        self._context = context

    def inspect(self, secrets: Mapping[str, Secret]) -> Refused | None:
        """Look at the device of the call that is open, and record what was found."""
        context = self._context()
        call = open_call(context.state)
        if call is None:
            return Refused("CER-STAGE", "There is nothing to inspect.", "Do what the step asks for.")
        intent = call.intent
        seen = self._look(self._where(context, intent.op), intent.token, secrets)
        refused = self._send(
            c.Find(op=intent.op, finding=seen.finding, evidence=dict(seen.evidence), rows=seen.rows, left=seen.left)
        )
        return refused or tell_lost_logins(self._context(), self._ports, self._send)

    def _where(self, context: Context, op: str) -> Context:
        """The attempt to which the call belongs."""
        run: Run = next(run for run in context.state.runs for call in run.calls if call.intent.op == op)
        return dataclasses.replace(context, run=run, step=context.plan.definition.step(run.id))

    def _look(self, context: Context, token: str, secrets: Mapping[str, Secret]) -> Found:
        if not token:
            return untouched()
        try:
            port = self._ports.token(token)
        except Refusal as refusal:
            return _out_of_sight(refusal)
        lent = not port.active and (bool(secrets) or _keypad(context, token))
        try:
            if lent:
                _log_in(port, secrets.get("pin"))
        except Refusal as refusal:
            return _out_of_sight(refusal, _flags(port))
        try:
            return self._seen(context, port)
        finally:
            if lent:
                _log_out(port)

    def _seen(self, context: Context, port: TokenPort) -> Found:
        """What the kind of step makes of the token; a token that cannot list its objects is not to be trusted."""
        intent = next(call.intent for call in context.run.calls if not call.settled)
        try:
            port.facts()
        except Refusal as refusal:
            return _out_of_sight(refusal)
        try:
            before = holdings(context.state, intent.token, before=intent.op)
            return action(context.step.kind).look(context, intent, before, port)
        except Refusal as refusal:
            return blind("unhealthy", failed_evidence(refusal))


def _keypad(context: Context, token: str) -> bool:
    """Whether a login is needed for the look that is made at the token's own keypad."""
    needed = Fact(f"token:{token}:activated") in context.step.requires
    return needed and context.plan.binding.tokens[token].pin_entry == "token"


def _log_in(port: TokenPort, pin: Secret | None) -> None:
    """One try of the PIN; never the last one, which a look is not worth (CER-LAST-TRY)."""
    if last_try(port.facts().flags):
        raise Refusal(
            "CER-LAST-TRY",
            "One try of the PIN is left, and a look at the token is not worth it.",
            "Abort the ceremony, or have the security officer set a new PIN before the token is looked at.",
        )
    port.activate(pin)


def _log_out(port: TokenPort) -> None:
    try:
        port.deactivate()
    except Refusal:
        port.restart()


def _out_of_sight(refusal: Refusal, flags: tuple[str, ...] | None = None) -> Found:
    return blind("unseen", failed_evidence(refusal, flags))


def _flags(port: TokenPort) -> tuple[str, ...] | None:
    try:
        return port.facts().flags
    except Refusal:
        return None
