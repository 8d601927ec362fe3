"""The life of the S1SPKI's keys on SoftHSM, ceremony after ceremony, and what openssl says of all that they issued."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from tests.ceremonies.chained import Chain, ceremony, hes_folder, openssl, other_root

HES = 6


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Nothing was held yet."""
    return Chain(tmp_path_factory.mktemp("chain"))


def root(chain: Chain) -> Path:
    """The folder of the Operator Root."""
    return chain.hold("root", "s1spki-foc-operator-root")


def issuing(chain: Chain) -> Path:
    """The folder in which the Operator Issuing CA's certificate was issued."""
    before = root(chain)
    chain.hold("request", "s1spki-foc-operator-issuing-request")
    request = chain.made("request", "operator-issuing.csr.pem")
    return chain.hold("signed", "s1spki-foc-operator-issuing-sign", {"root": before, "request": request})


def next_list(chain: Chain) -> Path:
    """The folder in which the Operator Root's second list was issued."""
    inputs = {"root": root(chain), "previous-crl": chain.made("root", "operator-root-crl.pem")}
    return chain.hold("crl", "s1spki-foc-operator-root-crl", inputs)


def accepted(chain: Chain) -> Path:
    """The folder in which the Operator Issuing CA took its certificate into use."""
    issuing(chain)
    inputs = {
        "issuing": chain.folders["request"],
        "root-certificate": chain.made("root", "operator-root.pem"),
        "issuing-certificate": chain.made("signed", "operator-issuing.pem"),
    }
    return chain.hold("accepted", "s1spki-foc-operator-issuing-acceptance", inputs)


def crl_of(path: Path) -> x509.CertificateRevocationList:
    """A list as the library reads it."""
    return x509.load_pem_x509_crl(path.read_bytes())


def number_of(crl: x509.CertificateRevocationList) -> int:
    """The number of a list."""
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_an_issuing_ca_from_its_request_to_its_certificate(chain: Chain) -> None:
    issuing(chain)
    next_list(chain)
    anchor, certificate = chain.made("root", "operator-root.pem"), chain.made("signed", "operator-issuing.pem")
    crl = chain.made("crl", "operator-root-crl.pem")
    openssl("verify", "-x509_strict", "-crl_check_all", "-CAfile", anchor, "-CRLfile", crl, certificate)
    openssl("verify", "-x509_strict", "-crl_check_all", "-check_ss_sig", "-CAfile", anchor, "-CRLfile", crl, anchor)
    openssl("req", "-verify", "-noout", "-in", chain.made("request", "operator-issuing.csr.pem"))
    asked = x509.load_pem_x509_csr(chain.made("request", "operator-issuing.csr.pem").read_bytes())
    issued = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert issued.public_key() == asked.public_key()
    assert issued.subject == asked.subject


def test_the_next_list_goes_on_from_the_one_before(chain: Chain) -> None:
    next_list(chain)
    first, second = (
        crl_of(chain.made("root", "operator-root-crl.pem")),
        crl_of(chain.made("crl", "operator-root-crl.pem")),
    )
    assert number_of(second) == number_of(first) + 1
    assert second.last_update_utc > first.last_update_utc
    assert len(second) == 0


def test_a_revoked_issuing_ca_is_refused_by_everybody(chain: Chain) -> None:
    before = issuing(chain)
    next_list(chain)
    certificate = chain.made("signed", "operator-issuing.pem")
    inputs = {"root": before, "revoked": certificate, "previous-crl": chain.made("crl", "operator-root-crl.pem")}
    chain.hold("revoked", "s1spki-foc-operator-issuing-revocation", inputs)
    anchor, crl = chain.made("root", "operator-root.pem"), chain.made("revoked", "operator-root-crl.pem")
    assert number_of(crl_of(crl)) == 3
    (entry,) = crl_of(crl)
    assert entry.serial_number == x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number
    openssl("verify", "-x509_strict", "-crl_check_all", "-CAfile", anchor, "-CRLfile", crl, anchor)
    with pytest.raises(AssertionError, match="certificate revoked"):
        openssl("verify", "-x509_strict", "-crl_check_all", "-CAfile", anchor, "-CRLfile", crl, certificate)


def test_a_new_root_is_reached_from_the_old_one_and_back(chain: Chain) -> None:
    chain.hold("rekeyed", "s1spki-foc-operator-root-rekey", {"root": root(chain)})
    made = {path.name for path in (chain.folders["rekeyed"] / "artifacts").iterdir()}
    new = chain.made("rekeyed", "operator-root-g2.pem")
    old = chain.made("root", "operator-root.pem")
    links = sorted(name for name in made if "-with-" in name and name.endswith(".pem"))
    assert len(links) == 2, made
    place = chain.folders["rekeyed"] / "artifacts"
    keys = {path: x509.load_pem_x509_certificate(path.read_bytes()).public_key() for path in (old, new)}
    for link in links:
        carried = x509.load_pem_x509_certificate((place / link).read_bytes()).public_key()
        anchor = old if carried == keys[new] else new
        openssl("verify", "-x509_strict", "-partial_chain", "-CAfile", anchor, place / link)
    crl = next(path for path in place.iterdir() if "crl" in path.name and path.suffix == ".pem")
    openssl("verify", "-x509_strict", "-crl_check_all", "-check_ss_sig", "-CAfile", new, "-CRLfile", crl, new)


def test_another_root_is_certified_under_its_own_name_and_key(chain: Chain, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(other_root())
    next_list(chain)
    chain.hold("crossed", "s1spki-foc-cross-certificate", {"root": root(chain), "other": tmp_path / "other.pem"})
    other = x509.load_pem_x509_certificate((tmp_path / "other.pem").read_bytes())
    place = chain.folders["crossed"] / "artifacts"
    (crossed,) = (path for path in place.glob("*.pem") if "cross" in path.name)
    certificate = x509.load_pem_x509_certificate(crossed.read_bytes())
    assert certificate.subject.public_bytes() == other.subject.public_bytes()
    assert certificate.public_key() == other.public_key()
    anchor, crl = chain.made("root", "operator-root.pem"), chain.made("crl", "operator-root-crl.pem")
    openssl("verify", "-x509_strict", "-crl_check_all", "-CAfile", anchor, "-CRLfile", crl, crossed)


def test_a_batch_of_hes_certificates(chain: Chain) -> None:
    accepted(chain)
    requests = hes_folder(chain.place / "requests", HES)
    inputs = {
        "issuing": chain.folders["request"],
        "issuing-certificate": chain.made("signed", "operator-issuing.pem"),
        "requests": requests,
    }
    next_list(chain)
    folder = chain.hold("batch", "s1spki-foc-hes-batch", inputs)
    anchor, above = chain.made("root", "operator-root.pem"), chain.made("signed", "operator-issuing.pem")
    lists = chain.place / "lists.pem"
    lists.write_bytes(
        chain.made("crl", "operator-root-crl.pem").read_bytes()
        + chain.made("accepted", "operator-issuing-crl.pem").read_bytes()
    )
    certificates = sorted((folder / "artifacts").glob("*-00*.der"))
    assert len(certificates) == HES
    keys = set()
    for path in certificates:
        certificate = x509.load_der_x509_certificate(path.read_bytes())
        keys.add(certificate.public_key().public_numbers())  # type: ignore[union-attr]  # a P-256 key
        pem = chain.place / f"{path.stem}.pem"
        openssl("x509", "-in", path, "-out", pem)
        openssl(
            "verify", "-x509_strict", "-crl_check_all", "-CAfile", anchor, "-untrusted", above, "-CRLfile", lists, pem
        )
    asked = {x509.load_pem_x509_csr(path.read_bytes()).public_key().public_numbers() for path in requests.iterdir()}  # type: ignore[union-attr]  # likewise
    assert keys == asked


def test_shares_are_drilled_handed_on_and_drilled_again(chain: Chain) -> None:
    """The root with a software quorum, a drill, new custodians, a drill of theirs: records go from folder to folder."""
    shares = chain.hold("shares", "root-ca-shares")
    chain.hold("drill", "custody-drill", {"before": shares})
    changed = chain.hold("change", "custody-change", {"before": shares})
    chain.hold("drill-again", "custody-drill", {"before": changed})
    records = [
        json.loads(chain.made(word, "custody-hsm-activation.json").read_bytes()) for word in ("shares", "drill-again")
    ]
    assert (records[0]["serial"], records[0]["token"]) == (records[1]["serial"], records[1]["token"])
    assert records[0]["check"] != records[1]["check"]
    told = chain.made("drill-again", "custody-drill-prove-activation-1.txt").read_text(encoding="utf-8")
    assert f"Check value: {records[1]['check']}" in told
    assert "Combinations: 10; each gives the secret of the check value" in told


def test_every_folder_is_read_by_the_second_reader_and_by_its_record(chain: Chain) -> None:
    issuing(chain)
    for folder in chain.folders.values():
        for command in (
            ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"],
            [sys.executable, "-I", "-S", "verify_journal.py"],
        ):
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        verdict = json.loads(ceremony("verify", folder / "record.pdf", "--json").stdout)
        assert verdict["verdict"] == "consistent", (folder, verdict["findings"])


def test_what_a_later_ceremony_needs_is_told(chain: Chain, tmp_path: Path) -> None:
    answer = ceremony("check", "s1spki-foc-operator-issuing-sign")
    assert answer.returncode == 0
    assert "needs --input root: " in answer.stdout
    assert "needs --input request: " in answer.stdout
    refused = ceremony("rehearse", "s1spki-foc-operator-issuing-sign", "-o", tmp_path / "no", "--unattended")
    assert refused.returncode == 2
    assert "needs --input request: " in refused.stderr
    assert not (tmp_path / "no").exists()
    unfinished = ["--input", f"root={chain.place}", "--input", f"request={__file__}"]
    refused = ceremony(
        "rehearse", "s1spki-foc-operator-issuing-sign", "-o", tmp_path / "no", "--unattended", *unfinished
    )
    assert refused.returncode == 2
    assert "CER-FOLDER" in refused.stderr


def test_the_general_issuing_ca_below_the_general_root(chain: Chain) -> None:
    before = chain.hold("general-root", "root-ca")
    chain.hold("general-request", "issuing-ca-request")
    (request,) = (chain.folders["general-request"] / "artifacts").glob("*.csr.pem")
    folder = chain.hold("general-signed", "issuing-ca-sign", {"root": before, "request": request})
    anchor, crl = chain.made("general-root", "root-g1.pem"), chain.made("general-root", "root-g1-crl.pem")
    asked = x509.load_pem_x509_csr(request.read_bytes())
    made = {path: x509.load_pem_x509_certificate(path.read_bytes()) for path in certificates_in(folder)}
    (issued,) = (path for path, one in made.items() if one.public_key() == asked.public_key())
    openssl("verify", "-x509_strict", "-crl_check_all", "-CAfile", anchor, "-CRLfile", crl, issued)


def certificates_in(folder: Path) -> list[Path]:
    """The PEM files of a ceremony that hold a certificate."""
    return [path for path in (folder / "artifacts").glob("*.pem") if b"BEGIN CERTIFICATE-----" in path.read_bytes()]
