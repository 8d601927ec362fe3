"""The subject of a request beside the one on the application form, attribute by attribute and octet by octet."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.core.distinguished_name import NamePart, attribute_kind, short_name, written
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki import structures as x
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lookalikes import parting
from ceremony_app.pki.misleading import name_shown, shown


def subject_findings(
    asked: x.Name,
    application: tuple[NamePart, ...],
    issued: tuple[NamePart, ...],
    profile: CertificateProfile,
    mode: Mode,
) -> tuple[Finding, ...]:
    """Where the three subjects are not the same (CER-CSR-SUBJECT): request, application form, certificate to be issued.

    The same are attributes of one type whose values are the same octets in UTF-8, one a relative name, in one order.
    The string types of the request do not count: the certificate gets the policy's. The subject to be issued is also
    held against the form that the profile has for it, attribute by attribute.
    """
    return (
        *_against_application(asked, application),
        *_against_issued(application, issued),
        *_against_form(issued, profile, mode),
    )


def _against_application(asked: x.Name, application: tuple[NamePart, ...]) -> Iterator[Finding]:
    where = "the application form"
    if any(len(together) != 1 for together in asked.relative) or len(asked.relative) != len(application):
        yield _finding("subject", f"{_written(application)}, on {where}", name_shown(asked))
        return
    for i, (part, (one,)) in enumerate(zip(application, asked.relative, strict=True)):
        field = f"subject, attribute {i + 1}"
        if one.oid != _oid(part):
            yield _finding(field, f"{part.type}, on {where}", short_name(one.oid))
        elif one.text.encode("utf-8", errors="surrogatepass") != part.value.encode("utf-8"):
            found = f"{shown(one.text)}: {parting(part.value, one.text)}"
            yield _finding(f"{field} ({part.type})", f"{shown(part.value)}, on {where}", found)


def _against_issued(application: tuple[NamePart, ...], issued: tuple[NamePart, ...]) -> Iterator[Finding]:
    if [(_oid(part), part.value) for part in application] != [(_oid(part), part.value) for part in issued]:
        yield _finding("subject to be issued", f"{_written(application)}, on the application form", _written(issued))


def _against_form(issued: tuple[NamePart, ...], profile: CertificateProfile, mode: Mode) -> Iterator[Finding]:
    for fault in profile.subject_faults(issued, mode):
        field = f"subject to be issued, {fault.type}" if fault.type else "subject to be issued"
        section = profile.section_of(fault)
        yield _finding(field, f"{fault.expected}, in the profile", shown(fault.found), section)


def _oid(part: NamePart) -> str:
    kind = attribute_kind(part.type)
    return kind.oid if kind else part.type


def _written(parts: tuple[NamePart, ...]) -> str:
    return written(parts) or "no subject"


def _finding(field: str, expected: str, found: str, section: str = "RFC 3647, 3.2") -> Finding:
    return Finding(rule="CER-CSR-SUBJECT", field=field, section=section, expected=expected, found=found)
