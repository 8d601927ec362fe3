"""Which lock stood before the tokens: the device's own quorum, a PIN that one role knows, or a PIN held in shares."""

from __future__ import annotations

from ceremony_app.core.script import Definition, Split
from ceremony_app.record.document import Fact

_ONE_PIN = Fact(label="Lock", value="the token's own PIN; no quorum of the device was used")


def lock_facts(definition: Definition) -> tuple[Fact, ...]:
    """A line for each PIN that several people hold; one line where nobody shares any."""
    facts = []
    for name, token in definition.tokens.items():
        custody = token.custody
        if custody.made("activation") is None:
            continue
        for words, split in (
            ("activation", custody.activation),
            ("activation from the change on", custody.next_activation),
            ("security officer", custody.officer),
            ("security officer from the change on", custody.next_officer),
        ):
            if split is not None:
                facts.append(Fact(label=f"Lock of {name}: {words}", value=_told(definition, split)))
    return tuple(facts) or (_ONE_PIN,)


def _told(definition: Definition, split: Split) -> str:
    people = f"{split.threshold} of {split.shares} × {definition.roles[split.role].title}"
    if split.by == "device":
        return f"the device's own quorum, {people}; the device enforced it"
    return f"{people}, by SLIP-39 shares; a gate of this program, and no lock of the device (software quorum)"
