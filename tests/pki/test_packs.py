"""The shipped packs: strict, honest about what was verified, and fit to be held."""

from __future__ import annotations

import re

import msgspec
import pytest

from ceremony_app.core.policy import Claim, Policy
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki.contradictions import contradictions
from ceremony_app.pki.findings import standing
from tests.pki.making import RESOURCES, Made, pack

REASON = (
    "The linter reads uniqueIdentifier as a DirectoryString; X.520 has it as a BIT STRING, and so do DCC's test"
    " certificates."
)
PACKS = ("s1spki-foc", "smki-organisation", "general")


def altered(name: str, old: str, new: str) -> Policy:
    """A pack with one thing in its text changed."""
    text = (RESOURCES / f"{name}.toml").read_text()
    assert old in text
    return msgspec.toml.decode(text.replace(old, new, 1), type=Policy, strict=True)


@pytest.mark.parametrize("name", PACKS)
def test_packs_are_named_as_their_files_and_are_templates(name: str) -> None:
    policy = pack(name)
    assert policy.id == name
    assert policy.template
    assert all(said.section for _, said in policy.statements())
    paths = [path for path, _ in policy.statements()]
    assert len(set(paths)) == len(paths)
    assert set(policy.unverified()) <= set(paths)


def test_nothing_of_a_document_that_nobody_saw_is_verified() -> None:
    policy = pack("smki-organisation")
    assert set(policy.unverified()) == {path for path, _ in policy.statements()}
    assert all(one.provenance == "unverified" for one in policy.waivers)
    for profile in policy.certificates.values():
        assert all(oid.startswith("1.3.6.1.4.1.32473.") for oid in profile.certificate_policies.value.oids)


def test_only_what_the_public_report_settles_is_verified(s1spki: Policy) -> None:
    verified = {path for path, said in s1spki.statements() if said.provenance == "verified"}
    told_of = ("operator-root", "operator-issuing", "hes-signing", "hes-key-agreement")
    versions = {f"certificates.{name}.version" for name in told_of}
    assert verified == versions | {"certificates.operator-root.issuer"}
    assert all("FOC report" in said.section for path, said in s1spki.statements() if path in verified)


def test_what_nobody_knows_is_marked_as_a_parameter(s1spki: Policy) -> None:
    for profile in s1spki.certificates.values():
        assert all(oid.startswith("1.3.6.1.4.1.32473.") for oid in profile.certificate_policies.value.oids)
        assert "PARAMETER" in profile.subject.note
        assert "PARAMETER" in profile.certificate_policies.note
        assert profile.validity.provenance == "unverified"
    root: CertificateProfile = s1spki.certificates["operator-root"]
    assert root.subject_in(Mode.REHEARSAL) == root.subject.value


def test_verified_statements_of_the_general_pack_name_a_section(general: Policy) -> None:
    for _, said in general.statements():
        if said.provenance == "verified":
            assert re.search(r"BR \d|RFC \d", said.section)


def test_every_waiver_is_needed_and_nothing_else_is_found(operator: Made, root: Made) -> None:
    for made in (operator, root):
        found = [(one.fields.profile, finding) for one in made.tried for finding in one.findings]
        assert not standing(finding for _, finding in found)
        used = {(profile, finding.section, finding.field, finding.waived) for profile, finding in found}
        assert used == {(one.profile, one.finding, one.where, one.reason) for one in made.policy.waivers}


def test_the_contradiction_of_the_founding_document_is_named(s1spki: Policy) -> None:
    (found,) = contradictions(s1spki)
    assert found.rule == "CER-CLAIM"
    assert found.section == "7.2.1"
    assert "CRLs" in found.expected
    assert "2" in found.expected
    assert "version 3" in found.found


def test_contradictions_of_other_kinds(general: Policy) -> None:
    assert contradictions(general) == ()

    def claimed(section: str, subject: str, value: int) -> int:
        claim = msgspec.convert(
            {"section": section, "subject": subject, "value": value, "provenance": "verified"}, type=Claim
        )
        return len(contradictions(msgspec.structs.replace(general, claims=(claim,))))

    assert claimed("7.2.1", "crl-version", 2) == 0
    assert claimed("7.2.1", "crl-version", 3) == 1 + len(general.crls)  # no such version, and not the profiles'
    assert claimed("7.1.1", "certificate-version", 2) == len(general.certificates)
    assert claimed("7.1.1", "crl-version", 2) == 1
    assert claimed("9.9", "crl-version", 2) == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "path"),
    [
        ("general", "format = 1", "format = 2", "$.format"),
        ("general", "template = true", "template = true\nsurprise = 1", "surprise"),
        (
            "general",
            "octets = 20, random-bits = 159",
            "octets = 21, random-bits = 159",
            "$.certificates[...].serial.value",
        ),
        (
            "general",
            "octets = 20, random-bits = 159",
            "octets = 20, random-bits = 160",
            "$.certificates[...].serial.value",
        ),
        (
            "general",
            "octets = 20, random-bits = 159",
            "octets = 20, random-bits = 63",
            "$.certificates[...].serial.value",
        ),
        (
            "general",
            "{ years = 20 }",
            "{ years = 20, until = '99991231235959Z' }",
            "$.certificates[...].validity.value",
        ),
        ("general", "{ years = 20 }", "{ until = '99991331235959Z' }", "$.certificates[...].validity.value"),
        ("general", "{ years = 20 }", "{ until = '2026-01-01' }", "$.certificates[...].validity.value"),
        ("general", "{ years = 20 }", "{ years = 0 }", "$.certificates[...].validity.value"),
        ("general", "{ years = 20 }", "{ years = '20' }", "$.certificates[...].validity.value.years"),
        ("general", '"ecdsa-with-SHA384"', '"sha384WithRSAEncryption"', "$.certificates[...]"),
        ("general", '"ecdsa-with-SHA384"', '"ecdsa-with-SHA1"', "$.certificates[...].signature.value"),
        ("general", '"P-384"', '"P-192"', "$.certificates[...].key.value"),
        ("general", "ca = true }", "ca = false, path-length = 1 }", "basic-constraints.value"),
        ("general", "ca = true }", "ca = true, present = false }", "basic-constraints.value"),
        ("general", "ca = true }", "ca = false }", "$.certificates[...]"),
        ("general", '["keyCertSign", "cRLSign"]', "[]", "key-usage.value"),
        ("general", '["keyCertSign", "cRLSign"]', '["keyCertSign", "keyCertSign"]', "key-usage.value"),
        ("general", '["keyCertSign", "cRLSign"]', '["certSign"]', "key-usage.value.usages[0]"),
        ("general", '["keyCertSign", "cRLSign"]', '["encipherOnly"]', "key-usage.value"),
        ("general", "oids = []", 'oids = ["1"]', "certificate-policies.value"),
        ("general", "oids = []", 'oids = ["2.5.1", "2.5.1"]', "certificate-policies.value"),
        ("general", 'method = "sha256-160"', 'method = "md5"', "subject-key-identifier.value.method"),
        ("general", '{ type = "C", value = "GB" }', '{ type = "C", value = "UK " }', "rehearsal-subject[0]"),
        ("general", 'provenance = "verified"', 'provenance = "certain"', "provenance"),
        ("general", "value = 365", "value = 0", "$.crls[...]"),
        ("general", "crls.root-crl.version", "crls.root.version", "crls"),
        (
            "general",
            "years = 10, capped = true",
            'years = 10, capped = "yes"',
            "$.certificates[...].validity.value.capped",
        ),
        ("general", "{ years = 20 }", "{ years = 20, capped = true }", "$.certificates[...]"),
        ("general", '"serverAuth", "clientAuth"', '"serverAuth", "1.3.6.1.5.5.7.3.1"', "extended-key-usage.value"),
        ("general", '"serverAuth", "clientAuth"', '"webServer"', "extended-key-usage.value"),
        ("general", 'purposes = ["serverAuth", "clientAuth"]', "purposes = []", "extended-key-usage.value"),
        ("general", '["http://pki.example/root-g1.crl"]', '["ftp://pki.example/a"]', "crl-distribution-points.value"),
        ("general", '["http://pki.example/root-g1.crl"]', '["http://a b"]', "crl-distribution-points.value"),
        ("general", '["http://pki.example/root-g1.crl"]', '["http://a", "http://a"]', "crl-distribution-points.value"),
        ("general", '["http://pki.example/root-g1.crl"]', "[]", "crl-distribution-points.value"),
        ("general", '["http://pki.example/root-g1.crl"]', "7", "crl-distribution-points.value.uris"),
        ("general", 'ca-issuers = ["http://pki.example/root-g1.cer"]', "", "authority-information-access.value"),
        ("general", 'ca-issuers = ["http://pki', 'ca-issuer = ["http://pki', "authority-information-access.value"),
        ("general", '{ CN = "[a-z0-9][a-z0-9.-]{0,62}" }', '{ CN = "(a+)+" }', "subject-varies"),
        ("general", '{ CN = "[a-z0-9][a-z0-9.-]{0,62}" }', '{ CN = "[a-z]" }', "subject-varies"),
        ("general", '{ CN = "[a-z0-9][a-z0-9.-]{0,62}" }', '{ L = "[a-z]" }', "subject-varies"),
        ("general", '{ CN = "[a-z0-9][a-z0-9.-]{0,62}" }', '{ CN = "[a-z" }', "subject-varies"),
        ("general", '{ CN = "[a-z0-9][a-z0-9.-]{0,62}" }', "{ CN = 7 }", "subject-varies"),
        ("general", 'value = "warning"', 'value = "fatal"', "$.rules.lint-stops-at.value"),
        ("general", 'section = "BR 7.1.1"', 'section = " "', "$.certificates[...].version"),
        ("s1spki-foc", f'reason = "{REASON}"', 'reason = " "', "$.waivers[0]"),
        ("s1spki-foc", 'section = "X.520; DCC test"', 'section = ""', "$.waivers[0]"),
        ("s1spki-foc", 'profile = "hes-signing"', 'profile = "hes"', "waiver"),
        ("s1spki-foc", "TMPL", "TM\\u202ePL", "subject.value[1]"),
    ],
)
def test_a_malformed_statement_is_named_by_its_path(name: str, old: str, new: str, path: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        altered(name, old, new)
    assert path in str(refused.value)


def test_a_profile_and_a_crl_profile_have_different_names(general: Policy) -> None:
    with pytest.raises(ValueError, match="names a certificate profile and a CRL profile"):
        msgspec.convert(
            msgspec.to_builtins(general) | {"crls": {"root": msgspec.to_builtins(general.crls["root-crl"])}},
            type=Policy,
        )
