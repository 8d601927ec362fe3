"""Requests of others held against a pack: what they prove by themselves, and what they ask beside the profile."""

from __future__ import annotations

from ceremony_app.core.policy import Policy
from ceremony_app.pki.compare import Compared
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.judging import Judged, fields_of
from ceremony_app.pki.linting import judge
from ceremony_app.pki.received import Received
from tests.pki import unusual
from tests.pki.making import only_root
from tests.pki.requesting import CHALLENGE, CN, OU, asking, attribute, extension, info, named, requester, sequence, tlv

SUBJECT = named((OU, "07"), (CN, "TMP1"))
USAGE = extension("2.5.29.15", b"\x03\x02\x01\x06", critical=True)


def judged(policy: Policy, octets: bytes, profile: str = "") -> Judged:
    return judge(policy, Received("", octets), profile=profile)


def rules(one: Judged) -> dict[str, str]:
    """The place of each finding, by its rule."""
    return {finding.rule: finding.where for finding in one.findings}


def not_good(one: Judged) -> set[str]:
    return {field.field for field in one.fields if not field.good}


def test_a_good_request_is_good_whatever_it_leaves_to_the_profile(s1spki: Policy) -> None:
    for request in (requester("p256").request(SUBJECT), requester("p256").request(SUBJECT, asking(USAGE))):
        result = judged(s1spki, request)
        assert (result.verdict, result.kind, result.profile) == ("good", "request", "operator-issuing"), result.findings
        told = {field.field: field.object for field in result.fields}
        assert told["Proof of possession"] == "ECDSA with SHA-256"
        assert told["Version of the request"] == "v1 (INTEGER 0)"
        assert told["Serial number"] == "not asked for"
        assert {field.provenance for field in result.fields if field.section.startswith("RFC 2986")} == {""}


def test_what_is_asked_beside_the_profile(s1spki: Policy) -> None:
    names = extension("2.5.29.17", sequence(b"\x82\x03a.b"))
    result = judged(s1spki, requester("p256").request(SUBJECT, asking(names), attribute(CHALLENGE, tlv(0x0C, b"pw"))))
    assert {one.where for one in result.findings} == {"subjectAltName", "challengePassword"}
    assert {one.rule for one in result.findings} == {"CER-CSR-BEYOND"}
    assert not_good(result) == {"subjectAltName", "challengePassword"}


def test_another_subject_key_and_usage(s1spki: Policy) -> None:
    usage = extension("2.5.29.15", b"\x03\x02\x07\x80", critical=True)
    request = requester("p384").request(named((OU, "07"), (CN, "TMP2")), asking(usage))
    result = judged(s1spki, request, "operator-issuing")
    assert not_good(result) == {"Subject", "Public key", "keyUsage"}
    assert "expected OU=07, CN=TMP1, found OU=07, CN=TMP2 (template)" in {one.what for one in result.findings}
    lookalike = judged(s1spki, requester("p256").request(named((OU, "07"), (CN, "TM\u0420\u202e1"))))
    assert rules(lookalike)["CER-CSR-NAME"] == "subject.CN"
    assert not_good(lookalike) == {"Subject"}


def test_a_finding_about_one_attribute_speaks_against_the_subject() -> None:
    compared = Compared(field="Subject", profile="CN=A", signed="CN=A", section="3.1")
    finding = Finding(rule="CER-CSR-NAME", field="subject.CN", expected="a name", found="another")
    assert [field.good for field in fields_of([compared], [finding])] == [False]


def test_a_request_that_proves_nothing(s1spki: Policy) -> None:
    request = requester("p256").request(SUBJECT)
    changed = judged(s1spki, request[:-1] + bytes([request[-1] ^ 1]))
    assert rules(changed) == {"CER-CSR-PROOF": "signature"}
    assert not_good(changed) == {"Proof of possession"}
    versioned = judged(s1spki, requester("p256").request(SUBJECT, version=2))
    assert rules(versioned)["CER-CSR-VERSION"] == "version"
    assert not_good(versioned) == {"Version of the request"}
    told = {field.field: field.object for field in versioned.fields}
    assert told["Proof of possession"].startswith("not looked at")


def test_a_request_that_two_readers_read_twice(s1spki: Policy) -> None:
    """BER and a SET OF out of order are named; so is an attribute that stands twice."""
    assert "X.690, 10.1" in judged(s1spki, unusual.as_ber(requester("p256").request(SUBJECT))).findings[0].what
    sender = requester("p256")
    first, second = attribute(CHALLENGE, tlv(0x0C, b"pw")), asking(USAGE)
    in_order = info(sender.spki, SUBJECT, first, second)
    attributes = unusual.members(in_order)[-1]
    turned = tlv(0xA0, *reversed([first, second] if first < second else [second, first]))
    assert turned != attributes
    result = judged(s1spki, sender.signed(in_order.replace(attributes, turned)))
    (finding,) = (one for one in result.findings if one.rule == "CER-ENCODING")
    assert "not in the order that DER wants" in finding.what
    doubled = judged(s1spki, sender.request(SUBJECT, first, first))
    assert "CER-CSR-TWICE" in rules(doubled)


def test_a_request_that_no_profile_fits_is_still_held_to_its_proof(general: Policy) -> None:
    request = requester("p256").request(SUBJECT)
    result = judged(only_root(general), request[:-1] + bytes([request[-1] ^ 1]))
    assert result.profile == ""
    assert set(rules(result)) == {"CER-PROFILE", "CER-CSR-PROOF"}
    assert not_good(result) == {"Proof of possession"}
