"""Step kind `import-crl`: the CRL that a CA issued last, read once, judged, and kept for the next one to go on from."""

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
from ceremony_app.pki.brought import MOST_CRL, brought_crl
from ceremony_app.pki.brought_faults import crl_faults, crl_of_another, goes_on
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import standing
from ceremony_app.pki.reading import read_crl
from ceremony_app.pki.revoked import number_of
from ceremony_app.pki.show import crl_rows
from ceremony_app.pki.structures import Crl
from ceremony_app.pki.validity import moment_of
from ceremony_app.pki.validity import text as time_text


class ImportCrlSettings(Settings, frozen=True):
    """`name`: what it is called here; `input`: what was brought; `file`: which file of a folder.

    `issuer` is the name of the CA's certificate, `profile` the pack's profile that it is held against, or empty.
    """

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    input: str
    issuer: str
    file: str = ""
    profile: str = ""


class ImportCrl(Single):
    """Read once; its CA's signature verified; nothing in it that a next CRL could not carry on."""

    name = "import-crl"
    settings = ImportCrlSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action on a file."""
        own = cast("ImportCrlSettings", settings)
        names.input(own.input, ("crl", CEREMONY), "input")
        return Layout(
            title=f"Import the CRL {own.name}",
            stages=(Act(button=f"Read the CRL {own.name}", quorum=head.sign_off),),
            requires=(
                Fact(f"certificate:{own.issuer}:issued"),
                Fact(f"crl:{own.name}:issued", holds=False),
                Fact(f"name:{own.name}:taken", holds=False),
            ),
            ensures=(Fact(f"crl:{own.name}:issued"), Fact(f"name:{own.name}:taken")),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Where it lies, and what it will be held against."""
        own = context.settings(ImportCrlSettings)
        return Prepared(
            rows=(
                Row("CRL", own.name),
                *source_rows(context, ports),
                Row("Held against", f"profile {own.profile}" if own.profile else "no profile: the general checks"),
                Row("Must be", f"signed by the CA whose certificate is {own.issuer}, and complete"),
            )
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Read, judge, keep."""
        del call, op, secrets
        own = context.settings(ImportCrlSettings)
        file = taken(context, ports, MOST_CRL)
        brought = brought_crl(file.octets, context.plan.binding.mode)
        moment = ports.clock.utc().astimezone(dt.UTC).replace(microsecond=0)
        concerns = _concerns(context, Artifacts(ports.artifact), brought.der, brought.read, moment)
        return Performed(
            evidence={
                **file.evidence,
                "form": brought.form,
                "name": own.name,
                "crl-sha256": brought.sha256,
                "issuer": own.issuer,
                "profile": own.profile,
                "number": number_of(brought.read),
                "revoked": len(brought.read.revoked),
                "moment": time_text(moment),
                "against": [one.happened for one in concerns],
                "rows": msgspec.to_builtins(crl_rows(brought.der)),
            },
            files=kept_files(context, brought.der, "X509 CRL"),
            concerns=concerns,
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The CRL field by field, what it was held against, and where it came from."""
        profile = text(evidence, "profile")
        return (
            *msgspec.convert(evidence["rows"], tuple[Row, ...]),
            Row("Signed by", f"the key of the certificate {text(evidence, 'issuer')}"),
            Row("Held against", f"profile {profile}" if profile else "no profile: the general checks"),
            *(Row("Not as planned", one) for one in msgspec.convert(evidence["against"], tuple[str, ...])),
            Row("This computer's clock", text(evidence, "moment")),
            *taken_rows(evidence),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The file is a CRL of that CA, the one of the evidence, and stands against everything again."""
        own = context.settings(ImportCrlSettings)
        der, wrong = kept_wrong(context, artifacts, "X509 CRL", text(evidence, "crl-sha256"))
        if der is None:
            return wrong
        try:
            read = read_crl(der)
            concerns = _concerns(context, artifacts, der, read, moment_of(text(evidence, "moment")))
            told = {
                "name": own.name,
                "issuer": own.issuer,
                "profile": own.profile,
                "number": number_of(read),
                "revoked": len(read.revoked),
                "against": [one.happened for one in concerns],
                "rows": msgspec.to_builtins(crl_rows(der)),
            }
        except (Refusal, MalformedError) as fault:
            return (*wrong, str(fault))
        said = {**evidence, "rows": msgspec.to_builtins(msgspec.convert(evidence["rows"], tuple[Row, ...]))}
        return (*wrong, *(f"{what} is not what the CRL says" for what, is_ in told.items() if said.get(what) != is_))


def _concerns(
    context: Context, artifacts: Mapping[str, bytes], der: bytes, read: Crl, moment: dt.datetime
) -> tuple[Concern, ...]:
    """What people may decide to live with; what is no complete CRL of this CA, and like its profile, is refused.

    The rules are CER-LINT, CER-PROFILE, CER-CRL and CER-CRL-ISSUER. Where no profile is named, a CRL that other
    software made may be as its own standard has it.
    """
    own, policy = context.settings(ImportCrlSettings), context.plan.policy
    issuer = certificate_there(context.plan, artifacts, own.issuer).read
    if another := crl_of_another(read, issuer):
        raise Refusal(
            "CER-CRL-ISSUER",
            f"The CRL is not one of the CA {own.issuer}: {another[0].told()}",
            "Nothing was taken. Bring the CRL that this CA issued last.",
        )
    found = standing(crl_faults(der, read, issuer, policy, own.profile))
    if found and own.profile:
        raise Refusal(
            "CER-LINT",
            f"The CRL has {len(found)} findings: {' '.join(one.told() for one in found[:3])}",
            "Nothing was taken. Bring the CRL that this CA issued last; `ceremony lint` tells every field of this one.",
        )
    goes_on(read)
    against = tuple(Concern(expected="no finding against the CRL", happened=one.told()) for one in found)
    if read.next_update is None or read.next_update.instant() >= moment:
        return against
    happened = f"it was to be replaced by {time_text(read.next_update.instant())}, and perhaps it was"
    return (*against, Concern(expected="the CRL that is in force today", happened=happened))
