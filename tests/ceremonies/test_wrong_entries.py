"""What is entered wrongly, hundreds of times (P1): a share costs no PIN try, a PIN at most one, the last one none."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from shamir_mnemonic.shamir import EncryptedMasterSecret

from ceremony_app.core import prompts as p
from ceremony_app.core.custody import CustodyRecord
from ceremony_app.core.errors import Refusal
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.people import filekey
from ceremony_app.people.room import RoomKey
from ceremony_app.shares.sheet import row_fault
from ceremony_app.shares.slip39 import WORDS, pieces_of_sealed
from ceremony_app.shares.splitting import Share, recovered
from tests.actions.holding import SHORT, Held, held
from tests.fakes.token import FakeToken
from tests.people.clock_by_hand import ClockByHand
from tests.shares.making import right, rows, shares, typed

SPLIT = (Path(__file__).parent / "split.toml").read_text(encoding="utf-8")
TIMES = 20 if os.environ.get("CEREMONY_TEST_ALL") else 1
"""500 wrong entries for every commit; 10,000 where all is asked for."""

PROGRAM = {
    word
    for path in (Path(__file__).parents[2] / "ceremony_app").rglob("*.py")
    for word in re.findall("[a-z]+", path.read_text(encoding="utf-8").lower())
}
CUSTODIAN, SECOND, THIRD, OFFICER, STRANGER = 4, 5, 6, 7, 1
Count = Callable[[str, object], None]
Rows = list[list[str]]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Held]:
    with held(tmp_path, SPLIT) as there:
        yield there


def sheet_of(room: Held, person: int, whose: str = "activation") -> Rows:
    """What a person has on paper."""
    words = room.people.share(f"hsm/{whose}", person)
    assert words is not None
    return [line.split() for line in words.reveal().decode().split("\n")]


def another(chance: random.Random, word: str) -> str:
    return chance.choice([one for one in WORDS if one != word])


def misread(chance: random.Random, sheet: Rows) -> Rows:
    """A sheet with one of the errors that people make."""
    wrong = [list(row) for row in sheet]
    row, place = chance.randrange(5), chance.randrange(5)
    match chance.randrange(7):
        case 0:
            wrong[row][place] = another(chance, wrong[row][place])
        case 1:
            wrong[row][place] = chance.choice(["", "zzyzzyx", "1234", wrong[row][place][:3], "ünfit"])
        case 2:
            other = (place + 1 + chance.randrange(4)) % 5
            wrong[row][place], wrong[row][other] = wrong[row][other], wrong[row][place]
            if wrong[row] == sheet[row]:
                wrong[row] = []
        case 3:
            other = (row + 1 + chance.randrange(4)) % 5
            wrong[row], wrong[other] = wrong[other], wrong[row]
        case 4:
            del wrong[row]
        case 5:
            wrong.append(list(wrong[row]))
        case _:
            wrong[row].append(wrong[row][place])
    return wrong


def wrong_share(chance: random.Random, room: Held) -> tuple[int, Rows]:
    """Who enters what they should not, after person 4 has entered the own share."""
    mine, theirs = sheet_of(room, SECOND), sheet_of(room, THIRD)
    match chance.randrange(9):
        case 8:  # what stands in memory must stay what it was
            return chance.choice([CUSTODIAN, SECOND]), _under(_set(room), chance.randrange(10**6))[0]
        case 0:
            return SECOND, theirs
        case 1:
            return chance.choice([STRANGER, OFFICER, 99]), mine
        case 2:
            return CUSTODIAN, sheet_of(room, CUSTODIAN)
        case 3:
            return SECOND, sheet_of(room, OFFICER, "officer")
        case 4:
            return SECOND, rows(chance.choice(shares(2, 3, seed=chance.randbytes(16), draw=chance.randrange(10**6))))
        case 5:
            cut = chance.randrange(1, 5)
            return SECOND, [*mine[:cut], *theirs[cut:]]
        case _:
            return SECOND, misread(chance, mine)


def same(one: Rows, other: Rows) -> bool:
    return [[word[:4] for word in row] for row in one] == [[word[:4] for word in row] for row in other]


def reached(token: FakeToken) -> tuple[int, int, int]:
    """How often PINs reached the token, and the tries that are left of both."""
    calls = sum(token.calls.count(name) for name in ("activate", "initialise", "set_user_pin", "change_pin"))
    return calls, token._user_pin.left, token._so_pin.left


def told(answer: Refused | None, entered: Rows) -> str:
    """The rule of a refusal, which repeats nothing of what was entered but words that the program has of its own."""
    assert answer is not None, "it was taken"
    said = set(re.findall("[a-zü0-9]+", answer.paragraph().lower()))
    assert not said & {word for row in entered for word in row if len(word) > 1} - PROGRAM
    return answer.rule


def test_wrong_shares_cost_no_pin_try(room: Held, record_property: Count) -> None:
    chance = random.Random(5)
    room.play_to("activate")
    assert room.conductor.shares.enter("activation", CUSTODIAN, typed(sheet_of(room, CUSTODIAN))).result(60) is None
    before, length = reached(room.token), room.state.length
    rules = set()
    for _ in range(200 * TIMES):
        person, entered = wrong_share(chance, room)
        if person == SECOND and same(entered, sheet_of(room, SECOND)):
            continue
        rules.add(told(room.conductor.shares.enter("activation", person, typed(entered)).result(60), entered))
        record_property("figure", "P1: wrong share entered")
        assert (reached(room.token), room.state.length) == (before, length)
    assert rules >= {
        "CER-SHARE-ROW", "CER-SHARE", "CER-SHARE-SET", "CER-SHARE-HOLDER", "CER-SHARE-TWICE", "CER-ROLE", "CER-PRESENT"
    }  # fmt: skip
    refused = room.conductor.perform({}, "").result(60)
    assert refused is not None
    assert refused.rule == "CER-SHARES"
    assert reached(room.token) == before
    assert room.conductor.shares.enter("activation", SECOND, typed(sheet_of(room, SECOND))).result(60) is None
    assert room.conductor.perform({}, "").result(60) is None
    assert reached(room.token)[0] == before[0] + 1
    room.finish()


def test_shares_of_another_secret_cost_no_pin_try(room: Held, record_property: Count) -> None:
    """Sets that only the check value betrays: each becomes a deviation, and everybody agrees anew."""
    room.play_to("activate")
    for draw in range(4 * TIMES):
        room.play_to("activate")
        forged = _under(_set(room), draw)
        before = reached(room.token)
        assert room.conductor.shares.enter("activation", CUSTODIAN, typed(forged[0])).result(60) is None
        assert told(room.conductor.shares.enter("activation", SECOND, typed(forged[1])).result(60), []) == "CER-CHECK"
        record_property("figure", "P1: shares of another secret")
        assert reached(room.token) == before
        assert isinstance(room.now, p.Approve)
    room.play_to("activate")


def _set(room: Held) -> int:
    """The number of the set of the activation PIN."""
    _, record = msgspec.convert(msgspec.to_builtins(room.evidence("split")["splits"]), list[CustodyRecord])
    return record.set


def _under(number: int, draw: int) -> list[Rows]:
    """Shares of another secret under the number of a set."""
    secret = random.Random(draw).randbytes(16)
    sealed = EncryptedMasterSecret.from_master_secret(secret, b"", number, extendable=False, iteration_exponent=0)
    pieces = pieces_of_sealed(sealed, 2, 3)
    return [rows(Share(index=one.index, set_id=number, threshold=2, words=one.words())) for one in pieces]


def test_what_is_typed_back_wrongly_sets_no_pin(room: Held, record_property: Count) -> None:
    chance = random.Random(6)
    room.play(until=lambda now: isinstance(now, p.HandOver) and now.holder == SECOND)
    before, length = reached(room.token), room.state.length
    mine, theirs = sheet_of(room, SECOND), sheet_of(room, CUSTODIAN)
    for _ in range(100 * TIMES):
        person, entered = chance.choice([(SECOND, misread(chance, mine)), (SECOND, theirs), (THIRD, mine)])
        if person == SECOND and same(entered, mine):
            continue
        told(room.conductor.shares.prove(person, typed(entered)).result(60), entered)
        record_property("figure", "P1: wrong share typed back")
        assert (reached(room.token), room.state.length) == (before, length)
    room.finish()


def test_wrong_rows_are_named(record_property: Count) -> None:
    chance = random.Random(7)
    sheet = rows(shares(3, 5)[2])
    for _ in range(100 * TIMES):
        number = chance.randrange(5)
        wrong = list(sheet[number])
        place = chance.randrange(5)
        wrong[place] = another(chance, wrong[place])
        fault = row_fault(number + 1, Secret.of(" ".join(wrong)))
        record_property("figure", "P1: wrong row")
        assert f"row {number + 1}" in fault.lower()


def test_combinations_that_give_another_secret_are_refused(record_property: Count) -> None:
    chance = random.Random(8)
    mine = shares(3, 5)
    for draw in range(30 * TIMES):
        foreign = shares(3, 5, seed=chance.randbytes(16))
        place = chance.randrange(1, 3)  # the first one of three is drawn before the secret has a say
        mixed = [foreign[i] if i == place else mine[i] for i in range(3 + draw % 3)]
        with pytest.raises(Refusal) as caught:
            recovered(mixed, right(), 3)
        record_property("figure", "P1: wrong combination")
        assert caught.value.rule == "CER-CHECK"
        assert len(mixed) == 3 or f"Share {place + 1}" in caught.value.why or "No 3 of" in caught.value.why


def test_a_wrong_pin_of_a_token_is_one_try_and_the_last_one_none(tmp_path: Path, record_property: Count) -> None:
    tries = 30 * TIMES
    token = FakeToken(tries=tries)
    with held(tmp_path, SHORT, {"hsm": token}) as room:
        room.play_to("activate")
        for number in range(tries - 1):
            before = token.calls.count("activate")
            room.conductor.perform({"pin": Secret.of(f"wrong-{number}")}, "").result(60)
            record_property("figure", "P1: wrong PIN of a token")
            assert token.calls.count("activate") == before + 1
        assert token._user_pin.left == 1
        before = token.calls.count("activate")
        for _ in range(3):
            refused = room.conductor.perform({"pin": Secret.of("wrong")}, "").result(60)
            assert refused is not None
            assert refused.rule == "CER-STAGE"
        room.play_to("activate", p.Approve)
        for number in range(30 * TIMES):
            refused = room.conductor.perform({"pin": Secret.of(f"wrong-{number}")}, "").result(60)
            record_property("figure", "P1: PIN entered at the last try without the quorum")
            assert refused is not None
            assert refused.rule in ("CER-QUORUM", "CER-STAGE")
        assert token.calls.count("activate") == before, "nothing reached the token"
        assert token._user_pin.left == 1
        room.play_to("activate")
        assert token.calls.count("activate") == before
        room.finish()
        assert token._user_pin.left == tries


def test_a_wrong_pin_of_a_room_key_signs_nothing_and_must_wait(record_property: Count) -> None:
    clock = ClockByHand()
    key = RoomKey.make(Secret.of("ceremony-7"), clock)
    for number in range(24 * TIMES):
        with pytest.raises(Refusal) as caught:
            key.sign(b"statement", Secret.of(f"ceremony-{number}" if number != 7 else "ceremony"))
        record_property("figure", "P1: wrong ceremony PIN")
        assert caught.value.rule == ("CER-PIN-WAIT" if number > 2 and number % 2 else "CER-PIN")
        if caught.value.rule == "CER-PIN-WAIT":
            clock.ms += 30_000
    clock.ms += 30_000
    assert key.sign(b"statement", Secret.of("ceremony-7"))


def test_a_wrong_passphrase_of_a_key_file_opens_nothing(tmp_path: Path, record_property: Count) -> None:
    clock = ClockByHand()
    passphrase = "six words that are long enough here"
    key = filekey.make(tmp_path / "person.pem", Secret.of(passphrase), clock)
    pem = (tmp_path / "person.pem").read_bytes()
    for number in range(5 * TIMES):
        wrong = Secret.of(passphrase.replace("words", f"word{number}"))
        with pytest.raises(Refusal) as caught:
            filekey.load(pem, wrong, clock)
        assert caught.value.rule == "CER-PIN"
        clock.ms += 30_000
        with pytest.raises(Refusal) as caught:
            key.sign(b"statement", wrong)
        assert caught.value.rule == "CER-PIN"
        for _ in range(2):
            record_property("figure", "P1: wrong passphrase")
