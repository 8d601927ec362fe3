"""Who approved definition and policy pack before the day, counted again from what the first entry binds."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec

from ceremony_app.core.events import Genesis
from ceremony_app.core.names import normalised, unfit_character
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.core.words import short_name
from ceremony_app.verify.verdict import Report

RULE: Final = "CER-APPROVAL"
CONTEXT: Final = "context.json"
_SAID: Final = {
    "AGREE": "I have read this definition and this policy pack, and I approve that a ceremony is held by them.",
    "DISAGREE": "I do not approve.",
}
_LONGEST: Final = 200


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An approval in `context.json`."""

    alg: str
    sig: str
    spki: str
    statement: str


class _Context(msgspec.Struct, frozen=True):
    """The one member of `context.json` that is looked at here."""

    approvals: tuple[_Given, ...] = ()


def check_approvals(files: Mapping[str, bytes], plan: Plan, genesis: Genesis, report: Report) -> None:
    """What a pack asks for is there: in production, or it is a finding; a rehearsal's is left to a person."""
    rule = plan.policy.rules.approval
    given = _given(files.get(CONTEXT, b""))
    if rule is None:
        report.hold(not given, RULE, CONTEXT, "it carries approvals, and the policy pack asks for none")
        return
    if given is None:
        report.find(RULE, CONTEXT, "the approvals in it cannot be read in their one right form")
        return
    said: dict[str, set[str]] = {word: set() for word in _SAID}
    for one in given:
        for decision, sentence in _SAID.items():
            key = _key(one, decision, sentence, plan, genesis)
            if key in rule.value.keys:
                said[decision].add(key)
    count = f"{len(said['AGREE'])} of {len(rule.value.keys)} keys of the policy pack, which asks for {rule.value.count}"
    told = f"definition and policy pack were approved before the day by {count}: {_names(said['AGREE'])}"
    told += f"; NOT approved by {_names(said['DISAGREE'])}" if said["DISAGREE"] else ""
    lacking = len(said["AGREE"]) < rule.value.count or bool(said["DISAGREE"])
    if lacking and genesis.mode is Mode.PRODUCTION:
        report.find(RULE, CONTEXT, told)
    elif lacking:
        report.person(f"{told}; the rehearsal was held all the same")
    else:
        report.person(f"{told}; no file says whose a key is")


def _given(context: bytes) -> tuple[_Given, ...] | None:
    """The approvals; None where the file is not canonical, so that nothing can stand in it twice."""
    try:
        again = msgspec.json.encode(msgspec.json.decode(context), order="sorted") + b"\n"
        found = msgspec.json.decode(context, type=_Context).approvals
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if again == context else None


def _key(one: _Given, decision: str, sentence: str, plan: Plan, genesis: Genesis) -> str:
    """The digest of the key that has signed this decision over the papers of this ceremony; empty if none has."""
    from ceremony_app.people.signatures import verify

    try:
        spki, signature = (base64.b64decode(text, validate=True) for text in (one.spki, one.sig))
    except ValueError:
        return ""
    if [base64.b64encode(octets).decode() for octets in (spki, signature)] != [one.spki, one.sig]:
        return ""
    key = hashlib.sha256(spki).hexdigest()
    before = (
        "KEY-CEREMONY APPROVAL V1\n"
        f"definition {plan.definition.id} {genesis.files.get('ceremony.toml')}\n"
        f"policy {plan.policy.id} {genesis.files.get('policy.toml')}\n"
        "reference "
    )
    after = f"\nsigner key {key}\ndecision {decision}\n{sentence}\n"
    reference = one.statement.removeprefix(before).removesuffix(after)
    exact = one.statement == f"{before}{reference}{after}" and _is_reference(reference)
    return key if exact and verify(one.alg, spki, one.statement.encode("utf-8"), signature) else ""


def _is_reference(text: str) -> bool:
    """One line that shows as what it is."""
    return bool(text) and len(text) <= _LONGEST and normalised(text) == text and unfit_character(text) is None


def _names(keys: set[str]) -> str:
    return ", ".join(short_name(key) for key in sorted(keys)) or "nobody"
