"""The parts of certificates and CRLs in words, each on one line, nothing hidden and nothing dropped."""

from __future__ import annotations

from typing import Final

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.distinguished_name import short_name
from ceremony_app.core.names import escaped
from ceremony_app.pki import extension_values as values
from ceremony_app.pki import structures as x
from ceremony_app.pki.checks import SIGNATURE_IDENTIFIERS
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.lint_extensions import constraints_told
from ceremony_app.pki.schemes import hash_of
from ceremony_app.pki.spki import spki_findings
from ceremony_app.pki.validity import on_calendar

_OWN_TYPES: Final = {"C": "PrintableString", "serialNumber": "PrintableString", "uniqueIdentifier": "BIT STRING"}
_NULL: Final = b"\x05\x00"


def version(number: int) -> str:
    """A version INTEGER as people say it."""
    return f"v{number + 1} (INTEGER {number})"


def name(one: x.Name) -> str:
    """A name in encoded order; string types other than the usual ones stand with the value."""
    return (
        ", ".join(" + ".join(_attribute(attribute) for attribute in relative) for relative in one.relative) or "empty"
    )


def time(one: x.Time) -> str:
    """A time on the calendar, and how it is encoded; as it is written where that is no time."""
    try:
        return f"{on_calendar(one.instant())}, {one.encoding}"
    except MalformedError:
        return f"{escaped(one.text)}, {one.encoding}"


def algorithm(one: x.Algorithm) -> str:
    """A signature algorithm: name, object identifier and parameters."""
    known = next((s for s, der in SIGNATURE_IDENTIFIERS.items() if der == one.der.hex()), None)
    parameters = {b"": "absent", _NULL: "NULL"}.get(one.parameters, one.parameters.hex())
    if known is not None and known.is_pss and (hashed := hash_of(known)) is not None:
        hash_name = hashed.name.upper().replace("SHA", "SHA-")
        parameters = f"{hash_name}, MGF1 with {hash_name}, salt of {hashed.digest_size} octets"
    return f"{known.value if known else 'unknown algorithm'} ({one.oid}), parameters {parameters}"


def key_kind(key: x.PublicKey) -> str:
    """The kind of a public key, or its algorithm's object identifier."""
    known = next((kind.value for kind in Algorithm if not spki_findings(key.der, kind)), "")
    return known or f"algorithm {key.algorithm.oid}, not a kind that is known here"


def extension(one: x.Extension) -> str:
    """The value of an extension, and whether it is critical; hex where it is not known or not sound."""
    try:
        value = _value(one)
    except MalformedError as fault:
        value = f"not sound DER ({fault}): {one.value.hex()}"
    return f"{escaped(value)}{', critical' if one.critical else ''}"


def _value(one: x.Extension) -> str:
    match one.oid:
        case values.BASIC_CONSTRAINTS:
            return constraints_told(values.basic_constraints(one.value))
        case values.KEY_USAGE:
            return ", ".join(values.key_usage(one.value))
        case values.SUBJECT_KEY_IDENTIFIER:
            return values.subject_key_identifier(one.value).hex()
        case values.AUTHORITY_KEY_IDENTIFIER:
            found = values.authority_key_identifier(one.value)
            return " and ".join((found.key_identifier.hex() or "no keyIdentifier", *found.others))
        case values.CERTIFICATE_POLICIES:
            listed = values.certificate_policies(one.value)
            return ", ".join(f"{oid} with qualifiers" if qualified else oid for oid, qualified in listed)
        case values.EXTENDED_KEY_USAGE:
            return values.purposes_told(values.extended_key_usage(one.value))
        case values.CRL_DISTRIBUTION_POINTS:
            return values.points_told(values.distribution_points(one.value))
        case values.INFORMATION_ACCESS:
            return values.access_told(values.information_access(one.value))
        case values.CRL_NUMBER:
            return str(values.crl_number(one.value))
        case values.REASON_CODE:
            return values.reason_code(one.value)
        case _:
            return one.value.hex()


def _attribute(one: x.Attribute) -> str:
    short = short_name(one.oid)
    usual = _OWN_TYPES.get(short, "UTF8String")
    mark = "" if one.string == usual else f" ({one.string})"
    return f"{short}={escaped(one.text)}{mark}"
