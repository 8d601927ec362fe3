"""`run`, `resume` and `record`: production ceremonies, interrupted ones, and what closing still owes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ceremony_app.check.credentials import require_credentials
from ceremony_app.check.custody import require_custody
from ceremony_app.cli.continuing import same_tokens
from ceremony_app.cli.equipment import equipment
from ceremony_app.cli.holding import hold
from ceremony_app.cli.inputs import brought_to
from ceremony_app.cli.loading import Loaded
from ceremony_app.cli.output import say
from ceremony_app.cli.program import companions, press_of, print_context, program_manifest
from ceremony_app.conductor import Conductor, Reviewed, new_folder, open_folder, read_reviewed, start
from ceremony_app.conductor.finishing import finish_folder
from ceremony_app.core.approval import SignedApproval
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.events import Close
from ceremony_app.core.values import Mode
from ceremony_app.journal.recover import scan
from ceremony_app.journal.store import JOURNAL, read_head
from ceremony_app.people.approvals import require_approved
from ceremony_app.record.process import PdfMaker


def run_production(
    loaded: Loaded, folder: Path, inputs: Mapping[str, Path], approvals: tuple[SignedApproval, ...] = ()
) -> int:
    """Hold a production ceremony in the window; `inputs` and `approvals` are what was brought to it."""
    from ceremony_app.cli.window import require_display

    fit_for_production(loaded, approvals)
    require_display()
    with PdfMaker() as maker:
        maker.start()
        return hold(begin_production(loaded, folder, maker, inputs, approvals), unattended=False)


def fit_for_production(loaded: Loaded, approvals: tuple[SignedApproval, ...] = ()) -> None:
    """Whether it may be opened, before there is a folder.

    The binding is for production (CER-MODE) and this program (CER-PROGRAM-CHANGED), a step shows it to the room
    (CER-BINDING-SHOWN), who must approve has approved (CER-APPROVAL), and everybody's means of signing is named and
    allowed (CER-BINDING, CER-METHOD, CER-KEY).
    """
    if loaded.plan.binding.mode is not Mode.PRODUCTION:
        raise Refusal(
            "CER-MODE", "This binding is not for production.", "Bind the room with `ceremony bind`, or rehearse."
        )
    if loaded.plan.binding.program != program_manifest():
        raise Refusal(
            "CER-PROGRAM-CHANGED",
            "The program is not the one that the room was bound with.",
            "Find out which one was checked. A new program needs a new binding, and a new look at its digest.",
        )
    if not any(step.kind == "confirm-binding" for step in loaded.definition.steps):
        raise Refusal(
            "CER-BINDING-SHOWN",
            "In this definition nobody is shown the binding of the room.",
            'Add a step `do = "confirm-binding"` with `attest`, and have the definition reviewed.',
        )
    require_approved(loaded.plan, loaded.digests, approvals)
    require_credentials(loaded.plan)
    require_custody(loaded.plan)


def begin_production(
    loaded: Loaded,
    folder: Path,
    maker: PdfMaker,
    inputs: Mapping[str, Path],
    approvals: tuple[SignedApproval, ...] = (),
) -> Conductor:
    """Open a production ceremony in a new folder; `inputs` as `cli.inputs.inputs_of` gives them."""
    fit_for_production(loaded, approvals)
    same_tokens(loaded.definition, loaded.plan.binding, inputs)
    new_folder(folder)
    reviewed = Reviewed(loaded.ceremony, loaded.policy, loaded.binding or b"")
    things = equipment(folder, loaded.plan.binding, maker, inputs)
    context = print_context(loaded.definition, inputs=inputs, approvals=approvals)
    return start(folder, reviewed, context, companions(), things)


def resume_folder(folder: Path, *, unattended: bool) -> int:
    """Take up an interrupted ceremony; of a closed one make what closing still owes, and say so."""
    plan = read_reviewed(folder).plan()
    if unattended and plan.binding.mode is Mode.PRODUCTION:
        raise Refusal("CER-UNATTENDED", "A production ceremony is held by people.", "Resume it without `--unattended`.")
    if is_closed(folder):
        if not (folder / "manifest-sha256.txt").exists() or not (folder / "record.pdf").exists():
            make_record(folder)
        say(f"The ceremony in {folder} is closed. Nothing was added to its journal.")
        return 0
    if not unattended:
        from ceremony_app.cli.window import require_display

        require_display()
    with PdfMaker() as maker:
        maker.start()
        return hold(take_up_folder(folder, maker), unattended=unattended)


def take_up_folder(folder: Path, maker: PdfMaker) -> Conductor:
    """Open an interrupted ceremony where it lies (CER-CLOSED for one that has ended)."""
    plan = read_reviewed(folder).plan()
    if is_closed(folder):
        raise Refusal("CER-CLOSED", "This ceremony is closed.", "Verify it, or export it.")
    return open_folder(folder, plan, equipment(folder, plan.binding, maker, brought_to(folder)))


def is_closed(folder: Path) -> bool:
    """Whether the last entry is the closing one (CER-FOLDER; `Corrupt` where the journal is damaged)."""
    try:
        data = (folder / JOURNAL).read_bytes()
    except OSError:
        raise Unusable(
            "CER-FOLDER", f"{folder} holds no journal.", "Name the folder of an interrupted ceremony."
        ) from None
    entries = scan(data, read_head(folder)).entries
    return bool(entries) and isinstance(entries[-1].event, Close)


def make_record(folder: Path) -> int:
    """Make record and manifest again; the script is never touched."""
    plan = read_reviewed(folder).plan()
    if not is_closed(folder):
        raise Refusal("CER-NOT-CLOSED", "The ceremony is not closed: it has no record yet.", "Resume it, and close it.")
    with PdfMaker() as maker:
        finish_folder(folder, plan, press_of(maker))
    say(f"Made {folder / 'record.pdf'} and {folder / 'manifest-sha256.txt'}.")
    return 0
