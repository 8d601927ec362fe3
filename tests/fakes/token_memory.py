"""What the token in memory remembers: its PINs, its objects, its login, and the failures that are planned for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec, Mechanism, ObjectFacts, ObjectKind, TokenFacts, WrappingKeySpec
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import object_refusals, refusals
from ceremony_app.hsm.codes import wants_fresh_worker
from ceremony_app.pki.signer import PrivateKey
from tests.fakes import token_parts as parts
from tests.fakes.token_parts import Planned, ckr


@dataclass
class TokenMemory:
    """A token of a hardware model in factory state: it takes the security officer's PIN of its first initialisation.

    `calls` is every call that reached it, in order; `objects` may be added to, for debris that nobody made here.
    `tries` wrong PINs in a row lock a PIN. Where it has a PIN entry of its own (`own_entry`), `entered` is what a
    person enters there; None cancels. `refused` are algorithms that it does not know, `trial_needs_login` and
    `keeps_trials` say how it stands with keys of a session, `label_octets` how much of a trial's label it keeps.
    `attests` and `log` are what the device says of its keys and of itself.
    """

    serial: str = "EX7-000042"
    manufacturer: str = "Example Devices"
    model: str = "KeyStore 7"
    plan: Iterable[Planned] = ()
    calls: list[str] = field(default_factory=list)
    objects: list[ObjectFacts] = field(default_factory=list)
    tries: int = 3
    own_entry: bool = False
    entered: Secret | None = None
    offered: tuple[Mechanism, ...] = parts.MECHANISMS
    refused: frozenset[Algorithm] = frozenset()
    trial_needs_login: bool = False
    keeps_trials: bool = False
    label_octets: int = 255
    attests: bool = False
    log: bytes = b""

    def __post_init__(self) -> None:
        self.plan = list(self.plan)
        self.label = ""
        self.active = False
        self._closed = self._killed = False
        self._so_pin, self._user_pin = parts.Pin(self.tries), parts.Pin(self.tries)
        self._keys: dict[str, PrivateKey] = {}
        self._wrapping: dict[str, bytes] = {}
        self._back_again: list[ObjectFacts] = []
        self._attester = parts.Attester(self.serial)

    def _visible(self) -> list[ObjectFacts]:
        hidden = {ObjectKind.PRIVATE, ObjectKind.SECRET}
        return [
            thing for thing in self.objects if self.active or not thing.attributes.get("PRIVATE", thing.kind in hidden)
        ]

    def _check(self, pin: Secret | None) -> None:
        given = self.entered if pin is None else pin
        if self._user_pin.value is None:
            raise ckr("USER_PIN_NOT_INITIALIZED")
        if given is None:
            raise ckr("FUNCTION_CANCELED")
        self._user_pin.check(given)

    def _facts(self) -> TokenFacts:
        flags = {"LOGIN_REQUIRED", "RNG", *self._so_pin.flags("SO"), *self._user_pin.flags("USER")}
        flags |= {"TOKEN_INITIALIZED"} if self._so_pin.value is not None else set()
        flags |= {"USER_PIN_INITIALIZED"} if self._user_pin.value is not None else set()
        flags |= {"PROTECTED_AUTHENTICATION_PATH"} if self.own_entry else set()
        return TokenFacts(
            manufacturer=self.manufacturer,
            model=self.model,
            serial=self.serial,
            label=self.label,
            firmware="7.4",
            hardware="2.0",
            flags=tuple(sorted(flags)),
            pin_min=parts.PIN_MIN,
            pin_max=parts.PIN_MAX,
        )

    def _keep(self, thing: ObjectFacts, key: PrivateKey | None = None) -> None:
        self.objects.append(thing)
        if key is not None:
            self._keys[thing.id] = key

    def _refuse_taken(self, spec: KeySpec | WrappingKeySpec) -> None:
        if any(thing.label == spec.label for thing in self.objects):
            raise object_refusals.key_exists("label")
        if any(thing.id == spec.id for thing in self.objects):
            raise object_refusals.key_exists("id")

    def _private(self, key_id: str, undone: str) -> ObjectFacts:
        found = [thing for thing in self.objects if thing.id == key_id and thing.kind is ObjectKind.PRIVATE]
        if not found:
            raise object_refusals.key_not_found(key_id, undone=undone)
        if len(found) > 1:
            raise object_refusals.key_ambiguous(key_id, undone=undone)
        return found[0]

    def _wrapping_key(self, key_id: str, undone: str) -> bytes:
        if not any(thing.id == key_id and thing.kind is ObjectKind.SECRET for thing in self.objects):
            raise object_refusals.key_not_found(key_id, what="wrapping key", undone=undone)
        return self._wrapping[key_id]

    def _refuse_login(self) -> None:
        if self.active:
            raise ckr("USER_ANOTHER_ALREADY_LOGGED_IN")

    def _need_login(self) -> None:
        if not self.active:
            raise ckr("USER_NOT_LOGGED_IN")

    def _planned(self, call: str, *when: str) -> Planned | None:
        place = self.calls.count(call)
        return next((one for one in self.plan if (one.call, one.nth) == (call, place) and one.when in when), None)

    def _torn(self, call: str) -> Planned | None:
        """The plan, where this call is to stop half way."""
        return self._planned(call, "torn")

    def _begin(self, call: str) -> None:
        if self._closed:
            raise refusals.closed()
        if self._killed:
            self._killed = False
            if self.active:
                self.active = False
                raise refusals.worker_gone(status=9)
        self.calls.append(call)
        self._fail(self._planned(call, "before"))

    def _end(self, call: str) -> None:
        self._fail(self._planned(call, "after", "torn"))

    def _fail(self, planned: Planned | None) -> None:
        if planned is None:
            return
        told = planned.told()
        if wants_fresh_worker(told) or not told.code.startswith("CKR_"):
            self.active = False  # a lost worker takes the login with it, and leaves the token as it is
        raise told
