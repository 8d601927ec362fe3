"""The simulated people of a rehearsal: fictitious names, PINs and passphrases, and the secrets that they enter."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.room import Binding, BoundPerson
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Mode
from ceremony_app.core.words import words_of
from ceremony_app.journal.files import create
from ceremony_app.people.passphrase import PROPOSED_WORDS
from ceremony_app.people.sheets import Sheets

FOLDER: Final = ".rehearsal"
FILE: Final = "people.json"

_MOST_BYTES: Final = 2**20
_PIN_DIGITS: Final = 8
_SECRET_LETTERS: Final = 8
"""Every token known here takes a PIN of this length; opencryptoki takes 4 to 8 characters."""

_GIVEN: Final = tuple(
    "Amara Björn Chidi Daniela Emeka Freya Goran Hinemoa Ines Jörg Kateryna Łukasz Mehmet Nalani Óscar Priya "
    "Quentin Rania Siân Tomáš Uyên Viktória Wambui Xiomara Yuki Zeynep".split()
)
_FAMILY: Final = tuple(
    "Achterberg Brânză Castellanos-Weir Dvořánkovská Eriksdóttir Fagbenle Gwynfor Håkansdal Iwasakino Jóhannsfell "
    "Kowalewicz Laumalili Mbekeani Nguyễn-Hart Ødegårdsen Parthasarathi Quispetupa Rosenbaumer Szentgyörgyi "
    "Tāwhirimoa Ulukuşlar Vandenhoeck Whitcombe-Rao Xirauet Yağmurözü Zubizarretaga".split()
)
_ORGANISATION: Final = tuple(
    f"Example {name}"
    for name in (
        "Meter Operations",
        "Trust Services",
        "Assurance Partners",
        "Grid Company",
        "Security Office",
        "Notaries",
    )
)


class _Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A simulated person as stored."""

    number: int
    roles: tuple[str, ...]
    name: str
    organisation: str
    pin: str


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Format 1 of `.rehearsal/people.json`. `seed`: 64 hex digits from which the other simulated secrets come.

    `kept` are secrets of an earlier rehearsal that still hold, by name: the PINs of a token that was taken over.
    """

    format: Literal[1]
    people: tuple[_Person, ...]
    seed: str
    kept: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPerson:
    """A person played by the program: number and roles of the binding, a fictitious name, and a PIN or passphrase."""

    number: int
    roles: tuple[str, ...]
    name: str
    organisation: str
    pin: Secret


class SimulatedPeople:
    """Everybody of a rehearsal's binding. Nothing here opens anything outside that rehearsal's folder."""

    def __init__(
        self, people: tuple[SimulatedPerson, ...], seed: bytes, kept: Mapping[str, Secret], place: Path
    ) -> None:
        self._people = people
        self._seed = seed
        self._kept = kept
        self._sheets = Sheets(place)

    @classmethod
    def load_or_make(cls, folder: Path, binding: Binding, kept: Mapping[str, str] | None = None) -> SimulatedPeople:
        """The people kept in `.rehearsal/people.json` of a ceremony folder, made first where there are none.

        `kept` are secrets of an earlier rehearsal that still hold, by name; they count where the people are made.
        Who signs with a key file by the binding gets a passphrase, everybody else a PIN. Raises `Refusal`
        (CER-SIMULATED) in production, and `Unusable` (CER-SIMULATED) where the file is not this rehearsal's.
        """
        if binding.mode is not Mode.REHEARSAL:
            raise Refusal(
                "CER-SIMULATED", "Simulated people take part in rehearsals only.", "In production the people sign."
            )
        path = folder / FOLDER / FILE
        if not os.path.lexists(path):
            try:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                create(path, msgspec.json.format(msgspec.json.encode(_made(binding, kept or {})), indent=1) + b"\n")
            except OSError as error:
                raise _unusable(error.strerror or "it cannot be written") from None
        return cls._of(_read(path), binding, path.parent)

    @classmethod
    def _of(cls, stored: _File, binding: Binding, place: Path) -> SimulatedPeople:
        """The stored people, if they are those of the binding."""
        if [(p.number, p.roles) for p in stored.people] != [(p.number, p.roles) for p in binding.people]:
            raise _unusable("it has other people than the binding")
        people = tuple(
            SimulatedPerson(
                number=p.number, roles=p.roles, name=p.name, organisation=p.organisation, pin=Secret.of(p.pin)
            )
            for p in stored.people
        )
        try:
            seed = bytes.fromhex(stored.seed)
        except ValueError:
            raise _unusable("its seed is not hex") from None
        return cls(people, seed, {name: Secret.of(value) for name, value in stored.kept.items()}, place)

    @property
    def people(self) -> tuple[SimulatedPerson, ...]:
        """Everybody, in the binding's order."""
        return self._people

    def person(self, number: int) -> SimulatedPerson:
        """The person of this number (KeyError where there is none)."""
        for person in self._people:
            if person.number == number:
                return person
        raise KeyError(number)

    def keep_share(self, name: str, person: int, words: Secret) -> None:
        """Keep what a person wrote down of a share (`token role/whose`)."""
        self._sheets.keep(name, person, words)

    def share(self, name: str, person: int) -> Secret | None:
        """What a person reads from the sheet; None where the person has none."""
        return self._sheets.of(name, person)

    def secret(self, name: str) -> Secret:
        """What these people enter for a secret of this name (a token's PIN, say): the same each time, 8 characters.

        It differs from folder to folder, and is not stored: the folder's seed gives it again, but for what an earlier
        rehearsal has left.
        """
        if name in self._kept:
            return Secret(self._kept[name].reveal())
        alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
        octets = hmac.digest(self._seed, b"secret " + name.encode(), "sha256")
        return Secret.of("".join(alphabet[octet % len(alphabet)] for octet in octets[:_SECRET_LETTERS]))


def fictitious(person: BoundPerson) -> tuple[str, str]:
    """Name and organisation of a simulated person, from number and first role alone.

    The names are made up, and whoever should bear one does so by chance; every organisation begins with "Example".
    Up to 26 people in a row share no name; people of one role come from one organisation.
    """
    given = _GIVEN[person.number * 5 % len(_GIVEN)]
    family = _FAMILY[person.number * 7 % len(_FAMILY)]
    role = hashlib.sha256("".join(person.roles[:1]).encode()).digest()
    return f"{given} {family}", _ORGANISATION[role[0] % len(_ORGANISATION)]


def _made(binding: Binding, kept: Mapping[str, str]) -> _File:
    """New people for a binding."""
    people = []
    for bound in binding.people:
        name, organisation = fictitious(bound)
        pin = "".join(secrets.choice("0123456789") for _ in range(_PIN_DIGITS))
        if bound.method == "file":
            pin = " ".join(words_of(secrets.token_bytes(PROPOSED_WORDS)))
        people.append(_Person(number=bound.number, roles=bound.roles, name=name, organisation=organisation, pin=pin))
    return _File(format=1, people=tuple(people), seed=secrets.token_hex(32), kept=dict(kept))


def _read(path: Path) -> _File:
    """The stored file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _unusable("it is no regular file")
            return msgspec.json.decode(file.read(_MOST_BYTES), type=_File, strict=True)
    except OSError as error:
        raise _unusable(error.strerror or "it cannot be read") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise _unusable(str(fault)) from None


def _unusable(why: str) -> Unusable:
    return Unusable(
        "CER-SIMULATED",
        f"The simulated people in {FOLDER}/{FILE} cannot be used: {why}.",
        "Start another rehearsal in another folder.",
    )
