"""Files of others: DER or PEM, one object or several, and what is neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.errors import Unusable
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.received import LABELS, Received, alone, kind_of, objects_in
from ceremony_app.pki.show import pem
from tests.pki import unusual
from tests.pki.making import Made
from tests.pki.requesting import CN, named, requester, sequence, tlv


def test_der_and_pem_bring_the_same(root: Made) -> None:
    certificate, crl = root.der["root"], root.der["root-crl"]
    assert objects_in(certificate) == (Received("", certificate),)
    text = pem(certificate, "CERTIFICATE", "Subject: whatever\nnot part of it") + b"\n" + pem(crl, "X509 CRL")
    assert objects_in(text) == (Received("CERTIFICATE", certificate), Received("X509 CRL", crl))
    assert objects_in(text.replace(b"\n", b"\r\n")) == objects_in(text)
    assert objects_in(b"".join(text.split(b"\n"))) == objects_in(text), "lines of any length"


def test_the_kind_is_told_by_the_outline(root: Made) -> None:
    request = requester("p256").request(named((CN, "Example")))
    for octets, kind in ((root.der["root"], "certificate"), (root.der["root-crl"], "crl"), (request, "request")):
        assert kind_of(octets) == kind
        assert kind_of(unusual.as_ber(octets)) == kind
        assert alone(octets + b"\x30\x00") == octets
    tbs, *rest = unusual.members(root.der["root"])
    first_version = sequence(sequence(*unusual.members(tbs)[1:7]), *rest)
    assert kind_of(first_version) == "certificate", "version 1 has no tag before its serial number"
    tbs, *rest = unusual.members(root.der["root-crl"])
    assert kind_of(sequence(sequence(*unusual.members(tbs)[1:]), *rest)) == "crl"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"-----BEGIN CERTIFICATE-----\nMIIB*\n-----END CERTIFICATE-----\n", "not Base64"),
        (b"-----BEGIN CERTIFICATE-----\nMIIBx\n-----END CERTIFICATE-----\n", "not Base64"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END X509 CRL-----\n", "it ends in -----END X509 CRL-----"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----BEGIN CERTIFICATE-----\n", "it ends in -----BEGIN"),
        (b"-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n\nMIIB\n-----END CERTIFICATE-----\n", "not Base64"),
    ],
)
def test_a_block_that_is_none_says_why(root: Made, text: bytes, told: str) -> None:
    """The objects beside it are not lost."""
    whole = text + pem(root.der["root"], "CERTIFICATE")
    faulty, *_, last = objects_in(whole)
    assert told in faulty.fault
    assert not faulty.octets
    assert last.octets == root.der["root"]


def test_a_last_block_without_an_end_is_told(root: Made) -> None:
    good, cut = objects_in(pem(root.der["root"], "CERTIFICATE") + b"-----BEGIN CERTIFICATE-----\nMIIB\n")
    assert (good.fault, cut.fault) == ("", "it has no end")


def test_octets_that_hold_pem_inside_are_der(root: Made) -> None:
    """A certificate cannot show another one in its own place by carrying it as text."""
    inside = pem(root.der["root"], "CERTIFICATE")
    carrier = sequence(b"\x06\x03\x2a\x03\x04", tlv(0x04, inside))
    octets = unusual.with_extension(root.der["root"], carrier)
    assert [one.label for one in objects_in(octets)] == [""]


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"0 certificates", b"PK\x03\x04", b"-----BEGIN", b"MIIBszCCAVmgAwIBAgI="]
)
def test_what_is_neither_is_unusable(data: bytes) -> None:
    with pytest.raises(Unusable) as refused:
        objects_in(data)
    assert refused.value.rule == "CER-DER"


@given(st.binary(max_size=300), st.sampled_from(sorted(LABELS)))
def test_any_octets(octets: bytes, label: str) -> None:
    text = f"-----BEGIN {label}-----\n".encode() + octets + f"\n-----END {label}-----".encode()
    for data in (octets, b"\x30\x82" + octets, text):
        try:
            objects = objects_in(data)
        except Unusable:
            continue
        for one in objects:
            try:
                kind_of(one.octets)
            except MalformedError:
                continue
