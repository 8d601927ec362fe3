"""Holding a ceremony that is open: in the window, or played by the program, to its verdict."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.chronicle.estimates import estimates_toml, seconds_taken
from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.equipment import REHEARSAL
from ceremony_app.cli.output import say
from ceremony_app.conductor import Conductor
from ceremony_app.core.prompts import AnyPrompt
from ceremony_app.journal.files import replace
from ceremony_app.unattended import progress, rehearsal_player


def hold(conductor: Conductor, *, unattended: bool) -> int:
    """Hold the ceremony to its end, and say where everything lies. Answers the exit status."""
    folder = conductor.folder
    if not unattended:
        from ceremony_app.cli.window import run_window

        status = run_window(conductor)
        if conductor.state().close is not None:
            _write_estimates(conductor)
        return status
    try:
        lines = progress(conductor)

        def tell(now: AnyPrompt) -> None:
            for line in lines(now):
                say(line)

        played = rehearsal_player(conductor, FolderCast(folder, conductor.plan.binding), tell)
        played.play()
        _write_estimates(conductor)
    finally:
        conductor.close()
    return report(folder)


def _write_estimates(conductor: Conductor) -> None:
    """Keep what the rehearsal taught about time, for the binding of the day."""
    place = conductor.folder / REHEARSAL
    if place.is_dir():
        replace(place / "estimates.toml", estimates_toml(seconds_taken(conductor.entries())).encode())


def report(folder: Path) -> int:
    """The verdict over the folder, and where script and record lie."""
    from ceremony_app.cli.verifying import judge_folder

    verdict = judge_folder(folder)
    say("")
    say(f"Script   {folder / 'script.pdf'}")
    say(f"Record   {folder / 'record.pdf'}")
    say(f"Journal  {folder / 'journal.jsonl'}: {verdict.entries} entries, head {verdict.head}")
    say(
        f"Verdict  {verdict.verdict}: {len(verdict.findings)} findings, {len(verdict.for_a_person)} things for a person"
    )
    for finding in verdict.findings[:20]:
        say(f"  {finding.rule} {finding.where}: {finding.what}")
    return 0 if verdict.verdict == "consistent" else 1
