"""Step kind `preflight`: facts of this workstation, observed at this moment, each with its value."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ceremony_app.actions.base import (
    Call,
    Concern,
    Context,
    NoSettings,
    Performed,
    Ports,
    Prepared,
    Single,
    items,
    text,
)
from ceremony_app.actions.policy_statements import confirmed_in, confirming
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.names import escaped
from ceremony_app.core.ports import Observation
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class Preflight(Single):
    """Look at the workstation; in production hard facts stop the step, soft ones become deviations."""

    name = "preflight"
    settings = NoSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that changes nothing."""
        del settings, names
        act = Act(button="Look at this workstation", quorum=head.sign_off)
        return Layout(title="Preflight of the workstation", stages=(act,), ensures=(Fact("preflight:held"),))

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What will be looked at."""
        del context, ports
        return Prepared(
            rows=(
                Row("Will be looked at", "network, memory, clock, printer, program files, disk, media"),
                Row("What this is", "an observation at this moment, not a proof; the room attests the rest"),
            )
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Observe; a hard fact that is wrong stops a production ceremony."""
        del call, op, secrets
        seen = (*ports.station.observe(), _policy(context))
        hard = [fact for fact in seen if fact.hard and not fact.good]
        if hard and not context.rehearsal:
            raise Refusal(
                "CER-PREFLIGHT",
                "A fact that cannot be overruled is not as it must be: "
                + "; ".join(f"{fact.label}: {fact.value}" for fact in hard)
                + ".",
                "Change it, and repeat the step. No quorum can pass it over.",
            )
        soft = () if context.rehearsal else tuple(fact for fact in seen if not fact.good)
        return Performed(
            evidence={"observations": [msgspec.to_builtins(fact) for fact in seen]},
            concerns=tuple(Concern(expected=fact.label, happened=fact.value) for fact in soft),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """Something was looked at, and in production nothing that cannot be overruled is wrong."""
        del artifacts
        seen = items(evidence, "observations")
        hard = [text(fact, "label") for fact in seen if fact.get("hard") is True and fact.get("good") is not True]
        if not seen:
            return ("nothing was looked at",)
        return () if context.rehearsal else tuple(f"not as it must be in production: {label}" for label in hard)

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """One line a fact: its value and whether it is as it should be."""
        return tuple(
            Row(
                text(fact, "label"),
                f"{escaped(text(fact, 'value'))}: {'as it should be' if fact['good'] else 'NOT as it should be'}",
            )
            for fact in items(evidence, "observations")
        )


def _policy(context: Context) -> Observation:
    """Whether the pack's statements are confirmed: in the pack, in this ceremony, or by a step of it that is to come.

    A step to come counts if it stands before everything that rests on the pack: it stops the ceremony where it does not
    succeed, and going on without it takes a deviation that the quorum signs.
    """
    plan = context.plan
    count, order = len(plan.policy.unverified()), [step.id for step in plan.definition.steps]
    done, later = confirmed_in(plan, context.state), confirming(plan.definition)
    if later is not None and order.index(later.id) < order.index(context.step.id):
        later = None
    if not count:
        value = "all confirmed"
    elif done is not None:
        value = f"{count} that the pack marks unverified, confirmed in step {done.number}"
    elif later is not None:
        value = f"{count} unverified now; step {later.number} has them confirmed before anything rests on them"
    else:
        value = f"{count} unverified"
    good = not count or done is not None or later is not None
    return Observation(id="policy", label="Policy statements confirmed by a person", value=value, good=good)
