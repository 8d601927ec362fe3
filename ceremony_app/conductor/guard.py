"""The guard of every call: inventory, intent, one call, inventory, difference, proof, outcome. One for all kinds."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import msgspec

from ceremony_app.actions import action
from ceremony_app.actions.base import Action, Call, Concern, Context, Performed, Ports
from ceremony_app.actions.device_rows import difference_rows
from ceremony_app.conductor.failing import (
    PASSING,
    failure,
    meanwhile,
    refused_view,
    unexpected_change,
    unforeseen,
    unprepared,
)
from ceremony_app.conductor.logins import lost_logins, tell_lost_logins
from ceremony_app.core import commands as c
from ceremony_app.core.device import Inventory, difference
from ceremony_app.core.errors import Executed, Refusal, TokenFault
from ceremony_app.core.events import Entry, Outcome
from ceremony_app.core.holdings import holdings
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import evolve
from ceremony_app.core.values import ArtifactRef, Json
from ceremony_app.journal import files

Send = Callable[[c.Command], Refused | None]
"""Sends a command to the writer and waits for the answer."""


class Guard:
    """Performs the action of one attempt at a step: call by call, each between an intent and an outcome."""

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        send: Send,
        context: Callable[[], Context],
        concern: Callable[[Concern], Refused | None],
    ) -> None:
        self._folder = folder
        self._ports = ports
        self._send = send
        self._context = context
        self._concern = concern

    def prepare(self) -> Refused | None:
        """Work out what will be done, and record it; a reason why it cannot be done stops the step."""
        context = self._context()
        try:
            prepared = action(context.step.kind).prepare(context, self._ports)
        except Refusal as refusal:
            ended = lost_logins(context, self._ports)
            return self._send(c.Halt(why=f"{refusal.why} [{refusal.rule}]", ended=ended))
        except Exception as error:  # noqa: BLE001 - a step that is never prepared would strand the room
            return self._send(c.Halt(why=unprepared(error), ended=lost_logins(context, self._ports)))
        wish = c.Prepare(rows=prepared.rows, artifacts=prepared.artifacts, grave=prepared.grave)
        refused = self._send(wish)
        return self._send(c.Halt(why=refused.paragraph())) if refused and refused.rule == "CER-GRAVE" else refused

    def perform(self, secrets: Mapping[str, Secret], phrase: str) -> Refused | None:
        """Make the calls, until the action is complete or one did not succeed."""
        refused = self._calls(secrets, phrase)
        return tell_lost_logins(self._context(), self._ports, self._send) or refused

    def _calls(self, secrets: Mapping[str, Secret], phrase: str) -> Refused | None:
        """One call after the other."""
        while True:
            context = self._context()
            kind = action(context.step.kind)
            op = self._ports.randomness.octets(16).hex()
            call = kind.next_call(context, op)
            if call is None:
                return None
            refused, more = self._one(kind, context, call, op, secrets, phrase)
            if refused is not None or not more:
                return refused

    def _one(
        self, kind: Action, context: Context, call: Call, op: str, secrets: Mapping[str, Secret], phrase: str
    ) -> tuple[Refused | None, bool]:
        """One call. Answers what the rules said, and whether another call follows."""
        act = cast("Act", context.step.action)
        try:
            before = self._inventory(act) if call.mutates else None
            active = bool(act.device) and call.mutates and self._ports.token(act.device).active
        except Refusal as refusal:
            return self._not_begun(refusal), False
        begin = c.Begin(
            op=op,
            call=call.name,
            parameters=dict(call.parameters),
            inventory=before.digest() if before else "",
            phrase=phrase,
        )
        refused = self._send(begin)
        if refused is not None:  # a deviation within the action has voided what was signed: people sign again first
            again = refused.rule == "CER-QUORUM" and bool(context.run.calls)
            return None if again else refused, False
        carried_out = False
        try:
            performed = kind.perform(context, call, op, self._ports, secrets)
            carried_out = call.mutates
            evidence = dict(performed.evidence)
            concerns = performed.concerns
            if before is not None:
                known = holdings(context.state, act.device) if active else None
                guard = self._changed(kind, act, call, op, before, known, active=active)
                evidence["guard"] = guard
                concerns += meanwhile(guard)
            kept = self._keep(performed)
        except Refusal as refusal:
            if carried_out and isinstance(refusal, TokenFault):  # the call is done, whatever the look after it says
                refusal.executed = Executed.UNKNOWN
            return self._failed(context, op, refusal, before, active=active), False
        except Exception as error:  # noqa: BLE001 - the intent is on disk: it must never stay without an end
            return self._failed(context, op, unforeseen(error), before, active=active), False
        rows = kind.rows(evidence)
        if before is not None:
            rows = (*rows, *difference_rows(cast("Mapping[str, Json]", evidence["guard"])))
        complete = kind.next_call(self._after(op, evidence), op) is None
        for concern in concerns:  # before the outcome, with which the step may end
            self._concern(concern)
        refused = self._send(
            c.Report(op=op, result="done", complete=complete, evidence=evidence, rows=rows, artifacts=kept)
        )
        return refused, refused is None and not complete

    def _after(self, op: str, evidence: Mapping[str, Json]) -> Context:
        """The attempt as it will be once the outcome is recorded, to ask whether a further call is needed."""
        context = self._context()
        outcome = Outcome(
            step=context.run.number,
            attempt=context.run.attempt,
            op=op,
            result="done",
            complete=False,
            evidence=dict(evidence),
            rows=(),
        )
        state = evolve(context.state, Entry(seq=context.state.length, utc="", mono=0, event=outcome, digest="0" * 64))
        return dataclasses.replace(context, state=state, run=state.runs[-1])

    def _not_begun(self, refusal: Refusal) -> Refused | None:
        """A token that fails before anything was asked of it stops the step; another token can be exchanged by hand."""
        if isinstance(refusal, TokenFault) and refusal.rule not in PASSING:
            return self._send(c.Halt(why=f"{refusal.why} {refusal.what_to_do} [{refusal.rule}, {refusal.code}]"))
        return Refused(refusal.rule, refusal.why, refusal.what_to_do)

    def _inventory(self, act: Act) -> Inventory:
        """What is on the token, by its serial; a token that was never initialised has nothing."""
        return self._ports.token(act.device).inventory()

    def _changed(
        self,
        kind: Action,
        act: Act,
        call: Call,
        op: str,
        before: Inventory,
        known: Inventory | None,
        *,
        active: bool,
    ) -> dict[str, Json]:
        """The two inventories' digests and what differs, also from what the journal `known` before the call.

        Raises where the two were not seen with the same eyes, and where the call changed what it was not to change.
        """
        after = self._inventory(act)
        if active and not self._ports.token(act.device).active:
            raise refused_view()
        change = difference(before, after)
        wrong = kind.unfit(call, op, change)
        if wrong:
            raise unexpected_change(wrong)
        guard: dict[str, Json] = {"before": before.digest(), "after": after.digest(), **msgspec.to_builtins(change)}
        if known is not None and known.digest() != before.digest():
            guard["meanwhile"] = msgspec.to_builtins(difference(known, before))
        return guard

    def _keep(self, performed: Performed) -> tuple[ArtifactRef, ...]:
        """Write the files, each new, on disk before an entry names them."""
        place = self._folder / "artifacts"
        place.mkdir(exist_ok=True)
        kept = []
        for name, data in performed.files.items():
            files.create(place / name, data)
            kept.append(ArtifactRef(name=name, sha256=hashlib.sha256(data).hexdigest(), size=len(data)))
        return tuple(kept)

    def _failed(
        self, context: Context, op: str, refusal: Refusal, before: Inventory | None, *, active: bool
    ) -> Refused | None:
        """Report a call that did not succeed: nothing happened, or nobody knows yet."""
        act = cast("Act", context.step.action)
        unknown = isinstance(refusal, TokenFault) and refusal.executed is Executed.UNKNOWN
        if before is not None and not unknown:
            unknown = self._shows_a_change(act, before, active=active)
        flags = self._flags_after_a_pin(act, refusal)
        return self._send(failure(op, refusal, flags, unknown=unknown))

    def _flags_after_a_pin(self, act: Act, refusal: Refusal) -> tuple[str, ...] | None:
        """What the token says about the tries that are left, after a PIN that it did not take; None else."""
        if not isinstance(refusal, TokenFault) or not refusal.code.startswith("CKR_PIN_"):
            return None
        try:
            return self._ports.token(act.device).facts().flags
        except Refusal:
            return None

    def _shows_a_change(self, act: Act, before: Inventory, *, active: bool) -> bool:
        """Whether the token cannot be seen to be as it was before the call."""
        try:
            after = self._inventory(act)
            return self._ports.token(act.device).active is not active or not difference(before, after).nothing
        except Refusal:
            return True
