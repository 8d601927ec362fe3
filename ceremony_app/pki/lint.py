"""A certificate held against a profile, field by field, from its octets."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.core.errors import Refusal
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki import checks, validity
from ceremony_app.pki.checks import finding
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.issued import signs_itself
from ceremony_app.pki.lint_extensions import ExtensionLint
from ceremony_app.pki.spki import spki_findings
from ceremony_app.pki.structures import Certificate

_IMPROBABLE_BITS = 40
"""A number from a generator is shorter by more than this once in 2^40."""


class CertificateLint:
    """One certificate, its profile, and (where it was issued by another) the issuer's certificate, if at hand."""

    def __init__(
        self, certificate: Certificate, profile: CertificateProfile, mode: Mode, issuer: Certificate | None = None
    ) -> None:
        self._read = certificate
        self._profile = profile
        self._mode = mode
        self._issuer = issuer

    def findings(self) -> tuple[Finding, ...]:
        """Everything in which the certificate is not as the profile says."""
        extensions = ExtensionLint(self._read, self._profile, self._issuer)
        return checks.gathered(
            (
                self._version,
                self._serial,
                self._signature,
                self._issuer_name,
                self._subject,
                self._validity,
                self._key,
                self._unique_ids,
                *extensions.rules(),
            )
        )

    def _version(self) -> Iterator[Finding]:
        said = self._profile.version
        if self._read.version != said.value - 1:
            expected = f"v{said.value} (INTEGER {said.value - 1})"
            yield finding(
                "version", said.section, expected, f"v{self._read.version + 1} (INTEGER {self._read.version})"
            )

    def _serial(self) -> Iterator[Finding]:
        said, octets = self._profile.serial, self._read.serial
        number = int.from_bytes(octets, "big", signed=True)
        if number <= 0:
            yield finding("serialNumber", "RFC 5280, 4.1.2.2", "a positive number", octets.hex())
        if len(octets) > said.value.octets:
            yield finding("serialNumber", said.section, f"at most {said.value.octets} octets", f"{len(octets)} octets")
        if number.bit_length() < said.value.random_bits - _IMPROBABLE_BITS:
            expected = f"{said.value.random_bits} bits from a generator"
            yield finding("serialNumber", said.section, expected, f"a number of {number.bit_length()} bits")

    def _signature(self) -> Iterator[Finding]:
        yield from checks.signature(self._read.inner, self._read.outer, self._profile.signature)

    def _issuer_name(self) -> Iterator[Finding]:
        said, name = self._profile.issuer, self._read.issuer
        if said.value == "self":
            wanted, whose = self._read.subject, "the subject"
        elif signs_itself(self._read):
            yield finding("issuer", said.section, "a certificate that another issued", "one that signs itself")
            return
        elif self._issuer is None:
            return
        else:
            wanted, whose = self._issuer.subject, "the issuer's subject"
        if name.der != wanted.der:
            expected = f"the octets of {whose}: {checks.in_words(wanted)}"
            yield finding("issuer", said.section, expected, checks.in_words(name))

    def _subject(self) -> Iterator[Finding]:
        yield from checks.subject("subject", self._read.subject, self._profile, self._mode)

    def _validity(self) -> Iterator[Finding]:
        said = self._profile.validity
        start, end = self._read.not_before, self._read.not_after
        yield from checks.encoded("validity.notBefore", start)
        yield from checks.encoded("validity.notAfter", end)
        latest = None if self._issuer is None else self._issuer.not_after.instant()
        try:
            last = validity.period(said.value, start.instant(), latest)[1]
        except Refusal as refusal:
            wanted, right = refusal.why, False
        else:
            wanted = validity.text(last)
            # Without the issuer's certificate nobody can say where a capped validity ends, only where at the latest.
            free = said.value.capped and latest is None
            right = end.instant() == last or (free and start.instant() <= end.instant() < last)
        if not right:
            found = f"{validity.text(start.instant())} to {validity.text(end.instant())}"
            yield finding("validity", said.section, f"{validity.described(said.value)}: to {wanted}", found)

    def _key(self) -> Iterator[Finding]:
        said = self._profile.key
        yield from spki_findings(self._read.key.der, said.value, said.section)

    def _unique_ids(self) -> Iterator[Finding]:
        for name in self._read.unique_ids:
            yield finding(name, "RFC 5280, 4.1.2.8", "absent", "present")
