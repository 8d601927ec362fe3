"""All attacks on a journal: each breaks a rule, and is chained and signed anew with everybody's keys."""

from __future__ import annotations

from tests.verify import attacks_acts, attacks_ends, attacks_people, attacks_single, attacks_subtle
from tests.verify.changing import Attack

ATTACKS: tuple[Attack, ...] = (*attacks_people.ATTACKS, *attacks_acts.ATTACKS, *attacks_ends.ATTACKS)

SINGLE: tuple[Attack, ...] = (*attacks_single.ATTACKS, *attacks_subtle.ATTACKS)
