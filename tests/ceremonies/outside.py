"""A rehearsal whose people are outside: their PINs and sheets live in the process that started this one.

Run as `python -m tests.ceremonies.outside FOLDER`. It speaks over its pipes: `K` (keep this under that name), `G` (give
me what is under it), `S` (look into my memory now), each followed by a name, and `K` by octets, with lengths before.
What comes in and goes out passes through buffers that are secrets themselves, as with the window.
"""

from __future__ import annotations

import gc
import os
import secrets
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from ceremony_app.cli.loading import load_all
from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
from ceremony_app.conductor import Conductor, Reviewed
from ceremony_app.core import prompts as p
from ceremony_app.core.coming import Coming, Credential, RoomPin
from ceremony_app.core.custody import share_name
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.secret import Secret
from ceremony_app.record.process import PdfMaker
from ceremony_app.unattended import Player
from ceremony_app.unattended.holders import come_forward

SPLIT = Path(__file__).parent / "split.toml"
IN, OUT = 0, 1
LOOKED_AFTER = ("split", "initialise", "activate", "drill")


def send(kind: bytes, name: str, parts: Sequence[bytes | bytearray] = ()) -> None:
    os.write(OUT, kind + struct.pack(">II", len(name), sum(map(len, parts))) + name.encode())
    for part in parts:
        os.write(OUT, part)


def received() -> bytearray:
    """What is answered, in a buffer of the right size."""
    (size,) = struct.unpack(">I", os.read(IN, 4))
    buffer = bytearray(size)
    with memoryview(buffer) as view:
        got = 0
        while got < size:
            got += os.readv(IN, [view[got:]])
    return buffer


def keep(name: str, parts: Sequence[bytes | bytearray]) -> None:
    send(b"K", name, parts)
    received()


def give(name: str) -> Secret:
    send(b"G", name)
    return Secret.taking(received())


def look(where: str) -> None:
    gc.collect()
    send(b"S", where)
    received()


class Outside:
    """The people."""

    def coming(self, person: BoundPerson) -> Coming:
        number = person.number
        keep(f"PIN {number}", [bytes([48 + secrets.randbelow(10)]) for _ in range(12)])
        names = (f"Person {number}", "Example")
        return Coming(person=number, roles=person.roles, name=names[0], organisation=names[1], seen_by=number % 8 + 1)

    def credential(self, number: int) -> Credential:
        return RoomPin(self.pin(number))

    def pin(self, number: int) -> Secret:
        return give(f"PIN {number}")

    def secret(self, name: str) -> Secret:
        raise AssertionError(name)

    def share(self, name: str, person: int) -> Secret | None:
        return give(f"{name} {person}")

    def keep_share(self, name: str, person: int, words: Secret) -> None:
        raise AssertionError(name)


def hand_out(room: Conductor, now: p.HandOver) -> None:
    """The holder writes the share down, word by word."""
    free = [x.number for x in room.state().people if now.stage.split.role in x.roles and x.number not in now.taken]
    parts: list[bytes] = []
    for row in room.shares.rows():
        for word in (*row.words, row.check):
            parts += [word.encode(), b" "]
        parts[-1] = b"\n"
        row.erase()
    keep(f"{share_name(now.stage.token, now.stage.whose)} {free[0]}", parts[:-1])
    assert room.shares.written(free[0]).result(60) is None


def main(folder: Path) -> None:
    loaded = load_all(str(SPLIT), None)
    reviewed = Reviewed(loaded.ceremony, loaded.policy, b"")
    wanted = Wanted(reviewed=reviewed, definition=loaded.definition, folder=folder, unattended=True)
    with PdfMaker() as maker:
        room = begin_rehearsal(wanted, maker)
        player = Player(room, Outside(), lambda _: None)
        seen = "roll-call"
        while not isinstance(room.prompt(), p.Closed):
            state = room.state()
            if state.run is not None and state.run.id != seen:
                if seen in LOOKED_AFTER:
                    look(f"after {seen}")
                seen = state.run.id
            now = room.prompt()
            if isinstance(now, p.HandOver) and now.holder is None and now.index:
                hand_out(room, now)
                look("while shares are handed out")
                continue
            if isinstance(now, p.Perform) and any(asked.left for asked in now.shares):
                assert come_forward(room, Outside(), now.shares) is None
                look("while shares are entered")
            length = state.length
            player.play(until=lambda later, length=length: later.length > length)  # type: ignore[misc]  # bound now
        look("after the end")
        room.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
