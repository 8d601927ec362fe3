"""`ceremony lint`: files of others against a pack, told to a person and to a program, with its exit status."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ceremony_app.__main__ import main
from ceremony_app.cli.linting import LARGEST
from ceremony_app.cli.table import columns
from ceremony_app.definition.shelf import resources
from ceremony_app.pki.show import pem
from tests.cli.test_commands import ceremony, refused
from tests.pki import breaking, unusual
from tests.pki.breaking import broken
from tests.pki.making import Made, make, pack, root_and_crl
from tests.pki.requesting import CN, named, requester, sequence, tlv

SOME_REASONS = sequence(
    b"\x06\x03\x55\x1d\x1c",
    b"\x01\x01\xff",
    tlv(4, sequence(tlv(0xA0, tlv(0xA1, sequence(b"\x06\x03\x55\x04\x03", tlv(0x0C, b"point")))), b"\x83\x02\x05\x60")),
)
"""An issuingDistributionPoint for some reasons only; the general linter's native decoder panics over it."""


@dataclass(frozen=True)
class Answer:
    """What the command said and how it ended."""

    status: int
    out: str
    err: str


Lint = Callable[..., Answer]


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lint:
    """The command in this process; `room` is the width of the terminal."""

    def run(*words: object, room: int = 300) -> Answer:
        monkeypatch.setenv("COLUMNS", str(room))
        capsys.readouterr()
        status = main(["lint", *map(str, words)])
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return run


@pytest.fixture(scope="module")
def root() -> Made:
    """Root and CRL of the general pack."""
    return make(pack("general"), root_and_crl())


@pytest.fixture
def certificate(root: Made, tmp_path: Path) -> Path:
    path = tmp_path / "root.der"
    path.write_bytes(root.der["root"])
    return path


def test_a_good_certificate_as_a_user_meets_it(certificate: Path) -> None:
    answer = ceremony("lint", certificate, "--policy", "general", "--issuer", certificate, env={"COLUMNS": "200"})
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not answer.stderr
    assert "Profile root: Root CA certificate (self-signed) (the best fitting)" in answer.stdout
    assert "BR 7.1.2.1; RFC 5280, 4.1.2.2" in answer.stdout
    assert "GOOD  no findings" in answer.stdout


def test_a_finding_is_told_with_its_field_section_and_provenance(lint: Lint, root: Made, tmp_path: Path) -> None:
    path = tmp_path / "negative.der"
    path.write_bytes(broken(root.der["root"], breaking.negative))
    answer = lint(path, "--policy", "general", room=160)
    assert answer.status == 1
    (row,) = (line for line in answer.out.splitlines() if line.startswith("Serial number"))
    assert row.rstrip().endswith("NO")
    assert "BR 7.1.2.1; RFC 5280, 4.1.2.2, verified" in row
    assert "ERROR  serialNumber: expected a positive number, found ff0000" in answer.out
    assert "(RFC 5280, 4.1.2.2) [CER-PROFILE]" in answer.out
    assert "unverified" in answer.out, "statements that nobody confirmed stay visible"
    assert "FINDINGS" in answer.out


def test_the_pack_by_path_and_by_folder(lint: Lint, certificate: Path, tmp_path: Path) -> None:
    text = (resources() / "policies/general.toml").read_text(encoding="utf-8")
    (tmp_path / "policy.toml").write_text(text.replace("{ years = 20 }", "{ years = 21 }"), encoding="utf-8")
    for reference in (tmp_path / "policy.toml", tmp_path):
        answer = lint(certificate, "--policy", reference)
        assert answer.status == 1
        assert "21 years" in answer.out


MEMBERS = ["file", "kind", "profile", "fields", "findings", "verdict"]


def test_the_judgement_for_a_program(lint: Lint, certificate: Path, root: Made, tmp_path: Path) -> None:
    """Members and their order are a promise to programs."""
    good = lint(certificate, "--policy", "general", "--json")
    told = json.loads(good.out)
    assert list(told) == MEMBERS
    assert (told["file"], told["kind"], told["profile"]) == (str(certificate), "certificate", "root")
    assert (told["findings"], told["verdict"]) == ([], "good")
    for field in told["fields"]:
        assert list(field) == ["field", "section", "provenance", "profile", "object", "good"]
        assert field["good"] is True
    path = tmp_path / "null.der"
    path.write_bytes(broken(root.der["root"], breaking.null))
    bad = lint(path, "--policy", "general", "--json")
    assert bad.status == 1
    told = json.loads(bad.out)
    assert told["verdict"] == "findings"
    for finding in told["findings"]:
        assert list(finding) == ["rule", "where", "what", "severity", "waived"]
    assert {one["severity"] for one in told["findings"]} == {"ERROR", "FATAL"}
    assert {one["rule"] for one in told["findings"]} == {"CER-ENCODING", "CER-PROFILE", "CER-LINT", "CER-PROOF"}


def test_several_objects_are_judged_in_turn(lint: Lint, root: Made, tmp_path: Path) -> None:
    path = tmp_path / "bundle.pem"
    whole = pem(root.der["root"], "CERTIFICATE") + pem(root.der["root-crl"], "X509 CRL")
    path.write_bytes(b"Subject: anything\n" + whole)
    answer = lint(path, "--policy", "general")
    assert answer.status == 0
    assert "bundle.pem, object 1 of 2: certificate" in answer.out
    assert "bundle.pem, object 2 of 2: CRL" in answer.out
    path.write_bytes(whole + pem(broken(root.der["root"], breaking.twice), "CERTIFICATE"))
    answer = lint(path, "--policy", "general", "--json")
    assert answer.status == 1
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert [(one["kind"], one["verdict"]) for one in lines] == [
        ("certificate", "good"),
        ("crl", "good"),
        ("certificate", "findings"),
    ]
    path.write_bytes(whole + b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    answer = lint(path, "--policy", "general", "--json")
    assert answer.status == 2
    assert json.loads(answer.out.splitlines()[2])["verdict"] == "unusable"


def test_the_issuer_is_held_too(lint: Lint, root: Made, certificate: Path, tmp_path: Path) -> None:
    crl = tmp_path / "root.crl"
    crl.write_bytes(pem(root.der["root-crl"], "X509 CRL"))
    answer = lint(crl, "--policy", "general", "--issuer", certificate)
    assert answer.status == 0
    assert "Signature by the issuer" in answer.out
    other = make(root.policy, root_and_crl()).der["root"]
    (tmp_path / "other.der").write_bytes(other)
    answer = lint(crl, "--policy", "general", "--issuer", tmp_path / "other.der")
    assert answer.status == 1
    assert "signatureValue: expected a signature of the issuer's key, found it does not verify" in answer.out


def test_what_can_be_no_issuer(lint: Lint, root: Made, certificate: Path, tmp_path: Path) -> None:
    path = tmp_path / "issuer"
    for data, told in (
        (root.der["root-crl"], "it is a CRL"),
        (pem(root.der["root"], "CERTIFICATE") * 2, "several objects"),
        (root.der["root"][:100], "Insufficient data"),
    ):
        path.write_bytes(data)
        answer = lint(certificate, "--policy", "general", "--issuer", path)
        assert answer.status == 2
        assert not answer.out
        assert told in answer.err
        assert "[CER-ISSUER]" in answer.err


def test_a_link_to_a_file_is_followed(lint: Lint, certificate: Path, tmp_path: Path) -> None:
    """Stores of certificates are folders of links."""
    link = tmp_path / "link.pem"
    link.symlink_to(certificate)
    assert lint(link, "--policy", "general").status == 0
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert lint(loop, "--policy", "general").status == 2


def test_files_that_are_unusable(lint: Lint, certificate: Path, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data, rule in (
        (b"", "CER-DER"),
        (b"no certificate", "CER-DER"),
        (b"\x30\x82" + b"\x00" * LARGEST, "CER-SIZE"),
        (b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", "CER-DER"),
    ):
        path.write_bytes(data)
        answer = lint(path, "--policy", "general")
        assert (answer.status, answer.out) == (2, ""), data[:20]
        assert answer.err.strip().endswith(f"[{rule}]")
    for words, rule in (
        ((tmp_path / "none", "--policy", "general"), "CER-INPUT"),
        ((tmp_path, "--policy", "general"), "CER-INPUT"),
        ((certificate, "--policy", "none"), "CER-POLICY"),
        ((certificate, "--policy", "x" * 5000), "CER-POLICY"),
        ((certificate, "--policy", certificate), "CER-TOML"),
        ((certificate, "--policy", "general", "--profile", "none"), "CER-PROFILE"),
    ):
        answer = lint(*words)
        assert (answer.status, answer.out) == (2, ""), words
        assert answer.err.strip().endswith(f"[{rule}]")


def test_an_object_that_is_none_is_told_as_every_other(lint: Lint, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\x30\x82\x00\x04\x05\x00\x05\x00")
    answer = lint(path, "--policy", "general")
    assert answer.status == 2
    assert "UNUSABLE  1 finding" in answer.out
    assert "[CER-DER]" in answer.out


def test_a_pack_that_is_unfit_is_no_finding_about_the_object(lint: Lint, certificate: Path, tmp_path: Path) -> None:
    text = (resources() / "policies/general.toml").read_text(encoding="utf-8")
    (tmp_path / "bad.toml").write_text(text.replace("{ years = 20 }", "{ years = 0 }"), encoding="utf-8")
    answer = lint(certificate, "--policy", tmp_path / "bad.toml")
    assert answer.status == 2
    assert "validity" in answer.err


def test_a_private_key_beside_it_is_told(lint: Lint, root: Made, tmp_path: Path) -> None:
    path = tmp_path / "both.pem"
    path.write_bytes(
        b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n" + pem(root.der["root"], "CERTIFICATE")
    )
    answer = lint(path, "--policy", "general")
    assert answer.status == 0
    assert "A block of PRIVATE KEY in the file is passed over. Whoever has the file has the key" in answer.err


def test_a_request_beside_the_profile_it_asks_for(lint: Lint, tmp_path: Path) -> None:
    request = requester("p256").request(named(("2.5.4.11", "07"), (CN, "TMP1")))
    path = tmp_path / "issuing.csr"
    path.write_bytes(request)
    answer = lint(path, "--policy", "s1spki-foc")
    assert answer.status == 0, answer.out
    assert "Profile operator-issuing" in answer.out
    assert "Proof of possession" in answer.out
    path.write_bytes(request[:-1] + bytes([request[-1] ^ 1]))
    answer = lint(path, "--policy", "s1spki-foc", "--json")
    assert answer.status == 1
    told = json.loads(answer.out)
    assert told["kind"] == "request"
    assert [one["rule"] for one in told["findings"]] == ["CER-CSR-PROOF"]
    assert [one["field"] for one in told["fields"] if not one["good"]] == ["Proof of possession"]


@pytest.mark.parametrize("room", [40, 60, 99, 100, 132, 250])
def test_no_line_is_wider_than_the_terminal(lint: Lint, root: Made, tmp_path: Path, room: int) -> None:
    text = "a word or two 証明書の名前 " * 20 + "e\u0301" * 60
    name = sequence(tlv(0x31, sequence(b"\x06\x03\x55\x04\x03", tlv(0x0C, text.encode()))))
    path = tmp_path / "wide.der"
    path.write_bytes(unusual.with_member(root.der["root"], 5, name))
    answer = lint(path, "--policy", "general", "--profile", "root", room=room)
    assert answer.status == 1
    assert max(sum(map(columns, line)) for line in answer.out.splitlines()) <= room
    shown = "".join(answer.out.split())
    assert "証明書の名前" in shown


def test_hostile_names_cannot_move_the_cursor(lint: Lint, root: Made, tmp_path: Path) -> None:
    hostile = "\x1b[2J\u202eevil\u2066\r\nGOOD  no findings".encode()
    name = sequence(tlv(0x31, sequence(b"\x06\x03\x55\x04\x03", tlv(0x0C, hostile))))
    path = tmp_path / "a\u202eb.der"
    path.write_bytes(unusual.with_member(root.der["root"], 5, name))
    shown = lint(path, "--policy", "general", "--profile", "root")
    told = lint(path, "--policy", "general", "--profile", "root", "--json")
    for answer in (shown, told):
        assert answer.status == 1
        assert not {"\x1b", "\u202e", "\u2066", "\r"} & set(answer.out)
        assert not [line for line in answer.out.splitlines() if line.startswith("GOOD")]
    assert "\\u{202E}" in shown.out
    assert json.loads(told.out)["verdict"] == "findings"


def test_a_panic_of_the_native_decoder_is_a_finding_and_no_noise(root: Made, tmp_path: Path) -> None:
    tbs, *rest = unusual.members(root.der["root-crl"])
    *parts, wrapper = unusual.members(tbs)
    (listed,) = unusual.members(b"\x30" + wrapper[1:])
    extensions = tlv(0xA0, sequence(*unusual.members(listed), SOME_REASONS))
    path = tmp_path / "panic.crl"
    path.write_bytes(sequence(sequence(*parts, extensions), *rest))
    answer = ceremony("lint", path, "--policy", "general", env={"COLUMNS": "300"})
    assert answer.returncode == 1
    assert not answer.stderr
    assert "its decoder fails by a fault of its own [CER-LINT]" in answer.stdout


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def test_what_openssl_makes_against_the_general_pack(lint: Lint, tmp_path: Path) -> None:
    """Root, its CRL and an end entity by a program that knows nothing of this one: only what differs is found."""
    (tmp_path / "ca.cnf").write_text(
        "[req]\ndistinguished_name=name\nx509_extensions=root\nprompt=no\nstring_mask=utf8only\n"
        "[name]\nC=GB\nO=Example Trust Services\nCN=Example Root CA G1\n"
        "[root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always\n"
        "[leaf]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:example.org\n"
        "[ca]\ndefault_ca=own\n[own]\ndatabase=index\ncrlnumber=number\ndefault_md=sha384\ndefault_crl_days=365\n"
        "crl_extensions=list\n[list]\nauthorityKeyIdentifier=keyid:always\n",
        encoding="utf-8",
    )
    (tmp_path / "index").write_text("", encoding="utf-8")
    (tmp_path / "number").write_text("01\n", encoding="utf-8")
    serial = "0x5a" + "c3" * 19
    own = ("-nodes", "-sha384", "-days", "7305", "-set_serial", serial, "-config", "ca.cnf", "-keyout", "root.key")
    openssl(tmp_path, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", *own, "-out", "root.pem")
    openssl(tmp_path, "ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "root.key", "-cert", "root.pem", "-out", "crl")
    leaf = ("-newkey", "ed25519", "-nodes", "-subj", "/CN=example.org", "-keyout", "leaf.key", "-config", "ca.cnf")
    signed = ("-CA", "root.pem", "-CAkey", "root.key", "-extensions", "leaf", "-days", "30", "-out", "leaf.pem")
    openssl(tmp_path, "req", "-x509", *leaf, *signed)

    def found(name: str, status: int, *words: str) -> dict[str, object]:
        answer = lint(tmp_path / name, "--policy", "general", "--issuer", tmp_path / "root.pem", "--json", *words)
        assert answer.status == status, answer.out
        told: dict[str, object] = json.loads(answer.out)
        return told

    def not_good(told: dict[str, object]) -> set[str]:
        fields = told["fields"]
        assert isinstance(fields, list)
        return {one["field"] for one in fields if not one["good"]}

    assert not_good(found("root.pem", 1)) == {"Not after", "subjectKeyIdentifier"}
    assert not_good(found("crl", 0)) == set()
    leaf_told = found("leaf.pem", 1)
    assert leaf_told["profile"] == ""
    assert not_good(leaf_told) == set(), "it is the root's, and no profile of the pack"
    links = {"Signature by the issuer", "Name of the issuer", "Validity within the issuer's"}
    assert not links & not_good(found("leaf.pem", 1, "--profile", "root"))


def test_usage(lint: Lint) -> None:
    refused_by_usage = ceremony("lint", "x.pem")
    assert refused_by_usage.returncode == 2
    assert "--policy" in refused_by_usage.stderr
    shown = ceremony("lint", "--help")
    assert shown.returncode == 0
    assert "Exit status: 0 nothing stands against it" in shown.stdout
    refused(ceremony("lint", "nothing.pem", "--policy", "general"), 2, "CER-INPUT")
