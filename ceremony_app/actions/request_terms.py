"""The terms on which a request is taken: what was applied for, what will be issued, what becomes of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, cast

from ceremony_app.actions.planned import setting, steps_of
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.errors import Refusal
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.pki import structures as x
from ceremony_app.pki.authority import parts_of
from ceremony_app.pki.request_compare import Beyond

Rest: TypeAlias = Literal["refuse", "leave-out"]
"""What a definition says of things that are asked beside the profile."""

_BEYOND: Final[Mapping[str, Beyond]] = {"refuse": "refuse", "leave-out": "ignore-shown"}


def beyond(rest: str) -> Beyond:
    """The same as the comparison of requests calls it."""
    return _BEYOND.get(rest, "refuse")


def beyond_of(plan: Plan, request: str) -> Beyond:
    """On which of these terms a request of the ceremony was taken; one that the ceremony made asks for nothing more."""
    taken = [step for step in steps_of(plan, "import-csr") if setting(step, "name") == request]
    return beyond(setting(taken[0], "beyond")) if taken else "refuse"


def applied_subject(profile: CertificateProfile, mode: Mode, typed: Mapping[str, str]) -> tuple[NamePart, ...]:
    """The subject on the application form: the profile's, with what was `typed` from the form, by attribute type.

    Raises `Refusal` (CER-CSR-SUBJECT) for a typed value that cannot stand in a name.
    """
    parts: list[NamePart] = []
    for part in profile.subject_in(mode):
        value = typed.get(part.type, part.value)
        try:
            parts.append(NamePart(type=part.type, value=value))
        except ValueError as fault:
            raise Refusal(
                "CER-CSR-SUBJECT",
                f"What was entered from the application form cannot stand in a name: {fault}.",
                "Correct the entry if it is not what the form says; else the applicant must apply again.",
            ) from fault
    return tuple(parts)


def asked_subject(profile: CertificateProfile, mode: Mode, asked: x.Name) -> tuple[NamePart, ...]:
    """The subject for a request whose application was judged elsewhere: what varies as asked, else the profile's."""
    try:
        return profile.subject_for(parts_of(asked), mode)
    except (Refusal, ValueError):  # of another shape than any profile's subject: the comparison says how
        return profile.subject_in(mode)


def stray_types(profile: CertificateProfile, mode: Mode, types: Mapping[str, str]) -> tuple[str, ...]:
    """The attribute types that a definition takes from the form and the profile's subject does not have just once."""
    there = [part.type for part in profile.subject_in(mode)]
    return tuple(kind for kind in types if there.count(kind) != 1)


def unapplied(profile: CertificateProfile, types: Mapping[str, str]) -> tuple[str, ...]:
    """The attributes that are the applicant's to choose and that no field of the form gives."""
    varies = {} if profile.subject_varies is None else profile.subject_varies.value
    return tuple(kind for kind in cast("Mapping[str, str]", varies) if kind not in types)
