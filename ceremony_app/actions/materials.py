"""What a ceremony has at hand by the names of its definition: certificates, requests and CRLs, brought or made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ceremony_app.actions.planned import file_stem
from ceremony_app.core.script import Plan


class Artifacts(dict[str, bytes]):
    """The artifacts of a folder, each read when it is asked for; raises what the reader raises."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, name: str) -> bytes:
        return self._read(name)


def certificate_of(plan: Plan, artifacts: Mapping[str, bytes], name: str) -> bytes:
    """The certificate of this name in DER; KeyError, or what the mapping raises, where there is none."""
    return artifacts[f"{file_stem(plan, name)}.der"]


def request_of(plan: Plan, artifacts: Mapping[str, bytes], name: str) -> bytes:
    """The certification request of this name in DER; likewise."""
    return artifacts[f"{file_stem(plan, name)}.csr.der"]


def crl_of(plan: Plan, artifacts: Mapping[str, bytes], name: str) -> bytes:
    """The CRL of this name in DER; likewise."""
    return artifacts[f"{file_stem(plan, name)}.der"]
