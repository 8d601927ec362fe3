"""A card that fails in a ceremony: nothing is recorded that did not hold, and the journal goes on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ceremony_app.core import prompts as p
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.coming import Card as CardBrought
from ceremony_app.core.coming import Coming
from ceremony_app.core.device import KeySpec
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.card import Card, open_card
from ceremony_app.hsm.correspondent import Deadlines
from ceremony_app.hsm.open import module_sha256, open_token
from ceremony_app.hsm.softhsm import SoftHsm
from tests.faults.plan import Tries, When, absent, hang, wrong_signature
from tests.faults.rig import PIN, Rig, copied
from tests.faults.rigged import Rigged, rigged

WRONG = Secret.of("activation-canary-2200")
WITNESS = 2
QUICK = Deadlines(start=10.0, read=2.0, login=2.0, entry=2.0, card=2.0)


@dataclass
class WithCard:
    """A ceremony at its roll-call, and the card of person 2 behind a shim of its own."""

    room: Rigged
    card: Rig

    def enrol(self, pin: Secret) -> Refused | None:
        """Person 2 comes with the card."""
        who = Coming(person=WITNESS, roles=("internal-witness",), name="Person 2", organisation="Example", seen_by=1)
        return self.room.conductor.enrol(who, CardBrought(Secret(pin.reveal()))).result(60)

    def sign(self, pin: Secret) -> Refused | None:
        """Person 2 signs what stands now."""
        conductor = self.room.conductor
        now = conductor.prompt()
        assert isinstance(now, p.Approve)
        return conductor.sign(WITNESS, "internal-witness", now.purpose, "AGREE", Secret(pin.reveal())).result(60)

    def to_sign_off(self) -> None:
        """Everybody is enrolled, and the witness may sign."""
        assert self.enrol(PIN) is None
        assert self.room.play(until=lambda now: isinstance(now, p.Approve)) is None


@pytest.fixture
def with_card(rig: Rig, home: SoftHsm, tmp_path: Path) -> Iterator[WithCard]:
    (tmp_path / "card").mkdir()
    softhsm = copied(home, tmp_path / "card" / "softhsm")
    token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
    token.activate(PIN)
    token.generate_key_pair(KeySpec(label="sign-off", id="0102", algorithm=Algorithm.P256))
    token.close()
    behind = replace(rig, softhsm=softhsm, folder=tmp_path / "card", opened=[])
    behind.plan()
    card = Card(
        module=rig.shim,
        module_sha256=module_sha256(rig.shim),
        serial=softhsm.serial,
        environment=behind.environment,
    )
    with rigged(rig, tmp_path, open_card=lambda _: open_card(card, deadlines=QUICK), holder=WITNESS) as room:
        assert room.play(until=lambda now: isinstance(now, p.Enrolment)) is None
        yield WithCard(room, behind)


def test_a_wrong_pin_at_roll_call_enrols_nobody(with_card: WithCard) -> None:
    with_card.card.plan(Tries(user=3))
    length = with_card.room.conductor.state().length
    refused = with_card.enrol(WRONG)
    assert refused is not None
    assert (refused.rule, "few tries are left" in refused.what_to_do) == ("CER-PIN", True)
    assert with_card.room.conductor.state().length == length
    assert len(with_card.card.calls("C_Login")) == 1
    assert with_card.enrol(PIN) is None
    person = with_card.room.conductor.state().person(WITNESS)
    assert person is not None
    assert person.method == "card"


def test_a_card_that_lies_is_not_enrolled_and_does_not_sign(with_card: WithCard) -> None:
    with_card.card.plan(wrong_signature())
    refused = with_card.enrol(PIN)
    assert refused is not None
    assert refused.rule == "CER-SIGNATURE"
    with_card.card.plan()
    with_card.to_sign_off()
    length = with_card.room.conductor.state().length
    with_card.card.plan(wrong_signature())
    refused = with_card.sign(PIN)
    assert refused is not None
    assert refused.rule == "CER-SIGNATURE"
    assert with_card.room.conductor.state().length == length


def test_while_a_card_hangs_the_journal_goes_on_and_then_it_is_given_up(with_card: WithCard) -> None:
    with_card.to_sign_off()
    conductor = with_card.room.conductor
    with_card.card.plan(hang("C_Login", When.BEFORE))
    now = conductor.prompt()
    assert isinstance(now, p.Approve)
    signing = conductor.sign(WITNESS, "internal-witness", now.purpose, "AGREE", Secret(PIN.reveal()))
    assert conductor.deviate("note", 1, "The card signs.", "It takes its time.").result(10) is None
    assert not signing.done(), "the deviation did not wait for the card"
    working = conductor.working()
    assert working is not None
    assert working.call == "asking the card"
    refused = signing.result(60)
    assert refused is not None
    assert (refused.rule, "did not answer within 2 seconds" in refused.why) == ("CER-CARD", True)
    assert conductor.working() is None


def test_a_card_that_is_taken_away_and_comes_back_signs(with_card: WithCard) -> None:
    with_card.to_sign_off()
    with_card.card.plan(absent("C_SignInit", When.BEFORE))
    refused = with_card.sign(PIN)
    assert refused is not None
    assert (refused.rule, "is not in its reader" in refused.why) == ("CER-CARD", True)
    with_card.card.plan()
    assert with_card.sign(PIN) is None


def test_the_rows_of_a_card_can_be_asked_for_before_the_roll_call_and_after(with_card: WithCard) -> None:
    conductor = with_card.room.conductor
    assert "PIN tries" in {row.label for row in conductor.card_rows(WITNESS).result(60)}
    assert conductor.card_rows(1).result(60) == (), "person 1 has no card"
    assert with_card.enrol(PIN) is None
    logins = len(with_card.card.calls("C_Login"))
    with_card.card.plan(Tries(user=1))
    rows = {row.label: row.value for row in conductor.card_rows(WITNESS).result(60)}
    assert rows["Serial number of the card"] == with_card.card.softhsm.serial
    assert len(with_card.card.calls("C_Login")) == logins
