"""Holding a ceremony that is open: in the window, or played by the program, to its verdict."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.output import say
from ceremony_app.conductor import Conductor
from ceremony_app.core.prompts import AnyPrompt
from ceremony_app.unattended import progress, rehearsal_player


def hold(conductor: Conductor, *, unattended: bool) -> int:
    """Hold the ceremony to its end, and say where everything lies. Answers the exit status."""
    folder = conductor.folder
    if not unattended:
        from ceremony_app.cli.window import run_window

        return run_window(conductor)
    try:
        lines = progress(conductor)

        def tell(now: AnyPrompt) -> None:
            for line in lines(now):
                say(line)

        rehearsal_player(conductor, FolderCast(folder, conductor.plan.binding), tell).play()
    finally:
        conductor.close()
    return report(folder)


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
