"""What the profile lints of certificates and CRLs have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.distinguished_name import NamePart, attribute_kind, short_name, written
from ceremony_app.core.names import escaped
from ceremony_app.core.profiles import CertificateProfile, Said
from ceremony_app.core.values import Mode
from ceremony_app.pki import validity
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.extension_values import extension_name
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.misleading import name_findings
from ceremony_app.pki.structures import Algorithm, Extension, Name, Time

SIGNATURE_IDENTIFIERS: Final[Mapping[Scheme, str]] = {
    Scheme.ECDSA_SHA256: "300a06082a8648ce3d040302",
    Scheme.ECDSA_SHA384: "300a06082a8648ce3d040303",
    Scheme.ECDSA_SHA512: "300a06082a8648ce3d040304",
    Scheme.ED25519: "300506032b6570",
    Scheme.RSA_SHA256: "300d06092a864886f70d01010b0500",
    Scheme.RSA_SHA384: "300d06092a864886f70d01010c0500",
    Scheme.PSS_SHA256: (
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
        "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
    ),
    Scheme.PSS_SHA384: (
        "304106092a864886f70d01010a3034a00f300d06096086480165030402020500"
        "a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130"
    ),
}
"""AlgorithmIdentifiers octet for octet (CA/Browser Forum BR, 7.1.3.2).

ECDSA and Ed25519 without parameters (RFC 5758, 3.2; RFC 8410, 3), RSA PKCS#1 v1.5 with NULL (RFC 4055, 5), RSASSA-PSS
with hash, MGF1 of the same hash and salt length in words, the hashes with NULL, and without the trailer field, whose
value is the default (RFC 4055, 3.1).
"""

_TEXT: Final = frozenset({"UTF8String", "PrintableString"})


def finding(field: str, section: str, expected: str, found: str) -> Finding:
    """A finding of the profile lint."""
    return Finding(rule="CER-PROFILE", field=field, section=section, expected=expected, found=found)


def gathered(rules: Iterable[Callable[[], Iterator[Finding]]]) -> tuple[Finding, ...]:
    """All that the rules find; what one of them cannot read is a finding too."""
    found: list[Finding] = []
    for rule in rules:
        try:
            found.extend(rule())
        except MalformedError as fault:
            found.append(finding("encoding", "RFC 5280, 4.2; X.690", "sound DER", str(fault)))
    return tuple(found)


def signature(inner: Algorithm, outer: Algorithm, said: Said[Scheme]) -> Iterator[Finding]:
    """Both AlgorithmIdentifiers are the scheme's, octet for octet (RFC 5280, 4.1.1.2 and 4.1.2.3)."""
    wanted = SIGNATURE_IDENTIFIERS[said.value]
    for field, one in (("signature", inner), ("signatureAlgorithm", outer)):
        if one.der.hex() != wanted:
            yield finding(field, said.section, f"{said.value.value}, {wanted}", one.der.hex())


def subject(field: str, name: Name, profile: CertificateProfile, mode: Mode) -> Iterator[Finding]:
    """A name has the form of the profile's subject, in the string types of RFC 5280; what misleads does not vary."""
    form = profile.subject_form(mode)
    faults = form.faults(name.pairs())
    for one in faults:
        place = f"{field}.{one.type}" if one.type else field
        yield finding(place, profile.section_of(one), one.expected, escaped(one.found))
    if form.varies:
        for fault in name_findings(name, field):
            yield finding(fault.field, fault.section, fault.expected, fault.found)
    if not faults:
        yield from named(field, name, form.example)


def same_name(field: str, name: Name, parts: tuple[NamePart, ...], section: str) -> Iterator[Finding]:
    """A name is this one, in the string types of RFC 5280."""
    if not name.says(parts):
        yield finding(field, section, written(parts), in_words(name))
    else:
        yield from named(field, name, parts)


def named(field: str, name: Name, parts: tuple[NamePart, ...]) -> Iterator[Finding]:
    """The attributes of a name stand in the string types that theirs have; they are the types of `parts`."""
    for part, (one,) in zip(parts, name.relative, strict=True):
        kind = attribute_kind(part.type)
        allowed = _TEXT if kind is None or kind.string in _TEXT - {"PrintableString"} else {kind.string}
        if one.string not in allowed:
            yield finding(field, "RFC 5280, 4.1.2.4", f"{part.type} as {' or '.join(sorted(allowed))}", one.string)


def encoded(field: str, time: Time) -> Iterator[Finding]:
    """A time is written as RFC 5280, 4.1.2.5 wants: UTCTime through 2049, GeneralizedTime from 2050."""
    wanted = validity.encoding(time.instant())
    if time.encoding != wanted:
        yield finding(field, "RFC 5280, 4.1.2.5", wanted, f"{time.encoding} {time.text}")


def extension_set(
    found: tuple[Extension, ...], wanted: Mapping[str, str], absent: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """The extensions are exactly these (OID to section), each once, no default written out (X.690, 11.5).

    `absent` has the sections where something else is said to be absent.
    """
    count = Counter(one.oid for one in found)
    for oid, section in wanted.items():
        if not count[oid]:
            yield finding(extension_name(oid), section, "present", "absent")
    for oid, times in count.items():
        if oid not in wanted:
            section = (absent or {}).get(oid, "the profile's extensions")
            yield finding(extension_name(oid), section, "absent", "present")
        elif times > 1:
            yield finding(extension_name(oid), "RFC 5280, 4.2", "once", f"{times} times")
    for one in found:
        if one.default_written:
            yield finding(
                extension_name(one.oid), "X.690, 11.5", "the default FALSE left out", "critical FALSE written"
            )


def critical(one: Extension, *, wanted: bool, section: str) -> Iterator[Finding]:
    """An extension is critical or not, as the profile says."""
    words = {True: "critical", False: "not critical"}
    if one.critical is not wanted:
        yield finding(extension_name(one.oid), section, words[wanted], words[one.critical])


def in_words(name: Name) -> str:
    """A name as it was read, `+` between attributes of one relative name."""
    return ", ".join("+".join(f"{short_name(a.oid)}={escaped(a.text)}" for a in one) for one in name.relative)
