"""The script after its steps: profiles, custody, bags, breaks, deviation sheets, closing, appendices."""

from __future__ import annotations

from ceremony_app.chronicle.profiles import profile_blocks
from ceremony_app.core.pgp_words import EVEN, ODD
from ceremony_app.core.policy import Policy
from ceremony_app.core.script import Definition
from ceremony_app.record.document import (
    Blank,
    Block,
    Box,
    Bullets,
    Checkboxes,
    Column,
    Grid,
    HashBlock,
    Heading,
    Signatures,
    Signer,
    Text,
    WriteIn,
)

_SHEETS = 5
_NATO = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo"
    " Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
).split()


def back_matter(definition: Definition, policy: Policy) -> tuple[Block, ...]:
    """Everything after the last step."""
    sheets = [block for number in range(1, _SHEETS + 1) for block in _deviation_sheet(number)]
    return (
        *profile_blocks(definition, policy),
        *_registers(),
        *sheets,
        *_closing(definition),
        *_fingerprint(),
        *_wind_down(definition),
        *_appendices(),
    )


def _registers() -> tuple[Block, ...]:
    return (
        Heading(text="Bags and seals", new_page=True),
        Grid(
            columns=(
                Column(title="Bag no.", weight=3, kind="write"),
                Column(title="Contents", weight=4, kind="write"),
                Column(title="Opened or sealed", weight=2, kind="write"),
                Column(title="Time UTC", weight=2, kind="write"),
                Column(title="Who", weight=2, kind="write"),
            ),
            blank_rows=10,
        ),
        Heading(text="Breaks and door log", level=1),
        Grid(
            columns=(
                Column(title="Left", weight=2, kind="write"),
                Column(title="Returned", weight=2, kind="write"),
                Column(title="Who", weight=3, kind="write"),
                Column(title="Who stayed", weight=3, kind="write"),
                Column(title="Hands counted", weight=2, kind="write"),
            ),
            blank_rows=6,
        ),
    )


def _deviation_sheet(number: int) -> tuple[Block, ...]:
    return (
        Heading(text=f"Exception sheet D-{number}", new_page=True),
        Checkboxes(items=("not needed", "used"), one_of=True),
        WriteIn(blanks=(Blank(label="Step"), Blank(label="Attempt"), Blank(label="Time UTC", weight=2))),
        *(
            Grid(columns=(Column(title=title, kind="write"),), blank_rows=3)
            for title in ("What was expected?", "What happened instead?", "What was decided, and what was done?")
        ),
        Checkboxes(
            title="Effect on the keys",
            items=("none", "must be assessed", "the result cannot be used"),
            one_of=True,
        ),
        Signatures(people=(Signer(role="Administrator"), Signer(role="Witness"), Signer(role="Witness"))),
    )


def _closing(definition: Definition) -> tuple[Block, ...]:
    people = tuple(Signer(role=r.title) for r in definition.roles.values() for _ in range(r.count))
    return (
        Heading(text="Closing statement", new_page=True),
        Bullets(
            numbered=True,
            items=(
                "I was present throughout, except for the times written in the door log.",
                "The ceremony was held as this script says, except for what the exception sheets say.",
                "What this copy and the journal say is true as far as I saw it, and nothing was held back from me.",
            ),
        ),
        Text(
            text="If you do not agree, write “do not agree” in place of your signature and give the reason on an"
            " exception sheet.",
            weight="strong",
        ),
        Signatures(people=people),
        WriteIn(blanks=(Blank(label="Pages in this copy"), Blank(label="Exception sheets used"))),
        WriteIn(blanks=(Blank(label="Unused sheets crossed out"), Blank(label="Counted by"))),
    )


def _fingerprint() -> tuple[Block, ...]:
    return (
        Heading(text="Fingerprint of the journal", new_page=True),
        Text(
            text="Write this before anyone leaves the room. It ties this paper to the file, and the file to this paper."
        ),
        Box(
            title="Head at the checkpoint",
            blocks=(HashBlock(title="SHA-256 of the checkpoint entry"),),
        ),
        WriteIn(blanks=(Blank(label="Written by", weight=2), Blank(label="Read back by", weight=2))),
        WriteIn(blanks=(Blank(label="Rows typed back"), Blank(label="Time UTC"))),
    )


def _wind_down(definition: Definition) -> tuple[Block, ...]:
    duties = tuple(f"{role.title}: {duty}" for role in definition.roles.values() for duty in role.after)
    return (
        Heading(text="Wind-down", new_page=True),
        Bullets(items=(*definition.after, *duties)),
        Grid(
            columns=(
                Column(title="What", weight=4, kind="write"),
                Column(title="Taken by", weight=3, kind="write"),
                Column(title="To", weight=3, kind="write"),
                Column(title="Due", weight=2, kind="write"),
            ),
            blank_rows=6,
        ),
    )


def _appendices() -> tuple[Block, ...]:
    columns = tuple(
        Column(title=title, weight=weight, kind="mono")
        for title, weight in (("Hex", 1), ("Even", 2), ("Odd", 3), ("Hex", 1), ("Even", 2), ("Odd", 3))
    )
    half = len(EVEN) // 2
    rows = tuple((f"{i:02x}", EVEN[i], ODD[i], f"{i + half:02x}", EVEN[i + half], ODD[i + half]) for i in range(half))
    letters = tuple(Column(title="", weight=1, kind="mono") for _ in range(4))
    spelled = [f"{word[0].upper()}  {word}" for word in _NATO]
    padded = spelled + [" "] * (-len(spelled) % 4)
    return (
        Heading(text="Spelling alphabet", new_page=True),
        Grid(
            columns=letters,
            rows=tuple(tuple(padded[i : i + 4]) for i in range(0, len(padded), 4)),
        ),
        Heading(text="PGP word list", new_page=True),
        Text(
            text="A byte at an even place takes the word of two syllables, at an odd place the one of three. A word"
            " left out, doubled or swapped is heard.",
        ),
        Grid(columns=columns, rows=rows, small=True),
    )
