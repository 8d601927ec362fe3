"""What a step signs about, read from its artifact: a request, or another certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ceremony_app.actions.materials import certificate_of, request_of
from ceremony_app.core.errors import Unusable
from ceremony_app.core.script import Plan
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.reading import read_certificate, read_request
from ceremony_app.pki.structures import Certificate, Request

T = TypeVar("T", Certificate, Request)


@dataclass(frozen=True, slots=True)
class There(Generic[T]):
    """An object of the ceremony: its name, its SHA-256 (hex), and what it says."""

    name: str
    sha256: str
    read: T


def request_there(plan: Plan, artifacts: Mapping[str, bytes], name: str) -> There[Request]:
    """The request of this name; raises `Unusable` (CER-CSR-DER), and what the mapping raises where there is none."""
    der = request_of(plan, artifacts, name)
    try:
        return There(name, hashlib.sha256(der).hexdigest(), read_request(der))
    except MalformedError as fault:
        raise _damaged("CER-CSR-DER", f"The request {name}", fault) from fault


def certificate_there(plan: Plan, artifacts: Mapping[str, bytes], name: str) -> There[Certificate]:
    """The certificate of this name; raises `Unusable` (CER-DER), and what the mapping raises where there is none."""
    der = certificate_of(plan, artifacts, name)
    try:
        return There(name, hashlib.sha256(der).hexdigest(), read_certificate(der))
    except MalformedError as fault:
        raise _damaged("CER-DER", f"The certificate {name}", fault) from fault


def _damaged(rule: str, what: str, fault: MalformedError) -> Unusable:
    return Unusable(
        rule, f"{what} cannot be read: {fault}.", "Compare the folder with its copies; do not go on with it."
    )
