"""Step kind `backup-key`: a private key leaves its token, enciphered under a wrapping key that never does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, cast

import msgspec

from ceremony_app.actions.backups import backup_fact, backup_file
from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, number, text
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.actions.known_keys import record_of
from ceremony_app.actions.looking import Found, unseeable
from ceremony_app.actions.making import port_of
from ceremony_app.core.device import Inventory
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.names import NAME
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact

_BLOCK = 8
"""AES key wrap gives whole blocks of so many octets, three at least (RFC 3394, 2.2.1; RFC 5649, 4.1)."""


class BackupSettings(Settings, frozen=True):
    """`key`: what is backed up; `under`: the wrapping key; `name`: what the backup is called."""

    key: str
    under: str
    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    phrase: str = ""


class BackupKey(Single):
    """C_WrapKey; the token stays as it is, and a copy of the key exists."""

    name = "backup-key"
    settings = BackupSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action: what has left the token cannot be called back."""
        own = cast("BackupSettings", settings)
        names.one_of("keys", own.key, "key")
        names.one_of("wrapping_keys", own.under, "under")
        key = names.keys[own.key]
        if key.backup != "wrapped":
            raise Unfit(
                "CER-BACKUP",
                f'The key {own.key} is defined with backup = "{key.backup}": it cannot leave its token.',
                'Define it with backup = "wrapped", or leave this step out.',
                where=f"{names.where}.key",
            )
        if names.wrapping_keys[own.under].token != key.token:
            raise Unfit(
                "CER-BACKUP",
                f"The key {own.key} and the wrapping key {own.under} are on two tokens.",
                "Wrap it under a key of its own token.",
                where=f"{names.where}.under",
            )
        act = Act(
            button=f"Back up the key {own.key}",
            device=key.token,
            irreversible=True,
            phrase=own.phrase or f"BACK UP {own.key}",
            quorum=head.sign_off,
        )
        return Layout(
            title=f"Back up the key {own.key} under {own.under}",
            stages=(act,),
            requires=(
                Fact(f"token:{key.token}:activated"),
                Fact(f"key:{own.key}:there"),
                Fact(f"key:{own.under}:there"),
                Fact(f"backup:{own.name}:made", holds=False),
            ),
            ensures=(Fact(f"backup:{own.name}:made"), Fact(backup_fact(own.name, own.key, own.under))),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which key goes where, and what that means."""
        del ports
        own = context.settings(BackupSettings)
        key, under = record_of(context, own.key), record_of(context, own.under)
        return Prepared(
            rows=(
                *bound_rows(context.plan, text(key, "token")),
                Row("Key", own.key),
                Row("Id on the token", text(key, "id")),
                Row("SHA-256 of the public key", text(key, "spki-sha256")),
                Row("Wrapped under", f"{own.under} ({text(under, 'algorithm')}), id {text(under, 'id')}"),
                Row("File", backup_file(context.plan, own.name)),
                Row("What follows", "a copy of the private key, enciphered, exists outside the token; for good"),
            )
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """Both keys by their ids."""
        del op
        own = context.settings(BackupSettings)
        key, under = record_of(context, own.key), record_of(context, own.under)
        return {
            "name": own.name,
            "key-id": text(key, "id"),
            "spki-sha256": text(key, "spki-sha256"),
            "wrapping-id": text(under, "id"),
        }

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Wrap, and keep what comes out."""
        del op, secrets
        own = context.settings(BackupSettings)
        asked = call.parameters
        wrapped = port_of(context, ports).wrap(text(asked, "wrapping-id"), text(asked, "key-id"))
        return Performed(
            evidence={
                **asked,
                "key": own.key,
                "under": own.under,
                "mechanism": wrapped.mechanism,
                "file": backup_file(context.plan, own.name),
                "wrapped-sha256": hashlib.sha256(wrapped.data).hexdigest(),
                "size": len(wrapped.data),
            },
            files={backup_file(context.plan, own.name): wrapped.data},
        )

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """A wrapped key leaves no trace on the token."""
        del context, intent, before, port
        return unseeable("the token is as it was, and no copy was kept; it may be wrapped again, if people decide so")

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The backup, and how far it is proven."""
        return (
            Row("Backup", text(evidence, "name")),
            Row("Key", f"{text(evidence, 'key')}, id {text(evidence, 'key-id')}"),
            Row("SHA-256 of the public key", text(evidence, "spki-sha256")),
            Row("Wrapped under", f"{text(evidence, 'under')}, id {text(evidence, 'wrapping-id')}"),
            Row("Mechanism", text(evidence, "mechanism")),
            Row("File", f"{text(evidence, 'file')}, {number(evidence, 'size')} bytes"),
            Row("SHA-256 of the wrapped key", text(evidence, "wrapped-sha256")),
            Row("Who can restore it", "whoever has this file and a token that holds the wrapping key"),
            Row("Proof", "none yet: only a restore shows that a backup is good"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The file is that of the evidence and has the form of a wrapped key; the keys are those of the definition."""
        own = context.settings(BackupSettings)
        file = backup_file(context.plan, own.name)
        data = artifacts.get(file, b"")
        wrong = []
        found = {"wrapped-sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        if any(evidence.get(name) != value for name, value in found.items()):
            wrong.append(f"{file} is missing, or is not the file of the evidence")
        elif text(evidence, "mechanism").startswith("AES_KEY_WRAP") and (len(data) % _BLOCK or len(data) < 3 * _BLOCK):
            wrong.append(f"{file} has not the form of a wrapped key")
        named = {"name": own.name, "key": own.key, "under": own.under, "file": file}
        expected = {**named, **self.parameters(context, "")}
        other = [what for what in expected if evidence.get(what) != expected[what]]
        wrong += [f"the {what} is not the one that was to be" for what in other]
        return tuple(wrong)
