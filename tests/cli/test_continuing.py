"""Going on from an earlier ceremony: it has ended, and its token is the one that is bound."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ceremony_app.actions import KINDS
from ceremony_app.cli.continuing import continued_token, earlier, kept_pins, same_tokens
from ceremony_app.core.errors import Refusal
from ceremony_app.definition.load import load
from tests.actions.holding import SHORT, held

LATER = SHORT.replace("[tokens.hsm]\n", '[inputs.before]\nkind = "ceremony"\n\n[tokens.hsm]\ncontinues = "before"\n')


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ceremony that has ended."""
    with held(tmp_path_factory.mktemp("finished"), SHORT) as room:
        return room.finish()


def refused(work: object, *arguments: object) -> str:
    """The paragraph with which a call is refused by the rule about going on."""
    assert callable(work)
    with pytest.raises(Refusal) as caught:
        work(*arguments)
    assert caught.value.rule == "CER-CONTINUES"
    return caught.value.paragraph()


def test_cer_continues_a_ceremony_that_has_not_ended_is_no_beginning(tmp_path: Path) -> None:
    with held(tmp_path, SHORT) as room:
        room.play_to("generate")
        assert "has not ended" in refused(earlier, room.conductor.folder)


def test_cer_continues_the_token_is_the_one_of_that_ceremony(finished: Path) -> None:
    definition, binding = load(LATER.encode(), KINDS), earlier(finished).plan.binding
    same_tokens(definition, binding, {"before": finished})
    other = msgspec.structs.replace(binding.tokens["hsm"], serial="EX7-000043")
    changed = msgspec.structs.replace(binding, tokens={"hsm": other})
    told = refused(same_tokens, definition, changed, {"before": finished})
    assert "EX7-000043" in told
    assert binding.tokens["hsm"].serial in told


def test_cer_continues_only_a_practice_token_is_taken_over(finished: Path, tmp_path: Path) -> None:
    before = earlier(finished)
    assert "no practice token hsm" in refused(continued_token, before, "hsm", tmp_path / "home")
    assert "no token card" in refused(continued_token, before, "card", tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_the_pins_of_the_token_are_kept_by_name(finished: Path) -> None:
    kept = kept_pins(earlier(finished), "hsm")
    assert set(kept) == {"hsm/pin", "hsm/so-pin"}
    assert len(set(kept.values())) == 2
