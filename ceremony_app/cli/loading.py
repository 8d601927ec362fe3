"""From the words of a command line to values: definitions, policy packs, bindings, inputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ceremony_app.actions import KINDS
from ceremony_app.core.room import Binding, BoundToken
from ceremony_app.core.script import Definition, Plan
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_binding, load_policy, plan_of, sha256
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import definition_bytes, policy_bytes
from ceremony_app.definition.toml import read_file


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition with its policy pack, and the binding if one was given: bytes and values."""

    ceremony: bytes
    policy: bytes
    binding: bytes | None
    plan: Plan

    @property
    def definition(self) -> Definition:
        """The definition."""
        return self.plan.definition

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of the files by the names that they have in a ceremony folder."""
        files = {"ceremony.toml": self.ceremony, "policy.toml": self.policy, "binding.toml": self.binding}
        return {name: sha256(data) for name, data in files.items() if data is not None}


def load_all(reference: str, binding_path: str | None) -> Loaded:
    """What `DEF [--binding FILE]` names; without a binding the plan has an empty one for a rehearsal."""
    ceremony, path = definition_bytes(reference)
    definition = load(ceremony, KINDS)
    policy_data = policy_bytes(definition.policy, path)
    policy = load_policy(policy_data)
    data = None if binding_path is None else read_file(Path(binding_path), "binding")
    binding = _unbound(definition) if data is None else load_binding(data)
    files = {"ceremony.toml": ceremony, "policy.toml": policy_data}
    plan = plan_of(definition, policy, binding, files=files)
    return Loaded(ceremony=ceremony, policy=policy_data, binding=data, plan=plan)


def _unbound(definition: Definition) -> Binding:
    """A binding to nothing, so that a definition can be looked at on its own."""
    nothing = BoundToken(module="", module_sha256="", serial="")
    return Binding(
        format=1,
        definition=definition.id,
        mode=Mode.REHEARSAL,
        tokens=dict.fromkeys(definition.tokens, nothing),
    )
