"""What the guard makes of devices and media that do something else than they were asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ceremony_app.actions.base import Prepared
from ceremony_app.actions.trial_chain import TrialChain
from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.events import Intent, Outcome
from ceremony_app.core.prompts import Halted
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import State
from ceremony_app.station.media import FolderMedium
from tests.ceremonies.held import PASSPHRASE, production
from tests.fakes.token import FakeToken


def failed(state: State) -> bool:
    """Whether some call did not succeed."""
    return any(outcome.result == "failed" for run in state.runs for outcome in run.of(Outcome))


class Forger(FakeToken):
    """A token that signs something else than it is given, once its key has been proven."""

    signatures = 0

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        """The second signature is over other octets."""
        self.signatures += 1
        return super().sign(key_id, scheme, data if self.signatures == 1 else data + b"!", pin)


def test_cer_signed_a_token_that_signs_something_else_is_caught(tmp_path: Path) -> None:
    with production(tmp_path, "root-ca", token=Forger()) as (conductor, people):
        people.play(until=failed)
        run = conductor.state().runs[-1]
        outcome = run.of(Outcome)[-1]
        assert outcome.evidence["rule"] == "CER-SIGNED"
        assert not outcome.again, "a failed check is never just tried again"
        assert isinstance(conductor.prompt(), Halted)
        assert len(run.of(Intent)) == 1
        assert not list((conductor.folder / "artifacts").glob("root*.pem"))


class Liar(FakeToken):
    """A token whose new key does not sign for the public key that it shows."""

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        """Garbage of the right form."""
        return super().sign(key_id, scheme, b"another message", pin)


def test_cer_proof_a_key_that_does_not_prove_itself_is_not_used(tmp_path: Path) -> None:
    with production(tmp_path, "root-ca", token=Liar()) as (conductor, people):
        people.play(until=lambda state: any(o.result != "done" for run in state.runs for o in run.of(Outcome)))
        outcome = conductor.state().runs[-1].of(Outcome)[-1]
    assert outcome.evidence["rule"] == "CER-PROOF"
    assert outcome.result == "unknown", "a key exists that the journal must account for: inspect first"


class Rotten(FolderMedium):
    """A stick that gives back something else than was written."""

    def read(self, name: str) -> bytes:
        """One bit is another."""
        data = bytearray(super().read(name))
        data[0] ^= 1
        return bytes(data)


def test_cer_medium_differs_what_reads_back_otherwise_is_not_exported(tmp_path: Path) -> None:
    with production(tmp_path, "root-ca", medium=Rotten) as (conductor, people):
        people.play(until=failed)
        outcome = conductor.state().runs[-1].of(Outcome)[-1]
    assert outcome.evidence["rule"] == "CER-MEDIUM-DIFFERS"
    assert not outcome.again


def test_no_secret_reaches_anything_that_is_kept(tmp_path: Path) -> None:
    """Passphrases and token PINs are planted; no file of the ceremony, nor its documents' text, has any of them."""
    with production(tmp_path, "root-ca") as (conductor, people):
        people.play()
        folder = conductor.folder
    planted = [PASSPHRASE, "pin of hsm/so-pin"[:16], "pin of hsm/pin"[:16]]
    looked_at = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    looked_at += [printed.read_bytes() for printed in (tmp_path / "printer").iterdir()]
    looked_at += [text_of(folder / name) for name in ("script.pdf", "record.pdf")]
    assert len(looked_at) > 15
    for secret in planted:
        assert not [data for data in looked_at if secret.encode() in data]


def text_of(path: Path) -> bytes:
    """What a PDF says."""
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout


def test_cer_fault_a_step_that_cannot_be_worked_out_is_halted_and_does_not_strand_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Prepared:
        raise RuntimeError("a text that may hold anything")

    monkeypatch.setattr(TrialChain, "prepare", broken)
    with production(tmp_path, "root-ca") as (conductor, people):
        people.play(until=lambda _: isinstance(conductor.prompt(), Halted))
        halted = conductor.prompt()
        assert isinstance(halted, Halted)
        assert halted.why.endswith("[CER-FAULT]")
        assert "RuntimeError" in halted.why
        assert "anything" not in halted.why
