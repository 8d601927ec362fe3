"""A script and a record with every kind of block, as rich as real ones."""

from __future__ import annotations

import hashlib
from typing import Literal, TypeAlias

from ceremony_app.core.values import Mode
from ceremony_app.record.document import (
    Blank,
    Block,
    Box,
    Bullets,
    Checkboxes,
    Column,
    Document,
    Expectation,
    Fact,
    Facts,
    Fingerprint,
    Grid,
    HashBlock,
    Heading,
    KeepTogether,
    Legend,
    Notice,
    PageBreak,
    Quote,
    Sign,
    Signatures,
    Signer,
    SignOff,
    StepBlock,
    StepRecord,
    Text,
    Verbatim,
    WriteIn,
)

Paper: TypeAlias = Literal["A4", "Letter"]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


TITLE = "FOC S1SP Operator Root CA: key generation and self-signed certificate"
PRINTS = (
    Fingerprint(label="Definition", sha256=digest("definition")),
    Fingerprint(label="Policy pack", sha256=digest("policy")),
    Fingerprint(label="Binding", sha256=digest("binding")),
)
INITIALS = ("CA", "IW", "EW")
SIGNS = (
    Sign(mark="tick", text="Must be true, and is ticked when it is. If it is not, open a deviation sheet."),
    Sign(mark="ring", text="Exactly one of several: mark the one that applies."),
    Sign(mark="write", text="Write here, in ink. Strike out mistakes with one line and initial them."),
    Sign(
        mark="pause", text="Pause point. Everybody stops; the list is read aloud; nothing goes on before all is true."
    ),
    Sign(
        mark="irreversible", text="Cannot be undone. The step stands in a heavy frame and is signed before it begins."
    ),
    Sign(mark="leaf", text="Personal: the journal holds a digest of this text, not the text."),
)


def opening() -> tuple[Block, ...]:
    return (
        HashBlock(title="Definition, SHA-256", digest=PRINTS[0].sha256),
        KeepTogether(
            blocks=(
                HashBlock(title="This printed file, SHA-256 (from the screen or the print log)"),
                WriteIn(
                    blanks=(
                        Blank(label="Copy number", weight=1),
                        Blank(label="of", weight=1),
                        Blank(label="Held by", weight=4),
                    )
                ),
            )
        ),
        WriteIn(
            blanks=(
                Blank(label="Date", boxes=(4, 2, 2), weight=5),
                Blank(label="Start (UTC)", boxes=(2, 2), weight=3),
                Blank(label="Place", weight=5),
            )
        ),
        Heading(text="Approvals", level=2),
        Signatures(
            people=(
                Signer(role="Policy authority"),
                Signer(role="Security officer", name="Ingrid Šťastná-Öztürk"),
                Signer(role="Ceremony administrator", name="Philippa Greenwood"),
            )
        ),
        Heading(text="How to use this script", number="1", new_page=True),
        Text(
            text="The ceremony administrator reads every line aloud. The internal witness ticks and initials on the "
            "administrator's copy, which is the official one; everybody else follows on their own copy. Words beside a "
            "bar are said as they stand. Nothing is done that is not written here, and nothing written here is left "
            "out; where that cannot be kept, a deviation sheet is opened at once."
        ),
        Legend(signs=SIGNS),
        Heading(text="If something goes wrong", level=2),
        Bullets(
            items=(
                "Power loss: nobody touches the token. Note the time; the journal says where to go on.",
                "Fire or illness: people first. Two named people lock the room, and note the time.",
                "Anybody may stop the ceremony at any time by saying “Stop”.",
                "If you do not agree with a statement, write “do not agree” instead of your initials.",
            )
        ),
        Heading(text="Participants", number="2", new_page=True),
        Text(text="Everybody writes their own line, and shows a document that proves who they are.", weight="small"),
        Grid(
            columns=(
                Column(title="Role", weight=22),
                Column(title="Printed name", weight=28, kind="write", leaf=True),
                Column(title="Organisation", weight=24, kind="write", leaf=True),
                Column(title="ID seen by", weight=12, kind="write"),
                Column(title="Signature", weight=26, kind="write"),
                Column(title="In", weight=9, kind="write"),
                Column(title="Out", weight=9, kind="write"),
            ),
            sample=("Observer (example)", "Ada Example", "Example Ltd", "IW", "A. Example", "09:02", "12:40"),
            rows=tuple(
                (role,)
                for role in (
                    "Ceremony administrator",
                    "Internal witness",
                    "External witness",
                    "Key custodian 1",
                    "Key custodian 2",
                    "Key custodian 3",
                    "Security officer",
                )
            ),
            blank_rows=2,
        ),
        Heading(text="Roles and quorums", level=2),
        Grid(
            columns=(
                Column(title="Quorum", weight=20),
                Column(title="Who", weight=40),
                Column(title="Steps", weight=30, kind="mono"),
            ),
            rows=(
                ("root-activation", "3 key custodians, 1 external witness", "3.2 3.5 4.4"),
                ("witnessed", "1 ceremony administrator, 1 internal witness", "2.1 2.4 3.1 3.2 3.3 4.4"),
            ),
        ),
        Heading(text="Room and equipment", level=2),
        WriteIn(
            blanks=(
                Blank(label="Workstation serial", boxes=(10,), weight=1),
                Blank(label="Bag in", boxes=(10,), weight=1),
            )
        ),
        WriteIn(
            blanks=(
                Blank(label="HSM serial", boxes=(4, 4, 4), weight=1),
                Blank(label="MAC address", boxes=(2, 2, 2, 2, 2, 2), weight=1),
            )
        ),
        Checkboxes(
            title="Clock",
            items=("A radio-controlled watch is in the room.", "It differs from this computer by less than 5 seconds."),
        ),
        Checkboxes(
            title="Place of the ceremony",
            items=("Secure room 2, Manchester", "Standby room, Leeds", "Elsewhere, with a deviation sheet"),
            one_of=True,
        ),
    )


def steps(act: int) -> tuple[Block, ...]:
    return (
        Heading(text="Create the Operator Root key" if act == 3 else f"Act {act}", number=str(act), new_page=act == 1),
        WriteIn(
            blanks=(
                Blank(label="This act begins (UTC)", boxes=(2, 2), weight=2),
                Blank(label="People in the room", boxes=(2,), weight=1),
                Blank(label="Noted by", weight=3),
            )
        ),
        StepBlock(
            number=f"{act}.1",
            title="Is everything ready?",
            who=("Ceremony administrator", "all"),
            estimate="2 min",
            marker="pause",
            say=("Before we create the key we stop. I read five points; anybody may say Stop.",),
            initials=INITIALS,
            blocks=(
                Checkboxes(
                    items=(
                        "The token's serial is the one on page 4 of this script.",
                        "Both cameras run, and their clocks were filmed.",
                        "Three key custodians are in the room with their cards.",
                        "No network cable, no radio, no medium is connected.",
                        "The trial certificate was shown field by field and approved.",
                    )
                ),
            ),
        ),
        StepBlock(
            number=f"{act}.2",
            title="Generate the Operator Root key pair inside the token",
            who=("Ceremony administrator", "3 key custodians", "external witness"),
            estimate="6 min",
            marker="irreversible",
            say=(
                (
                    "We now create the Operator Root key. It is made inside the token and never leaves it. "
                    "After this the only way back is to destroy it and to begin again."
                ),
            ),
            do=("Press “Generate the operator-root key pair”.", "Wait. Nobody touches the token or its cable."),
            expected=(
                Expectation(text="Algorithm", value="ECDSA P-256 (secp256r1)"),
                Expectation(text="Label and id on the token", value="s1spki-operator-root-2026 / 0x01"),
                Expectation(text="Sensitive, never extractable, made on the token"),
            ),
            actual=(
                Blank(label="Attempt", boxes=(1,), weight=1),
                Blank(label="Token serial as shown", boxes=(4, 4), weight=4),
            ),
            initials=INITIALS,
        ),
        StepBlock(
            number=f"{act}.3",
            title="Write down the public key's digest, then read back the rows asked for",
            who=("Internal witness", "External witness"),
            estimate="5 min",
            do=(
                "Copy rows A to H from the screen. Then the screen hides the rows that will be asked.",
                "The external witness reads them from this page; the internal witness types them.",
            ),
            initials=INITIALS,
            blocks=(HashBlock(title="SHA-256 of the SubjectPublicKeyInfo"),),
        ),
        StepBlock(
            number=f"{act}.4",
            title="Compare the definition's digest with the approved one",
            who=("Internal witness",),
            estimate="2 min",
            say=("I read the eight rows of the definition's digest.",),
            expected=(Expectation(text="All eight rows are those of the approval document."),),
            initials=INITIALS,
            blocks=(HashBlock(title="Definition, SHA-256", digest=PRINTS[0].sha256),),
        ),
        StepBlock(
            number=f"{act}.5",
            title="Put the export stick away",
            who=("Safe controller",),
            estimate="1 min",
            do=("Seal the stick with the green square in a bag and read the bag's number aloud.",),
            actual=(Blank(label="Bag number", boxes=(4, 2, 6)),),
            initials=(*INITIALS, "SC"),
        ),
    )


def closing() -> tuple[Block, ...]:
    profile = (
        ("Version", "v3 (2)"),
        ("Serial number", "0x5b1d0e4a9c2f48d3b6a7e0d1c2f3a4b5"),
        ("Signature algorithm", "ecdsa-with-SHA256 (1.2.840.10045.4.3.2)"),
        ("Issuer", "CN=S1SP Operator Root, OU=07"),
        ("Valid from", "2026-11-22T00:00:00Z"),
        ("Valid to", "2051-11-21T23:59:59Z"),
        ("Subject", "CN=S1SP Operator Root, OU=07"),
        ("Basic constraints (critical)", "CA:TRUE"),
        ("Key usage (critical)", "keyCertSign, cRLSign"),
        ("Subject key identifier", "4c9f 27d1 88ab 03e6"),
    )
    return (
        Heading(text="Certificate profile", number="4", new_page=True),
        Grid(
            columns=(
                Column(title="Field", weight=26),
                Column(title="Must be", weight=52, kind="mono"),
                Column(title="As read from the certificate", weight=22, kind="tick"),
            ),
            rows=tuple((name, value, "") for name, value in profile),
        ),
        Heading(text="Breaks and doors", number="5"),
        Grid(
            columns=tuple(
                Column(title=title, weight=weight, kind="write")
                for title, weight in (
                    ("Left (UTC)", 2),
                    ("Who", 4),
                    ("Who stayed (2 names)", 5),
                    ("Bag numbers", 4),
                    ("Returned", 2),
                    ("Hands", 1),
                )
            ),
            blank_rows=6,
        ),
        Box(
            title="Deviation sheet D-1",
            blocks=(
                Checkboxes(items=("not needed", "used"), one_of=True),
                WriteIn(
                    blanks=(
                        Blank(label="Step", boxes=(1, 2), weight=1),
                        Blank(label="Time (UTC)", boxes=(2, 2), weight=1),
                        Blank(label="Noted by", weight=2),
                    )
                ),
                *(
                    WriteIn(blanks=(Blank(label=label),))
                    for label in ("What was expected?", "What happened instead?", "What was decided, and by whom?", "")
                ),
            ),
        ),
        Heading(text="Closing statement", number="6", new_page=True),
        Quote(
            text="I was present throughout, or as noted. "
            "This script was followed as written, except where deviation sheets say otherwise. "
            "What is noted on it is true."
        ),
        Text(text="Whoever does not agree writes “do not agree” instead of signing, and notes why.", weight="small"),
        Signatures(
            people=tuple(
                Signer(role=role)
                for role in (
                    "Ceremony administrator",
                    "Internal witness",
                    "External witness",
                    "Key custodian 1",
                    "Key custodian 2",
                    "Key custodian 3",
                )
            )
        ),
        Heading(text="Journal fingerprint", level=2),
        Text(text="Write this before anyone leaves the room.", weight="strong"),
        HashBlock(title="Head of the journal at the checkpoint"),
        PageBreak(),
        Heading(text="Appendix: NATO alphabet", level=2),
        Grid(
            columns=(Column(title="", kind="mono"), Column(title="", weight=4)) * 2,
            rows=(("a", "alfa", "b", "bravo"), ("c", "charlie", "d", "delta"), ("e", "echo", "f", "foxtrot")),
            small=True,
        ),
    )


def script(*, mode: Mode | None = Mode.REHEARSAL, paper: Paper = "A4", acts: int = 4) -> Document:
    """A script of 5 steps an act."""
    blocks = (*opening(), *(block for act in range(1, acts + 1) for block in steps(act)), *closing())
    return Document(
        kind="script",
        title=TITLE,
        subtitle="Smart metering, founding certification authorities",
        purpose="In this ceremony the Operator Root key is created inside a hardware security module in front of "
        "witnesses, and the root certificate is signed with it. What this script says is what will be done.",
        mode=mode,
        paper=paper,
        language="en-GB",
        version="ceremony-app 0.1.0, layout 1",
        fingerprints=PRINTS,
        facts=(Fact(label="Date and place", value="2026-11-22, Secure room 2, Manchester"),),
        initials=INITIALS,
        blocks=blocks,
    )


def sign_offs(hour: int) -> tuple[SignOff, ...]:
    people = (
        ("Ceremony administrator", "Philippa Greenwood", "file"),
        ("Key custodian", "Łukasz Wójcik", "room"),
        ("Key custodian", "Ingrid Šťastná-Öztürk", "room"),
        ("External witness", "Ελένη Παπαδοπούλου", "card"),
    )
    return tuple(
        SignOff(
            role=role,
            name=name,
            purpose="go" if i else "result",
            decision="AGREE" if i != 2 else "DISAGREE",
            utc=f"{hour:02}:14:{i * 7:02}",
            method=method,
            key=f"{digest(name)[:4]} {digest(name)[4:8]} … {digest(name)[-4:]}",
        )
        for i, (role, name, method) in enumerate(people)
    )


def record_step(act: int, step: int) -> StepRecord:
    key = step == 2
    return StepRecord(
        number=f"{act}.{step}",
        title="Generate the Operator Root key pair inside the token" if key else "Read the definition's digest aloud",
        state="DONE WITH DEVIATION" if step == 4 else "DONE",
        start=f"2026-11-22 {8 + act:02}:{step * 7:02}:03 UTC",
        end=f"{8 + act:02}:{step * 7 + 5:02}:41",
        attempts=2 if step == 4 else 1,
        entries=f"{act * 40 + step * 6}–{act * 40 + step * 6 + 5}",
        marker="irreversible" if key else "",
        said=("We now create the Operator Root key. It is made inside the token and never leaves it.",),
        done=("Press “Generate the operator-root key pair”.",) if key else (),
        facts=(
            Fact(label="Token serial", value="a41c 0b2e 77d9 5f10", mono=True),
            Fact(label="Algorithm", value="ECDSA P-256 (secp256r1)", mono=True),
            Fact(label="Public key, SHA-256", value=digest(f"spki{act}"), mono=True),
            Fact(label="Read by", value="Ελένη Παπαδοπούλου", leaf=True),
            Fact(label="Inventory before and after", value=""),
        )
        if key
        else (Fact(label="Rows read back", value="B, F"),),
        sign_offs=sign_offs(8 + act) if step in {1, 2} else (),
        wants_sign_offs=step == 3,
        deviations=(
            (
                "D-1: the external display had no cable; the digest was shown on the printed page instead. "
                "Decided to go on by two signatures."
            ),
        )
        if step == 4
        else (),
        blocks=(HashBlock(title="SHA-256 of the SubjectPublicKeyInfo", digest=digest(f"spki{act}")),) if key else (),
    )


def record(*, mode: Mode | None = Mode.PRODUCTION, paper: Paper = "A4", acts: int = 4) -> Document:
    """A record of 5 steps an act."""
    steps_done: list[Block] = []
    for act in range(1, acts + 1):
        steps_done.append(Heading(text=f"Act {act}: what was done", level=2))
        steps_done.extend(record_step(act, step) for step in range(1, 6))
    return Document(
        kind="record",
        title=TITLE,
        subtitle="Smart metering, founding certification authorities",
        mode=mode,
        paper=paper,
        language="en-GB",
        ceremony=digest("ceremony")[:32],
        version="ceremony-app 0.1.0, layout 1",
        fingerprints=PRINTS,
        head=digest("head"),
        facts=(
            Fact(label="When", value="2026-11-22, 08:59:12 to 12:41:30 UTC (local time: UTC+00:00)"),
            Fact(label="Where", value="Secure room 2, Manchester"),
        ),
        blocks=(
            Notice(
                word="COMPLETED WITH 1 DEVIATION",
                text="One key and one certificate exist that did not exist before. 1 deviation, decided by the quorum.",
            ),
            Heading(text="What exists now", number="1"),
            Facts(
                rows=(
                    Fact(label="Key", value="operator-root, ECDSA P-256, on token a41c0b2e77d95f10"),
                    Fact(label="Subject", value="CN=S1SP Operator Root, OU=07", mono=True),
                    Fact(label="Valid", value="2026-11-22T00:00:00Z to 2051-11-21T23:59:59Z"),
                    Fact(label="Lock", value="software quorum 3 of 5; the token's own M-of-N is not in use"),
                )
            ),
            HashBlock(title="Certificate, SHA-256", digest=digest("certificate")),
            HashBlock(title="SubjectPublicKeyInfo, SHA-256", digest=digest("spki")),
            Heading(text="How to check this record", number="2", new_page=True),
            Bullets(
                numbered=True,
                items=(
                    "sha256sum -c manifest-sha256.txt says that no file changed.",
                    "python3 -I -S verify_journal.py says that the journal is whole, and who signed what.",
                    "The head at the foot of every page is the last line that it prints.",
                ),
            ),
            Heading(text="Requirement map", number="3"),
            Grid(
                columns=(
                    Column(title="Requirement", weight=30),
                    Column(title="Step", weight=8, kind="mono"),
                    Column(title="Journal", weight=10, kind="mono"),
                    Column(title="Result", weight=14),
                    Column(title="Remark", weight=38),
                ),
                rows=tuple(
                    (
                        f"BR 6.1.1.1 ({i})",
                        f"3.{i}",
                        f"{40 + i}",
                        ("met", "not met", "for a person")[i % 3],
                        "The key pair was generated in a physically secured environment, under a script."
                        if i % 2
                        else "",
                    )
                    for i in range(1, 13)
                ),
            ),
            Heading(text="Steps as they were executed", number="4", new_page=True),
            *steps_done,
            Heading(text="Corrections", number="5"),
            Bullets(items=()),
            Heading(text="Pauses", number="6"),
            Grid(columns=(Column(title="From"), Column(title="To"), Column(title="Why", weight=4))),
            Heading(text="Manifest", number="7"),
            Grid(
                columns=(
                    Column(title="File", weight=26, kind="mono"),
                    Column(title="Bytes", weight=9),
                    Column(title="SHA-256", weight=65, kind="mono"),
                ),
                rows=tuple(
                    (name, str(1000 + i * 377), digest(name))
                    for i, name in enumerate(
                        (
                            "ceremony.toml",
                            "policy.toml",
                            "binding.toml",
                            "context.json",
                            "journal.jsonl",
                            "leaves.jsonl",
                            "FORMAT.md",
                            "verify_journal.py",
                            "artifacts/s1spki-operator-root.pem",
                        )
                    )
                ),
                small=True,
            ),
            Heading(text="The certificate", number="8"),
            Verbatim(
                title="artifacts/s1spki-operator-root.pem",
                text="-----BEGIN CERTIFICATE-----\n"
                + "\n".join(digest(f"l{i}") for i in range(12))
                + "\n-----END CERTIFICATE-----\n",
            ),
            Verbatim(
                title="First entry of the journal",
                text='{"body":{"boot":"' + "0123456789abcdef" * 22 + '"},"mono":1,"prev":"' + "0" * 64 + '"}\n',
            ),
            Heading(text="Signed by hand", number="9", new_page=True),
            Signatures(
                people=(
                    Signer(role="Ceremony administrator", name="Philippa Greenwood"),
                    Signer(role="External witness", name="Ελένη Παπαδοπούλου"),
                    Signer(role="Notary or auditor"),
                )
            ),
        ),
    )
