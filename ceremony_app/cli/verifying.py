"""`ceremony verify`: the verdict over a folder, a bag or a record, told to a person or to a program."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.cli.output import say
from ceremony_app.cli.program import press_of
from ceremony_app.record.process import PdfMaker
from ceremony_app.verify.verdict import Verdict, as_json
from ceremony_app.verify.verify import verify

STATUS = {"consistent": 0, "inconsistent": 1, "unusable": 2}


def judge_folder(path: Path, *, head: str = "") -> Verdict:
    """The verdict, with the documents made again."""
    with PdfMaker() as maker:
        maker.start()
        return verify(path, head=head, press=press_of(maker))


def verify_command(path: Path, *, head: str, as_json_text: bool) -> int:
    """Print the verdict; answers the exit status."""
    verdict = judge_folder(path, head=head)
    if as_json_text:
        say(as_json(verdict))
        return STATUS[verdict.verdict]
    for finding in verdict.findings:
        say(f"{finding.rule} {finding.where}: {finding.what}")
    for line in verdict.for_a_person:
        say(f"for a person: {line}")
    say(f"{verdict.verdict.upper()}  {verdict.mode}, {verdict.entries} entries, head {verdict.head}")
    return STATUS[verdict.verdict]
