"""`--input`: what a definition asks for, what is wanting, and what is not what it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.actions import KINDS
from ceremony_app.cli.inputs import inputs_of
from ceremony_app.core.errors import Unusable
from ceremony_app.core.script import Definition
from ceremony_app.definition.load import load
from tests.core.table import SHORT

INPUTS = """
[inputs.request]
kind = "request"
title = "The request of the issuing CA"

[inputs.before]
kind = "ceremony"

[tokens.hsm]
continues = "before"
"""


@pytest.fixture
def definition() -> Definition:
    return load(SHORT.read_text(encoding="utf-8").replace("[tokens.hsm]\n", INPUTS).encode(), KINDS)


def refused(pairs: list[str], definition: Definition) -> str:
    """The paragraph with which the inputs are refused: an input that cannot be used, exit status 2."""
    with pytest.raises(Unusable) as caught:
        inputs_of(pairs, definition)
    assert (caught.value.rule, caught.value.status) == ("CER-INPUT", 2)
    return caught.value.paragraph()


def test_a_token_that_goes_on_comes_with_keys(definition: Definition) -> None:
    assert definition.tokens["hsm"].has_keys


def test_everything_that_is_wanting_is_named_with_what_it_is(definition: Definition) -> None:
    told = refused([], definition)
    assert "needs --input request: The request of the issuing CA (a file with one certification request" in told
    assert "needs --input before: the folder of a finished ceremony" in told


def test_what_is_brought_is_found_from_everywhere(
    definition: Definition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r.csr").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    assert inputs_of(["request=r.csr", "before=folder"], definition) == {
        "request": tmp_path / "r.csr",
        "before": tmp_path / "folder",
    }


def test_what_is_not_what_it_should_be_is_refused(definition: Definition, tmp_path: Path) -> None:
    (tmp_path / "r.csr").write_bytes(b"")
    good = [f"request={tmp_path / 'r.csr'}", f"before={tmp_path}"]
    assert "other" in refused([*good, f"other={tmp_path}"], definition)
    assert "once" in refused([*good, good[0]], definition)
    assert "request" in refused([f"request={tmp_path}", good[1]], definition)
    assert "before" in refused([good[0], f"before={tmp_path / 'r.csr'}"], definition)
    assert "request" in refused([good[1]], definition)
    refused(["request"], definition)
    refused(["request="], definition)
