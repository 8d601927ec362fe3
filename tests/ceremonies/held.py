"""Holding whole ceremonies in tests: headless, over a fake token of a hardware model, with people's own keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ceremony_app.actions import KINDS
from ceremony_app.cli.program import companions, press_of, print_context
from ceremony_app.conductor import Conductor, Equipment, Reviewed, new_folder, start
from ceremony_app.core.coming import Coming, Credential, KeyFile
from ceremony_app.core.ports import Medium, Observation
from ceremony_app.core.prompts import AnyPrompt
from ceremony_app.core.room import Binding, BoundMedium, BoundPerson, BoundToken
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Definition
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import sha256
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from ceremony_app.definition.write import binding_toml
from ceremony_app.people import filekey
from ceremony_app.people.desk import Desk
from ceremony_app.record.process import PdfMaker
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.inputs import brought
from ceremony_app.station.media import FolderMedium, safe_read
from ceremony_app.station.printer import SimulatedPrinter
from ceremony_app.station.randomness import SystemRandomness
from ceremony_app.unattended import Player
from tests.fakes.cards import no_card
from tests.fakes.token import FakeToken

PASSPHRASE = "six words that are long enough here"


class SealedRoom:
    """A workstation on which everything is as it should be, or not."""

    def __init__(self, *facts: Observation) -> None:
        self.facts = facts or (
            Observation(
                id="network", label="Network interfaces", value="no active interface seen", good=True, hard=True
            ),
        )

    def observe(self) -> tuple[Observation, ...]:
        """The facts that were given."""
        return self.facts


def production_definition(name: str) -> bytes:
    """A shipped definition as it would be approved: with its policy pack named by digest."""
    text = (resources() / "ceremonies" / f"{name}.toml").read_text(encoding="utf-8")
    policy = load(text.encode(), KINDS).policy
    digest = sha256((resources() / "policies" / f"{policy}.toml").read_bytes())
    return text.replace(f'policy = "{policy}"', f'policy = "{policy}"\npolicy-sha256 = "{digest}"', 1).encode()


class KeyHolders:
    """Real people of a test: one key file each, made before the day."""

    def __init__(self, place: Path, definition: Definition) -> None:
        clock = SystemClock()
        roles = [name for name, role in definition.roles.items() for _ in range(role.count)]
        self.paths = {n: place / f"person-{n}.pem" for n in range(1, len(roles) + 1)}
        self.people = tuple(
            BoundPerson(
                number=n,
                roles=(role,),
                method="file",
                key=sha256(filekey.make(self.paths[n], Secret.of(PASSPHRASE), clock).spki),
            )
            for n, role in enumerate(roles, start=1)
        )

    def coming(self, person: BoundPerson) -> Coming:
        """Named by number, and seen by the next person."""
        number = person.number
        return Coming(
            person=number,
            roles=person.roles,
            name=f"Person {number}",
            organisation=f"Example {number}",
            seen_by=number % len(self.people) + 1,
            paper="Passport",
        )

    def credential(self, number: int) -> Credential:
        """The key file."""
        return KeyFile(str(self.paths[number]), Secret.of(PASSPHRASE))

    def keep_share(self, name: str, person: int, words: Secret) -> None:
        """Nobody holds a share here."""
        raise AssertionError

    def share(self, name: str, person: int) -> Secret | None:
        """Nobody holds a share here."""
        raise AssertionError

    def pin(self, number: int) -> Secret:
        """The passphrase of every key file."""
        assert number
        return Secret.of(PASSPHRASE)

    def secret(self, name: str) -> Secret:
        """A token PIN."""
        return Secret.of(f"pin of {name}"[:16])


class PlayedByPeople(Player):
    """A production ceremony in which the test stands in for the people at the keyboard."""

    def __init__(self, conductor: Conductor, holders: KeyHolders, tell: Callable[[AnyPrompt], None]) -> None:
        super().__init__(conductor, holders, tell)
        self._room = conductor
        self._holders = holders

    def enrol(self, number: int) -> Refused | None:
        """Enrol with the key file of the person."""
        bound = self._room.plan.binding.person(number)
        assert bound is not None
        return self.wait(self._room.enrol(self._holders.coming(bound), self._holders.credential(number)))


@contextmanager
def production(
    place: Path,
    name: str = "s1spki-foc-operator-root",
    *,
    token: FakeToken | None = None,
    station: SealedRoom | None = None,
    medium: Callable[[Path], Medium] = FolderMedium,
) -> Iterator[tuple[Conductor, PlayedByPeople]]:
    """A production ceremony that is open, and who plays it."""
    token = token or FakeToken()
    ceremony = production_definition(name)
    definition = load(ceremony, KINDS)
    keys = place / "keys"
    keys.mkdir(parents=True)
    holders = KeyHolders(keys, definition)
    media = {n: place / n for n, asset in definition.assets.items() if asset.kind == "medium"}
    for path in media.values():
        path.mkdir()
    binding = Binding(
        format=1,
        definition=definition.id,
        definition_sha256=sha256(ceremony),
        mode=Mode.PRODUCTION,
        place="Room 1",
        printer="archive",
        tokens={
            role: BoundToken(module="/opt/example.so", module_sha256="5" * 64, serial="EX7-000042", model="KeyStore 7")
            for role in definition.tokens
        },
        people=holders.people,
        media={n: BoundMedium(path=str(path)) for n, path in media.items()},
    )
    folder = place / "ceremony"
    new_folder(folder)
    printer = place / "printer"
    printer.mkdir()
    clock = SystemClock()
    with PdfMaker() as maker:
        things = Equipment(
            open_token=lambda _: token,
            open_medium=lambda n: medium(media[n]),
            open_input=brought({}),
            open_card=no_card,
            printer=SimulatedPrinter(printer),
            station=station or SealedRoom(),
            clock=clock,
            randomness=SystemRandomness(),
            press=press_of(maker),
            desk=Desk(clock, safe_read),
        )
        policy = (resources() / "policies" / f"{definition.policy}.toml").read_bytes()
        reviewed = Reviewed(ceremony, policy, binding_toml(binding))
        conductor = start(folder, reviewed, print_context(definition), companions(), things)
        try:
            yield conductor, PlayedByPeople(conductor, holders, lambda _: None)
        finally:
            conductor.close()
