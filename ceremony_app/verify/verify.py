"""The verdict over a ceremony: every check in its turn, and nothing trusted that one of them has not held."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ceremony_app import __version__
from ceremony_app.core.errors import NotBuilt, Refusal
from ceremony_app.core.events import Genesis
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.journal import leaves
from ceremony_app.journal.store import HEAD
from ceremony_app.verify.addenda import check_addenda
from ceremony_app.verify.approvals import check_approvals
from ceremony_app.verify.audit import audit
from ceremony_app.verify.files import check_files
from ceremony_app.verify.journal import Chain, check_anchor, check_head, read_chain, read_head
from ceremony_app.verify.leaves import check_leaves
from ceremony_app.verify.material import JOURNAL, Kind, Material, read
from ceremony_app.verify.persons import questions
from ceremony_app.verify.verdict import Report, Verdict, Word

if TYPE_CHECKING:
    from ceremony_app.chronicle.press import Press  # what makes documents is loaded only where they are made

Progress = Callable[[str], None]
"""Is told what is being looked at, in a few words."""


def verify(path: Path, *, head: str = "", press: Press | None, progress: Progress = lambda _: None) -> Verdict:
    """The verdict over a ceremony folder, a bag or a lone record.pdf.

    `head` is what somebody has on paper, as hex or words (or empty); `press` makes PDFs, and without it script and
    record are not made again. Whatever is wrong with the content is a finding; where there is nothing to judge, the
    verdict is `unusable`. Raises `NotBuilt` for a folder of several ceremonies.
    """
    report = Report()
    progress("files")
    try:
        material = read(path)
    except NotBuilt:
        raise
    except Refusal as refusal:
        report.find(refusal.rule, path.name, f"{refusal.why} {refusal.what_to_do}")
        return _verdict("unusable", Chain((), (), whole=False, closed=False, readable=0), report)
    return _judged(material, head, press, report, progress)


def _judged(material: Material, head: str, press: Press | None, report: Report, progress: Progress) -> Verdict:
    """The verdict over what was read."""
    progress("journal")
    acknowledged = read_head(material.files.get(HEAD))
    journal = material.files.get(JOURNAL, b"")
    found = read_chain(journal, acknowledged, report)
    if not found.readable:
        report.hold(journal, "CER-LINE", JOURNAL, material.refused.get(JOURNAL, "empty"))
        return _verdict("unusable", found, report)
    if material.kind is not Kind.RECORD:
        check_head(found, material.files.get(HEAD), acknowledged, report)
    check_anchor(found, head, report)
    check_files(material, found, report)
    texts = check_leaves(material.files.get(leaves.NAME, b""), journal, found, report)
    if found.closed or material.addenda:
        check_addenda(material.addenda, found.head, report)
    plan = _plan(material, report) if found.whole else None
    if plan is None:
        report.person("the rules, the artifacts and the documents were not judged, for want of what they rest on")
        return _verdict("inconsistent", found, report)
    progress("rules")
    try:
        for finding in audit(plan, found.entries, texts):
            report.find(finding.rule, finding.where, finding.what)
    except Exception as fault:  # noqa: BLE001 - entries come from outside; what breaks a judge is no ceremony
        report.find("CER-ORDER", JOURNAL, f"the rules cannot be judged: {type(fault).__name__} {fault}")
    genesis = found.entries[0].event
    if isinstance(genesis, Genesis):
        check_approvals(material.files, plan, genesis, report)
    progress("artifacts")
    _artifacts(material, plan, found, report, progress)
    if press is None:
        report.person("script.pdf and record.pdf were not made again")
    else:
        from ceremony_app.verify.documents import Told, check_documents

        check_documents(material, Told(plan, found.entries, texts), press, report, progress)
    for question in questions(plan, found.entries, texts, closed=found.closed):
        report.person(question)
    return _verdict("inconsistent" if report.findings else "consistent", found, report)


def _artifacts(material: Material, plan: Plan, found: Chain, report: Report, progress: Progress) -> None:
    """Evidence and files; words that another version of the program showed are left to a person."""
    from ceremony_app.verify.artifacts import check_artifacts

    genesis = found.entries[0].event
    program = genesis.program if isinstance(genesis, Genesis) else ""
    ours = program.startswith(f"ceremony-app {__version__} ")
    for finding in check_artifacts(plan, found.entries, material.files, told=progress):
        if finding.rule == "CER-SHOWN" and not ours:
            report.person(
                f"{finding.where} has words of another version ({program.rpartition(' ')[0]}): {finding.what}"
            )
        else:
            report.find(finding.rule, finding.where, finding.what)


def _plan(material: Material, report: Report) -> Plan | None:
    """Definition, policy pack and binding as the folder has them, held together."""
    from ceremony_app.actions import KINDS
    from ceremony_app.definition.files import load_binding, load_policy, plan_of
    from ceremony_app.definition.load import load

    names = ("ceremony.toml", "policy.toml", "binding.toml")
    files = {name: material.files.get(name, b"") for name in names}
    try:
        definition = load(files["ceremony.toml"], KINDS)
        return plan_of(definition, load_policy(files["policy.toml"]), load_binding(files["binding.toml"]), files=files)
    except Refusal as refusal:
        report.find("CER-GENESIS", ", ".join(names), f"they give no plan that could be held: {refusal.paragraph()}")
        return None


def _verdict(word: Word, found: Chain, report: Report) -> Verdict:
    """The verdict with what was found, the questions each once."""
    mode: Mode | str = ""
    if found.entries and isinstance(found.entries[0].event, Genesis):
        mode = found.entries[0].event.mode
    return Verdict(
        verdict=word,
        head=found.head,
        entries=len(found.entries),
        mode=mode if isinstance(mode, Mode) else "",
        findings=tuple(report.findings),
        for_a_person=tuple(dict.fromkeys(report.persons)),
    )
