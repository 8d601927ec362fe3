"""Approvals counted again after the day, from the folder alone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ceremony_app.chronicle.context import context_of, encode
from ceremony_app.core.approval import SignedApproval
from ceremony_app.core.events import Event, Genesis
from ceremony_app.core.values import Mode
from ceremony_app.verify.approvals import check_approvals
from ceremony_app.verify.verdict import Report
from ceremony_app.verify.verify import verify
from tests.core.approving import (
    ATTACKS,
    DIGESTS,
    ENOUGH,
    GENERAL,
    IDENTITY,
    KEYS,
    approved,
    plan,
    replaced,
    spki_of,
)
from tests.verify.forging import Forger, digest, entries_in, events_in, plan_in, put_journal
from tests.verify.holding import Hall
from tests.verify.judging import Copy, judged, rules


def genesis(mode: Mode) -> Genesis:
    """A first entry that binds the papers."""
    return Genesis(
        format=1,
        ceremony="ab" * 16,
        mode=mode,
        definition="short",
        title="Short",
        files=DIGESTS,
        boot="boot",
        program="program",
    )


def context(given: Iterable[SignedApproval]) -> bytes:
    return encode(context_of("f0" * 32, (), approvals=tuple(given)))


def report_on(data: bytes, mode: Mode = Mode.PRODUCTION, policy: bytes | None = None) -> Report:
    report = Report()
    check_approvals({"context.json": data}, plan(mode, policy), genesis(mode), report)
    return report


def found(report: Report) -> list[str]:
    assert all((one.rule, one.where) == ("CER-APPROVAL", "context.json") for one in report.findings)
    return [one.what for one in report.findings]


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_not_enough_is_found(name: str) -> None:
    (what,) = found(report_on(context(ATTACKS[name])))
    assert "of 5 keys of the policy pack, which asks for 2" in what
    rehearsal = report_on(context(ATTACKS[name]), Mode.REHEARSAL)
    assert found(rehearsal) == []
    assert rehearsal.persons == [f"{what}; the rehearsal was held all the same"]


@pytest.mark.parametrize("name", ENOUGH)
def test_what_is_enough_is_told_to_a_person(name: str) -> None:
    for mode in Mode:
        report = report_on(context(ENOUGH[name]), mode)
        assert found(report) == []
        (told,) = report.persons
        assert told.endswith("no file says whose a key is")


def test_who_is_told_by_short_name() -> None:
    (told,) = report_on(context([approved(1), approved(2), approved(2, "DISAGREE")]), Mode.REHEARSAL).persons
    for key in KEYS[:2]:
        assert f"{key[:4]} {key[4:8]} … {key[-8:-4]} {key[-4:]}" in told
    assert "by 2 of 5" in told
    assert told.partition("NOT approved by ")[2].startswith(KEYS[1][:4])


GOOD = context([approved(1), approved(2)])
UNREADABLE = {
    "missing": b"",
    "no JSON": b"{",
    "a list": b"[]\n",
    "not canonical": GOOD.replace(b'"layout":', b'"layout": '),
    "no line end": GOOD[:-1],
    "approvals twice": GOOD.replace(b'{"approvals":[', b'{"approvals":[],"approvals":['),
    "a member twice": GOOD.replace(b'{"alg":"ed25519"', b'{"alg":"none","alg":"ed25519"', 1),
    "a member more": GOOD.replace(b'{"alg"', b'{"aa":"","alg"', 1),
    "a member less": GOOD.replace(b'"alg":"ed25519",', b"", 1),
    "a member that is a number": GOOD.replace(b'"alg":"ed25519"', b'"alg":1', 1),
    "an object for a list": b'{"approvals":{}}\n',
    "nested": b"[" * 100_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_found_in_both_modes(name: str) -> None:
    for mode in Mode:
        assert found(report_on(UNREADABLE[name], mode)) == [
            "the approvals in it cannot be read in their one right form"
        ]


def test_no_approvals_at_all() -> None:
    (what,) = found(report_on(context(())))
    assert "by 0 of 5" in what
    assert "nobody" in what


def test_a_pack_that_asks_for_none() -> None:
    general = GENERAL.encode()
    for mode in Mode:
        quiet = report_on(context(()), mode, general)
        assert (found(quiet), quiet.persons) == ([], [])
        assert len(found(report_on(GOOD, mode, general))) == 1


def test_a_signature_in_two_spellings_is_none() -> None:
    key = base64.b64encode(spki_of(2)).decode()
    assert found(report_on(context([approved(1), replaced(approved(2), spki=f"{key} ")])))
    assert spki_of(2) != IDENTITY


@pytest.fixture(scope="module")
def asked_for(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rehearsal under a pack that asks for approvals, and had none."""
    from tests.core.approving import pack

    hall = Hall(tmp_path_factory.mktemp("asked") / "folder", lambda *_: b"%PDF-", policy=pack())
    conductor = hall.open()
    try:
        hall.play(conductor)
    finally:
        conductor.close()
    return hall.folder


def with_context(source: Path, copy: Copy, change: Callable[[bytes], bytes]) -> Path:
    """The folder with another context, which the first entry of a chain made anew binds."""
    folder = copy(source)
    data = change((folder / "context.json").read_bytes())
    (folder / "context.json").write_bytes(data)

    def bound(event: Event) -> Event:
        if isinstance(event, Genesis):
            return replaced(event, files={**event.files, "context.json": digest(data)})
        return event

    put_journal(folder, Forger(plan_in(source)).write([bound(event) for event in events_in(source)]).lines)
    return folder


def test_a_whole_rehearsal_without_is_consistent_and_says_so(asked_for: Path) -> None:
    verdict = verify(asked_for, press=None)
    assert verdict.findings == ()
    assert any("by 0 of 5 keys of the policy pack" in line for line in verdict.for_a_person)


def test_approvals_count_for_the_papers_that_the_first_entry_binds(asked_for: Path, copy: Copy) -> None:
    first = entries_in(asked_for)[0].event
    assert isinstance(first, Genesis)
    theirs = approved(1, definition=first.definition, definition_sha256=first.files["ceremony.toml"])
    given = (theirs, approved(2))
    one = judged(with_context(asked_for, copy, lambda _: context(given)))
    assert rules(one) == set()
    assert any("by 1 of 5 keys of the policy pack" in line for line in one.for_a_person)


def test_a_context_spoilt_and_bound_is_found(asked_for: Path, copy: Copy) -> None:
    verdict = judged(with_context(asked_for, copy, lambda _: UNREADABLE["approvals twice"]))
    assert rules(verdict) == {"CER-APPROVAL"}


def test_approvals_put_in_later_are_not_what_was_bound(asked_for: Path, copy: Copy) -> None:
    folder = copy(asked_for)
    (folder / "context.json").write_bytes(GOOD)
    assert "CER-BOUND" in rules(judged(folder))
