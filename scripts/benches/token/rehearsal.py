"""Rehearsals that are played up to the calls to be measured, and copies of their folders just before these."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
from ceremony_app.conductor import Conductor, Reviewed
from ceremony_app.core.prompts import Perform
from ceremony_app.core.script import Plan
from ceremony_app.core.secret import Secret
from ceremony_app.record.process import PdfMaker
from ceremony_app.unattended import Player, rehearsal_player
from scripts.benches.token.definition import MadeKey, definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A ceremony folder that stands before a call which people have agreed to; `phrase` arms it.

    Its practice token lies in it. Nothing works in this folder: copies of it can be made at any time.
    """

    folder: Path
    plan: Plan
    phrase: str

    @property
    def home(self) -> Path:
        """The SoftHSM home of its token."""
        return self.folder / self.plan.binding.tokens["hsm"].options["softhsm"]

    def pin(self) -> Secret:
        """The PIN of its token's user."""
        return FolderCast(self.folder, self.plan.binding).secret("hsm/pin")

    def copied(self, folder: Path) -> Point:
        """The same in another folder, with a token of its own."""
        copy_folder(self.folder, folder)
        return Point(folder=folder, plan=self.plan, phrase=self.phrase)


def play(place: Path, keys: Sequence[MadeKey], stops: Sequence[str], module: Path) -> Mapping[str, Point]:
    """Hold a rehearsal as `ceremony rehearse --unattended --module` does; a point before the call of each named step.

    The steps are named in the order of the definition; the rehearsal ends before the last of them. Raises `Refusal`.
    """
    place.mkdir()
    path = place / "definition.toml"
    path.write_bytes(definition(keys))
    loaded = load_all(str(path), None)
    wanted = Wanted(
        reviewed=Reviewed(loaded.ceremony, loaded.policy, b""),
        definition=loaded.definition,
        folder=place / "ceremony",
        unattended=True,
        module=module,
    )
    with PdfMaker() as maker:
        conductor = begin_rehearsal(wanted, maker)
        try:
            player = rehearsal_player(conductor, FolderCast(conductor.folder, conductor.plan.binding), lambda _: None)
            return {stop: _point(conductor, player, stop, place / stop) for stop in stops}
        finally:
            conductor.close()


def _asked(conductor: Conductor, step: str) -> Perform | None:
    """What the room is asked, where that is to make the call of this step."""
    now = conductor.prompt()
    return now if isinstance(now, Perform) and now.step.id == step else None


def _point(conductor: Conductor, player: Player, step: str, folder: Path) -> Point:
    """Play up to the call of this step, and copy the folder: nothing is under way while people are to arm a call."""
    player.play(until=lambda _: _asked(conductor, step) is not None)
    asked = _asked(conductor, step)
    if asked is None:
        raise RuntimeError(f"the rehearsal ended before the step {step}")
    copy_folder(conductor.folder, folder)
    return Point(folder=folder, plan=conductor.plan, phrase=asked.phrase)


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder that holds SoftHSM homes, whose configurations name their own place."""
    shutil.copytree(source, target)
    for configuration in target.rglob("softhsm2.conf"):
        text = configuration.read_text(encoding="utf-8")
        configuration.write_text(text.replace(str(source.resolve()), str(target.resolve())), encoding="utf-8")
