"""Where people come forward to be enrolled and to sign: every method returns at once, and secrets are erased."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeAlias

from ceremony_app.conductor.enrolling import enrolled_signer, enrolment, method_of
from ceremony_app.conductor.hands import Hands
from ceremony_app.conductor.presenting import card_to_desk, present_again, rows_of_card
from ceremony_app.conductor.room import Room
from ceremony_app.conductor.signing import Signing, sign_off, statement_now
from ceremony_app.conductor.slips import print_slip
from ceremony_app.conductor.writer import Writer
from ceremony_app.core import commands as c
from ceremony_app.core.coming import Card, Coming, Credential
from ceremony_app.core.events import Purpose, Verdict
from ceremony_app.core.ports import Signer
from ceremony_app.core.prompting import prompt
from ceremony_app.core.prompts import Approve
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Row

Answer: TypeAlias = Future[Refused | None]


class PeopleDesk:
    """The conductor's part that is about people and their keys."""

    def __init__(self, room: Room, writer: Writer, hands: Hands, send: Callable[[c.Command], Refused | None]) -> None:
        self._room = room
        self._writer = writer
        self._hands = hands
        self._send = send

    def enrol(self, who: Coming, credential: Credential) -> Answer:
        """Enrol a person with a key made now, the key file or the card that the person brought; the secret is erased.

        A card is asked away from the journal's thread, since it may take its time.
        """
        bound = self._writer.plan.binding.person(who.person)

        def told(signer: Signer) -> c.Command:
            return enrolment(who, method_of(credential), signer, self._writer.leaf)

        def withdraw() -> None:
            self._room.desk.withdraw(who.person)

        if not isinstance(credential, Card):
            return self._writer.submit(
                lambda _: told(enrolled_signer(self._room, who, bound, credential)), otherwise=withdraw
            )

        def work() -> Refused | None:
            signer = enrolled_signer(self._room, who, bound, credential)
            return self._writer.submit(lambda _: told(signer), otherwise=withdraw).result()

        return self._hands.do(work, "asking the card")

    def statement(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> str:
        """Exactly the text that this person would sign now; empty where there is nothing to sign."""
        return statement_now(self._writer.plan, self._writer.state, Signing(person, role, purpose, decision))

    def card_rows(self, person: int) -> Future[tuple[Row, ...]]:
        """What a person's card says of itself now; the future may raise `Refusal` (CER-CARD)."""
        known, bound = self._writer.state.person(person), self._writer.plan.binding.person(person)
        return self._hands.ask(lambda: rows_of_card(self._room, known, bound))

    def at_hand(self, person: int) -> bool:
        """Whether a person can sign as things are; a key file is opened again after a restart (`present`)."""
        known = self._writer.state.person(person)
        return known is None or known.method != "file" or self._room.desk.at_hand(person)

    def present(self, person: int, credential: Credential) -> Answer:
        """Bring the key file or card of somebody who is enrolled with it, after a restart; nothing is recorded."""
        known, bound = self._writer.state.person(person), self._writer.plan.binding.person(person)

        def work() -> None:
            present_again(self._room, known, bound, credential)

        return self._hands.do(work, "opening the key file")

    def sign(
        self, person: int, role: str, purpose: Purpose, decision: Verdict, pin: Secret | None, shown: str = ""
    ) -> Answer:
        """Sign the statement. `shown` is the text that was read: if it is not the present one, nothing is signed.

        A card is asked away from the journal's thread; no PIN is for a card whose reader asks for it. It is erased.
        """
        asked = Signing(person, role, purpose, decision)
        known = self._writer.state.person(person)

        def work() -> Refused | None:
            if known is not None:
                card_to_desk(self._room, known, self._writer.plan.binding.person(person))
            return self._send(sign_off(self._writer.plan, self._writer.state, self._room, asked, pin, shown))

        if known is not None and known.method == "card":
            answer = self._hands.do(work, "asking the card")
        else:
            answer = self._writer.submit(
                lambda state: sign_off(self._writer.plan, state, self._room, asked, pin, shown)
            )
        if pin is not None:
            answer.add_done_callback(lambda _: pin.erase())
        return answer

    def print_slip(self, person: int, role: str, purpose: Purpose, decision: Verdict) -> Answer:
        """Print what this person would sign now, to be held beside the screen; nothing is recorded of it."""
        asked = Signing(person, role, purpose, decision)

        def work() -> Refused | None:
            if not isinstance(prompt(self._writer.plan, self._writer.state), Approve):
                return Refused("CER-STAGE", "There is nothing to sign just now.", "Do what the step asks for.")
            print_slip(self._room, self._writer.plan, self._writer.state, asked, self._writer.text_of)
            return None

        return self._hands.do(work, "printing the statement slip")
