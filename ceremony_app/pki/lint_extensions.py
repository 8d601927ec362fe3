"""The extensions of a certificate held against a profile, from their octets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ceremony_app.core.profiles import AuthorityInformationAccess, CertificateProfile
from ceremony_app.pki import checks, identifiers
from ceremony_app.pki import extension_values as values
from ceremony_app.pki.checks import finding
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.structures import Certificate, Extension, Request


class ExtensionLint:
    """The extensions of one certificate, or those that a request asks for; `issuer` as in `CertificateLint`."""

    def __init__(
        self, certificate: Certificate | Request, profile: CertificateProfile, issuer: Certificate | None
    ) -> None:
        self._read = certificate
        self._profile = profile
        self._issuer = issuer

    def rules(self) -> tuple[Callable[[], Iterator[Finding]], ...]:
        """Every rule, to be gathered."""
        return (self._set, *self.of_each())

    def of_each(self) -> tuple[Callable[[], Iterator[Finding]], ...]:
        """The rules of the extensions that are there, without the one that says which must be."""
        return (
            self._basic_constraints,
            self._key_usage,
            self._extended_key_usage,
            self._subject_key_identifier,
            self._authority_key_identifier,
            self._policies,
            self._distribution_points,
            self._information_access,
            self._extra,
        )

    def _set(self) -> Iterator[Finding]:
        absent = {oid: said.section for oid, said in self._profile.absences()}
        yield from checks.extension_set(self._read.extensions, extensions_of(self._profile), absent)

    def _basic_constraints(self) -> Iterator[Finding]:
        said = self._profile.basic_constraints
        if (one := self._read.extension(values.BASIC_CONSTRAINTS)) is None or not said.value.present:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        found = values.basic_constraints(one.value)
        wanted = values.Constraints(said.value.ca, said.value.path_length)
        if found != wanted:
            yield finding("basicConstraints", said.section, constraints_told(wanted), constraints_told(found))

    def _key_usage(self) -> Iterator[Finding]:
        said = self._profile.key_usage
        if (one := self._read.extension(values.KEY_USAGE)) is None:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        found = values.key_usage(one.value)
        if set(found) != set(said.value.usages):
            yield finding("keyUsage", said.section, ", ".join(said.value.usages), ", ".join(found))

    def _subject_key_identifier(self) -> Iterator[Finding]:
        said = self._profile.subject_key_identifier
        if (one := self._read.extension(values.SUBJECT_KEY_IDENTIFIER)) is None:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        found = values.subject_key_identifier(one.value)
        wanted = identifiers.key_identifier(said.value.method, self._read.key.bits)
        if found != wanted:
            expected = f"{wanted.hex()} ({identifiers.described(said.value.method)})"
            yield finding("subjectKeyIdentifier", said.section, expected, found.hex())

    def _authority_key_identifier(self) -> Iterator[Finding]:
        said = self._profile.authority_key_identifier
        if (one := self._read.extension(values.AUTHORITY_KEY_IDENTIFIER)) is None or not said.value.present:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        issuer = self._read if self._profile.issuer.value == "self" else self._issuer
        yield from authority_key_findings(one, issuer, said.section)

    def _policies(self) -> Iterator[Finding]:
        said = self._profile.certificate_policies
        if (one := self._read.extension(values.CERTIFICATE_POLICIES)) is None or not said.value.oids:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        found = values.certificate_policies(one.value)
        if found != tuple((oid, False) for oid in said.value.oids):
            told = ", ".join(f"{oid} with qualifiers" if qualified else oid for oid, qualified in found)
            yield finding("certificatePolicies", said.section, ", ".join(said.value.oids), told)

    def _extended_key_usage(self) -> Iterator[Finding]:
        said, one = self._profile.extended_key_usage, self._read.extension(values.EXTENDED_KEY_USAGE)
        if said is None or one is None:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        found = values.extended_key_usage(one.value)
        if sorted(found) != sorted(said.value.oids):
            wanted = values.purposes_told(said.value.oids)
            yield finding("extKeyUsage", said.section, wanted, values.purposes_told(found))

    def _distribution_points(self) -> Iterator[Finding]:
        said, one = self._profile.crl_distribution_points, self._read.extension(values.CRL_DISTRIBUTION_POINTS)
        if said is None or one is None:
            return
        yield from checks.critical(one, wanted=said.value.critical, section=said.section)
        found = values.distribution_points(one.value)
        if found != (said.value.uris,):
            told = values.points_told(found)
            yield finding("cRLDistributionPoints", said.section, values.points_told((said.value.uris,)), told)

    def _information_access(self) -> Iterator[Finding]:
        said, one = self._profile.authority_information_access, self._read.extension(values.INFORMATION_ACCESS)
        if said is None or one is None:
            return
        yield from checks.critical(one, wanted=False, section=said.section)
        found, wanted = values.information_access(one.value), access_of(said.value)
        if _by_method(found) != _by_method(wanted):
            yield finding("authorityInfoAccess", said.section, values.access_told(wanted), values.access_told(found))

    def _extra(self) -> Iterator[Finding]:
        for said in self._profile.extra:
            one = self._read.extension(said.value.oid)
            if one is None:
                continue
            yield from checks.critical(one, wanted=said.value.critical, section=said.section)
            if one.value.hex() != said.value.der:
                yield finding(said.value.oid, said.section, said.value.der, one.value.hex())


def extensions_of(profile: CertificateProfile) -> dict[str, str]:
    """The extensions that a profile has, by object identifier, and where it says so."""
    return {oid: said.section for oid, said in profile.extensions()}


def access_of(rule: AuthorityInformationAccess) -> values.Access:
    """The places of a profile in the order in which they are encoded."""
    issuers = ((values.CA_ISSUERS, uri) for uri in rule.ca_issuers)
    return (*issuers, *((values.OCSP, uri) for uri in rule.ocsp))


def _by_method(places: values.Access) -> dict[str, list[str]]:
    """The places of each method, which stand in the order of preference."""
    return {method: [uri for other, uri in places if other == method] for method, _ in places}


def authority_key_findings(one: Extension, issuer: Certificate | Request | None, section: str) -> Iterator[Finding]:
    """The identifier names the issuer's key by the issuer's own identifier, and by nothing else."""
    found = values.authority_key_identifier(one.value)
    if found.others:
        yield finding("authorityKeyIdentifier", section, "keyIdentifier alone", f"{', '.join(found.others)} beside it")
    if not found.key_identifier:
        yield finding("authorityKeyIdentifier", section, "a keyIdentifier", "none")
    own = None if issuer is None else issuer.extension(values.SUBJECT_KEY_IDENTIFIER)
    if own is not None and found.key_identifier:
        wanted = values.subject_key_identifier(own.value)
        if found.key_identifier != wanted:
            expected = f"the issuer's, {wanted.hex()}"
            yield finding("authorityKeyIdentifier", section, expected, found.key_identifier.hex())


def constraints_told(constraints: values.Constraints) -> str:
    """Basic constraints in words."""
    length = "no path length" if constraints.path_length < 0 else f"path length {constraints.path_length}"
    return f"CA {'TRUE' if constraints.ca else 'FALSE'}, {length}"
