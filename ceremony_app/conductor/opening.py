"""How a ceremony begins in a new folder, and how an interrupted one is taken up where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ceremony_app.actions import KINDS
from ceremony_app.chronicle.context import PrintContext, encode
from ceremony_app.chronicle.press import script_pdf
from ceremony_app.conductor.conductor import Conductor
from ceremony_app.conductor.room import Equipment, Room
from ceremony_app.conductor.writer import Writer
from ceremony_app.core import commands as c
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.events import Genesis
from ceremony_app.core.script import Plan
from ceremony_app.definition.files import load_binding, load_policy, plan_of, sha256
from ceremony_app.definition.load import load
from ceremony_app.journal import files
from ceremony_app.journal.recover import open_journal
from ceremony_app.journal.store import Journal
from ceremony_app.people.approvals import require_approved

REHEARSAL_FOLDER = ".rehearsal"
BOUND = ("ceremony.toml", "policy.toml", "binding.toml", "context.json", "FORMAT.md", "verify_journal.py", "script.pdf")
"""The files that the first entry binds by SHA-256."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was reviewed and bound, as bytes, and as the plan that it makes."""

    ceremony: bytes
    policy: bytes
    binding: bytes

    @property
    def files(self) -> dict[str, bytes]:
        """The bytes by file name."""
        return {"ceremony.toml": self.ceremony, "policy.toml": self.policy, "binding.toml": self.binding}

    def plan(self) -> Plan:
        """The plan; raises `Unusable` where the three do not fit each other."""
        return plan_of(
            load(self.ceremony, KINDS), load_policy(self.policy), load_binding(self.binding), files=self.files
        )


def new_folder(folder: Path) -> None:
    """Make the ceremony's folder, which must not be there or be empty (CER-FOLDER-USED)."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        used = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise Unusable(
            "CER-FOLDER", f"The folder {folder} cannot be used: {error.strerror}.", "Name another one."
        ) from None
    if used:
        raise Refusal(
            "CER-FOLDER-USED",
            f"The folder {folder} is not empty.",
            "Name a new folder; nothing is ever overwritten. An interrupted ceremony is resumed.",
        )


def start(
    folder: Path, reviewed: Reviewed, context: PrintContext, companions: Mapping[str, bytes], equipment: Equipment
) -> Conductor:
    """Write what is bound, make the script, and open the journal with its first entry.

    `companions` are `FORMAT.md` and `verify_journal.py`. The folder is new; only a rehearsal's own things lie in it.
    Raises `Refusal` (CER-APPROVAL) before anything is written.
    """
    plan = reviewed.plan()
    bound = {**reviewed.files, "context.json": encode(context), **companions}
    digests = {name: sha256(data) for name, data in bound.items()}
    require_approved(plan, digests, context.approvals)
    bound["script.pdf"] = script_pdf(equipment.press, plan.definition, plan.policy, plan.binding, context, digests)
    for name in BOUND:
        files.create(folder / name, bound[name])
    journal = Journal.create(folder)
    writer = Writer(plan, folder, journal, equipment.clock, equipment.randomness)
    genesis = Genesis(
        format=1,
        ceremony=equipment.randomness.octets(16).hex(),
        mode=plan.binding.mode,
        definition=plan.definition.id,
        title=plan.definition.title,
        files={name: sha256(bound[name]) for name in BOUND},
        boot=equipment.clock.boot_id(),
        program=f"{context.program} {context.manifest}",
    )
    refused = writer.submit(lambda _: c.Open(genesis=genesis)).result()
    if refused is not None:
        writer.close()
        raise Refusal(refused.rule, refused.why, refused.what_to_do)
    return Conductor(writer, Room(plan, folder, equipment), folder)


def read_reviewed(folder: Path) -> Reviewed:
    """What a ceremony folder was opened with (CER-FOLDER)."""
    data = {}
    for name in ("ceremony.toml", "policy.toml", "binding.toml"):
        try:
            data[name] = (folder / name).read_bytes()
        except OSError:
            raise Unusable(
                "CER-FOLDER", f"{folder} is not a ceremony folder: it has no {name}.", "Name a ceremony folder."
            ) from None
    return Reviewed(data["ceremony.toml"], data["policy.toml"], data["binding.toml"])


def open_folder(folder: Path, plan: Plan, equipment: Equipment) -> Conductor:
    """Take up a ceremony where it lies.

    A torn tail and orphans are set aside, the restart is recorded with a deviation of its own. A closed ceremony is
    opened as it is. Raises `Corrupt` where acknowledged bytes are damaged: then nothing is changed.
    """
    opened = open_journal(folder)
    writer = Writer(plan, folder, opened.journal, equipment.clock, equipment.randomness)
    if writer.state.close is None:
        last = writer.entries[-1].utc if writer.entries else "before the first entry"

        def recover(_: object) -> c.Command:
            return c.Recover(
                boot=equipment.clock.boot_id(),
                torn=opened.torn,
                set_aside=opened.set_aside,
                expected=writer.leaf("The program runs until the ceremony is closed or paused."),
                happened=writer.leaf(f"The program stopped after {last} and was started again."),
            )

        refused = writer.submit(recover).result()
        if refused is not None:
            writer.close()
            raise Refusal(refused.rule, refused.why, refused.what_to_do)
    return Conductor(writer, Room(plan, folder, equipment), folder)
