"""Holds a whole ceremony without window and without hardware: the folders that the verifier's tests judge."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ceremony_app.actions import KINDS
from ceremony_app.chronicle.context import context_of
from ceremony_app.chronicle.press import Press
from ceremony_app.cli.cast import FolderCast
from ceremony_app.conductor import Conductor, Equipment, Reviewed, open_folder, start
from ceremony_app.core.ports import Medium, Observation, TokenPort
from ceremony_app.core.room import Binding, BoundMedium, BoundPerson, BoundToken
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import State
from ceremony_app.core.values import Mode
from ceremony_app.definition.load import load
from ceremony_app.definition.write import binding_toml
from ceremony_app.people.desk import Desk
from ceremony_app.station.inputs import brought
from ceremony_app.station.media import FolderMedium, safe_read
from ceremony_app.station.printer import SimulatedPrinter
from ceremony_app.station.randomness import SystemRandomness
from ceremony_app.unattended import Player
from tests.fakes.cards import no_card
from tests.fakes.token import FakeToken

HERE = Path(__file__).parent
RESOURCES = HERE.parents[1] / "resources"
ROLES = ("administrator", "internal-witness", "internal-witness", "external-witness", "security-officer")


class TickingClock:
    """A clock that goes on by a tenth of a second each time it is read."""

    def __init__(self) -> None:
        self._reads = 0

    def utc(self) -> dt.datetime:
        self._reads += 1
        return dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC) + self._reads * dt.timedelta(milliseconds=100)

    def monotonic_ms(self) -> int:
        return 5_000_000 + 100 * self._reads

    def boot_id(self) -> str:
        return "one boot"


class QuietStation:
    """A workstation of which nothing bad can be said."""

    def observe(self) -> tuple[Observation, ...]:
        return (Observation(id="network", label="Network interfaces up", value="none", good=True, hard=True),)


@dataclass
class Hall:
    """One ceremony in one folder: its token, its clock and its people outlive a restart of the program."""

    folder: Path
    press: Press
    definition: bytes = (HERE / "ceremony.toml").read_bytes()
    policy: bytes = (RESOURCES / "policies" / "general.toml").read_bytes()
    token: FakeToken = field(default_factory=FakeToken)
    clock: TickingClock = field(default_factory=TickingClock)

    def binding(self) -> Binding:
        """One person for each place of each role, and one more witness who is not needed."""
        definition = load(self.definition, KINDS)
        return Binding(
            format=1,
            definition=definition.id,
            definition_sha256=hashlib.sha256(self.definition).hexdigest(),
            mode=Mode.REHEARSAL,
            place="a test",
            tokens={
                "hsm": BoundToken(
                    module="/usr/lib/none.so", module_sha256="5e" * 32, serial=self.token.serial, model=self.token.model
                )
            },
            people=tuple(BoundPerson(number=i, roles=(role,)) for i, role in enumerate(ROLES, start=1)),
            media={"stick": BoundMedium(path="stick")},
        )

    def open(self) -> Conductor:
        """Begin the ceremony."""
        self.folder.mkdir()
        (self.folder / ".rehearsal" / "media" / "stick").mkdir(parents=True)
        (self.folder / ".rehearsal" / "printer").mkdir()
        reviewed = Reviewed(self.definition, self.policy, binding_toml(self.binding()))
        companions = {name: (RESOURCES / "folder" / name).read_bytes() for name in ("FORMAT.md", "verify_journal.py")}
        return start(self.folder, reviewed, context_of("f0" * 32, ()), companions, self.equipment())

    def resume(self) -> Conductor:
        """Take it up again after a stop."""
        self.token.open_again()
        plan = Reviewed(
            *((self.folder / name).read_bytes() for name in ("ceremony.toml", "policy.toml", "binding.toml"))
        ).plan()
        return open_folder(self.folder, plan, self.equipment())

    def equipment(self) -> Equipment:
        """Everything that the ceremony touches."""

        def open_token(_: BoundToken) -> TokenPort:
            return self.token

        def open_medium(_: str) -> Medium:
            return FolderMedium(self.folder / ".rehearsal" / "media" / "stick")

        return Equipment(
            open_token=open_token,
            open_medium=open_medium,
            open_input=brought({}),
            open_card=no_card,
            printer=SimulatedPrinter(self.folder / ".rehearsal" / "printer"),
            station=QuietStation(),
            clock=self.clock,
            randomness=SystemRandomness(),
            press=self.press,
            desk=Desk(self.clock, safe_read),
        )

    def play(self, conductor: Conductor, *, until: Callable[[State], bool] = lambda _: False) -> None:
        """Every part of it, up to a point."""
        cast = FolderCast(self.folder, conductor.plan.binding)
        Player(conductor, cast, lambda _: None).play(until=until)

    def pin(self, conductor: Conductor, number: int) -> Secret:
        """A person's PIN."""
        return FolderCast(self.folder, conductor.plan.binding).pin(number)


def hold(folder: Path, press: Press) -> Path:
    """A whole ceremony, from the first entry to the manifest."""
    hall = Hall(folder, press)
    conductor = hall.open()
    try:
        hall.play(conductor)
    finally:
        conductor.close()
    return folder
