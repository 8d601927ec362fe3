"""The checks of a pre-flight sheet that say what came of trying a token with throw-away keys."""

from __future__ import annotations

from typing import Final

import msgspec

from ceremony_app.actions.device_rows import difference_rows
from ceremony_app.actions.token_checks import ELSEWHERE, Check, Seen, counted, failed, noted, passed
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import Trial
from ceremony_app.core.names import escaped
from ceremony_app.core.values import Row

_PROTECTS: Final = frozenset({"SENSITIVE", "EXTRACTABLE"})
"""Attributes without which a private key is not safe on its token."""
_OTHER_USES: Final = frozenset({"DECRYPT", "UNWRAP", "DERIVE", "SIGN_RECOVER"})


def trial_check(seen: Seen, algorithm: Algorithm, *, needed: bool) -> Check:
    """What came of a throw-away pair. What the token refuses without a login is no last word about it."""
    title = f"{algorithm}: trial"
    trial = seen.trial(algorithm)
    if trial is None:
        return noted(title, "Nothing was tried.")
    said = escaped(trial.said)
    facts = (Row("Result of the trial", trial.result), *((Row("Return code", trial.code),) if trial.code else ()))
    match trial.result:
        case "passed":
            return passed(title, said, facts)
        case "not-tried":
            return noted(title, f"Not tried. {said}", facts)
        case "failed":
            final = seen.login or not trial.code
            do = ELSEWHERE if final else "Inspect the token again when it is activated, before any key is made."
            said = f"{said.rstrip('.')} ({trial.code})." if trial.code else said
            return failed(title, said, do, facts, needed=final) if needed else noted(title, said, facts)


def attributes_check(seen: Seen, algorithm: Algorithm, *, needed: bool) -> Check:
    """Whether the private key of the trial read back with the attributes that were asked for."""
    title = f"{algorithm}: attributes"
    trial = seen.trial(algorithm)
    if trial is None or not trial.kept:
        return noted(title, "Not seen, since no key was made.")
    facts = (Row("Asked for", _flags(trial.asked)), Row("Read back", _flags(trial.kept)))
    other = {name: holds for name, holds in trial.asked.items() if trial.kept.get(name, holds) is not holds}
    sets = sorted(name for name, holds in other.items() if not holds)
    drops = sorted(name for name, holds in other.items() if holds)
    adds = sorted(name for name in _OTHER_USES - set(trial.asked) if trial.kept.get(name))
    silent = sorted(set(trial.asked) - set(trial.kept))
    said = [
        *([f"The token sets {_listed(sets)} although it was asked not to."] if sets else []),
        *([f"The token does not set {_listed(drops)} although it was asked to."] if drops else []),
        *([f"The token sets {_listed(adds)} by itself."] if adds else []),
        *([f"The token does not tell {_listed(silent)}."] if silent else []),
    ]
    if not said:
        return passed(title, "The key read back as it was asked for.", facts)
    if needed and not _PROTECTS.isdisjoint(other):
        said.append("A key would not be protected as the script says.")
        return failed(title, " ".join(said), "Do not make a key here: go to the spare token.", facts)
    said.append("Keys of this ceremony will read so too.")
    return noted(title, " ".join(said), facts)


def _flags(attributes: dict[str, bool]) -> str:
    return ", ".join(f"{name} {'yes' if holds else 'no'}" for name, holds in sorted(attributes.items())) or "(none)"


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _made(trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    """The trials in which a key was made and read back."""
    return tuple(trial for trial in trials if trial.kept)


def label_check(seen: Seen) -> Check:
    """Whether labels as long as ours may be come back whole."""
    title = "Labels"
    made = _made(seen.trials)
    if not made:
        return noted(title, "Not seen, since no key was made.")
    if all(trial.label_kept for trial in made):
        return passed(title, "A label of 40 octets came back as it was given.")
    said = "A label of 40 octets came back otherwise than it was given."
    do = "Try keys with the script's own labels in a rehearsal on a token of this make first."
    return failed(title, said, do)


def id_check(seen: Seen) -> Check:
    """Keys are found by their ids, so a token that gives its own loses them."""
    title = "Ids"
    made = _made(seen.trials)
    if not made:
        return noted(title, "Not seen, since no key was made.")
    if all(trial.id_kept for trial in made):
        return passed(title, "An id of 16 octets came back as it was given.")
    said = "An id of 16 octets came back otherwise than it was given, and keys are found by their ids."
    return failed(title, said, ELSEWHERE, needed=True)


def left_behind_check(seen: Seen) -> Check:
    """Whether the token holds after the trials what it held before them."""
    title = "Left behind"
    count = len(seen.after.objects)
    facts = (
        Row("Inventory before the trials", seen.before.digest()),
        Row("Inventory after the trials", seen.after.digest()),
    )
    if all(trial.result == "not-tried" and not trial.kept for trial in seen.trials):
        return noted(title, "Nothing was made, so nothing can be left.", facts)
    change = seen.change
    if change.nothing:
        said = f"The trials left nothing on the token: it holds {counted(count)}, as before."
        return passed(title, said, facts)
    said = f"The trials changed what is on the token: {counted(len(change.added))} new, {len(change.removed)} gone."
    do = "Let people decide; initialising the token takes everything away."
    return failed(title, said, do, (*facts, *difference_rows(msgspec.to_builtins(change))))
