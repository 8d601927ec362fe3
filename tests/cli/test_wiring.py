"""What the wiring refuses: rooms that are not the bound one, folders that are not closed, papers that are not there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ceremony_app.actions import KINDS
from ceremony_app.chronicle.context import decode
from ceremony_app.cli.binding import bind_room
from ceremony_app.cli.equipment import equipment
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.means import people_for
from ceremony_app.cli.parser import parser
from ceremony_app.cli.program import program_manifest
from ceremony_app.cli.running import fit_for_production, make_record
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import Binding, BoundToken
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_binding, sha256
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from ceremony_app.definition.write import binding_toml
from ceremony_app.hsm.softhsm import find_module
from ceremony_app.record.process import PdfMaker
from tests.ceremonies.held import production, production_definition


def room(place: Path, **changes: object) -> tuple[str, str]:
    """Paths of an approved definition and of a production binding for it."""
    ceremony = production_definition("root-ca")
    definition = load(ceremony, KINDS)
    binding = Binding(
        format=1,
        definition=definition.id,
        definition_sha256=sha256(ceremony),
        mode=Mode.PRODUCTION,
        program=program_manifest(),
        tokens={name: BoundToken(module="/m.so", module_sha256="0" * 64, serial="1") for name in definition.tokens},
        people=tuple(
            msgspec.structs.replace(person, method="file", key=sha256(bytes([person.number])))
            for person in people_for(definition)
        ),
    )
    binding = msgspec.structs.replace(binding, **changes)
    (place / "ceremony.toml").write_bytes(ceremony)
    (place / "policy.toml").write_bytes((resources() / "policies" / f"{definition.policy}.toml").read_bytes())
    (place / "binding.toml").write_bytes(binding_toml(binding))
    assert load_binding(binding_toml(binding)) == binding, "what is written is what is read"
    return str(place / "ceremony.toml"), str(place / "binding.toml")


def refused(rule: str, work: object, *arguments: object) -> Refusal:
    """The refusal that a call ends with."""
    assert callable(work)
    with pytest.raises(Refusal) as caught:
        work(*arguments)
    assert caught.value.rule == rule
    return caught.value


def test_a_room_that_is_fit_for_production(tmp_path: Path) -> None:
    fit_for_production(load_all(*room(tmp_path)))


@pytest.mark.parametrize(
    ("rule", "changes"), [("CER-METHOD", {"method": "room", "key": ""}), ("CER-BINDING", {"key": ""})]
)
def test_people_whose_means_are_not_named_or_not_allowed_hold_no_production(
    tmp_path: Path, rule: str, changes: dict[str, str]
) -> None:
    room(tmp_path)
    binding = load_binding((tmp_path / "binding.toml").read_bytes())
    people = tuple(msgspec.structs.replace(person, **changes) for person in binding.people)
    refused(rule, fit_for_production, load_all(*room(tmp_path, people=people)))


def test_cer_program_changed(tmp_path: Path) -> None:
    for digest in ("", "0" * 64):
        refused("CER-PROGRAM-CHANGED", fit_for_production, load_all(*room(tmp_path, program=digest)))


def test_cer_binding_shown(tmp_path: Path) -> None:
    ceremony, _ = room(tmp_path)
    text = Path(ceremony).read_text(encoding="utf-8")
    start = text.index('[[acts.steps]]\nid = "confirm-binding"')
    end = text.index("[[acts.steps]]", start + 5)
    Path(ceremony).write_text(text[:start] + text[end:], encoding="utf-8")
    changed = sha256(Path(ceremony).read_bytes())
    binding = load_binding((tmp_path / "binding.toml").read_bytes())
    bound = msgspec.structs.replace(binding, definition_sha256=changed)
    (tmp_path / "binding.toml").write_bytes(binding_toml(bound))
    refused("CER-BINDING-SHOWN", fit_for_production, load_all(ceremony, str(tmp_path / "binding.toml")))


def test_cer_binding_for_another_definition(tmp_path: Path) -> None:
    refused("CER-BINDING", load_all, *room(tmp_path, definition_sha256="1" * 64))


def test_cer_module_changed(tmp_path: Path) -> None:
    module = tmp_path / "module.so"
    module.write_bytes(find_module().read_bytes())
    token = BoundToken(module=str(module), module_sha256=sha256(b"another"), serial="1")
    binding = Binding(format=1, definition="x", mode=Mode.PRODUCTION, tokens={"hsm": token})
    with PdfMaker() as maker:
        things = equipment(tmp_path, binding, maker)
        refusal = refused("CER-MODULE-CHANGED", things.open_token, token)
    assert sha256(module.read_bytes()) in refusal.why


def test_cer_medium_that_the_binding_does_not_name(tmp_path: Path) -> None:
    binding = Binding(format=1, definition="x", mode=Mode.PRODUCTION)
    with PdfMaker() as maker:
        refused("CER-MEDIUM", equipment(tmp_path, binding, maker).open_medium, "stick")


def test_cer_not_closed(tmp_path: Path) -> None:
    with production(tmp_path, "root-ca") as (conductor, _):
        refused("CER-NOT-CLOSED", make_record, conductor.folder)


def test_cer_policy_that_is_not_there(tmp_path: Path) -> None:
    text = (resources() / "ceremonies/root-ca.toml").read_text(encoding="utf-8")
    (tmp_path / "c.toml").write_text(text.replace('policy = "general"', 'policy = "other"'), encoding="utf-8")
    refused("CER-POLICY", load_all, str(tmp_path / "c.toml"), None)


def test_cer_context_that_cannot_be_read() -> None:
    for data in (b"", b"{}", b"\xff", b'{"program":1}'):
        refused("CER-CONTEXT", decode, data)


def test_cer_bind_asks_for_what_the_room_must_add(tmp_path: Path) -> None:
    ceremony, _ = room(tmp_path)
    asked = parser().parse_args(["bind", ceremony, "-o", str(tmp_path / "b.toml"), "--place", "Room 1"])
    refusal = refused("CER-BIND", bind_room, asked)
    assert "--module" in refusal.what_to_do
    bad = parser().parse_args(["bind", ceremony, "-o", str(tmp_path / "b.toml"), "--place", "R", "--medium", "x"])
    refused("CER-BIND", bind_room, bad)
    assert not (tmp_path / "b.toml").exists()
