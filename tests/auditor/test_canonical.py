"""The reader's canonical form against another implementation of RFC 8785."""

from __future__ import annotations

import json
from types import ModuleType

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.auditor.journals import Body

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(value=st.dictionaries(texts, values, max_size=5))
def test_the_same_bytes_as_the_other_implementation(reader: ModuleType, value: Body) -> None:
    made = rfc8785.dumps(value)
    assert reader.canonical(value).encode() == made
    assert json.loads(made) == value


@pytest.mark.parametrize(
    "value",
    [
        {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7},
        {"a": '\x00\x08\x09\x0a\x0b\x0c\x0d\x1f\x20"\\/\x7f\u2028\u2029'},
        {"": {"": [[], {}, "", True, False, 0, -1]}},
    ],
)
def test_order_and_escapes(value: Body, reader: ModuleType) -> None:
    """The members of RFC 8785, 3.2.3, in the order of UTF-16; every control character; empty things."""
    assert reader.canonical(value).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [None, 1.0, 0.5, float("nan"), 2**53, -(2**53), [None], {"a": 1.0}, ()])
def test_what_format_1_does_not_have(value: object, reader: ModuleType) -> None:
    with pytest.raises(ValueError):
        reader.canonical(value)


def test_lone_surrogates_have_no_bytes(reader: ModuleType) -> None:
    for line in (b'{"a":"\\ud800"}\n', b'{"\\udc00":1}\n'):
        with pytest.raises(ValueError):
            reader.read_object(line, "a:text")
