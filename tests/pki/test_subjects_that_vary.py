"""Certificates and requests whose subject has the applicant's own values: of the profile's form, or refused by name."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki.findings import Finding, standing
from ceremony_app.pki.fitting import request_fits
from ceremony_app.pki.issuance import issuance
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.linting import judge
from ceremony_app.pki.reading import read_certificate, read_request
from ceremony_app.pki.received import Received
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from ceremony_app.pki.trial import PlannedCertificate, PlannedRequest, Tried, trial
from tests.pki import requesting as r
from tests.pki.comparing import compared, row, rules
from tests.pki.making import MOMENT, Made, make, pack, random_octets
from tests.pki.whole import planned_for

UID = "2.5.4.45"
EUI = "00db123456789abc"


def parts(role: str = "7f", eui: str = EUI) -> tuple[NamePart, ...]:
    return (NamePart(type="OU", value=role), NamePart(type="uniqueIdentifier", value=eui))


def named(role: str, *eui: bytes) -> bytes:
    """A subject with a role, and the contents of the BIT STRINGs after it."""
    bits = [r.tlv(0x31, r.sequence(r.oid(UID), r.tlv(0x03, one))) for one in eui]
    return r.sequence(r.tlv(0x31, r.sequence(r.oid(r.OU), r.tlv(r.UTF8, role.encode()))), *bits)


SUBJECT = named("7f", b"\x00" + bytes.fromhex(EUI))


@pytest.fixture(scope="module")
def profile(s1spki: Policy) -> CertificateProfile:
    return s1spki.certificates["hes-signing"]


def tried(
    name: str, subject: tuple[NamePart, ...], mode: Mode = Mode.PRODUCTION, pack_name: str = "s1spki-foc"
) -> Tried:
    policy = pack(pack_name)
    *above, last = planned_for(policy, name)
    assert isinstance(last, PlannedCertificate)
    planned = (*above, msgspec.structs.replace(last, subject=subject))
    octets = random_octets(policy, planned)
    return trial(policy, mode, planned, moment=MOMENT, octets=octets)[-1]


def places(findings: tuple[Finding, ...]) -> dict[str, str]:
    return {one.field: one.section for one in standing(findings) if one.rule == "CER-PROFILE"}


# ------------------------------------------------------------------------------------------------------- certificates


@pytest.mark.parametrize("mode", list(Mode))
def test_a_name_of_the_form_is_tried_and_good(mode: Mode) -> None:
    one = tried("hes-signing", parts(role="02"), mode)
    assert one.good, one.findings
    told = {compared.field: compared for compared in one.compared}["Subject"]
    assert told.signed == f"OU=02, uniqueIdentifier={EUI}"
    assert told.profile.startswith("OU=7f, uniqueIdentifier=0000000000000000 (varies: OU [0-9a-f]{2}, uniqueId")
    assert told.section == "template; what varies: template; DCC test"


def test_a_name_that_is_not_is_refused_by_attribute(profile: CertificateProfile) -> None:
    assert profile.subject_varies is not None
    section = profile.subject_varies.section
    assert places(tried("hes-signing", parts("7F")).findings) == {"subject.OU": section}
    both = tried("hes-signing", parts("zz", "00db")).findings
    assert places(both) == {"subject.OU": section, "subject.uniqueIdentifier": section}
    (role, eui) = parts()
    assert places(tried("hes-signing", (eui, role)).findings) == {"subject": profile.subject.section}
    assert places(tried("hes-signing", (role,)).findings) == {"subject": profile.subject.section}


def test_an_attribute_that_does_not_vary_stays_the_profiles() -> None:
    subject = pack("general").certificates["end-entity"].subject.value
    *fixed, cn = subject
    other = (fixed[0], NamePart(type="O", value="Other"), NamePart(type="CN", value="client-2.example"))
    found = tried("end-entity", other, pack_name="general").findings
    assert places(found) == {"subject.O": "example"}
    (wrong,) = (one for one in found if one.rule == "CER-PROFILE")
    assert (wrong.expected, wrong.found) == ("Example Trust Services", "Other")
    assert tried("end-entity", (*fixed, cn), pack_name="general").good


@pytest.mark.parametrize("value", ["Root\u00a0CA", "Root\u3164CA", "Mu\u0308ller", "Ro\ufe0fot"])
def test_what_misleads_is_refused_though_the_form_takes_it(value: str) -> None:
    other = (
        NamePart(type="C", value="FR"),
        NamePart(type="O", value="Autre"),
        NamePart(type="CN", value=value),
    )
    assert pack("general").certificates["cross"].subject_faults(other, Mode.PRODUCTION) == ()
    assert places(tried("cross", other, pack_name="general").findings) == {"subject.CN": "RFC 5280, A.1"}


def test_the_decided_name_stays_exact(s1spki: Policy) -> None:
    """Another name of the same form is not the one that was decided."""
    *above, _ = planned_for(s1spki, "hes-signing")
    last = PlannedCertificate(
        name="hes", profile="hes-signing", issued_by="operator-issuing", key=Algorithm.P256, subject=parts()
    )
    made: Made = make(s1spki, (*above, last))
    fields = made.fields("hes").fields
    other = msgspec.structs.replace(fields, subject=parts(eui="00db123456789abd"))
    key, issuer = spki_of(made.keys["hes"]), made.der["operator-issuing"]
    wanted = issuance(s1spki, Mode.PRODUCTION, other, spki=key, issuer=issuer)
    found = standing(wanted.linted(made.der["hes"], stand_in=False))
    assert [(one.rule, one.field) for one in found] == [("CER-EVIDENCE", "subject")]
    read = read_certificate(made.der["hes"])
    assert CertificateLint(read, s1spki.certificates["hes-signing"], Mode.PRODUCTION).findings() == ()
    result = judge(s1spki, Received("", made.der["hes"]))
    assert (result.verdict, result.profile) == ("good", "hes-signing")


def test_a_bit_string_that_is_not_whole_octets_is_not_of_the_form(profile: CertificateProfile) -> None:
    octets = bytes.fromhex(EUI)[:-1] + b"\xb0"
    short = read_request(r.requester("p256").request(named("7f", b"\x04" + octets)))
    assert short.subject.relative[1][0].text == f"{octets.hex()} less 4 bits"
    (fault,) = profile.subject_form(Mode.PRODUCTION).faults(short.subject.pairs())
    assert (fault.type, fault.varies) == ("uniqueIdentifier", True)


# ----------------------------------------------------------------------------------------------------------- requests


def test_a_request_of_the_form_is_taken(profile: CertificateProfile) -> None:
    subject = profile.subject_for(parts(), Mode.PRODUCTION)
    assert subject == parts()
    comparison = compared(profile, r.requester("p256").request(SUBJECT), application=parts(), subject=subject)
    assert comparison.good, comparison.findings
    assert f"will be issued: OU=7f, uniqueIdentifier={EUI}" in row(comparison, "Subject")


def test_a_request_that_is_not_is_refused_by_attribute_and_section(profile: CertificateProfile) -> None:
    wanted = parts(role="7F")
    octets = r.requester("p256").request(named("7F", b"\x00" + bytes.fromhex(EUI)))
    comparison = compared(profile, octets, application=wanted, subject=wanted)
    assert rules(comparison) == ["CER-CSR-SUBJECT"]
    (found,) = comparison.findings
    assert profile.subject_varies is not None
    assert (found.field, found.section) == ("subject to be issued, OU", profile.subject_varies.section)
    assert (found.expected, found.found) == ("a value of the form [0-9a-f]{2}, in the profile", "7F")


def test_a_request_for_another_than_the_application_is_refused(profile: CertificateProfile) -> None:
    other = parts(eui="00db123456789abd")
    comparison = compared(profile, r.requester("p256").request(SUBJECT), application=other, subject=other)
    assert rules(comparison) == ["CER-CSR-SUBJECT"]
    assert comparison.findings[0].field == "subject, attribute 2 (uniqueIdentifier)"


def test_requests_of_others_are_told_by_what_varies() -> None:
    """Signing and XML signing of organisations differ in the role, which the applicant names."""
    policy = pack("smki-organisation")
    for role, profile in (("02", "organisation-signing"), ("87", "xml-signing")):
        octets = r.requester("p256").request(
            named(role, b"\x00" + bytes.fromhex(EUI)),
            r.asking(r.extension("2.5.29.15", b"\x03\x02\x07\x80", critical=True)),
        )
        fit = request_fits(policy, read_request(octets))[0]
        assert (fit.profile, fit.differences) == (profile, ())
        result = judge(policy, Received("", octets))
        assert (result.verdict, result.profile) == ("good", profile), result.findings
    neither = r.requester("p256").request(named("ff", b"\x00" + bytes.fromhex(EUI)))
    result = judge(policy, Received("", neither), profile="xml-signing")
    assert [(one.rule, one.where) for one in result.findings] == [("CER-PROFILE", "subject.OU")]
    assert [field.field for field in result.fields if not field.good] == ["Subject"]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_request_of_our_own_under_such_a_profile(s1spki: Policy, mode: Mode) -> None:
    planned = PlannedRequest(name="hes", profile="hes-signing", key=Algorithm.P256, asks="profile")
    (one,) = trial(s1spki, mode, (planned,), moment=MOMENT, octets=b"")
    assert one.good, one.findings
    key = throwaway_key(Algorithm.P256)
    for subject, good in ((parts(), True), (parts("zz"), False)):
        fields = msgspec.structs.replace(one.fields, subject=subject)
        wanted = issuance(s1spki, mode, fields, spki=spki_of(key))
        found = standing(wanted.linted(wanted.builder()(key), stand_in=True))
        assert {(finding.rule, finding.field) for finding in found} == (
            set() if good else {("CER-PROFILE", "subject.OU")}
        )
