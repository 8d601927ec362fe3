"""The application to which a request belongs: what its form must say, and the subject that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec

from ceremony_app.actions.base import Context, Settings
from ceremony_app.actions.capture import check_fields
from ceremony_app.actions.request_terms import Rest, applied_subject, stray_types, unapplied
from ceremony_app.core.distinguished_name import written
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Names, Unfit
from ceremony_app.core.names import NAME
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.script import Field, Plan
from ceremony_app.pki.profiles_there import certificate_profile

APPLICATION: Final = ("application", "verified-by", "verified-how")
"""The fields that no application goes without: its reference, who verified the applicant, and by what means."""


class ImportCsrSettings(Settings, frozen=True):
    """`name`: what the request is called here; `input`: what was brought; `file`: which file of a folder.

    `fields` are the application form's and what the registration authority did; "none" as `application` says that
    there is none, as where the applicant is in the room. `subject` names, by attribute type, the field of the form
    with which the request's subject is compared. `beyond` says what becomes of what is asked beside the profile.
    """

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    input: str
    profile: str
    file: str = ""
    application: Literal["form", "none"] = "form"
    fields: tuple[Field, ...] = ()
    subject: dict[str, str] = msgspec.field(default_factory=dict)
    beyond: Rest = "refuse"


def check_form(fields: tuple[Field, ...], application: Literal["form", "none"], names: Names) -> None:
    """A form is complete: reference, verifier, means."""
    where = f"{names.where}.fields"
    if fields:
        check_fields(fields, where, names)
    there = {field.name for field in fields}
    if application == "form" and (lacking := [name for name in APPLICATION if name not in there]):
        raise Unfit(
            "CER-APPLICATION",
            f"The application has no field {', '.join(lacking)}: nobody could tell later who verified whom, and how.",
            'Add the fields; or say `application = "none"` if no application belongs to this request.',
            where=where,
        )


def check_application(own: ImportCsrSettings, names: Names) -> None:
    """The form is complete, and the subject is compared with fields that it has."""
    check_form(own.fields, own.application, names)
    there = {field.name: field for field in own.fields}
    for kind, name in own.subject.items():
        at = f"{names.where}.subject.{kind}"
        if name not in there:
            raise Unfit("CER-APPLICATION", f"The form has no field {name}.", "Name one of `fields`.", where=at)
        if there[name].private:
            raise Unfit(
                "CER-APPLICATION",
                f"The field {name} is personal, and a certificate's subject is public.",
                "Leave out `private`: what stands in the certificate can be compared by everybody, later too.",
                where=at,
            )


def applied_profile(plan: Plan, own: ImportCsrSettings) -> CertificateProfile:
    """The profile, if the form says all that it leaves open; raises `Refusal` (CER-PROFILE, CER-APPLICATION)."""
    profile = certificate_profile(plan.policy, own.profile)
    stray = stray_types(profile, plan.binding.mode, own.subject)
    missing = unapplied(profile, own.subject) if own.application == "form" else ()
    if stray or missing:
        what = f"has no single {', '.join(stray)}" if stray else f"leaves {', '.join(missing)} to the applicant"
        raise Refusal(
            "CER-APPLICATION",
            f"The subject of the profile {own.profile} {what}, and the application form does not fit that.",
            "Correct `subject` of this step in the definition: each open attribute names a field of the form.",
        )
    return profile


def typed_subject(context: Context, own: ImportCsrSettings) -> Mapping[str, str]:
    """What was entered from the form for the subject, by attribute type."""
    answers = context.run.answers
    values = {kind: answers.get(name, "") for kind, name in own.subject.items()}
    return {kind: value for kind, value in values.items() if isinstance(value, str)}


def subject_told(context: Context, own: ImportCsrSettings, profile: CertificateProfile) -> str:
    """The subject that the request must have, and who says so."""
    mode = context.plan.binding.mode
    if own.subject:
        return f"{written(applied_subject(profile, mode, typed_subject(context, own)))}, from the application form"
    return f"{profile.subject_form(mode).described()}, from the profile"
