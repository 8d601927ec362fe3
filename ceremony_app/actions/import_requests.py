"""Step kind `import-requests`: a folder of requests, each judged like a single one, kept as one file and one list."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Final, Literal, cast

import msgspec

from ceremony_app.actions.application import check_form
from ceremony_app.actions.base import Call, Concern, Context, Performed, Ports, Prepared, Settings, Single, number, text
from ceremony_app.actions.batch import requests_file
from ceremony_app.actions.folder_of_requests import (
    Judged,
    judged,
    judged_file,
    kept_list,
    kept_requests,
    read_again,
)
from ceremony_app.actions.planned import file_stem
from ceremony_app.actions.request_terms import Rest
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.names import NAME, escaped
from ceremony_app.core.script import Act, Ask, Field
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.profiles_there import certificate_profile

MOST_REQUESTS: Final = 10_000
"""A folder with more files is none that was meant for one ceremony."""

_TOLD: Final = 5
_LONGEST: Final = 80


class ImportRequestsSettings(Settings, frozen=True):
    """`name`: what the folder is called here; `input`: what was brought; `fields`: the application's form.

    `beyond` says what becomes of what a request asks beside the profile, `bad` of a request that cannot be taken: the
    whole folder is refused, or that request is set aside, with a deviation, and not issued.
    """

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    input: str
    profile: str
    application: Literal["form", "none"] = "form"
    fields: tuple[Field, ...] = ()
    beyond: Rest = "refuse"
    bad: Literal["refuse", "set-aside"] = "refuse"


class ImportRequests(Single):
    """Read once, judged one by one, and held against each other: no key, name or request comes twice."""

    name = "import-requests"
    settings = ImportRequestsSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """The form, then an action on a folder."""
        own = cast("ImportRequestsSettings", settings)
        names.input(own.input, ("requests",), "input")
        check_form(own.fields, own.application, names)
        act = Act(button=f"Read the requests {own.name}", quorum=head.sign_off)
        return Layout(
            title=f"Import the requests {own.name}",
            stages=(Ask(fields=own.fields), act) if own.fields else (act,),
            requires=(Fact(f"requests:{own.name}:there", holds=False),),
            ensures=(Fact(f"requests:{own.name}:there"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Where they lie, how many they are, and what they will be held against."""
        own = context.settings(ImportRequestsSettings)
        profile, port = certificate_profile(context.plan.policy, own.profile), ports.input(own.input)
        form = profile.subject_form(context.plan.binding.mode)
        return Prepared(
            rows=(
                Row("Requests", own.name),
                Row("Input", context.plan.definition.inputs[own.input].title or own.input),
                Row("Lies at", port.describe()),
                Row("Files", str(len(port.names()))),
                Row("Held against", f"profile {own.profile}: {profile.title}"),
                Row("Subject", f"{form.described()}, from the profile"),
                Row("A request that cannot be taken", _BAD[own.bad]),
            )
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Read all, judge each, hold them against each other, keep."""
        del call, op, secrets
        own = context.settings(ImportRequestsSettings)
        port = ports.input(own.input)
        names = port.names()
        if not 1 <= len(names) <= MOST_REQUESTS:
            raise Refusal(
                "CER-BATCH",
                f"There are {len(names)} files at {port.describe()}; a folder holds 1 to {MOST_REQUESTS} requests.",
                "Bring the folder that is meant, or several ceremonies' worth in several folders.",
            )
        one_by_one = (judged_file(context, own.profile, own.beyond, name, port) for name in names)
        good, bad = judged(one_by_one)
        if bad and (own.bad == "refuse" or not good):
            first = " ".join(f"{escaped(one.file)}: {one.wrong}" for one in bad[:_TOLD])
            raise Refusal(
                "CER-BATCH",
                f"{len(bad)} of {len(names)} requests cannot be taken. {first}",
                "Nothing was taken. Bring the folder without them, or with new requests from these requesters.",
            )
        stem = file_stem(context.plan, own.name)
        listed, kept = kept_list(good), kept_requests(good, rehearsal=context.rehearsal)
        return Performed(
            evidence={
                "name": own.name,
                "profile": own.profile,
                "source": port.describe(),
                **_facts(good, listed, kept),
                "set-aside": [f"{escaped(one.file)}: {one.wrong}" for one in bad],
            },
            files={
                requests_file(context.plan, own.name): kept,
                f"{stem}.list.txt": listed,
            },
            concerns=_concern(bad, len(names)),
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """How many there are, the first and the last of them, what was set aside, and the list's digest."""
        return (
            Row("Taken from", text(evidence, "source")),
            Row("Requests taken", str(number(evidence, "count"))),
            Row("First request", text(evidence, "first")),
            Row("Last request", text(evidence, "last")),
            *(Row("Set aside", one) for one in msgspec.convert(evidence["set-aside"], tuple[str, ...])),
            Row("SHA-256 of the list", text(evidence, "list-sha256")),
            Row("SHA-256 of all requests", text(evidence, "requests-sha256")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The requests of the file prove their keys, stand against the profile, and are those of the list."""
        own = context.settings(ImportRequestsSettings)
        file, stem = requests_file(context.plan, own.name), file_stem(context.plan, own.name)
        octets, listed = artifacts.get(file, b""), artifacts.get(f"{stem}.list.txt", b"")
        from_file = read_again(context, own.profile, own.beyond, octets, listed)
        good, bad = judged(from_file)
        wrong = [f"{escaped(one.file)}: {one.wrong}" for one in bad[:_TOLD]]
        if kept_requests(good, rehearsal=context.rehearsal) != octets or kept_list(good) != listed:
            wrong.append(f"{file} and its list do not hold the same requests")
        if any(evidence.get(name) != value for name, value in _facts(good, listed, octets).items()):
            wrong.append("the evidence speaks of other requests than the file holds")
        return tuple(wrong)


def _concern(bad: tuple[Judged, ...], count: int) -> tuple[Concern, ...]:
    """One deviation for all that were set aside; which ones, the evidence lists."""
    if not bad:
        return ()
    some = ", ".join(escaped(one.file)[:_LONGEST] for one in bad[:_TOLD]) + (", …" if len(bad) > _TOLD else "")
    happened = f"{len(bad)} of {count} were set aside and will not be issued: {some}"
    return (Concern(expected="every request can be taken", happened=happened),)


_BAD: Final = {
    "refuse": "the whole folder is refused",
    "set-aside": "is set aside and not issued; each such request becomes a deviation",
}


def _facts(good: tuple[Judged, ...], listed: bytes, kept: bytes) -> dict[str, Json]:
    """What follows from the requests that were taken."""
    return {
        "count": len(good),
        "first": good[0].subject if good else "",
        "last": good[-1].subject if good else "",
        "list-sha256": hashlib.sha256(listed).hexdigest(),
        "requests-sha256": hashlib.sha256(kept).hexdigest(),
    }
