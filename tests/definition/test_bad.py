"""What is no definition, or one that cannot be held: refused by rule and path, in one paragraph, never by a traceback.

The first line of every file in `bad/` is `# RULE STATUS WHERE`; WHERE is `-` for a fault of the file as a whole.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ceremony_app.actions import KINDS
from ceremony_app.core.errors import NotBuilt, Refusal, Unusable
from ceremony_app.core.kinds import Unfit
from ceremony_app.core.names import unfit_character
from ceremony_app.core.script import Definition
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import definition_bytes
from ceremony_app.definition.toml import LARGEST, read_file
from tests.definition.held import SHELF, SHORT

BAD = sorted((Path(__file__).parent / "bad").glob("*.toml"))
GOOD = SHORT.read_text(encoding="utf-8")


def refusal(data: bytes) -> Refusal:
    """The refusal of these bytes, which must be one that a person can read."""
    with pytest.raises(Refusal) as caught:
        load(data, KINDS)
    told = caught.value
    assert isinstance(told, Unusable | NotBuilt)
    assert told.why
    assert told.what_to_do
    assert told.rule.startswith("CER-")
    text = told.paragraph()
    assert unfit_character(text) is None, "hostile characters are named, not repeated"
    assert "Traceback" not in text
    assert len(text) < 2500
    return told


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_definition(path: Path) -> None:
    data = path.read_bytes()
    rule, status, where = data.split(b"\n", 1)[0].decode()[2:].split(" ", 2)
    told = refusal(data)
    assert (told.rule, told.status, told.where) == (rule, int(status), where.removeprefix("-")), told.paragraph()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_exit_status_says_whether_it_is_a_definition_at_all(path: Path) -> None:
    told = refusal(path.read_bytes())
    assert told.status == (1 if isinstance(told, Unfit) else 2)


def test_the_corpus_has_a_file_for_every_rule_of_the_loader() -> None:
    held = {path.read_bytes().split(b" ", 2)[1].decode() for path in BAD}
    assert held == {
        "CER-ACT",
        "CER-CONNECT",
        "CER-DANGLING",
        "CER-FIELDS",
        "CER-FORMAT",
        "CER-INCLUDE",
        "CER-NO-CLOSE",
        "CER-NOT-BUILT",
        "CER-PAUSE-POINT",
        "CER-QUORUM",
        "CER-ROLES",
        "CER-SIGN-OFF",
        "CER-STEP-ID",
        "CER-TEXT",
        "CER-TOML",
        "CER-TYPE",
        "CER-UNKNOWN-KEY",
    }


@pytest.mark.parametrize(
    ("data", "rule", "where"),
    [
        pytest.param(GOOD.replace("Short", "Kurz für").encode("latin-1"), "CER-TOML", "", id="latin-1"),
        pytest.param(GOOD.encode("utf-16"), "CER-TOML", "", id="utf-16"),
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), "CER-TOML", "", id="byte-order-mark"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), "CER-TOML", "", id="program"),
        pytest.param(GOOD.replace("Short", "Short \u202etrohs").encode(), "CER-TEXT", "title", id="raw-bidi"),
        pytest.param(GOOD.replace("Short", "Sh\u200bort").encode(), "CER-TEXT", "title", id="raw-zero-width"),
    ],
)
def test_bytes_that_no_text_file_of_this_tree_may_hold(data: bytes, rule: str, where: str) -> None:
    told = refusal(data)
    assert (told.rule, told.where) == (rule, where)


def large(text: str) -> bytes:
    """A good definition with this before it."""
    return f"{text}\n{GOOD}".encode()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        pytest.param(large("# " + "x" * 5_000_000), "CER-SIZE", id="5-megabytes-of-comment"),
        pytest.param(b"\0" * 5_000_000, "CER-SIZE", id="5-megabytes-of-nothing"),
        pytest.param(large("a = " + "[" * 100_000), "CER-TOML", id="deep-arrays"),
        pytest.param(large("a = " + "{a=" * 90_000), "CER-TOML", id="deep-tables"),
        pytest.param(large("a." * 140_000 + "a = 1"), "CER-TOML", id="long-dotted-key"),
        pytest.param(large(" . ".join(['"a b"'] * 35_000) + " = 1"), "CER-TOML", id="long-quoted-key"),
        pytest.param(large("[" + "a." * 140_000 + "a]"), "CER-TOML", id="long-table-name"),
        pytest.param(large("x = {" + "a." * 140_000 + "a = 1}"), "CER-TOML", id="long-key-in-a-table"),
        pytest.param(large("count = " + "9" * 290_000), "CER-TOML", id="long-number"),
        pytest.param(large("a = [" + "1," * 140_000 + "]"), "CER-UNKNOWN-KEY", id="long-array"),
        pytest.param(large("[[a]]\n" * 40_000), "CER-FORMAT", id="many-tables"),
        pytest.param(large('a = "' + "'" * 280_000 + '"'), "CER-TEXT", id="long-text"),
        pytest.param(large('a = "' + "(a+)+" * 55_000 + '"'), "CER-TEXT", id="long-pattern"),
    ],
)
def test_large_and_deep_input_is_refused_before_it_takes_long(data: bytes, rule: str) -> None:
    assert refusal(data).rule == rule


def test_many_dots_in_a_text_are_no_deep_key() -> None:
    oids = ", ".join('"1.2.826.0.1.8641679.1.2.1.4"' for _ in range(10))
    text = GOOD.replace('say = "Everybody enrols."', f'say = ["Wait. Wait. And so on ...", {oids}]  # {"." * 500}')
    assert len(load(text.encode(), KINDS).steps[0].say) == 11


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        read_file(tmp_path / "none.toml", "definition")
    assert (caught.value.rule, caught.value.status) == ("CER-FILE", 2)


def test_a_folder_or_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(Unusable) as caught:
            read_file(path, "definition")
        assert caught.value.rule == "CER-FILE"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(Unusable) as caught:
        read_file(path, "definition")
    assert caught.value.rule == "CER-SIZE"


@pytest.mark.parametrize("name", ["", "nul\0byte", "x" * 5000, "../../etc", "s1spki", "S1SPKI-FOC-OPERATOR-ROOT"])
def test_a_name_that_is_neither_file_nor_id(name: str) -> None:
    with pytest.raises(Unusable) as caught:
        definition_bytes(name)
    assert (caught.value.rule, caught.value.status) == ("CER-FILE", 2)


def test_a_shipped_id_and_a_path_give_the_same_bytes() -> None:
    for name, path in SHELF.items():
        assert definition_bytes(name) == definition_bytes(str(path))


def test_markup_is_a_text_like_any_other() -> None:
    markup = "<b>Bold</b> &amp; <script>alert(1)</script> <img src=x> ${HOME} {{7*7}} %s \\\\n <para>"
    found = load(GOOD.replace("Everybody enrols.", markup).encode(), KINDS)
    assert found.steps[0].say == (markup.replace("\\\\", "\\"),)


def test_other_scripts_and_signs_are_welcome() -> None:
    text = "Łódź, Αθήνα, Київ, 東京, שלום, سلام, é, ½ and 10 €"
    assert load(GOOD.replace("Everybody enrols.", text).encode(), KINDS).steps[0].say == (text,)


def test_line_ends_of_another_system_make_no_difference() -> None:
    assert load(GOOD.replace("\n", "\r\n").encode(), KINDS) == load(GOOD.encode(), KINDS)


def test_a_definition_as_large_as_any_is_read() -> None:
    comment = "# " + "x" * 78 + "\n"
    data = (comment * ((LARGEST - len(GOOD)) // len(comment)) + GOOD).encode()
    assert isinstance(load(data, KINDS), Definition)
