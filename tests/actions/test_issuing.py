"""Requests made on a token, certificates issued for them by a CA on another token, roots renewed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from ceremony_app.actions import KINDS
from ceremony_app.check.walk import walk
from ceremony_app.core import prompts as p
from ceremony_app.core.errors import Refusal
from ceremony_app.core.values import Json
from ceremony_app.definition.load import load
from ceremony_app.verify.verify import verify
from tests.actions.holding import Held, held, no_pages
from tests.actions.issuing import (
    ISSUING,
    ISSUING_CN,
    ROOT_CN,
    artifact,
    definition,
    halted_at,
    openssl,
    path_holds,
    profile,
    step,
    tokens,
    wrong,
)
from tests.pki import requesting as r

KEYS = {"root": ("upper", "root"), "issuing": ("lower", "test-tier")}
ROOT = (
    step("trial-chain", "trial"),
    step("generate-key", "generate-root", key="root"),
    step("self-sign", "sign-root", name="root", key="root"),
    step("generate-key", "generate-issuing", key="issuing"),
)


def issue(**settings: str) -> str:
    usual = {"name": "issuing", "key": "root", "issuer": "root", "profile": "test-tier", "request": "asked"}
    return step("issue-certificate", "issue", **(usual | settings))


def chain(asks: str = "profile", **settings: str) -> str:
    request = step("make-csr", "request", name="asked", key="issuing", asks=asks)
    return definition(KEYS, (*ROOT, request, issue(**settings)))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """A root and an issuing CA, each on its own token, held to the end."""
    with held(tmp_path_factory.mktemp("chain"), chain(), tokens("lower", "upper"), policy=ISSUING) as room:
        room.finish()
        yield room


def test_a_root_signs_the_request_of_an_issuing_ca_on_another_token(finished: Held, tmp_path: Path) -> None:
    assert finished.ends("request") == [("make-csr", "done")]
    assert finished.ends("issue") == [("issue-certificate", "done")]
    request = artifact(finished, "asked.csr.pem")
    assert request.startswith(b"REHEARSAL: this certification request is worthless\n-----BEGIN CERTIFICATE REQUEST---")
    (tmp_path / "request.pem").write_bytes(request)
    openssl("req", "-in", tmp_path / "request.pem", "-verify", "-noout")
    assert "end.pem: OK" in path_holds(tmp_path, artifact(finished, "root.pem"), [], artifact(finished, "issuing.pem"))
    upper, lower = finished.tokens["upper"], finished.tokens["lower"]
    assert (upper.calls.count("sign"), lower.calls.count("sign")) == (3, 2), "a proof each, and what each one signed"


def test_the_certificate_is_the_request_s_key_under_the_issuer_s_name_and_key(finished: Held) -> None:
    root = x509.load_der_x509_certificate(artifact(finished, "root.der"))
    issuing = x509.load_der_x509_certificate(artifact(finished, "issuing.der"))
    request = x509.load_der_x509_csr(artifact(finished, "asked.csr.der"))
    assert issuing.issuer.public_bytes() == root.subject.public_bytes()
    assert issuing.subject == request.subject
    assert issuing.public_key() == request.public_key()
    above = issuing.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert above.key_identifier == own.digest
    assert root.not_valid_before_utc <= issuing.not_valid_before_utc
    assert issuing.not_valid_after_utc <= root.not_valid_after_utc


def test_the_quorum_sees_profile_request_and_what_will_be_issued(finished: Held) -> None:
    (run,) = finished.runs("issue")
    assert run.prepared is not None
    rows = {row.label: row.value for row in run.prepared.rows}
    assert rows["keyUsage"] == (
        "request: keyCertSign, cRLSign, critical; profile: keyCertSign, cRLSign, critical [test]; "
        "will be issued: keyCertSign, cRLSign, critical"
    )
    assert rows["authorityKeyIdentifier"].startswith("request: nothing; profile: keyIdentifier alone")
    assert rows["Request"] == f"asked, SHA-256 {finished.evidence('request')['request-sha256']}"
    assert rows["SHA-256 to be signed"] == run.prepared.artifacts[0].sha256
    assert run.prepared.artifacts[0].name == "REHEARSAL-issuing.tbs"
    (asked,) = finished.runs("request")
    assert asked.prepared is not None
    assert [one.name for one in asked.prepared.artifacts] == ["REHEARSAL-asked.csr.tbs"]


def test_an_issued_certificate_names_the_request_that_it_is_for(finished: Held) -> None:
    assert finished.evidence("issue")["request-sha256"] == finished.evidence("request")["request-sha256"]
    assert "from something else" in wrong(finished, "issue", request_sha256="0" * 64)
    assert "from something else" in wrong(finished, "issue", request="other")


@pytest.mark.parametrize(
    ("of", "file", "told"),
    [
        ("issue", "issuing.der", "is not the certificate of the evidence"),
        ("issue", "root.der", "CER-PROOF"),
        ("issue", "asked.csr.der", "CER-EVIDENCE"),
        ("issue", "issuing.pem", "does not hold the same certificate"),
        ("request", "asked.csr.der", "is not the certification request of the evidence"),
        ("request", "asked.csr.pem", "does not hold the same certification request"),
    ],
)
def test_another_file_in_the_folder_is_named(finished: Held, of: str, file: str, told: str) -> None:
    other = {"root.der": "issuing.der", "issuing.der": "root.der"}.get(file, "")
    octets = artifact(finished, other) if other else _other_request() if file.endswith("csr.der") else b"-----BEGIN"
    assert told in wrong(finished, of, {file: octets})


def test_a_file_that_is_gone_or_garbage_is_named(finished: Held) -> None:
    for file in ("issuing.der", "asked.csr.der", "root.der"):
        assert "cannot be read" in wrong(finished, "issue", {file: b"\x30\x03\x02\x01"})
    assert "cannot be read" in wrong(finished, "request", {"asked.csr.der": b"\x30\x03\x02\x01"})


def _other_request() -> bytes:
    return r.requester("p384").request(r.named((r.C, "GB", r.PRINTABLE), (r.O, "Example Trust Services"), (r.CN, "X")))


@pytest.mark.parametrize("name", ["asked.csr.der", "issuing.der", "issuing.pem", "trial-issuing.tbs"])
def test_cer_artifact_a_file_that_was_changed_in_the_folder_is_found_years_later(
    finished: Held, tmp_path: Path, name: str
) -> None:
    folder = shutil.copytree(finished.conductor.folder, tmp_path / "copy")
    path = folder / "artifacts" / f"REHEARSAL-{name}"
    octets = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(octets[:-9] + bytes([octets[-9] ^ 1]) + octets[-8:])
    rules = {finding.rule for finding in verify(folder, press=no_pages).findings}
    assert "CER-ARTIFACT" in rules


def test_what_was_shown_is_what_the_file_says(finished: Held) -> None:
    rows: Json = [["Subject", "CN=Somebody else", False]]
    assert "what was shown of the certificate" in wrong(finished, "issue", rows=rows)
    assert "what was shown of the certification request" in wrong(finished, "request", rows=rows)


@pytest.mark.parametrize("asks", ["nothing", "key-identifier"])
def test_a_request_may_ask_for_less(tmp_path: Path, asks: str) -> None:
    with held(tmp_path, chain(asks), tokens("lower", "upper"), policy=ISSUING) as room:
        room.finish()
        request = x509.load_der_x509_csr(artifact(room, "asked.csr.der"))
        assert len(list(request.extensions)) == (asks == "key-identifier")


def test_cer_issuer_a_key_that_is_not_the_issuer_s_signs_nothing(tmp_path: Path) -> None:
    with held(tmp_path, chain(key="issuing"), tokens("lower", "upper"), policy=ISSUING) as room:
        why = halted_at(room, "issue")
        assert "[CER-ISSUER]" in why
        assert "The key issuing is not the key of the certificate root" in why
        assert room.ends("issue") == []


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (profile("test-other", "Another Issuing CA"), "[CER-CSR-SUBJECT]"),
        (
            profile("test-other", ISSUING_CN, basic_constraints="{ critical = true, ca = true, path-length = 1 }"),
            "[CER-CSR-BEYOND]",
        ),
    ],
    ids=["another name", "other rights"],
)
def test_a_request_is_not_answered_under_another_profile(tmp_path: Path, other: str, rule: str) -> None:
    text = chain(profile="test-other")
    with held(tmp_path, text, tokens("lower", "upper"), policy=ISSUING + other) as room:
        assert rule in halted_at(room, "issue")
        assert room.ends("issue") == []


def test_a_certificate_outside_the_issuer_s_validity_stops_at_the_trial(tmp_path: Path) -> None:
    longer = profile("test-tier", "Example Issuing CA 1", validity="{ years = 21 }")
    with held(tmp_path, chain(), tokens("lower", "upper"), policy=longer) as room:
        room.play(until=lambda now: isinstance(now, p.Halted))
        assert room.outcome("trial").result == "failed"
        assert "validity" in str(room.outcome("trial").evidence["why"])
        assert not room.runs("generate-root"), "no key exists"


def test_two_objects_of_one_name_are_named_before_the_day() -> None:
    told = [note.what for note in walk(load(chain(name="asked").encode(), KINDS))]
    assert told == ["needs that name asked is not taken, and no earlier step brings that about"]
    assert not list(walk(load(chain().encode(), KINDS)))


def test_a_step_without_any_profile_is_refused_by_path() -> None:
    bare = {"root": ("upper", ""), "issuing": ("lower", "test-tier")}
    with pytest.raises(Refusal, match="No profile says") as refusal:
        load(definition(bare, ROOT).encode(), KINDS)
    assert refusal.value.rule == "CER-PROFILE"


AGAIN = definition(
    {"root": ("upper", "root")},
    (
        *ROOT[:3],
        step("self-sign", "renew", name="root-again", key="root", profile="test-renewed"),
    ),
)
RENEWED = profile(
    "test-renewed",
    ROOT_CN,
    issuer='"self"',
    validity="{ years = 25 }",
    basic_constraints="{ critical = true, ca = true }",
    certificate_policies="{ critical = false, oids = [] }",
)


def test_a_root_is_renewed_with_the_same_key_under_a_new_name_of_file(tmp_path: Path) -> None:
    with held(tmp_path, AGAIN, tokens("upper"), policy=RENEWED) as room:
        room.finish()
        old, new = (x509.load_der_x509_certificate(artifact(room, f"{name}.der")) for name in ("root", "root-again"))
        assert new.public_key() == old.public_key()
        assert new.subject == old.subject
        assert new.serial_number != old.serial_number
        assert new.not_valid_after_utc > old.not_valid_after_utc
        assert room.token.calls.count("generate_key_pair") == 1
        for name in ("root", "root-again"):
            pem = artifact(room, f"{name}.pem")
            path_holds(tmp_path, pem, [], pem)
