"""The guard of every call: inventory, intent, one call, inventory, difference, proof, outcome. One for all kinds."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, cast

import msgspec

from ceremony_app.actions import action
from ceremony_app.actions.base import Action, Call, Concern, Context, Performed, Ports
from ceremony_app.actions.device_rows import difference_rows
from ceremony_app.core import commands as c
from ceremony_app.core.device import Difference, Inventory, difference
from ceremony_app.core.errors import Executed, Refusal, TokenFault
from ceremony_app.core.events import Entry, Outcome
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import ArtifactRef, Json, Row
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
            return self._send(c.Halt(why=f"{refusal.why} [{refusal.rule}]"))
        return self._send(c.Prepare(rows=prepared.rows, artifacts=prepared.artifacts))

    def perform(self, secrets: Mapping[str, Secret], phrase: str) -> Refused | None:
        """Make the calls, until the action is complete or one did not succeed."""
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
            return Refused(refusal.rule, refusal.why, refusal.what_to_do), False
        begin = c.Begin(
            op=op,
            call=call.name,
            parameters=dict(call.parameters),
            inventory=before.digest() if before else "",
            phrase=phrase,
        )
        refused = self._send(begin)
        if refused is not None:
            return refused, False
        try:
            performed = kind.perform(context, call, op, self._ports, secrets)
            evidence = dict(performed.evidence)
            if before is not None:
                evidence["guard"] = self._changed(act, before, active=active)
            kept = self._keep(performed)
        except Refusal as refusal:
            return self._failed(context, op, refusal, before, active=active), False
        rows = kind.rows(evidence)
        if before is not None:
            rows = (*rows, *difference_rows(cast("Mapping[str, Json]", evidence["guard"])))
        complete = kind.next_call(self._after(op, evidence), op) is None
        refused = self._send(
            c.Report(op=op, result="done", complete=complete, evidence=evidence, rows=rows, artifacts=kept)
        )
        for concern in performed.concerns if refused is None else ():
            self._concern(concern)
        return refused, refused is None and not complete

    def _after(self, op: str, evidence: Mapping[str, Json]) -> Context:
        """The attempt as it will be once the outcome is recorded, to ask whether a further call is needed."""
        context = self._context()
        run = context.run
        outcome = Outcome(
            step=run.number,
            attempt=run.attempt,
            op=op,
            result="done",
            complete=False,
            evidence=dict(evidence),
            rows=(),
        )
        entry = Entry(seq=context.state.length, utc="", mono=0, event=outcome, digest="0" * 64)
        return dataclasses.replace(context, run=msgspec.structs.replace(run, entries=(*run.entries, entry)))

    def _inventory(self, act: Act) -> Inventory:
        """What is on the token; an uninitialised token has nothing."""
        port = self._ports.token(act.device)
        facts = port.facts()
        if not facts.initialised:
            return Inventory(serial=facts.serial, objects=())
        return port.inventory()

    def _changed(self, act: Act, before: Inventory, *, active: bool) -> dict[str, Json]:
        """The two inventories' digests and what differs; raises where they were not seen with the same eyes."""
        after = self._inventory(act)
        if active and not self._ports.token(act.device).active:
            raise refused_view()
        found = difference(before, after)
        return _guarded(before, after, found)

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
        unknown = isinstance(refusal, TokenFault) and refusal.executed is Executed.UNKNOWN
        evidence: dict[str, Json] = {"rule": refusal.rule, "why": refusal.why, "what-to-do": refusal.what_to_do}
        rows = [Row("Did not succeed", f"{refusal.why} {refusal.what_to_do} [{refusal.rule}]")]
        if isinstance(refusal, TokenFault):
            evidence |= {"code": refusal.code, "number": f"0x{refusal.number:08x}"}
            rows.append(Row("The device answered", f"{refusal.code} (0x{refusal.number:08x})"))
        if before is not None and not unknown:
            unknown = self._shows_a_change(cast("Act", context.step.action), before, active=active)
        rows.append(Row("What is certain", "not known what happened" if unknown else "nothing was changed"))
        return self._send(
            c.Report(
                op=op,
                result="unknown" if unknown else "failed",
                complete=False,
                again=not unknown and _may_be_tried_again(refusal),
                evidence=evidence,
                rows=tuple(rows),
            )
        )

    def _shows_a_change(self, act: Act, before: Inventory, *, active: bool) -> bool:
        """Whether the token cannot be seen to be as it was before the call."""
        try:
            after = self._inventory(act)
            return self._ports.token(act.device).active is not active or not difference(before, after).nothing
        except Refusal:
            return True

    def inspect(self, op: str) -> Refused | None:
        """Look at the device after a call whose end is not known, and record what is there."""
        context = self._context()
        call = next(found for run in context.state.runs for found in run.calls if found.intent.op == op)
        if not call.intent.token:
            return self._send(
                c.Find(
                    op=op,
                    finding="unclear",
                    evidence={},
                    rows=(Row("Inspection", "this call touched no token; look at the medium or printer"),),
                )
            )
        try:
            inventory = self._ports.token(call.intent.token).inventory()
        except Refusal as refusal:
            return Refused(refusal.rule, refusal.why, refusal.what_to_do)
        mine = inventory.with_id(op)
        same = bool(call.intent.inventory) and inventory.digest() == call.intent.inventory
        finding: Literal["not-executed", "executed", "unclear"] = "executed" if mine else "unclear"
        if same and not mine:
            finding = "not-executed"
        rows = (
            Row("Inspection", f"{len(inventory.objects)} objects on the token, {len(mine)} of this operation"),
            Row("Compared with before the call", "the same" if same else "not the same"),
        )
        evidence = cast("dict[str, Json]", {"inventory": msgspec.to_builtins(inventory)})
        return self._send(c.Find(op=op, finding=finding, evidence=evidence, rows=rows))


_PASSING = frozenset({"CER-PRINTER", "CER-MEDIUM", "CER-WRONG-TOKEN", "CER-PREFLIGHT", "CER-PIN"})
"""Rules whose refusal a hand can mend: paper, a cable, another medium, a PIN typed again."""


def _may_be_tried_again(refusal: Refusal) -> bool:
    """Whether the same attempt may go on after people have mended something; a failed check never may."""
    return isinstance(refusal, TokenFault) or refusal.rule in _PASSING


def refused_view() -> TokenFault:
    """The login ended during the call, so that the token cannot be compared with what it was."""
    return TokenFault(
        "LOGIN_LOST",
        0,
        "The token's login ended during the call, and not everything on it can be seen now.",
        "Inspect the token; after a decision the token is activated again.",
        executed=Executed.UNKNOWN,
    )


def _guarded(before: Inventory, after: Inventory, found: Difference) -> dict[str, Json]:
    """The guard's own evidence."""
    change: dict[str, Json] = msgspec.to_builtins(found)
    return {"before": before.digest(), "after": after.digest(), **change}
