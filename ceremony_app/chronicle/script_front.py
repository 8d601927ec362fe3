"""The script before its steps: how to use it, people, quorums, room, media, software, timetable."""

from __future__ import annotations

from ceremony_app.actions.policy_statements import confirming
from ceremony_app.chronicle.context import PrintContext
from ceremony_app.chronicle.script_people import sign_in_sheet
from ceremony_app.chronicle.words import all_words, asset_words, minutes_words, quorum_words
from ceremony_app.core.policy import Policy
from ceremony_app.core.room import Binding
from ceremony_app.core.script import Definition
from ceremony_app.record.document import (
    Blank,
    Block,
    Bullets,
    Checkboxes,
    Column,
    Fact,
    Facts,
    Grid,
    HashBlock,
    Heading,
    KeepTogether,
    Legend,
    Sign,
    Signatures,
    Signer,
    Text,
    WriteIn,
)

_ABREAST = 3


def front_matter(
    definition: Definition, policy: Policy, binding: Binding | None, context: PrintContext
) -> tuple[Block, ...]:
    """Everything before the first step."""
    return (
        *_this_copy(),
        *_how_to_use(),
        *(_participants if context.layout == 1 else sign_in_sheet)(definition, binding),
        *_roles(definition),
        *_room(definition, binding),
        *_software(binding, context),
        *_policy(definition, policy),
        *_timetable(definition, binding),
    )


def _this_copy() -> tuple[Block, ...]:
    return (
        Heading(text="This copy", new_page=True),
        WriteIn(blanks=(Blank(label="Copy no."), Blank(label="of"), Blank(label="Holder", weight=4))),
        WriteIn(blanks=(Blank(label="Date (UTC)", weight=2), Blank(label="Place", weight=4))),
        Text(text="A document cannot contain its own digest. Copy it here from the screen when the script is printed."),
        HashBlock(title="SHA-256 of this file (script.pdf)"),
        WriteIn(blanks=(Blank(label="Ceremony id", boxes=(8, 8, 8, 8)),)),
        Heading(text="Approvals", level=2),
        Grid(
            columns=(
                Column(title="Name", weight=3, kind="write"),
                Column(title="Role", weight=2, kind="write"),
                Column(title="Date", weight=2, kind="write"),
                Column(title="Signature", weight=3, kind="write"),
            ),
            blank_rows=3,
        ),
    )


def _how_to_use() -> tuple[Block, ...]:
    return (
        Heading(text="How to use this script", new_page=True),
        Bullets(
            numbered=True,
            items=(
                "Screen, paper and journal carry the same step numbers and the same words.",
                "The administrator reads aloud what is to be said. Nothing is done before it has been read.",
                "Every step is held in its order. There is no way back: a step held again is a new attempt.",
                "A box that cannot be ticked truthfully is a deviation. Say so at once; nobody is blamed for it.",
                "Anybody may object at any time. The witnesses decide what is recorded, not the administrator.",
                "If the power fails or the program stops: nobody leaves, nothing is unplugged, note the time.",
                "In a fire or other danger: leave. The record can be mended, people cannot.",
                "If you do not agree with a statement, write “do not agree” instead of your initials, and why.",
            ),
        ),
        Legend(
            signs=(
                Sign(mark="tick", text="must be true; if not, open a deviation"),
                Sign(mark="ring", text="exactly one of several"),
                Sign(mark="write", text="write by hand"),
                Sign(mark="pause", text="pause point: a short list, read aloud and answered by all"),
                Sign(mark="irreversible", text="cannot be undone once it is done"),
            )
        ),
    )


def _participants(definition: Definition, binding: Binding | None) -> tuple[Block, ...]:
    """The participants of layout 1; later ones have a sign-in sheet."""
    columns = (
        Column(title="No.", weight=1),
        Column(title="Role", weight=3),
        Column(title="Printed name", weight=4, kind="write"),
        Column(title="Organisation", weight=3, kind="write"),
        Column(title="Identity seen by", weight=2, kind="write"),
        Column(title="In", weight=1, kind="write"),
        Column(title="Out", weight=1, kind="write"),
    )
    if binding and binding.people:
        rows = tuple(
            (str(p.number), ", ".join(definition.roles[role].title for role in p.roles), "", "", "", "", "")
            for p in binding.people
        )
    else:
        rows = tuple(
            ("", role.title, "", "", "", "", "") for role in definition.roles.values() for _ in range(role.count)
        )
    return (
        Heading(text="Participants", new_page=True),
        Text(text="Names are written here by the people themselves. The journal names people by number."),
        Grid(columns=columns, rows=rows, blank_rows=2),
        KeepTogether(
            blocks=(
                Heading(text="Handwriting sample", level=2),
                Text(text="Each person who writes in this copy: the digits 0 to 9 and the letters A to F, once."),
                Grid(
                    columns=(
                        Column(title="Person", weight=1, kind="write"),
                        Column(title="Sample", weight=5, kind="write"),
                    ),
                    blank_rows=4,
                ),
            )
        ),
    )


def _roles(definition: Definition) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(text="Roles and quorums", new_page=True)]
    for role in definition.roles.values():
        duties = role.duties or ("takes part as the steps say",)
        separate = ", ".join(definition.roles[other].title for other in role.separate)
        blocks.append(
            KeepTogether(
                blocks=(
                    Heading(text=f"{role.title} ({role.count}, {role.side})", level=3),
                    Bullets(items=duties),
                    *((Text(text=f"Afterwards: {'; '.join(role.after)}", weight="small"),) if role.after else ()),
                    *((Text(text=f"Not the same person as: {separate}", weight="small"),) if separate else ()),
                )
            )
        )
    rows = tuple((name, all_words(definition, quorum)) for name, quorum in definition.quorums.items())
    uses = tuple(
        (
            step.number,
            step.title,
            _who_signs(definition, step.action.quorum if step.action else ""),
            _who_signs(definition, step.attest.quorum if step.attest else ""),
        )
        for step in definition.steps
        if step.attest or (step.action and step.action.quorum)
    )
    return (
        *blocks,
        Heading(text="Quorums", level=2),
        Grid(columns=(Column(title="Quorum", weight=2), Column(title="Needs", weight=6)), rows=rows),
        Heading(text="Which step needs whose signature", level=2),
        Grid(
            columns=(
                Column(title="Step", weight=1),
                Column(title="Title", weight=4),
                Column(title="Before it is done", weight=4),
                Column(title="Over its result", weight=4),
            ),
            rows=uses,
            small=True,
        ),
    )


def _who_signs(definition: Definition, quorum: str) -> str:
    return quorum_words(definition, quorum) if quorum else "nobody"


def _room(definition: Definition, binding: Binding | None) -> tuple[Block, ...]:
    media = tuple((asset_words(name, asset), asset.kind, "", "", "") for name, asset in definition.assets.items())
    tokens = tuple(
        (
            token.title,
            binding.tokens[name].serial if binding and name in binding.tokens else "",
            binding.tokens[name].model if binding and name in binding.tokens else "",
            "",
        )
        for name, token in definition.tokens.items()
    )
    return (
        Heading(text="Room and equipment", new_page=True),
        Checkboxes(
            title="Before the ceremony is opened",
            items=(
                "The room's clock is visible to everyone and shows UTC.",
                "The camera sees the screen, the table and the token.",
                "The exits are known; the way out is free.",
                "Telephones and transmitters are outside.",
            ),
        ),
        Heading(text="Tokens", level=2),
        Grid(
            columns=(
                Column(title="Token", weight=3),
                Column(title="Serial number (binding)", weight=3, kind="mono" if binding else "write"),
                Column(title="Model (binding)", weight=2, kind="mono" if binding else "write"),
                Column(title="As found", weight=3, kind="write"),
            ),
            rows=tokens,
        ),
        Heading(text="Media, bags and documents", level=2),
        Grid(
            columns=(
                Column(title="What", weight=4),
                Column(title="Kind", weight=2),
                Column(title="Serial or bag no.", weight=3, kind="write"),
                Column(title="Opened", weight=2, kind="write"),
                Column(title="Sealed again", weight=2, kind="write"),
            ),
            rows=media,
            blank_rows=2,
        ),
    )


def _software(binding: Binding | None, context: PrintContext) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Heading(text="Software", level=1, new_page=True),
        Facts(rows=(Fact(label="Program", value=context.program), Fact(label="Layout", value=str(context.layout)))),
        HashBlock(
            title="SHA-256 of the program's list of files",
            digest=context.manifest,
            note="A program that reports its own digest is consistent, not proven: compare with another computer.",
        ),
    ]
    for name, token in (binding.tokens if binding else {}).items():
        blocks.append(HashBlock(title=f"SHA-256 of the PKCS#11 module of the token {name}", digest=token.module_sha256))
    return tuple(blocks)


def _policy(definition: Definition, policy: Policy) -> tuple[Block, ...]:
    unverified = policy.unverified()
    if not unverified:
        return ()
    step = confirming(definition)
    then = (
        "a production ceremony with them is a deviation that the quorum signs."
        if step is None
        else f"in step {step.number} of this ceremony that is done, from the tables after the last step."
    )
    return (
        Heading(text="Statements of the policy pack that nobody has confirmed", level=2),
        Text(
            text="These come from public facts, not from the designated text. They stay visible until a person has"
            f" confirmed each against that text; {then}"
        ),
        Grid(
            columns=tuple(Column(title="") for _ in range(_ABREAST)),
            rows=tuple(
                tuple((*unverified, *[" "] * _ABREAST)[i : i + _ABREAST]) for i in range(0, len(unverified), _ABREAST)
            ),
            small=True,
        ),
    )


def _timetable(definition: Definition, binding: Binding | None) -> tuple[Block, ...]:
    estimates = binding.estimates if binding else {}
    rows = []
    total = 0
    for act in definition.acts:
        steps = [step for step in definition.steps if step.act == act]
        minutes = sum(-(-estimates[s.id] // 60) if s.id in estimates else s.minutes for s in steps)
        total += minutes
        rows.append((act, str(len(steps)), minutes_words(minutes) or "not estimated", f"{total} min", ""))
    return (
        Heading(text="Timetable", new_page=True),
        Grid(
            columns=(
                Column(title="Act", weight=5),
                Column(title="Steps", weight=1),
                Column(title="Estimate", weight=2),
                Column(title="Running total", weight=2),
                Column(title="Began (UTC)", weight=2, kind="write"),
            ),
            rows=tuple(rows),
        ),
        Text(text="A break is offered after ninety minutes. Two people stay in the room, or everything is sealed."),
        Heading(text="Opening signatures", level=2),
        Signatures(people=tuple(Signer(role=r.title) for r in definition.roles.values() for _ in range(r.count))),
    )
