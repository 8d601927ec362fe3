"""The life of a key, whole: made, backed up, destroyed with proof, restored, used; both PINs changed; then verified."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ceremony_app.core.device import ObjectKind
from ceremony_app.verify.verify import verify
from tests.actions.holding import CEREMONIES, KEYS, Held, consistent, held, no_pages, without
from tests.fakes.token import FakeToken

ROOT = Path(__file__).parents[2]


def ceremony(*words: object) -> str:
    """Run the program; what it said."""
    answer = subprocess.run(
        [sys.executable, "-m", "ceremony_app", *map(str, words)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_on_softhsm_by_the_program_itself(tmp_path: Path) -> None:
    assert "Fit to be held." in ceremony("check", CEREMONIES / "keys.toml")
    folder = tmp_path / "out"
    assert "Verdict  consistent: 0 findings" in ceremony(
        "rehearse", CEREMONIES / "keys.toml", "-o", folder, "--unattended"
    )
    read = subprocess.run(
        [sys.executable, "-I", "-S", folder / "verify_journal.py"], capture_output=True, text=True, check=False
    )
    assert read.returncode == 0, read.stdout
    entries = [json.loads(line) for line in (folder / "journal.jsonl").read_bytes().splitlines()]
    assert not [entry for entry in entries if entry["type"] == "deviation"], "all goes as written"
    made, restored = (evidence_in(entries, call) for call in ("generate-key", "restore-key"))
    assert made["spki"] == restored["spki"]
    assert made["id"] != restored["id"]
    private = restored["report"]["private"]["attributes"]
    assert private["SENSITIVE"]
    assert not private["LOCAL"], "what the token says of a restored key stands in the record as it is"
    signed = folder / "artifacts" / "REHEARSAL-root.pem"
    checked = subprocess.run(
        ["openssl", "x509", "-in", signed, "-noout", "-pubkey"], capture_output=True, text=True, check=True
    )
    pem = checked.stdout.replace("-----BEGIN PUBLIC KEY-----", "").replace("-----END PUBLIC KEY-----", "")
    assert "".join(pem.split()) == restored["spki"], "the restored key signed for the key that was made"
    script = subprocess.run(
        ["pdftotext", "-layout", folder / "script.pdf", "-"], capture_output=True, text=True, check=True
    )
    for title in (
        "Back up the key root under kek",
        "Destroy the key root",
        "Restore the key root",
        "Change the activation PIN",
    ):
        assert title in script.stdout
    for phrase in ("BACK UP root", "DESTROY root", "RESTORE root", "GENERATE kek"):
        assert phrase in script.stdout
    record = subprocess.run(
        ["pdftotext", "-layout", folder / "record.pdf", "-"], capture_output=True, text=True, check=True
    )
    assert "What was destroyed" in record.stdout
    exists = record.stdout.partition("What exists now")[2].partition("What was destroyed")[0]
    assert made["id"] not in exists, "what was destroyed does not exist now"
    assert restored["id"] in exists


def evidence_in(entries: list[dict[str, Any]], call: str) -> dict[str, Any]:
    """What the one call of this name gave."""
    ops = [e["body"]["op"] for e in entries if e["type"] == "intent" and e["body"]["call"] == call]
    (found,) = (e["body"]["evidence"] for e in entries if e["type"] == "outcome" and e["body"]["op"] in ops)
    assert isinstance(found, dict)
    return found


def text_of(path: Path) -> str:
    """What a PDF says."""
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """A ceremony that was held to its end; nothing in its folder is changed."""
    with held(tmp_path_factory.mktemp("keys")) as room:
        room.finish()
        assert not room.state.problems
        return room


def test_over_a_token_in_memory(finished: Held) -> None:
    room, folder = finished, finished.conductor.folder
    data = (folder / "artifacts" / "REHEARSAL-root-copy.wrapped").read_bytes()
    backup = room.evidence("back-up")
    assert backup["wrapped-sha256"] == hashlib.sha256(data).hexdigest()
    assert backup["key-id"] == room.evidence("generate")["id"]
    assert backup["wrapping-id"] == room.evidence("generate-kek")["id"]
    assert room.ends("destroy") == [
        ("list-key-objects", "done"),
        ("destroy-object", "done"),
        ("destroy-object", "done"),
        ("prove-absence", "done"),
    ]
    gone = room.evidence("destroy")
    assert gone["absent"]
    assert gone["before-sha256"] != gone["inventory"]["sha256"]  # type: ignore[index]  # an inventory
    calls = room.token.calls
    last_destruction = len(calls) - 1 - calls[::-1].index("destroy")
    assert calls[last_destruction:].index("restart") < calls[last_destruction:].index("unwrap")
    kinds = sorted(thing.kind for thing in room.token.objects)
    assert kinds == [ObjectKind.PRIVATE, ObjectKind.PUBLIC, ObjectKind.SECRET]
    assert {thing.id for thing in room.token.objects} == {room.evidence("restore")["id"], backup["wrapping-id"]}


def test_a_destroyed_key_is_not_expected_on_the_token(tmp_path: Path) -> None:
    with held(tmp_path, without(KEYS, "restore", "sign")) as room:
        room.finish()
        assert not room.state.problems
        (run,) = room.runs("inventory")
        assert run.prepared is not None
        assert [row.label for row in run.prepared.rows if row.label.startswith("Key ")] == ["Key kek"]


def test_no_secret_stands_in_the_folder(finished: Held) -> None:
    room, folder = finished, finished.conductor.folder
    secrets = {name: room.people.cast.secret(name).reveal() for name in room.people.asked}
    assert {"hsm/pin", "hsm/pin 1", "hsm/so-pin", "hsm/so-pin 1"} == set(secrets)
    assert len(set(secrets.values())) == 4
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".rehearsal" not in path.parts]
    assert len(kept) > 15
    assert not [name for name, secret in secrets.items() if any(secret in data for data in kept)]


def test_what_was_shown_before_names_every_object_that_went(finished: Held) -> None:
    room = finished
    (run,) = room.runs("destroy")
    assert run.prepared is not None
    going = [row.value for row in run.prepared.rows if row.label == "To be destroyed"]
    spki = base64.b64decode(str(room.evidence("generate")["spki"]))
    assert len(going) == 2
    assert "private-key" in going[0]
    assert "EXTRACTABLE" in going[0]
    assert hashlib.sha256(spki).hexdigest() in going[1]
    remains = [row.value for row in run.prepared.rows if row.label == "Copy that remains"]
    assert remains == ["the backup root-copy: with it the key can be restored"]


def test_a_wrapped_key_that_was_changed_is_a_finding(finished: Held, tmp_path: Path) -> None:
    folder = shutil.copytree(finished.conductor.folder, tmp_path / "copy")
    path = folder / "artifacts" / "REHEARSAL-root-copy.wrapped"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    rules = _rules(folder)
    assert "CER-EVIDENCE" in rules, "the evidence of the backup does not hold"
    assert "CER-ARTIFACT" in rules


def _rules(folder: Path) -> set[str]:
    return {finding.rule for finding in verify(folder, press=no_pages).findings}


def test_backups_never_lie_among_the_public_files(tmp_path: Path) -> None:
    media = '[assets.{0}]\nkind = "medium"\n\n'
    step = '[[acts.steps]]\nid = "{0}-{1}"\ndo = "{2}"\nmedium = "{1}"\n{3}minutes = 1\nsay = "Now."\n\n'
    steps = "".join(
        step.format("put", name, "connect", "")
        + step.format("write", name, "export", which)
        + step.format("take", name, "disconnect", "")
        for name, which in (("public", ""), ("vault", 'files = "backups"\n'))
    )
    text = (CEREMONIES / "keys.toml").read_text(encoding="utf-8")
    text = text.replace("[[acts]]", media.format("public") + media.format("vault") + "[[acts]]", 1)
    text = text.replace('[[acts]]\ntitle = "Closing"', steps + '[[acts]]\ntitle = "Closing"')
    for name in ("public", "vault"):
        (tmp_path / name).mkdir()
    with held(tmp_path, text) as room:
        consistent(room.finish())
    assert [path.name for path in (tmp_path / "vault").iterdir()] == ["REHEARSAL-root-copy.wrapped"]
    public = {path.name for path in (tmp_path / "public").iterdir()}
    assert {"REHEARSAL-root.pem", "REHEARSAL-root.pub.der"} <= public
    assert not [name for name in public if name.endswith(".wrapped")]


def test_a_device_that_states_something_has_it_kept(tmp_path: Path) -> None:
    token = FakeToken(attests=True, log=b"boot\nlogin\n")
    with held(tmp_path, tokens={"hsm": token}) as room:
        folder = room.finish()
        rows = {row.label: row.value for row in room.outcome("generate").rows}
        logs = {row.label: row.value for row in room.outcome("deactivate-again").rows}
    kept = sorted(path.name for path in (folder / "artifacts").iterdir())
    attestations = [name for name in kept if ".attestation-" in name]
    assert attestations[0] == "REHEARSAL-root.attestation-1.der"
    assert rows["Key attestation"] == f"{len(attestations)} certificate{'s' if len(attestations) > 1 else ''}"
    digest = hashlib.sha256((folder / "artifacts" / attestations[0]).read_bytes()).hexdigest()
    assert rows[f"File {attestations[0]}"] == f"SHA-256 {digest}"
    assert [name for name in kept if name.endswith(".log")] == [
        "REHEARSAL-hsm-audit-1.log",
        "REHEARSAL-hsm-audit-2.log",
    ]
    assert (folder / "artifacts" / "REHEARSAL-hsm-audit-2.log").read_bytes() == token.log
    assert logs["Log of the device"] == "taken before the logout"
    (folder / "artifacts" / attestations[0]).write_bytes(b"another")
    assert "CER-EVIDENCE" in _rules(folder)


def test_a_device_that_states_nothing_is_said_to(finished: Held) -> None:
    rows = {row.label: row.value for step in ("generate", "deactivate") for row in finished.outcome(step).rows}
    assert rows["Key attestation"] == "not offered by this device"
    assert rows["Log of the device"] == "not offered by this device"
