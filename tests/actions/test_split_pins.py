"""PINs that are drawn, split and handed out, used from shares, proven in a drill, and handed on."""

from __future__ import annotations

from pathlib import Path

from tests.actions.holding import held

SPLIT = (Path(__file__).parents[1] / "ceremonies" / "split.toml").read_text(encoding="utf-8")


def test_a_token_lives_by_shares(tmp_path: Path) -> None:
    with held(tmp_path, SPLIT) as room:
        room.finish()
        assert not room.state.problems
