"""A next CRL beside the one before: nobody comes back, nothing is older, and it is the same CA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.pki import structures as x
from ceremony_app.pki.continuity import continuity
from ceremony_app.pki.reading import read_certificate, read_crl

KEY, STRANGER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
Entries = Mapping[int, tuple[dt.datetime, str]]
BEFORE: Entries = {7: (NOW - 9 * DAY, "key_compromise"), 8: (NOW - 8 * DAY, ""), 9: (NOW - 7 * DAY, "certificate_hold")}


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def issuer() -> x.Certificate:
    """The CA's certificate."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named("CA"))
        .issuer_name(named("CA"))
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(NOW - 900 * DAY)
        .not_valid_after(NOW + 900 * DAY)
    )
    return read_certificate(builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER))


def crl(
    number: int,
    revoked: Entries,
    *,
    at: dt.datetime = NOW,
    days: int = 30,
    name: str = "CA",
    key: ec.EllipticCurvePrivateKey = KEY,
    names: ec.EllipticCurvePrivateKey | None = None,
) -> x.Crl:
    """A CRL; `names` is the key that its authority key identifier names."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(named(name))
        .last_update(at)
        .next_update(at + days * DAY)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key((names or key).public_key()), critical=False)
    )
    for serial, (date, reason) in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(date)
        if reason:
            entry = entry.add_extension(x509.CRLReason(getattr(x509.ReasonFlags, reason)), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return read_crl(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def rules(previous: x.Crl, new: x.Crl) -> set[str]:
    """The rules that stand against a next CRL."""
    return {finding.rule for finding in continuity(previous, new, issuer())}


LAST = crl(4, BEFORE, at=NOW - 3 * DAY)


def test_a_crl_that_goes_on_has_nothing_against_it() -> None:
    assert rules(LAST, crl(5, BEFORE)) == set()
    assert rules(LAST, crl(50, {**BEFORE, 10: (NOW, "superseded")})) == set()
    assert rules(LAST, crl(5, {**BEFORE, 9: (NOW - 7 * DAY, "remove_from_crl")})) == set(), "a hold may be lifted"


@pytest.mark.parametrize("number", [4, 3, 0])
def test_cer_crl_number_going_back_or_standing_still(number: int) -> None:
    assert rules(LAST, crl(number, BEFORE)) == {"CER-CRL-NUMBER"}


@given(st.sets(st.sampled_from(sorted(BEFORE)), max_size=len(BEFORE) - 1))
def test_cer_crl_dropped_whatever_is_left_out(kept: set[int]) -> None:
    found = continuity(LAST, crl(5, {serial: BEFORE[serial] for serial in kept}), issuer())
    dropped = {finding.field for finding in found if finding.rule == "CER-CRL-DROPPED"}
    assert dropped == {f"revokedCertificates {serial:02x}" for serial in set(BEFORE) - kept}
    assert {finding.rule for finding in found} == {"CER-CRL-DROPPED"}


@pytest.mark.parametrize(
    "changed",
    [
        {7: (NOW - 9 * DAY, "superseded")},
        {7: (NOW - 6 * DAY, "key_compromise")},
        {8: (NOW - 8 * DAY, "key_compromise")},
        {7: (NOW - 9 * DAY, "remove_from_crl")},
        {10: (NOW, "remove_from_crl")},
    ],
    ids=["reason", "date", "a-reason-that-there-was-not", "no-hold-is-lifted", "what-was-never-on-hold"],
)
def test_cer_crl_entry_one_that_says_something_else(changed: Entries) -> None:
    assert rules(LAST, crl(5, {**BEFORE, **changed})) == {"CER-CRL-ENTRY"}


def test_cer_crl_date_older_over_sooner_or_dated_ahead() -> None:
    assert rules(LAST, crl(5, BEFORE, at=NOW - 4 * DAY, days=40)) == {"CER-CRL-DATE"}
    assert rules(LAST, crl(5, BEFORE, days=20)) == {"CER-CRL-DATE"}
    assert rules(LAST, crl(5, {**BEFORE, 10: (NOW + DAY, "")})) == {"CER-CRL-DATE"}


def test_cer_crl_issuer_another_name_another_key_or_a_previous_one_that_nobody_signed() -> None:
    assert rules(LAST, crl(5, BEFORE, name="Another CA")) == {"CER-CRL-ISSUER"}
    assert rules(LAST, crl(5, BEFORE, names=STRANGER)) == {"CER-CRL-ISSUER"}
    assert rules(crl(4, BEFORE, key=STRANGER, names=KEY, at=NOW - 3 * DAY), crl(5, BEFORE)) == {"CER-CRL-ISSUER"}
