"""What the start screen asks for each thing that can be done: which fields, and what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from ceremony_app.ui.shelf import Interrupted, Opening, Shelf, Telling


@unique
class Task(StrEnum):
    """What can be done from the start screen."""

    RESUME = "resume"
    REHEARSE = "rehearse"
    RUN = "run"
    CHECK = "check"
    SCRIPT = "script"
    VERIFY = "verify"


@unique
class Ask(StrEnum):
    """What can be asked for."""

    UNFINISHED = "unfinished"
    DEFINITION = "definition"
    BINDING = "binding"
    FOLDER = "folder"
    DESTINATION = "destination"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A task in words, what it does, what it asks for, and what its button says."""

    title: str
    about: str
    asks: tuple[Ask, ...]
    button: str
    may_lack: tuple[Ask, ...] = ()


FORMS: dict[Task, Form] = {
    Task.RESUME: Form(
        title="Resume an interrupted ceremony",
        about="It is taken up where it lies. The restart is recorded as a deviation, and room keys are made again.",
        asks=(Ask.UNFINISHED,),
        button="Resume the ceremony",
    ),
    Task.REHEARSE: Form(
        title="Rehearse a ceremony",
        about="The same steps with simulated people and a throw-away token. Nothing made here is of any use.",
        asks=(Ask.DEFINITION, Ask.FOLDER),
        button="Start the rehearsal",
    ),
    Task.RUN: Form(
        title="Run a ceremony from a definition",
        about="Production. It needs the binding of this room, and a workstation that passes every hard check.",
        asks=(Ask.DEFINITION, Ask.BINDING, Ask.FOLDER),
        button="Start the production ceremony",
    ),
    Task.CHECK: Form(
        title="Check a definition",
        about="Is it fit to be held? Steps that cannot work, gaps in the policy, requirements that nothing meets.",
        asks=(Ask.DEFINITION, Ask.BINDING),
        button="Check the definition",
        may_lack=(Ask.BINDING,),
    ),
    Task.SCRIPT: Form(
        title="Make the script",
        about="The paper that people hold during the ceremony, as a PDF.",
        asks=(Ask.DEFINITION, Ask.BINDING, Ask.DESTINATION),
        button="Make the script",
        may_lack=(Ask.BINDING,),
    ),
    Task.VERIFY: Form(
        title="Verify a finished record",
        about="Reads a ceremony folder, a bag or a record.pdf, and says what can be proved. It changes nothing.",
        asks=(Ask.EVIDENCE,),
        button="Verify the record",
    ),
}

LABELS: dict[Ask, tuple[str, str]] = {
    Ask.UNFINISHED: ("Interrupted ceremony", ""),
    Ask.DEFINITION: ("Definition", "One of the shelf, or the path of a file"),
    Ask.BINDING: ("Binding of this room", "Path of binding.toml"),
    Ask.FOLDER: ("New folder for the ceremony", "It must not exist, or be empty"),
    Ask.DESTINATION: ("Where the script goes", "Path of the new PDF"),
    Ask.EVIDENCE: ("What is verified", "Path of a ceremony folder, a bag or a record.pdf"),
}


def send(shelf: Shelf, task: Task, given: dict[Ask, str]) -> Opening | Telling:
    """Ask the program for what the form says."""
    definition, binding = given.get(Ask.DEFINITION, ""), given.get(Ask.BINDING, "")
    match task:
        case Task.RESUME:
            return shelf.resume(given[Ask.UNFINISHED])
        case Task.REHEARSE:
            return shelf.rehearse(definition, given[Ask.FOLDER])
        case Task.RUN:
            return shelf.run(definition, binding, given[Ask.FOLDER])
        case Task.CHECK:
            return shelf.check(definition, binding)
        case Task.SCRIPT:
            return shelf.script(definition, binding, given[Ask.DESTINATION])
        case Task.VERIFY:
            return shelf.verify(given[Ask.EVIDENCE])


def told(stopped: Interrupted) -> str:
    """An interrupted ceremony in one line."""
    mode = "PRODUCTION" if stopped.mode == "production" else "rehearsal"
    when = stopped.stopped[:16].replace("T", " ")
    return f"{mode}, stopped at step {stopped.step}, {when} UTC: {stopped.title}"
