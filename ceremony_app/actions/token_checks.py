"""What a pre-flight sheet is made from and of: what was seen of a token, what is wanted of it, one check each."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import Difference, Inventory, Mechanism, ModuleFacts, TokenFacts, Trial, difference
from ceremony_app.core.values import Row

Mark: TypeAlias = Literal["PASS", "FAIL", "NOTE"]
"""What came of a check. A word, since pages are printed without colour."""


ELSEWHERE: Final = "Go to the spare token, or abort; another make needs a binding and a rehearsal of its own."
"""What to do where a token cannot do what is needed."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sheet: the mark, its title, what is so in plain words, and what that was read from.

    `do` says what to do about a FAIL. `needed` marks what the ceremony cannot be held without.
    """

    mark: Mark
    title: str
    said: str
    do: str = ""
    facts: tuple[Row, ...] = ()
    needed: bool = False

    @property
    def words(self) -> str:
        """What is so, and what to do about it."""
        return f"{self.said} {self.do}" if self.do else self.said

    @property
    def unfit(self) -> bool:
        """Whether the token cannot do what the ceremony needs of it."""
        return self.needed and self.mark == "FAIL"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was seen of a token in one inspection, as it was reported.

    `before` and `after` are the objects before and after the trials, under the `login` that there was; both are empty
    for a token that has not been initialised. `module_sha256` is the digest (hex) of the module's file, `remarks` are
    sentences on what is known of its make.
    """

    module: ModuleFacts
    module_sha256: str
    remarks: tuple[str, ...]
    token: TokenFacts
    mechanisms: tuple[Mechanism, ...]
    trials: tuple[Trial, ...]
    before: Inventory
    after: Inventory
    login: bool

    @property
    def change(self) -> Difference:
        """What the trials changed on the token."""
        return difference(self.before, self.after)

    def mechanism(self, number: int) -> Mechanism | None:
        """The mechanism of this CKM_ number, if the token offers it."""
        return next((mechanism for mechanism in self.mechanisms if mechanism.number == number), None)

    def trial(self, algorithm: Algorithm) -> Trial | None:
        """What came of trying an algorithm, if it was tried."""
        return next((trial for trial in self.trials if trial.algorithm is algorithm), None)


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a ceremony wants of a token. Empty texts stand for what no binding says.

    `algorithms` are those of the keys that will be on it, `also` those that are tried though nothing needs them;
    `schemes` are those by which its keys will sign and which are not the usual ones of their kinds; `wrapping` says
    that a key will leave it, or come to it, wrapped under an AES key; `split` that its PINs will be split.
    """

    serial: str = ""
    model: str = ""
    module_sha256: str = msgspec.field(name="module-sha256", default="")
    pin_entry: Literal["", "keyboard", "token"] = msgspec.field(name="pin-entry", default="")
    algorithms: tuple[Algorithm, ...] = ()
    also: tuple[Algorithm, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    wrapping: bool = False
    split: bool = False

    @property
    def tried(self) -> tuple[Algorithm, ...]:
        """Every algorithm that a throw-away pair is made for."""
        return (*self.algorithms, *self.also)


def counted(number: int) -> str:
    """A number of objects in words."""
    return "1 object" if number == 1 else f"{number or 'no'} objects"


def passed(title: str, said: str, facts: tuple[Row, ...] = ()) -> Check:
    """As it should be."""
    return Check(mark="PASS", title=title, said=said, facts=facts)


def noted(title: str, said: str, facts: tuple[Row, ...] = ()) -> Check:
    """Worth knowing, and neither good nor bad."""
    return Check(mark="NOTE", title=title, said=said, facts=facts)


def failed(title: str, said: str, do: str, facts: tuple[Row, ...] = (), *, needed: bool = False) -> Check:
    """Not as it should be, and what to do about it."""
    return Check(mark="FAIL", title=title, said=said, do=do, facts=facts, needed=needed)


def lacking(title: str, said: str, do: str, facts: tuple[Row, ...], *, needed: bool) -> Check:
    """What the token cannot do is a FAIL where the ceremony needs it, and elsewhere worth knowing."""
    return failed(title, said, do, facts, needed=True) if needed else noted(title, said, facts)
