"""Real and simulated things for a ceremony: tokens, media, printer, workstation, clock."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ceremony_app.cli.program import PACKAGE, press_of
from ceremony_app.conductor import Equipment
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import CardSigner, Medium, Printer, TokenPort
from ceremony_app.core.room import Binding, BoundPerson, BoundToken
from ceremony_app.core.values import Mode
from ceremony_app.hsm.card import Card, open_card
from ceremony_app.hsm.open import open_token, require_module
from ceremony_app.hsm.softhsm import environment_of
from ceremony_app.people.desk import Desk
from ceremony_app.record.process import PdfMaker
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.inputs import brought
from ceremony_app.station.media import FolderMedium, safe_read
from ceremony_app.station.observe import Station
from ceremony_app.station.printer import CupsPrinter, NoPrinter, SimulatedPrinter
from ceremony_app.station.randomness import SystemRandomness

REHEARSAL = ".rehearsal"


def equipment(folder: Path, binding: Binding, maker: PdfMaker, inputs: Mapping[str, Path] | None = None) -> Equipment:
    """What a ceremony in this folder works with, by its binding: the real things, or a rehearsal's own."""
    clock = SystemClock()
    return Equipment(
        open_token=lambda bound: _token(folder, binding, bound),
        open_medium=lambda name: _medium(folder, binding, name),
        open_input=brought(inputs or {}),
        open_card=lambda person: _card(folder, binding, person),
        printer=_printer(folder, binding),
        station=Station(
            folder=folder,
            package=PACKAGE,
            expected_program=binding.program,
            media=tuple(_place(folder, medium.path) for medium in binding.media.values()),
        ),
        clock=clock,
        randomness=SystemRandomness(),
        press=press_of(maker),
        desk=Desk(clock, safe_read),
    )


def _token(folder: Path, binding: Binding, bound: BoundToken) -> TokenPort:
    """The token of the binding, in a worker of its own; the module must be the bound one (CER-MODULE-CHANGED)."""
    module = Path(bound.module)
    require_module(module, bound.module_sha256)
    return open_token(
        module,
        bound.serial,
        model=bound.model,
        environment=token_environment(folder, binding, bound),
        arguments=bound.arguments,
    )


def token_environment(folder: Path, binding: Binding, bound: BoundToken) -> Mapping[str, str]:
    """What the worker of a token needs in its environment: a rehearsal's own SoftHSM home."""
    if binding.mode is Mode.REHEARSAL and (home := bound.options.get("softhsm", "")):
        return environment_of(_place(folder, home))
    return {}


def _medium(folder: Path, binding: Binding, name: str) -> Medium:
    """A medium where the binding says it is mounted (CER-MEDIUM)."""
    bound = binding.media.get(name)
    if bound is None:
        raise Refusal(
            "CER-MEDIUM", f"The binding does not say where {name} is mounted.", "Bind the room with this medium."
        )
    return FolderMedium(_place(folder, bound.path), bound.serial, mounted=binding.mode is Mode.PRODUCTION)


def _printer(folder: Path, binding: Binding) -> Printer:
    """The bound queue, or in a rehearsal without one a printer that spools to files."""
    if binding.mode is Mode.REHEARSAL and not binding.printer:
        return SimulatedPrinter(folder / REHEARSAL / "printer")
    return CupsPrinter(binding.printer) if binding.printer else NoPrinter()


def _place(folder: Path, path: str) -> Path:
    """A path of the binding; what belongs to a rehearsal is named relative to its folder."""
    return folder / path


def _card(folder: Path, binding: Binding, person: BoundPerson) -> CardSigner:
    """The card that the binding names for a person, asked in workers of its own (CER-CARD, CER-MODULE-CHANGED)."""
    bound = person.card
    if bound is None:
        raise Refusal(
            "CER-CARD", f"The binding names no card for person {person.number}.", "Bind the room with the card."
        )
    card = Card(
        module=Path(bound.module),
        module_sha256=bound.module_sha256,
        serial=bound.serial,
        model=bound.model,
        arguments=bound.arguments,
        keypad=bound.pin_entry == "token",
        environment=token_environment(folder, binding, bound),
    )
    return open_card(card, key=person.key)
