"""SoftHSM, the practice token: where its module lies, and a home of its own for each rehearsal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.quirks import FACTORY_LABEL, SOFTHSM

_FILE: Final = "libsofthsm2.so"
_LIBRARIES: Final = (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/local/lib"), Path("/usr/local/lib64"))
_WITHIN: Final = ("softhsm", "*/softhsm", "pkcs11", "*/pkcs11", "*", "")
_CONFIGURATION: Final = "softhsm2.conf"
_TOKENS: Final = "tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftHsm:
    """A SoftHSM with a home of its own and one token in factory state: module, environment of the worker, serial."""

    module: Path
    environment: Mapping[str, str]
    serial: str


def find_module(libraries: Iterable[Path] = _LIBRARIES) -> Path:
    """The SoftHSM 2 module of the distribution; raises `Refusal` (CER-SOFTHSM) with the package's name."""
    for within in _WITHIN:
        for library in libraries:
            found = sorted(library.glob(f"{within}/{_FILE}" if within else _FILE))
            if found:
                return found[0]
    raise Refusal(
        "CER-SOFTHSM",
        "SoftHSM 2, the practice token of rehearsals, is not installed.",
        "Install it: apt install softhsm2 (Debian, Ubuntu).",
    )


def environment_of(folder: Path) -> Mapping[str, str]:
    """What a worker must be told to use the SoftHSM home in this folder."""
    return {"SOFTHSM2_CONF": str(folder.resolve() / _CONFIGURATION)}


def prepare(folder: Path) -> SoftHsm:
    """Make a SoftHSM home in a folder, which is created when it is not there, and one token in factory state.

    An unused slot has no serial, and its first initialisation invents one. That is done here, with a label and a
    security officer's PIN that everybody knows, so that the token can be bound by its serial; the ceremony
    initialises it again with its own. Raises `Refusal` (CER-SOFTHSM, CER-EXISTS) and `TokenFault`.
    """
    module = find_module()
    home = _new_home(folder)
    environment = environment_of(home)
    token = open_token(module, "", environment=environment)
    try:
        serial = token.initialise(FACTORY_LABEL, Secret.of(SOFTHSM.factory_so_pin)).serial
    finally:
        token.close()
    return SoftHsm(module=module, environment=environment, serial=serial)


def take_over(source: Path, folder: Path) -> None:
    """Copy the tokens of the SoftHSM home in `source` into a new one; both are then the same token twice.

    Raises `Refusal` (CER-SOFTHSM, CER-EXISTS).
    """
    home = _new_home(folder)
    try:
        shutil.copytree(source / _TOKENS, home / _TOKENS, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise Refusal(
            "CER-SOFTHSM", f"The practice token in {source} cannot be copied: {error}.", "Name another folder."
        ) from None


def _new_home(folder: Path) -> Path:
    """A SoftHSM home with its configuration and no token yet."""
    home = folder.resolve()
    # SoftHSM reads a line of 1,024 octets, up to a # or a second =, and strips it: such a path would become another.
    if any(mark in str(home) for mark in "#=\n\r") or str(home) != str(home).strip() or len(bytes(home)) > 900:  # noqa: PLR2004
        raise Refusal(
            "CER-SOFTHSM",
            f"SoftHSM cannot keep its tokens in the folder {home}.",
            "Choose a folder with a shorter path, without #, = or line ends in it.",
        )
    configuration = home / _CONFIGURATION
    text = f"directories.tokendir = {home / _TOKENS}\nobjectstore.backend = file\nlog.level = ERROR\n"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / _TOKENS).mkdir(mode=0o700)
        with configuration.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refusal(
            "CER-EXISTS",
            f"The folder {home} already holds a practice token.",
            "Nothing is overwritten: choose an empty folder, or remove this one yourself.",
        ) from None
    return home
