"""A definition file into a checked `Definition`: every name means something, every step fits its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ceremony_app.core.errors import NotBuilt
from ceremony_app.core.kinds import Kind, Layout, Names, StepHead, Unfit, dangling
from ceremony_app.core.script import Act, Attest, Conclude, Definition, Stage, Step
from ceremony_app.definition.raw import RawDefinition, RawStep
from ceremony_app.definition.tables import TABLES, check_tables, deviations
from ceremony_app.definition.toml import check_members, convert, is_format_1, table

_COMMON = frozenset(RawStep.__struct_fields__)
_LATER_KINDS = frozenset("attach export-components import-components".split())
"""Kinds of the design that this version does not have yet; any other unknown word is a mistake."""

CLOSING_STATEMENT = (
    "I was present except as noted; the ceremony was held as written except as noted; this record is true as I saw it."
)
"""What is signed at the end where the definition has no words of its own."""


def load(data: bytes, kinds: Mapping[str, Kind]) -> Definition:
    """The definition in these bytes.

    Raises `Unusable` where they are no definition at all (not TOML, another format), `Unfit` where they are one that
    cannot be held, `NotBuilt` for a step kind of a later version; always with the path of what is wrong.
    """
    found = table(data, "definition")
    is_format_1(found, "definition")
    if "include" in found:
        raise Unfit(
            "CER-INCLUDE",
            "A definition that is held includes nothing.",
            "Make one flat file with `ceremony new`, and have that reviewed.",
            where="include",
        )
    check_members(found, TABLES)
    raw = convert(found, RawDefinition)
    check_tables(raw)
    steps = tuple(_steps(raw, kinds))
    _check_steps(steps)
    return Definition(
        id=raw.id,
        title=raw.title,
        policy=raw.policy,
        policy_sha256=raw.policy_sha256,
        language=raw.language,
        purpose=raw.purpose,
        version=raw.version,
        requirements=raw.requirements,
        deviations=deviations(raw),
        roles=raw.roles,
        quorums=raw.quorums,
        tokens=raw.tokens,
        assets=raw.assets,
        keys=raw.keys,
        wrapping_keys=raw.wrapping_keys,
        inputs=raw.inputs,
        steps=steps,
        after=raw.after,
    )


def _steps(raw: RawDefinition, kinds: Mapping[str, Kind]) -> Iterator[Step]:
    """The steps with their numbers, stages and facts."""
    seen: dict[str, str] = {}
    for a, act in enumerate(raw.acts, start=1):
        for s, body in enumerate(act.steps, start=1):
            where = f"acts[{a - 1}].steps[{s - 1}]"
            common = convert({k: v for k, v in body.items() if k in _COMMON}, RawStep, where)
            if common.id in seen:
                raise Unfit("CER-STEP-ID", f"Two steps are called {common.id}.", "Rename one.", where=f"{where}.id")
            kind = _kind(common, kinds, where)
            own = {k: v for k, v in body.items() if k not in _COMMON}
            settings = convert(own, kind.settings, where)
            names = Names(
                where=where,
                roles=raw.roles,
                quorums=raw.quorums,
                tokens=raw.tokens,
                assets=raw.assets,
                keys=raw.keys,
                wrapping_keys=raw.wrapping_keys,
                inputs=raw.inputs,
                steps=dict(seen),
            )
            if common.who:
                names.one_of("roles", common.who, "who")
            layout = kind.lay_out(
                StepHead(id=common.id, sign_off=common.sign_off, attest=common.attest), settings, names
            )
            yield Step(
                number=f"{a}.{s}",
                id=common.id,
                kind=common.do,
                title=common.title or layout.title,
                act=act.title,
                stages=_signed(common, layout, names),
                say=_lines(common.say),
                do=_lines(common.perform),
                who=common.who,
                why=common.why or "",
                minutes=common.minutes,
                meets=_clauses(common, raw, where),
                on_failure=_lines(common.on_failure),
                requires=layout.requires,
                ensures=layout.ensures,
                parameters=msgspec.to_builtins(settings),
            )
            seen[common.id] = common.do


def _kind(common: RawStep, kinds: Mapping[str, Kind], where: str) -> Kind:
    """The kind of a step."""
    kind = kinds.get(common.do)
    if kind is None and common.do in _LATER_KINDS:
        raise NotBuilt(f"The step kind “{common.do}” ({where})")
    if kind is None:
        raise dangling(f"{where}.do", common.do, "step kinds", kinds)
    return kind


def _lines(text: tuple[str, ...] | str) -> tuple[str, ...]:
    """One line or several."""
    return (text,) if isinstance(text, str) else text


def _clauses(common: RawStep, raw: RawDefinition, where: str) -> tuple[str, ...]:
    """The requirement clauses that the step claims to meet: each of a catalogue that the definition names."""
    for clause in common.meets:
        catalogue = clause.partition("/")[0]
        if catalogue not in raw.requirements:
            raise dangling(f"{where}.meets", catalogue, "requirements", dict.fromkeys(raw.requirements))
    return common.meets


def _signed(common: RawStep, layout: Layout, names: Names) -> tuple[Stage, ...]:
    """The stages with the signing of the result: last, or before the conclusion."""
    for setting in ("sign_off", "attest"):
        if quorum := getattr(common, setting):
            names.one_of("quorums", quorum, setting)
    act = next((stage for stage in layout.stages if isinstance(stage, Act)), None)
    if act is None and common.sign_off and common.attest:
        raise Unfit(
            "CER-SIGN-OFF",
            "A step that touches nothing is signed once.",
            "Keep `attest`, and leave `sign_off` out.",
            where=f"{names.where}.sign_off",
        )
    if act is not None and act.irreversible and not common.sign_off:
        raise Unfit(
            "CER-SIGN-OFF",
            "This step cannot be undone, and nobody has to agree before it is done.",
            "Name the quorum that locks it with `sign_off`.",
            where=f"{names.where}.sign_off",
        )
    quorum = common.attest or ("" if act else common.sign_off)
    if not quorum:
        if common.statement is not None:
            raise Unfit(
                "CER-SIGN-OFF",
                "There is a statement, and nobody signs it.",
                "Name the quorum that signs the result with `attest`, or leave the statement out.",
                where=f"{names.where}.statement",
            )
        return layout.stages
    closing = isinstance(layout.stages[-1], Conclude)
    attest = Attest(quorum=quorum, sentence=common.statement or (CLOSING_STATEMENT if closing else ""))
    if closing:
        return (*layout.stages[:-1], attest, layout.stages[-1])
    return (*layout.stages, attest)


def _check_steps(steps: tuple[Step, ...]) -> None:
    """There is one closing step, it is the last, and people sign a closing statement there."""
    closing = [step for step in steps if any(isinstance(stage, Conclude) for stage in step.stages)]
    if len(closing) != 1 or steps[-1] is not closing[0]:
        raise Unfit("CER-NO-CLOSE", 'A ceremony ends with one step `do = "close"`.', "Put it last.", where="acts")
    attest = steps[-1].attest
    if attest is None:
        raise Unfit(
            "CER-NO-CLOSE",
            "The closing statement is signed by nobody.",
            "Name a quorum with `attest` in the closing step.",
            where="acts",
        )
