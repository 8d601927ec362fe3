"""A key that a token brought: found by its certificate, told from its copies, counted, and destroyed like any other."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.device import ObjectFacts, ObjectKind
from ceremony_app.core.prompts import Halted
from ceremony_app.verify.verify import verify
from tests.actions.authorities import Founded, after, definition, found, step
from tests.actions.holding import Held, no_pages

ROOT = step("import", "import-certificate", name="root", input="before", profile="root")
LOCATE = step("locate", "locate-key", key="root", certificate="root")
FIRST, LAST = step("first", "inventory", token="hsm"), step("last", "inventory", token="hsm")
DESTROY = step("destroy", "destroy-key", key="root", pin_by="administrator", sign_off="two")
LOCATING = definition(FIRST, ROOT, LOCATE, LAST, before="ceremony")


@pytest.fixture
def ca(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A CA whose token may be changed."""
    return found(tmp_path_factory.mktemp("founded"))


def halves(ca: Founded) -> tuple[ObjectFacts, ...]:
    """The two objects of the root's key."""
    return tuple(thing for thing in ca.token.objects if thing.id == ca.key_id)


def told(room: Held) -> str:
    """Why the key was not found."""
    room.play(until=lambda now: isinstance(now, Halted))
    assert isinstance(room.now, Halted)
    assert room.now.step.id == "locate"
    evidence = room.outcome("locate").evidence
    assert evidence["rule"] == "CER-OBJECT"
    assert room.ends("locate") == [("locate-key", "failed")]
    return str(evidence["why"])


def test_what_a_token_brings_is_told_and_no_deviation(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, LOCATING, ca, before=ca.folder) as room:
        room.finish()
        assert not room.state.problems
        shown = [row.value for row in room.outcome("first").rows if row.label == "Brought by the token"]
        assert len(shown) == 4
        rows = {row.label: row.value for row in room.runs("last")[-1].prepared.rows}  # type: ignore[union-attr]  # it was prepared
        assert rows["Key root"] == f"id {ca.key_id}, 2 objects"
    assert len(ca.token.objects) == 4, "nothing was added to the token, and nothing taken away"


def test_cer_object_two_pairs_with_one_public_key(ca: Founded, tmp_path: Path) -> None:
    ca.token.objects += [msgspec.structs.replace(half, id="ab" * 16, label="copy") for half in halves(ca)]
    with after(tmp_path, LOCATING, ca, before=ca.folder) as room:
        assert "2 pairs on the token have the certificate's public key" in told(room)


@pytest.mark.parametrize("kind", [ObjectKind.PRIVATE, ObjectKind.PUBLIC])
def test_cer_object_half_a_pair(ca: Founded, tmp_path: Path, kind: ObjectKind) -> None:
    ca.token.objects[:] = [thing for thing in ca.token.objects if thing.id != ca.key_id or thing.kind is not kind]
    with after(tmp_path, LOCATING, ca, before=ca.folder) as room:
        assert ("no private key alone" if kind is ObjectKind.PRIVATE else "no public key") in told(room)


def test_a_copy_of_the_public_key_alone_is_not_in_the_way(ca: Founded, tmp_path: Path) -> None:
    (public,) = (half for half in halves(ca) if half.kind is ObjectKind.PUBLIC)
    ca.token.objects.append(msgspec.structs.replace(public, id="ab" * 16, label="copy"))
    with after(tmp_path, LOCATING, ca, before=ca.folder) as room:
        room.finish()
        assert room.evidence("locate")["id"] == ca.key_id


def test_an_object_that_goes_during_the_ceremony_is_missed(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, LOCATING, ca, before=ca.folder) as room:
        room.play_to("last")
        ca.token.objects[:] = halves(ca)
        room.finish()
        (problem,) = room.state.problems
        assert problem.opened.step == room.runs("last")[-1].number


def test_an_object_that_comes_during_the_ceremony_is_a_stranger(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, LOCATING, ca, before=ca.folder) as room:
        room.play_to("last")
        ca.token.objects.append(msgspec.structs.replace(halves(ca)[0], id="cd" * 16, label="stranger"))
        room.finish()
        assert len(room.state.problems) == 1


def test_a_located_key_is_destroyed_and_then_not_missed(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, definition(ROOT, LOCATE, DESTROY, LAST, before="ceremony"), ca, before=ca.folder) as room:
        room.finish()
        assert not room.state.problems
        shown = [row.value for row in room.outcome("last").rows if row.label == "Brought by the token"]
    assert len(shown) == 2, "what is left of what it brought"
    assert not halves(ca)


def test_a_proof_over_another_public_key_is_found_later(ca: Founded, tmp_path: Path) -> None:
    with after(tmp_path, LOCATING, ca, before=ca.folder) as room:
        folder = shutil.copytree(room.finish(), tmp_path / "copy")
    (folder / "artifacts" / "REHEARSAL-root.pub.der").write_bytes(
        (ca.artifacts / "REHEARSAL-spare.pub.der").read_bytes()
    )
    found = [one.what for one in verify(folder, press=no_pages).findings if one.rule == "CER-EVIDENCE"]
    assert "the public key is not the one of the certificate root" in found
