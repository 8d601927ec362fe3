"""Purposes, distribution points and information access: built, read back, shown, and asked for by requests."""

from __future__ import annotations

import msgspec
import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import AuthorityInformationAccess, CrlDistributionPoints, OpaqueExtension, Said
from ceremony_app.core.values import Mode
from ceremony_app.pki import extension_values as values
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.lint_extensions import extensions_of
from ceremony_app.pki.reading import read_certificate, read_request
from ceremony_app.pki.request_compare import Terms, compared_request
from ceremony_app.pki.show import certificate_rows
from tests.pki import requesting as r
from tests.pki import unusual
from tests.pki.making import Made, make, pack
from tests.pki.whole import planned_for

EKU, CDP, AIA = values.EXTENDED_KEY_USAGE, values.CRL_DISTRIBUTION_POINTS, values.INFORMATION_ACCESS
URI = r.tlv(0x86, b"http://a.example/x")


@pytest.fixture(scope="module")
def made() -> Made:
    policy = pack("general")
    return make(policy, planned_for(policy, "end-entity"))


def test_what_is_built_is_what_the_library_reads(made: Made) -> None:
    issuing, entity = (x509.load_der_x509_certificate(made.der[name]) for name in ("issuing-ca", "end-entity"))
    assert [one.dotted_string for one in issuing.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value] == [
        "1.3.6.1.5.5.7.3.1",
        "1.3.6.1.5.5.7.3.2",
    ]
    (point,) = issuing.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert [one.value for one in point.full_name or ()] == ["http://pki.example/root-g1.crl"]
    access = entity.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    told = [(one.access_method.dotted_string, one.access_location.value) for one in access.value]
    assert told == [(values.CA_ISSUERS, "http://pki.example/issuing-t1.cer"), (values.OCSP, "http://pki.example/ocsp")]
    assert not access.critical


def test_they_are_shown_in_words(made: Made) -> None:
    rows = {one.label: one.value for one in certificate_rows(made.der["end-entity"])}
    assert rows["extKeyUsage"] == "clientAuth"
    assert rows["cRLDistributionPoints"] == "http://pki.example/issuing-t1.crl"
    assert rows["authorityInfoAccess"] == "CA issuers http://pki.example/issuing-t1.cer, OCSP http://pki.example/ocsp"
    compared = {one.field: one for one in made.fields("issuing-ca").compared}
    assert compared["extKeyUsage"].profile == compared["extKeyUsage"].signed == "serverAuth, clientAuth"
    assert compared["extKeyUsage"].section == "BR 7.1.2.6.1, 7.1.2.10.6"
    assert compared["Not after"].profile == "10 years, and no longer than the issuer's certificate"


def test_an_opaque_extension_may_carry_what_no_statement_speaks_of(general: Policy) -> None:
    value = r.sequence(r.oid("1.2.3.4"))
    extra = Said(value=OpaqueExtension(oid=EKU, critical=True, der=value.hex()), section="7", provenance="verified")
    issuing = msgspec.structs.replace(general.certificates["issuing-ca"], extended_key_usage=None, extra=(extra,))
    assert extensions_of(issuing)[EKU] == "7"
    policy = msgspec.structs.replace(general, certificates=general.certificates | {"issuing-ca": issuing})
    made = make(policy, planned_for(policy, "issuing-ca"))
    read = read_certificate(made.der["issuing-ca"])
    assert CertificateLint(read, issuing, Mode.PRODUCTION).findings() == ()
    told = {one.field: one for one in made.fields("issuing-ca").compared}["extKeyUsage"]
    assert (told.signed, told.section) == ("1.2.3.4, critical", "7")
    with pytest.raises(ValueError, match="stands twice"):
        msgspec.structs.replace(general.certificates["issuing-ca"], extra=(extra,))


def test_a_capped_validity_without_the_issuers_certificate(general: Policy, made: Made) -> None:
    """Nobody can say where it must end then, only where at the latest."""
    profile = general.certificates["issuing-ca"]
    for year, good in ((2036, True), (2030, True), (2037, False)):
        time = b"\x17\x0d" + f"{year % 100:02}1123115959Z".encode()
        der = made.der["issuing-ca"]
        validity = r.sequence(unusual.members(unusual.members(unusual.members(der)[0])[4])[0], time)
        read = read_certificate(unusual.with_member(der, 4, validity))
        found = [one.field for one in CertificateLint(read, profile, Mode.PRODUCTION).findings()]
        assert found == ([] if good else ["validity"])
        issuer = read_certificate(made.der["root"])
        held = [one.field for one in CertificateLint(read, profile, Mode.PRODUCTION, issuer).findings()]
        assert held == ([] if year == 2036 else ["validity"])


POINTS = {
    "two names of one point": (r.sequence(r.tlv(0xA0, r.tlv(0xA0, URI, URI))), (("http://a.example/x",) * 2,)),
    "two points": (r.sequence(r.tlv(0xA0, r.tlv(0xA0, URI))) * 2, (("http://a.example/x",),) * 2),
    "a reason": (
        r.sequence(r.tlv(0xA0, r.tlv(0xA0, URI)), r.tlv(0x81, b"\x01\x06")),
        (("http://a.example/x", "[reasons]"),),
    ),
    "an issuer": (r.sequence(r.tlv(0xA2, r.tlv(0xA4, r.named()))), (("[no full name]", "[cRLIssuer]"),)),
    "relative to the issuer": (r.sequence(r.tlv(0xA0, r.tlv(0xA1, b""))), (("[no full name]",),)),
    "no URI": (r.sequence(r.tlv(0xA0, r.tlv(0xA0, r.tlv(0x82, b"a")))), (("[820161]",),)),
}


@pytest.mark.parametrize("what", POINTS)
def test_distribution_points_of_other_forms_are_read_and_are_not_the_profiles(made: Made, what: str) -> None:
    body, read = POINTS[what]
    assert values.distribution_points(r.sequence(body)) == read
    profile = made.policy.certificates["issuing-ca"]
    own = Said(value=CrlDistributionPoints(uris=("http://a.example/x",)), section="s", provenance="verified")
    asked = read_request(r.requester("p384").request(r.named(), r.asking(r.extension(CDP, r.sequence(body)))))
    terms = Terms(
        profile=msgspec.structs.replace(profile, crl_distribution_points=own),
        mode=Mode.PRODUCTION,
        application=profile.subject.value,
        subject=profile.subject.value,
        beyond="refuse",
    )
    found = [one for one in compared_request(asked, terms).findings if one.rule == "CER-CSR-BEYOND"]
    assert [(one.field, one.section) for one in found] == [("cRLDistributionPoints", "s")]


def test_a_request_may_ask_for_what_the_profile_has(made: Made) -> None:
    profile = made.policy.certificates["issuing-ca"]
    entry = r.sequence(r.oid(values.CA_ISSUERS), r.tlv(0x86, b"http://pki.example/root-g1.cer"))
    purposes = r.sequence(r.oid("1.3.6.1.5.5.7.3.2"), r.oid("1.3.6.1.5.5.7.3.1"))
    point = r.sequence(r.tlv(0xA0, r.tlv(0xA0, r.tlv(0x86, b"http://pki.example/root-g1.crl"))))
    wanted = (r.extension(EKU, purposes), r.extension(AIA, r.sequence(entry)), r.extension(CDP, r.sequence(point)))
    subject = r.named((r.C, "GB", r.PRINTABLE), (r.O, "Example Trust Services"), (r.CN, "Example Issuing CA T1"))
    terms = Terms(
        profile=profile,
        mode=Mode.PRODUCTION,
        application=profile.subject.value,
        subject=profile.subject.value,
        beyond="refuse",
    )
    good = compared_request(read_request(r.requester("p384").request(subject, r.asking(*wanted))), terms)
    assert good.good, good.findings
    critical = (r.extension(AIA, r.sequence(entry), critical=True), r.extension(EKU, r.sequence(r.oid("1.2.3"))))
    other = compared_request(read_request(r.requester("p384").request(subject, r.asking(*critical))), terms)
    assert [one.field for one in other.findings] == ["extKeyUsage", "authorityInfoAccess"]


@pytest.mark.parametrize(
    "value",
    [b"", r.sequence(), r.tlv(0x31), r.sequence(r.tlv(0x02, b"\x01")), r.sequence(r.sequence(r.tlv(0x05)))],
)
def test_what_is_no_sound_value_is_malformed(value: bytes) -> None:
    for read in (values.extended_key_usage, values.information_access):
        with pytest.raises(MalformedError):
            read(value)
    if value != r.sequence():  # which is read, and is no profile's
        with pytest.raises(MalformedError):
            values.distribution_points(value)


@given(st.binary(max_size=40))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    for read in (values.extended_key_usage, values.distribution_points, values.information_access):
        for whole in (octets, r.sequence(octets), r.sequence(r.sequence(octets))):
            try:
                told = read(whole)
            except MalformedError:
                continue
            assert isinstance(told, tuple)


def test_each_extension_of_which_a_profile_speaks_has_the_name_that_findings_have(general: Policy) -> None:
    stated = [oid for oid, _ in general.certificates["end-entity"].extensions()]
    assert len(stated) == len(set(stated)) == 8
    assert {values.extension_name(oid) for oid in stated} == {
        "basicConstraints", "keyUsage", "extKeyUsage", "subjectKeyIdentifier", "authorityKeyIdentifier",
        "certificatePolicies", "cRLDistributionPoints", "authorityInfoAccess",
    }  # fmt: skip
    only = AuthorityInformationAccess(ca_issuers=("http://a.example",))
    assert (
        values.access_told(tuple((values.CA_ISSUERS, uri) for uri in only.ca_issuers)) == "CA issuers http://a.example"
    )
