"""Root, CRL and request signed by a token, by every scheme that goes with every kind of key; OpenSSL reads them."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509

from ceremony_app.core.algorithms import Algorithm, Scheme, fits
from ceremony_app.core.device import KeyReport, KeySpec
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.values import Mode
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.softhsm import prepare
from ceremony_app.pki.checks import SIGNATURE_IDENTIFIERS
from ceremony_app.pki.fields import RequestFields
from ceremony_app.pki.issuance import Issuance, held, issuance, sign
from ceremony_app.pki.issuance import prepare as prepared
from ceremony_app.pki.show import Label, pem
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from ceremony_app.pki.trial import Tried, trial
from tests.fakes.token import FakeToken
from tests.hsm.common import activated
from tests.pki.making import MOMENT, pack, random_octets, root_and_crl, with_algorithm

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, which reads what the library made, has no types.

AT = str(int(MOMENT.timestamp()) + 3600)
PAIRS = [(algorithm, scheme) for algorithm in Algorithm for scheme in Scheme if fits(algorithm, scheme)]
Keys = dict[Algorithm, KeyReport]
Held = tuple[TokenPort, Keys]


@pytest.fixture(scope="module", params=["fake", "softhsm"])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """An activated token, and a place for its pair of each kind."""
    if request.param == "fake":
        yield activated(FakeToken()), {}
        return
    request.getfixturevalue("softhsm_module")
    home = prepare(tmp_path_factory.mktemp("issuing") / "softhsm")
    token = open_token(home.module, home.serial, environment=home.environment)
    try:
        yield activated(token), {}
    finally:
        token.close()


def pair_of(ready: Held, algorithm: Algorithm) -> KeyReport:
    """The token's pair of a kind, made where there is none yet."""
    token, keys = ready
    if algorithm not in keys:
        key_id = f"{list(Algorithm).index(algorithm):032x}"
        keys[algorithm] = token.generate_key_pair(KeySpec(label=f"root {algorithm}", id=key_id, algorithm=algorithm))
    return keys[algorithm]


def signed_by(token: TokenPort, report: KeyReport, wanted: Issuance, template: bytes) -> bytes:
    """The object as the ceremony makes it; fails where anything stands against it."""
    before = prepared(wanted, template)
    assert before.good, before.findings
    made = sign(wanted, before.sha256, partial(token.sign, report.private.id))
    assert made.good, made.findings
    return made.der


def written(folder: Path, name: str, der: bytes, label: Label) -> Path:
    path = folder / f"{name}.pem"
    path.write_bytes(pem(der, label))
    return path


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(("algorithm", "scheme"), PAIRS)
def test_openssl_and_the_library_accept_what_a_token_signed(
    ready: Held, algorithm: Algorithm, scheme: Scheme, tmp_path: Path
) -> None:
    token, report = ready[0], pair_of(ready, algorithm)
    spki = base64.b64decode(report.spki)
    policy = with_algorithm(pack("general"), algorithm, scheme)
    planned = root_and_crl(algorithm)
    octets = random_octets(policy, planned)
    tried_root, tried_crl = trial(policy, Mode.PRODUCTION, planned, moment=MOMENT, octets=octets)
    wanted = issuance(policy, Mode.PRODUCTION, tried_root.fields, spki=spki)
    root = signed_by(token, report, wanted, tried_root.template)
    crl = signed_by(token, report, issuance(policy, Mode.PRODUCTION, tried_crl.fields, issuer=root), tried_crl.template)

    certificate, listed = asn1.Certificate.load(root), x509.load_der_x509_crl(crl)
    whole, inside = certificate["signature_algorithm"], certificate["tbs_certificate"]["signature"]
    assert whole.dump().hex() == inside.dump().hex() == SIGNATURE_IDENTIFIERS[scheme]
    loaded = x509.load_der_x509_certificate(root)
    loaded.verify_directly_issued_by(loaded)
    public = loaded.public_key()
    assert listed.is_signature_valid(public)  # type: ignore[arg-type]  # of the kinds that sign

    paths = written(tmp_path, "root", root, "CERTIFICATE"), written(tmp_path, "crl", crl, "X509 CRL")
    strict = ("verify", "-x509_strict", "-check_ss_sig", "-crl_check_all", "-attime", AT)
    openssl(*strict, "-CAfile", paths[0], "-CRLfile", paths[1], paths[0])
    assert "verify OK" in openssl("crl", "-in", paths[1], "-CAfile", paths[0], "-verify", "-noout")

    other = held(wanted, root[:-1] + bytes([root[-1] ^ 1]), prepared(wanted, tried_root.template).sha256)
    assert "CER-PROOF" in {finding.rule for finding in other}


@pytest.mark.parametrize(("algorithm", "scheme"), PAIRS)
def test_openssl_accepts_a_request_that_a_token_signed(
    ready: Held, algorithm: Algorithm, scheme: Scheme, tmp_path: Path
) -> None:
    token, report = ready[0], pair_of(ready, algorithm)
    policy = with_algorithm(pack("general"), algorithm, scheme)
    fields = RequestFields(
        name="request",
        profile="root",
        issued_by="",
        issuer=(),
        subject=policy.certificates["root"].subject_in(Mode.PRODUCTION),
        key=algorithm,
        signature=scheme,
        asks="profile",
    )
    other = throwaway_key(algorithm)
    stand_in = issuance(policy, Mode.PRODUCTION, fields, spki=spki_of(other))
    template = stand_in.tbs(stand_in.builder()(other))
    wanted = issuance(policy, Mode.PRODUCTION, fields, spki=base64.b64decode(report.spki))
    path = written(tmp_path, "request", signed_by(token, report, wanted, template), "CERTIFICATE REQUEST")
    assert "self-signature verify OK" in openssl("req", "-in", path, "-verify", "-noout")


def test_every_kind_of_key_has_a_scheme_and_every_scheme_a_kind_of_key() -> None:
    assert {algorithm for algorithm, _ in PAIRS} == set(Algorithm)
    assert {scheme for _, scheme in PAIRS} == set(Scheme)


def test_the_trial_shows_the_parameters_of_pss_in_words() -> None:
    policy = with_algorithm(pack("general"), Algorithm.RSA3072, Scheme.PSS_SHA384)
    planned = root_and_crl(Algorithm.RSA3072)
    tried: tuple[Tried, ...] = trial(
        policy, Mode.PRODUCTION, planned, moment=MOMENT, octets=random_octets(policy, planned)
    )
    for one in tried:
        rows = {row.label: row.value for row in one.rows()}
        assert "RSASSA-PSS-SHA384 (1.2.840.113549.1.1.10)" in rows["Signature algorithm"]
        assert "SHA-384, MGF1 with SHA-384, salt of 48 octets" in rows["Signature algorithm"]
