"""Ways round the quorum by who takes part: keys, roles, restarts, identities."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Event
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.values import Mode
from tests.core.table import SHAREHOLDERS
from tests.verify.bypass import LEAF, Bypass, Scene, bypass, done, plan_of, public, signed
from tests.verify.forging import replaced

Wish = tuple[Scene, c.Command | Event]
PREFIX_OF_25519 = bytes.fromhex("302a300506032b6570032100")
IDENTITY = PREFIX_OF_25519 + b"\1" + bytes(31)
"""An Ed25519 key whose point is of order 1: R = 1, S = 0 is a signature over anything, where nobody looks."""


def coming(scene: Scene | None = None) -> Scene:
    """At the roll-call, with person 1 there."""
    scene = scene or Scene()
    scene.until("people", p.Enrolment)
    scene.good(scene.enrolment(1))
    return scene


def with_people(*others: BoundPerson) -> tuple[BoundPerson, ...]:
    """The people of the ceremony, some of them bound otherwise."""
    changed = {person.number: person for person in others}
    return tuple(changed.get(person.number, person) for person in SHAREHOLDERS)


@bypass("Q1-52", "One key is enrolled for two people.", "CER-KEY", "CER-ENROL", "CER-ENROL")
def one_key() -> Wish:
    scene = coming()
    return scene, scene.with_key(scene.enrolment(2), public(scene.private[1]))


@bypass("Q1-53", "A person who is here gets a second key.", "CER-ENROL", "CER-ENROL")
def second_key() -> Wish:
    scene = coming()
    return scene, scene.enrolment(1)


@bypass("Q1-54", "Somebody whom the binding does not name is enrolled.", "CER-ENROL", "CER-ENROL", "CER-ROLE")
def friend() -> Wish:
    scene = coming()
    return scene, scene.enrolment(10, ("key-custodian",))


@bypass("Q1-55", "The administrator is enrolled as a custodian, too.", "CER-ROLE", "CER-ROLE", "CER-ROLE")
def role_not_bound() -> Wish:
    scene = Scene().until("people", p.Enrolment)
    return scene, scene.enrolment(1, ("administrator", "key-custodian"))


@bypass("Q1-56", "One person holds roles that are kept apart.", "CER-SEPARATE", "CER-SEPARATE", "CER-SEPARATE")
def kept_apart() -> Wish:
    both = BoundPerson(number=1, roles=("administrator", "external-witness"))
    scene = Scene(plan_of(people=with_people(both))).until("people", p.Enrolment)
    return scene, scene.enrolment(1)


@bypass("Q1-57", "Another key is enrolled than the binding names.", "CER-KEY", "CER-ENROL", "CER-ENROL")
def not_the_bound_key() -> Wish:
    bound = BoundPerson(number=2, roles=("internal-witness", "security-officer"), key="ab" * 32)
    scene = coming(Scene(plan_of(people=with_people(bound))))
    return scene, scene.enrolment(2)


@bypass("Q1-58", "A key of small order is enrolled, which anybody signs with.", "", "CER-ENROL", "CER-ENROL")
def anybodys_key() -> Wish:
    scene = coming()
    return scene, scene.written(scene.with_key(scene.enrolment(2), IDENTITY))[0]


@bypass("Q1-59", "Somebody signs with a key of small order.", "CER-SIGNATURE", "CER-SIGNATURE", "CER-SIGNATURE")
def anybodys_signature() -> Wish:
    scene = Scene().until("people", p.Enrolment)
    while not isinstance(scene.now, p.Approve):
        move = scene.move()
        weak = isinstance(move, c.EnrolPerson) and move.person == 3
        scene.good(scene.with_key(move, IDENTITY) if weak and isinstance(move, c.EnrolPerson) else move)
    return scene, scene.resigned(scene.signature(3, "external-witness"), "ed25519", b"\1" + bytes(63))


@bypass("Q1-60", "A person's key is enrolled for another one in a second encoding.", "", "CER-ENROL", "CER-ENROL")
def second_encoding() -> Wish:
    scene = coming()
    while scene.state.person(3) is None:
        scene.good(scene.move())
    point = scene.private[3].public_key()
    assert isinstance(point, ec.EllipticCurvePublicKey)
    numbers = point.public_numbers()
    compressed = bytes([2 + numbers.y % 2]) + numbers.x.to_bytes(32, "big")
    head = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    return scene, scene.written(scene.with_key(scene.enrolment(4), head + compressed))[0]


@bypass("Q1-61", "A key of a curve that nobody may sign with is enrolled.", "", "CER-ENROL", "CER-ENROL")
def foreign_curve() -> Wish:
    scene = coming()
    key = ec.derive_private_key(7, ec.SECP256K1())
    return scene, scene.written(scene.with_key(scene.enrolment(2), public(key)))[0]


@bypass("Q1-62", "Where the policy asks for a card, a room key is enrolled.", "CER-METHOD", "CER-METHOD")
def room_for_card() -> Wish:
    scene = coming(Scene(plan_of(credential={"internal-witness": ("card",)})))
    return scene, scene.enrolment(2)


@bypass("Q1-63", "The roll-call is ended without a custodian.", "CER-ROLL-CALL", "CER-ROLL-CALL")
def one_missing() -> Wish:
    scene = coming()
    while scene.state.person(9) is None:
        scene.good(scene.move())
    scene.good(c.Go(person=7))
    return scene, c.CompleteRollCall(person=1)


@bypass("Q1-64", "Somebody vouches for the own identity.", "CER-IDENTITY", "CER-IDENTITY", "CER-IDENTITY")
def seen_by_oneself() -> Wish:
    scene = coming()
    return scene, replaced(scene.enrolment(2), seen_by=2)


@bypass("Q1-65", "In production nobody has seen who it is.", "CER-IDENTITY", "CER-IDENTITY", "CER-IDENTITY")
def seen_by_nobody() -> Wish:
    scene = coming(Scene(plan_of(Mode.PRODUCTION, software_quorum=True), method="card"))
    return scene, replaced(scene.enrolment(2), seen_by=0)


@bypass("Q1-66", "A proxy comes without authority.", "CER-PROXY", "CER-PROXY", "CER-PROXY")
def proxy() -> Wish:
    scene = coming()
    return scene, replaced(scene.enrolment(2), details={"proxy-for": LEAF})


# --------------------------------------------------------------------------------------------------------- a restart


def started_again() -> Scene:
    """The program was killed while the result of the look at the token was to be signed."""
    return Scene().until("inspect", p.Approve).killed()


@bypass("Q1-67", "Somebody signs with a room key that a restart has ended.", "CER-VOID", "CER-ENROL", "CER-ENROL")
def void() -> Wish:
    scene = started_again()
    return scene, scene.signature(3, "external-witness")


@bypass("Q1-68", "Others are enrolled anew while one key is still void.", "CER-VOID", "CER-ENROL", "CER-ENROL")
def one_void() -> Wish:
    scene = started_again()
    for number in range(1, 9):
        scene.good(scene.enrolment(number))
    scene.good(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF))
    return scene, scene.signature(9, "observer")


@bypass("Q1-69", "After a restart a person has other roles.", "CER-ROLE", "CER-ROLE")
def other_roles() -> Wish:
    both = BoundPerson(number=9, roles=("observer", "key-custodian"))
    scene = Scene(plan_of(people=with_people(both)))
    scene.until("people", p.Enrolment)
    for person in SHAREHOLDERS:
        scene.good(scene.enrolment(person.number, person.roles))
    scene.until("inspect", p.Approve).killed()
    return scene, scene.enrolment(9, ("key-custodian",))


@bypass("Q1-70", "After a restart the old key is enrolled again.", "CER-KEY", "CER-ENROL", "CER-ENROL")
def old_key() -> Wish:
    scene = started_again()
    old = public(scene.private[3])
    return scene, scene.with_key(scene.enrolment(3), old)


@bypass("Q1-71", "After a restart somebody signs with the old key.", "CER-KEY", "CER-ENROL", "CER-ENROL")
def signed_with_the_old_key() -> Wish:
    scene = started_again()
    before, old = scene.private[3], scene.state.person(3)
    assert old is not None
    scene.back().decided()
    wish = replaced(scene.signature(3, "external-witness"), key=old.key)
    return scene, scene.resigned(wish, *signed(before, wish.statement))


@bypass("Q1-72", "What was signed before a restart counts after it.", "", "CER-QUORUM", "CER-QUORUM")
def signed_before() -> Wish:
    scene = Scene().until("inspect", p.Approve).sign(3, "external-witness").killed().back().decided()
    scene.sign(2, "internal-witness").sign(1, "administrator")
    return scene, done(scene)


@bypass("Q1-73", "Friends are enrolled after a kill, and not all who are here sign it.", "", "CER-QUORUM", "CER-QUORUM")
def not_everybody() -> Wish:
    scene = started_again().back().decided()
    scene.sign(1, "administrator").sign(2, "internal-witness").sign(3, "external-witness")
    return scene, done(scene)


@bypass(
    "Q1-74",
    "The step is given up and held again, and the restart is signed by few.",
    "",
    "CER-QUORUM",
    "CER-QUORUM",
)
def given_up_and_held_again() -> Wish:
    scene = started_again().back().decided("repeat").until("inspect", p.Approve)
    scene.sign(1, "administrator").sign(2, "internal-witness").sign(3, "external-witness")
    return scene, done(scene)


@bypass("Q1-75", "After a restart nobody decides how it goes on.", "CER-HALTED", "CER-DEVIATION")
def undecided() -> Wish:
    scene = started_again().back()
    return scene, scene.signature(3, "external-witness")


@bypass("Q1-76", "After a kill, friends with room keys approve what cannot be undone.", "CER-METHOD", "CER-METHOD")
def kill_and_enrol_friends() -> Wish:
    scene = Scene(plan_of(Mode.PRODUCTION, software_quorum=True, irreversible=("card", "file")))
    scene.until("inspect", p.Approve).killed().back().decided().until("initialise", p.Approve)
    return scene, scene.signature(5, "key-custodian", "go")


@bypass("Q1-77", "Who has left is counted at the roll-call by a second number.", "CER-KEY", "CER-ENROL", "CER-ENROL")
def two_numbers() -> Wish:
    scene = coming()
    scene.good(c.Go(person=1))
    return scene, scene.with_key(scene.enrolment(4), public(scene.private[1]))


@bypass(
    "Q1-78",
    "An enrolment's octets are no key, and its signature nothing.",
    "CER-SIGNATURE",
    "CER-SIGNATURE",
    "CER-SIGNATURE",
)
def no_key() -> Wish:
    scene = Scene().until("people", p.Enrolment)
    while not isinstance(scene.now, p.Approve):
        move = scene.move()
        weak = isinstance(move, c.EnrolPerson) and move.person == 3
        scene.good(scene.with_key(move, b"no key") if weak and isinstance(move, c.EnrolPerson) else move)
    wish = scene.signature(3, "external-witness")
    return scene, scene.resigned(wish, "ed25519", base64.b64decode(wish.sig))


@bypass("Q1-104", "Who is bound to sign with a card comes with a room key.", "CER-METHOD", "CER-METHOD", "")
def room_key_for_a_bound_card() -> Wish:
    scene = coming(Scene(method="card"))
    return scene, replaced(scene.enrolment(2), method="room")


ATTACKS = tuple(one for one in tuple(globals().values()) if isinstance(one, Bypass))
