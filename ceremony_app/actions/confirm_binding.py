"""Step kind `confirm-binding`: what this room adds to the reviewed definition, shown line by line and signed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ceremony_app.actions.base import Call, Context, NoSettings, Performed, Ports, Prepared, Single, text
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.names import escaped
from ceremony_app.core.room import Binding
from ceremony_app.core.script import Act, Plan
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class ConfirmBinding(Single):
    """Tokens, modules, media, people's numbers and keys: the part of the plan that no reviewer has seen before."""

    name = "confirm-binding"
    settings = NoSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that changes nothing."""
        del settings, names
        act = Act(button="Confirm the binding of this room", quorum=head.sign_off)
        return Layout(title="Confirm the binding of this room", stages=(act,), ensures=(Fact("binding:confirmed"),))

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Everything that the binding says."""
        del ports
        return Prepared(rows=binding_rows(context.plan))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Record which binding it was."""
        del call, op, ports, secrets
        genesis = context.state.genesis
        return Performed(evidence={"sha256": genesis.files["binding.toml"] if genesis else ""})

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The binding's digest."""
        return (Row("SHA-256 of the binding", text(evidence, "sha256")),)

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """It is the binding that the first entry binds."""
        del artifacts
        genesis = context.state.genesis
        same = genesis is not None and text(evidence, "sha256") == genesis.files.get("binding.toml")
        return () if same else ("the binding that was confirmed is not the one that the first entry binds",)


def binding_rows(plan: Plan) -> tuple[Row, ...]:
    """The binding as rows, in its own order."""
    binding = plan.binding
    rows = [
        Row("Mode", binding.mode.value.upper()),
        Row("Place", escaped(binding.place) or "not named"),
        Row("Printer", escaped(binding.printer) or "not named"),
        Row("SHA-256 of the program's file list", binding.program or "not named"),
    ]
    rows += _token_rows(plan)
    rows += [
        Row(f"Medium {name}", f"{escaped(m.path)}, serial {escaped(m.serial) or 'not named'}")
        for name, m in binding.media.items()
    ]
    rows += _people_rows(plan, binding)
    rows += [Row(f"Bag {name}", escaped(number)) for name, number in binding.bags.items()]
    return tuple(rows)


def _token_rows(plan: Plan) -> list[Row]:
    """Token by token: which one, and which module drives it."""
    rows = []
    for name, bound in plan.binding.tokens.items():
        rows.append(
            Row(f"Token {name}", f"serial {escaped(bound.serial)}, model {escaped(bound.model) or 'not named'}")
        )
        rows.append(Row(f"Module of {name}", escaped(bound.module)))
        rows.append(Row(f"SHA-256 of the module of {name}", bound.module_sha256))
        if bound.arguments:
            rows.append(Row(f"Arguments of the module of {name}", escaped(bound.arguments)))
    return rows


def _people_rows(plan: Plan, binding: Binding) -> list[Row]:
    """People by number: roles, how they sign, with which key."""
    roles = plan.definition.roles
    return [
        Row(
            f"Person {person.number}",
            f"{', '.join(roles[role].title for role in person.roles)}; signs by {person.method}"
            + (f", key {person.key}" if person.key else ""),
        )
        for person in binding.people
    ]
