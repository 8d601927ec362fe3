"""Certificates, CRLs (RFC 5280) and requests (RFC 2986) read from DER; nothing is taken from what builds them.

A `Note` other than `der.refuse` takes the breaches of the encoding, and what is meant is read on: a time or text that
cannot be read then stands as it is encoded.
"""

from __future__ import annotations

from typing import Final

from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import MalformedError, Members, Node, Note, refuse
from ceremony_app.pki.structures import (
    Algorithm,
    Attribute,
    Certificate,
    Crl,
    Extension,
    Name,
    PublicKey,
    Request,
    RequestAttribute,
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

EXTENSION_REQUESTS: Final = frozenset({"1.2.840.113549.1.9.14", "1.3.6.1.4.1.311.2.1.14"})
"""The attributes that ask for extensions: extensionRequest (RFC 2985, 5.4.2), and the same under a vendor's number."""


def read_certificate(octets: bytes, note: Note = refuse) -> Certificate:
    """A certificate from its DER (RFC 5280, 4.1); raises `MalformedError`."""
    tbs, outer, signature = _signed(octets, "certificate", note)
    members = Members(tbs, "tbsCertificate")
    version = members.maybe(asn1.explicit(0))
    serial = asn1.integer_octets(members.take("serialNumber"), "serialNumber")
    inner = _algorithm(members.take("signature"), "signature")
    issuer = read_name(members.take("issuer"), "issuer")
    validity = Members(members.take("validity", asn1.SEQUENCE), "validity")
    not_before, not_after = _time(validity, "notBefore"), _time(validity, "notAfter")
    validity.end()
    subject = read_name(members.take("subject"), "subject")
    key = _public_key(members.take("subjectPublicKeyInfo", asn1.SEQUENCE))
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


def read_crl(octets: bytes, note: Note = refuse) -> Crl:
    """A CRL from its DER (RFC 5280, 5.1); raises `MalformedError`."""
    tbs, outer, signature = _signed(octets, "CRL", note)
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
        next_update=None if following is None else _instant_text(following, "nextUpdate"),
        revoked=entries,
        empty_list=revoked is not None and not entries,
        extensions=() if extensions is None else _extensions(_inside(extensions, "crlExtensions")),
        outer=outer,
        signature=signature,
    )


def read_request(octets: bytes, note: Note = refuse) -> Request:
    """A certification request from its DER (RFC 2986, 4); raises `MalformedError`."""
    info, outer, signature = _signed(octets, "certification request", note)
    members = Members(info, "certificationRequestInfo")
    version = asn1.integer(members.take("version"), "version")
    subject = read_name(members.take("subject"), "subject")
    key = _public_key(members.take("subjectPKInfo", asn1.SEQUENCE))
    attributes = tuple(_request_attribute(one) for one in members.take("attributes", asn1.explicit(0)))
    members.end()
    return Request(
        tbs=info.der,
        version=version,
        subject=subject,
        key=key,
        attributes=tuple(attribute for attribute, _ in attributes),
        extensions=tuple(one for attribute, values in attributes for one in _asked(attribute, values)),
        outer=outer,
        signature=signature,
    )


def read_public_key(octets: bytes) -> PublicKey:
    """A SubjectPublicKeyInfo from its DER (RFC 5280, 4.1.2.7); raises `MalformedError`."""
    return _public_key(asn1.element(octets, asn1.SEQUENCE, "subjectPublicKeyInfo"))


def _public_key(node: Node) -> PublicKey:
    members = asn1.members_of(node, "subjectPublicKeyInfo")
    algorithm = _algorithm(members.take("algorithm"), "subjectPublicKeyInfo.algorithm")
    bits, unused = asn1.bits(members.take("subjectPublicKey"), "subjectPublicKey")
    members.end()
    if unused:
        node.note("", "subjectPublicKey: not whole octets")
    return PublicKey(algorithm, bits, node.der)


def read_name(node: Node, what: str) -> Name:
    """A Name (RFC 5280, 4.1.2.4)."""
    relative = tuple(
        tuple(_attribute(one, what) for one in asn1.typed(rdn, asn1.SET, what))
        for rdn in asn1.typed(node, asn1.SEQUENCE, what)
    )
    return Name(relative, node.der)


def _signed(octets: bytes, what: str, note: Note) -> tuple[Node, Algorithm, bytes]:
    """The three members of a signed structure: to be signed, signatureAlgorithm, signatureValue."""
    members = asn1.members_of(asn1.element(octets, asn1.SEQUENCE, what, note), what)
    tbs = members.take("to-be-signed part", asn1.SEQUENCE)
    outer = _algorithm(members.take("signatureAlgorithm"), "signatureAlgorithm")
    signature, unused = asn1.bits(members.take("signatureValue"), "signatureValue")
    members.end()
    if unused:
        note("", "signatureValue: not whole octets")
    return tbs, outer, signature


def _inside(node: Node, what: str) -> Node:
    """The one element inside an explicit tag."""
    inside = list(node)
    if len(inside) != 1:
        raise MalformedError(f"{what}: {len(inside)} elements inside its tag, not one")
    return inside[0]


def _algorithm(node: Node, what: str) -> Algorithm:
    members = asn1.members_of(node, what)
    kind = asn1.oid(members.take("algorithm"))
    left = members.rest()
    if len(left) > 1:
        node.note("", f"{what}: more than one parameter")
    return Algorithm(kind, left[0].der if left else b"", node.der)


def _attribute(node: Node, what: str) -> Attribute:
    members = asn1.members_of(node, what)
    kind, value = asn1.oid(members.take("type")), members.take("value")
    members.end()
    if value.identifier == asn1.BIT_STRING:
        octets, unused = asn1.bits(value, what)
        return Attribute(kind, "BIT STRING", f"{octets.hex()}{f' less {unused} bits' if unused else ''}")
    string, codec = _STRINGS.get(value.identifier, (f"type {value.identifier:02x}", ""))
    if not codec:
        return Attribute(kind, string, value.content.hex())
    try:
        return Attribute(kind, string, value.content.decode(codec))
    except UnicodeDecodeError:
        node.note("", f"{what}: {string} {value.content.hex()} is no {codec}")
        return Attribute(kind, f"{string} that is none", value.content.hex())


def _time(members: Members, what: str) -> Time:
    return _instant_text(members.take(what, asn1.UTC_TIME, asn1.GENERALIZED_TIME), what)


def _instant_text(node: Node, what: str) -> Time:
    encoding = "UTCTime" if node.identifier == asn1.UTC_TIME else "GeneralizedTime"
    time = Time(encoding, node.content.decode("ascii", errors="backslashreplace"))
    try:
        time.instant()
    except MalformedError as fault:
        node.note("RFC 5280, 4.1.2.5", f"{what}: {fault}")
    return time


def _extensions(node: Node) -> tuple[Extension, ...]:
    return tuple(_extension(one) for one in asn1.typed(node, asn1.SEQUENCE, "extensions"))


def _extension(node: Node) -> Extension:
    members = asn1.members_of(node, "extension")
    kind = asn1.oid(members.take("extnID"))
    flag = members.maybe(asn1.BOOLEAN)
    value = members.take("extnValue", asn1.OCTET_STRING).content
    members.end()
    critical = flag is not None and asn1.boolean(flag, f"extension {kind}")
    return Extension(kind, critical, value, flag is not None and not critical)


def _request_attribute(node: Node) -> tuple[RequestAttribute, tuple[Node, ...]]:
    members = asn1.members_of(node, "attribute")
    kind = asn1.oid(members.take("type"))
    values = tuple(members.take("values", asn1.SET))
    members.end()
    if not values:
        node.note("RFC 2986, 4.1", f"attribute {kind}: no value")
    return RequestAttribute(kind, tuple(one.der for one in values)), values


def _asked(attribute: RequestAttribute, values: tuple[Node, ...]) -> tuple[Extension, ...]:
    """The extensions that an attribute asks for; none where it is of another type."""
    if attribute.oid not in EXTENSION_REQUESTS:
        return ()
    if len(values) > 1:
        values[1].note("RFC 2985, 5.4.2", f"extensionRequest: {len(values)} values, not one")
    return tuple(one for value in values for one in _extensions(value))


def _entry(node: Node) -> Revoked:
    members = asn1.sequence(node.der, "revokedCertificates")
    serial = asn1.integer_octets(members.take("userCertificate"), "userCertificate")
    date = _time(members, "revocationDate")
    extensions = members.maybe(asn1.SEQUENCE)
    members.end()
    return Revoked(serial, date, () if extensions is None else _extensions(extensions))
