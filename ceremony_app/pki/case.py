"""One object of others on its way to a judgement: what was found goes in, fields, findings and verdict come out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ceremony_app.core.errors import Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile, CrlProfile
from ceremony_app.pki import general
from ceremony_app.pki.chain import Link
from ceremony_app.pki.compare import Compared
from ceremony_app.pki.findings import Finding, standing
from ceremony_app.pki.fitting import Fit
from ceremony_app.pki.judging import Field, Judged, Told, clipped, fields_of, told
from ceremony_app.pki.received import NOUNS, Kind

MOST_FINDINGS: Final = 500
"""How many findings of an object are told one by one."""

_IN_BOTH: Final = frozenset({"issuer", "authorityKeyIdentifier"})
"""What the profile's lint and the issuer's links both look at: one finding is enough."""


@dataclass(frozen=True, slots=True)
class Case:
    """An object of a known kind, its breaches of the encoding, and the profile that was asked for (or none)."""

    policy: Policy
    kind: Kind
    octets: bytes
    breaches: tuple[Finding, ...]
    asked: str

    def linted(self, profile: str) -> tuple[Finding, ...]:
        """What the general linter finds, with the pack's waivers for a profile."""
        match self.kind:
            case "certificate":
                return general.certificate_findings(self.octets, profile, self.policy.lint_rules)
            case "crl":
                return general.crl_findings(self.octets, profile, self.policy.lint_rules)
            case "request":
                return ()

    def chosen(self, fits: tuple[Fit, ...], profiles: Mapping[str, CertificateProfile | CrlProfile]) -> Fit | None:
        """The profile that was asked for, or the best fitting one if any fits; raises `Unusable` (CER-PROFILE)."""
        if not profiles or (self.asked and self.asked not in profiles):
            named = f"no profile {clipped(self.asked)!r} for a {NOUNS[self.kind]}" if profiles else "none for it"
            raise Unusable(
                "CER-PROFILE",
                f"The object is a {NOUNS[self.kind]}, and the policy pack {self.policy.id} has {named}.",
                f"It has: {', '.join(profiles)}." if profiles else "Name another pack with `--policy`.",
            )
        if self.asked:
            return next(fit for fit in fits if fit.profile == self.asked)
        return fits[0] if fits[0].good else None

    def judged(
        self,
        findings: tuple[Finding, ...],
        fields: tuple[Field, ...] = (),
        profile: str = "",
        title: str = "",
        fit: str = "",
    ) -> Judged:
        """The judgement."""
        return Judged(
            kind=self.kind,
            profile=profile,
            fields=fields,
            findings=_all_told(findings),
            verdict="findings" if standing(findings) else "good",
            title=title,
            fit=fit,
            size=len(self.octets),
            sha256=hashlib.sha256(self.octets).hexdigest(),
        )

    def fitted(
        self,
        fit: Fit,
        profile: CertificateProfile | CrlProfile,
        compared: Iterable[Compared],
        found: tuple[Finding, ...],
        links: tuple[Link, ...],
    ) -> Judged:
        """The judgement by a profile: `found` by its lint, then the general linter's, then the issuer's."""
        held = (*self.breaches, *found)
        known = {one.field for one in found}
        linked = tuple(one for link in links for one in link.findings if one.field not in known & _IN_BOTH)
        return self.judged(
            (*held, *self.linted(fit.profile), *linked),
            (*fields_of(compared, held), *(_linked(link) for link in links)),
            profile=fit.profile,
            title=profile.title,
            fit=_fit_told(fit, asked=bool(self.asked)),
        )

    def none_fits(self, fits: tuple[Fit, ...], links: tuple[Link, ...]) -> Judged:
        """The judgement where nobody can say which profile was meant: each with what differs first."""
        differing = tuple(_differs(fit) for fit in fits)
        linked = tuple(one for link in links for one in link.findings)
        return self.judged(
            (*self.breaches, *differing, *self.linted(""), *linked),
            tuple(_linked(link) for link in links),
            fit="No profile of the pack fits; name one with --profile to hold it against that.",
        )


def _all_told(findings: tuple[Finding, ...]) -> tuple[Told, ...]:
    """The findings for a reader, the same once, and no more than anybody reads."""
    shown = tuple(dict.fromkeys(told(one) for one in findings))
    if len(shown) <= MOST_FINDINGS:
        return shown
    left = sum(not one.waived for one in shown[MOST_FINDINGS:])
    more = Told(rule="CER-ENCODING", where="object", what=f"{left} more findings", severity="ERROR", waived="")
    return (*shown[:MOST_FINDINGS], *((more,) if left else ()))


def _differs(fit: Fit) -> Finding:
    first = fit.differences[0]
    others = ", ".join(one.mark for one in fit.differences[1:])
    more = f"; it differs in {others} as well" if others else ""
    return Finding(
        rule="CER-PROFILE",
        field=f"profile {fit.profile}",
        expected=f"{first.mark}: {first.profile}",
        found=f"{first.object}{more}",
        section=first.section,
    )


def _fit_told(fit: Fit, *, asked: bool) -> str:
    """How the profile was found."""
    differs = "; ".join(one.told() for one in fit.differences)
    if asked:
        return "named with --profile"
    also = f"; {', '.join(fit.also)} would fit as well" if fit.also else ""
    return f"the best fitting{f', though it differs in {differs}' if differs else ''}{also}"


def _linked(link: Link) -> Field:
    return Field(
        field=link.name,
        section=link.section,
        provenance="",
        profile=clipped(link.asked),
        object=clipped(link.found),
        good=not link.findings,
    )
