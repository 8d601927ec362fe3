"""A small plan that uses every kind of stage, with texts of the length that real scripts have."""

from __future__ import annotations

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.policy import Document, Policy, Rules
from ceremony_app.core.profiles import Said
from ceremony_app.core.room import Binding, BoundPerson, BoundToken
from ceremony_app.core.script import (
    Act,
    Ask,
    Attest,
    Conclude,
    Definition,
    Field,
    Key,
    Plan,
    Quorum,
    Role,
    RollCall,
    SecretAsk,
    Step,
    TakeCheckpoint,
    Tell,
    TokenRole,
    Transcribe,
    WatchClock,
)
from ceremony_app.core.values import Mode
from ceremony_app.core.world import Fact

ADMIN, INTERNAL, EXTERNAL, CUSTODIAN = "administrator", "internal-witness", "external-witness", "key-custodian"

ROLES = {
    ADMIN: Role(title="Ceremony administrator", duties=("I lead the ceremony and touch the keyboard.",)),
    INTERNAL: Role(title="Internal witness", duties=("I watch every step and say so when it is not as written.",)),
    EXTERNAL: Role(title="External witness", side="external", separate=(INTERNAL,)),
    CUSTODIAN: Role(title="Key custodian", count=1),
}

SERIAL = Field(
    name="serial",
    label="Serial number of the HSM",
    pattern="[A-Z0-9]{2}-[0-9]{5}",
    hint="As on the label: two characters, a hyphen, five digits. There is no letter O in it.",
    blind=True,
    sample="H7-00412",
    by=ADMIN,
)
BAG = Field(name="bag", label="Number of the tamper-evident bag", pattern="[A-Z][0-9]{9}", sample="A239910741")
CARD = Field(name="card", label="Holder named on the custodian's card", private=True, sample="Dana Custodian Sample")


def _question(number: int, text: str, by: str, answer: str = "yes", otherwise: str = "no") -> Field:
    return Field(name=f"item-{number}", label=text, choices=(answer, otherwise), wanted=answer, sample=answer, by=by)


CHECKLIST = (
    _question(1, "Is the label on the token the one on page 9 of the script?", EXTERNAL, "as on the page", "different"),
    _question(2, "Are the witnesses' initials beside step 2.1?", INTERNAL),
    _question(3, "Are all deviations decided?", INTERNAL),
    _question(4, "Has anyone a concern?", CUSTODIAN, "none", "a concern"),
)

STEPS = (
    Step(
        number="1.1",
        id="welcome",
        kind="say",
        title="Welcome and safety",
        act="Opening",
        stages=(Tell(),),
        who=ADMIN,
        say=("Welcome to the ceremony that makes the key of the Operator Root.", "Say so at once if you do not agree."),
        do=("Point at the exits and at the assembly place.", "Switch all telephones off and put them into the box."),
        why="Everyone in the room knows what happens today, and that everyone may stop it.",
        minutes=3,
        on_failure=("Wait until everybody has understood.",),
        meets=("webtrust/4.1", "etsi-319-411-1/6.5.1-13a"),
    ),
    Step(
        number="1.2", id="roll-call", kind="roll-call", title="Roll-call", act="Opening", stages=(RollCall(),),
        who=ADMIN, say=("Each person comes forward, states name and role, and chooses a PIN.",), minutes=8,
    ),
    Step(
        number="1.3", id="clock", kind="clock-check", title="Compare the clock", act="Opening",
        stages=(WatchClock(by=EXTERNAL),), say=("The external witness reads a watch that is not this computer's.",),
    ),
    Step(
        number="2.1", id="record-hsm", kind="capture", title="Record the HSM and its bag", act="Environment",
        stages=(Ask(fields=(SERIAL, BAG, CARD)), Attest(quorum="witnessed")), who=ADMIN,
        say=("I read the serial number from the label.",), do=("Take the HSM out of its bag.",),
    ),
    Step(
        number="2.2", id="connect", kind="connect", title="Connect the HSM", act="Environment",
        stages=(Act(button="Connect the HSM", device="hsm"),),
        do=("Plug the HSM into the left-hand port.",), ensures=(Fact("token:hsm:connected"),),
    ),
    Step(
        number="3.1", id="pause", kind="pause-point", title="Pause point before the key", act="Key",
        stages=(Ask(fields=CHECKLIST, aloud=True),),
        say=("After the next step the only way back is to destroy the key and start again.",),
    ),
    Step(
        number="3.2", id="initialise", kind="initialise-token", title="Initialise the token", act="Key",
        stages=(
            Act(
                button="Initialise the token",
                device="hsm",
                mutates=True,
                irreversible=True,
                phrase="INITIALISE ROOT-2026",
                quorum="witnessed",
                secrets=(
                    SecretAsk(name="so-pin", label="New PIN of the security officer", by=CUSTODIAN, twice=True),
                    SecretAsk(name="pin", label="New activation PIN", by=ADMIN, twice=True),
                ),
            ),
            Attest(quorum="witnessed"),
        ),
        say=("Everything on the token is lost now.",), requires=(Fact("token:hsm:connected"),), minutes=2,
    ),
    Step(
        number="3.3", id="generate", kind="generate-key", title="Generate the Operator Root key pair", act="Key",
        stages=(
            Act(
                button="Generate the Operator Root key pair",
                device="hsm",
                mutates=True,
                irreversible=True,
                phrase="GENERATE ROOT-2026",
                quorum="root-activation",
            ),
            Attest(quorum="witnessed", sentence="I saw the key pair come into being, and its attributes read back."),
        ),
        who=ADMIN, minutes=6, requires=(Fact("token:hsm:connected"),),
        say=("We now create the Operator Root key. It is made inside the token and cannot leave it.",),
        do=("Wait until the token answers. Do not touch it.",),
        why="The ceremony exists for this step.",
    ),
    Step(
        number="3.4", id="read-back", kind="read-back", title="Read back the digest of the public key", act="Key",
        stages=(
            Transcribe(
                rows=3, source="generate", value="spki-sha256", label="SHA-256 of the public key",
                reader=EXTERNAL, typist=INTERNAL,
            ),
            Attest(quorum="witnessed"),
        ),
        say=("Both witnesses copy rows A to H to page 10 of the script.",),
    ),
    Step(
        number="4.1", id="disconnect", kind="disconnect", title="Disconnect the HSM", act="Closing",
        stages=(Act(button="Disconnect the HSM", device="hsm"),),
        do=("Take the HSM out of the port.",), ensures=(Fact("token:hsm:connected", holds=False),),
    ),
    Step(
        number="4.2", id="fix", kind="close", title="Fix the journal and read it back", act="Closing",
        stages=(
            TakeCheckpoint(),
            Transcribe(rows=2, label="the journal's head", reader=INTERNAL, typist=EXTERNAL),
            Attest(quorum="witnessed"),
            Conclude(),
        ),
        say=("The head that we write down stands for everything that was recorded today.",),
    ),
)  # fmt: skip


def sample_plan(mode: Mode = Mode.REHEARSAL) -> Plan:
    """The plan in a mode; the binding has one person for each role."""
    definition = Definition(
        id="sample-root",
        title="Sample Operator Root CA: key generation and self-signed certificate",
        policy="sample",
        language="en-GB",
        purpose="Shows every kind of page.",
        version="1",
        requirements=(),
        deviations="witnessed",
        roles=ROLES,
        quorums={
            "witnessed": Quorum(all={INTERNAL: 1, EXTERNAL: 1}),
            "root-activation": Quorum(all={CUSTODIAN: 1, EXTERNAL: 1}),
        },
        tokens={"hsm": TokenRole()},
        assets={},
        keys={"root": Key(algorithm=Algorithm.P384, token="hsm", profile="root")},
        steps=STEPS,
    )
    people = tuple(BoundPerson(number=i, roles=(role,)) for i, role in enumerate(ROLES, start=1))
    binding = Binding(
        format=1,
        definition="sample-root",
        mode=mode,
        tokens={"hsm": BoundToken(module="libhsm.so", module_sha256="00" * 32, serial="H7-00412", model="Sample")},
        people=people,
    )
    return Plan(definition=definition, policy=_policy(), binding=binding)


def _policy() -> Policy:
    return Policy(
        format=1,
        id="sample",
        title="Sample",
        template=True,
        document=Document(title="Sample policy"),
        rules=Rules(
            credential=Said(value={}, section="1", provenance="unverified"),
            irreversible=Said(value=("card", "file", "room"), section="1", provenance="unverified"),
            quorum=Said(value=2, section="1", provenance="unverified"),
            retention=Said(value="7 years", section="1", provenance="unverified"),
            clock_seconds=Said(value=5, section="1", provenance="unverified"),
        ),
        certificates={},
    )
