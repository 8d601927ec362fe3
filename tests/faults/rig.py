"""A practice token with the shim before it: opened through the shim or past it, with the calls that went through."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ceremony_app.core.device import Inventory, KeySpec
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.correspondent import Deadlines
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.remote import RemoteToken
from ceremony_app.hsm.softhsm import SoftHsm, environment_of, prepare
from tests.faults.plan import Call, Fault, Pinpad, Tries, read_log, write_plan

SO_PIN: Final = Secret.of("security-officer-7341")
PIN: Final = Secret.of("activation-canary-2209")


@dataclass(frozen=True, kw_only=True)
class Rig:
    """A SoftHSM home with one token that has both PINs, the shim, and the folder of its plan and log."""

    shim: Path
    softhsm: SoftHsm
    folder: Path
    opened: list[RemoteToken] = field(default_factory=list)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a worker must be told so that the shim finds module, plan and log."""
        return {
            **self.softhsm.environment,
            "P11_SHIM_TARGET": str(self.softhsm.module),
            "P11_SHIM_PLAN": str(self.folder / "plan"),
            "P11_SHIM_LOG": str(self.folder / "log"),
        }

    def plan(self, *things: Fault | Tries | Pinpad) -> None:
        """What is to go wrong from now on; also for workers that are running."""
        write_plan(self.folder / "plan", *things)

    def calls(self, function: str = "") -> tuple[Call, ...]:
        """The calls of a function that did more than ask for a length; of all functions where none is named."""
        return tuple(call for call in read_log(self.folder / "log") if call.n and function in {"", call.function})

    def struck(self) -> tuple[tuple[str, str], ...]:
        """The faults that struck, each with its function."""
        return tuple((call.function, fault) for call in self.calls() for fault in call.struck if fault != "gone")

    def open(self, deadlines: Deadlines | None = None) -> RemoteToken:
        """The token through the shim, in a worker of its own."""
        token = open_token(self.shim, self.softhsm.serial, environment=self.environment, deadlines=deadlines)
        self.opened.append(token)
        return token

    def activated(self, deadlines: Deadlines | None = None) -> RemoteToken:
        """The token through the shim, with the user logged in."""
        token = self.open(deadlines)
        token.activate(PIN)
        return token

    def open_past_the_shim(self) -> RemoteToken:
        """The token as it is, in a worker of its own that knows nothing of the shim."""
        softhsm = self.softhsm
        token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
        self.opened.append(token)
        return token

    def truth(self, pin: Secret = PIN) -> Inventory:
        """What is on the token, as the user sees it past the shim."""
        token = self.open_past_the_shim()
        token.activate(pin)
        inventory = token.inventory()
        token.close()
        return inventory

    def kinds(self, spec: KeySpec) -> tuple[str, ...]:
        """The kinds of the objects on the token that bear the key's id, and of those without any."""
        return tuple(
            thing.kind.value if thing.id else f"nameless {thing.kind.value}"
            for thing in self.truth().objects
            if thing.id in {"", spec.id}
        )

    def close(self) -> None:
        """End all workers."""
        for token in self.opened:
            token.close()


def prepared_home(folder: Path) -> SoftHsm:
    """A SoftHSM home with one token that has both PINs, to be copied for each test."""
    softhsm = prepare(folder)
    token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
    try:
        token.initialise("Root token", SO_PIN)
        token.set_user_pin(SO_PIN, PIN)
    finally:
        token.close()
    return softhsm


def copied(softhsm: SoftHsm, folder: Path) -> SoftHsm:
    """A copy of a SoftHSM home in another folder."""
    configuration = Path(softhsm.environment["SOFTHSM2_CONF"])
    shutil.copytree(configuration.parent, folder)
    text = configuration.read_text().replace(str(configuration.parent), str(folder))
    (folder / configuration.name).write_text(text)
    return replace(softhsm, environment=environment_of(folder))
