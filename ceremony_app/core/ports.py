"""The ports through which a ceremony touches anything: what it asks for, in the domain's own words."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Protocol

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.custody import CustodyRecord
from ceremony_app.core.device import (
    Inventory,
    KeyReport,
    KeySpec,
    Mechanism,
    ModuleFacts,
    ObjectFacts,
    TokenFacts,
    Trial,
    Wrapped,
    WrappingKeySpec,
)
from ceremony_app.core.script import Split, Whose
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Row


class TokenPort(Protocol):
    """One token, chosen by serial, driven one call at a time.

    Every method raises `TokenFault` when the device says no, hangs, dies or is not the one that was bound. The
    secrets are used for the one call and not kept.
    """

    @property
    def active(self) -> bool:
        """Whether the user is logged in; without that an inventory shows public objects only."""
        ...

    @property
    def module(self) -> ModuleFacts:
        """The module behind which the token stands, as it describes itself."""
        ...

    @property
    def last_heard(self) -> float:
        """When the worker last gave a sign of life, in seconds of `time.monotonic`; asks nothing, from any thread."""
        ...

    def kill(self) -> None:
        """End the worker now, from any thread: the call under way fails, and nobody knows what it did."""
        ...

    def facts(self) -> TokenFacts:
        """The token as it describes itself now."""
        ...

    def mechanisms(self) -> tuple[Mechanism, ...]:
        """What the token can do, by its own account, in the order of the numbers."""
        ...

    def try_out(self, algorithm: Algorithm) -> Trial:
        """Try an algorithm with a throw-away pair in the session; nothing is stored on the token."""
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

    def change_pin(self, whose: Literal["user", "so"], old: Secret, new: Secret) -> None:
        """C_SetPIN: the user's or the security officer's own PIN. Costs one try when `old` is wrong."""
        ...

    def activate(self, pin: Secret | None) -> None:
        """Log the user in (C_Login) for all that follows, until `deactivate`.

        None stands for a PIN that is entered at the token itself (CKF_PROTECTED_AUTHENTICATION_PATH).
        """
        ...

    def deactivate(self) -> None:
        """Log out and close the session."""
        ...

    def restart(self) -> None:
        """End the worker and begin anew, so that nothing the module remembered counts. The login ends with it."""
        ...

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        """C_GenerateKeyPair, once: token objects, the private half sensitive, then read back."""
        ...

    def report(self, key_id: str) -> KeyReport:
        """The one pair of this CKA_ID that is on the token, read back; CER-OBJECT where there is not exactly one."""
        ...

    def generate_wrapping_key(self, spec: WrappingKeySpec) -> ObjectFacts:
        """C_GenerateKey, once: AES-256 for wrapping and unwrapping only, sensitive, never extractable; read back."""
        ...

    def wrap(self, wrapping_id: str, key_id: str) -> Wrapped:
        """C_WrapKey: the private key of `key_id` under the AES key of `wrapping_id`."""
        ...

    def unwrap(self, wrapping_id: str, wrapped: Wrapped, spec: KeySpec, spki: bytes) -> KeyReport:
        """C_UnwrapKey as a token object, and the public half from `spki` (DER) beside it; then read back."""
        ...

    def destroy(self, thing: ObjectFacts) -> None:
        """C_DestroyObject on one object that reads exactly like this; CER-OBJECT where there is none."""
        ...

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        """Sign the whole message `data` with the private key of this CKA_ID: DER for ECDSA, raw octets for RSA.

        `pin` is for keys that ask for it before every use (CKA_ALWAYS_AUTHENTICATE).
        """
        ...

    def random(self, count: int) -> bytes:
        """Octets from the token's own generator (C_GenerateRandom)."""
        ...

    def attestation(self, key_id: str) -> tuple[bytes, ...]:
        """The device's own statement about a key, as certificates in DER; empty where it offers none."""
        ...

    def audit_log(self) -> bytes:
        """The device's own log, where the module offers it; empty where it does not."""
        ...

    def close(self) -> None:
        """End the worker; never fails."""
        ...


class CustodyPort(Protocol):
    """The memory in which the secrets of split PINs stand for a while. Nothing of it is ever written."""

    def draw(self, token: str, whose: Whose, serial: str, split: Split, theirs: bytes) -> CustodyRecord:
        """Draw a secret (16 octets of the system XOR `theirs`) and split it; what was there before is erased."""
        ...

    def drill(self, record: CustodyRecord) -> int:
        """How many combinations of the entered shares there are; CER-CHECK where one does not give the secret."""
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


class InputPort(Protocol):
    """Something from outside that a step imports: a file, or a folder of files. Read once and carefully."""

    def describe(self) -> str:
        """Where it lies, as text that may be shown."""
        ...

    def names(self) -> tuple[str, ...]:
        """The files, relative and sorted; a single file has its own name. Raises `Refusal` (CER-INPUT)."""
        ...

    def read(self, name: str, limit: int) -> bytes:
        """The octets of one of the files, at most `limit`; raises `Unusable` (CER-INPUT, CER-SIZE)."""
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

    def sign(self, statement: bytes, pin: Secret | None) -> bytes:
        """Sign exactly these bytes; raises `Refusal` (CER-PIN) when the PIN or passphrase is wrong.

        None stands for a PIN that is entered at a card reader's own keypad; no other signer takes it.
        """
        ...


class CardSigner(Signer, Protocol):
    """A person's key on a card: a login for each signature, ended with it."""

    def rows(self) -> tuple[Row, ...]:
        """The card as it describes itself now, with the tries that are left; raises `Refusal` (CER-CARD)."""
        ...

    def close(self) -> None:
        """End what drives the card; never fails."""
        ...
