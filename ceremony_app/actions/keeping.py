"""How an object that was brought is kept: as DER and as PEM, under the name that the definition gives it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ceremony_app.actions.base import Context
from ceremony_app.actions.planned import file_stem, setting
from ceremony_app.pki.show import Label, pem


def kept_files(context: Context, der: bytes, label: Label, suffix: str = "") -> Mapping[str, bytes]:
    """The two files; `suffix` stands before their endings."""
    stem = _stem(context, suffix)
    return {f"{stem}.der": der, f"{stem}.pem": _pem(context, der, label)}


def kept_wrong(
    context: Context, artifacts: Mapping[str, bytes], label: Label, sha256: str, suffix: str = ""
) -> tuple[bytes | None, tuple[str, ...]]:
    """The object (DER; None where it is missing), and what is wrong with the files."""
    stem = _stem(context, suffix)
    der = artifacts.get(f"{stem}.der")
    if der is None:
        return None, (f"{stem}.der is missing",)
    wrong = []
    if hashlib.sha256(der).hexdigest() != sha256:
        wrong.append(f"{stem}.der is not the object of the evidence")
    if artifacts.get(f"{stem}.pem") != _pem(context, der, label):
        wrong.append(f"{stem}.pem does not hold the same object")
    return der, tuple(wrong)


def _stem(context: Context, suffix: str) -> str:
    return file_stem(context.plan, setting(context.step, "name")) + suffix


def _pem(context: Context, der: bytes, label: Label) -> bytes:
    """The PEM; in a rehearsal it says so before anything else."""
    return pem(der, label, "REHEARSAL: brought to a rehearsal" if context.rehearsal else "")
