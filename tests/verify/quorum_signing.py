"""Ways round the quorum by what is signed: too few, others, other texts, other signatures."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Event
from ceremony_app.core.values import ArtifactRef, Mode, Row
from tests.verify.bypass import LEAF, Bypass, Scene, bypass, done, plan_of, signed
from tests.verify.forging import replaced

Wish = tuple[Scene, c.Command | Event]
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ORDER_OF_25519 = 2**252 + 27742317777372353535851937790883648493


def go() -> Scene:
    """Before the token is initialised: two custodians (5, 6, 7) and the external witness (3) have to agree."""
    return Scene().until("initialise", p.Approve)


def officers() -> Scene:
    """Before the PINs are drawn: an internal witness and a security officer; person 2 is both."""
    return Scene().until("split", p.Approve)


def edited(scene: Scene, number: int, role: str, before: str, after: str) -> Wish:
    """A person's sign-off over a text that was changed, signed anew with the person's own key."""
    wish = scene.signature(number, role, "go")
    assert before in wish.statement
    return scene, scene.signature(number, role, "go", text=wish.statement.replace(before, after))


# ------------------------------------------------------------------------------------------------------------ too few


@bypass("Q1-01", "An action is begun without anybody's word.", "CER-QUORUM", "CER-QUORUM", "CER-QUORUM")
def nobody() -> Wish:
    scene = go()
    return scene, scene.begin()


@bypass("Q1-02", "An action is begun while one custodian is missing.", "CER-QUORUM", "CER-QUORUM", "CER-QUORUM")
def one_short() -> Wish:
    scene = go().sign(5, "key-custodian", "go").sign(3, "external-witness", "go")
    return scene, scene.begin()


@bypass("Q1-03", "An action is begun before it was shown what will be done.", "CER-PREPARED", "CER-ORDER", "CER-QUORUM")
def not_shown() -> Wish:
    scene = Scene().until("initialise", p.Preparing)
    return scene, scene.begin()


@bypass("Q1-04", "One custodian signs twice, to be two.", "CER-TWICE", "CER-QUORUM")
def twice() -> Wish:
    scene = go().sign(5, "key-custodian", "go")
    return scene, scene.signature(5, "key-custodian", "go")


@bypass("Q1-05", "After one custodian's two signatures the action is begun.", "", "CER-QUORUM", "CER-QUORUM")
def counted_twice() -> Wish:
    scene = go().sign(5, "key-custodian", "go").sign(3, "external-witness", "go")
    scene.append(scene.written(scene.signature(5, "key-custodian", "go")))
    return scene, scene.written(scene.begin())[0]


@bypass("Q1-06", "A third custodian signs in the external witness's place.", "CER-NOT-NEEDED", "CER-QUORUM")
def of_the_same_role() -> Wish:
    scene = go().sign(5, "key-custodian", "go").sign(6, "key-custodian", "go")
    return scene, scene.signature(7, "key-custodian", "go")


@bypass("Q1-07", "An observer signs in place of a custodian.", "CER-NOT-NEEDED", "CER-QUORUM")
def observer() -> Wish:
    scene = go()
    return scene, scene.signature(9, "observer", "go")


@bypass("Q1-08", "The administrator signs as the external witness.", "CER-ROLE", "CER-ROLE", "CER-ROLE")
def role_not_held() -> Wish:
    scene = go()
    return scene, scene.signature(1, "external-witness", "go")


@bypass("Q1-09", "One person fills both roles of a quorum.", "CER-TWICE", "CER-TWO-ROLES", "CER-TWO-ROLES")
def two_roles() -> Wish:
    scene = officers().sign(2, "internal-witness", "go")
    return scene, scene.signature(2, "security-officer", "go")


@bypass(
    "Q1-10",
    "One person agrees in one role, and attests in the other.",
    "CER-TWO-ROLES",
    "CER-TWO-ROLES",
    "CER-TWO-ROLES",
)
def role_swapped() -> Wish:
    scene = officers().sign(2, "internal-witness", "go").sign(8, "security-officer", "go").until("split", p.Approve)
    return scene, scene.signature(2, "security-officer", "result")


@bypass("Q1-11", "Somebody who is not enrolled signs.", "CER-PRESENT", "CER-ENROL", "CER-ENROL")
def stranger() -> Wish:
    scene = go()
    wish = scene.signature(5, "key-custodian", "go")
    return scene, replaced(wish, person=10, statement=wish.statement.replace("signer 5", "signer 10"))


@bypass("Q1-12", "Somebody who has left the room signs from outside.", "CER-PRESENT", "CER-ENROL", "CER-ENROL")
def away() -> Wish:
    scene = go()
    scene.good(c.Go(person=5))
    return scene, scene.signature(5, "key-custodian", "go")


@bypass("Q1-13", "The result is signed before there is one.", "CER-STAGE", "CER-ORDER")
def too_early() -> Wish:
    scene = Scene().until("initialise", p.Perform)
    return scene, scene.signature(3, "external-witness", "result")


@bypass("Q1-14", "A step is ended with one witness missing.", "", "CER-QUORUM", "CER-QUORUM")
def ended_without() -> Wish:
    scene = Scene().until("inspect", p.Approve).sign(3, "external-witness")
    return scene, done(scene)


@bypass("Q1-15", "Dissent is passed over, and the action begun.", "CER-HALTED", "CER-DEVIATION", "CER-QUORUM")
def dissent() -> Wish:
    scene = go().sign(5, "key-custodian", "go").sign(6, "key-custodian", "go")
    scene.sign(3, "external-witness", "go", "DISAGREE")
    return scene, scene.begin()


# --------------------------------------------------------------------------------------------------------- other texts


@bypass("Q1-16", "Words of dissent are recorded as agreement.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def turned() -> Wish:
    scene = go()
    return scene, replaced(scene.signature(3, "external-witness", "go", "DISAGREE"), decision="AGREE")


@bypass("Q1-17", "Dissent is rewritten under its signature.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def rewritten() -> Wish:
    scene = go()
    against, agreed = (scene.signature(3, "external-witness", "go", one) for one in ("DISAGREE", "AGREE"))
    return scene, scene.resigned(agreed, against.alg, base64.b64decode(against.sig))


@bypass("Q1-18", "Something else was shown than what is signed.", "CER-STATEMENT", "CER-SHOWN")
def shown() -> Wish:
    scene = go()
    text = scene.signature(5, "key-custodian", "go").statement
    line = next(line for line in text.splitlines() if line.startswith("shown-sha256"))
    return edited(scene, 5, "key-custodian", line, f"shown-sha256 {'0' * 64}")


@bypass("Q1-19", "The digest of a file is another one.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def other_file() -> Wish:
    return edited(go(), 5, "key-custodian", "artifact x.tbs " + "ab" * 32, "artifact x.tbs " + "cd" * 32)


@bypass("Q1-20", "A file is left out of the statement.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def no_file() -> Wish:
    return edited(go(), 5, "key-custodian", f"artifact x.tbs {'ab' * 32} 7 bytes\n", "")


@bypass("Q1-21", "A signature over an earlier head is used.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def stale() -> Wish:
    scene = go()
    wish = scene.signature(5, "key-custodian", "go")
    scene.sign(3, "external-witness", "go")
    return scene, wish


@bypass("Q1-22", "A signature of an earlier step is used again.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def of_another_step() -> Wish:
    scene = Scene().until("people", p.Approve)
    wish = scene.signature(3, "external-witness")
    return scene.until("inspect", p.Approve), wish


@bypass("Q1-23", "A signature of an earlier attempt is used again.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def of_another_attempt() -> Wish:
    scene = Scene().until("inspect", p.Approve)
    wish = scene.signature(3, "external-witness")
    scene.good(scene.note())
    return scene.decided("repeat").until("inspect", p.Approve), wish


@bypass("Q1-24", "The word before an action serves for its result.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def go_for_result() -> Wish:
    scene = go()
    wish = scene.signature(3, "external-witness", "go")
    return scene.until("initialise", p.Perform).until("initialise", p.Approve), replaced(wish, purpose="result")


@bypass("Q1-25", "A signature of another ceremony is used here.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def of_another_ceremony() -> Wish:
    return go(), Scene(ceremony="6e" * 16).until("initialise", p.Approve).signature(5, "key-custodian", "go")


@bypass(
    "Q1-26",
    "A signature of the rehearsal serves in production.",
    "CER-STATEMENT",
    "CER-STATEMENT",
    "CER-STATEMENT",
)
def of_the_rehearsal() -> Wish:
    practice = Scene(method="card").until("initialise", p.Approve).signature(5, "key-custodian", "go")
    return Scene(plan_of(Mode.PRODUCTION, software_quorum=True), method="card").until("initialise", p.Approve), practice


@bypass("Q1-27", "The number of entries is another one.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def other_size() -> Wish:
    return edited(go(), 5, "key-custodian", "journal-size ", "journal-size 1")


@bypass("Q1-28", "A line is added to the statement.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def more_said() -> Wish:
    return edited(go(), 5, "key-custodian", "decision AGREE\n", "decision AGREE\nI agree to all that follows.\n")


@bypass("Q1-29", "The statement lacks the end of its last line.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def no_last_end() -> Wish:
    scene = go()
    text = scene.signature(5, "key-custodian", "go").statement
    return scene, scene.signature(5, "key-custodian", "go", text=text[:-1])


@bypass("Q1-30", "The sentence is another one.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def other_sentence() -> Wish:
    return edited(go(), 5, "key-custodian", "I have read", "I have not read")


@bypass("Q1-31", "The statement names another role than is filled.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def other_role_named() -> Wish:
    return edited(go(), 5, "key-custodian", "role key-custodian", "role observer")


@bypass("Q1-32", "The statement names another person.", "CER-STATEMENT", "CER-STATEMENT", "CER-STATEMENT")
def other_person_named() -> Wish:
    return edited(go(), 5, "key-custodian", "signer 5 ", "signer 6 ")


# ---------------------------------------------------------------------------------------------------- other signatures


def with_signature(number: int, role: str, alg: str, sig: bytes | None) -> Wish:
    """A sign-off with this signature (or its own) under this name of a method."""
    scene = go()
    wish = scene.signature(number, role, "go")
    return scene, scene.resigned(wish, alg, base64.b64decode(wish.sig) if sig is None else sig)


@bypass("Q1-33", "The signature is empty.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def empty() -> Wish:
    return with_signature(5, "key-custodian", "ed25519", b"")


@bypass("Q1-34", "The signature is another person's.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def of_somebody_else() -> Wish:
    scene = go()
    wish = scene.signature(5, "key-custodian", "go")
    return scene, scene.resigned(wish, *signed(scene.private[6], wish.statement))


@bypass("Q1-35", "The signature names an unknown method.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-ENROL")
def unknown_method() -> Wish:
    return with_signature(5, "key-custodian", "none", None)


@bypass(
    "Q1-36",
    "A signature goes by the method of another kind of key.",
    "CER-SIGNATURE",
    "CER-SIGNATURE",
    "CER-ENROL",
)
def confused() -> Wish:
    return with_signature(5, "key-custodian", "ecdsa-p256-sha256", None)


@bypass("Q1-37", "A P-256 signature goes by the name of P-384.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-ENROL")
def longer_curve() -> Wish:
    return with_signature(3, "external-witness", "ecdsa-p384-sha384", None)


@bypass(
    "Q1-38",
    "The other half of an ECDSA pair, (r, n - s), is a second voice.",
    "CER-TWICE",
    "CER-QUORUM",
    "CER-STATEMENT",
)
def malleated() -> Wish:
    scene = go()
    wish = scene.signature(3, "external-witness", "go")
    scene.good(wish)
    r, s = decode_dss_signature(base64.b64decode(wish.sig))
    again = scene.resigned(wish, wish.alg, encode_dss_signature(r, ORDER_OF_P256 - s))
    assert again.valid, "it is a good signature, and yet no second one"
    return scene, again


@bypass("Q1-39", "An ECDSA signature of zeros is offered.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def zeros() -> Wish:
    return with_signature(3, "external-witness", "ecdsa-p256-sha256", encode_dss_signature(0, 0))


@bypass("Q1-40", "An Ed25519 signature has S + L in place of S.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def not_canonical() -> Wish:
    scene = go()
    wish = scene.signature(5, "key-custodian", "go")
    sig = base64.b64decode(wish.sig)
    more = int.from_bytes(sig[32:], "little") + ORDER_OF_25519
    return scene, scene.resigned(wish, wish.alg, sig[:32] + more.to_bytes(32, "little"))


@bypass("Q1-41", "A good signature has an octet more.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def longer() -> Wish:
    scene = go()
    wish = scene.signature(3, "external-witness", "go")
    return scene, scene.resigned(wish, wish.alg, base64.b64decode(wish.sig) + b"\0")


@bypass("Q1-42", "ECDSA over another digest than the method's.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def other_digest() -> Wish:
    scene = go()
    wish, key = scene.signature(3, "external-witness", "go"), scene.private[3]
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return scene, scene.resigned(wish, wish.alg, key.sign(wish.statement.encode(), ec.ECDSA(hashes.SHA384())))


# ---------------------------------------------------------------------------------------------------- at another time


@bypass("Q1-43", "Signed before a deviation, done after it.", "CER-QUORUM", "CER-QUORUM", "CER-QUORUM")
def before_a_deviation() -> Wish:
    scene = Scene().until("initialise", p.Perform)
    scene.good(scene.note())
    scene.decided()
    return scene, scene.begin()


@bypass("Q1-44", "Signed over one preparation, done by another.", "CER-QUORUM", "CER-QUORUM", "CER-QUORUM")
def prepared_anew() -> Wish:
    scene = Scene().until("initialise", p.Perform)
    other = ArtifactRef(name="other.tbs", sha256="cd" * 32, size=9)
    scene.good(c.Prepare(rows=(Row("Will do", "something else"),), artifacts=(other,)))
    return scene, scene.begin()


@bypass("Q1-45", "A last PIN try without those who decide on deviations.", "CER-QUORUM", "CER-QUORUM", "CER-QUORUM")
def last_try() -> Wish:
    scene = Scene().until("activate", p.Preparing)
    scene.good(c.Prepare(rows=(Row("Tries", "the last one"),), grave=True))
    scene.sign(5, "key-custodian", "go").sign(6, "key-custodian", "go").sign(3, "external-witness", "go")
    return scene, scene.begin()


@bypass("Q1-46", "After a deviation the step's own quorum attests alone.", "", "CER-QUORUM", "CER-QUORUM")
def without_deciders() -> Wish:
    scene = Scene().until("inspect", p.Approve)
    scene.good(scene.note())
    scene.decided()
    scene.sign(3, "external-witness").sign(2, "internal-witness")
    return scene, done(scene)


@bypass("Q1-47", "A repeated step is not signed by those who decide on deviations.", "", "CER-QUORUM", "CER-QUORUM")
def repeated_quietly() -> Wish:
    scene = Scene().until("inspect", p.Approve)
    scene.good(scene.note())
    scene.decided("repeat").until("inspect", p.Approve)
    scene.sign(3, "external-witness").sign(2, "internal-witness")
    return scene, done(scene)


@bypass("Q1-48", "A step is held again though nobody decided so.", "", "CER-ORDER", "CER-ORDER")
def held_again() -> Wish:
    scene = Scene().until("connect", p.Preparing)
    run = scene.state.run
    assert run is not None
    return scene, replaced(done(scene), attempt=2, state="begun")


@bypass("Q1-49", "What cannot be undone failed, and is passed over.", "CER-REPEAT", "CER-REPEAT")
def passed_over() -> Wish:
    scene = Scene().until("initialise", p.Busy)
    assert scene.state.run is not None
    op = scene.state.run.calls[-1].intent.op
    scene.good(c.Report(op=op, result="failed", complete=False, evidence={}, rows=()))
    scene.good(scene.note())
    return scene, c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF)


@bypass("Q1-50", "Signatures are collected during a pause.", "CER-PAUSED", "CER-PAUSED")
def during_a_pause() -> Wish:
    scene = go()
    scene.good(c.TakeBreak(kind="sealed", stay=(), reason=LEAF))
    return scene, scene.signature(5, "key-custodian", "go")


@bypass("Q1-51", "Somebody signs after the end.", "CER-CLOSED", "CER-CLOSED", "CER-CLOSED")
def after_the_end() -> Wish:
    scene = Scene()
    scene.play(400)
    run = scene.state.run
    assert run is not None
    wish = next(entry for entry in reversed(run.entries) if entry.event.type == "signoff").event
    names = ("person", "role", "purpose", "decision", "statement", "alg", "sig", "key")
    return scene, c.Sign(**{name: getattr(wish, name) for name in names}, valid=True)


@bypass(
    "Q1-105",
    "One person agrees in one role and, after a deviation, attests in the other.",
    "CER-TWO-ROLES",
    "CER-TWO-ROLES",
    "CER-TWO-ROLES",
)
def role_swapped_after_a_deviation() -> Wish:
    scene = officers().sign(2, "internal-witness", "go").sign(8, "security-officer", "go").until("split", p.Approve)
    scene.good(scene.note())
    return scene.decided(), scene.signature(2, "security-officer", "result")


ATTACKS = tuple(one for one in tuple(globals().values()) if isinstance(one, Bypass))
