"""A CRL held against a profile, field by field, from its octets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ceremony_app.core.profiles import CrlProfile
from ceremony_app.pki import checks
from ceremony_app.pki import extension_values as values
from ceremony_app.pki.checks import finding
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lint_extensions import authority_key_findings
from ceremony_app.pki.structures import Certificate, Crl


class CrlLint:
    """One CRL, its profile, and the certificate of the CA that issued it, if at hand."""

    def __init__(self, crl: Crl, profile: CrlProfile, issuer: Certificate | None = None) -> None:
        self._read = crl
        self._profile = profile
        self._issuer = issuer

    def findings(self) -> tuple[Finding, ...]:
        """Everything in which the CRL is not as the profile says."""
        return checks.gathered(
            (
                self._version,
                self._signature,
                self._issuer_name,
                self._updates,
                self._entries,
                self._set,
                self._number,
                self._authority_key_identifier,
            )
        )

    def _version(self) -> Iterator[Finding]:
        said = self._profile.version
        if self._read.version != said.value - 1:
            expected = f"v{said.value} (INTEGER {said.value - 1})"
            yield finding(
                "version", said.section, expected, f"v{self._read.version + 1} (INTEGER {self._read.version})"
            )

    def _signature(self) -> Iterator[Finding]:
        yield from checks.signature(self._read.inner, self._read.outer, self._profile.signature)

    def _issuer_name(self) -> Iterator[Finding]:
        if self._issuer is not None and self._read.issuer.der != self._issuer.subject.der:
            expected = f"the octets of the CA's subject: {checks.in_words(self._issuer.subject)}"
            yield finding("issuer", "RFC 5280, 5.1.2.3", expected, checks.in_words(self._read.issuer))

    def _updates(self) -> Iterator[Finding]:
        said = self._profile.next_update_days
        yield from checks.encoded("thisUpdate", self._read.this_update)
        if self._read.next_update is None:
            yield finding("nextUpdate", said.section, "present", "absent")
            return
        yield from checks.encoded("nextUpdate", self._read.next_update)
        lasts = self._read.next_update.instant() - self._read.this_update.instant()
        if lasts != dt.timedelta(days=said.value):
            yield finding("nextUpdate", said.section, f"{said.value} days after thisUpdate", f"{lasts} after it")

    def _entries(self) -> Iterator[Finding]:
        if self._read.empty_list:
            yield finding(
                "revokedCertificates", "RFC 5280, 5.1.2.6", "absent where nothing is revoked", "an empty list"
            )
        seen = set()
        for entry in self._read.revoked:
            yield from checks.encoded("revocationDate", entry.date)
            if entry.serial in seen:
                yield finding(
                    "revokedCertificates", "RFC 5280, 5.3", "each certificate once", f"{entry.serial.hex()} twice"
                )
            seen.add(entry.serial)
            for one in entry.extensions:
                if one.oid != values.REASON_CODE:
                    yield finding(values.extension_name(one.oid), "the profile's entries", "absent", "present")
                    continue
                yield from checks.critical(one, wanted=False, section="RFC 5280, 5.3.1")
                values.reason_code(one.value)

    def _set(self) -> Iterator[Finding]:
        wanted = {values.CRL_NUMBER: self._profile.number.section}
        said = self._profile.authority_key_identifier
        own = {values.AUTHORITY_KEY_IDENTIFIER: said.section}
        yield from checks.extension_set(self._read.extensions, wanted | (own if said.value.present else {}), own)

    def _number(self) -> Iterator[Finding]:
        said = self._profile.number
        if (one := self._read.extension(values.CRL_NUMBER)) is None:
            return
        yield from checks.critical(one, wanted=False, section="RFC 5280, 5.2.3")
        if (number := values.crl_number(one.value)) < said.value:
            yield finding("cRLNumber", said.section, f"{said.value} or more", str(number))

    def _authority_key_identifier(self) -> Iterator[Finding]:
        said = self._profile.authority_key_identifier
        if (one := self._read.extension(values.AUTHORITY_KEY_IDENTIFIER)) is None or not said.value.present:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        yield from authority_key_findings(one, self._issuer, said.section)
