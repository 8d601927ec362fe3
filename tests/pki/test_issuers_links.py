"""Objects of others under their issuer's certificate: signature, name, key identifier, usage, validity, path length."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ceremony_app.core.errors import Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.pki import structures as x
from ceremony_app.pki.chain import Link, certificate_links, crl_links, self_signed
from ceremony_app.pki.linting import judge
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.received import Received
from ceremony_app.pki.survey import surveyed
from tests.pki import breaking, unusual
from tests.pki.breaking import Change, broken
from tests.pki.making import Made
from tests.pki.requesting import CN, PRINTABLE, named, requester, sequence

LINKS = (
    "Signature by the issuer",
    "Name of the issuer",
    "Key identifier of the issuer",
    "Issuer may sign certificates",
    "Validity within the issuer's",
    "Path length of the issuer",
)


def loose(links: tuple[Link, ...]) -> set[str]:
    """The links that do not hold."""
    assert all(finding.rule == "CER-PROOF" for link in links for finding in link.findings)
    return {link.name for link in links if link.findings}


def links_of(operator: Made, name: str, issuer: str) -> tuple[Link, ...]:
    return certificate_links(read_certificate(operator.der[name]), read_certificate(operator.der[issuer]))


def test_every_link_of_a_sound_chain_holds(operator: Made) -> None:
    for name, issuer in (("issuing", "operator-root"), ("hes-1", "issuing"), ("operator-root", "operator-root")):
        links = links_of(operator, name, issuer)
        assert tuple(link.name for link in links) == LINKS
        assert not loose(links)
        assert all(link.found == "as it should be" for link in links)
    crl = read_crl(operator.der["operator-root-crl"])
    assert not loose(crl_links(crl, read_certificate(operator.der["operator-root"])))


def test_another_ca_is_not_the_issuer(operator: Made) -> None:
    assert loose(links_of(operator, "hes-1", "operator-root")) == {LINKS[0], LINKS[1], LINKS[2]}
    assert loose(links_of(operator, "hes-1", "hes-2")) == {*LINKS[:4]}
    crl = read_crl(operator.der["operator-root-crl"])
    assert loose(crl_links(crl, read_certificate(operator.der["hes-1"]))) == {*LINKS[:3], "Issuer may sign CRLs"}


def test_a_ca_below_a_path_length_of_zero(operator: Made) -> None:
    assert LINKS[5] in loose(links_of(operator, "issuing", "issuing"))
    assert LINKS[5] not in loose(links_of(operator, "hes-1", "issuing"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (breaking.issuer, {LINKS[0], LINKS[1]}),
        (breaking.none, {LINKS[0], LINKS[2]}),
        (breaking.sequential, {LINKS[0]}),
    ],
)
def test_a_changed_certificate(operator: Made, change: Change, expected: set[str]) -> None:
    octets = broken(operator.der["hes-1"], change)
    assert loose(certificate_links(read_certificate(octets), read_certificate(operator.der["issuing"]))) == expected


def test_a_name_in_the_same_words_and_other_octets(root: Made) -> None:
    """Names chain octet for octet, whatever they look like."""
    certificate = read_certificate(root.der["root"])
    spelt = named(
        ("2.5.4.6", "GB", PRINTABLE), ("2.5.4.10", "Example Trust Services"), (CN, "Example Root CA G1", PRINTABLE)
    )
    octets = unusual.with_member(root.der["root"], 3, spelt)
    (name,) = (link for link in certificate_links(read_certificate(octets), certificate) if link.name == LINKS[1])
    assert "(PrintableString)" in name.found
    stretched = unusual.with_member(root.der["root"], 3, lambda issuer: b"\x30\x82\x00" + issuer[1:])
    read = surveyed(stretched, "certificate").read
    assert isinstance(read, x.Certificate)
    (name,) = (link for link in certificate_links(read, certificate) if link.name == LINKS[1])
    assert name.found.startswith("308200"), "where the words are the same, the octets are told"


def test_a_validity_that_is_longer_than_the_issuers(operator: Made) -> None:
    octets = unusual.with_member(
        operator.der["hes-1"], 4, lambda times: sequence(unusual.members(times)[0], unusual.NEVER)
    )
    links = certificate_links(read_certificate(octets), read_certificate(operator.der["issuing"]))
    assert LINKS[4] in loose(links)


def test_an_issuer_without_an_identifier(operator: Made) -> None:
    issuer = read_certificate(unusual.without_extension(operator.der["issuing"], bytes.fromhex("0603551d0e")))
    assert loose(certificate_links(read_certificate(operator.der["hes-1"]), issuer)) == {LINKS[2]}


def test_what_cannot_be_read_is_a_loose_link(operator: Made) -> None:
    stray = sequence(b"\x06\x03\x55\x1d\x0e", b"\x04\x02\x05\x00")
    octets = unusual.with_extension(
        unusual.without_extension(operator.der["issuing"], bytes.fromhex("0603551d0e")), stray
    )
    assert loose(certificate_links(read_certificate(operator.der["hes-1"]), read_certificate(octets))) == {LINKS[2]}


def test_one_finding_a_fault(operator: Made) -> None:
    """What the profile's lint says of name and key identifier is not said again."""
    issuer = read_certificate(operator.der["operator-root"])
    result = judge(operator.policy, Received("", operator.der["hes-1"]), issuer=issuer)
    where = [one.where for one in result.findings if not one.waived]
    assert sorted(where) == ["authorityKeyIdentifier", "issuer", "signatureValue"]
    assert {field.field for field in result.fields if not field.good} == {
        "Issuer",
        "authorityKeyIdentifier",
        *LINKS[:3],
    }


def test_a_self_signed_certificate_verifies_with_its_own_key(general: Policy, root: Made) -> None:
    (link,) = self_signed(read_certificate(root.der["root"]))
    assert not link.findings
    result = judge(general, Received("", broken(root.der["root"], breaking.sequential)))
    assert "signatureValue" in {one.where for one in result.findings}
    assert {field.field for field in result.fields if not field.good} == {"Serial number", "Signature by its own key"}


def test_a_request_has_no_issuer(general: Policy, root: Made) -> None:
    request = requester("p256").request(named((CN, "Example")))
    with pytest.raises(Unusable) as refused:
        judge(general, Received("", request), issuer=read_certificate(root.der["root"]))
    assert refused.value.rule == "CER-ISSUER"


def test_schemes_of_others(general: Policy) -> None:
    """Ed25519, P-521, RSA and PSS verify; a broken hash proves nothing."""
    rsa_key = rsa.generate_private_key(65537, 2048)
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
    for key, algorithm, scheme, told in (
        (ed25519.Ed25519PrivateKey.generate(), None, None, ""),
        (ec.generate_private_key(ec.SECP521R1()), hashes.SHA512(), None, ""),
        (rsa_key, hashes.SHA512(), None, ""),
        (rsa_key, hashes.SHA384(), pss, ""),
        (rsa_key, hashes.SHA224(), None, "SHA-224"),
    ):
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody")])
        start = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), 2**100, start, start + dt.timedelta(days=9))
        octets = builder.sign(key, algorithm, rsa_padding=scheme).public_bytes(Encoding.DER)
        read = read_certificate(octets)
        (link,) = self_signed(read)
        assert bool(link.findings) is bool(told)
        assert told in link.found
        (signed,) = (one for one in judge(general, Received("", octets)).fields if one.field.startswith("Signature by"))
        assert signed.good is not bool(told)
        (changed,) = self_signed(_lengthened(read))
        assert changed.findings


def _lengthened(read: x.Certificate) -> x.Certificate:
    """The same over other octets."""
    return dataclasses.replace(read, tbs=read.tbs + b"\x00")
