"""Ways round the quorum by the shares of a split PIN: other people's, too few, twice, at another time."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Event
from tests.verify.bypass import Bypass, Scene, bypass

Wish = tuple[Scene, c.Command | Event]


def asked() -> Scene:
    """All have agreed, and two of the custodians 5, 6 and 7 are asked for the shares that they were handed here."""
    return Scene().until("activate", p.Perform)


def handing() -> Scene:
    """Two shares of the officers' PIN were handed out; now the first of three goes to a custodian."""
    scene = Scene().until("split", p.HandOver)
    while not isinstance(scene.now, p.HandOver) or scene.now.stage.whose != "activation":
        scene.good(scene.move())
    return scene


@bypass("Q1-79", "A custodian enters another one's share.", "CER-SHARE-HOLDER", "CER-SHARE-HOLDER")
def of_another_person() -> Wish:
    scene = asked()
    return scene, scene.take(1, 6)


@bypass("Q1-80", "The same share is entered twice.", "CER-SHARE-TWICE", "CER-SHARE-TWICE")
def share_twice() -> Wish:
    scene = asked().enter(5)
    return scene, scene.take(1, 6)


@bypass("Q1-81", "One custodian enters two shares.", "CER-SHARE-TWICE", "CER-SHARE-TWICE")
def two_shares_one_person() -> Wish:
    scene = asked().enter(5)
    return scene, scene.take(2, 5)


@bypass("Q1-82", "A share is entered before the quorum has agreed.", "CER-STAGE", "CER-QUORUM")
def before_the_quorum() -> Wish:
    scene = Scene().until("activate", p.Approve)
    return scene, scene.take(1, 5)


@bypass("Q1-83", "The token is activated with too few shares.", "CER-SHARES", "CER-SHARES", "CER-SHARES")
def too_few() -> Wish:
    scene = asked().enter(5)
    return scene, scene.begin()


@bypass("Q1-84", "The token is activated without any share.", "CER-SHARES", "CER-SHARES", "CER-SHARES")
def none_at_all() -> Wish:
    scene = asked()
    return scene, scene.begin()


@bypass("Q1-85", "Somebody who is no custodian enters a share.", "CER-ROLE", "CER-ROLE")
def not_a_custodian() -> Wish:
    scene = asked()
    return scene, scene.take(1, 1)


@bypass("Q1-86", "A custodian who has left enters a share.", "CER-PRESENT", "CER-ENROL")
def custodian_away() -> Wish:
    scene = asked()
    scene.good(c.Go(person=5))
    return scene, scene.take(1, 5)


@bypass("Q1-87", "A share is entered that does not exist.", "CER-SHARE", "CER-SHARE")
def no_such_share() -> Wish:
    scene = asked()
    return scene, scene.take(4, 5)


@bypass("Q1-88", "A share of the other PIN is entered.", "CER-STAGE", "CER-ORDER")
def of_the_other_pin() -> Wish:
    scene = asked()
    return scene, c.TakeShare(whose="officer", index=1, person=8)


@bypass("Q1-89", "A fourth voice: more shares than are needed.", "CER-NOT-NEEDED", "CER-SHARES")
def too_many() -> Wish:
    scene = asked().enter(5, 6)
    return scene, scene.take(3, 7)


@bypass("Q1-90", "Shares that were entered before a restart count after it.", "CER-SHARES", "CER-SHARES", "CER-SHARES")
def before_a_restart() -> Wish:
    scene = asked().enter(5, 6).killed().back().decided()
    for number, role in ((5, "key-custodian"), (6, "key-custodian"), (3, "external-witness"), (1, "administrator")):
        scene.sign(number, role, "go")
    return scene, scene.begin()


@bypass(
    "Q1-91", "Shares that were entered before a deviation count after it.", "CER-SHARES", "CER-SHARES", "CER-SHARES"
)
def before_a_deviation() -> Wish:
    scene = asked().enter(5, 6)
    scene.good(scene.note())
    scene.decided()
    for number, role in ((5, "key-custodian"), (6, "key-custodian"), (3, "external-witness"), (1, "administrator")):
        scene.sign(number, role, "go")
    return scene, scene.begin()


@bypass("Q1-92", "Shares of a failed login serve for another one.", "CER-SHARES", "CER-SHARES", "CER-SHARES")
def of_a_failed_login() -> Wish:
    scene = asked().enter(5, 6)
    begin = scene.begin()
    scene.good(begin)
    scene.good(c.Report(op=begin.op, result="failed", complete=False, evidence={}, rows=(), again=True))
    return scene, c.Begin(op="cd" * 16, call="call", parameters={}, phrase=begin.phrase)


@bypass("Q1-93", "A drill is certified with fewer shares than there are.", "CER-SHARES", "CER-SHARES")
def drill_of_few() -> Wish:
    scene = Scene().until("drill", p.Perform).enter(5, 6)
    return scene, scene.begin()


@bypass("Q1-94", "After a change of custodians an old share is entered.", "CER-ROLE", "CER-ROLE")
def old_share() -> Wish:
    scene = Scene().until("activate-spare", p.Perform)
    return scene, scene.take(1, 5)


@bypass("Q1-95", "A new share is entered before the token has the new PIN.", "CER-ROLE", "CER-ROLE")
def new_share_too_early() -> Wish:
    scene = Scene().until("change", p.Perform)
    return scene, scene.take(1, 2)


@bypass("Q1-96", "A share is typed back by another than wrote it.", "CER-SHARE-HOLDER", "CER-SHARE-HOLDER")
def proven_by_another() -> Wish:
    scene = handing()
    scene.good(c.WriteShare(index=1, person=5))
    return scene, c.ProveShare(index=1, person=6)


@bypass("Q1-97", "A share is said to be typed back that nobody wrote.", "CER-SHARE-HOLDER", "CER-SHARE-HOLDER")
def proven_unwritten() -> Wish:
    return handing(), c.ProveShare(index=1, person=5)


@bypass("Q1-98", "One custodian is handed two shares.", "CER-SHARE-TWICE", "CER-SHARE-TWICE")
def handed_two() -> Wish:
    scene = handing()
    scene.good(c.WriteShare(index=1, person=5))
    scene.good(c.ProveShare(index=1, person=5))
    return scene, c.WriteShare(index=2, person=5)


@bypass("Q1-99", "A share is handed to somebody who is no custodian.", "CER-ROLE", "CER-ROLE")
def handed_outside() -> Wish:
    return handing(), c.WriteShare(index=1, person=1)


@bypass("Q1-100", "A share is handed out out of turn.", "CER-SHARE", "CER-ORDER")
def out_of_turn() -> Wish:
    return handing(), c.WriteShare(index=3, person=5)


@bypass("Q1-101", "Fewer combinations were proven than there are.", "CER-SHARES", "CER-SHARES")
def too_few_combinations() -> Wish:
    scene = handing()
    while scene.now.index:  # type: ignore[union-attr]  # it is a HandOver until the combinations are proven
        scene.good(scene.move())
    return scene, c.CombineShares(combinations=2)


@bypass("Q1-102", "The combinations are claimed before all shares were typed back.", "CER-SHARES", "CER-SHARES")
def combined_too_early() -> Wish:
    return handing(), c.CombineShares(combinations=3)


@bypass("Q1-103", "After a restart shares are handed out that nobody has any more.", "CER-SHARES", "CER-SHARES")
def forgotten() -> Wish:
    scene = handing().killed().back().decided()
    return scene, c.WriteShare(index=1, person=5)


ATTACKS = tuple(one for one in tuple(globals().values()) if isinstance(one, Bypass))
