"""The people's pages of script and record: sign-in sheet, second keys, tallies; none of it in folders of layout 1."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from ceremony_app.chronicle.context import PrintContext, context_of
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record import record_document
from ceremony_app.chronicle.script import script_document
from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Enrol, SignOff
from ceremony_app.core.values import Leaf
from ceremony_app.record.document import LAYOUT_VERSION, Block, Document, Grid, Heading, KeepTogether
from ceremony_app.record.text import as_text
from tests.core.table import Table, short_plan, without

DIGESTS = dict.fromkeys(("ceremony.toml", "policy.toml", "binding.toml", "script.pdf"), "ab" * 32)
TEXTS = {"aa" * 32: "Anna Novak", "bb" * 32: "Example CA Ltd", "01" * 32: "passport, Norway"} | {
    "02" * 32: "Frieda Haas",
    "03" * 32: "letter of 3 May",
}


def context(layout: int = LAYOUT_VERSION) -> PrintContext:
    return msgspec.structs.replace(context_of("f0" * 32, ()), layout=layout)


def flat(blocks: tuple[Block, ...]) -> list[Block]:
    """All blocks, those that are kept together one by one."""
    return [one for block in blocks for one in (flat(block.blocks) if isinstance(block, KeepTogether) else [block])]


def below(document: Document, title: str) -> Grid:
    """The first table below a heading."""
    blocks = flat(document.blocks)
    start = next(i for i, one in enumerate(blocks) if isinstance(one, Heading) and one.text == title)
    return next(one for one in blocks[start:] if isinstance(one, Grid))


def headings(document: Document) -> list[str]:
    return [one.text for one in flat(document.blocks) if isinstance(one, Heading)]


@pytest.fixture(scope="module")
def table() -> Table:
    """A whole ceremony, with a proxy, a dissent and a restart."""
    table = Table()
    table.open()
    table.play_to(p.Enrolment)
    proxy = {"paper": Leaf("01" * 32), "proxy-for": Leaf("02" * 32), "authority": Leaf("03" * 32)}
    table.good(msgspec.structs.replace(table.enrolment(1), details=proxy, seen_by=3))
    table.play_to("initialise")
    table.play_to(p.Approve)
    table.good(table.signature(2, "internal-witness", "go", "DISAGREE"))
    table.good(table.deviation())
    table.good(c.Recover(boot="2", torn="", set_aside=(), expected=Leaf("dd" * 32), happened=Leaf("dd" * 32)))
    table.play(1000)
    assert isinstance(table.now, p.Closed)
    return table


def record(table: Table, layout: int = LAYOUT_VERSION) -> Document:
    return record_document(History.of(table.plan, tuple(table.entries), TEXTS, context(layout), DIGESTS))


def script(table: Table, layout: int = LAYOUT_VERSION, *, bound: bool = True) -> Document:
    plan = table.plan
    return script_document(plan.definition, plan.policy, plan.binding if bound else None, context(layout), DIGESTS)


def test_the_sign_in_sheet_has_a_line_for_each_place_and_what_is_written_there() -> None:
    made = script(Table())
    sheet = below(made, "Participants: sign-in sheet")
    assert [row[0] for row in sheet.rows] == ["1", "2", "3", "4", "5"]
    assert sheet.rows[0][1] == "Ceremony administrator (internal)"
    assert sheet.rows[1][1] == "Internal witness (internal), Crypto officer (internal)"
    assert sheet.rows[2][1] == "External witness (external)"
    written = [column.title for column in sheet.columns if column.kind == "write"]
    assert written == ["Printed name", "Organisation", "Signature", "Initials", "In UTC", "Out UTC"]
    assert not any(text for row in sheet.rows for text in row[2:])


def test_everybody_writes_each_hex_digit_and_says_whose_paper_was_seen() -> None:
    made = script(Table())
    hand = below(made, "Handwriting")
    assert [column.title for column in hand.columns[1:]] == list("0123456789ABCDEF")
    assert [row[0] for row in hand.rows] == ["1", "2", "3", "4", "5"]
    identity = below(made, "Identity and proxies")
    assert {"Stands in for", "By what authority"} <= {column.title for column in identity.columns}
    assert "never its number" in as_text(made)
    assert "The tally of whoever holds this copy" in headings(made)


def test_without_a_binding_there_are_places_and_no_numbers() -> None:
    sheet = below(script(Table(), bound=False), "Participants: sign-in sheet")
    roles = short_plan().definition.roles
    assert len(sheet.rows) == sum(role.count for role in roles.values())
    assert {row[0] for row in sheet.rows} == {""}


def test_a_script_of_layout_1_is_as_it_was() -> None:
    old = headings(script(Table(), 1))
    assert "Participants" in old
    assert "Handwriting sample" in old
    assert not {"Participants: sign-in sheet", "Identity and proxies", "Handwriting"} & set(old)


def test_every_second_key_stands_on_the_first_page(table: Table) -> None:
    made = record(table)
    blocks = flat(made.blocks)
    again = next(i for i, one in enumerate(blocks) if isinstance(one, Heading) and "Enrolled again" in one.text)
    assert again < next(i for i, one in enumerate(blocks) if isinstance(one, Heading) and one.new_page and i), "page 1"
    events = [entry for entry in table.entries if isinstance(entry.event, Enrol) and entry.event.replaces]
    rows = below(made, "Enrolled again with a new key after a restart").rows
    assert len(rows) == len(events) == 5
    for row, entry in zip(rows, events, strict=True):
        event = entry.event
        assert isinstance(event, Enrol)
        assert row[:2] == (str(event.person), "Anna Novak")
        assert (row[2][:16], row[3][:16]) == (event.replaces[:16], event.key[:16])
        assert row[4:] == (entry.utc[11:19], str(entry.seq), f"person {event.identified_by}")


def test_a_record_without_a_restart_says_none_and_lists_none() -> None:
    table = Table()
    table.open()
    table.play(1000)
    made = record(table)
    assert not [title for title in headings(made) if "Enrolled again" in title]
    assert "People enrolled again after a restart: none" in as_text(made)


def test_signatures_are_counted_by_person_and_by_way_of_signing(table: Table) -> None:
    rows = {row[0]: row[2:] for row in below(record(table), "Signatures of each person").rows}
    given = [entry.event for entry in table.entries if isinstance(entry.event, SignOff)]
    every = Counter(event.person for event in given)
    no = Counter(event.person for event in given if event.decision == "DISAGREE")
    assert no == {2: 1}
    assert rows == {str(n): (str(every[n]), "0", "0", str(every[n]), str(no[n])) for n in range(1, 6)}


def test_who_was_seen_by_whom_and_who_stands_in_for_whom(table: Table) -> None:
    """The restart asks anew who saw the paper; this table's people say nothing of a proxy the second time."""
    first = record(table)
    people = {row[0]: row for row in below(first, "Participants").rows}
    assert people["3"][4] == "external"
    assert people["1"][5] == "person 2"
    assert people["2"][6] == "not named"
    early = Table(without(table.plan))
    early.entries = table.entries[: next(i for i, e in enumerate(table.entries) if e.event.type == "recovery")]
    proxies = below(record(early), "Proxies").rows
    assert proxies == (("1", "Frieda Haas", "letter of 3 May"),)
    assert {row[0]: row for row in below(record(early), "Participants").rows}["1"][5:7] == (
        "person 3",
        "passport, Norway",
    )


def test_a_record_of_layout_1_has_no_word_of_it(table: Table) -> None:
    old = record(table, 1)
    assert not {"Proxies", "Signatures of each person"} & set(headings(old))
    assert [column.title for column in below(old, "Participants").columns][-2:] == ["Signed", "Key digest begins"]
    assert "Identity seen by" not in as_text(old)
