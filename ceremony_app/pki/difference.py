"""Where the structure that is to be signed differs from the one that was tried with a throw-away key."""

from __future__ import annotations

from typing import Final

from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import MalformedError, Node
from ceremony_app.pki.extension_values import extension_name
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.reading import EXTENSION_REQUESTS

ALLOWED: Final = frozenset({"subjectPublicKeyInfo", "subjectKeyIdentifier", "authorityKeyIdentifier"})
"""What may differ: a new key, and the identifiers that follow from it."""

_CERTIFICATE: Final = ("serialNumber", "signature", "issuer", "validity", "subject", "subjectPublicKeyInfo")
_CRL: Final = ("signature", "issuer", "thisUpdate")
_REQUEST: Final = ("version", "subject", "subjectPublicKeyInfo")


def changed(template: bytes, real: bytes) -> tuple[str, ...]:
    """The fields in which two to-be-signed structures (DER, both of one kind) differ; raises `MalformedError`."""
    before, after = _pieces(template), _pieces(real)
    names = [name for name, octets in before.items() if after.get(name) != octets]
    names += [name for name in after if name not in before]
    if not names and template != real:
        names = ["order of the extensions" if list(before) != list(after) else "encoding"]
    return tuple(names)


def differences(template: bytes, real: bytes) -> tuple[Finding, ...]:
    """A finding for every difference that does not follow from the new key; empty where there is none."""
    try:
        names = changed(template, real)
    except MalformedError as fault:
        names = (f"encoding ({fault})",)
    return tuple(
        Finding(rule="CER-TBS", field=name, expected="as it was tried", found="something else")
        for name in names
        if name not in ALLOWED
    )


def _pieces(tbs: bytes) -> dict[str, bytes]:
    """A to-be-signed structure cut into its fields, each extension one of them (RFC 5280, 4.1, 5.1; RFC 2986, 4)."""
    nodes = list(asn1.element(tbs, asn1.SEQUENCE, "to-be-signed structure"))
    if len(nodes) == len(_REQUEST) + 1 and nodes[-1].identifier == asn1.explicit(0):
        return _request(nodes)
    times = [node for node in nodes if node.identifier in (asn1.UTC_TIME, asn1.GENERALIZED_TIME)]
    pieces: dict[str, bytes] = {}
    if nodes and nodes[0].identifier == (asn1.INTEGER if times else asn1.explicit(0)):
        pieces["version"] = nodes.pop(0).der
    for name in _CRL if times else _CERTIFICATE:
        if not nodes:
            raise MalformedError(f"{name} is missing")
        pieces[name] = nodes.pop(0).der
    for node in nodes:
        if node.identifier == asn1.explicit(0 if times else 3):
            pieces |= _extensions(node)
        else:
            pieces[_optional(node, crl=bool(times))] = node.der
    return pieces


def _request(nodes: list[Node]) -> dict[str, bytes]:
    """A CertificationRequestInfo (RFC 2986, 4.1), each attribute but the asked extensions one of its fields."""
    *fields, attributes = nodes
    pieces = {name: node.der for name, node in zip(_REQUEST, fields, strict=True)}
    for one in attributes:
        members = asn1.sequence(one.der, "attribute")
        kind = asn1.oid(members.take("type"))
        name = "extensionRequest" if kind in EXTENSION_REQUESTS else f"attribute {kind}"
        pieces |= _extensions(members.take("values", asn1.SET)) if kind in EXTENSION_REQUESTS else {name: one.der}
    return pieces


def _optional(node: Node, *, crl: bool) -> str:
    """The name of a field that may be absent."""
    if crl:
        return "revokedCertificates" if node.identifier == asn1.SEQUENCE else "nextUpdate"
    return f"[{node.identifier & 0x1F}]"


def _extensions(node: Node) -> dict[str, bytes]:
    pieces: dict[str, bytes] = {}
    for wrapper in node:
        for one in asn1.element(wrapper.der, asn1.SEQUENCE, "extensions"):
            identifier = asn1.sequence(one.der, "extension").take("extnID")
            name = extension_name(asn1.oid(identifier))
            pieces[name] = pieces.get(name, b"") + one.der
    return pieces
