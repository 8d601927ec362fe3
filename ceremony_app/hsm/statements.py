"""What a device says about its keys and about itself in its own words, where its module offers that."""

from __future__ import annotations

from ceremony_app.core.errors import Executed
from ceremony_app.hsm.attributes import CERTIFICATE, CLASS, DATA, ID, LABEL, VALUE
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.pkcs11 import told
from ceremony_app.hsm.templates import number_octets


def attestation(held: Held, key_id: str) -> tuple[bytes, ...]:
    """The certificates in which the device attests the key of this id (DER), then those that attest the device.

    The profile names the label that they all begin with: the first carry the key's CKA_ID, the others the bare label.
    """
    mark = held.profile.attestation_label.encode()
    if not mark:
        return ()
    of_the_key, of_the_device = list[bytes](), list[bytes]()
    with told(Executed.NO):
        session = held.session()
        for handle in held.raw.find(session, {CLASS: number_octets(CERTIFICATE)}):
            label = held.raw.read_long(session, handle, LABEL)
            if label == mark:
                of_the_device.append(held.raw.read_long(session, handle, VALUE))
            elif label.startswith(mark) and held.raw.read_long(session, handle, ID).hex() == key_id:
                of_the_key.append(held.raw.read_long(session, handle, VALUE))
    return (*of_the_key, *of_the_device) if of_the_key else ()


def audit_log(held: Held) -> bytes:
    """The device's log as it lies in the data object that the profile names; several are joined in their order."""
    label = held.profile.audit_label.encode()
    if not label:
        return b""
    with told(Executed.NO):
        session = held.session()
        found = held.raw.find(session, {CLASS: number_octets(DATA), LABEL: label})
        return b"".join(held.raw.read_long(session, handle, VALUE) for handle in found)
