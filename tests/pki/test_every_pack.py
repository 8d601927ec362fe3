"""Every profile of every shipped pack, built and signed: nothing stands against it, and openssl takes the chains."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.values import Mode
from ceremony_app.pki.fields import CertificateFields
from ceremony_app.pki.findings import standing
from ceremony_app.pki.linting import judge
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.received import Received
from ceremony_app.pki.show import pem
from ceremony_app.pki.trial import PlannedCertificate, PlannedCrl, trial
from tests.pki.making import MOMENT, Made, make, pack, random_octets
from tests.pki.whole import CAS, whole


@pytest.fixture(scope="module", params=list(CAS))
def made(request: pytest.FixtureRequest) -> Made:
    """Everything that a pack has, and a CA below the root's new key with an end entity of its own."""
    policy = pack(request.param)
    _, issuing = CAS[policy.id]
    planned = list(whole(policy))
    links = [name for name in policy.certificates if name.endswith("root-link")]
    for link in links:
        key = policy.certificates[issuing].key.value
        planned.append(PlannedCertificate(name="below-the-link", profile=issuing, issued_by=link, key=key))
    return make(policy, tuple(planned))


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("name", list(CAS))
def test_nothing_stands_against_any_profile(name: str, mode: Mode) -> None:
    policy = pack(name)
    planned = whole(policy)
    assert {one.profile for one in planned} == policy.certificates.keys() | policy.crls.keys()
    tried = trial(policy, mode, planned, moment=MOMENT, octets=random_octets(policy, planned))
    assert [(one.fields.name, finding) for one in tried for finding in standing(one.findings)] == []
    waived = {(one.fields.profile, finding.section) for one in tried for finding in one.findings}
    assert waived == {(one.profile, one.finding) for one in policy.waivers}, "a waiver that nothing needs"


def openssl(folder: Path, made: Made, trusted: str, *names: str, crls: tuple[str, ...] = ()) -> str:
    """What `openssl verify` says of the last, the others being between it and the trusted one."""
    for name in (trusted, *names):
        (folder / f"{name}.pem").write_bytes(pem(made.der[name], "CERTIFICATE"))
    (folder / "between.pem").write_bytes(b"".join(pem(made.der[name], "CERTIFICATE") for name in names[:-1]))
    (folder / "crls.pem").write_bytes(b"".join(pem(made.der[name], "X509 CRL") for name in crls))
    at = ["-attime", str(int(MOMENT.timestamp()) + 3600)]
    revoked = ["-crl_check_all", "-CRLfile", "crls.pem"] if crls else []
    between = ["-untrusted", "between.pem"] if names[:-1] else []
    command = ["openssl", "verify", "-x509_strict", "-check_ss_sig", *at, *revoked, *between, "-CAfile"]
    result = subprocess.run(
        [*command, f"{trusted}.pem", f"{names[-1]}.pem"], cwd=folder, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


def test_openssl_takes_every_chain_with_its_crls(made: Made, tmp_path: Path) -> None:
    root, issuing = CAS[made.policy.id]
    crls = tuple(name for name in made.der if name in made.policy.crls)
    assert len(crls) == 2
    taken = 0
    for one in made.tried:
        if not isinstance(one.fields, CertificateFields):
            continue
        name = one.fields.name
        if one.fields.issued_by == issuing:
            told = openssl(tmp_path, made, root, issuing, name, crls=crls)
        elif one.fields.issued_by == root and name != root:
            told = openssl(tmp_path, made, root, name, crls=crls)
        elif one.fields.self_signed:
            told = openssl(tmp_path, made, name, name)
        else:
            told = openssl(tmp_path, made, root, one.fields.issued_by, name)
        assert told == f"{name}.pem: OK\n", told
        taken += 1
    assert taken == len(made.der) - len(crls)


def test_each_is_told_from_the_others_and_good_as_anybody_elses(made: Made) -> None:
    """`ceremony lint` with the issuer's certificate: the profile is found, and nothing stands against it."""
    for one in made.tried:
        issuer = read_certificate(made.der[one.fields.issued_by])
        result = judge(made.policy, Received("", made.der[one.fields.name]), issuer=issuer)
        assert result.verdict == "good", (one.fields.name, result.findings)
        assert result.profile == one.fields.profile


def test_a_link_certificate_alone_is_not_taken_for_one_that_signs_itself(made: Made) -> None:
    for link in (name for name in made.policy.certificates if name.endswith("root-link")):
        read = read_certificate(made.der[link])
        assert read.issuer.der == read.subject.der
        result = judge(made.policy, Received("", made.der[link]))
        assert (result.verdict, result.profile) == ("good", link), result.findings
        root = CAS[made.policy.id][0]
        asked = judge(made.policy, Received("", made.der[link]), profile=root)
        assert asked.verdict == "findings"
        itself = judge(made.policy, Received("", made.der[root]), profile=link)
        assert ("issuer", "expected a certificate that another issued, found one that signs itself") in {
            (finding.where, finding.what.partition(" (")[0]) for finding in itself.findings
        }


def test_a_cross_certificate_has_the_other_roots_own_name() -> None:
    policy = pack("general")
    other = (
        NamePart(type="C", value="FR"),
        NamePart(type="O", value="Autorité"),
        NamePart(type="CN", value="Racine 3"),
    )
    planned = (
        PlannedCertificate(name="root", profile="root", issued_by="root", key=Algorithm.P384),
        PlannedCertificate(name="cross", profile="cross", issued_by="root", key=Algorithm.P384, subject=other),
        PlannedCrl(name="crl", profile="root-crl", issued_by="root"),
    )
    for mode in Mode:
        tried = trial(policy, mode, planned, moment=MOMENT, octets=random_octets(policy, planned))
        assert all(one.good for one in tried), [one.findings for one in tried]
        told = {one.field: one for one in tried[1].compared}["Subject"]
        assert told.signed == "C=FR, O=Autorité, CN=Racine 3"
        assert "(varies: C [A-Z]{2}, O .{1,64}, CN .{1,64})" in told.profile
        assert "what varies: BR 7.1.2.2.2" in told.section
