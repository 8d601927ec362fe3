"""Step kinds `open-bag` and `seal-bag`: tamper-evident bags, their numbers read twice by two people."""

from __future__ import annotations

from typing import cast

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.actions.capture import check_field
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Ask, Field
from ceremony_app.core.world import Fact


class BagSettings(Settings, frozen=True):
    """`bag`: the asset; `pattern`, `hint`, `sample`: the form of its number."""

    bag: str
    pattern: str = "[A-Z0-9]{6,14}"
    hint: str = "Capital letters and digits, as printed under the bar code."
    sample: str = "A239910742"


def _number(own: BagSettings, label: str, names: Names) -> Field:
    field = Field(name="bag-number", label=label, pattern=own.pattern, hint=own.hint, sample=own.sample, blind=True)
    check_field(field, names.where, names)
    return field


class OpenBag:
    """A bag is compared with the register, found intact, and opened."""

    name = "open-bag"
    settings = BagSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """Its number, twice, and its state."""
        del head
        own = cast("BagSettings", settings)
        title = names.asset(own.bag, "bag", "bag").title or own.bag
        intact = Field(
            name="intact",
            label=f"Is the bag {title} intact, and its number the one in the register?",
            choices=("intact, number as registered", "damaged or another number"),
            wanted="intact, number as registered",
            sample="intact, number as registered",
        )
        return Layout(
            title=f"Open the bag {title}",
            stages=(Ask(fields=(_number(own, f"Number of the bag {title}", names), intact)),),
            requires=(Fact(f"bag:{own.bag}:open", holds=False),),
            ensures=(Fact(f"bag:{own.bag}:open"),),
        )


class SealBag:
    """A new bag is filled and sealed, and its number recorded."""

    name = "seal-bag"
    settings = BagSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """Its number, twice."""
        del head
        own = cast("BagSettings", settings)
        title = names.asset(own.bag, "bag", "bag").title or own.bag
        return Layout(
            title=f"Seal the bag {title}",
            stages=(Ask(fields=(_number(own, f"Number of the new bag {title}", names),)),),
            requires=(Fact(f"bag:{own.bag}:open"),),
            ensures=(Fact(f"bag:{own.bag}:open", holds=False),),
        )
