"""`ceremony rehearse`: the same program and the same steps, with a throw-away token and simulated people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ceremony_app.check.credentials import require_credentials
from ceremony_app.cli.continuing import Earlier, continued_token, earlier, kept_pins, kept_sheets, same_tokens
from ceremony_app.cli.equipment import REHEARSAL, equipment
from ceremony_app.cli.holding import hold
from ceremony_app.cli.means import Means, people_for
from ceremony_app.cli.program import companions, print_context
from ceremony_app.cli.simulating import with_credentials
from ceremony_app.conductor import Conductor, Reviewed, new_folder, start
from ceremony_app.core.approval import SignedApproval
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import Binding, BoundMedium, BoundToken
from ceremony_app.core.script import Definition
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_binding, load_policy, sha256
from ceremony_app.definition.write import binding_toml
from ceremony_app.hsm.open import list_tokens, module_sha256
from ceremony_app.hsm.softhsm import environment_of, find_module, prepare
from ceremony_app.people.simulated import SimulatedPeople
from ceremony_app.record.process import PdfMaker


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be rehearsed, where, and on what; `inputs` and `approvals` are what was brought to it.

    `means` says how the holders of a role sign, where that is chosen.
    """

    reviewed: Reviewed
    definition: Definition
    folder: Path
    unattended: bool
    binding: bytes | None = None
    module: Path | None = None
    inputs: Mapping[str, Path] = field(default_factory=dict)
    means: Mapping[str, Means] = field(default_factory=dict)
    approvals: tuple[SignedApproval, ...] = ()


def rehearse(wanted: Wanted) -> int:
    """Prepare, hold, and say where script, record and verdict lie. Answers the exit status."""
    if not wanted.unattended:
        from ceremony_app.cli.window import require_display

        require_display()
    with PdfMaker() as maker:
        maker.start()
        conductor = begin_rehearsal(wanted, maker)
        return hold(conductor, unattended=wanted.unattended)


def begin_rehearsal(wanted: Wanted, maker: PdfMaker) -> Conductor:
    """The folder with its simulated things, and the ceremony opened in it."""
    folder, definition, inputs = wanted.folder, wanted.definition, wanted.inputs
    before = _earlier(wanted)
    new_folder(folder)
    own = folder / REHEARSAL
    own.mkdir(mode=0o700)
    (own / "printer").mkdir()
    kept: dict[str, str] = {}
    if wanted.binding is None:
        binding = _own_binding(wanted, folder, before)
        for role, one in before.items():
            kept.update(kept_pins(one, role))
            kept_sheets(one, role, own)
        played = SimulatedPeople.load_or_make(folder, binding, kept)
        binding = msgspec.structs.replace(binding, people=with_credentials(folder, binding.people, played))
        data = binding_toml(binding)
    else:
        data = wanted.binding
        binding = load_binding(data)
        if binding.mode is not Mode.REHEARSAL:
            raise Refusal(
                "CER-MODE",
                "This binding is for production.",
                "A rehearsal needs one made with `ceremony bind --rehearsal`.",
            )
        same_tokens(definition, binding, inputs)
        require_credentials(wanted.reviewed.plan())
        SimulatedPeople.load_or_make(folder, binding, kept)
    for medium in binding.media.values():
        if medium.path.startswith(f"{REHEARSAL}/"):
            (folder / medium.path).mkdir(parents=True, exist_ok=True)
    reviewed = Reviewed(wanted.reviewed.ceremony, wanted.reviewed.policy, data)
    things = equipment(folder, binding, maker, inputs)
    context = print_context(definition, inputs=inputs, approvals=wanted.approvals)
    return start(folder, reviewed, context, companions(), things)


def _earlier(wanted: Wanted) -> dict[str, Earlier]:
    """The ceremonies whose practice tokens are taken over, by the token's role; none where a room is bound."""
    if wanted.binding is not None:
        return {}
    tokens = wanted.definition.tokens.items()
    return {role: earlier(wanted.inputs[token.continues]) for role, token in tokens if token.continues}


def _own_binding(wanted: Wanted, folder: Path, before: Mapping[str, Earlier]) -> Binding:
    """A binding to a throw-away token for each token role, with one person for each place of each role.

    The token is new, or a copy of the one that had the role in a rehearsal that came before.
    """
    tokens = {}
    for name in wanted.definition.tokens:
        home = f"{REHEARSAL}/tokens/{name}"
        if name in before:
            found, serial = find_module(), continued_token(before[name], name, folder / home).serial
        else:
            made = prepare(folder / home)
            found, serial = made.module, made.serial
        module = wanted.module or found
        facts = next(t for t in list_tokens(found, environment_of(folder / home)) if t.serial == serial)
        tokens[name] = BoundToken(
            module=str(module),
            module_sha256=module_sha256(module),
            serial=serial,
            model=facts.model,
            manufacturer=facts.manufacturer,
            options={"softhsm": home},
        )
    media = {
        name: BoundMedium(path=f"{REHEARSAL}/media/{name}")
        for name, asset in wanted.definition.assets.items()
        if asset.kind == "medium"
    }
    return Binding(
        format=1,
        definition=wanted.definition.id,
        definition_sha256=sha256(wanted.reviewed.ceremony),
        mode=Mode.REHEARSAL,
        place="rehearsal on this workstation",
        tokens=tokens,
        people=people_for(wanted.definition, load_policy(wanted.reviewed.policy), wanted.means),
        media=media,
    )
