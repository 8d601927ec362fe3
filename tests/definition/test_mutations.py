"""Whatever becomes of a file, it is a definition or it is refused: there is no third way out."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Callable, Iterator

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony_app.actions import KINDS
from ceremony_app.core.errors import Refusal
from ceremony_app.core.names import unfit_character
from ceremony_app.core.script import Definition
from ceremony_app.core.world import changed, left_on, missing
from ceremony_app.definition.files import load_binding, load_policy
from ceremony_app.definition.load import load
from ceremony_app.definition.requirements import load_catalogue
from ceremony_app.definition.shelf import resources
from tests.definition.held import ALL

GOOD = {name: path.read_bytes() for name, path in ALL.items()}
POLICY = (resources() / "policies" / "general.toml").read_bytes()
CATALOGUE = (resources() / "requirements" / "br.toml").read_bytes()

WORDS = sorted(
    {*KINDS, "hsm", "root", "two", "people", "acts", "steps", "id", "do", "format", "fields", "items", "of", ""}
)
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.text(alphabet="\u202e\u200b\x00\x1b\n<b>&{}$%\"'\\", max_size=6),
)
SCALARS = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.just(dt.date(2026, 11, 23)),
    st.just(dt.datetime(2026, 11, 23, 10, 42, 7, tzinfo=dt.UTC)),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


def refused_or(read: Callable[[bytes], object], data: bytes) -> object:
    """What was read; None where it was refused as a person should be told."""
    try:
        return read(data)
    except Refusal as refusal:
        told = refusal
    assert told.rule.startswith("CER-")
    assert told.status in (1, 2)
    assert told.what_to_do
    assert unfit_character(told.paragraph()) is None, told.paragraph()
    assert len(told.paragraph()) < 3000
    return None


def a_definition(data: bytes) -> None:
    """Loads or is refused; what loads can be walked and recorded."""
    found = refused_or(lambda there: load(there, KINDS), data)
    if found is None:
        return
    assert isinstance(found, Definition)
    assert found.steps[-1].attest is not None
    msgspec.json.encode(found)
    world = frozenset[str]()
    for step in found.steps:
        assert all(fact.told() for fact in missing(world, step.requires))
        world = changed(world, step.ensures)
    left_on(world)


@st.composite
def scrambled(draw: st.DrawFn, sources: tuple[bytes, ...]) -> bytes:
    """A good file with some of its bytes cut, doubled or replaced."""
    data = draw(st.sampled_from(sources))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        until = min(len(data), at + draw(st.integers(0, 40)))
        new = draw(
            st.one_of(
                st.binary(max_size=6), st.just(data[at:until] * 2), TEXTS.map(lambda t: t.encode("utf-8", "replace"))
            )
        )
        data = data[:at] + new + data[until:]
    return data


def places(tree: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document."""
    yield path
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, member in pairs:
        yield from places(member, (*path, key))


@st.composite
def rebuilt(draw: st.DrawFn, source: bytes) -> bytes:
    """A good file with a value replaced, a member taken away, renamed or added."""
    tree = tomllib.loads(source.decode())
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([path for path in places(tree) if path]))
        holder: object = tree
        for key in way:
            holder = holder[key]  # type: ignore[index]  # every step of the way is there
        assert isinstance(holder, dict | list)
        match draw(st.sampled_from(("replace", "remove", "rename", "add", "double"))):
            case "replace":
                holder[last] = draw(VALUES)  # type: ignore[index]  # a place in this holder
            case "remove":
                del holder[last]  # type: ignore[arg-type]  # a place in this holder
            case "rename" if isinstance(holder, dict):
                holder[draw(TEXTS)] = holder.pop(last)
            case "add" if isinstance(holder, dict):
                holder[draw(TEXTS)] = draw(VALUES)
            case "double" if isinstance(holder, list):
                holder.append(holder[last])  # type: ignore[index]  # a place in this holder
            case _:
                pass
    return toml(tree).encode("utf-8", "surrogatepass")


def toml(tree: dict[str, object]) -> str:
    """A document with everything below its top-level keys inline; a line for each member of a list."""
    return "".join(f"{text(key)} = {inline(value)}\n" for key, value in tree.items())


def text(value: str) -> str:
    """A text; JSON escapes as TOML does, except for U+007F."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: object) -> str:
    """A value as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return text(value)
        case dict():
            return "{" + ", ".join(f"{text(k)} = {inline(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ",\n".join(map(inline, value)) + "]"
        case dt.datetime() | dt.date():
            return value.isoformat()
        case _:
            return str(value)


def test_the_writer_of_this_test_writes_what_was_read() -> None:
    for name, data in GOOD.items():
        assert load(toml(tomllib.loads(data.decode())).encode(), KINDS) == load(data, KINDS), name


@settings(max_examples=300, deadline=None)
@given(scrambled(tuple(GOOD.values())))
def test_scrambled_bytes(data: bytes) -> None:
    a_definition(data)


@settings(max_examples=300, deadline=None)
@given(rebuilt(GOOD["short"]) | rebuilt(GOOD["root-ca"]))
def test_rebuilt_tables(data: bytes) -> None:
    a_definition(data)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_any_document(tree: dict[str, object]) -> None:
    a_definition(toml({"format": 1, **tree}).encode("utf-8", "surrogatepass"))


@settings(max_examples=100, deadline=None)
@given(scrambled((POLICY,)) | rebuilt(POLICY))
def test_policy_packs(data: bytes) -> None:
    refused_or(load_policy, data)


@settings(max_examples=100, deadline=None)
@given(scrambled((CATALOGUE,)) | rebuilt(CATALOGUE))
def test_requirement_catalogues(data: bytes) -> None:
    refused_or(load_catalogue, data)


BINDING = b"""
format = 1
definition = "short"
mode = "rehearsal"
people = [{ number = 1, roles = ["administrator"], method = "file", key = "ab" }]
[tokens.hsm]
module = "module.so"
module-sha256 = "00"
serial = "1"
options = { a = "b" }
[media.stick]
path = "stick"
[estimates]
generate = 3
"""


@settings(max_examples=100, deadline=None)
@given(scrambled((BINDING,)) | rebuilt(BINDING))
def test_bindings(data: bytes) -> None:
    refused_or(load_binding, data)
