"""Done when: each field of a profile broken in turn, and the ceremony stops before any key is on the token."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from ceremony_app.actions import trial_chain
from ceremony_app.core.device import ObjectKind
from ceremony_app.core.policy import CrlProfile, Policy
from ceremony_app.core.prompts import Halted
from ceremony_app.core.values import Mode
from ceremony_app.pki import trial as trial_module
from ceremony_app.pki.fields import Fields
from ceremony_app.pki.issuance import Issuance, issuance
from ceremony_app.pki.trial import Planned, PlannedCertificate, Tried
from tests.actions.authorities import FOUNDING
from tests.actions.holding import held
from tests.fakes.token import FakeToken
from tests.pki.alterations import CERTIFICATES, CRLS
from tests.pki.altering import Altered
from tests.pki.making import pack, random_octets
from tests.pki.test_every_field_broken import Mixed, replaced

OURS = {"certificates.root": "root", "crls.root-crl": "root-crl"}
PATHS = [path for path, _ in pack("general").statements() if path.rsplit(".", 1)[0] in OURS]


def alterations(path: str) -> tuple[Altered, ...]:
    """The ways in which a statement is broken."""
    policy = pack("general")
    table, name, statement = path.split(".", 2)
    return tuple(
        CRLS[statement](policy.crls[name]) if table == "crls" else CERTIFICATES[statement](policy.certificates[name])
    )


def test_every_statement_of_both_profiles_is_broken() -> None:
    assert len(PATHS) == len(set(PATHS)) == 17


@pytest.mark.parametrize("path", PATHS)
def test_no_key_is_made_where_a_field_is_not_as_the_policy_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    name = path.split(".")[1]
    stopped = [one.what for i, one in enumerate(alterations(path)) if stops(tmp_path / str(i), monkeypatch, name, one)]
    assert stopped, "no way of breaking it stopped the ceremony"


def stops(place: Path, monkeypatch: pytest.MonkeyPatch, name: str, altered: Altered) -> bool:
    """Whether the trial of a ceremony stops it when the program builds otherwise than the pack says."""
    good = pack("general")
    building = replaced(good, name, altered.built)

    def issued(_: Policy, mode: Mode, fields: Fields, **more: bytes) -> Issuance | Mixed:
        built = issuance(building, mode, fields, **more)
        return Mixed(built, issuance(good, mode, fields, **more), altered) if fields.profile == name else built

    def tried(_: Policy, mode: Mode, planned: Iterable[Planned], **more: object) -> tuple[Tried, ...]:
        todo = tuple(_as_altered(one, name, altered) for one in planned)
        octets = random_octets(building, todo)
        return trial_module.trial(building, mode, todo, **{**more, "octets": octets})  # type: ignore[arg-type]  # passed on as it came

    place.mkdir()
    token = FakeToken()
    with monkeypatch.context() as patched, held(place, FOUNDING, {"hsm": token}) as room:
        patched.setattr(trial_module, "issuance", issued)
        patched.setattr(trial_chain, "trial", tried)
        room.play(
            until=lambda now: isinstance(now, Halted) or getattr(getattr(now, "step", None), "id", "") == "generate"
        )
        now = room.now
        keys = [one for one in token.objects if one.kind in (ObjectKind.PRIVATE, ObjectKind.PUBLIC)]
        assert keys == [], "nothing is on the token before the trial has passed"
        assert token.calls.count("generate_key_pair") == 0
        if not isinstance(now, Halted):
            return False
        assert now.step.id == "trial"
        assert room.outcome("trial").result == "failed"
        return True


def _as_altered(one: Planned, name: str, altered: Altered) -> Planned:
    """What is planned, with the name and the key of the altered profile."""
    if not isinstance(one, PlannedCertificate) or one.profile != name or isinstance(altered.built, CrlProfile):
        return one
    issuer = altered.by if altered.by and altered.by != "self" else one.issued_by
    key, own = altered.built.key.value, altered.built.subject.value
    renamed = own if own != pack("general").certificates[name].subject.value else one.subject
    subject = altered.subject or renamed  # a rehearsal has a name of its own, which is not what is altered
    return msgspec.structs.replace(one, key=key, subject=subject, issued_by=issuer)
