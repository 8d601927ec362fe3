"""Step kind `locate-key`: the key of a certificate, found on a token that brought it, and proven to be that key."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, table, text
from ceremony_app.actions.device_rows import bound_rows, inventory_json, inventory_of, inventory_wrong, object_line
from ceremony_app.actions.looking import Found, unseeable
from ceremony_app.actions.making import every_use_rows, label_stem, port_of, use_secrets
from ceremony_app.actions.materials import Artifacts
from ceremony_app.actions.proving import pair_rows, pair_wrong, proven, weaknesses
from ceremony_app.actions.sources import certificate_there
from ceremony_app.core.device import Inventory, ObjectFacts, ObjectKind
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, Key
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.spki import public_key, spki_digest
from ceremony_app.pki.words import name as name_words

_TOLD: Final = 6


class LocateSettings(Settings, frozen=True):
    """`key`: which key of the definition; `certificate`: the one that carries it, by name; `phrase`: what arms it."""

    key: str
    certificate: str
    phrase: str = ""


class LocateKey(Single):
    """One look at the token, and one signature over a random challenge; nothing on the token is changed."""

    name = "locate-key"
    settings = LocateSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that may be done again: it changes nothing, and what is signed means nothing."""
        own = cast("LocateSettings", settings)
        names.one_of("keys", own.key, "key")
        key = names.keys[own.key]
        act = Act(
            button=f"Find the key {own.key} and let it prove itself",
            device=key.token,
            phrase=own.phrase,
            quorum=head.sign_off,
            secrets=use_secrets(key),
        )
        return Layout(
            title=f"Find the key {own.key} on the token by the certificate {own.certificate}",
            stages=(act,),
            requires=(
                Fact(f"token:{key.token}:activated"),
                Fact(f"key:{own.key}:there", holds=False),
                Fact(f"certificate:{own.certificate}:issued"),
            ),
            ensures=(Fact(f"key:{own.key}:there"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which key is looked for, and by what it is known."""
        own, key = context.settings(LocateSettings), _key(context)
        there = certificate_there(context.plan, Artifacts(ports.artifact), own.certificate)
        public_key(there.read.key.der, key.algorithm)
        return Prepared(
            rows=(
                *bound_rows(context.plan, key.token),
                Row("Key", key.title or own.key),
                Row("Algorithm", key.algorithm.value),
                Row("Known by the certificate", f"{own.certificate}, SHA-256 {there.sha256}"),
                Row("Subject", name_words(there.read.subject)),
                Row("SHA-256 of the public key", spki_digest(there.read.key.der)),
                Row("Proof", "the token signs a random challenge, once; the certificate's key verifies it"),
                *every_use_rows(key),
            )
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The key, and the certificate that it must belong to."""
        del op
        own = context.settings(LocateSettings)
        return {"key": own.key, "certificate": own.certificate, "algorithm": _key(context).algorithm.value}

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Look for the one pair, read it, and let it prove itself."""
        del call, op
        own, key, port = context.settings(LocateSettings), _key(context), port_of(context, ports)
        spki = certificate_there(context.plan, Artifacts(ports.artifact), own.certificate).read.key.der
        inventory = port.inventory()
        report = port.report(_the_one(inventory, spki_digest(spki)))
        if base64.b64decode(report.spki) != spki:
            raise _no_pair("the pair of that id has another public key than its object said", inventory)
        proof = proven(report, key.algorithm, port, ports.randomness, secrets.get("use-pin"))
        return Performed(
            evidence={
                **proof,
                "key": own.key,
                "token": key.token,
                "certificate": own.certificate,
                "inventory": inventory_json(inventory),
            },
            files={f"{label_stem(context)}.pub.der": spki},
            concerns=weaknesses(report.private, extractable=key.backup == "wrapped"),
        )

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """Nothing on the token tells whether it signed."""
        del context, intent, before, port
        return unseeable("the key was only read, and signed a random challenge at most; it may be done again")

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The key as the token reports it, and what makes it that key."""
        found = inventory_of(table(evidence, "inventory"))
        return (
            Row("Key", text(evidence, "key")),
            Row("Came to be", "in an earlier ceremony; found on this token"),
            Row("Known by the certificate", text(evidence, "certificate")),
            *pair_rows(evidence),
            Row("Objects on the token", f"{len(found.objects)}, list {found.digest()}"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The pair is the one that the list shows, its public key the certificate's, and the challenge is signed."""
        own, key = context.settings(LocateSettings), _key(context)
        file = artifacts.get(f"{label_stem(context)}.pub.der")
        wrong = list(pair_wrong(evidence, key.algorithm, file))
        serial = context.plan.binding.tokens[key.token].serial
        wrong += inventory_wrong(table(evidence, "inventory"), serial)
        try:
            spki = certificate_there(context.plan, artifacts, own.certificate).read.key.der
            there = _the_one(inventory_of(table(evidence, "inventory")), spki_digest(spki))
        except Refusal as refusal:
            return (*wrong, refusal.why)
        except KeyError as missing:
            return (*wrong, f"{missing.args[0]} is missing")
        if file != spki:
            wrong.append(f"the public key is not the one of the certificate {own.certificate}")
        if there != text(evidence, "id"):
            wrong.append("the key is not the one that the list of the token's objects shows")
        if (text(evidence, "key"), text(evidence, "token")) != (own.key, key.token):
            wrong.append("another key or token than the definition names")
        return tuple(wrong)


def _the_one(inventory: Inventory, sha256: str) -> str:
    """The CKA_ID of the one pair whose public key has this digest (CER-OBJECT where there is not exactly one)."""
    public = tuple(thing for thing in inventory.objects if thing.public_sha256 == sha256)
    if not public:
        raise _no_pair("no public key on the token is the certificate's", inventory)
    ids = {thing.id for thing in public if thing.id and _is_pair(inventory.with_id(thing.id))}
    if len(ids) == 1:
        return ids.pop()
    if ids:
        raise _no_pair(f"{len(ids)} pairs on the token have the certificate's public key", inventory)
    raise _no_pair("the certificate's public key is there, and no private key alone beside it under its id", inventory)


def _is_pair(things: tuple[ObjectFacts, ...]) -> bool:
    """Whether among the objects of one id there is one public and one private key."""
    kinds = [thing.kind for thing in things]
    return kinds.count(ObjectKind.PUBLIC) == kinds.count(ObjectKind.PRIVATE) == 1


def _no_pair(why: str, inventory: Inventory) -> Refusal:
    """The refusal, with what the token shows."""
    things = [object_line(thing) for thing in inventory.objects[:_TOLD]]
    more = len(inventory.objects) - len(things)
    shown = "; ".join((*things, *((f"and {more} more",) if more else ()))) or "nothing"
    return Refusal(
        "CER-OBJECT",
        f"The key cannot be found: {why}. The token shows: {shown}.",
        "Nothing was signed. Connect the token that holds this key, or bring the certificate that belongs to it.",
    )


def _key(context: Context) -> Key:
    return context.plan.definition.keys[context.settings(LocateSettings).key]
