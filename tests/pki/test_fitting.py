"""Which profile an object of others is meant to follow, and what is said where nobody can tell."""

from __future__ import annotations

import pytest

from ceremony_app.core.policy import Policy
from ceremony_app.pki.fitting import certificate_fits, crl_fits, request_fits
from ceremony_app.pki.linting import judge
from ceremony_app.pki.reading import read_certificate, read_crl, read_request
from ceremony_app.pki.received import Received
from tests.pki import breaking, unusual
from tests.pki.breaking import broken, broken_crl
from tests.pki.making import Made, only_root
from tests.pki.requesting import CN, OU, asking, extension, named, requester, sequence

KEY_USAGE = "2.5.29.15"


def test_every_profile_is_told_from_the_others(operator: Made) -> None:
    for one in operator.tried:
        der = operator.der[one.fields.name]
        if one.fields.profile in operator.policy.crls:
            fit, _ = crl_fits(operator.policy, read_crl(der))
        else:
            fit, *others = certificate_fits(operator.policy, read_certificate(der))
            alike = {other.profile for other in others if not other.differences}
            assert alike <= {"operator-cross", "operator-root-link"}  # CAs below the root as well: findings decide
        assert (fit.profile, fit.differences, fit.good, fit.also) == (one.fields.profile, (), True, ())


def test_one_mark_that_differs_is_told_with_its_section(general: Policy, root: Made) -> None:
    """The only root profile is meant, though the name has another form."""
    name = named((OU, "00"), (CN, "Root"))
    octets = unusual.with_member(unusual.with_member(root.der["root"], 5, name), 3, name)
    result = judge(general, Received("", octets))
    assert result.profile == "root"
    assert "form of the subject: expected C, O, CN, found OU, CN (BR 7.1.2.10.2" in result.fit


@pytest.mark.parametrize("taken", ["hes-1", "hes-2"])
def test_a_certificate_that_no_profile_fits(general: Policy, operator: Made, taken: str) -> None:
    """An end entity's certificate against a pack that has a root only: each profile with what differs first."""
    general = only_root(general)
    result = judge(general, Received("", operator.der[taken]))
    assert (result.profile, result.verdict, result.fields) == ("", "findings", ())
    (finding,) = (one for one in result.findings if one.rule == "CER-PROFILE")
    assert finding.where == "profile root"
    assert finding.what.startswith(
        "expected CA: a CA, found no CA; it differs in issuer, keyUsage, form of the subject"
    )
    assert "(BR 7.1.2.1.2, 7.1.2.1.4)" in finding.what
    assert "--profile" in result.fit
    asked = judge(general, Received("", operator.der[taken]), profile="root")
    assert asked.profile == "root"
    assert asked.fit == "named with --profile"
    assert asked.fields


def test_the_fewest_findings_decide_between_equals(operator: Made) -> None:
    """Both usages at once: neither HES profile has them; the first of the pack is taken, and the other one is told."""
    usage = sequence(b"\x06\x03\x55\x1d\x0f", b"\x01\x01\xff", b"\x04\x04\x03\x02\x03\x88")
    octets = unusual.with_extension(
        unusual.without_extension(operator.der["hes-2"], bytes.fromhex("0603551d0f")), usage
    )
    result = judge(operator.policy, Received("", octets))
    assert result.profile == "hes-signing"
    assert "keyUsage: expected digitalSignature, found digitalSignature, keyAgreement" in result.fit
    assert "hes-key-agreement would fit as well" in result.fit


def test_an_extension_that_cannot_be_read_does_not_end_the_choice(operator: Made) -> None:
    broken_value = sequence(b"\x06\x03\x55\x1d\x13", b"\x01\x01\xff", b"\x04\x02\x05\x00")
    octets = unusual.with_extension(
        unusual.without_extension(operator.der["issuing"], bytes.fromhex("0603551d13")), broken_value
    )
    result = judge(operator.policy, Received("", octets))
    assert result.profile == "operator-issuing"
    assert "basicConstraints" in {field.field for field in result.fields if not field.good}


def test_requests_are_told_by_key_form_and_what_they_ask(operator: Made) -> None:
    subject = named((OU, "07"), (CN, "TMP1"))
    plain = read_request(requester("p256").request(subject))
    fit = request_fits(operator.policy, plain)[0]
    assert (fit.profile, fit.differences) == ("operator-issuing", ())
    usage = extension(KEY_USAGE, b"\x03\x02\x07\x80", critical=True)
    asks = read_request(requester("p256").request(subject, asking(usage)))
    marks = {
        one.profile: {difference.mark for difference in one.differences} for one in request_fits(operator.policy, asks)
    }
    assert marks["operator-issuing"] == {"CA", "keyUsage"}
    assert marks["hes-signing"] == {"form of the subject"}
    other_key = read_request(requester("p384").request(subject))
    assert [one.mark for one in request_fits(operator.policy, other_key)[0].differences] == ["key"]


def test_a_crl_of_another_scheme_is_still_the_packs(root: Made) -> None:
    octets = broken_crl(root.der["root-crl"], breaking.outer)
    assert judge(root.policy, Received("", octets)).profile == "root-crl"
    assert broken(root.der["root"], breaking.outer)
