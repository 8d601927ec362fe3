"""Step kind `revoke`: the decision that a certificate counts no more, from which the next CRL is made."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, text
from ceremony_app.actions.materials import Artifacts, certificate_of, crl_of
from ceremony_app.actions.planned import setting
from ceremony_app.actions.sources import certificate_there
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Act, Ask, Field
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Leaf, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki import words
from ceremony_app.pki.brought_faults import issued_by
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.reading import read_crl
from ceremony_app.pki.reasons import UNSPECIFIED, Reason, choices, chosen, told
from ceremony_app.pki.revoked import number_of
from ceremony_app.pki.structures import Certificate, Crl
from ceremony_app.pki.validity import moment_of
from ceremony_app.pki.validity import text as time_text

_ITEM: Final = "reason"


class RevokeSettings(Settings, frozen=True):
    """`certificate`: whose end it is; `issuer`: the CA that issued it, both by name.

    `reason` is empty where the room chooses it, among `reasons` or, where nothing is said, among all there are.
    """

    certificate: str
    issuer: str
    reason: Reason = ""
    reasons: tuple[Reason, ...] = ()
    phrase: str = ""


class Revoke(Single):
    """Nothing is signed here: the serial number, the moment and the reason are fixed for the CRL that follows."""

    name = "revoke"
    settings = RevokeSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action; before it the room chooses the reason, where the definition does not say it."""
        own = cast("RevokeSettings", settings)
        if own.certificate == own.issuer:
            raise Unfit(
                "CER-REVOKE",
                "A CA does not revoke its own certificate: who no longer trusts it does not believe its list either.",
                "Name the certificate that is revoked, and the CA above it.",
                where=f"{names.where}.certificate",
            )
        ask = Ask(fields=(Field(name=_ITEM, label="Reason for the revocation", choices=choices(own.reasons)),))
        act = Act(
            button=f"Revoke the certificate {own.certificate}",
            irreversible=True,
            phrase=own.phrase or f"REVOKE {own.certificate}",
            quorum=head.sign_off,
        )
        return Layout(
            title=f"Revoke the certificate {own.certificate}",
            stages=(act,) if own.reason else (ask, act),
            requires=(
                Fact(f"certificate:{own.issuer}:issued"),
                Fact(f"certificate:{own.certificate}:issued"),
                Fact(f"certificate:{own.certificate}:revoked", holds=False),
            ),
            ensures=(Fact(f"certificate:{own.certificate}:revoked"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Whose certificate it is, beyond doubt, and why it is revoked."""
        own, files = context.settings(RevokeSettings), Artifacts(ports.artifact)
        reason, read = _reason(context), _revocable(context, files)
        return Prepared(
            rows=(
                *_rows(read, certificate_of(context.plan, files, own.certificate)),
                Row("Reason", told(reason)),
                Row("Date", "the moment at which this step is done"),
                Row("Then", "it stands in every CRL that this CA issues from now on; this cannot be taken back"),
            )
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """Which certificate, of which CA, and why."""
        del op
        own = context.settings(RevokeSettings)
        return {"certificate": own.certificate, "issuer": own.issuer, "reason": _reason(context)}

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Fix the moment."""
        del call, op, secrets
        own, files, reason = context.settings(RevokeSettings), Artifacts(ports.artifact), _reason(context)
        read, der = _revocable(context, files), certificate_of(context.plan, files, own.certificate)
        moment = ports.clock.utc().astimezone(dt.UTC).replace(microsecond=0)
        return Performed(
            evidence={
                "certificate": own.certificate,
                "issuer": own.issuer,
                "certificate-sha256": hashlib.sha256(der).hexdigest(),
                "serial": read.serial.hex(),
                "date": time_text(moment),
                "reason": "" if reason == UNSPECIFIED else reason,
                "rows": msgspec.to_builtins(_rows(read, der)),
            }
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """What was revoked, when and why."""
        return (
            *msgspec.convert(evidence["rows"], tuple[Row, ...]),
            Row("Revoked at", text(evidence, "date")),
            Row("Reason", told(text(evidence, "reason") or UNSPECIFIED)),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The certificate is that CA's, was not revoked before, and is revoked for the reason that was chosen."""
        own = context.settings(RevokeSettings)
        try:
            read, der = _revocable(context, artifacts), certificate_of(context.plan, artifacts, own.certificate)
            moment_of(text(evidence, "date"))
            is_: dict[str, Json] = {
                "certificate": own.certificate,
                "issuer": own.issuer,
                "certificate-sha256": hashlib.sha256(der).hexdigest(),
                "serial": read.serial.hex(),
                "reason": _reason(context).replace(UNSPECIFIED, ""),
                "rows": msgspec.to_builtins(_rows(read, der)),
            }
        except Refusal as refusal:
            return (refusal.why,)
        except KeyError as missing:
            return (f"{missing.args[0]} is missing",)
        said = {**evidence, "rows": msgspec.to_builtins(msgspec.convert(evidence["rows"], tuple[Row, ...]))}
        return tuple(f"{name} is not what was decided about the certificate" for name in is_ if said[name] != is_[name])


def _reason(context: Context) -> str:
    """The reason by the definition, or as the room chose it in this attempt (CER-REVOKE where it has not)."""
    own = context.settings(RevokeSettings)
    answer = own.reason or context.run.answers.get(_ITEM, "")
    if isinstance(answer, Leaf) or not (answer in choices(own.reasons) or own.reason):
        raise Refusal("CER-REVOKE", "No reason has been chosen.", "Choose the reason first.")
    return own.reason or chosen(answer)


def _revocable(context: Context, artifacts: Mapping[str, bytes]) -> Certificate:
    """The certificate, if this CA issued it and has not revoked it yet (CER-REVOKE)."""
    own, plan = context.settings(RevokeSettings), context.plan
    read = certificate_there(plan, artifacts, own.certificate).read
    issuer = certificate_there(plan, artifacts, own.issuer).read
    if why := " and ".join(issued_by(read, issuer)):
        raise Refusal(
            "CER-REVOKE",
            f"The certificate {own.certificate} was not issued by the CA {own.issuer}: {why}.",
            "Nothing was revoked. Only the CA that issued a certificate can revoke it; bring the right one.",
        )
    if why := "; ".join(_before(context, artifacts, read.serial.hex())):
        raise Refusal(
            "CER-REVOKE",
            f"The certificate {own.certificate} is revoked already: {why}.",
            "Nothing was done. Its entry stays as it is in the next CRL; leave this step out of the definition.",
        )
    return read


def _before(context: Context, artifacts: Mapping[str, bytes], serial: str) -> Iterator[str]:
    """Where the serial number was revoked before: in a CRL of this CA that was brought, or by an earlier step."""
    own, plan = context.settings(RevokeSettings), context.plan
    for step in plan.definition.steps:
        if step.id == context.step.id:
            return
        evidence = context.state.evidence(step.id)
        if evidence is None or text(evidence, "issuer") != own.issuer:
            continue
        if step.kind == "revoke" and text(evidence, "serial") == serial:
            yield f"by the step {step.number}"
        if step.kind == "import-crl":
            read = _crl(crl_of(plan, artifacts, setting(step, "name")))
            entry = next((one for one in read.revoked if one.serial.hex() == serial), None)
            if entry is not None:
                yield f"its CRL number {number_of(read)} says so, since {words.time(entry.date)}"


def _crl(der: bytes) -> Crl:
    try:
        return read_crl(der)
    except MalformedError as fault:
        raise Unusable("CER-DER", f"The CRL cannot be read: {fault}.", "Compare the folder with its copies.") from fault


def _rows(read: Certificate, der: bytes) -> tuple[Row, ...]:
    """What names a certificate to people."""
    return (
        Row("Subject", words.name(read.subject)),
        Row("Serial number", read.serial.hex()),
        Row("SHA-256 of the certificate", hashlib.sha256(der).hexdigest()),
        Row("Issuer", words.name(read.issuer)),
        Row("Not before", words.time(read.not_before)),
        Row("Not after", words.time(read.not_after)),
    )
