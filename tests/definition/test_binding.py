"""A binding that is written is read back as it was, cards of people and all."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.kinds import Unfit
from ceremony_app.core.names import unfit_character
from ceremony_app.core.room import Binding, BoundMedium, BoundPerson, BoundToken
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_binding
from ceremony_app.definition.write import binding_toml

words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=20).filter(
    lambda text: unfit_character(text) is None
)
some = words.filter(bool)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
entries: st.SearchStrategy[Literal["keyboard", "token"]] = st.sampled_from(("keyboard", "token"))
methods: st.SearchStrategy[Literal["card", "file", "room"]] = st.sampled_from(("card", "file", "room"))
tokens = st.builds(
    BoundToken,
    module=some,
    module_sha256=digests,
    serial=some,
    model=words,
    manufacturer=words,
    arguments=words,
    pin_entry=entries,
    options=st.dictionaries(names, words, max_size=2),
)
people = st.builds(
    BoundPerson,
    number=st.integers(1, 99),
    roles=st.lists(names, max_size=3).map(tuple),
    method=methods,
    key=st.just("") | digests,
    card=st.none() | tokens,
)
bindings = st.builds(
    Binding,
    format=st.just(1),
    definition=some,
    mode=st.sampled_from(Mode),
    definition_sha256=st.just("") | digests,
    place=words,
    printer=words,
    tokens=st.dictionaries(names, tokens, max_size=2),
    people=st.lists(people, max_size=4).map(tuple),
    media=st.dictionaries(names, st.builds(BoundMedium, path=some, serial=words), max_size=2),
    bags=st.dictionaries(names, words, max_size=2),
    estimates=st.dictionaries(names, st.integers(0, 10**6), max_size=2),
)


@given(bindings)
def test_what_is_written_is_read_back(binding: Binding) -> None:
    assert load_binding(binding_toml(binding)) == binding


def test_a_card_is_a_table_of_its_person() -> None:
    card = BoundToken(module="/opt/card.so", module_sha256="5" * 64, serial="C-3", pin_entry="token")
    person = BoundPerson(number=3, roles=("auditor",), method="card", key="6" * 64, card=card)
    text = binding_toml(Binding(format=1, definition="d", mode=Mode.REHEARSAL, people=(person,))).decode()
    assert text.index("[[people]]") < text.index("[people.card]") < text.index('serial = "C-3"')
    with pytest.raises(Unfit, match="seriall"):
        load_binding(text.replace("serial =", "seriall =").encode())


def test_a_person_without_a_card_has_no_table_for_one() -> None:
    person = BoundPerson(number=1, roles=("auditor",))
    data = binding_toml(Binding(format=1, definition="d", mode=Mode.REHEARSAL, people=(person,)))
    assert b"card" not in data
    assert msgspec.structs.asdict(load_binding(data).people[0])["card"] is None
