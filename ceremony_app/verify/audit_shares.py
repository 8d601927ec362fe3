"""Split PINs: every share with one holder and typed back, every combination proven, and enough of them at a login."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import comb
from typing import TYPE_CHECKING

from ceremony_app.core.events import (
    Answer,
    Decision,
    Deviation,
    Entry,
    Event,
    Genesis,
    Intent,
    Outcome,
    Reconcile,
    Recovery,
)
from ceremony_app.core.script import Act, HandOut, ShareAsk, Split
from ceremony_app.core.values import Mode

if TYPE_CHECKING:
    from ceremony_app.verify.audit_attempt import Attempt
    from ceremony_app.verify.audit_book import Book
    from ceremony_app.verify.audit_gate import Broken


@dataclass(slots=True)
class Shared:
    """What an attempt has told of shares: by whose PIN and number, the person.

    `gone` says that a restart has taken what was drawn.
    """

    written: dict[tuple[str, int], int] = field(default_factory=dict)
    proven: dict[tuple[str, int], int] = field(default_factory=dict)
    combined: dict[str, str] = field(default_factory=dict)
    entered: dict[str, dict[int, int]] = field(default_factory=dict)
    gone: bool = False

    def note(self, event: Event) -> None:
        """Take an entry of the attempt into account."""
        match event:
            case Answer(item=item, value=str() as value, person=person):
                self._told(item.split(" "), value, person)
            case Outcome():
                self.gone = False
                self.entered.clear()
            case Recovery():
                self.gone = True
                self.entered.clear()
            case Reconcile() | Deviation() | Decision():
                self.entered.clear()
            case _:
                pass

    def _told(self, words: list[str], value: str, person: int) -> None:
        match words:
            case ["share", whose, index, "written"] if index.isdecimal():
                self.written[whose, int(index)] = person
            case ["share", whose, index, "proven"] if index.isdecimal():
                self.proven[whose, int(index)] = person
            case ["share", whose, index, "entered"] if index.isdecimal():
                self.entered.setdefault(whose, {})[int(index)] = person
            case ["shares", whose, "combined"]:
                self.combined[whose] = value
            case _:
                pass

    def handed_out(self, stage: HandOut) -> bool:
        """Whether nothing of a hand-out is lacking."""
        return self.combined.get(stage.whose) == _every(stage.split) and not self._left(stage)

    def _left(self, stage: HandOut) -> tuple[int, ...]:
        return tuple(i for i in range(1, stage.split.shares + 1) if (stage.whose, i) not in self.proven)

    def next_of(self, stage: HandOut) -> int:
        """The share that is due; 0 where all were typed back."""
        return next(iter(self._left(stage)), 0)


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """What is told of shares, and intents that need some."""
    attempt, event = book.attempt, entry.event
    if isinstance(event, Genesis):
        yield from _accepted(book)
    if attempt is None:
        return
    stage = attempt.stage()
    match event:
        case Answer() if isinstance(stage, HandOut):
            yield from _handed(book, attempt, stage, event)
        case Answer() if isinstance(stage, Act) and (event.item.startswith("share ") or stage.shares):
            yield from _entered(book, attempt, stage, event)
        case Intent() if isinstance(stage, Act):
            again = attempt.last is not None and attempt.last.result == "done"
            for ask in () if again else stage.shares:
                yield from _enough(book, attempt, ask)
        case _:
            pass


def _accepted(book: Book) -> Iterator[Broken]:
    """In production PINs are held in shares only where the policy says so."""
    rule = book.plan.policy.rules.software_quorum
    custody = [token.custody for token in book.plan.definition.tokens.values()]
    split = any(one is not None and one.by == "shares" for each in custody for one in each.every)
    if split and book.plan.binding.mode is Mode.PRODUCTION and not (rule and rule.value):
        yield "CER-SOFTWARE-QUORUM", "PINs are held in shares, and the policy pack does not accept that"


def _handed(book: Book, attempt: Attempt, stage: HandOut, event: Answer) -> Iterator[Broken]:
    """The next share, to a person of the role who has no other, and back from that person."""
    shared, due = attempt.shares, attempt.shares.next_of(stage)
    if shared.gone:
        yield "CER-SHARES", "what was split was gone with the restart"
    if event.item == f"shares {stage.whose} combined":
        if due or event.value != _every(stage.split):
            yield "CER-SHARES", "not every combination of the shares was proven"
        return
    written = event.item == f"share {stage.whose} {due} written"
    if not written and event.item != f"share {stage.whose} {due} proven":
        yield "CER-ORDER", f"the item {event.item}, where share {due} is handed out"
        return
    yield from _person(book, stage.split, event)
    if written:
        others = {i: p for (whose, i), p in shared.written.items() if whose == stage.whose and i != due}
        if event.person in others.values():
            yield "CER-SHARE-TWICE", f"person {event.person} holds two shares"
    elif shared.written.get((stage.whose, due)) != event.person:
        yield "CER-SHARE-HOLDER", f"share {due} is typed back by somebody who has not written it"


def _entered(book: Book, attempt: Attempt, act: Act, event: Answer) -> Iterator[Broken]:
    """A share that is needed, after everybody has agreed, by the person who holds it."""
    words = event.item.split(" ")
    asks = {ask.whose: ask for ask in (act.shares or _of_activation(book, act.device))}
    ask = next((one for whose, one in asks.items() if len(words) == 4 and words[1] == whose), None)  # noqa: PLR2004 - share WHOSE N entered
    if ask is None or words[3] != "entered" or not words[2].isdecimal():
        yield "CER-ORDER", f"the item {event.item}, which nothing asks for here"
        return
    split, index = _split(book, ask), int(words[2])
    if split is None:
        yield "CER-SHARES", "a share of a PIN that is not split"
        return
    before = attempt.shares.entered.get(ask.whose, {})
    looking = bool(book.unsettled)
    if not looking and (attempt.prepared is None or ((act.quorum or attempt.grave) and attempt.lacking("go"))):
        yield "CER-QUORUM", "a share is entered before the quorum has agreed"
    yield from _person(book, split, event)
    if not 1 <= index <= split.shares:
        yield "CER-SHARE", f"there is no share {index}"
    if index in before or event.person in before.values():
        yield "CER-SHARE-TWICE", f"share {index} or person {event.person} counts twice"
    if len(before) >= (split.shares if ask.every else split.threshold):
        yield "CER-SHARES", "more shares than are needed"
    place = (ask.token, ask.whose)
    holder = book.holders.get(place, {}).get(index, event.person)
    if place in book.drawn_pins and holder != event.person:
        yield "CER-SHARE-HOLDER", f"share {index} was handed to person {holder}"


def _enough(book: Book, attempt: Attempt, ask: ShareAsk) -> Iterator[Broken]:
    """As many holders came forward as the action needs."""
    split = _split(book, ask)
    if split is None:
        return
    there, least = len(attempt.shares.entered.get(ask.whose, {})), split.shares if ask.every else split.threshold
    if there < least:
        yield "CER-SHARES", f"step {attempt.number} is done with {there} of {least} shares"


def _person(book: Book, split: Split, event: Answer) -> Iterator[Broken]:
    person = book.people.get(event.person)
    if person is None or not book.able(event.person):
        yield "CER-ENROL", f"person {event.person} is not here with a good key"
    elif split.role not in person.enrol.roles:
        yield "CER-ROLE", f"person {event.person} does not hold the role {split.role}"
    if event.value != f"person {event.person}" or not event.good:
        yield "CER-FIELD", f"the item {event.item} does not name its person"


def _split(book: Book, ask: ShareAsk) -> Split | None:
    """The split that stands: the next one once the token has the PIN that was drawn here."""
    custody = book.plan.definition.tokens[ask.token].custody
    changed = custody.present(ask.whose) is None or (ask.token, ask.whose) in book.drawn_pins
    return custody.made(ask.whose) if changed else custody.present(ask.whose)


def _of_activation(book: Book, token: str) -> tuple[ShareAsk, ...]:
    """What a look at a device needs, after its login was lost."""
    steps = book.plan.definition.steps if book.unsettled else ()
    acts = (step.action for step in steps if step.kind == "activate")
    return next((act.shares for act in acts if act is not None and act.device == token), ())


def _every(split: Split) -> str:
    return f"{comb(split.shares, split.threshold)} combinations of {split.threshold} shares"
