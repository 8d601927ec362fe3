"""Everything that can be wrong is found before a key exists."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy, Severity, Waiver
from ceremony_app.core.profiles import BasicConstraints, KeyUsage, Said, Validity
from ceremony_app.core.values import Mode
from ceremony_app.pki.fields import RevokedCertificate, as_json, from_json
from ceremony_app.pki.findings import Finding, finding_rows, standing
from ceremony_app.pki.general import severity
from ceremony_app.pki.issuance import issuance
from ceremony_app.pki.trial import Planned, PlannedCertificate, PlannedCrl, Tried, octets_needed, trial
from tests.pki.making import MOMENT, Made, random_octets, root_and_crl, said


def tried(policy: Policy, planned: tuple[Planned, ...], octets: bytes | None = None) -> tuple[Tried, ...]:
    drawn = random_octets(policy, planned) if octets is None else octets
    return trial(policy, Mode.PRODUCTION, planned, moment=MOMENT, octets=drawn)


def fields_of(found: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(one.rule, one.field) for one in standing(found)}


def test_the_kind_of_key_that_the_ceremony_will_make_is_the_profiles(general: Policy) -> None:
    planned = (PlannedCertificate(name="root", profile="root", issued_by="root", key=Algorithm.P256),)
    (one,) = tried(general, planned)
    assert ("CER-PROFILE", "subjectPublicKeyInfo") in fields_of(one.findings)
    assert not one.good


def test_the_general_linter_finds_what_the_profile_itself_has_wrong(general: Policy) -> None:
    """A profile can be followed to the letter and still be wrong."""
    root = general.certificates["root"]
    not_critical = KeyUsage(critical=False, usages=("keyCertSign", "cRLSign"))
    policy = msgspec.structs.replace(
        general,
        certificates={"root": msgspec.structs.replace(root, **said(root, "key_usage", not_critical))},
    )
    one, _ = tried(policy, root_and_crl())
    (found,) = standing(one.findings)
    assert found.rule == "CER-LINT"
    assert found.section
    waiver = Waiver(finding=found.section, profile="root", reason="old devices", section="9", provenance="unverified")
    one, _ = tried(msgspec.structs.replace(policy, waivers=(waiver,)), root_and_crl())
    assert one.good
    (accepted,) = one.findings
    assert accepted.waived == "old devices"
    assert "Accepted" in finding_rows(one.findings)[0].label
    for wrong in (
        msgspec.structs.replace(waiver, profile="root-crl"),
        msgspec.structs.replace(waiver, finding="pkix.another"),
        msgspec.structs.replace(waiver, where="certificate.tbsCertificate.subject"),
    ):
        assert not tried(msgspec.structs.replace(policy, waivers=(wrong,)), root_and_crl())[0].good


def test_the_policy_says_at_which_severity_the_general_linter_stops(general: Policy) -> None:
    """A key usage that is not critical is a WARNING to it; below the policy's threshold it is told all the same."""
    not_critical = KeyUsage(critical=False, usages=("keyCertSign", "cRLSign"))
    root = general.certificates["root"]
    policy = msgspec.structs.replace(
        general, certificates={"root": msgspec.structs.replace(root, **said(root, "key_usage", not_critical))}
    )

    def stopping_at(severity: Severity | None) -> tuple[Finding, ...]:
        statement = None if severity is None else Said(value=severity, section="4.2", provenance="verified")
        rules = msgspec.structs.replace(policy.rules, lint_stops_at=statement)
        return tried(msgspec.structs.replace(policy, rules=rules), root_and_crl())[0].findings

    (usual,) = standing(stopping_at(None))
    assert severity(usual) == "WARNING"
    assert [one.field for one in standing(stopping_at("warning"))] == [usual.field]
    (told,) = stopping_at("error")
    assert (told.section, told.field, told.found) == (usual.section, usual.field, usual.found)
    assert told.waived == "The policy stops at findings of severity ERROR and worse (4.2)."
    assert not standing(stopping_at("error"))
    assert {usual} <= set(standing(stopping_at("notice")))


def test_a_crl_scheme_of_another_family_is_refused(general: Policy) -> None:
    crl = general.crls["root-crl"]
    altered = msgspec.structs.replace(crl, **said(crl, "signature", Scheme.RSA_SHA256))
    with pytest.raises(Refusal, match="cannot sign by sha256WithRSAEncryption") as refusal:
        tried(msgspec.structs.replace(general, crls={"root-crl": altered}), root_and_crl())
    assert refusal.value.rule == "CER-PROFILE"


def test_a_ca_that_may_not_sign_its_crl_is_found(general: Policy) -> None:
    root = general.certificates["root"]
    usage = KeyUsage(critical=True, usages=("keyCertSign",))
    policy = msgspec.structs.replace(
        general, certificates={"root": msgspec.structs.replace(root, **said(root, "key_usage", usage))}
    )
    _, crl = tried(policy, root_and_crl())
    assert ("CER-PROOF", "issuer.keyUsage") in fields_of(crl.findings)


def test_an_issuing_ca_that_outlives_its_root_is_found(s1spki: Policy) -> None:
    root, issuing = s1spki.certificates["operator-root"], s1spki.certificates["operator-issuing"]
    longer = msgspec.structs.replace(issuing, **said(issuing, "validity", Validity(years=51)))
    deeper = msgspec.structs.replace(
        root, **said(root, "basic_constraints", BasicConstraints(critical=True, ca=True, path_length=0))
    )
    policy = msgspec.structs.replace(
        s1spki, certificates=s1spki.certificates | {"operator-root": deeper, "operator-issuing": longer}
    )
    key = Algorithm.P256
    _, one = tried(
        policy,
        (
            PlannedCertificate(name="r", profile="operator-root", issued_by="r", key=key),
            PlannedCertificate(name="i", profile="operator-issuing", issued_by="r", key=key),
        ),
    )
    assert {("CER-PROOF", "validity"), ("CER-PROOF", "basicConstraints")} <= fields_of(one.findings)


def test_a_crl_with_entries_and_a_number(general: Policy, root: Made) -> None:
    revoked = (
        RevokedCertificate(serial="4f", date="2026-11-20T10:00:00Z", reason="keyCompromise"),
        RevokedCertificate(serial="0123456789", date="2050-01-01T00:00:00Z"),
    )
    planned = (PlannedCrl(name="crl-7", profile="root-crl", issued_by="root", number=7, revoked=revoked),)
    (one,) = trial(general, Mode.PRODUCTION, planned, moment=MOMENT, octets=b"", issuers={"root": root.der["root"]})
    assert one.good, one.findings
    told = {row.label: row.value for row in one.rows()}
    assert told["cRLNumber"].startswith("7 ")
    assert "keyCompromise" in told["Revoked 4f"]
    assert "GeneralizedTime" in told["Revoked 0123456789"]
    assert from_json(as_json(one.fields)) == one.fields
    for wrong in ("no reason", "unspecified", "key_compromise"):
        entry = RevokedCertificate(serial="4f", date="2026-11-20T10:00:00Z", reason=wrong)
        fields = msgspec.structs.replace(one.fields, revoked=(entry,))
        with pytest.raises(Refusal, match="CER-CRL"):
            issuance(general, Mode.PRODUCTION, fields, issuer=root.der["root"]).builder()


def test_octets_are_counted_and_used_once(s1spki: Policy, general: Policy) -> None:
    assert octets_needed(general, root_and_crl()) == 20
    assert octets_needed(s1spki, ()) == 0
    for octets in (b"", b"\x01" * 19, bytes(20)):
        with pytest.raises(Refusal, match="CER-SERIAL"):
            tried(general, root_and_crl(), octets)
    twins = tuple(
        PlannedCertificate(name=name, profile="operator-root", issued_by=name, key=Algorithm.P256) for name in "ab"
    )
    with pytest.raises(Refusal, match="CER-SERIAL"):
        tried(s1spki, twins, b"\x01" * 32)


def test_an_issuer_must_come_first_and_profiles_must_exist(general: Policy) -> None:
    for planned, rule in (
        (root_and_crl()[::-1], "CER-ISSUER"),
        ((PlannedCertificate(name="a", profile="root", issued_by="b", key=Algorithm.P384),), "CER-ISSUER"),
        ((PlannedCertificate(name="a", profile="none", issued_by="a", key=Algorithm.P384),), "CER-PROFILE"),
        ((root_and_crl()[0], PlannedCrl(name="c", profile="root", issued_by="root")), "CER-PROFILE"),
    ):
        with pytest.raises(Refusal) as refusal:
            tried(general, planned, b"\x01" * 20)
        assert refusal.value.rule == rule


def test_a_trial_repeats_but_for_its_keys(general: Policy) -> None:
    first, second = tried(general, root_and_crl()), tried(general, root_and_crl())
    assert [one.fields for one in first] == [one.fields for one in second]
    assert first[0].sha256 != second[0].sha256


def test_every_field_is_shown_beside_the_profile(general: Policy, s1spki: Policy) -> None:
    one, crl = tried(general, root_and_crl())
    told = {compared.field: compared for compared in one.compared}
    passing = {compared.field for compared in one.compared if "throw-away" in compared.signed}
    identifiers = {"subjectKeyIdentifier", "authorityKeyIdentifier"}
    assert passing == {"Public key", "SHA-256 of the public key"} | identifiers
    assert told["Version"].signed == "v3 (INTEGER 2)"
    assert told["certificatePolicies"].signed == "absent"
    assert told["Not after"].profile == "20 years"
    assert told["Subject"].provenance == "unverified"
    assert "UNVERIFIED" in told["Subject"].row().value
    assert "BR 7.1.1" in told["Version"].row().value
    assert {compared.field for compared in crl.compared} >= {"Version", "Next update", "cRLNumber", "Issuer"}
    spoken = [compared for compared in one.compared if compared.profile]
    paths = [path for path, _ in general.statements() if path.startswith("certificates.root.")]
    assert len(spoken) == len(paths)


def test_cer_serial_a_number_that_another_certificate_has_is_not_given_again(general: Policy) -> None:
    planned = (PlannedCertificate(name="root", profile="root", issued_by="root", key=Algorithm.P384),)
    octets = random_octets(general, planned)
    (one,) = trial(general, Mode.PRODUCTION, planned, moment=MOMENT, octets=octets)
    serial = getattr(one.fields, "serial", "")
    with pytest.raises(Refusal) as caught:
        trial(general, Mode.PRODUCTION, planned, moment=MOMENT, octets=octets, taken=(serial,))
    assert caught.value.rule == "CER-SERIAL"
    trial(general, Mode.PRODUCTION, planned, moment=MOMENT, octets=octets, taken=("01",))
