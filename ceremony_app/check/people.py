"""Whether the quorums can be met by the people there will be, and whether the irreversible is guarded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ceremony_app.check.notes import Note
from ceremony_app.core.room import Binding
from ceremony_app.core.script import Definition, Step
from ceremony_app.core.values import Mode


def guarded(definition: Definition) -> Iterator[Note]:
    """An irreversible step is approved before it is done, by at least two people, after a pause point."""
    paused = False
    for step in definition.steps:
        paused = paused or step.kind == "pause-point"
        act = step.action
        if act is None or not act.irreversible:
            continue
        where = f"step {step.number} {step.id}"
        needed = sum(definition.quorums[act.quorum].all.values()) if act.quorum else 0
        if needed < 2:  # noqa: PLR2004 - dual control
            yield Note(
                rule="CER-DUAL",
                where=where,
                what="cannot be undone, and fewer than two people agree to it before; name a quorum with `sign_off`",
            )
        if not paused:
            yield Note(
                rule="CER-PAUSE-POINT",
                where=where,
                what="cannot be undone, and no pause point comes before it",
                unfit=False,
            )
        paused = False


def meetable(definition: Definition, binding: Binding) -> Iterator[Note]:
    """Every role and every quorum can be filled by different people of the binding."""
    for name, role in definition.roles.items():
        there = sum(1 for person in binding.people if name in person.roles)
        if there < role.count:
            yield Note(
                rule="CER-ROLL-CALL",
                where=f"roles.{name}",
                what=f"needs {role.count} people, and the binding has {there}",
            )
    for person in binding.people:
        for role_name in person.roles:
            clash = [other for other in person.roles if other in definition.roles[role_name].separate]
            if clash:
                yield Note(
                    rule="CER-SEPARATE",
                    where=f"person {person.number}",
                    what=f"may not be both {role_name} and {', '.join(clash)}",
                )
    for step in definition.steps:
        if not _fill(_needed(definition, step), binding):
            yield Note(
                rule="CER-QUORUM",
                where=f"step {step.number} {step.id}",
                what="its quorums cannot be met by different people of the binding, each in one role",
            )


def _needed(definition: Definition, step: Step) -> dict[str, int]:
    """How many people of each role sign the step: a person signs before and after it, but in one role only."""
    needed: dict[str, int] = {}
    for name in (step.action.quorum if step.action else "", step.attest.quorum if step.attest else ""):
        for role, count in definition.quorums[name].all.items() if name else ():
            needed[role] = max(count, needed.get(role, 0))
    return needed


def _fill(needed: Mapping[str, int], binding: Binding) -> bool:
    """Whether every place can be given to a different person (a matching, by augmenting paths)."""
    places = [role for role, count in needed.items() for _ in range(count)]
    holder: dict[int, int] = {}

    def seat(place: int, tried: set[int]) -> bool:
        for person in binding.people:
            if places[place] in person.roles and person.number not in tried:
                tried.add(person.number)
                if person.number not in holder or seat(holder[person.number], tried):
                    holder[person.number] = place
                    return True
        return False

    return all(seat(place, set()) for place in range(len(places)))


def production(definition: Definition, binding: Binding) -> Iterator[Note]:
    """What production asks of definition and binding beside everything else."""
    if binding.mode is not Mode.PRODUCTION:
        return
    if not definition.policy_sha256:
        yield Note(rule="CER-PLAN", where="policy-sha256", what="in production the policy pack is named by digest")
    for name, asset in definition.assets.items():
        if asset.kind == "medium" and name not in binding.media:
            yield Note(rule="CER-BINDING", where=f"media.{name}", what="the binding does not say where it is mounted")
