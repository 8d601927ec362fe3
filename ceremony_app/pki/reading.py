"""Certificates and CRLs read from their DER by RFC 5280, with nothing taken from the code that builds them."""

from __future__ import annotations

from typing import Final

from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import MalformedError, Members, Node
from ceremony_app.pki.structures import (
    Algorithm,
    Attribute,
    Certificate,
    Crl,
    Extension,
    Name,
    PublicKey,
    Revoked,
    Time,
)

_STRINGS: Final = {
    0x0C: ("UTF8String", "utf-8"),
    0x13: ("PrintableString", "ascii"),
    0x14: ("TeletexString", "latin-1"),
    0x16: ("IA5String", "ascii"),
    0x1E: ("BMPString", "utf-16-be"),
}


def read_certificate(octets: bytes) -> Certificate:
    """A certificate from its DER (RFC 5280, 4.1); raises `MalformedError`."""
    tbs, outer, signature = _signed(octets, "certificate")
    members = Members(tbs, "tbsCertificate")
    version = members.maybe(asn1.explicit(0))
    serial = asn1.integer_octets(members.take("serialNumber"), "serialNumber")
    inner = _algorithm(members.take("signature"), "signature")
    issuer = read_name(members.take("issuer"), "issuer")
    validity = Members(members.take("validity", asn1.SEQUENCE), "validity")
    not_before, not_after = _time(validity, "notBefore"), _time(validity, "notAfter")
    validity.end()
    subject = read_name(members.take("subject"), "subject")
    key = read_public_key(members.take("subjectPublicKeyInfo", asn1.SEQUENCE).der)
    unique = [members.maybe(asn1.implicit(number)) for number in (1, 2)]
    extensions = members.maybe(asn1.explicit(3))
    members.end()
    return Certificate(
        tbs=tbs.der,
        version=0 if version is None else asn1.integer(_inside(version, "version"), "version"),
        serial=serial,
        inner=inner,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        subject=subject,
        key=key,
        unique_ids=tuple(
            name for name, node in zip(("issuerUniqueID", "subjectUniqueID"), unique, strict=True) if node is not None
        ),
        extensions=() if extensions is None else _extensions(_inside(extensions, "extensions")),
        outer=outer,
        signature=signature,
    )


def read_crl(octets: bytes) -> Crl:
    """A CRL from its DER (RFC 5280, 5.1); raises `MalformedError`."""
    tbs, outer, signature = _signed(octets, "CRL")
    members = Members(tbs, "tbsCertList")
    version = members.maybe(asn1.INTEGER)
    inner = _algorithm(members.take("signature"), "signature")
    issuer = read_name(members.take("issuer"), "issuer")
    this_update = _time(members, "thisUpdate")
    following = members.maybe(asn1.UTC_TIME, asn1.GENERALIZED_TIME)
    revoked = members.maybe(asn1.SEQUENCE)
    extensions = members.maybe(asn1.explicit(0))
    members.end()
    entries = () if revoked is None else tuple(_entry(node) for node in revoked)
    return Crl(
        tbs=tbs.der,
        version=0 if version is None else asn1.integer(version, "version"),
        inner=inner,
        issuer=issuer,
        this_update=this_update,
        next_update=None if following is None else _instant_text(following),
        revoked=entries,
        empty_list=revoked is not None and not entries,
        extensions=() if extensions is None else _extensions(_inside(extensions, "crlExtensions")),
        outer=outer,
        signature=signature,
    )


def read_public_key(octets: bytes) -> PublicKey:
    """A SubjectPublicKeyInfo from its DER (RFC 5280, 4.1.2.7); raises `MalformedError`."""
    members = asn1.sequence(octets, "subjectPublicKeyInfo")
    algorithm = _algorithm(members.take("algorithm"), "subjectPublicKeyInfo.algorithm")
    bits, unused = asn1.bits(members.take("subjectPublicKey"), "subjectPublicKey")
    members.end()
    if unused:
        raise MalformedError("subjectPublicKey: not whole octets")
    return PublicKey(algorithm, bits, octets)


def read_name(node: Node, what: str) -> Name:
    """A Name (RFC 5280, 4.1.2.4)."""
    relative = tuple(
        tuple(_attribute(one, what) for one in asn1.element(rdn.der, asn1.SET, what))
        for rdn in asn1.element(node.der, asn1.SEQUENCE, what)
    )
    return Name(relative, node.der)


def _signed(octets: bytes, what: str) -> tuple[Node, Algorithm, bytes]:
    """The three members of a signed structure: to be signed, signatureAlgorithm, signatureValue."""
    members = asn1.sequence(octets, what)
    tbs = members.take("to-be-signed part", asn1.SEQUENCE)
    outer = _algorithm(members.take("signatureAlgorithm"), "signatureAlgorithm")
    signature, unused = asn1.bits(members.take("signatureValue"), "signatureValue")
    members.end()
    if unused:
        raise MalformedError("signatureValue: not whole octets")
    return tbs, outer, signature


def _inside(node: Node, what: str) -> Node:
    """The one element inside an explicit tag."""
    inside = list(node)
    if len(inside) != 1:
        raise MalformedError(f"{what}: {len(inside)} elements inside its tag, not one")
    return inside[0]


def _algorithm(node: Node, what: str) -> Algorithm:
    members = asn1.sequence(node.der, what)
    kind = asn1.oid(members.take("algorithm"))
    left = members.rest()
    if len(left) > 1:
        raise MalformedError(f"{what}: more than one parameter")
    return Algorithm(kind, left[0].der if left else b"", node.der)


def _attribute(node: Node, what: str) -> Attribute:
    members = asn1.sequence(node.der, what)
    kind, value = asn1.oid(members.take("type")), members.take("value")
    members.end()
    if value.identifier == asn1.BIT_STRING:
        return Attribute(kind, "BIT STRING", asn1.bits(value, what)[0].hex())
    string, codec = _STRINGS.get(value.identifier, (f"type {value.identifier:02x}", ""))
    if not codec:
        return Attribute(kind, string, value.content.hex())
    try:
        return Attribute(kind, string, value.content.decode(codec))
    except UnicodeDecodeError as fault:
        raise MalformedError(f"{what}: {string} {value.content.hex()} is no {codec}") from fault


def _time(members: Members, what: str) -> Time:
    return _instant_text(members.take(what, asn1.UTC_TIME, asn1.GENERALIZED_TIME))


def _instant_text(node: Node) -> Time:
    encoding = "UTCTime" if node.identifier == asn1.UTC_TIME else "GeneralizedTime"
    time = Time(encoding, node.content.decode("ascii", errors="backslashreplace"))
    time.instant()
    return time


def _extensions(node: Node) -> tuple[Extension, ...]:
    return tuple(_extension(one) for one in asn1.element(node.der, asn1.SEQUENCE, "extensions"))


def _extension(node: Node) -> Extension:
    members = asn1.sequence(node.der, "extension")
    kind = asn1.oid(members.take("extnID"))
    flag = members.maybe(asn1.BOOLEAN)
    value = members.take("extnValue", asn1.OCTET_STRING).content
    members.end()
    critical = flag is not None and asn1.boolean(flag, f"extension {kind}")
    return Extension(kind, critical, value, flag is not None and not critical)


def _entry(node: Node) -> Revoked:
    members = asn1.sequence(node.der, "revokedCertificates")
    serial = asn1.integer_octets(members.take("userCertificate"), "userCertificate")
    date = _time(members, "revocationDate")
    extensions = members.maybe(asn1.SEQUENCE)
    members.end()
    return Revoked(serial, date, () if extensions is None else _extensions(extensions))
