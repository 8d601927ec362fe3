"""A batch: every request judged by itself and against the others, one approval, one call for each certificate."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Intent, Outcome
from ceremony_app.verify.verify import verify
from tests.actions.authorities import Founded, after, definition, found, step
from tests.actions.holding import Held, no_pages
from tests.fakes.token_parts import Planned

COUNT = 5
ROOT = step("import-root", "import-certificate", name="root", input="before", profile="root")
IMPORT = step(
    "import", "import-requests", name="asked", input="requests", profile="end-entity", application="none", attest="two"
)
LOCATE = step("locate", "locate-key", key="root", certificate="root")
TRIAL = step("trial", "trial-chain")
ISSUE = step(
    "issue",
    "issue-batch",
    name="client",
    key="root",
    issuer="root",
    profile="end-entity",
    requests="asked",
    sign_off="two",
    attest="two",
)
BACK = step("back", "read-back", of="issue", rows=2)
KINDS = {"before": "ceremony", "requests": "requests"}
BATCH = definition(ROOT, IMPORT, LOCATE, TRIAL, ISSUE, BACK, **KINDS)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A CA whose token is opened again by every test."""
    return found(tmp_path_factory.mktemp("founded"))


def request(name: str, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """A request of a client in PEM."""
    parts = ((NameOID.COUNTRY_NAME, "GB"), (NameOID.ORGANIZATION_NAME, "Example Trust Services"))
    subject = x509.Name([*(x509.NameAttribute(*part) for part in parts), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    signed = builder.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return signed.public_bytes(Encoding.PEM)


def folder_of(place: Path, count: int = COUNT, **further: bytes) -> Path:
    """A folder of good requests, and of others by the names of their files."""
    folder = place / "requests"
    folder.mkdir()
    for i in range(1, count + 1):
        (folder / f"client-{i}.csr").write_bytes(request(f"client-{i}.example"))
    for name, octets in further.items():
        (folder / name).write_bytes(octets)
    return folder


def indices(room: Held) -> list[int]:
    """The numbers of the certificates for which there is an intent, in their order."""
    intents = (entry.event for run in room.runs("issue") for entry in run.entries if isinstance(entry.event, Intent))
    return [int(str(one.parameters["index"])) for one in intents if one.call == "issue-batch"]


def test_a_folder_of_requests_becomes_certificates_under_one_approval(ca: Founded, tmp_path: Path) -> None:
    asked = folder_of(tmp_path)
    with after(tmp_path, BATCH, ca, before=ca.folder, requests=asked) as room:
        folder = room.finish()
        assert not room.state.problems
        assert indices(room) == list(range(1, COUNT + 1))
        go = room.runs("issue")[0].signed("go")
        assert {one.role for one in go} == {"internal-witness", "external-witness"}
        assert all("REHEARSAL-client.tbs-list.txt" in one.statement for one in go)
    place = folder / "artifacts"
    made = [x509.load_der_x509_certificate(path.read_bytes()) for path in sorted(place.glob("*client-000?.der"))]
    asking = [x509.load_pem_x509_csr(path.read_bytes()) for path in sorted(asked.iterdir())]
    assert [one.public_key() for one in made] == [one.public_key() for one in asking]
    assert [one.subject for one in made] == [one.subject for one in asking]
    assert len({one.serial_number for one in made}) == COUNT
    for i in range(1, COUNT + 1):
        anchor, certificate = str(place / "REHEARSAL-root.pem"), str(place / f"REHEARSAL-client-{i:04}.der")
        command = ["openssl", "verify", "-x509_strict", "-CAfile", anchor, certificate]
        subprocess.run(command, check=True, capture_output=True)
    subprocess.run(
        ["sha256sum", "-c", "--quiet", "REHEARSAL-client.list.txt"], cwd=place, check=True, capture_output=True
    )
    together = (place / "REHEARSAL-client.certificates.pem").read_bytes()
    assert x509.load_pem_x509_certificates(together) == made
    listed = (place / "REHEARSAL-asked.list.txt").read_text().splitlines()
    assert [line.split("\t")[4] for line in listed] == [f"client-{i}.csr" for i in range(1, COUNT + 1)]


KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("further", "told"),
    [
        ({"x.csr": b"nothing"}, "x.csr"),
        ({"x.csr": request("x.example") + request("y.example")}, "x.csr"),
        ({"x.csr": b" " * 65_537}, "65536"),
        ({"x.csr": request("Client X")}, "CN"),
        ({"x.csr": request("x.example", KEY), "y.csr": request("y.example", KEY)}, "same key"),
        ({"x.csr": request("x.example"), "y.csr": request("x.example")}, "same name"),
        ({"a\u202egsc.csr": b"nothing"}, "\\u{202E}"),
    ],
    ids=["no-request", "two-in-one", "too-large", "another-name", "one-key", "one-name", "hostile-file-name"],
)
def test_one_that_cannot_be_taken_stops_the_folder(
    ca: Founded, tmp_path: Path, further: dict[str, bytes], told: str
) -> None:
    asked = folder_of(tmp_path, 2, **further)
    with after(tmp_path, BATCH, ca, before=ca.folder, requests=asked) as room:
        room.play(until=lambda now: isinstance(now, p.Halted))
        outcome = room.outcome("import")
        assert outcome.result == "failed"
        assert outcome.evidence["rule"] == "CER-BATCH"
        assert told in str(outcome.evidence["why"])
        assert "\u202e" not in str(outcome.evidence)
        assert not list((room.conductor.folder / "artifacts").glob("*asked*"))


def test_a_link_is_no_request(ca: Founded, tmp_path: Path) -> None:
    asked = folder_of(tmp_path, 2)
    (asked / "link.csr").symlink_to(asked / "client-1.csr")
    with after(tmp_path, BATCH, ca, before=ca.folder, requests=asked) as room:
        room.finish()
        assert room.evidence("import")["count"] == 2


def test_what_cannot_be_taken_is_set_aside_where_the_definition_says_so(ca: Founded, tmp_path: Path) -> None:
    asked = folder_of(tmp_path, 2, **{"x.csr": b"nothing"})
    text = BATCH.replace('application = "none"', 'application = "none"\nbad = "set-aside"', 1)
    with after(tmp_path, text, ca, before=ca.folder, requests=asked) as room:
        room.finish()
        assert room.evidence("import")["count"] == 2
        assert len(room.state.problems) == 1, "what is not issued is a deviation"
        assert indices(room) == [1, 2]


@pytest.mark.parametrize("code", ["DEVICE_ERROR", "WORKER_DIED"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_batch_that_stopped_goes_on_with_the_next_certificate(
    ca: Founded, tmp_path: Path, code: str, when: Literal["before", "after"]
) -> None:
    with after(tmp_path, BATCH, ca, before=ca.folder, requests=folder_of(tmp_path)) as room:
        room.play_to("issue")
        before = room.token.calls.count("sign")
        room.token.plan = [*room.token.plan, Planned("sign", code, nth=before + 3, when=when)]
        room.finish()
        ends = [end for call, end in room.ends("issue") if call == "issue-batch"]
        assert ends.count("done") == COUNT
        assert len(ends) == COUNT + 1
        assert indices(room) == [1, 2, 3, 3, 4, 5], "what was issued stays issued, and nothing is left out"
        assert room.token.calls.count("sign") - before >= COUNT + 1
        assert room.state.problems, "a batch does not go on by itself after a failure"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("REHEARSAL-client-0003.der", lambda data: data[:-1] + bytes([data[-1] ^ 1])),
        ("REHEARSAL-client.list.txt", lambda data: data.replace(b"0", b"1", 1)),
        ("REHEARSAL-client.certificates.pem", lambda data: data + b"\n"),
        ("REHEARSAL-asked.requests.pem", lambda data: data.replace(b"Request 1", b"Request 7")),
        ("REHEARSAL-asked.list.txt", lambda data: data.replace(b"client-1.csr", b"client-7.csr")),
        ("REHEARSAL-trial-client.jsonl", lambda data: data.replace(b"client-1.example", b"client-7.example")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_changed_file_is_found(finished: Path, tmp_path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", finished, copy], check=True)
    path = copy / "artifacts" / name
    changed = change(path.read_bytes())
    assert changed != path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(changed)
    verdict = verify(copy, press=no_pages)
    assert any(name in finding.where + finding.what for finding in verdict.findings), verdict.findings


@pytest.fixture(scope="module")
def finished(ca: Founded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch that was held to its end."""
    place = tmp_path_factory.mktemp("finished")
    with after(place, BATCH, ca, before=ca.folder, requests=folder_of(place)) as room:
        assert all(outcome.result == "done" for run in room.state.runs for outcome in run.of(Outcome))
        return room.finish()
