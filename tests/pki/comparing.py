"""Requests held against a profile, for several tests."""

from __future__ import annotations

from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki.findings import standing
from ceremony_app.pki.request_compare import Beyond, Comparison, Terms, compared_request
from ceremony_app.pki.request_reading import receive_request
from tests.pki import requesting as r
from tests.pki.receiving import SUBJECT

PARTS = (NamePart(type="OU", value="07"), NamePart(type="CN", value="TMP1"))


def compared(profile: CertificateProfile, der: bytes, beyond: Beyond = "refuse", **more: object) -> Comparison:
    terms = Terms(profile=profile, mode=Mode.PRODUCTION, application=PARTS, subject=PARTS, beyond=beyond)
    changed = {name: getattr(terms, name) for name in Terms.__slots__} | more
    return compared_request(receive_request(der, Mode.PRODUCTION).read, Terms(**changed))


def asked(*extensions: bytes, subject: bytes = SUBJECT, kind: str = "p256") -> bytes:
    return r.requester(kind).request(subject, *([r.asking(*extensions)] if extensions else []))


def rules(comparison: Comparison) -> list[str]:
    return [one.rule for one in standing(comparison.findings)]


def row(comparison: Comparison, label: str) -> str:
    (found,) = [one.value for one in comparison.rows() if one.label == label]
    return found
