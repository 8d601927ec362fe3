"""The pre-flight sheet of a token: one function turns facts into checks, for step, command and record alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from ceremony_app.actions.base import items, table, text
from ceremony_app.actions.device_rows import facts_json, inventory_json, inventory_of
from ceremony_app.actions.planned import profile_of as profile_name
from ceremony_app.actions.planned import setting
from ceremony_app.actions.token_checks import Check, Seen, Wanted
from ceremony_app.actions.token_mechanisms import mechanism_check, scheme_check, wrapping_check
from ceremony_app.actions.token_state import state_checks
from ceremony_app.actions.token_trials import attributes_check, id_check, label_check, left_behind_check, trial_check
from ceremony_app.core.algorithms import Algorithm, Scheme, fits, usual_scheme
from ceremony_app.core.device import Difference, Inventory, Mechanism, ModuleFacts, TokenFacts, Trial
from ceremony_app.core.holdings import changed
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Definition, Plan
from ceremony_app.core.values import Json, Row
from ceremony_app.hsm.quirks import profile_of

_LARGEST = 2**53 - 1
"""A larger number cannot stand in the journal, and as a key size says nothing."""

_BY_PROFILE = ("self-sign", "issue-certificate", "cross-certify", "issue-batch", "issue-crl")
"""Kinds of steps in which a key signs by the scheme of a profile; elsewhere by the usual one of its kind."""


def sheet(seen: Seen, wanted: Wanted) -> tuple[Check, ...]:
    """The checks of a token, in the order in which people look at them."""
    checks = list(state_checks(seen, wanted))
    for algorithm in wanted.tried:
        needed = algorithm in wanted.algorithms
        checks.append(mechanism_check(seen, algorithm, needed=needed))
        checks.append(trial_check(seen, algorithm, needed=needed))
        checks.append(attributes_check(seen, algorithm, needed=needed))
        if needed:
            checks += [scheme_check(seen, algorithm, scheme) for scheme in wanted.schemes if fits(algorithm, scheme)]
    if wanted.wrapping:
        checks.append(wrapping_check(seen))
    if wanted.tried:
        checks += [label_check(seen), id_check(seen), left_behind_check(seen)]
    return tuple(checks)


def needs(definition: Definition, token: str = "") -> Wanted:
    """What the keys of a definition need of one of its tokens, or of all of them together."""
    keys = [key for key in definition.keys.values() if token in ("", key.token)]
    tokens = [one for name, one in definition.tokens.items() if token in ("", name)]
    carried = [key for key in definition.wrapping_keys.values() if token in ("", key.token)]
    return Wanted(
        algorithms=tuple(one for one in Algorithm if any(key.algorithm is one for key in keys)),
        wrapping=bool(carried) or any(key.backup == "wrapped" for key in keys),
        split=any(split is not None and split.by == "shares" for one in tokens for split in one.custody.every),
    )


def wanted_of(plan: Plan, token: str) -> Wanted:
    """What a bound ceremony wants of one of its tokens."""
    bound = plan.binding.tokens[token]
    return msgspec.structs.replace(
        needs(plan.definition, token),
        serial=bound.serial,
        model=bound.model,
        module_sha256=bound.module_sha256,
        pin_entry=bound.pin_entry,
        schemes=_schemes(plan, token),
    )


def _schemes(plan: Plan, token: str) -> tuple[Scheme, ...]:
    """The schemes that the profiles want of the keys on a token, but for the usual ones, which the trials use."""
    found = set()
    for step in plan.definition.steps:
        key = plan.definition.keys.get(setting(step, "key"))
        if key is None or key.token != token or step.kind not in _BY_PROFILE:
            continue
        name = profile_name(plan.definition, step)
        profile = plan.policy.certificates.get(name) or plan.policy.crls.get(name)
        if profile and profile.signature.value is not usual_scheme(key.algorithm):
            found.add(profile.signature.value)
    return tuple(scheme for scheme in Scheme if scheme in found)


def look(port: TokenPort, facts: TokenFacts, module_sha256: str, algorithms: Iterable[Algorithm]) -> Seen:
    """Look at a token, and try each algorithm with a throw-away pair. `facts` are those it gave just before."""
    mechanisms = tuple(_sized(mechanism) for mechanism in port.mechanisms())
    before = _inventory(port, facts)
    trials = tuple(port.try_out(algorithm) for algorithm in algorithms)
    return Seen(
        module=port.module,
        module_sha256=module_sha256,
        remarks=profile_of(port.module, facts).remarks,
        token=facts,
        mechanisms=mechanisms,
        trials=trials,
        before=before,
        after=_inventory(port, facts) if trials else before,
        login=port.active,
    )


def _inventory(port: TokenPort, facts: TokenFacts) -> Inventory:
    return port.inventory() if facts.initialised else Inventory(serial=facts.serial, objects=())


def _sized(mechanism: Mechanism) -> Mechanism:
    """A mechanism without sizes that are no numbers (CK_UNAVAILABLE_INFORMATION)."""
    sizes = {name: 0 for name in ("smallest", "largest") if getattr(mechanism, name) > _LARGEST}
    return msgspec.structs.replace(mechanism, **sizes)


def evidence_of(seen: Seen, wanted: Wanted) -> dict[str, Json]:
    """What was seen and what was wanted, as it stands in the journal; no verdict is among it."""
    return {
        "token": facts_json(seen.token),
        "module": msgspec.to_builtins(seen.module),
        "module-sha256": seen.module_sha256,
        "remarks": list(seen.remarks),
        "mechanisms": msgspec.to_builtins(seen.mechanisms),
        "trials": msgspec.to_builtins(seen.trials),
        "login": seen.login,
        "wanted": msgspec.to_builtins(wanted),
        "before-trials": {"sha256": seen.before.digest(), **msgspec.to_builtins(seen.change)},
        "inventory": inventory_json(seen.after),
    }


def read_back(evidence: Mapping[str, Json]) -> tuple[Seen, Wanted]:
    """What evidence says was seen and wanted; raises ValueError where it is no such evidence."""
    after = inventory_of(table(evidence, "inventory"))
    change = _change(evidence)
    undone = Difference(added=change.removed, removed=change.added)
    seen = Seen(
        module=msgspec.convert(table(evidence, "module"), ModuleFacts),
        module_sha256=text(evidence, "module-sha256"),
        remarks=msgspec.convert(evidence.get("remarks", ()), tuple[str, ...]),
        token=msgspec.convert(table(evidence, "token"), TokenFacts),
        mechanisms=msgspec.convert(items(evidence, "mechanisms"), tuple[Mechanism, ...]),
        trials=msgspec.convert(items(evidence, "trials"), tuple[Trial, ...]),
        before=after if change.nothing else changed(after, undone),
        after=after,
        login=evidence.get("login") is True,
    )
    return seen, msgspec.convert(table(evidence, "wanted"), Wanted)


def _change(evidence: Mapping[str, Json]) -> Difference:
    """What the trials changed, by the evidence's own account."""
    before = table(evidence, "before-trials")
    return msgspec.convert({name: before.get(name, ()) for name in ("added", "removed")}, Difference)


def sheet_wrong(evidence: Mapping[str, Json], plan: Plan, token: str) -> tuple[str, ...]:
    """What is wrong with evidence that says a token is fit: other needs than the plan's, gaps, or a FAIL in it."""
    seen, wanted = read_back(evidence)
    right = wanted_of(plan, token)
    wrong = []
    if wanted != right:
        wrong.append("what was wanted of the token is not what definition and binding want of it")
    if tuple(trial.algorithm for trial in seen.trials) != right.tried:
        wrong.append("not every algorithm was tried that the keys on this token need")
    if seen.before.digest() != text(table(evidence, "before-trials"), "sha256") or seen.change != _change(evidence):
        wrong.append("the inventories before and after the trials do not differ in what is said to have changed")
    wrong += [f"the token is not fit, and passed for it: {check.title}" for check in sheet(seen, right) if check.unfit]
    return tuple(wrong)


def tally(checks: tuple[Check, ...]) -> str:
    """How many of each: `14 PASS, 1 FAIL, 4 NOTE`."""
    return ", ".join(f"{sum(check.mark == mark for check in checks)} {mark}" for mark in ("PASS", "FAIL", "NOTE"))


def sheet_rows(checks: tuple[Check, ...]) -> tuple[Row, ...]:
    """The sheet as people are shown it in a step: the count, then a line for each check."""
    return (
        Row("Pre-flight sheet", tally(checks)),
        *(Row(check.title, f"{check.mark}: {check.words}") for check in checks),
    )
