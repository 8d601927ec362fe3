"""Step kind `cross-certify`: name and key of another certificate, certified once more by a CA's key.

Link certificates of a root that changes its key are the same (RFC 4210, 4.4): the new root's name and key under the old
root, and the old one's under the new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Context
from ceremony_app.actions.planned import setting
from ceremony_app.actions.signing import Signing, fields_of
from ceremony_app.actions.signing_layout import SigningSettings, laid_out
from ceremony_app.actions.sources import There, certificate_there
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.values import Json, Row
from ceremony_app.pki import words
from ceremony_app.pki.extension_values import BASIC_CONSTRAINTS, SUBJECT_KEY_IDENTIFIER, basic_constraints
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.issuance import Issuance, Prepared
from ceremony_app.pki.misleading import name_shown
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.show import Label, certificate_rows
from ceremony_app.pki.structures import Certificate


class CrossCertifySettings(SigningSettings, frozen=True, kw_only=True):
    """`issuer`: the name of the CA's certificate, whose key `key` is; `certificate`: the one certified again."""

    profile: str
    issuer: str
    certificate: str


class CrossCertify(Signing):
    """Captured, approved, signed, compared, verified; the name is kept to the octet."""

    name = "cross-certify"
    digest = "certificate-sha256"
    label: Label = "CERTIFICATE"
    noun = "certificate"
    settings = CrossCertifySettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action: a signature cannot be taken back."""
        own = cast("CrossCertifySettings", settings)
        there = (f"certificate:{own.issuer}:issued", f"certificate:{own.certificate}:issued")
        made, title = f"certificate:{own.name}:issued", f"Cross-certify {own.certificate} under {own.issuer}"
        return laid_out(title, self.noun, head, own, names, made, there)

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The certificate that the trial decided, for the other one's key, under the issuer's certificate."""
        spki = _other(context, artifact).read.key.der
        return fields_of(context, artifact, spki=spki, issuer=setting(context.step, "issuer"))

    def beside(
        self, context: Context, artifact: Mapping[str, bytes], wanted: Issuance, captured: Prepared
    ) -> tuple[Row, ...]:
        """The other certificate, then what will be signed beside its profile."""
        del wanted
        other = _other(context, artifact)
        period = f"{words.time(other.read.not_before)} to {words.time(other.read.not_after)}"
        return (
            Row("Certificate that is certified again", f"{other.name}, SHA-256 {other.sha256}"),
            Row(f"Subject of {other.name}, kept to the octet", name_shown(other.read.subject)),
            Row(f"Issuer of {other.name}", name_shown(other.read.issuer)),
            Row(f"Validity of {other.name}", period),
            *captured.rows(),
        )

    def amiss(
        self, context: Context, artifact: Mapping[str, bytes], wanted: Issuance, der: bytes
    ) -> tuple[Finding, ...]:
        """In what the certificate cannot stand in a path in place of the other one."""
        del wanted
        return tuple(_apart(_other(context, artifact).read, read_certificate(der)))

    def sources(self, context: Context, artifact: Mapping[str, bytes]) -> Mapping[str, Json]:
        """The other certificate's digest."""
        other = _other(context, artifact)
        return {"certificate": other.name, "crossed-sha256": other.sha256}

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The certificate field by field."""
        return certificate_rows(der)


def _other(context: Context, artifact: Mapping[str, bytes]) -> There[Certificate]:
    return certificate_there(context.plan, artifact, setting(context.step, "certificate"))


def _apart(other: Certificate, crossed: Certificate) -> Iterator[Finding]:
    """Name, key, key identifier and the right to issue are the other's; it is not valid before the other is."""
    if crossed.subject.der != other.subject.der:
        yield _finding("subject", f"the octets of {name_shown(other.subject)}", crossed.subject.der.hex())
    if crossed.key.der != other.key.der:
        yield _finding("subjectPublicKeyInfo", "the other certificate's", "another key")
    mine, theirs = (one.extension(SUBJECT_KEY_IDENTIFIER) for one in (crossed, other))
    if mine is not None and theirs is not None and mine.value != theirs.value:
        expected = f"the other certificate's, {theirs.value.hex()}: what it issued names its issuer's key so"
        yield _finding("subjectKeyIdentifier", expected, mine.value.hex())
    if _is_ca(crossed) and not _is_ca(other):
        yield _finding("basicConstraints", "no CA, as in the other certificate", "a CA")
    if crossed.not_before.instant() < other.not_before.instant():
        yield _finding("validity.notBefore", f"{words.time(other.not_before)} or later", words.time(crossed.not_before))


def _is_ca(read: Certificate) -> bool:
    one = read.extension(BASIC_CONSTRAINTS)
    return one is not None and basic_constraints(one.value).ca


def _finding(field: str, expected: str, found: str) -> Finding:
    section = "RFC 4210, 4.4; RFC 5280, 6.1"
    return Finding(rule="CER-CROSS", field=field, section=section, expected=expected, found=found)
