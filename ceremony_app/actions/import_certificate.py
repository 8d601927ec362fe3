"""Step kind `import-certificate`: a certificate that exists already, read once, judged, and kept as an artifact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, cast

import msgspec

from ceremony_app.actions.base import Call, Concern, Context, Performed, Ports, Prepared, Settings, Single, text
from ceremony_app.actions.inputs import CEREMONY, source_rows, taken, taken_rows
from ceremony_app.actions.keeping import kept_files, kept_wrong
from ceremony_app.actions.materials import Artifacts
from ceremony_app.actions.sources import certificate_there
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.names import NAME
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.brought import MOST_CERTIFICATE, brought_certificate
from ceremony_app.pki.brought_faults import certificate_faults, issued_by, must_be_authority, period_fault
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import Finding, standing
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.show import certificate_rows
from ceremony_app.pki.spki import spki_digest
from ceremony_app.pki.structures import Certificate
from ceremony_app.pki.validity import moment_of
from ceremony_app.pki.validity import text as time_text


class ImportCertificateSettings(Settings, frozen=True):
    """`name`: what it is called here; `input`: what was brought; `file`: which file of a folder.

    `profile` is the pack's profile that it is held against, empty for another PKI's; `ca` says whether it issues;
    `issuer` names the certificate, brought or made before, of the CA that must have issued it.
    """

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    input: str
    file: str = ""
    profile: str = ""
    ca: bool = True
    issuer: str = ""


class ImportCertificate(Single):
    """Read once; then the octets that were judged are the ones that are kept."""

    name = "import-certificate"
    settings = ImportCertificateSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action on a file."""
        own = cast("ImportCertificateSettings", settings)
        names.input(own.input, ("certificate", CEREMONY), "input")
        return Layout(
            title=f"Import the certificate {own.name}",
            stages=(Act(button=f"Read the certificate {own.name}", quorum=head.sign_off),),
            requires=(
                *((Fact(f"certificate:{own.issuer}:issued"),) if own.issuer else ()),
                Fact(f"certificate:{own.name}:issued", holds=False),
                Fact(f"name:{own.name}:taken", holds=False),
            ),
            ensures=(Fact(f"certificate:{own.name}:issued"), Fact(f"name:{own.name}:taken")),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Where it lies, and what it will be held against."""
        own = context.settings(ImportCertificateSettings)
        return Prepared(
            rows=(
                Row("Certificate", own.name),
                *source_rows(context, ports),
                Row("Held against", f"profile {own.profile}" if own.profile else "no profile: it is of another PKI"),
                Row("Must be", "a CA's certificate, valid now" if own.ca else "any certificate"),
                *_issuer_rows(own.issuer),
            )
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Read, judge, keep."""
        del call, op, secrets
        own = context.settings(ImportCertificateSettings)
        file = taken(context, ports, MOST_CERTIFICATE)
        moment = ports.clock.utc().astimezone(dt.UTC).replace(microsecond=0)
        brought = brought_certificate(file.octets, context.plan.binding.mode)
        concerns = _concerns(context, brought.der, brought.read, moment, Artifacts(ports.artifact))
        return Performed(
            evidence={
                **file.evidence,
                "form": brought.form,
                "name": own.name,
                "certificate-sha256": brought.sha256,
                "spki-sha256": spki_digest(brought.read.key.der),
                "profile": own.profile,
                "ca": own.ca,
                "issuer": own.issuer,
                "moment": time_text(moment),
                "against": [one.happened for one in concerns],
                "rows": msgspec.to_builtins(certificate_rows(brought.der)),
            },
            files=kept_files(context, brought.der, "CERTIFICATE"),
            concerns=concerns,
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The certificate field by field, what it was held against, and where it came from."""
        profile = text(evidence, "profile")
        return (
            *msgspec.convert(evidence["rows"], tuple[Row, ...]),
            Row("Held against", f"profile {profile}" if profile else "no profile: the general checks"),
            *_issuer_rows(text(evidence, "issuer")),
            *(Row("Not as planned", one) for one in msgspec.convert(evidence["against"], tuple[str, ...])),
            Row("This computer's clock", text(evidence, "moment")),
            *taken_rows(evidence),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The file is a certificate, the one of the evidence, and stands against everything again."""
        own = context.settings(ImportCertificateSettings)
        der, wrong = kept_wrong(context, artifacts, "CERTIFICATE", text(evidence, "certificate-sha256"))
        if der is None:
            return wrong
        try:
            read = read_certificate(der)
            concerns = _concerns(context, der, read, moment_of(text(evidence, "moment")), artifacts)
            rows = msgspec.to_builtins(certificate_rows(der))
        except KeyError as missing:
            return (*wrong, f"{missing.args[0]} is missing")
        except (Refusal, MalformedError) as fault:
            return (*wrong, str(fault))
        told: tuple[tuple[str, object, object], ...] = (
            ("name", text(evidence, "name"), own.name),
            ("profile", text(evidence, "profile"), own.profile),
            ("ca", evidence.get("ca"), own.ca),
            ("issuer", text(evidence, "issuer"), own.issuer),
            ("spki-sha256", text(evidence, "spki-sha256"), spki_digest(read.key.der)),
            ("against", list(msgspec.convert(evidence["against"], tuple[str, ...])), [c.happened for c in concerns]),
            ("rows", msgspec.to_builtins(msgspec.convert(evidence["rows"], tuple[Row, ...])), rows),
        )
        return (*wrong, *(f"{what} is not what the certificate says" for what, said, is_ in told if said != is_))


def _issuer_rows(issuer: str) -> tuple[Row, ...]:
    """Which CA's signature the certificate must have."""
    return (Row("Issued by", f"{issuer}: name and signature held against that certificate"),) if issuer else ()


def _concerns(
    context: Context, der: bytes, read: Certificate, moment: dt.datetime, artifacts: Mapping[str, bytes]
) -> tuple[Concern, ...]:
    """What people may decide to live with; what nobody may is refused (CER-LINT, CER-ISSUER, CER-PROFILE, CER-BROUGHT).

    A certificate that only is to be revoked may have ended, and one of another PKI may be as its own policy has it:
    refusing those would leave the wrong certificate unrevoked.
    """
    own, plan = context.settings(ImportCertificateSettings), context.plan
    if own.ca:
        must_be_authority(der, read)
    if own.issuer:
        _issued_by(read, own.issuer, certificate_there(plan, artifacts, own.issuer).read)
    found = standing(certificate_faults(der, read, plan.policy, own.profile, plan.binding.mode))
    if found and own.profile:
        raise _unlike(found)
    against = tuple(Concern(expected="no finding against the certificate", happened=one.told()) for one in found)
    if not (period := period_fault(read, moment)):
        return against
    if own.ca:
        raise Refusal(
            "CER-BROUGHT",
            f"The CA's certificate is not valid now: {period}.",
            "Look at the clock. Nothing can be issued under it; bring the certificate that is valid today.",
        )
    return (*against, Concern(expected="a certificate that is valid now", happened=period))


def _issued_by(read: Certificate, name: str, issuer: Certificate) -> None:
    """Raise `Refusal` (CER-ISSUER) for a certificate of another CA than the one that it should be of."""
    for why in issued_by(read, issuer):
        raise Refusal(
            "CER-ISSUER",
            f"The certificate was not issued by {name}: {why}.",
            "Nothing was taken. Bring the certificate that this CA issued, or that CA's own certificate.",
        )


def _unlike(found: tuple[Finding, ...]) -> Refusal:
    return Refusal(
        "CER-LINT",
        f"The certificate has {len(found)} findings: {' '.join(one.told() for one in found[:3])}",
        "Nothing was taken. Bring the right certificate; `ceremony lint` tells every field of this one.",
    )
