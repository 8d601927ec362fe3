"""The life of a CA after its founding: its next CRL, and a revocation, with its key on a token from before."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony_app.actions import KINDS
from ceremony_app.core.kinds import Unfit
from ceremony_app.core.prompts import Halted
from ceremony_app.definition.load import load
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.revoked import number_of, revoked_in
from tests.actions.authorities import Founded, after, definition, found, issued, step
from tests.actions.holding import Held

ROOT = step("import-root", "import-certificate", name="root", input="before", profile="root")
LOCATE = step("locate", "locate-key", key="root", certificate="root")
PREVIOUS = step("import-crl", "import-crl", name="root-crl-1", input="before", issuer="root", profile="root-crl")
TRIAL = step("trial", "trial-chain")
NEXT = step(
    "crl",
    "issue-crl",
    name="root-crl-2",
    key="root",
    issuer="root",
    profile="root-crl",
    previous="root-crl-1",
    sign_off="two",
)
INVENTORY = step("inventory", "inventory", token="hsm")
AGAIN = step("inventory-again", "inventory", token="hsm")
LIST = definition(INVENTORY, ROOT, PREVIOUS, LOCATE, TRIAL, NEXT, AGAIN, before="ceremony")

BAD = step("import-bad", "import-certificate", name="bad", input="bad", ca=False)
REVOKE = step("revoke", "revoke", certificate="bad", issuer="root", sign_off="two")
EMERGENCY = definition(ROOT, PREVIOUS, BAD, REVOKE, LOCATE, TRIAL, NEXT, before="ceremony", bad="certificate")


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A CA with a first CRL; its token is opened again by every test."""
    return found(tmp_path_factory.mktemp("founded"))


def test_the_next_crl_goes_on_from_the_last(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, LIST, ca, before=ca.folder) as room:
        folder = room.finish()
        assert not room.state.problems, [str(problem.opened.facts) for problem in room.state.problems]
        located, made = room.evidence("locate"), room.evidence("crl")
        rows = {row.label: row.value for row in room.outcome("import-root").rows}
    before, crl = (read_crl((folder / "artifacts" / f"REHEARSAL-root-crl-{n}.der").read_bytes()) for n in (1, 2))
    assert (number_of(before), number_of(crl)) == (1, 2)
    assert crl.revoked == ()
    assert located["id"] == ca.key_id
    assert made["previous-sha256"] == room.evidence("import-crl")["crl-sha256"]
    assert rows["Final head of that ceremony"] == _head(ca)
    assert "ceremony verify" in rows["Not proven here"]
    made_crl, anchor = str(folder / "artifacts" / "REHEARSAL-root-crl-2.pem"), str(ca.artifacts / "REHEARSAL-root.pem")
    command = ["openssl", "crl", "-in", made_crl, "-noout", "-verify", "-CAfile", anchor]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "verify OK" in checked.stderr


def _head(ca: Founded) -> str:
    return (ca.folder / "journal.head").read_text().split('"head":"')[1][:64]


def test_a_revocation_and_its_emergency_crl(ca: Founded, tmp_path: Path) -> None:
    bad = issued(ca, tmp_path, "bad")
    with after(tmp_path, EMERGENCY, ca, before=ca.folder, bad=bad) as room:
        folder = room.finish()
        evidence = room.evidence("revoke")
    serial = read_certificate(bad.read_bytes()).serial.hex()
    assert (evidence["serial"], evidence["reason"], evidence["issuer"]) == (serial, "keyCompromise", "root")
    crl = read_crl((folder / "artifacts" / "REHEARSAL-root-crl-2.der").read_bytes())
    assert [(one.serial, one.date, one.reason) for one in revoked_in(crl)] == [
        (serial, evidence["date"], "keyCompromise")
    ]


BELOW = step("import-below", "import-certificate", name="below", input="below", ca=False, issuer="root")
CHAIN = definition(ROOT, BELOW, before="ceremony", below="certificate")


def test_a_certificate_that_a_named_ca_must_have_issued(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, CHAIN, ca, before=ca.folder, below=issued(ca, tmp_path, "below")) as room:
        room.finish()
        assert room.evidence("import-below")["issuer"] == "root"


def test_cer_issuer_a_certificate_of_another_ca_is_not_taken_for_it(ca: Founded, tmp_path: Path) -> None:
    forged = issued(ca, tmp_path, "below", key=ec.generate_private_key(ec.SECP384R1()))
    with after(tmp_path, CHAIN, ca, before=ca.folder, below=forged) as room:
        room.play(until=lambda now: isinstance(now, Halted))
        assert room.outcome("import-below").evidence["rule"] == "CER-ISSUER"
        assert not list((room.conductor.folder / "artifacts").glob("*below*"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """Another CA of the same name, with another key on another token."""
    return found(tmp_path_factory.mktemp("other"))


LISTED = step("import-crl", "import-crl", name="root-crl-1", input="list", issuer="root", profile="root-crl")
ELSEWHERE = definition(ROOT, LISTED, before="ceremony", list="crl")
LOCATING = definition(ROOT, LOCATE, before="ceremony")


def refused_at(room: Held, name: str) -> str:
    """The rule by which a step was refused, after which the room stands still."""
    room.play(until=lambda now: isinstance(now, Halted))
    now = room.now
    assert isinstance(now, Halted)
    assert now.step.id == name
    return str(room.outcome(name).evidence["rule"])


def test_a_list_of_another_ca_is_not_the_one_to_go_on_from(ca: Founded, other: Founded, tmp_path: Path) -> None:
    theirs = other.artifacts / "REHEARSAL-root-crl-1.der"
    with after(tmp_path, ELSEWHERE, ca, before=ca.folder, list=theirs) as room:
        assert refused_at(room, "import-crl") in ("CER-CRL-ISSUER", "CER-ISSUER")
        assert not list((room.conductor.folder / "artifacts").glob("*crl*"))


def test_a_key_that_is_not_on_the_token_is_not_found_by_its_name(ca: Founded, other: Founded, tmp_path: Path) -> None:
    with after(tmp_path, LOCATING, ca, before=other.folder) as room:
        assert refused_at(room, "locate") == "CER-OBJECT"
        assert room.token.calls.count("sign") == ca.token.calls.count("sign"), "nothing is signed on a guess"


def test_a_revoked_certificate_is_not_revoked_again(ca: Founded, tmp_path: Path) -> None:
    bad = issued(ca, tmp_path, "bad")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with after(tmp_path / "one", EMERGENCY, ca, before=ca.folder, bad=bad) as room:
        listed = room.finish() / "artifacts" / "REHEARSAL-root-crl-2.der"
    text = definition(ROOT, LISTED, BAD, REVOKE, before="ceremony", list="crl", bad="certificate")
    with after(tmp_path / "two", text, ca, before=ca.folder, list=listed, bad=bad) as room:
        room.play(until=lambda now: isinstance(now, Halted))
        now = room.now
        assert isinstance(now, Halted)
        assert now.step.id == "revoke"
        assert "is revoked already" in now.why


def test_cer_revoke_a_ca_is_not_revoked_by_its_own_list() -> None:
    with pytest.raises(Unfit) as caught:
        load(
            definition(ROOT, step("revoke", "revoke", certificate="root", issuer="root"), before="ceremony").encode(),
            KINDS,
        )
    assert caught.value.rule == "CER-REVOKE"
