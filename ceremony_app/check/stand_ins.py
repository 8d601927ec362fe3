"""What stands, before the day, for the certificates that a ceremony will be brought."""

from __future__ import annotations

import datetime as dt

from ceremony_app.actions.at_hand import AtHand
from ceremony_app.actions.planned import setting, steps_of
from ceremony_app.core.script import Plan
from ceremony_app.pki.standing_in import stand_in_certificate


def stand_ins(plan: Plan, moment: dt.datetime) -> AtHand:
    """Certificates under the profiles that the import steps name; requests and CRLs need none.

    A certificate of another PKI has no profile here: it stands as one of the pack's first certificate profile. Raises
    `Refusal` where the pack cannot build one.
    """
    first = next(iter(plan.policy.certificates), "")
    return AtHand(
        certificates={
            setting(step, "name"): stand_in_certificate(
                plan.policy, plan.binding.mode, setting(step, "profile") or first, moment
            )
            for step in steps_of(plan, "import-certificate")
        },
    )
