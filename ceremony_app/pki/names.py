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
    "BIT STRING": _ASN1Type.BitString,
}


def encodable(parts: tuple[NamePart, ...]) -> x509.Name:
    """The name for a builder, one attribute a relative name; string types as RFC 5280, appendix A has them.

    Raises `Refusal` (CER-NAME) where the library finds a value that cannot stand in its place.
    """
    return x509.Name([_attribute(part) for part in parts])


def _attribute(part: NamePart) -> x509.NameAttribute[str | bytes]:
    kind = attribute_kind(part.type) or AttributeKind(part.type, "UTF8String", 0)
    try:
        # The library wants a BIT STRING's contents whole, with the count of unused bits before them.
        value = b"\x00" + bytes.fromhex(part.value) if kind.string == "BIT STRING" else part.value
        return x509.NameAttribute(x509.ObjectIdentifier(kind.oid), value, _TYPES[kind.string])
    except ValueError as fault:
        raise Refusal(
            "CER-NAME",
            f"{part.type}={part.value!r} cannot stand in a name: {fault}.",
            "Correct the name in the policy pack.",
        ) from fault
