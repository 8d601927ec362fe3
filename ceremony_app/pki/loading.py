"""Certificates and CRLs loaded by the library, whose refusals come as one exception."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.reading import read_certificate, read_crl


def load_certificate(der: bytes) -> x509.Certificate:
    """The library's view of a certificate; raises `MalformedError` for all that it, or our own reading, refuses."""
    if int.from_bytes(read_certificate(der).serial, "big", signed=True) <= 0:
        raise MalformedError("serialNumber: not positive")  # the library would warn on standard error
    try:
        return x509.load_der_x509_certificate(der)
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as fault:
        raise MalformedError(str(fault)) from fault


def load_crl(der: bytes) -> x509.CertificateRevocationList:
    """The library's view of a CRL; raises `MalformedError` likewise."""
    read_crl(der)
    try:
        return x509.load_der_x509_crl(der)
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as fault:
        raise MalformedError(str(fault)) from fault
