"""Step kind `restore-key`: a private key comes back onto its token out of a backup, and is proven to be that key."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.backups import backup_fact, backup_record, wrapped_key
from ceremony_app.actions.base import Context, Performed, Ports, Prepared, Settings, text
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.actions.known_keys import record_of
from ceremony_app.actions.making import Making, every_use_rows, label_stem, pair_spec, port_of, template, use_secrets
from ceremony_app.actions.proving import pair_rows, pair_wrong, proven, report_in, weaknesses
from ceremony_app.actions.remedying import remedy_rows
from ceremony_app.core.errors import NotBuilt, Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Act, Key
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class RestoreSettings(Settings, frozen=True):
    """`key`: what is restored; `from`: the name of a backup of this ceremony; `under`: what it was wrapped under.

    `input` is for a file of an earlier ceremony.
    """

    key: str
    under: str
    backup: str = msgspec.field(name="from", default="")
    input: str = ""
    phrase: str = ""


class RestoreKey(Making):
    """C_UnwrapKey once, the public half beside it, then the proof that a new key gives, too."""

    name = "restore-key"
    settings = RestoreSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that is agreed to like the making of a key."""
        own = cast("RestoreSettings", settings)
        names.one_of("keys", own.key, "key")
        names.one_of("wrapping_keys", own.under, "under")
        if own.input:
            raise NotBuilt(f"Restoring a key from a file of an earlier ceremony ({names.where}.input)")
        if not own.backup:
            raise Unfit(
                "CER-BACKUP",
                "A key is restored from a backup, and none is named.",
                "Name the backup with `from`.",
                where=f"{names.where}.from",
            )
        key = names.keys[own.key]
        act = Act(
            button=f"Restore the key {own.key}",
            device=key.token,
            mutates=True,
            irreversible=True,
            phrase=own.phrase or f"RESTORE {own.key}",
            quorum=head.sign_off,
            secrets=use_secrets(key),
        )
        return Layout(
            title=f"Restore the key {own.key} from the backup {own.backup}",
            stages=(act,),
            requires=(
                Fact(f"token:{key.token}:activated"),
                Fact(f"key:{own.key}:there", holds=False),
                Fact(f"key:{own.under}:there"),
                Fact(backup_fact(own.backup, own.key, own.under)),
            ),
            ensures=(Fact(f"key:{own.key}:there"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What comes back, from which file, and what it will and will not be."""
        del ports
        own, key, backup = context.settings(RestoreSettings), _key(context), _backup(context)
        return Prepared(
            rows=(
                *bound_rows(context.plan, key.token),
                Row("Key", key.title or own.key),
                Row("SHA-256 of the public key", text(backup, "spki-sha256")),
                Row("From the backup", f"{own.backup}, file {text(backup, 'file')}"),
                Row("SHA-256 of the wrapped key", text(backup, "wrapped-sha256")),
                Row("Unwrapped under", f"{own.under}, id {text(backup, 'wrapping-id')}"),
                Row("Label begins with", label_stem(context)),
                Row(
                    "Will be", "on the token again, sensitive; the token will not call it made there or never extracted"
                ),
                *every_use_rows(key),
                *remedy_rows(context),
            )
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The template that the intent binds, and the wrapped key by its digest."""
        own, backup = context.settings(RestoreSettings), _backup(context)
        return {
            **template(pair_spec(context, _key(context), op)),
            "from": own.backup,
            **{name: text(backup, name) for name in ("wrapped-sha256", "mechanism", "wrapping-id", "spki-sha256")},
        }

    def bring(
        self, context: Context, op: str, ports: Ports, secrets: Mapping[str, Secret], *, taken: bool
    ) -> Performed:
        """Unwrap (or read what is there), hold the public half against the record, prove the private one."""
        own, key, backup = context.settings(RestoreSettings), _key(context), _backup(context)
        port = port_of(context, ports)
        spki = base64.b64decode(text(record_of(context, own.key), "spki"))
        spec = pair_spec(context, key, op)
        if taken:
            report = port.report(op)
        else:
            report = port.unwrap(text(backup, "wrapping-id"), wrapped_key(backup, ports), spec, spki)
        if base64.b64decode(report.spki) != spki:
            raise Refusal(
                "CER-BACKUP",
                "The public key on the token is not the one of the record.",
                "Do not use this key. Inspect the token, and destroy what came out of the backup.",
            )
        proof = proven(report, key.algorithm, port, ports.randomness, secrets.get("use-pin"))
        return Performed(
            evidence={
                **proof,
                "key": own.key,
                "token": key.token,
                "adopted": taken,
                "from": own.backup,
                "under": own.under,
                "wrapped-sha256": text(backup, "wrapped-sha256"),
            },
            concerns=weaknesses(report.private, extractable=spec.extractable),
        )

    def made_rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The key as the token reports it now, beside what a backup takes from it."""
        private = report_in(evidence).private.attributes
        return (
            Row("Key", text(evidence, "key")),
            Row("Came to be", f"out of the backup {text(evidence, 'from')}, unwrapped under {text(evidence, 'under')}"),
            *((Row("Call", "interrupted; its pair was taken over"),) if evidence.get("adopted") else ()),
            Row("SHA-256 of the wrapped key", text(evidence, "wrapped-sha256")),
            *pair_rows(evidence),
            Row("Made on this token", _said(private, "LOCAL")),
            Row("Never extractable", _said(private, "NEVER_EXTRACTABLE")),
            Row("The same key", "the proof verifies with the public key of the record"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """It is the key of the record, proven again, out of the backup of the record."""
        if "destroyed" in evidence:
            return ()
        file = artifacts.get(f"{label_stem(context)}.pub.der")
        wrong = list(pair_wrong(evidence, _key(context).algorithm, file))
        if text(evidence, "spki") != text(record_of(context, text(evidence, "key")), "spki"):
            wrong.append("the public key is not the one of the record")
        if text(evidence, "wrapped-sha256") != text(_backup(context), "wrapped-sha256"):
            wrong.append("it did not come out of the backup of the record")
        return tuple(wrong)


def _key(context: Context) -> Key:
    return context.plan.definition.keys[context.settings(RestoreSettings).key]


def _backup(context: Context) -> Mapping[str, Json]:
    return backup_record(context, context.settings(RestoreSettings).backup)


def _said(attributes: Mapping[str, bool], name: str) -> str:
    """What the token says of an attribute of a restored key."""
    match attributes.get(name):
        case True:
            return f"the token says so ({name} is set), and the journal knows better: it was restored"
        case False:
            return f"no: the token says so, too ({name} is not set)"
        case _:
            return f"no; the token does not tell {name}"
