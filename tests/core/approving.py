"""Approvals as the tests make them: keys that are always the same, a pack that asks for them, and what goes wrong."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.actions import KINDS
from ceremony_app.core.approval import Approval, Papers, SignedApproval
from ceremony_app.core.events import Verdict
from ceremony_app.core.policy import Approvers
from ceremony_app.core.room import Binding, BoundToken
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_policy, sha256
from ceremony_app.definition.load import load

ROOT = Path(__file__).parents[2]
SHORT = (ROOT / "tests/ceremonies/short.toml").read_bytes()
GENERAL = (ROOT / "resources/policies/general.toml").read_text(encoding="utf-8")
replaced = msgspec.structs.replace
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def key_of(number: int) -> PrivateKey:
    """A key that is the same in every test: 4 is one of P-256, the others are Ed25519."""
    if number == 4:
        return ec.derive_private_key(0xA99, ec.SECP256R1())
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def spki_of(number: int) -> bytes:
    return key_of(number).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def digest_of(number: int) -> str:
    return hashlib.sha256(spki_of(number)).hexdigest()


IDENTITY = bytes.fromhex("302a300506032b6570032100") + b"\1" + bytes(31)
"""An Ed25519 key whose point is of order 1: whoever does not look takes R = 1, S = 0 for a signature over anything."""

KEYS = (*map(digest_of, (1, 2, 3, 4)), hashlib.sha256(IDENTITY).hexdigest())
RULE = Approvers(count=2, keys=KEYS)


def rule_toml(count: object = 2, keys: tuple[str, ...] = KEYS) -> str:
    """The rule as it stands in a pack."""
    named = ", ".join(f'"{key}"' for key in keys)
    return f'value = {{ count = {count}, keys = [{named}] }}\nsection = "1.5.4"\nprovenance = "verified"\n'


def pack(rule: str | None = None) -> bytes:
    """The general pack, with the rule."""
    said = f"[rules.approval]\n{rule_toml() if rule is None else rule}\n"
    return GENERAL.replace("[rules.retention]", f"{said}[rules.retention]", 1).encode()


DIGESTS = {"ceremony.toml": sha256(SHORT), "policy.toml": sha256(pack())}
PAPERS = Papers(
    definition="short",
    definition_sha256=DIGESTS["ceremony.toml"],
    policy="general",
    policy_sha256=DIGESTS["policy.toml"],
)


def plan(mode: Mode = Mode.PRODUCTION, policy: bytes | None = None) -> Plan:
    """The short ceremony under the pack with the rule."""
    definition = load(SHORT, KINDS)
    binding = Binding(
        format=1,
        definition="short",
        mode=mode,
        tokens=dict.fromkeys(definition.tokens, BoundToken(module="", module_sha256="", serial="")),
    )
    return Plan(definition=definition, policy=load_policy(pack() if policy is None else policy), binding=binding)


def signature(number: int, text: str) -> tuple[str, bytes]:
    """Method and signature over a text."""
    key = key_of(number)
    if isinstance(key, Ed25519PrivateKey):
        return "ed25519", key.sign(text.encode())
    return "ecdsa-p256-sha256", key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))


def approved(
    number: int, decision: Verdict = "AGREE", *, reference: str = "Minute 7", key: str = "", **papers: str
) -> SignedApproval:
    """An approval as its signer made it, perhaps of other papers or naming another key."""
    approval = Approval(
        papers=replaced(PAPERS, **papers),
        reference=reference,
        key=key or digest_of(number),
        decision=decision,
    )
    alg, made = signature(number, approval.text)
    return SignedApproval.of(approval, alg, spki_of(number), made)


def edited(signed: SignedApproval, before: str, after: str) -> SignedApproval:
    """The same signature under another text."""
    assert before in signed.statement
    return replaced(signed, statement=signed.statement.replace(before, after))


def signed_text(number: int, change: Callable[[str], str]) -> SignedApproval:
    """What a key of the pack has signed truly, in another form than the one there is."""
    text = change(approved(number).statement)
    _, made = signature(number, text)
    return replaced(approved(number), statement=text, sig=base64.b64encode(made).decode())


def anybodys() -> SignedApproval:
    """What verifies under a key of small order if nobody looks at the key."""
    approval = Approval(papers=PAPERS, reference="Minute 7", key=KEYS[4], decision="AGREE")
    return SignedApproval.of(approval, "ed25519", IDENTITY, b"\1" + bytes(63))


ATTACKS: dict[str, tuple[SignedApproval, ...]] = {
    "nothing at all": (),
    "one of two": (approved(1),),
    "two files by one key": (approved(1), approved(1)),
    "one key with two references": (approved(1), approved(1, reference="Minute 8")),
    "another definition": (approved(1), approved(2, definition="shorter")),
    "another state of the definition": (approved(1), approved(2, definition_sha256="0" * 64)),
    "another pack": (approved(1), approved(2, policy="special")),
    "another state of the pack": (approved(1), approved(2, policy_sha256="0" * 64)),
    "definition and pack exchanged": (
        approved(1),
        approved(2, definition_sha256=PAPERS.policy_sha256, policy_sha256=PAPERS.definition_sha256),
    ),
    "an edited reference": (approved(1), edited(approved(2), "Minute 7", "Minute 9")),
    "an edited definition": (approved(1), edited(approved(2, definition_sha256="0" * 64), "0" * 64, sha256(SHORT))),
    "a decision turned round": (
        approved(1),
        edited(
            edited(approved(2, "DISAGREE"), "DISAGREE", "AGREE"),
            "I do not approve.",
            approved(1).statement.splitlines()[-1],
        ),
    ),
    "a key that is not in the pack": (approved(1), approved(9)),
    "a key of the pack named by another": (approved(1), approved(9, key=digest_of(2))),
    "a key of the pack beside a foreign signature": (
        approved(1),
        replaced(approved(2), sig=approved(9, key=digest_of(2)).sig),
    ),
    "a signature over another approval": (approved(1), replaced(approved(2), sig=approved(2, reference="Other").sig)),
    "a method that is not the key's": (approved(1), replaced(approved(2), alg="ecdsa-p256-sha256")),
    "a longer curve than the key's": (approved(1), replaced(approved(4), alg="ecdsa-p384-sha384")),
    "no method": (approved(1), replaced(approved(2), alg="")),
    "a method in capitals": (approved(1), replaced(approved(2), alg="ED25519")),
    "a key of small order": (approved(1), anybodys()),
    "no signature": (approved(1), replaced(approved(2), sig="")),
    "no key": (approved(1), replaced(approved(2), spki="")),
    "a key in other base64": (approved(1), replaced(approved(2), spki=f"{approved(2).spki}\n")),
    "a signature in other base64": (
        approved(1),
        replaced(approved(2), sig=f"{approved(2).sig[:-3]}{chr(ord(approved(2).sig[-3]) + 1)}=="),
    ),
    "a signature cut off": (approved(1), replaced(approved(2), sig=approved(2).sig[:-4])),
    "no statement": (approved(1), replaced(approved(2), statement="")),
    "the statement of a sign-off": (approved(1), signed_text(2, lambda text: text.replace("APPROVAL", "SIGN-OFF"))),
    "a line more": (approved(1), signed_text(2, lambda text: f"{text}I approve everything.\n")),
    "a line less": (approved(1), signed_text(2, lambda text: text.partition("\n")[2])),
    "no end of the last line": (approved(1), signed_text(2, lambda text: text.removesuffix("\n"))),
    "ends of lines of another system": (approved(1), signed_text(2, lambda text: text.replace("\n", "\r\n"))),
    "another sentence": (approved(1), signed_text(2, lambda text: text.replace("I approve that", "I doubt that"))),
    "the other sentence": (
        approved(1),
        signed_text(2, lambda text: text.replace(text.splitlines()[-1], "I do not approve.")),
    ),
    "a reference that turns round": (
        approved(1),
        signed_text(2, lambda text: text.replace("Minute 7", "Minute\u202e7")),
    ),
    "no reference": (approved(1), signed_text(2, lambda text: text.replace("Minute 7", ""))),
    "a reference that ends in a blank": (approved(1), signed_text(2, lambda text: text.replace("Minute 7", "Minute "))),
    "a reference longer than anybody reads": (
        approved(1),
        signed_text(2, lambda text: text.replace("Minute 7", "x" * 201)),
    ),
    "two references": (
        approved(1),
        signed_text(2, lambda text: text.replace("Minute 7", "Minute 7\nreference Minute 8")),
    ),
    "a digest in capitals": (
        approved(1),
        signed_text(2, lambda text: text.replace(digest_of(2), digest_of(2).upper())),
    ),
    "somebody of the pack is against it": (approved(1), approved(2), approved(3, "DISAGREE")),
    "one who agreed is against it now": (approved(1), approved(2), approved(2, "DISAGREE", reference="Minute 8")),
}
"""Approvals that are not enough, for what their names say."""

ENOUGH: dict[str, tuple[SignedApproval, ...]] = {
    "two": (approved(1), approved(2)),
    "three, in another order": (approved(3), approved(2), approved(1)),
    "a card's key": (approved(4), approved(3, reference="Bericht Nº 4 – Wärme")),
    "a reference as long as may be": (approved(1), approved(2, reference="x" * 200)),
    "one of them twice": (approved(1), approved(1), approved(2)),
    "a stranger against it": (approved(1), approved(2), approved(9, "DISAGREE")),
    "somebody against another state": (approved(1), approved(2), approved(3, "DISAGREE", definition_sha256="0" * 64)),
    "somebody's refusal forged": (
        approved(1),
        approved(2),
        replaced(approved(3, "DISAGREE"), sig=approved(9, "DISAGREE").sig),
    ),
    "forged ones before the true ones": (
        edited(approved(1), "Minute 7", "Minute 9"),
        replaced(approved(2), sig=approved(1).sig),
        approved(1),
        approved(2),
    ),
    "another definition's beside them": (approved(1), approved(3, definition="shorter"), approved(2)),
}
"""Approvals that are enough, whatever lies beside them."""
