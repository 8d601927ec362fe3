"""Chains that several tests read; made once."""

from __future__ import annotations

import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.policy import Policy
from ceremony_app.pki.trial import PlannedCertificate, PlannedCrl
from tests.pki.making import Made, make, pack, root_and_crl, with_algorithm


@pytest.fixture(scope="session")
def general() -> Policy:
    return pack("general")


@pytest.fixture(scope="session")
def s1spki() -> Policy:
    return pack("s1spki-foc")


@pytest.fixture(scope="session", params=list(Algorithm), ids=lambda algorithm: algorithm.value)
def chain(request: pytest.FixtureRequest) -> Made:
    """Root and CRL of each kind of key."""
    return make(with_algorithm(pack("general"), request.param), root_and_crl(request.param))


@pytest.fixture(scope="session")
def root(general: Policy) -> Made:
    """Root and CRL of the general pack as it is."""
    return make(general, root_and_crl())


@pytest.fixture(scope="session")
def operator(s1spki: Policy) -> Made:
    """The whole of the S1SPKI template: root, its CRL, issuing CA, both end entities."""
    key = Algorithm.P256
    return make(
        s1spki,
        (
            PlannedCertificate(name="operator-root", profile="operator-root", issued_by="operator-root", key=key),
            PlannedCrl(name="operator-root-crl", profile="operator-root-crl", issued_by="operator-root"),
            PlannedCertificate(name="issuing", profile="operator-issuing", issued_by="operator-root", key=key),
            PlannedCertificate(name="hes-1", profile="hes-signing", issued_by="issuing", key=key),
            PlannedCertificate(name="hes-2", profile="hes-key-agreement", issued_by="issuing", key=key),
        ),
    )
