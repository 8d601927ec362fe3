"""The ports through which a ceremony touches anything: what it asks for, in the domain's own words."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import msgspec

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.device import Inventory, KeyReport, KeySpec, TokenFacts
from ceremony_app.core.secret import Secret


class TokenPort(Protocol):
    """One token, chosen by serial, driven one call at a time.

    Every method raises `TokenFault` when the device says no, hangs, dies or is not the one that was bound. The
    secrets are used for the one call and not kept.
    """

    @property
    def active(self) -> bool:
        """Whether the user is logged in; without that an inventory shows public objects only."""
        ...

    def facts(self) -> TokenFacts:
        """The token as it describes itself now."""
        ...

    def inventory(self) -> Inventory:
        """All objects that the present login can see; faults of single objects are kept with the object."""
        ...

    def initialise(self, label: str, so_pin: Secret) -> TokenFacts:
        """C_InitToken: everything on the token is lost. The token keeps its serial, or the fault says it did not."""
        ...

    def set_user_pin(self, so_pin: Secret, pin: Secret) -> None:
        """C_InitPIN in a session of the security officer, who is logged out again."""
        ...

    def activate(self, pin: Secret) -> None:
        """Log the user in (C_Login) for all that follows, until `deactivate`."""
        ...

    def deactivate(self) -> None:
        """Log out and close the session."""
        ...

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """C_GenerateKeyPair, once: token objects, private half sensitive and never extractable, then read back."""
        ...

    def sign(self, key_id: str, scheme: Scheme, data: bytes) -> bytes:
        """Sign the whole message `data` with the private key of this CKA_ID: DER for ECDSA, raw octets for RSA."""
        ...

    def random(self, count: int) -> bytes:
        """Octets from the token's own generator (C_GenerateRandom)."""
        ...

    def close(self) -> None:
        """End the worker; never fails."""
        ...


class Clock(Protocol):
    """The workstation's clocks."""

    def utc(self) -> dt.datetime:
        """Now, in UTC, to the millisecond."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds since the machine was started."""
        ...

    def boot_id(self) -> str:
        """A text that changes with every start of the machine."""
        ...


class Observation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fact of the workstation: what was looked at, what was seen, and whether it is as it should be.

    `hard` facts cannot be overruled in production; the others can, by a signed deviation.
    """

    id: str
    label: str
    value: str
    good: bool
    hard: bool = False


class Workstation(Protocol):
    """This computer, looked at and not changed."""

    def observe(self) -> tuple[Observation, ...]:
        """The facts of the air gap, memory, clock and program; each is what was observed now, not a proof."""
        ...


class Medium(Protocol):
    """One removable medium, opened for this step."""

    def describe(self) -> str:
        """What the medium is: the place it is mounted at and, where known, its serial."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Create a file; refuses to overwrite (CER-EXISTS)."""
        ...

    def names(self) -> tuple[str, ...]:
        """The files on the medium, relative, sorted."""
        ...

    def read(self, name: str) -> bytes:
        """The bytes of a file, read from the medium again and not from memory."""
        ...


class Printer(Protocol):
    """A print queue for the archive's pages."""

    def describe(self) -> str:
        """The queue's name and state."""
        ...

    def print(self, name: str, data: bytes, copies: int) -> str:
        """Send the very bytes; answers the job's name; raises `Refusal` with the queue's reason."""
        ...


class Randomness(Protocol):
    """The operating system's generator."""

    def octets(self, count: int) -> bytes:
        """Unpredictable octets."""
        ...


class Signer(Protocol):
    """A person's own key, for sign-offs."""

    @property
    def spki(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        ...

    @property
    def algorithm(self) -> str:
        """One of the names that a sign-off carries: `ed25519`, `ecdsa-p256-sha256`, ..."""
        ...

    def sign(self, statement: bytes, pin: Secret) -> bytes:
        """Sign exactly these bytes; raises `Refusal` (CER-PIN) when the PIN or passphrase is wrong."""
        ...
