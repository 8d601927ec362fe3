"""A person whom the binding gives a key file enrols with it, by keyboard."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ceremony_app.core import prompts as p
from ceremony_app.core.values import Mode
from tests.ui.asking import identified
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import Key, Open
from tests.ui.sample_plan import sample_plan


def test_the_key_file_and_its_passphrase_are_asked_for_and_sent(open_window: Open) -> None:
    plan = sample_plan(Mode.PRODUCTION)
    people = tuple(msgspec.structs.replace(person, method="file") for person in plan.binding.people)
    plan = msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=people))
    desk = FakeDesk(plan)
    hands = open_window(desk)
    while not isinstance(desk.prompt(), p.Enrolment):
        hands.primary()
        hands.look_again()
    for text in ("Ada Lovelace", "Example CA Ltd"):
        hands.type(text)
        hands.press(Key.Key_Return)
    identified(hands)
    hands.primary()
    assert "key file" in hands.page.gaps()[0].text
    hands.type("/media/ada/key.pem")
    hands.press(Key.Key_Return)
    hands.type("six words that are long enough")
    hands.primary()
    assert desk.files == [Path("/media/ada/key.pem")]
    assert [person.number for person in desk.state().people] == [1]
