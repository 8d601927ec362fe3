"""Certificates that stand in, before the day, for those that will be brought to the ceremony: never linted or kept."""

from __future__ import annotations

import datetime as dt

from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode
from ceremony_app.pki.certificate import certificate_builder
from ceremony_app.pki.fields import CertificateFields
from ceremony_app.pki.profiles_there import certificate_profile
from ceremony_app.pki.throwaway import throwaway_key
from ceremony_app.pki.validity import period, text

_SERIAL = "01"


def stand_in_certificate(policy: Policy, mode: Mode, profile_name: str, moment: dt.datetime) -> bytes:
    """A certificate (DER) that looks like one of the profile and is signed by its own throw-away key.

    Raises `Refusal` (CER-PROFILE) where the pack has no such profile.
    """
    profile = certificate_profile(policy, profile_name)
    subject = profile.subject_in(mode)
    start, end = period(profile.validity.value, moment)
    fields = CertificateFields(
        name="stand-in",
        profile=profile_name,
        issued_by="stand-in",
        issuer=subject,
        serial=_SERIAL,
        subject=subject,
        not_before=text(start),
        not_after=text(end),
        key=profile.key.value,
    )
    key = throwaway_key(profile.key.value)
    return certificate_builder(fields, profile, key.public_key(), None)(key)
