"""The general linters (pkilint's RFC 5280 certificate and CRL linters), in this process, with the policy's waivers.

Importing pkilint takes a good part of a second, so it is imported where it is first used.
"""

# mypy: disable-error-code="no-untyped-call"
# pkilint carries no types for some of what is called here.

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from ceremony_app.core.names import escaped
from ceremony_app.core.policy import LintRules, Waiver
from ceremony_app.pki.findings import Finding

if TYPE_CHECKING:
    from pkilint.validation import ValidationResult

STAND_IN_CODE = "pkix.authority_key_identifier_extension_absent"
"""What the linter says of a self-signed certificate without authority key identifier whose signature is a stand-in."""

STAND_IN_REASON = (
    "The signature of this draft is a stand-in, so the linter cannot see that the certificate signs itself; RFC 5280,"
    " 4.2.1.1 lets such a certificate leave the identifier out. Linted again once it is signed."
)

_EXPECTED: Final = "no {} of the general linter"


def certificate_findings(der: bytes, profile: str, rules: LintRules, *, stand_in: bool = False) -> tuple[Finding, ...]:
    """What the certificate linter finds; what the policy waives, and what it does not stop at, says why.

    Told is what is a WARNING or worse, and a NOTICE where the policy stops at those. `stand_in` is for a self-signed
    certificate under a throw-away signature.
    """
    from pkilint import loader
    from pkilint.pkix import certificate, extension, name

    _quiet()
    validator = certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )
    excused = {STAND_IN_CODE: STAND_IN_REASON} if stand_in else {}
    return _held(lambda: validator.validate(loader.load_der_certificate(der).root), profile, rules, excused)


def crl_findings(der: bytes, profile: str, rules: LintRules) -> tuple[Finding, ...]:
    """What the CRL linter finds, likewise."""
    from pkilint import loader, pkix
    from pkilint.pkix import crl, extension, name

    _quiet()
    validator = crl.create_pkix_crl_validator_container(
        [
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [
            crl.create_issuer_validator_container([]),
            crl.create_validity_validator_container([]),
            crl.create_extensions_validator_container([]),
        ],
    )
    return _held(lambda: validator.validate(loader.load_der_crl(der).root), profile, rules, {})


def _held(
    look: Callable[[], Iterable[ValidationResult]],
    profile: str,
    rules: LintRules,
    excused: Mapping[str, str],
) -> tuple[Finding, ...]:
    """What the linter finds; that it cannot read something is a finding too.

    Its decoder is native code, and a fault in it comes as a panic, which Python does not count among the exceptions
    that a program may handle. A CRL for some reasons only (RFC 5280, 5.2.5) reaches one, so it is handled by its name.
    """
    try:
        return _findings(look(), profile, rules, excused)
    except ValueError as fault:
        return (_unreadable(str(fault)),)
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        return (_unreadable("something over which its decoder fails by a fault of its own"),)


def _findings(
    results: Iterable[ValidationResult], profile: str, rules: LintRules, excused: Mapping[str, str]
) -> tuple[Finding, ...]:
    """The linter's results as values, the same finding in the same place once."""
    from pkilint.validation import ValidationFindingSeverity

    accepted = [one for one in rules.waivers if one.profile == profile]
    stops_at = ValidationFindingSeverity[rules.stops_at.upper()]
    told = max(stops_at, ValidationFindingSeverity.WARNING)  # the graver, the smaller
    found = [
        Finding(
            rule="CER-LINT",
            field=str(result.node.path),
            expected=_EXPECTED.format(described.finding.severity.name),
            found=escaped(described.message or described.finding.code),
            section=described.finding.code,
            waived=_reason(described.finding.code, str(result.node.path), accepted, excused)
            or (_not_counted(rules) if described.finding.severity > stops_at else ""),
        )
        for result in results
        for described in result.finding_descriptions
        if described.finding.severity <= told
    ]
    return tuple(dict.fromkeys(found))


def severity(finding: Finding) -> str:
    """The linter's own word for how grave one of its findings is; empty for a finding of anything else."""
    before, after = _EXPECTED.split("{}")
    if finding.rule != "CER-LINT" or not finding.expected.endswith(after):
        return ""
    return finding.expected.removeprefix(before).removesuffix(after)


def _reason(code: str, where: str, accepted: Iterable[Waiver], excused: Mapping[str, str]) -> str:
    """Why a finding is accepted, or nothing."""
    waived = (
        one.reason
        for one in accepted
        if one.finding == code and (not one.where or f"{where}.".startswith(f"{one.where}."))
    )
    return next(waived, excused.get(code, ""))


def _not_counted(rules: LintRules) -> str:
    """Why a finding of too little weight is accepted."""
    return f"The policy stops at findings of severity {rules.stops_at.upper()} and worse ({rules.section})."


def _unreadable(why: str) -> Finding:
    return Finding(rule="CER-LINT", field="encoding", expected="something that the linter can read", found=escaped(why))


def _quiet() -> None:
    """A validator that fails is a finding (base.unhandled_exception), and not a traceback on somebody's terminal."""
    logger = logging.getLogger("pkilint")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
