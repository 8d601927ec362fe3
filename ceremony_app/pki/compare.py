"""What will be signed beside what the profile says, field by field, with section and provenance."""

from __future__ import annotations

import msgspec

from ceremony_app.core.names import escaped
from ceremony_app.core.profiles import CertificateProfile, CrlProfile, Provenance, Said
from ceremony_app.core.values import Mode, Row
from ceremony_app.pki import extension_values as values
from ceremony_app.pki import identifiers, structures, validity
from ceremony_app.pki.extension_values import extension_name
from ceremony_app.pki.lint_extensions import access_of, constraints_told
from ceremony_app.pki.show import certificate_fields, crl_fields


class Compared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field: what the profile says, what will be signed, where the rule stands and whether it was confirmed.

    `profile` and `section` are empty for what no statement speaks of.
    """

    field: str
    profile: str
    signed: str
    section: str = ""
    provenance: Provenance = "verified"

    def row(self) -> Row:
        """Field, value and rule on one line."""
        if not self.profile:
            return Row(self.field, self.signed)
        doubt = ", UNVERIFIED" if self.provenance == "unverified" else ""
        return Row(self.field, f"{self.signed} [profile: {self.profile}; {self.section}{doubt}]")


def compared_certificate(read: structures.Certificate, profile: CertificateProfile, mode: Mode) -> tuple[Compared, ...]:
    """Every field of a certificate, and every field that the profile speaks of."""
    return joined(certificate_fields(read), certificate_told(profile, mode))


def certificate_told(profile: CertificateProfile, mode: Mode) -> dict[str, tuple[Said[object], str]]:
    """What a profile says, statement and words, by the label under which the field is shown."""
    policies, constraints = profile.certificate_policies.value, profile.basic_constraints.value
    own, above = profile.subject_key_identifier.value, profile.authority_key_identifier.value
    told: dict[str, tuple[Said[object], str]] = {
        "Version": (profile.version, f"v{profile.version.value}"),
        "Serial number": (
            profile.serial,
            f"at most {profile.serial.value.octets} octets, {profile.serial.value.random_bits} random bits",
        ),
        "Signature algorithm": (profile.signature, profile.signature.value.value),
        "Issuer": (profile.issuer, "the subject" if profile.issuer.value == "self" else "the issuer's subject"),
        "Not after": (profile.validity, validity.described(profile.validity.value)),
        "Subject": (_subject_said(profile), profile.subject_form(mode).described()),
        "Public key": (profile.key, profile.key.value.value),
        extension_name(values.BASIC_CONSTRAINTS): (
            profile.basic_constraints,
            _with(
                constraints_told(values.Constraints(constraints.ca, constraints.path_length)),
                critical=constraints.critical,
            )
            if constraints.present
            else "absent",
        ),
        extension_name(values.KEY_USAGE): (
            profile.key_usage,
            _with(", ".join(profile.key_usage.value.usages), critical=profile.key_usage.value.critical),
        ),
        extension_name(values.CERTIFICATE_POLICIES): (
            profile.certificate_policies,
            _with(", ".join(policies.oids), critical=policies.critical) if policies.oids else "absent",
        ),
        extension_name(values.SUBJECT_KEY_IDENTIFIER): (
            profile.subject_key_identifier,
            _with(identifiers.described(own.method), critical=own.critical),
        ),
        extension_name(values.AUTHORITY_KEY_IDENTIFIER): (
            profile.authority_key_identifier,
            _with("keyIdentifier alone", critical=above.critical) if above.present else "absent",
        ),
    }
    told |= _optional(profile)
    told |= {
        extension_name(one.value.oid): (one, _with(one.value.der, critical=one.value.critical)) for one in profile.extra
    }
    return told


def _subject_said(profile: CertificateProfile) -> Said[object]:
    """The statement of the subject, with that of what varies in it where something does."""
    if (varies := profile.subject_varies) is None:
        return profile.subject
    verified = profile.subject.provenance == varies.provenance == "verified"
    return Said(
        value=varies.value,
        section=f"{profile.subject.section}; what varies: {varies.section}",
        provenance="verified" if verified else "unverified",
    )


def _optional(profile: CertificateProfile) -> dict[str, tuple[Said[object], str]]:
    """What a profile says of the extensions of which most say nothing."""
    told: dict[str, tuple[Said[object], str]] = {}
    if (purposes := profile.extended_key_usage) is not None:
        words = _with(values.purposes_told(purposes.value.oids), critical=purposes.value.critical)
        told[extension_name(values.EXTENDED_KEY_USAGE)] = (purposes, words)
    if (points := profile.crl_distribution_points) is not None:
        words = _with(values.points_told((points.value.uris,)), critical=points.value.critical)
        told[extension_name(values.CRL_DISTRIBUTION_POINTS)] = (points, words)
    if (access := profile.authority_information_access) is not None:
        told[extension_name(values.INFORMATION_ACCESS)] = (access, values.access_told(access_of(access.value)))
    return told


def compared_crl(read: structures.Crl, profile: CrlProfile) -> tuple[Compared, ...]:
    """Every field of a CRL, and every field that the profile speaks of."""
    above = profile.authority_key_identifier.value
    told: dict[str, tuple[Said[object], str]] = {
        "Version": (profile.version, f"v{profile.version.value}"),
        "Signature algorithm": (profile.signature, profile.signature.value.value),
        "Next update": (profile.next_update_days, f"{profile.next_update_days.value} days after this update"),
        extension_name(values.CRL_NUMBER): (profile.number, f"{profile.number.value} for the first"),
        extension_name(values.AUTHORITY_KEY_IDENTIFIER): (
            profile.authority_key_identifier,
            _with("keyIdentifier alone", critical=above.critical) if above.present else "absent",
        ),
    }
    return joined(crl_fields(read), told)


def _with(text: str, *, critical: bool) -> str:
    return f"{text}, critical" if critical else text


def joined(rows: tuple[Row, ...], told: dict[str, tuple[Said[object], str]]) -> tuple[Compared, ...]:
    """The fields in their order, then those that the profile speaks of and that are not there."""
    signed: dict[str, str] = {}
    for row in rows:
        signed[row.label] = f"{signed[row.label]} AND {row.value}" if row.label in signed else row.value
    absent = {label: "absent" for label in told if label not in signed}
    return tuple(
        Compared(
            field=label,
            profile=escaped(told[label][1]) if label in told else "",
            signed=value,
            section=told[label][0].section if label in told else "",
            provenance=told[label][0].provenance if label in told else "verified",
        )
        for label, value in (signed | absent).items()
    )
