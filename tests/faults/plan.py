"""The plan that the shim carries out, as values; the text that the shim reads; the log that it writes.

The text has one line for each thing; empty lines and those that begin with # do not count:

    plan ID                     must be there. Another id is another plan, with its counters at zero
    tries SO USER               wrong PINs that lock the security officer's and the user's PIN; 0: never
    pinpad SO USER NEW          the token has a pinpad, and these PINs (in hex, - for none) are typed there: a PIN
                                pointer of NULL takes them, where there is none the entry counts as cancelled
    FUNCTION NTH SCOPE WHEN WHAT [WORD [TEXT]]

The last is a fault. NTH counts the calls of FUNCTION from 1 on, and `3+` means every call from the third on; calls that
only ask how long an answer would be do not count. SCOPE says whose calls are counted: `worker` (this process since it
read the plan) or `plan` (all processes under this plan, in a file beside it). WHEN is `before` or `after` the module
behind the shim is called, and matters to the first five. WHAT, with its WORD and TEXT:

    error CODE                  the return code instead of the module's; after: only where the module succeeded
    hang, kill, segv            no end, SIGKILL, SIGSEGV
    absent CODE                 from this call on the token is gone: slots show none, sessions answer CODE, where CODE
                                is 0 sessions go on and a search finds nothing; lasts as long as SCOPE
    torn public|private         (C_GenerateKeyPair) this half is destroyed again
    empty-id public|private|both (C_GenerateKeyPair) made without a CKA_ID
    double -                    (C_GenerateKeyPair) carried out twice
    serial HEX                  (C_GetTokenInfo) another serial
    flags SET CLEAR             (C_GetTokenInfo) CKF_ flags
    flood COUNT first|data      (C_FindObjectsInit) so many more objects where all are asked for: like the first one, or
                                data objects
    garbage ATTRIBUTE CODE      (C_GetAttributeValue) this attribute is not given, and the code answered
    short-read ATTRIBUTE        (C_GetAttributeValue) half of its octets
    wrong-signature -           (C_Sign) one bit is flipped

Several faults may strike one call, in the order of the lines: torn, then an error. Wrong tries are kept in a file
beside the plan and outlive worker and plan, as those of a token do. Numbers are decimal or, with 0x, hexadecimal.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from pathlib import Path
from typing import Final, Literal, TypeAlias

from ceremony_app.hsm.codes import number_of
from tests.faults.building import SOURCES

FUNCTIONS: Final = tuple(re.findall(r"^F\((C_\w+)", (SOURCES / "functions.h").read_text(), flags=re.MULTILINE))
"""The names of all functions of PKCS#11 2.40 in the order of the standard."""

Half: TypeAlias = Literal["public", "private"]


@unique
class When(StrEnum):
    """On which side of the module's own work a fault strikes."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at a call: at the nth one, or from it on; made by the functions below."""

    function: str
    what: str
    when: When = When.AFTER
    word: str = "-"
    text: str = "-"
    nth: int = 1
    on: bool = False
    scope: Literal["worker", "plan"] = "worker"

    def at(self, nth: int) -> Fault:
        """The same at the nth call."""
        return replace(self, nth=nth, on=False)

    def onwards(self, nth: int = 1) -> Fault:
        """The same at the nth call and at every one after it."""
        return replace(self, nth=nth, on=True)

    def by_plan(self) -> Fault:
        """The same, counted over all workers: what strikes once does not strike a second worker again."""
        return replace(self, scope="plan")

    def line(self) -> str:
        """The fault as a line of the plan; raises ValueError for a function that does not exist."""
        if self.function not in FUNCTIONS or self.nth < 1:
            raise ValueError(f"{self.function} {self.nth}")
        nth = f"{self.nth}+" if self.on else f"{self.nth}"
        return f"{self.function} {nth} {self.scope} {self.when} {self.what} {self.word} {self.text}"


def error(function: str, code: str | int, when: When) -> Fault:
    """A return code, by its name or number, instead of a call or after it was carried out."""
    return Fault(function, "error", when, f"0x{code if isinstance(code, int) else number_of(code):x}")


def hang(function: str, when: When) -> Fault:
    """The call never comes back."""
    return Fault(function, "hang", when)


def kill(function: str, when: When) -> Fault:
    """The worker is gone (SIGKILL)."""
    return Fault(function, "kill", when)


def segv(function: str, when: When) -> Fault:
    """The module crashes (SIGSEGV)."""
    return Fault(function, "segv", when)


def absent(function: str, when: When, code: str | None = "DEVICE_REMOVED") -> Fault:
    """The token is taken away at this call; sessions answer this code, or (None) go on and find nothing."""
    return Fault(function, "absent", when, "0x0" if code is None else f"0x{number_of(code):x}")


def torn(lost: Half) -> Fault:
    """A pair of which one half is lost; add an `error` or a `kill` to say how that ends."""
    return Fault("C_GenerateKeyPair", "torn", word=lost)


def empty_id(half: Half | Literal["both"]) -> Fault:
    """A pair of which this half bears no id; add an `error` or a `kill` to say how that ends."""
    return Fault("C_GenerateKeyPair", "empty-id", word=half)


def double() -> Fault:
    """A second pair with the same label and id."""
    return Fault("C_GenerateKeyPair", "double")


def serial(other: str) -> Fault:
    """Another token in the slot, by its serial; for good, with `onwards`."""
    return Fault("C_GetTokenInfo", "serial", word=other.encode().hex())


def flags(*, on: int = 0, off: int = 0) -> Fault:
    """CKF_ flags of the token that are set or not set, whatever it says."""
    return Fault("C_GetTokenInfo", "flags", word=f"0x{on:x}", text=f"0x{off:x}").onwards()


def flood(count: int, like: Literal["first", "data"]) -> Fault:
    """So many objects more, in every search for all objects."""
    return Fault("C_FindObjectsInit", "flood", word=str(count), text=like).onwards()


def garbage(attribute: int, code: str = "ATTRIBUTE_VALUE_INVALID") -> Fault:
    """An attribute (CKA_ number) that cannot be read of any object."""
    return Fault("C_GetAttributeValue", "garbage", word=f"0x{attribute:x}", text=f"0x{number_of(code):x}").onwards()


def short_read(attribute: int) -> Fault:
    """An attribute (CKA_ number) of which half is given."""
    return Fault("C_GetAttributeValue", "short-read", word=f"0x{attribute:x}").onwards()


def wrong_signature() -> Fault:
    """A signature in which one bit is wrong."""
    return Fault("C_Sign", "wrong-signature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinpad:
    """What people type at the token's own keys; None: they type nothing. Test data: it stands in the plan's file."""

    so: str | None = None
    user: str | None = None
    new: str | None = None

    def line(self) -> str:
        """The pinpad as a line of the plan."""
        pins = (self.so, self.user, self.new)
        return " ".join(("pinpad", *("-" if pin is None else pin.encode().hex() for pin in pins)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """How many wrong PINs lock a PIN; 0: none ever do."""

    so: int = 0
    user: int = 0

    def line(self) -> str:
        """The tries as a line of the plan."""
        return f"tries {self.so} {self.user}"


def write_plan(path: Path, *things: Fault | Tries | Pinpad) -> None:
    """Put a plan in the place of the one that is there, whole or not at all; all counting begins anew."""
    lines = [f"plan {secrets.token_hex(8)}", *(thing.line() for thing in things)]
    new = path.with_name(f"{path.name}.new")
    new.write_text("\n".join(lines) + "\n", encoding="ascii")
    new.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that reached the shim.

    `n` counts from 1 within its worker and plan; 0 where only a length was asked for. `code` is the return code, None
    where the call never came back. `struck` names the faults, as `after:error`; `gone`: the token had been taken away.
    """

    pid: int
    function: str
    n: int
    code: int | None
    struck: tuple[str, ...]


def read_log(path: Path) -> tuple[Call, ...]:
    """The calls so far, in their order."""
    calls = []
    for line in path.read_text(encoding="ascii").splitlines() if path.exists() else ():
        pid, function, n, code, struck = line.split(" ")
        calls.append(
            Call(
                pid=int(pid),
                function=function,
                n=int(n),
                code=None if code == "-" else int(code, 16),
                struck=() if struck == "-" else tuple(struck.split(",")),
            )
        )
    return tuple(calls)
