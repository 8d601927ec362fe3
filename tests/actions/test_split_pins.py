"""PINs that are drawn, split and handed out, used from shares, proven in a drill, and handed on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from shamir_mnemonic.shamir import EncryptedMasterSecret

from ceremony_app.core import prompts as p
from ceremony_app.core.custody import CustodyRecord
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Answer, Deviation
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.shares.activation import check_value, checker, draw, pin_of
from ceremony_app.shares.sheet import read_sheet, sheet
from ceremony_app.shares.slip39 import pieces_of_sealed
from ceremony_app.shares.splitting import Share, recovered, split
from tests.actions.holding import Held, held, resumed
from tests.fakes.token import FakeToken, Planned

CEREMONIES = Path(__file__).parents[1] / "ceremonies"
SPLIT = (CEREMONIES / "split.toml").read_text(encoding="utf-8")
CHANGE = (CEREMONIES / "custody-change.toml").read_text(encoding="utf-8")


def step_of(text: str, step: str) -> str:
    """A step of a definition, as it stands there."""
    start = text.index(f'[[acts.steps]]\nid = "{step}"')
    return text[start : text.index("[[acts", start + 1)]


CUSTODIANS = (4, 5, 6)
OFFICERS = (7, 8)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Held]:
    with held(tmp_path, SPLIT) as there:
        yield there


def typed(share: Share) -> Secret:
    """A sheet as its holder types it."""
    return Secret.of("\n".join(" ".join((*row.words, row.check)) for row in sheet(share)))


def written(room: Held, person: int, whose: str = "activation") -> Secret:
    """What a person has on paper."""
    words = room.people.share(f"hsm/{whose}", person)
    assert words is not None
    return words


def forged_set(number: int) -> tuple[Share, ...]:
    """Shares of another secret, under the number of a set."""
    sealed = EncryptedMasterSecret.from_master_secret(bytes(16), b"", number, extendable=False, iteration_exponent=0)
    pieces = pieces_of_sealed(sealed, 2, 3)
    return tuple(Share(index=one.index, set_id=number, threshold=2, words=one.words()) for one in pieces)


def entering(room: Held, person: int, words: Secret) -> Refused | None:
    return room.conductor.shares.enter("activation", person, words).result(60)


def takes(token: FakeToken, whose: str, pin: Secret) -> bool:
    """Whether this is the PIN that the token has."""
    return (token._user_pin if whose == "activation" else token._so_pin).value == pin.reveal()


def logins(room: Held) -> int:
    return room.token.calls.count("activate")


def answers(room: Held, step: str) -> list[tuple[str, int]]:
    return [(a.item, a.person) for run in room.runs(step) for a in run.of(Answer)]


def test_a_token_lives_by_shares(room: Held) -> None:
    folder = room.finish()
    assert not room.state.problems
    splits = room.evidence("split")["splits"]
    officer, user = (msgspec.convert(one, CustodyRecord) for one in msgspec.to_builtins(splits))
    assert (officer.role, officer.threshold, officer.shares) == ("security-officer", 2, 2)
    assert (user.role, user.threshold, user.shares) == ("key-custodian", 2, 3)
    assert officer.set != user.set or officer.check != user.check
    kept = msgspec.json.decode((folder / "artifacts" / "REHEARSAL-custody-hsm-activation.json").read_bytes())
    assert msgspec.convert(kept, CustodyRecord) == user


def test_the_shares_alone_give_the_pins_that_the_token_took(room: Held) -> None:
    """What an auditor could do: two sheets, SLIP-39, HKDF, base32."""
    room.finish()
    for whose, people in (("activation", CUSTODIANS), ("officer", OFFICERS)):
        record = next(
            one
            for one in msgspec.convert(msgspec.to_builtins(room.evidence("split")["splits"]), list[CustodyRecord])
            if one.whose == whose
        )
        shares = tuple(read_sheet(written(room, person, whose)) for person in people[-2:])
        seed = recovered(shares, checker(record.check, whose, record.serial), 2)
        pin = pin_of(seed, whose, record.serial)
        assert len(pin) == 26
        assert takes(room.token, whose, pin)


def test_every_share_is_written_and_typed_back_by_its_own_holder(room: Held) -> None:
    room.play_to("initialise")
    told = answers(room, "split")
    for whose, people in (("officer", OFFICERS), ("activation", CUSTODIANS)):
        for index, person in enumerate(people, start=1):
            assert (f"share {whose} {index} written", person) in told
            assert (f"share {whose} {index} proven", person) in told
    assert room.state.runs[-1].id == "initialise"
    values = {a.item: a.value for run in room.runs("split") for a in run.of(Answer)}
    assert values["shares officer combined"] == "1 combinations of 2 shares"
    assert values["shares activation combined"] == "3 combinations of 2 shares"


def test_the_token_gets_no_pin_before_the_last_share_is_proven(room: Held) -> None:
    before = list(room.token.calls)
    room.play(until=lambda now: isinstance(now, p.HandOver) and now.index == 3 and now.holder is not None)
    assert "initialise" not in room.token.calls[len(before) :]
    refused = room.conductor.perform({}, "INITIALISE SPLIT").result(60)
    assert refused is not None
    assert refused.rule == "CER-STAGE"
    assert "initialise" not in room.token.calls


def test_another_share_of_the_set_is_not_the_holders_own(room: Held) -> None:
    room.play(until=lambda now: isinstance(now, p.HandOver) and now.stage.whose == "activation" and now.index == 2)
    room.play(until=lambda now: isinstance(now, p.HandOver) and now.holder == 5)
    refused = room.conductor.shares.prove(5, written(room, 4)).result(60)
    assert refused is not None
    assert refused.rule == "CER-SHARE-HOLDER"
    somebody = room.conductor.shares.prove(4, written(room, 5)).result(60)
    assert somebody is not None
    assert somebody.rule == "CER-SHARE-HOLDER"
    room.finish()


def test_nobody_holds_two_shares(room: Held) -> None:
    room.play(until=lambda now: isinstance(now, p.HandOver) and now.stage.whose == "activation" and now.index == 2)
    for person, rule in ((4, "CER-SHARE-TWICE"), (1, "CER-ROLE"), (99, "CER-PRESENT")):
        refused = room.conductor.shares.written(person).result(60)
        assert refused is not None
        assert refused.rule == rule


def test_a_spoiled_sheet_is_shown_again_until_it_was_typed_back(room: Held) -> None:
    room.play(until=lambda now: isinstance(now, p.HandOver) and now.holder is not None)
    shown = room.conductor.shares.rows()
    assert len(shown) == 5
    assert room.conductor.shares.written(7).result(60) is None
    room.finish()
    with pytest.raises(Refusal) as gone:
        room.conductor.shares.rows()
    assert gone.value.rule in ("CER-STAGE", "CER-OPEN")


def test_a_wrong_row_is_named_and_costs_no_login(room: Held) -> None:
    room.play_to("activate")
    before = logins(room)
    rows = written(room, 4).reveal().decode().split("\n")
    words = rows[2].split()
    wrong = "academic" if words[1] != "academic" else "acid"
    rows[2] = " ".join([words[0], wrong, *words[2:]])
    assert "row 3" in room.conductor.shares.row_fault(3, Secret.of(rows[2])).lower()
    refused = entering(room, 4, Secret.of("\n".join(rows)))
    assert refused is not None
    assert refused.rule == "CER-SHARE-ROW"
    assert wrong not in refused.paragraph()
    assert logins(room) == before
    room.finish()


def test_a_share_of_another_set_is_refused_by_its_number(room: Held) -> None:
    room.play_to("activate")
    other = split(draw(bytes(range(16)), bytes(range(1, 17))), 2, 3)
    refused = entering(room, 4, typed(other[0]))
    assert refused is not None
    assert refused.rule == "CER-SHARE-SET"
    officers = entering(room, 4, written(room, 7, "officer"))
    assert officers is not None
    assert officers.rule in ("CER-SHARE-SET", "CER-SHARE-HOLDER")


def test_shares_that_give_another_secret_become_a_deviation_and_no_login(room: Held) -> None:
    """A forged set with the very number of the right one: only the check value can tell."""
    room.play_to("activate")
    record = msgspec.convert(msgspec.to_builtins(room.evidence("split")["splits"])[1], CustodyRecord)
    forged = forged_set(record.set)
    before, head = logins(room), room.state.length
    assert entering(room, 4, typed(forged[0])) is None
    refused = entering(room, 5, typed(forged[1]))
    assert refused is not None
    assert refused.rule == "CER-CHECK"
    assert logins(room) == before
    assert any(isinstance(e.event, Deviation) for e in room.conductor.entries()[head:])
    assert isinstance(room.now, p.Approve)
    room.finish()
    assert len(room.state.problems) == 1


def test_too_few_shares_open_nothing(room: Held) -> None:
    room.play_to("activate")
    before = logins(room)
    assert entering(room, 4, written(room, 4)) is None
    refused = room.conductor.perform({}, "").result(60)
    assert refused is not None
    assert refused.rule == "CER-SHARES"
    twice = entering(room, 4, written(room, 4))
    assert twice is not None
    assert twice.rule == "CER-SHARE-TWICE"
    stranger = entering(room, 1, written(room, 5))
    assert stranger is not None
    assert stranger.rule == "CER-ROLE"
    borrowed = entering(room, 6, written(room, 5))
    assert borrowed is not None
    assert borrowed.rule == "CER-SHARE-HOLDER"
    assert logins(room) == before
    room.finish()


def test_no_share_is_entered_before_everybody_has_agreed(room: Held) -> None:
    room.play_to("activate", p.Approve)
    refused = entering(room, 4, written(room, 4))
    assert refused is not None
    assert refused.rule == "CER-STAGE"
    room.finish()


def test_a_deviation_forgets_the_shares_that_were_entered(room: Held) -> None:
    room.play_to("activate")
    assert entering(room, 4, written(room, 4)) is None
    assert room.conductor.deviate("note", 1, "Nobody speaks.", "Somebody spoke.").result(60) is None
    room.play_to("activate")
    now = room.now
    assert isinstance(now, p.Perform)
    assert now.shares[0].left == 2
    room.finish()


def test_shares_are_not_kept_over_a_pause(room: Held) -> None:
    room.play_to("activate")
    assert entering(room, 4, written(room, 4)) is None
    assert room.conductor.take_break("attended", (1, 2), "Lunch.").result(60) is None
    room.conductor.settle_down(60)
    assert not room.conductor._room.custody.has_entered("hsm", "activation")
    room.finish()
    assert len(room.state.problems) == 1


def test_what_the_token_refuses_is_entered_again(tmp_path: Path) -> None:
    token = FakeToken()
    with held(tmp_path, SPLIT, {"hsm": token}) as room:
        room.play_to("activate")
        token.plan = [Planned("activate", "CKR_PIN_INCORRECT")]
        room.play(until=lambda _: bool(room.ends("activate")))
        now = room.now
        assert isinstance(now, p.Perform)
        assert now.shares[0].left == 2
        assert not room.conductor._room.custody.has_entered("hsm", "activation")
        room.finish()
        entered = [item for item, _ in answers(room, "activate")]
        assert entered.count("share activation 1 entered") == 2


@pytest.mark.parametrize("at", ["handing out", "split"])
def test_a_restart_forgets_what_was_drawn_and_the_step_is_held_again(tmp_path: Path, at: str) -> None:
    token = FakeToken()
    with held(tmp_path, SPLIT, {"hsm": token}) as room:
        if at == "split":
            room.play_to("initialise")
        else:
            room.play(until=lambda now: isinstance(now, p.HandOver) and now.index == 2 and now.holder is not None)
        first = room.evidence("split")["splits"]
    with resumed(tmp_path, {"hsm": token}) as again:
        again.finish()
        assert len(again.runs("split")) == 2
        assert again.evidence("split")["splits"] != first
        assert again.ends("initialise") == [("initialise-token", "done"), ("set-user-pin", "done")]


def test_a_lost_login_is_looked_into_with_shares(tmp_path: Path) -> None:
    token = FakeToken()
    with held(tmp_path, SPLIT, {"hsm": token}) as room:
        room.play_to("inventory")
        room.conductor.close()
    with resumed(tmp_path, {"hsm": token}) as again:
        again.finish()
        assert len(again.runs("activate")) == 2


def split_folder(place: Path, token: FakeToken) -> Path:
    """The ceremony before."""
    place.mkdir()
    with held(place, SPLIT, {"hsm": token}) as room:
        folder = room.finish()
    token.open_again()
    return folder


def test_custodians_hand_over_to_others(tmp_path: Path) -> None:
    token = FakeToken()
    before = split_folder(tmp_path / "before", token)
    with held(tmp_path, CHANGE, {"hsm": token}, inputs={"before": before}) as room:
        folder = room.finish()
        assert not room.state.problems
        changed = msgspec.convert(msgspec.to_builtins(room.evidence("change")["custody"]), CustodyRecord)
        assert (changed.role, changed.threshold, changed.shares) == ("new-custodian", 3, 4)
        lock = msgspec.to_builtins(room.evidence("activate"))
        assert lock["custody"]["set"] == changed.set
        assert [one["person"] for one in lock["holders"]] == [9, 10, 11]
    names = {path.name for path in (folder / "artifacts").iterdir()}
    assert {"REHEARSAL-custody-hsm-activation-2.json", "REHEARSAL-custody-hsm-officer.json"} <= names


def test_the_old_shares_hold_until_the_token_has_the_new_pin(tmp_path: Path) -> None:
    """The machine dies half-way: nothing is lost, the old custodians still open the token."""
    token = FakeToken()
    before = split_folder(tmp_path / "before", token)
    old = token._user_pin.value
    inputs = {"before": before}
    with held(tmp_path, CHANGE, {"hsm": token}, inputs=inputs) as room:
        room.play_to("change")
        assert token._user_pin.value == old
    with resumed(tmp_path, {"hsm": token}, inputs=inputs) as again:
        again.play_to("change")
        now = again.now
        assert isinstance(now, p.Perform)
        assert now.shares[0].split.role == "key-custodian"
        again.finish()
        assert len(again.runs("split")) == 2
    assert token._user_pin.value != old


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_change_whose_end_is_not_known_leaves_both_sets_with_people(
    tmp_path: Path, when: Literal["before", "after"]
) -> None:
    """Every new share was proven before, so whichever PIN the token has, its holders have it on paper."""
    token = FakeToken()
    before = split_folder(tmp_path / "before", token)
    with held(tmp_path, CHANGE, {"hsm": token}, inputs={"before": before}) as room:
        room.play_to("change")
        token.plan = [Planned("change_pin", "CKR_DEVICE_REMOVED", when=when)]
        room.play(until=lambda _: bool(room.ends("change")))
        pins = {
            "old": [written(room, number) for number in CUSTODIANS[:2]],
            "new": [written(room, number) for number in (9, 10, 11)],
        }
        holders = pins["new" if when == "after" else "old"]
        shares = tuple(read_sheet(words) for words in holders)
        serial = token.serial
        record = msgspec.convert(msgspec.to_builtins(room.evidence("split")["splits"])[0], CustodyRecord)
        if when == "after":
            seed = recovered(shares, checker(record.check, "activation", serial), 3)
            assert takes(token, "activation", pin_of(seed, "activation", serial))
        else:
            seed = recovered(shares, lambda _: True, 2)
            assert check_value(seed, "activation", serial) != record.check
            assert takes(token, "activation", pin_of(seed, "activation", serial))


DEVICE = (
    SPLIT.replace("shares = 3\n", 'shares = 3\nby = "device"\n', 1)
    .replace("shares = 2\n", 'shares = 2\nby = "device"\n', 1)
    .replace(step_of(SPLIT, "split"), "")
    .replace(step_of(SPLIT, "drill"), "")
)


def test_a_devices_own_quorum_is_driven_by_its_keypad_and_recorded_as_such(tmp_path: Path) -> None:
    token = FakeToken(own_entry=True)
    with held(tmp_path, DEVICE, {"hsm": token}, keypads=("hsm",)) as room:
        room.play_to("activate")
        token.entered = room.people.cast.secret("hsm/pin")
        now = room.now
        assert isinstance(now, p.Perform)
        assert now.secrets == ()
        assert now.shares[0].split.by == "device"
        refused = room.conductor.perform({}, "").result(60)
        assert refused is not None
        assert refused.rule == "CER-SHARES"
        typed_here = entering(room, 4, Secret.of("academic acid"))
        assert typed_here is not None
        assert typed_here.rule in ("CER-STAGE", "CER-SHARES", "CER-SHARE-ROW")
        room.finish()
        lock = msgspec.to_builtins(room.evidence("activate"))
        assert lock["lock"] == "device"
        assert [(one["share"], one["person"]) for one in lock["holders"]] == [(1, 4), (2, 5)]
        assert lock["custody"] == {}


GENERATING = SPLIT.replace("[[acts]]", '[keys.k]\nalgorithm = "P-384"\ntoken = "hsm"\n\n[[acts]]', 1).replace(
    step_of(SPLIT, "deactivate"),
    '[[acts.steps]]\nid = "generate"\ndo = "generate-key"\nkey = "k"\nsay = "A key is made."\nsign_off = "two"\n\n'
    + step_of(SPLIT, "deactivate"),
)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_whose_end_is_not_known_is_looked_into_with_shares(
    tmp_path: Path, when: Literal["before", "after"]
) -> None:
    token = FakeToken(plan=[Planned("generate_key_pair", "WORKER_DIED", when=when)])
    with held(tmp_path, GENERATING, {"hsm": token}) as room:
        room.play(until=lambda now: isinstance(now, p.Inspect))
        now = room.now
        assert isinstance(now, p.Inspect)
        assert now.shares[0].left == 2
        assert now.secrets == ()
        room.finish()
        assert [item for item, _ in answers(room, "generate")].count("share activation 1 entered") == 1
