"""A whole short ceremony on a real token behind the shim: played to a point, struck there, and played to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.means import people_for
from ceremony_app.cli.program import companions, print_context
from ceremony_app.conductor import Conductor, Equipment, Reviewed, new_folder, start
from ceremony_app.conductor.room import OpenCard
from ceremony_app.core import prompts as p
from ceremony_app.core.device import Inventory
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import Binding, BoundToken
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import SecretAsk
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import sha256
from ceremony_app.definition.shelf import resources
from ceremony_app.definition.write import binding_toml
from ceremony_app.hsm.correspondent import Deadlines
from ceremony_app.hsm.open import module_sha256, open_token
from ceremony_app.people.desk import Desk
from ceremony_app.record.document import Attachment, Document
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.inputs import brought
from ceremony_app.station.media import FolderMedium, safe_read
from ceremony_app.station.printer import SimulatedPrinter
from ceremony_app.station.randomness import SystemRandomness
from ceremony_app.unattended import Player
from tests.ceremonies.held import SealedRoom
from tests.fakes.cards import no_card
from tests.faults.rig import Rig

SHORT: Final = Path(__file__).parents[1] / "ceremonies" / "short.toml"
QUICK: Final = Deadlines(start=10.0, read=2.0, login=2.0, initialise=2.0, generate=2.0, generate_rsa=2.0, sign=2.0)
"""Deadlines of a test: SoftHSM answers in a quarter of a second, and a call that hangs is given up after two."""


def no_pages(document: Document, attachments: Iterable[Attachment], date: str) -> bytes:
    """No PDF is made: the reliability runs are about tokens."""
    del document, attachments, date
    return b"%PDF-none\n"


class Stopped(Exception):  # noqa: N818 - said of the ceremony
    """The player was refused: what the people would read on the panel."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.rule)
        self.refusal = refusal


@dataclass
class Hands:
    """What people did with PINs: how often each was entered, for which step."""

    entered: int = 0
    initialised: int = 0


class Struck(Player):
    """Plays the ceremony; arms the faults when a step's action is about to be done; keeps what people were told."""

    def __init__(self, conductor: Conductor, cast: FolderCast, hands: Hands) -> None:
        super().__init__(conductor, cast, lambda _: None)
        self._hands = hands

    def _secrets(self, asked: tuple[SecretAsk, ...], device: str) -> dict[str, Secret]:
        if asked:
            self._hands.entered += 1
            self._hands.initialised += any(ask.name == "so-pin" for ask in asked)
        return super()._secrets(asked, device)


@dataclass
class Rigged:
    """An open ceremony, the rig below it, and who plays it."""

    conductor: Conductor
    rig: Rig
    cast: FolderCast
    hands: Hands = field(default_factory=Hands)

    def play(self, *, until: Callable[[p.AnyPrompt], bool] = lambda _: False) -> Refusal | None:
        """Play until a prompt, the end, or a refusal, which is answered."""
        player = Struck(self.conductor, self.cast, self.hands)
        try:
            player.play(until=lambda _: until(self.conductor.prompt()))
        except Refusal as refusal:
            return refusal
        return None

    def play_to_action(self, step: str) -> None:
        """Up to the moment at which the step's action can be done."""
        refusal = self.play(until=lambda now: isinstance(now, p.Perform) and now.step.id == step)
        assert refusal is None, refusal

    def give_up(self) -> None:
        """Abort: a deviation, the decision, and the closing step."""
        room = self.conductor
        room.settle_down(60)
        if not room.state().undecided():
            self.good(room.deviate("failure", 1, "The step succeeds.", "It does not."))
        number = room.state().undecided()[0].opened.deviation
        self.good(room.settle(number, "abort", "assess", 1, "The ceremony is aborted."))

    @staticmethod
    def good(answer: object) -> None:
        """The answer must be that it was accepted."""
        refused = answer.result(60)  # type: ignore[attr-defined]  # a Future, whose type matters to nobody here
        assert not isinstance(refused, Refused), refused

    def truth(self) -> Inventory:
        """What is on the token past the shim: all of it where the ceremony's PIN opens it, else what is public."""
        softhsm = self.rig.softhsm
        token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
        try:
            with suppress(Refusal):
                token.activate(self.cast.secret("hsm/pin"))
            return token.inventory()
        finally:
            token.close()


@contextmanager
def rigged(
    rig: Rig,
    place: Path,
    deadlines: Deadlines = QUICK,
    definition: Path = SHORT,
    open_card: OpenCard = no_card,
    holder: int = 0,
) -> Iterator[Rigged]:
    """A rehearsal of the short ceremony, opened on the rig's token; `holder` is the person who signs with a card."""
    from ceremony_app.actions import KINDS
    from ceremony_app.definition.load import load

    ceremony = definition.read_bytes()
    loaded = load(ceremony, KINDS)
    binding = Binding(
        format=1,
        definition=loaded.id,
        definition_sha256=sha256(ceremony),
        mode=Mode.REHEARSAL,
        tokens={
            "hsm": BoundToken(module=str(rig.shim), module_sha256=module_sha256(rig.shim), serial=rig.softhsm.serial)
        },
        people=tuple(
            msgspec.structs.replace(person, method="card") if person.number == holder else person
            for person in people_for(loaded)
        ),
    )
    folder = place / "ceremony"
    new_folder(folder)
    (place / "printer").mkdir()
    clock = SystemClock()
    things = Equipment(
        open_token=lambda _: rig.open(deadlines),
        open_medium=lambda name: FolderMedium(place / name),
        open_input=brought({}),
        open_card=open_card,
        printer=SimulatedPrinter(place / "printer"),
        station=SealedRoom(),
        clock=clock,
        randomness=SystemRandomness(),
        press=no_pages,
        desk=Desk(clock, safe_read),
    )
    policy = (resources() / "policies" / f"{loaded.policy}.toml").read_bytes()
    reviewed = Reviewed(ceremony, policy, binding_toml(binding))
    conductor = start(folder, reviewed, print_context(loaded), companions(), things)
    try:
        yield Rigged(conductor, rig, FolderCast(folder, binding))
    finally:
        conductor.close()
