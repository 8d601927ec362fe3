"""Step kind `custody-drill`: the holders of shares prove that they still have them, and no PIN is tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, items, number
from ceremony_app.actions.custody import (
    WORDS,
    carried_on,
    custody_evidence,
    record_json,
    record_of,
    record_rows,
    require_holders,
)
from ceremony_app.actions.planned import file_stem
from ceremony_app.core.custody import entered
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Act, ShareAsk
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row


class DrillSettings(Settings, frozen=True):
    """`whose`: the PIN whose shares are proven; `least`: every one of them, or as many as are needed for the PIN."""

    token: str
    whose: Literal["activation", "officer"] = "activation"
    least: Literal["every", "threshold"] = "every"


class CustodyDrill(Single):
    """Every combination of the entered shares must give the secret whose check value was recorded at the split."""

    name = "custody-drill"
    settings = DrillSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that touches no device."""
        own = cast("DrillSettings", settings)
        names.one_of("tokens", own.token, "token")
        custody = names.tokens[own.token].custody
        split = custody.present(own.whose)
        if split is None or split.by != "shares":
            raise Unfit(
                "CER-CUSTODY",
                f"Nobody holds shares of the {WORDS[own.whose]} of the token {own.token}.",
                f"Say in `tokens.{own.token}.custody` who holds them.",
                where=f"{names.where}.whose",
            )
        require_holders(names, split, split.shares if own.least == "every" else split.threshold, "least")
        ask = ShareAsk(token=own.token, whose=own.whose, every=own.least == "every")
        return Layout(
            title=f"Custody drill: {WORDS[own.whose]} of {names.tokens[own.token].title}",
            stages=(Act(button="Prove the shares", quorum=head.sign_off, shares=(ask,)),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which split is proven."""
        own = context.settings(DrillSettings)
        record = record_of(context, ports, own.token, own.whose)
        return Prepared(rows=(*record_rows(record), Row("PIN tries", "none is used: the shares are only put together")))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Put every combination together; the certificate says whose shares they were."""
        del call, op, secrets
        own = context.settings(DrillSettings)
        record = record_of(context, ports, own.token, own.whose)
        holders = sorted((holder.index, holder.person) for holder in entered(context.run, own.whose))
        evidence: dict[str, Json] = {
            "custody": record_json(record),
            "holders": [{"share": index, "person": person} for index, person in holders],
            "combinations": ports.custody.drill(record),
        }
        name = f"{file_stem(context.plan, f'custody-drill-{context.step.id}-{context.run.attempt}')}.txt"
        files = {name: _certificate(self.rows(evidence)), **carried_on(context, ports, own.token)}
        return Performed(evidence=evidence, files=files)

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """Which shares were proven, and by whom."""
        record = custody_evidence(evidence)
        told = [f"share {number(one, 'share')} by person {number(one, 'person')}" for one in items(evidence, "holders")]
        return (
            *(record_rows(record) if record is not None else ()),
            Row("Proven", ", ".join(told)),
            Row("Combinations", f"{number(evidence, 'combinations')}; each gives the secret of the check value"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The certificate says what the evidence says."""
        name = f"{file_stem(context.plan, f'custody-drill-{context.step.id}-{context.run.attempt}')}.txt"
        same = artifacts.get(name) == _certificate(self.rows(evidence))
        return () if same else ("the certificate of the drill is not the one of the evidence",)


def _certificate(rows: tuple[Row, ...]) -> bytes:
    """The text that the people sign with the result."""
    head = ("CERTIFICATE OF A CUSTODY DRILL", "The people named here have entered their shares; no PIN was tried.")
    return "".join(f"{line}\n" for line in (*head, *(f"{row.label}: {row.value}" for row in rows))).encode()
