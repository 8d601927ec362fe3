"""Rehearsals over tokens in memory: opened from a definition, played to a point or to the end, and judged."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ceremony_app.actions import KINDS
from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.means import people_for
from ceremony_app.cli.program import companions, print_context
from ceremony_app.conductor import Conductor, Equipment, Reviewed, new_folder, open_folder, read_reviewed, start
from ceremony_app.core import prompts as p
from ceremony_app.core.attempt import Run
from ceremony_app.core.coming import Coming, Credential
from ceremony_app.core.events import Outcome
from ceremony_app.core.room import Binding, BoundPerson, BoundToken
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import State
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import sha256
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from ceremony_app.definition.write import binding_toml
from ceremony_app.people.desk import Desk
from ceremony_app.people.sheets import Sheets
from ceremony_app.record.document import Attachment, Document
from ceremony_app.station.clock import SystemClock
from ceremony_app.station.inputs import brought
from ceremony_app.station.media import FolderMedium, safe_read
from ceremony_app.station.printer import SimulatedPrinter
from ceremony_app.station.randomness import SystemRandomness
from ceremony_app.unattended import Player
from ceremony_app.verify.verify import verify
from tests.ceremonies.held import SealedRoom
from tests.fakes.cards import no_card
from tests.fakes.token import FakeToken

CEREMONIES: Final = Path(__file__).parents[1] / "ceremonies"
KEYS: Final = (CEREMONIES / "keys.toml").read_text(encoding="utf-8")
SHORT: Final = (CEREMONIES / "short.toml").read_text(encoding="utf-8")

ADOPTING: Final = '\n[rules.adopt]\nvalue = true\nsection = "test"\nprovenance = "verified"\n'
"""What a policy pack says that lets the key of an interrupted call be taken over."""


def no_pages(document: Document, attachments: Iterable[Attachment], date: str) -> bytes:
    """No PDF is made: these tests are about tokens."""
    del document, attachments, date
    return b"%PDF-none\n"


def without(definition: str, *steps: str) -> str:
    """A definition without some of its steps."""
    parts = definition.split("[[acts.steps]]")
    kept = [part for part in parts if not any(f'\nid = "{step}"\n' in part for step in steps)]
    assert len(kept) == len(parts) - len(steps)
    return "[[acts.steps]]".join(kept)


@dataclass
class Mistaken:
    """The simulated people, who enter a wrong secret where `wrong` says so (by the secret's name)."""

    cast: FolderCast
    wrong: Callable[[str], bool] = lambda _: False
    asked: list[str] = field(default_factory=list)

    def coming(self, person: BoundPerson) -> Coming:
        return self.cast.coming(person)

    def credential(self, number: int) -> Credential:
        return self.cast.credential(number)

    def keep_share(self, name: str, person: int, words: Secret) -> None:
        self.cast.keep_share(name, person, words)

    def share(self, name: str, person: int) -> Secret | None:
        return self.cast.share(name, person)

    def pin(self, number: int) -> Secret:
        return self.cast.pin(number)

    def secret(self, name: str) -> Secret:
        self.asked.append(name)
        return Secret.of("not the right one") if self.wrong(name) else self.cast.secret(name)


@dataclass
class Held:
    """An open ceremony, its tokens by role, and who plays it."""

    conductor: Conductor
    tokens: Mapping[str, FakeToken]
    people: Mistaken
    seen: list[p.AnyPrompt] = field(default_factory=list)

    @property
    def token(self) -> FakeToken:
        """The only token."""
        (one,) = self.tokens.values()
        return one

    @property
    def state(self) -> State:
        return self.conductor.state()

    @property
    def now(self) -> p.AnyPrompt:
        """What the room must do now."""
        return self.conductor.prompt()

    def play(self, *, until: Callable[[p.AnyPrompt], bool] = lambda _: False) -> None:
        """Play to the end, or to a prompt."""
        player = Player(self.conductor, self.people, self.seen.append)
        player.play(until=lambda _: until(self.conductor.prompt()))

    def play_to(self, step: str, prompt: type[p.AnyPrompt] = p.Perform) -> None:
        """Play to a kind of prompt in a step."""
        self.play(until=lambda now: isinstance(now, prompt) and getattr(now.step, "id", "") == step)  # type: ignore[union-attr]  # every such prompt has a step

    def runs(self, step: str) -> tuple[Run, ...]:
        """The attempts at a step."""
        return tuple(run for run in self.state.runs if run.id == step)

    def ends(self, step: str) -> list[tuple[str, str]]:
        """The calls of all attempts at a step, each with its result."""
        return [
            (call.intent.call, call.outcome.result if call.outcome else "")
            for run in self.runs(step)
            for call in run.calls
        ]

    def outcome(self, step: str) -> Outcome:
        """The last outcome of a step."""
        return [outcome for run in self.runs(step) for outcome in run.of(Outcome)][-1]

    def evidence(self, step: str) -> Mapping[str, object]:
        """What a step gave."""
        found = self.state.evidence(step)
        assert found is not None
        return found

    def finish(self) -> Path:
        """Play to the end; the folder must be consistent by both verifiers."""
        self.play()
        assert self.state.close is not None
        assert self.state.close.outcome == "completed"
        return consistent(self.conductor.folder)


def consistent(folder: Path) -> Path:
    """The folder, in which neither verifier finds anything."""
    verdict = verify(folder, press=no_pages)
    assert not verdict.findings, [f"{one.rule} {one.where}: {one.what}" for one in verdict.findings]
    read = subprocess.run(
        [sys.executable, "-I", "-S", folder / "verify_journal.py"], capture_output=True, text=True, check=False
    )
    assert read.returncode == 0, read.stdout
    return folder


@contextmanager
def held(
    place: Path,
    definition: str = KEYS,
    tokens: Mapping[str, FakeToken] | None = None,
    *,
    policy: str = "",
    keypads: tuple[str, ...] = (),
    inputs: Mapping[str, Path] | None = None,
) -> Iterator[Held]:
    """A rehearsal that is open; `policy` is added to the shipped pack, `keypads` take their PIN at the token.

    `inputs` are the files and folders that were brought, by name.
    """
    tokens = tokens or {"hsm": FakeToken()}
    ceremony = definition.encode()
    loaded = load(ceremony, KINDS)
    binding = Binding(
        format=1,
        definition=loaded.id,
        definition_sha256=sha256(ceremony),
        mode=Mode.REHEARSAL,
        tokens={
            role: BoundToken(
                module="/opt/example.so",
                module_sha256="5" * 64,
                serial=token.serial,
                model=token.model,
                pin_entry="token" if role in keypads else "keyboard",
            )
            for role, token in tokens.items()
        },
        people=people_for(loaded),
    )
    folder = place / "ceremony"
    new_folder(folder)
    (place / "printer").mkdir()
    for role, token in loaded.tokens.items():
        if token.continues and inputs:
            (folder / ".rehearsal").mkdir(exist_ok=True)
            Sheets(folder / ".rehearsal").inherit(inputs[token.continues] / ".rehearsal", role)
    things = _equipment(place, tokens, inputs)
    pack = (resources() / "policies" / f"{loaded.policy}.toml").read_text(encoding="utf-8") + policy
    reviewed = Reviewed(ceremony, pack.encode(), binding_toml(binding))
    conductor = start(folder, reviewed, print_context(loaded), companions(), things)
    try:
        yield Held(conductor, tokens, Mistaken(FolderCast(folder, binding)))
    finally:
        conductor.close()


@contextmanager
def resumed(
    place: Path, tokens: Mapping[str, FakeToken], *, inputs: Mapping[str, Path] | None = None
) -> Iterator[Held]:
    """The same rehearsal after the program was started again; the tokens have no login any more."""
    folder = place / "ceremony"
    for token in tokens.values():
        token.open_again()
    plan = read_reviewed(folder).plan()
    conductor = open_folder(folder, plan, _equipment(place, tokens, inputs))
    try:
        yield Held(conductor, tokens, Mistaken(FolderCast(folder, plan.binding)))
    finally:
        conductor.close()


def _equipment(place: Path, tokens: Mapping[str, FakeToken], inputs: Mapping[str, Path] | None) -> Equipment:
    """Everything that these rehearsals touch."""
    by_serial = {token.serial: token for token in tokens.values()}
    clock = SystemClock()
    return Equipment(
        open_token=lambda bound: by_serial[bound.serial],
        open_medium=lambda name: FolderMedium(place / name),
        open_input=brought(inputs or {}),
        open_card=no_card,
        printer=SimulatedPrinter(place / "printer"),
        station=SealedRoom(),
        clock=clock,
        randomness=SystemRandomness(),
        press=no_pages,
        desk=Desk(clock, safe_read),
    )
