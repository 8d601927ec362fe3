"""Mechanisms by their names."""

from __future__ import annotations

import pytest

from ceremony_app.core.algorithms import Scheme
from ceremony_app.hsm import signing
from ceremony_app.hsm.mechanism_names import _NAMES, _TABLE, mechanism_name


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0x0000, "RSA_PKCS_KEY_PAIR_GEN"),
        (0x1040, "EC_KEY_PAIR_GEN"),
        (signing.RSA_PKCS, "RSA_PKCS"),
        (signing.ECDSA, "ECDSA"),
        (signing.RSA_PKCS_PSS, "RSA_PKCS_PSS"),
        (signing.EDDSA, "EDDSA"),
        (signing.COMBINED[Scheme.PSS_SHA256], "SHA256_RSA_PKCS_PSS"),
        (signing.COMBINED[Scheme.PSS_SHA384], "SHA384_RSA_PKCS_PSS"),
        (0x1055, "EC_EDWARDS_KEY_PAIR_GEN"),
        (0x0040, "SHA256_RSA_PKCS"),
        (0x2109, "AES_KEY_WRAP"),
        (0x7FFF0000, "0x7fff0000"),
        (0x80000001, "0x80000001"),
    ],
)
def test_a_mechanism_is_called_by_its_name_or_else_by_its_number(number: int, name: str) -> None:
    assert mechanism_name(number) == name


def test_no_number_and_no_name_stands_for_two() -> None:
    assert len(_TABLE.split()) == len(_NAMES) == len(set(_NAMES.values()))
