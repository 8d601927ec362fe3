"""Objects of others held against a pack: every field broken in turn is named with its section, good ones pass."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.errors import Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.judging import Field, Judged
from ceremony_app.pki.linting import MOST_ENTRIES, judge
from ceremony_app.pki.loading import load_certificate
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.received import Received
from tests.pki import breaking, unusual
from tests.pki.breaking import Change, broken, broken_crl
from tests.pki.making import Made, said
from tests.pki.requesting import sequence, tlv
from tests.pki.test_lint import CERTIFICATE_FIELDS
from tests.pki.test_lint_crl import CRL_FIELDS

LABELS = {
    "version": "Version",
    "serialNumber": "Serial number",
    "signature": "Signature algorithm",
    "signatureAlgorithm": "Signature algorithm",
    "issuer": "Issuer",
    "subject": "Subject",
    "validity": "Not after",
    "validity.notBefore": "Not before",
    "subjectPublicKeyInfo": "Public key",
    "nextUpdate": "Next update",
    "revokedCertificates": "Revoked certificates",
}
"""The fields as a person sees them, by the names that findings have."""


def judged(octets: bytes, policy: Policy, profile: str = "", issuer: bytes = b"") -> Judged:
    above = read_certificate(issuer) if issuer else None
    return judge(policy, Received("", octets), profile=profile, issuer=above)


def not_good(one: Judged) -> dict[str, Field]:
    """The fields that something speaks against."""
    return {field.field: field for field in one.fields if not field.good}


def places(one: Judged, rule: str) -> set[str]:
    return {finding.where for finding in one.findings if finding.rule == rule and not finding.waived}


def test_what_a_ceremony_made_is_good(root: Made, operator: Made) -> None:
    for made in (root, operator):
        for one in made.tried:
            name, issuer = one.fields.name, made.der[one.fields.issued_by]
            result = judged(made.der[name], made.policy, issuer=issuer)
            assert (result.verdict, result.profile, result.standing) == ("good", one.fields.profile, 0), result.findings
            assert result.fields
            assert not not_good(result)
            sections = {said.section for _, said in made.policy.statements()}
            told = {part for one in result.fields if one.provenance for part in one.section.split("; what varies: ")}
            assert told <= sections
            assert {field.provenance for field in result.fields} <= {"verified", "unverified", ""}


def test_what_the_pack_waives_is_told_with_its_reason(operator: Made) -> None:
    result = judged(operator.der["hes-1"], operator.policy)
    (finding,) = result.findings
    assert (finding.rule, finding.severity) == ("CER-LINT", "FATAL")
    assert "X.520" in finding.waived
    assert result.verdict == "good"
    unwaived = msgspec.structs.replace(operator.policy, waivers=())
    assert judged(operator.der["hes-1"], unwaived).verdict == "findings"


@pytest.mark.parametrize(("field", "value", "expected"), CERTIFICATE_FIELDS)
def test_a_certificate_that_is_not_as_the_profile_says(
    root: Made, field: str, value: object, expected: set[str]
) -> None:
    """Each statement changed in turn: the certificate's field is not good, and the statement's section stands there."""
    profile = root.policy.certificates["root"]
    section = f"section of {field}"
    statement = msgspec.structs.replace(getattr(profile, field), value=value, section=section)
    changed = msgspec.structs.replace(profile, **{field: statement})
    policy = msgspec.structs.replace(root.policy, certificates={"root": changed})
    result = judged(root.der["root"], policy, "root")
    assert result.verdict == "findings"
    assert set(not_good(result)) == {LABELS.get(name, name) for name in expected}
    assert {one.section for one in not_good(result).values()} == {section}
    assert all(one.provenance == statement.provenance for one in not_good(result).values())
    assert places(result, "CER-PROFILE") == expected


@pytest.mark.parametrize(("field", "value", "expected"), CRL_FIELDS)
def test_a_crl_that_is_not_as_the_profile_says(root: Made, field: str, value: object, expected: set[str]) -> None:
    profile = root.policy.crls["root-crl"]
    policy = msgspec.structs.replace(
        root.policy, crls={"root-crl": msgspec.structs.replace(profile, **said(profile, field, value))}
    )
    result = judged(root.der["root-crl"], policy, "root-crl")
    assert set(not_good(result)) == {LABELS.get(name, name) for name in expected}
    assert {one.section for one in not_good(result).values()} == {getattr(profile, field).section}
    assert places(result, "CER-PROFILE") == expected


@pytest.mark.parametrize(
    ("change", "label", "sections"),
    [
        (breaking.version, "Version", {"BR 7.1.1", "RFC 5280, 4.1.2.1"}),
        (breaking.negative, "Serial number", {"RFC 5280, 4.1.2.2"}),
        (breaking.sequential, "Serial number", {"BR 7.1.2.1; RFC 5280, 4.1.2.2"}),
        (breaking.long, "Serial number", {"BR 7.1.2.1; RFC 5280, 4.1.2.2", "RFC 5280, 4.1.2.2"}),
        (breaking.null, "Signature algorithm", {"BR 7.1.3.2.2", "RFC 5758, 3.2"}),
        (breaking.outer, "Signature algorithm", {"BR 7.1.3.2.2", "RFC 5280, 4.1.1.2"}),
        (breaking.issuer, "Issuer", {"BR 7.1.2.1"}),
        (breaking.printable, "Subject", {"RFC 5280, 4.1.2.4"}),
        (breaking.joined, "Subject", {"BR 7.1.2.10.2, 7.1.4.2; the values: example"}),
        (breaking.generalized, "Not before", {"RFC 5280, 4.1.2.5"}),
        (breaking.second_too_long, "Not after", {"BR 7.1.2.1.1"}),
        (breaking.unique, "issuerUniqueID", {"RFC 5280, 4.1.2.8"}),
        (breaking.twice, "basicConstraints", {"RFC 5280, 4.2"}),
        (breaking.another, "1.3.6.1.4.1.32473.3", {"the profile's extensions"}),
    ],
)
def test_what_is_wrong_in_a_certificates_octets(root: Made, change: Change, label: str, sections: set[str]) -> None:
    """Findings tell the sections; libraries refuse to load many of these."""
    result = judged(broken(root.der["root"], change), root.policy, "root")
    assert result.verdict == "findings"
    assert label in not_good(result)
    named = {name for name in (*LABELS, label) if LABELS.get(name, name) == label}
    told = [one.what for one in result.findings if one.where in named]
    for section in sections:
        assert any(what.endswith(f"({section})") for what in told), (section, told)


@pytest.mark.parametrize(
    ("change", "label", "section"),
    [
        (breaking.v1, "Version", "RFC 5280, 5.1.2.1"),
        (breaking.no_next, "Next update", "BR 7.2, 4.9.7"),
        (breaking.empty, "Revoked certificates", "RFC 5280, 5.1.2.6"),
        (breaking.doubled, "Revoked certificates", "RFC 5280, 5.3"),
        (breaking.outer, "Signature algorithm", "RFC 5280, 5.1.1.2"),
    ],
)
def test_what_is_wrong_in_a_crls_octets(root: Made, change: Change, label: str, section: str) -> None:
    result = judged(broken_crl(root.der["root-crl"], change), root.policy)
    assert label in not_good(result)
    assert any(one.what.endswith(f"({section})") for one in result.findings)


def test_a_certificate_in_the_shape_of_gb_smart_metering(operator: Made) -> None:
    """Serial of 16 octets, OU and uniqueIdentifier, method (2), critical policy: good but for the NULL in some."""
    octets = unusual.smki(operator.der["hes-1"], operator.keys["issuing"])
    with pytest.raises(MalformedError):
        load_certificate(octets)
    result = judged(octets, operator.policy, issuer=operator.der["issuing"])
    assert (result.verdict, result.profile) == ("findings", "hes-signing")
    assert set(not_good(result)) == {"Signature algorithm"}
    told = [one.what for one in result.findings if one.rule == "CER-ENCODING"]
    assert len(told) == 2
    assert all("parameters NULL (RFC 5758, 3.2)" in what for what in told)
    assert not places(result, "CER-PROOF"), "the signature verifies all the same"


def test_an_issuing_ca_of_smki_without_basic_constraints_is_still_taken_for_a_ca(operator: Made) -> None:
    octets = unusual.without_extension(operator.der["issuing"], bytes.fromhex("0603551d13"))
    result = judged(octets, operator.policy)
    assert result.profile == "operator-issuing"
    assert set(not_good(result)) == {"basicConstraints"}


def test_a_device_certificate_that_never_ends(operator: Made) -> None:
    """99991231235959Z (GBCS 12): read, and held against the profile's years."""
    times = sequence(b"\x17\x0d261123120000Z", unusual.NEVER)
    result = judged(unusual.with_member(operator.der["hes-2"], 4, times), operator.policy)
    assert result.profile == "hes-key-agreement"
    assert set(not_good(result)) == {"Not after"}
    assert not_good(result)["Not after"].object.startswith("9999-12-31 23:59:59 UTC (Friday)")


def test_without_an_issuer_nothing_is_said_to_be_compared(operator: Made) -> None:
    alone = {field.field: field.object for field in judged(operator.der["hes-1"], operator.policy).fields}
    held = {
        field.field: field.object
        for field in judged(operator.der["hes-1"], operator.policy, issuer=operator.der["issuing"]).fields
    }
    for label in ("Issuer", "authorityKeyIdentifier"):
        assert alone[label] == f"{held[label]} (not held against an issuer's certificate)"
    assert "Signature by the issuer" in held.keys() - alone.keys()


def test_no_object_at_all_is_unusable(general: Policy, root: Made) -> None:
    outline = sequence(sequence(b"\x04\x00"), unusual.ECDSA_SHA256, b"\x03\x01\x00")
    for octets in (b"", b"\x30\x00", b"\x30\x82\x01", root.der["root"][:200], sequence(b"\x05\x00"), outline):
        result = judged(octets, general)
        assert (result.kind, result.verdict, result.fields) == ("", "unusable", ())
        assert [one.rule for one in result.findings] == ["CER-DER"]


def test_a_profile_that_the_pack_has_not(general: Policy, root: Made) -> None:
    for profile in ("none", "root-crl"):
        with pytest.raises(Unusable) as refused:
            judged(root.der["root"], general, profile)
        assert refused.value.rule == "CER-PROFILE"
        assert refused.value.what_to_do.startswith("It has: root, issuing-ca, end-entity, ")
    without = msgspec.structs.replace(general, crls={})
    with pytest.raises(Unusable, match="has none for it"):
        judged(root.der["root-crl"], without)


def test_a_label_that_says_something_else_is_a_finding(general: Policy, root: Made) -> None:
    result = judge(general, Received("X509 CRL", root.der["root"]))
    (finding,) = result.findings
    assert (finding.rule, finding.where) == ("CER-ENCODING", "label")
    assert "RFC 7468" in finding.what


def test_hostile_texts_are_escaped_and_bounded(root: Made) -> None:
    """A name of 100,000 characters with a right-to-left override: shown, cut with notice, and no control among it."""
    text = ("A\u202eB\u200b" + "C" * 100_000 + "\n").encode()
    name = sequence(tlv(0x31, sequence(b"\x06\x03\x55\x04\x03", tlv(0x0C, text))))
    result = judged(unusual.with_member(root.der["root"], 5, name), root.policy, "root")
    written = msgspec.json.encode(result).decode()
    assert "\\u{202E}" in result.fields[6].object
    assert "characters in all" in result.fields[6].object
    assert len(written) < 30_000
    assert not {"\u202e", "\u200b", "\n"} & set(written)


def test_a_long_crl_is_told_by_its_first_entries(root: Made) -> None:
    entries = b"".join(sequence(tlv(2, (2**30 + n).to_bytes(4, "big")), b"\x17\x0d261122000000Z") for n in range(300))

    def revoking(octets: bytes) -> bytes:
        tbs, *rest = unusual.members(octets)
        parts = unusual.members(tbs)
        return sequence(sequence(*parts[:5], sequence(entries), *parts[5:]), *rest)

    result = judged(revoking(root.der["root-crl"]), root.policy)
    told = [one.field for one in result.fields if one.field.startswith("Revoked ")]
    assert len(told) == MOST_ENTRIES + 1
    assert any(one.object.startswith("300, of which the first") for one in result.fields)
