"""Step kind `confirm-policy`: the policy pack, read statement by statement against the designated document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Single, items, table, text
from ceremony_app.actions.policy_cover import (
    MEMBERS,
    MOST_GROUPS,
    SAME,
    ConfirmPolicySettings,
    answer_to,
    cover_entered,
    cover_fields,
    document_told,
    group_fields,
    same_document,
)
from ceremony_app.actions.policy_statements import (
    CONFIRMED,
    Statement,
    in_group,
    listed_digest,
    sections_told,
    statements,
)
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Act, Ask
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class ConfirmPolicy(Single):
    """The document's cover and one answer a group are entered; then all statements are shown, signed and recorded."""

    name = "confirm-policy"
    settings = ConfirmPolicySettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """Questions, answered from paper; then an action that changes nothing, and that people sign."""
        own = cast("ConfirmPolicySettings", settings)
        title = names.asset(own.document, "document", "document").title if own.document else ""
        if own.by:
            names.one_of("roles", own.by, "by")
        if not head.sign_off and not head.attest:
            raise Unfit(
                "CER-SIGN-OFF",
                "A policy pack that nobody signs for is confirmed by nobody.",
                "Name the quorum that signs this step as `sign_off` or `attest`.",
                where=f"{names.where}.attest",
            )
        if not 1 <= len(own.groups) <= MOST_GROUPS or len(set(own.groups)) != len(own.groups):
            raise Unfit(
                "CER-FIELDS",
                f"The statements need 1 to {MOST_GROUPS} groups, none of them twice.",
                "Name the groups, or leave `groups` out.",
                where=f"{names.where}.groups",
            )
        asked = Ask(fields=(*cover_fields(own, title or "the policy document"), *group_fields(own)))
        return Layout(
            title="Confirm the policy pack against the document",
            stages=(asked, Act(button="Confirm the policy pack", quorum=head.sign_off)),
            ensures=(Fact(CONFIRMED),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Every statement, under the pack's digest and the document's cover."""
        del ports
        own, policy = context.settings(ConfirmPolicySettings), context.plan.policy
        same_document(policy.document, cover_entered(context))
        listed = statements(policy)
        _all_answered(context, own, listed)
        rows = [
            Row("Policy pack", f"{policy.id}: {policy.title}"),
            Row("SHA-256 of the pack", _pack(context)),
            Row("Document, as the pack names it", document_told(msgspec.to_builtins(policy.document))),
            Row("Document, as on its cover", document_told(cover_entered(context))),
        ]
        for group in own.groups:
            some = in_group(listed, group)
            doubtful = sum(one.provenance == "unverified" for one in some)
            rows.append(
                Row(
                    f"All statements of {group}",
                    f"{len(some)}, {doubtful} of them unverified until now; sections {sections_told(some)}",
                )
            )
            rows += [one.row() for one in some]
        return Prepared(rows=tuple(rows))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Record which pack, which document, and which statements."""
        del call, op, ports, secrets
        return Performed(evidence=_evidence(context))

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The digests, and how many statements were confirmed."""
        counted = (f"{text(one, 'name')} {one['statements']}" for one in items(evidence, "groups"))
        return (
            Row("SHA-256 of the pack", text(evidence, "policy-sha256")),
            Row("Document", document_told(table(evidence, "document"))),
            Row("SHA-256 of the document, as entered twice", text(evidence, "document-sha256")),
            Row("Statements confirmed", f"{evidence['statements']}: {', '.join(counted)}"),
            Row("Of these marked unverified in the pack", str(evidence["unverified"])),
            Row("SHA-256 of the statements as shown", text(evidence, "statements-sha256")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """It is the pack of the first entry and the document that was entered, and no statement was left out."""
        del artifacts
        own = context.settings(ConfirmPolicySettings)
        try:
            same_document(context.plan.policy.document, cover_entered(context))
            _all_answered(context, own, statements(context.plan.policy))
        except Refusal as refusal:
            return (refusal.why,)
        wanted = _evidence(context)
        return tuple(
            f"{name} is not what pack and answers say"
            for name, value in wanted.items()
            if msgspec.to_builtins(evidence.get(name)) != value
        )


def _all_answered(context: Context, own: ConfirmPolicySettings, listed: tuple[Statement, ...]) -> None:
    """Refuse (CER-CONFIRM) a statement of no group, and an answer other than the wanted one."""
    all_grouped(own, listed)
    answers = context.run.answers
    otherwise = [group for i, group in enumerate(own.groups, start=1) if answers.get(answer_to(i)) != SAME]
    if otherwise:
        raise Refusal(
            "CER-CONFIRM",
            f"The document says otherwise than the pack in {', '.join(otherwise)}: the pack is not confirmed.",
            "Have the pack corrected, reviewed and designated; do not go on with this one.",
        )


def all_grouped(own: ConfirmPolicySettings, listed: tuple[Statement, ...]) -> None:
    """Refuse (CER-CONFIRM) a step whose groups leave a statement of the pack out."""
    covered = {one.path for group in own.groups for one in in_group(listed, group)}
    if left := [one.path for one in listed if one.path not in covered]:
        raise Refusal(
            "CER-CONFIRM",
            f"{len(left)} statements of the pack are in no group of this step, the first: {left[0]}.",
            "Correct `groups` in the definition; by default they cover every pack.",
        )


def _pack(context: Context) -> str:
    genesis = context.state.genesis
    return genesis.files["policy.toml"] if genesis else ""


def _evidence(context: Context) -> dict[str, Json]:
    """What was confirmed, from the plan and the answers alone."""
    own, listed = context.settings(ConfirmPolicySettings), statements(context.plan.policy)
    cover = cover_entered(context)
    return {
        "policy-sha256": _pack(context),
        "document": {name: cover[name] for name in MEMBERS},
        "document-sha256": cover["sha256"],
        "statements": len(listed),
        "unverified": sum(one.provenance == "unverified" for one in listed),
        "statements-sha256": listed_digest(listed),
        "groups": [{"name": group, "statements": len(in_group(listed, group))} for group in own.groups],
    }
