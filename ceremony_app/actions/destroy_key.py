"""Step kind `destroy-key`: every object of a key leaves its token, and is shown to be gone after a new beginning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.backups import copies_rows
from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, items, table, text
from ceremony_app.actions.device_rows import bound_rows, inventory_of, inventory_wrong, last_try
from ceremony_app.actions.key_objects import (
    LIST,
    destroyed_in,
    going_rows,
    list_as_shown,
    listed_in,
    objects_in,
    prove_absence,
)
from ceremony_app.actions.known_keys import key_called, record_of
from ceremony_app.actions.looking import Found, after_destroying, login_ended, unseeable
from ceremony_app.actions.making import making_unfit, port_of
from ceremony_app.actions.pins import activation_pin_rows
from ceremony_app.actions.remedying import destroy, destroyed_rows, destroying
from ceremony_app.core.device import Difference, Inventory
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.leftover import DESTROY
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, SecretAsk
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact

_PROVE: Final = "prove-absence"


class DestroySettings(Settings, frozen=True):
    """`key`: which key of the definition; `pin_by`: the role that logs in again; `phrase`: what arms the step."""

    key: str
    phrase: str = ""
    pin_by: str = ""


class DestroyKey(Single):
    """The objects listed as they were shown, destroyed one by one, and looked for after a new beginning.

    The login that the last look needs stays: the steps after this one go on with the token activated.
    """

    name = "destroy-key"
    settings = DestroySettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action; the activation PIN is asked for, since the module forgets the login."""
        own = cast("DestroySettings", settings)
        key = names.any_key(own.key, "key")
        if own.pin_by:
            names.one_of("roles", own.pin_by, "pin_by")
        act = Act(
            button=f"Destroy the key {own.key}",
            device=key.token,
            mutates=True,
            irreversible=True,
            phrase=own.phrase or f"DESTROY {own.key}",
            quorum=head.sign_off,
            secrets=(SecretAsk(name="pin", label="Activation PIN, to look again", by=own.pin_by, at_token=True),),
        )
        return Layout(
            title=f"Destroy the key {own.key}",
            stages=(act,),
            requires=(Fact(f"token:{key.token}:activated"), Fact(f"key:{own.key}:there")),
            ensures=(Fact(f"key:{own.key}:there", holds=False),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Every object that goes, and what remains of the key elsewhere."""
        own = context.settings(DestroySettings)
        key, record = key_called(context, own.key), record_of(context, own.key)
        port = port_of(context, ports)
        flags = port.facts().flags
        digest = text(record, "spki-sha256")
        return Prepared(
            rows=(
                *bound_rows(context.plan, key.token),
                Row("Key", key.title or own.key),
                *((Row("SHA-256 of the public key", digest),) if digest else ()),
                Row("Id on the token", text(record, "id")),
                *going_rows(port, text(record, "id")),
                *copies_rows(context, own.key),
                Row("Then", "the module is begun anew, the user logs in again, and the objects are looked for"),
                *activation_pin_rows(context.plan, key.token, flags),
            ),
            grave=last_try(flags),
        )

    def next_call(self, context: Context, op: str) -> Call | None:
        """The list, one call for each object of it, and the proof."""
        del op
        own = context.settings(DestroySettings)
        listed = listed_in(context)
        key_id = {"id": text(record_of(context, own.key), "id")}
        if listed is None:
            return Call(name=LIST, parameters=key_id)
        left = list(objects_in(listed, "listed"))
        for thing in destroyed_in(context):
            left.remove(thing)
        if left:
            return destroying(left[0])
        proven = any(c.intent.call == _PROVE and c.outcome and c.outcome.result == "done" for c in context.run.calls)
        return None if proven else Call(name=_PROVE, parameters=key_id)

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """One of the three."""
        del op
        port = port_of(context, ports)
        if call.name == DESTROY:
            return destroy(call, port)
        key_id = text(call.parameters, "id")
        if call.name == LIST:
            return list_as_shown(context, port, key_id)
        return prove_absence(context, port, context.settings(DestroySettings).key, key_id, secrets.get("pin"))

    def unfit(self, call: Call, op: str, change: Difference) -> str:
        """Each destruction takes its one object away."""
        return making_unfit(call, op, change)

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """The object is there, or it is not; the proof itself leaves nothing but a login that has ended."""
        del context
        match intent.call:
            case "destroy-object":
                return after_destroying(intent, before, port)
            case "prove-absence":
                return login_ended(port.facts())
            case _:
                return unseeable("the objects were only listed")

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """What was listed, what was destroyed, or that nothing of it is there any more."""
        if "listed" in evidence:
            found = inventory_of(table(evidence, "inventory"))
            return (
                Row("Objects of the key", f"{len(items(evidence, 'listed'))}, as they were shown"),
                Row("Objects on the token before", f"{len(found.objects)}, list {found.digest()}"),
            )
        if "absent" not in evidence:
            return destroyed_rows(evidence)
        found = inventory_of(table(evidence, "inventory"))
        return (
            Row("Key", f"{text(evidence, 'key')}, id {text(evidence, 'id')}"),
            Row("Destroyed in this attempt", str(len(items(evidence, "destroyed-objects")))),
            Row("Looked for", "after the module was begun anew and the user had logged in again"),
            Row("On the token", "no object with this id, and none that reads like one that was destroyed"),
            Row("Objects on the token after", f"{len(found.objects)}, list {found.digest()}"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The lists are of the bound token; the first has the objects and no others, the last has none of them."""
        del artifacts
        own = context.settings(DestroySettings)
        if "inventory" not in evidence:
            return ()
        key_id = text(record_of(context, own.key), "id")
        serial = context.plan.binding.tokens[key_called(context, own.key).token].serial
        wrong = list(inventory_wrong(table(evidence, "inventory"), serial))
        found = inventory_of(table(evidence, "inventory"))
        if "listed" in evidence and objects_in(evidence, "listed") != found.with_id(key_id):
            wrong.append("what was listed is not what the token held under the key's id")
        if "absent" in evidence:
            gone = objects_in(evidence, "destroyed-objects")
            if any(thing.id == key_id or thing in gone for thing in found.objects):
                wrong.append("an object of the key is on the token still")
            if gone != destroyed_in(context):
                wrong.append("not the objects that were destroyed in this attempt")
        return tuple(wrong)
