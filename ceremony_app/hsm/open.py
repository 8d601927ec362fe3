"""The way in: opens a token by its serial, lists the tokens behind a module, and tells a module's digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from ceremony_app.core.device import TokenFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.hsm import calls, refusals
from ceremony_app.hsm.correspondent import Correspondent, Deadlines
from ceremony_app.hsm.remote import RemoteToken, Target


def open_token(
    module: Path,
    serial: str,
    *,
    model: str = "",
    environment: Mapping[str, str] | None = None,
    arguments: str = "",
    deadlines: Deadlines | None = None,
) -> RemoteToken:
    """The token with this serial, in a worker of its own.

    An empty `model` stands for any; an empty `serial` for the one slot that was never used, which gets its serial
    when it is initialised. `environment` is added to ours for the worker only; `arguments` is what the module is
    started with, where it takes any (C_Initialize, pReserved). Raises `TokenFault`, where the module cannot be loaded
    (CER-MODULE) or the token is not there or not alone (CER-TOKEN-SERIAL).
    """
    target = Target(module=module, serial=serial, model=model, environment=environment or {}, arguments=arguments)
    return RemoteToken(target, deadlines or Deadlines())


def list_tokens(
    module: Path,
    environment: Mapping[str, str] | None = None,
    *,
    arguments: str = "",
    deadlines: Deadlines | None = None,
) -> tuple[TokenFacts, ...]:
    """All tokens behind a module, the unused slot too; asked by a worker that ends at once. Raises `TokenFault`."""
    worker = Correspondent(environment or {}, deadlines or Deadlines())
    try:
        return worker.ask(calls.ListTokens(module=str(module), arguments=arguments), tuple[TokenFacts, ...])
    finally:
        worker.end(kindly=True)


def require_module(module: Path, expected: str) -> None:
    """Raise `Refusal` (CER-MODULE-CHANGED) where the module's file has another SHA-256 (hex) than the bound one."""
    found = module_sha256(module)
    if found != expected:
        raise Refusal(
            "CER-MODULE-CHANGED",
            f"The PKCS#11 module {module} is not the bound one: expected {expected}, found {found}.",
            "Find out who changed it. A new module needs a new binding.",
        )


def module_sha256(module: Path) -> str:
    """SHA-256 (hex) of the module's file, links followed. Raises `TokenFault` (CER-MODULE) when it cannot be read."""
    try:
        with module.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise refusals.module_unusable(f"{module} cannot be read: {error.strerror}.") from None
