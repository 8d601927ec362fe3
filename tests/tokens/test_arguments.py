"""What C_Initialize is told: bound, shown to the room, handed to the module."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ceremony_app.actions.confirm_binding import binding_rows
from ceremony_app.cli.loading import load_all
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import Binding, BoundToken
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_binding
from ceremony_app.definition.write import binding_toml
from ceremony_app.hsm.open import list_tokens
from tests.tokens.beds import NSS
from tests.tokens.ceremonies import OPERATOR_ROOT

ARGUMENTS = "configdir='sql:/var/lib/ceremony nss' dbTokenDescription='ROOT-G1' flags="


def bound(arguments: str) -> Binding:
    token = BoundToken(module="/m.so", module_sha256="0" * 64, serial="1", arguments=arguments)
    return Binding(format=1, definition=OPERATOR_ROOT, mode=Mode.REHEARSAL, tokens={"hsm": token})


def test_a_binding_keeps_them() -> None:
    assert load_binding(binding_toml(bound(ARGUMENTS))) == bound(ARGUMENTS)
    assert b"arguments" not in binding_toml(bound(""))


@pytest.mark.parametrize("hidden", ["\n", "\0", "\x1b", "\x7f"])
def test_what_cannot_be_shown_as_it_is_is_refused(hidden: str) -> None:
    with pytest.raises(Refusal) as caught:
        load_binding(binding_toml(bound(f"configdir='a{hidden}b'")))
    assert "arguments" in caught.value.paragraph()


def test_the_room_is_shown_them() -> None:
    def shown(arguments: str) -> dict[str, str]:
        plan = msgspec.structs.replace(load_all(OPERATOR_ROOT, None).plan, binding=bound(arguments))
        return {row.label: row.value for row in binding_rows(plan)}

    assert shown(ARGUMENTS)["Arguments of the module of hsm"] == ARGUMENTS
    assert not any(label.startswith("Arguments") for label in shown(""))


def test_a_module_is_started_with_them(tmp_path: Path) -> None:
    """NSS refuses to start without, and names its token as it is told."""
    if why := NSS.absent():
        pytest.skip(why)
    with NSS.make("Named by an argument") as bed:
        assert [facts.label for facts in list_tokens(bed.module, arguments=bed.arguments)] == ["Named by an argument"]
        with pytest.raises(Refusal) as caught:
            list_tokens(bed.module)
    assert caught.value.rule == "CER-MODULE"
    assert "does not start without arguments" in caught.value.why
