"""A root that was founded in an earlier ceremony: its key is found on the token, answers a request, renews itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from ceremony_app.core.distinguished_name import attribute_kind
from ceremony_app.core.values import Mode
from tests.actions.authorities import Founded, after, definition, found, step
from tests.actions.issuing import artifact, path_holds
from tests.pki import requesting as r
from tests.pki.making import pack

ISSUING = pack("general").certificates["issuing-ca"]
ROOT = step("import-root", "import-certificate", name="root", input="before", profile="root")
LOCATE = step("locate", "locate-key", key="root", certificate="root")
TRIAL = step("trial", "trial-chain")
REQUEST = step("import-request", "import-csr", name="asked", input="request", profile="issuing-ca", application="none")
ISSUE = step(
    "issue",
    "issue-certificate",
    name="issuing",
    key="root",
    issuer="root",
    profile="issuing-ca",
    request="asked",
    sign_off="two",
)
RENEW = step("renew", "self-sign", name="root-again", key="root", sign_off="two")


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A root on its token; the token is opened again by every test."""
    return found(tmp_path_factory.mktemp("founded"))


def request() -> bytes:
    """A request for the pack's issuing CA."""
    parts = []
    for part in ISSUING.subject_in(Mode.REHEARSAL):
        kind = attribute_kind(part.type)
        assert kind is not None
        parts.append((kind.oid, part.value, r.PRINTABLE if kind.string == "PrintableString" else r.UTF8))
    return r.requester(ISSUING.key.value.value.lower().replace("-", "")).request(r.named(*parts))


def test_a_root_that_already_holds_its_pair_signs_a_request_that_is_brought(ca: Founded, tmp_path: Path) -> None:
    (tmp_path / "request.der").write_bytes(request())
    text = definition(ROOT, REQUEST, LOCATE, TRIAL, ISSUE, before="ceremony", request="request")
    made = ca.token.calls.count("generate_key_pair")
    with after(tmp_path, text, ca, before=ca.folder, request=tmp_path / "request.der") as room:
        folder = room.finish()
        assert not room.state.problems
        assert room.token.calls.count("generate_key_pair") == made, "the key was found, not made"
        issuing = (folder / "artifacts" / "REHEARSAL-issuing.pem").read_bytes()
        root = (ca.artifacts / "REHEARSAL-root.pem").read_bytes()
        assert "end.pem: OK" in path_holds(tmp_path, root, [], issuing)
        assert artifact(room, "root.der") == ca.certificate()


def test_a_root_renews_itself_with_the_key_that_was_found(ca: Founded, tmp_path: Path) -> None:
    text = definition(ROOT, LOCATE, TRIAL, RENEW, before="ceremony")
    with after(tmp_path, text, ca, before=ca.folder) as room:
        room.finish()
        assert not room.state.problems
        new = x509.load_der_x509_certificate(artifact(room, "root-again.der"))
        old = x509.load_der_x509_certificate(ca.certificate())
        assert new.public_key() == old.public_key()
        assert new.subject.public_bytes() == old.subject.public_bytes()
        assert new.serial_number != old.serial_number
        assert new.not_valid_before_utc >= old.not_valid_before_utc
        pem = artifact(room, "root-again.pem")
        path_holds(tmp_path, pem, [], pem)
