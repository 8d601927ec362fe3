"""What each command does, once its arguments are values. Every function answers an exit status."""

from __future__ import annotations

import argparse
from pathlib import Path

from ceremony_app.cli.checking import fitness_of, write_new, write_script, write_worksheets
from ceremony_app.cli.inputs import approvals_of, inputs_of
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.means import means_of
from ceremony_app.cli.output import say
from ceremony_app.core.errors import NotBuilt, Unusable
from ceremony_app.core.names import is_name
from ceremony_app.definition.shelf import definition_bytes, shipped


def list_shelf(_: argparse.Namespace) -> int:
    """Id and title of every definition on the shelf."""
    for name in shipped():
        say(f"{name:<32} {load_all(name, None).definition.title}")
    return 0


def new(asked: argparse.Namespace) -> int:
    """A definition of the shelf as a file of one's own."""
    data, _ = definition_bytes(_shelf_id(asked.id))
    write_new(Path(asked.output), data)
    say(f"Wrote {asked.output}. Change it, have it reviewed, and check it with `ceremony check {asked.output}`.")
    return 0


def _shelf_id(name: str) -> str:
    if not is_name(name) or name not in shipped():
        raise Unusable(
            "CER-FILE", f"There is no definition {name} on the shelf.", f"Name one of: {', '.join(shipped())}."
        )
    return name


def check_definition(asked: argparse.Namespace) -> int:
    """Is it fit to be held?"""
    loaded, fitness = fitness_of(asked.definition, asked.binding, asked.approval)
    steps = loaded.definition.steps
    minutes = sum(step.minutes for step in steps)
    say(f"{loaded.definition.title}")
    say(
        f"{len(steps)} steps in {len(loaded.definition.acts)} acts, {minutes} minutes planned,"
        f" policy {loaded.plan.policy.id}"
    )
    for name, digest in loaded.digests.items():
        say(f"SHA-256 {digest}  {name}")
    for note in fitness.notes:
        say(f"{'UNFIT ' if note.unfit else 'note  '} {note.rule} {note.where}: {note.what}")
    say("Fit to be held." if fitness.fit else "Not fit to be held.")
    return 0 if fitness.fit else 1


def approve(asked: argparse.Namespace) -> int:
    """An approval of definition and policy pack, made or looked at."""
    from ceremony_app.cli.approving import make, show

    return show(asked.definition, asked.show) if asked.show else make(asked)


def script(asked: argparse.Namespace) -> int:
    """The script as a PDF, or the worksheets that go with it."""
    from ceremony_app.record.process import PdfMaker

    with PdfMaker() as maker:
        if asked.worksheets:
            size = write_worksheets(asked.definition, asked.binding, Path(asked.output), asked.paper, maker)
        else:
            size = write_script(
                asked.definition, asked.binding, Path(asked.output), asked.paper, maker, approvals=asked.approval
            )
    say(f"Wrote {asked.output}, {size} bytes.")
    return 0


def rehearse(asked: argparse.Namespace) -> int:
    """A rehearsal, in the window or played by the program."""
    from ceremony_app.cli.rehearsing import Wanted
    from ceremony_app.cli.rehearsing import rehearse as hold_rehearsal
    from ceremony_app.conductor import Reviewed
    from ceremony_app.people.approvals import counted

    loaded = load_all(asked.definition, asked.binding)
    inputs = inputs_of(asked.input, loaded.definition)
    approvals = approvals_of(asked.approval, loaded.plan.policy)
    if asked.fault:
        raise NotBuilt("A rehearsed fault (`--fault`)")
    wanted = Wanted(
        reviewed=Reviewed(loaded.ceremony, loaded.policy, loaded.binding or b""),
        definition=loaded.definition,
        folder=Path(asked.output),
        unattended=asked.unattended,
        binding=loaded.binding,
        module=Path(asked.module) if asked.module else None,
        inputs=inputs,
        approvals=approvals,
        means=means_of(asked.credential, bound=loaded.binding is not None),
    )
    if found := counted(loaded.definition, loaded.plan.policy, loaded.digests, approvals):
        say(f"Definition and policy pack are approved {found.words}.")
    return hold_rehearsal(wanted)


def run(asked: argparse.Namespace) -> int:
    """A production ceremony."""
    from ceremony_app.cli.running import run_production

    loaded = load_all(asked.definition, asked.binding)
    inputs = inputs_of(asked.input, loaded.definition)
    return run_production(loaded, Path(asked.output), inputs, approvals_of(asked.approval, loaded.plan.policy))


def resume(asked: argparse.Namespace) -> int:
    """An interrupted ceremony, where it lies."""
    from ceremony_app.cli.running import resume_folder

    return resume_folder(Path(asked.folder), unattended=asked.unattended)


def record(asked: argparse.Namespace) -> int:
    """Record and manifest made again from the journal."""
    from ceremony_app.cli.running import make_record

    return make_record(Path(asked.folder))


def export(asked: argparse.Namespace) -> int:
    """The folder as a BagIt bag, read back and compared."""
    from ceremony_app.cli.exporting import export_bag

    if asked.public:
        raise NotBuilt("The public edition (`export --public`)")
    return export_bag(Path(asked.folder), Path(asked.destination))


def verify(asked: argparse.Namespace) -> int:
    """The verdict over a finished ceremony."""
    from ceremony_app.cli.verifying import verify_command

    return verify_command(Path(asked.path), head=asked.head or "", as_json_text=asked.json)


def lint(asked: argparse.Namespace) -> int:
    """Objects of others against a policy pack."""
    from ceremony_app.cli.linting import lint as lint_file

    return lint_file(asked)


def bind(asked: argparse.Namespace) -> int:
    """A binding for this room."""
    from ceremony_app.cli.binding import bind_room

    return bind_room(asked)


def token(asked: argparse.Namespace) -> int:
    """Tokens that a module shows, or one of them in full."""
    from ceremony_app.cli.tokens import inspect, list_all

    return list_all(asked) if asked.what == "list" else inspect(asked)


def credential(asked: argparse.Namespace) -> int:
    """A person's own signing key, in a file or on a card: made, shown, or followed by a new one."""
    from ceremony_app.cli.credentials import credential_command

    return credential_command(asked)


def later(asked: argparse.Namespace) -> int:
    """A command of a later version."""
    raise NotBuilt(f"`ceremony {asked.command}`")
