"""Distinguished names between the policy's values and the library that encodes them."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.x509.name import _ASN1Type

from ceremony_app.core.distinguished_name import AttributeKind, NamePart, attribute_kind
from ceremony_app.core.errors import Refusal

_TYPES: Final = {
    "UTF8String": _ASN1Type.UTF8String,
    "PrintableString": _ASN1Type.PrintableString,
    "IA5String": _ASN1Type.IA5String,
    "TeletexString": _ASN1Type.T61String,
    "BMPString": _ASN1Type.BMPString,
    "BIT STRING": _ASN1Type.BitString,
}


def encodable(parts: tuple[NamePart, ...], strings: tuple[str, ...] = ()) -> x509.Name:
    """The name for a builder, one attribute a relative name; string types as RFC 5280, appendix A has them.

    `strings` names other string types, one for each attribute: those of a name that must be encoded as it was. Raises
    `Refusal` (CER-NAME) where the library finds a value that cannot stand in its place.
    """
    types = strings or ("",) * len(parts)
    if len(types) != len(parts):
        raise _unfit(f"{len(types)} string types for {len(parts)} attributes")
    return x509.Name([_attribute(part, string) for part, string in zip(parts, types, strict=True)])


def _attribute(part: NamePart, string: str) -> x509.NameAttribute[str | bytes]:
    kind = attribute_kind(part.type) or AttributeKind(part.type, "UTF8String", 0)
    if string and string not in _TYPES:
        raise _unfit(f"{part.type} as {string} cannot be encoded here")
    try:
        # The library wants a BIT STRING's contents whole, with the count of unused bits before them.
        value = b"\x00" + bytes.fromhex(part.value) if kind.string == "BIT STRING" else part.value
        return x509.NameAttribute(x509.ObjectIdentifier(kind.oid), value, _TYPES[string or kind.string])
    except ValueError as fault:
        raise _unfit(f"{part.type}={part.value!r} cannot stand in a name: {fault}") from fault


def _unfit(why: str) -> Refusal:
    return Refusal("CER-NAME", f"{why}.", "Correct the name in the policy pack, or in what was brought.")
