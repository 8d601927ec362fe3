"""What a check says of approvals before the day."""

from __future__ import annotations

from collections.abc import Iterable

from ceremony_app.check.approvals import approval_notes
from ceremony_app.core.approval import SignedApproval
from ceremony_app.core.approved import count_approvals
from ceremony_app.core.values import Mode
from ceremony_app.people.signatures import verify
from tests.core.approving import ATTACKS, ENOUGH, PAPERS, RULE, approved, plan


def told(given: Iterable[SignedApproval], mode: Mode) -> list[tuple[str, bool]]:
    notes = list(approval_notes(plan(mode), count_approvals(PAPERS, RULE, given, verify)))
    assert all((note.rule, note.where) == ("CER-APPROVAL", "policy general") for note in notes)
    return [(note.what, note.unfit) for note in notes]


def test_what_is_wanting_is_a_remark_until_it_is_brought() -> None:
    for mode in Mode:
        ((what, unfit),) = told((), mode)
        assert what == "approved by 0 of 5 keys of the policy pack, which asks for 2; name them with --approval FILE"
        assert not unfit


def test_too_few_would_not_open_the_bound_room() -> None:
    for mode, unfit in ((Mode.PRODUCTION, True), (Mode.REHEARSAL, False)):
        first, second = told((approved(1), approved(9)), mode)
        assert first == (told((approved(1),), mode)[0][0], unfit)
        assert "by 1 of 5 keys" in first[0]
        assert second[0].endswith("its key is none of the policy pack's")
        assert not second[1]


def test_nothing_to_say() -> None:
    assert list(approval_notes(plan(), None)) == []
    for given in ENOUGH.values():
        assert told(given, Mode.PRODUCTION) == []
    for name, given in ATTACKS.items():
        assert told(given, Mode.PRODUCTION)[0][1] is bool(given), name
