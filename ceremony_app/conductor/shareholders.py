"""The holders of shares at the desk: a share is shown, typed back, entered, and becomes the PIN of one action."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ceremony_app.actions.base import Concern, Context, Ports
from ceremony_app.actions.custody import record_of
from ceremony_app.conductor.custody import Custody
from ceremony_app.core import commands as c
from ceremony_app.core.asked import activation_of
from ceremony_app.core.custody import SharesAsked, entered, share_left
from ceremony_app.core.errors import Refusal
from ceremony_app.core.outlook import open_call, world
from ceremony_app.core.progress import current_stage
from ceremony_app.core.prompting import prompt
from ceremony_app.core.prompts import HandOver, Inspect, Perform
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import HandOut, Whose
from ceremony_app.core.secret import Secret
from ceremony_app.shares.sheet import SheetRow, row_fault


class Shareholders:
    """Everything that shares need beside the journal: the memory, and the records of what was split."""

    def __init__(
        self,
        custody: Custody,
        ports: Ports,
        send: Callable[[c.Command], Refused | None],
        context: Callable[[], Context],
        concern: Callable[[Concern], Refused | None],
    ) -> None:
        self._custody = custody
        self._ports = ports
        self._send = send
        self._context = context
        self._concern = concern

    def rows(self) -> tuple[SheetRow, ...]:
        """The share that is handed out now, for its holder's eyes only (CER-STAGE, CER-SHARES)."""
        stage, index = self._handing()
        return self._custody.rows(stage.token, stage.whose, index)

    def row_fault(self, number: int, typed: Secret) -> str:
        """Why a typed row cannot be right; empty where it may be. Nothing of what was typed is in it."""
        return row_fault(number, typed)

    def written(self, person: int) -> Refused | None:
        """The share stands on its holder's sheet."""
        _, index = self._handing()
        return self._send(c.WriteShare(index=index, person=person))

    def prove(self, person: int, typed: Secret) -> Refused | None:
        """The holder types the share back; after the last one every combination is proven."""
        stage, index = self._handing()
        self._custody.typed_back(stage.token, stage.whose, index, typed)
        refused = self._send(c.ProveShare(index=index, person=person))
        if refused is not None:
            return refused
        context = self._context()
        left, _ = share_left(context.run, stage)
        if left or current_stage(context.plan, context.state) != stage:
            return None
        return self._send(c.CombineShares(combinations=self._custody.prove(stage.token, stage.whose)))

    def enter(self, whose: Whose, person: int, typed: Secret) -> Refused | None:
        """A holder enters the own share; its verdict comes at once, and never costs a PIN try.

        With the last one the secret is put together and held against its check value: shares that give another one
        become a deviation, and are forgotten.
        """
        context, asked = self._asked(whose)
        record = record_of(context, self._ports, asked.token, whose)
        known = frozenset(holder.index for holder in asked.entered)
        self._custody.keep_only(asked.token, whose, known)
        index = self._custody.enter(record, typed)
        refused = self._send(c.TakeShare(whose=whose, index=index, person=person))
        if refused is not None:
            self._custody.keep_only(asked.token, whose, known)
            return refused
        if asked.left > 1:
            return None
        try:
            self._custody.entered_pin(record).erase()
        except Refusal as refusal:
            self.forget_entered(f"{refusal.why} No PIN try was used. [{refusal.rule}]")
            raise
        return None

    def present(self, whose: Whose, index: int, person: int) -> Refused | None:
        """A holder presents the own card to the device, which alone can tell whether it is the right one."""
        _, asked = self._asked(whose)
        if asked.split.by != "device":
            raise Refusal("CER-STAGE", "Shares are entered here, and not presented.", "Enter the share.")
        return self._send(c.TakeShare(whose=whose, index=index, person=person))

    def pins(self) -> dict[str, Secret]:
        """The PINs of the action or look that comes next which nobody types: from shares, or from memory.

        Raises `Refusal` (CER-SHARES, CER-CHECK); then nothing was touched.
        """
        context = self._context()
        plan, state = context.plan, context.state
        call = open_call(state)
        act = activation_of(plan, call.intent.token) if call is not None else context.step.action
        now = prompt(plan, state)
        asked = {one.whose: one for one in now.shares} if isinstance(now, Perform | Inspect) else {}
        found: dict[str, Secret] = {}
        for ask in act.secrets if act is not None else ():
            if act is not None and ask.held == "memory" and call is None:
                found[ask.name] = self._custody.new_pin(act.device, ask.whose)
            elif ask.held == "shares" and ask.whose in asked:
                found[ask.name] = self._entered(context, asked[ask.whose])
        return found

    def after(self, secrets: Mapping[str, Secret]) -> None:
        """Forget what was used: entered shares once the journal counts none, what was drawn once the token has it.

        Where a rule refused and nothing was begun, the journal still counts them.
        """
        for secret in secrets.values():
            secret.erase()
        context = self._context()
        if not entered(context.run, "activation") and not entered(context.run, "officer"):
            self._custody.forget_entered()
        facts = world(context.plan, context.state)
        for token in context.plan.definition.tokens:
            if f"token:{token}:split" not in facts:
                self._custody.forget_drawn(token, "activation")
                self._custody.forget_drawn(token, "officer")

    def forget_entered(self, why: str) -> None:
        """Erase the shares that were entered; what they were entered for needs everybody's word again."""
        self._custody.forget_entered()
        self._concern(Concern(expected="The entered shares are used for this step.", happened=why))

    def paused(self) -> None:
        """Nothing that was entered is kept over a pause."""
        if self._custody.forget_entered():
            self.forget_entered("The entered shares were wiped for a pause.")

    def _entered(self, context: Context, asked: SharesAsked) -> Secret:
        """The PIN of the shares that the journal knows as entered."""
        known = frozenset(holder.index for holder in asked.entered)
        self._custody.keep_only(asked.token, asked.whose, known)
        if len(known) < asked.least or self._custody.has_entered(asked.token, asked.whose) != known:
            raise Refusal(
                "CER-SHARES",
                f"{len(known)} of {asked.least} shares are there.",
                "Let the holders enter them. No PIN try was used.",
            )
        return self._custody.entered_pin(record_of(context, self._ports, asked.token, asked.whose))

    def _handing(self) -> tuple[HandOut, int]:
        """The hand-out under way, and which share it has come to."""
        context = self._context()
        now = prompt(context.plan, context.state)
        if not isinstance(now, HandOver):
            raise Refusal("CER-STAGE", "No share is handed out now.", "Do what the step asks for.")
        return now.stage, now.index

    def _asked(self, whose: Whose) -> tuple[Context, SharesAsked]:
        """The shares that are asked for now."""
        context = self._context()
        now = prompt(context.plan, context.state)
        asked = next((one for one in getattr(now, "shares", ()) if one.whose == whose), None)
        if asked is None:
            raise Refusal("CER-STAGE", "No share is asked for now.", "Do what the step asks for.")
        return context, asked
