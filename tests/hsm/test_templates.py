"""The public half beside a key that came back from a backup, octet for octet."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec
from ceremony_app.hsm import templates
from ceremony_app.hsm.attributes import EC_PARAMS, EC_POINT, KEY_TYPE
from ceremony_app.hsm.quirks import STANDARD


@pytest.mark.parametrize(
    ("algorithm", "curve", "parameters", "wrapping"),
    [
        (Algorithm.P256, ec.SECP256R1(), "06082a8648ce3d030107", "0441"),
        (Algorithm.P384, ec.SECP384R1(), "06052b81040022", "0461"),
        (Algorithm.P521, ec.SECP521R1(), "06052b81040023", "048185"),
    ],
)
def test_a_point_is_wrapped_with_the_length_that_it_has(
    algorithm: Algorithm, curve: ec.EllipticCurve, parameters: str, wrapping: str
) -> None:
    key = ec.derive_private_key(7, curve).public_key()
    made = templates.public_half(KeySpec(label="x", id="01", algorithm=algorithm), STANDARD, key)
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert made[KEY_TYPE] == templates.number_octets(3)
    assert made[EC_PARAMS].hex() == parameters
    assert made[EC_POINT] == bytes.fromhex(wrapping) + point


def test_an_edwards_key_has_a_kind_of_its_own() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    spec = KeySpec(label="x", id="01", algorithm=Algorithm.ED25519)
    made = templates.public_half(spec, STANDARD, key)
    assert made[KEY_TYPE] == templates.unwrapped(spec, STANDARD)[KEY_TYPE] == templates.number_octets(0x40)
    assert made[EC_PARAMS].hex() == "06032b6570"
    assert made[EC_POINT] == b"\x04\x20" + key.public_bytes_raw()
    assert templates.pair(spec, STANDARD)[0][EC_PARAMS].hex() == "06032b6570"
