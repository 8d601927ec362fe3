"""Step kind `import-csr`: an application and its request, read once, proven, held against the profile, and kept.

The registration authority's part (RFC 3647, 3.2) is entered first: which application it is, who verified the applicant,
and how. Then the request is read from what was brought; its fingerprint is compared with the requester's paper in a
`read-back` of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.application import (
    ImportCsrSettings,
    applied_profile,
    check_application,
    subject_told,
    typed_subject,
)
from ceremony_app.actions.base import (
    Call,
    Concern,
    Context,
    Observed,
    Performed,
    Ports,
    Prepared,
    Single,
    text,
)
from ceremony_app.actions.inputs import CEREMONY, source_rows, taken, taken_rows
from ceremony_app.actions.keeping import kept_files, kept_wrong
from ceremony_app.actions.request_terms import (
    applied_subject,
    asked_subject,
    beyond,
)
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Act, Ask
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.findings import Finding, standing
from ceremony_app.pki.key_kinds import kind_told
from ceremony_app.pki.request_compare import Comparison, Terms, compared_request
from ceremony_app.pki.request_form import MOST_OCTETS
from ceremony_app.pki.request_reading import ReceivedRequest, receive_request

_SUFFIX: Final = ".csr"
_TOLD: Final = 5


class ImportCsr(Single):
    """Entered, read once, judged; the octets that were judged are the ones that are kept."""

    name = "import-csr"
    settings = ImportCsrSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """The form, then an action on a file."""
        own = cast("ImportCsrSettings", settings)
        names.input(own.input, ("request", CEREMONY), "input")
        check_application(own, names)
        act = Act(button=f"Read the request {own.name}", quorum=head.sign_off)
        return Layout(
            title=f"Import the request {own.name}",
            stages=(Ask(fields=own.fields), act) if own.fields else (act,),
            requires=(Fact(f"request:{own.name}:there", holds=False),),
            ensures=(Fact(f"request:{own.name}:there"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Where it lies, what was applied for, and what the request will be held against."""
        own = context.settings(ImportCsrSettings)
        profile = applied_profile(context.plan, own)
        return Prepared(
            rows=(
                Row("Request", own.name),
                *source_rows(context, ports, _SUFFIX),
                Row("Held against", f"profile {own.profile}: {profile.title}"),
                Row("Subject", subject_told(context, own, profile)),
                Row("Asked beside the profile", _REST[own.beyond]),
            )
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Read, judge, keep."""
        del call, op, secrets
        own = context.settings(ImportCsrSettings)
        file = taken(context, ports, MOST_OCTETS, _SUFFIX)
        received = receive_request(file.octets, context.plan.binding.mode)
        subject, compared = _compared(context, own, received)
        evidence = _evidence(own, received, subject, compared)
        if found := standing(compared.findings):
            raise Observed(
                found[0].rule,
                f"The request cannot be taken, {len(found)} findings: {' '.join(one.told() for one in found[:_TOLD])}",
                "Nothing was taken from it. Ask the requester for a new request, and tell them this.",
                evidence={**file.evidence, "form": received.form, **evidence},
            )
        return Performed(
            evidence={**file.evidence, "form": received.form, **evidence},
            files=kept_files(context, received.der, "CERTIFICATE REQUEST", _SUFFIX),
            concerns=tuple(
                Concern(expected=f"nothing asked beside the profile {own.profile}", happened=f"left out: {one}")
                for one in _left_out(compared.findings)
            ),
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """Profile, request and what will be issued, field by field; the digests, and where the file came from."""
        return (
            *msgspec.convert(evidence["rows"], tuple[Row, ...]),
            *(Row("Left out", one) for one in msgspec.convert(evidence["left-out"], tuple[str, ...])),
            Row("SHA-256 of the request", text(evidence, "request-sha256")),
            Row("SHA-256 of its public key", text(evidence, "spki-sha256")),
            *taken_rows(evidence),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The file is the request of the evidence, proves its key, and stands against the profile again."""
        own = context.settings(ImportCsrSettings)
        digest = text(evidence, "request-sha256")
        der, wrong = kept_wrong(context, artifacts, "CERTIFICATE REQUEST", digest, _SUFFIX)
        if der is None:
            return wrong
        try:
            received = receive_request(der, context.plan.binding.mode)
            subject, compared = _compared(context, own, received)
        except Refusal as refusal:
            return (*wrong, refusal.why)
        found = tuple(one.told() for one in standing(compared.findings))
        judged = _evidence(own, received, subject, compared)
        unlike = (f"{name} is not what the request says" for name in judged if _plain(evidence, name) != judged[name])
        return (*wrong, *found, *unlike)


_REST: Final = {
    "refuse": "is shown and refused",
    "leave-out": "is shown and left out of the certificate; each such thing becomes a deviation",
}


def _compared(
    context: Context, own: ImportCsrSettings, received: ReceivedRequest
) -> tuple[tuple[NamePart, ...], Comparison]:
    """The subject that will be issued, and the request beside profile and application."""
    profile, mode = applied_profile(context.plan, own), context.plan.binding.mode
    if own.subject:
        applied = applied_subject(profile, mode, typed_subject(context, own))
        subject = profile.subject_for(applied, mode)
    else:
        applied = subject = asked_subject(profile, mode, received.read.subject)
    terms = Terms(profile=profile, mode=mode, application=applied, subject=subject, beyond=beyond(own.beyond))
    return subject, compared_request(received.read, terms)


def _evidence(
    own: ImportCsrSettings, received: ReceivedRequest, subject: tuple[NamePart, ...], compared: Comparison
) -> dict[str, Json]:
    """What follows from the request, the form and the profile alone."""
    evidence: dict[str, Json] = msgspec.to_builtins(
        {
            "name": own.name,
            "profile": own.profile,
            "request-sha256": received.sha256,
            "spki": base64.b64encode(received.read.key.der).decode("ascii"),
            "spki-sha256": received.spki_sha256,
            "algorithm": kind_told(received.read.key),
            "subject": list(subject),
            "left-out": list(_left_out(compared.findings)),
            "rows": list(compared.rows()),
        }
    )
    return evidence


def _plain(evidence: Mapping[str, Json], name: str) -> object:
    """A member as JSON has it."""
    return msgspec.to_builtins(evidence.get(name))


def _left_out(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """What was asked beside the profile and will not be in the certificate."""
    return tuple(f"{one.field}: {one.found}" for one in findings if one.rule == "CER-CSR-BEYOND" and one.waived)
