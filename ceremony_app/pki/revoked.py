"""What a CRL says of itself and of each certificate in it, as decisions that a next CRL goes on from."""

from __future__ import annotations

from ceremony_app.core.errors import Refusal
from ceremony_app.pki import extension_values as values
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.fields import RevokedCertificate
from ceremony_app.pki.structures import Crl, Revoked
from ceremony_app.pki.validity import text


def number_of(read: Crl) -> int:
    """The CRL's number (RFC 5280, 5.2.3); raises `Refusal` (CER-CRL) for a CRL without a readable one."""
    one = read.extension(values.CRL_NUMBER)
    if one is None:
        raise _unfit("it has no cRLNumber")
    try:
        return values.crl_number(one.value)
    except MalformedError as fault:
        raise _unfit(f"its cRLNumber cannot be read: {fault}") from fault


def revoked_in(read: Crl) -> tuple[RevokedCertificate, ...]:
    """The entries of a CRL, in its order; raises `Refusal` (CER-CRL) for one that cannot be carried on unchanged."""
    return tuple(_entry(one) for one in read.revoked)


def _entry(one: Revoked) -> RevokedCertificate:
    """Serial, date and reason (RFC 5280, 5.1.2.6 and 5.3.1); an entry that says more is not cut short silently."""
    reason = ""
    try:
        for extension in one.extensions:
            if extension.oid != values.REASON_CODE:
                raise _unfit(
                    f"the entry {one.serial.hex()} carries {values.extension_name(extension.oid)}, which would be lost"
                )
            reason = values.reason_code(extension.value)
        date = text(one.date.instant())
    except MalformedError as fault:
        raise _unfit(f"the entry {one.serial.hex()} cannot be read: {fault}") from fault
    return RevokedCertificate(serial=one.serial.hex(), date=date, reason=reason)


def _unfit(why: str) -> Refusal:
    return Refusal(
        "CER-CRL", f"No next CRL can go on from this one: {why}.", "Bring the CRL that was issued last by this CA."
    )
