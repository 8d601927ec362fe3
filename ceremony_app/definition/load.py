"""A definition file into a checked `Definition`: every name means something, every step fits its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ceremony_app.core.errors import NotBuilt
from ceremony_app.core.kinds import Kind, Layout, Names, StepHead, Unfit, dangling
from ceremony_app.core.script import Act, Asset, Attest, Conclude, Definition, Key, Quorum, Role, Stage, Step, TokenRole
from ceremony_app.definition.raw import RawDefinition, RawStep
from ceremony_app.definition.toml import check_members, convert, is_format_1, table

_COMMON = frozenset(RawStep.__struct_fields__)
_LATER_KINDS = frozenset(
    """attach backup-key cross-certify custody-drill destroy-key export-components generate-symmetric-key
    import-components import-csr issue-certificate make-csr restore-key revoke split-activation""".split()
)
"""Kinds of the design that this version does not have yet; any other unknown word is a mistake."""

_MOST_PEOPLE = 99


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
    check_members(found, {"roles": Role, "quorums": Quorum, "tokens": TokenRole, "assets": Asset, "keys": Key})
    raw = convert(found, RawDefinition)
    _check_tables(raw)
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
        deviations=_deviations(raw),
        roles=raw.roles,
        quorums=raw.quorums,
        tokens=raw.tokens,
        assets=raw.assets,
        keys=raw.keys,
        steps=steps,
        after=raw.after,
    )


def _check_tables(raw: RawDefinition) -> None:
    """Roles, quorums and keys refer to what is there."""
    if not raw.roles:
        raise Unfit("CER-ROLES", "A ceremony needs people: no role is defined.", "Define roles.", where="roles")
    for name, role in raw.roles.items():
        if not 0 <= role.count <= _MOST_PEOPLE:
            raise Unfit(
                "CER-ROLES",
                f"A role is held by 0 to {_MOST_PEOPLE} people.",
                "Correct it.",
                where=f"roles.{name}.count",
            )
        for other in role.separate:
            if other not in raw.roles:
                raise dangling(f"roles.{name}.separate", other, "roles", raw.roles)
    for name, quorum in raw.quorums.items():
        if not quorum.all:
            raise Unfit("CER-QUORUM", "A quorum needs somebody.", "Name roles.", where=f"quorums.{name}.all")
        for role_name, count in quorum.all.items():
            where = f"quorums.{name}.all.{role_name}"
            if role_name not in raw.roles:
                raise dangling(where, role_name, "roles", raw.roles)
            if not 1 <= count <= raw.roles[role_name].count:
                raise Unfit(
                    "CER-QUORUM",
                    f"The quorum asks {count} of the role {role_name}, which {raw.roles[role_name].count} people hold.",
                    "Ask at least one and no more than there are.",
                    where=where,
                )
    for name, key in raw.keys.items():
        if key.token not in raw.tokens:
            raise dangling(f"keys.{name}.token", key.token, "tokens", raw.tokens)
    titles = [act.title for act in raw.acts]
    for i, title in enumerate(titles):
        if title in titles[:i]:
            raise Unfit("CER-ACT", "Two acts have the same title.", "Rename one.", where=f"acts[{i}].title")


def _deviations(raw: RawDefinition) -> str:
    """The quorum that signs deviations: the one that is named, or else the first of the file."""
    name = raw.deviations or next(iter(raw.quorums), "")
    if name not in raw.quorums:
        raise dangling("deviations", name, "quorums", raw.quorums)
    return name


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
                steps=dict(seen),
            )
            if common.who:
                names.one_of("roles", common.who, "who")
            layout = kind.lay_out(StepHead(id=common.id, sign_off=common.sign_off), settings, names)
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
