"""Rehearsals in which people sign with cards, key files and room keys at once, to a verified close after restarts."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.means import Means
from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
from ceremony_app.cli.running import take_up_folder
from ceremony_app.conductor import Conductor, Reviewed
from ceremony_app.core import prompts as p
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.coming import Card, KeyFile, RoomPin
from ceremony_app.core.device import KeySpec
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.softhsm import environment_of
from ceremony_app.people import filekey
from ceremony_app.record.process import PdfMaker
from ceremony_app.station.clock import SystemClock
from ceremony_app.unattended import Player
from tests.ceremonies.chained import ROOT, ceremony, openssl

SHORT = ROOT / "tests" / "ceremonies" / "short.toml"
KINDS: dict[str, Means] = {"administrator": "room", "internal-witness": "file", "external-witness": "card"}
CHOSEN = [word for role, kind in KINDS.items() for word in ("--credential", f"{role}={kind}")]
FILE, CARD = 2, 3
"""The numbers of who has a key file and who has a card."""


def entries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_bytes().splitlines()]


def bodies(folder: Path, kind: str) -> list[dict[str, str]]:
    return [entry["body"] for entry in entries(folder) if entry["type"] == kind]  # type: ignore[misc]  # JSON


def verified(folder: Path) -> None:
    """By the program, and by what lies in the folder."""
    told = ceremony("verify", folder)
    assert told.returncode == 0, told.stdout
    subprocess.run([sys.executable, "-I", "-S", "verify_journal.py"], cwd=folder, check=True, capture_output=True)


def openssl_agrees(folder: Path, place: Path) -> set[str]:
    """Verify one signature of each kind with openssl and the key of the enrolment; the kinds that there were."""
    spkis = {(body["key"]): body["spki"] for body in bodies(folder, "enrol")}
    kinds: dict[str, dict[str, str]] = {}
    for body in bodies(folder, "signoff"):
        kinds.setdefault(body["method"], body)
    place.mkdir()
    for kind, body in kinds.items():
        files = {name: place / f"{kind}.{name}" for name in ("der", "sig", "txt")}
        files["der"].write_bytes(base64.b64decode(spkis[body["key"]]))
        files["sig"].write_bytes(base64.b64decode(body["sig"]))
        files["txt"].write_text(body["statement"], encoding="utf-8", newline="")
        given = ["-pubin", "-keyform", "DER", "-inkey", files["der"], "-sigfile", files["sig"], "-in", files["txt"]]
        hashed = ["-rawin"] if body["alg"] == "ed25519" else ["-rawin", "-digest", "sha256"]
        assert "Verified Successfully" in openssl("pkeyutl", "-verify", *hashed, *given)
    return set(kinds)


def test_three_kinds_sign_one_ceremony(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    told = ceremony("rehearse", SHORT, "-o", folder, "--unattended", *CHOSEN)
    assert told.returncode == 0, told.stdout + told.stderr
    verified(folder)
    methods = {int(body["person"]): body["method"] for body in bodies(folder, "enrol")}
    assert methods == {1: "room", FILE: "file", CARD: "card"}
    assert openssl_agrees(folder, tmp_path / "openssl") >= {"file", "card"}
    assert {body["alg"] for body in bodies(folder, "signoff") if body["method"] == "card"} == {"ecdsa-p256-sha256"}
    secrets = [person["pin"] for person in json.loads((folder / ".rehearsal/people.json").read_bytes())["people"]]
    for path in folder.rglob("*"):
        if path.is_file() and ".rehearsal" not in path.parts:
            assert not [secret for secret in secrets if secret.encode() in path.read_bytes()], path


@pytest.mark.parametrize("count", [14, 30, 45])
def test_cards_and_key_files_sign_again_after_a_kill(tmp_path: Path, count: int) -> None:
    folder = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "ceremony_app", "rehearse", SHORT, "-o", folder, "--unattended", *CHOSEN],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    journal = folder / "journal.jsonl"
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < count):
        time.sleep(0.002)
    assert process.poll() is None, "it ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = len(bodies(folder, "signoff"))
    told = ceremony("resume", folder, "--unattended")
    assert told.returncode == 0, told.stdout + told.stderr
    verified(folder)
    after = {body["method"] for body in bodies(folder, "signoff")[before:]}
    assert after >= {"file", "card"}
    again = [body["person"] for body in bodies(folder, "enrol") if body.get("replaces")]
    assert set(again) <= {1}, "only the room key is void"


@contextmanager
def restarted(folder: Path, maker: PdfMaker) -> Iterator[tuple[Conductor, FolderCast]]:
    """The short ceremony, held up to its first sign-off, left, and taken up again up to the next one."""
    loaded = load_all(str(SHORT), None)
    reviewed = Reviewed(loaded.ceremony, loaded.policy, b"")
    wanted = Wanted(reviewed=reviewed, definition=loaded.definition, folder=folder, unattended=True, means=KINDS)

    def to_sign_off(room: Conductor) -> FolderCast:
        cast = FolderCast(folder, room.plan.binding)
        player = Player(room, cast, lambda _: None)
        player.play(until=lambda _: isinstance(room.prompt(), p.Approve))
        return cast

    first = begin_rehearsal(wanted, maker)
    to_sign_off(first)
    first.close()
    second = take_up_folder(folder, maker)
    try:
        yield second, to_sign_off(second)
    finally:
        second.close()


def sign(room: Conductor, person: int, secret: Secret) -> Refused | None:
    now = room.prompt()
    assert isinstance(now, p.Approve)
    role = next(role for role in now.missing if role in room.plan.binding.people[person - 1].roles)
    refused = room.sign(person, role, now.purpose, "AGREE", secret).result(60)
    patience = time.monotonic() + 10
    while len(secret) and time.monotonic() < patience:  # it is erased right after the answer, by another thread
        time.sleep(0.01)
    assert not len(secret)
    return refused


def test_after_a_restart_a_key_file_is_brought_again_and_a_card_is_found(tmp_path: Path) -> None:
    with PdfMaker() as maker, restarted(tmp_path / "out", maker) as (room, cast):
        length = room.state().length
        refused = sign(room, FILE, cast.pin(FILE))
        assert refused is not None
        assert refused.rule == "CER-CREDENTIAL"
        assert "key file of person 2 has not been opened since the restart" in refused.why
        assert (room.at_hand(FILE), room.at_hand(CARD)) == (False, True)

        def present(person: int, credential: KeyFile | Card | RoomPin) -> str:
            refused = room.present(person, credential).result(60)
            return refused.rule if refused is not None else ""

        own = cast.credential(FILE)
        assert isinstance(own, KeyFile)
        stranger = tmp_path / "stranger.pem"
        filekey.make(stranger, cast.pin(FILE), SystemClock())
        assert present(FILE, KeyFile(str(stranger), cast.pin(FILE))) == "CER-CREDENTIAL"
        assert present(FILE, KeyFile(own.path, Secret.of("not the passphrase of anybody here"))) == "CER-PIN"
        assert present(FILE, RoomPin(cast.pin(1))) == "CER-CREDENTIAL"
        assert present(CARD, KeyFile(own.path, cast.pin(FILE))) == "CER-CREDENTIAL"
        assert present(99, RoomPin(cast.pin(1))) == "CER-PRESENT"
        assert not room.at_hand(FILE)
        assert room.state().length == length, "nothing of it is recorded"
        assert present(FILE, own) == ""
        assert own.passphrase.reveal() == b"", "the passphrase is erased"
        assert sign(room, FILE, cast.pin(FILE)) is None
        rows = room.card_rows(CARD).result(60)
        assert [row.value for row in rows if row.label == "PIN tries"]
        assert room.card_rows(FILE).result(60) == ()
        assert sign(room, CARD, cast.pin(CARD)) is None
        assert room.state().length == length + 2


def test_another_card_of_the_same_serial_is_not_the_enrolled_one(tmp_path: Path) -> None:
    """A restart looks for the enrolled key, not for whatever the card holds by then."""
    with PdfMaker() as maker, restarted(tmp_path / "out", maker) as (room, cast):
        card = room.plan.binding.people[CARD - 1].card
        assert card is not None
        home = tmp_path / "out" / card.options["softhsm"]
        token = open_token(Path(card.module), card.serial, environment=environment_of(home))
        token.activate(cast.pin(CARD))
        for thing in token.inventory().objects:
            token.destroy(thing)
        token.generate_key_pair(KeySpec(label="REHEARSAL sign-off key", id="0102", algorithm=Algorithm.P256))
        token.close()
        length = room.state().length
        refused = sign(room, CARD, cast.pin(CARD))
        assert refused is not None
        assert refused.rule == "CER-CARD"
        assert room.state().length == length


def test_cards_and_key_files_go_on_in_a_later_ceremony(tmp_path: Path) -> None:
    """An earlier rehearsal is read for its tokens, however its people signed."""
    root = tmp_path / "root"
    chosen = ["--credential", "key-custodian=card", "--credential", "administrator=file"]
    told = ceremony("rehearse", "s1spki-foc-operator-root", "-o", root, "--unattended", *chosen)
    assert told.returncode == 0, told.stdout + told.stderr
    later = tmp_path / "crl"
    words = ("rehearse", "s1spki-foc-operator-root-crl", "-o", later, "--unattended")
    crl = next((root / "artifacts").glob("*operator-root-crl.pem"))
    inputs = ("--input", f"root={root}", "--input", f"previous-crl={crl}")
    told = ceremony(*words, *inputs, "--credential", "administrator=card")
    assert told.returncode == 0, told.stdout + told.stderr
    verified(later)
