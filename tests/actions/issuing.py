"""Definitions and profiles for the tests of requests and issuing: CAs on tokens in memory, requests from outside."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from ceremony_app.actions import action
from ceremony_app.actions.base import Context
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Outcome
from ceremony_app.core.values import Json
from tests.actions.holding import Held
from tests.fakes.token import FakeToken

Setting: TypeAlias = "str | bool | int | Sequence[str] | Mapping[str, str]"

ROLES: Final = """
[roles.administrator]
title = "Ceremony administrator"

[roles.internal-witness]
title = "Internal witness"

[roles.external-witness]
title = "External witness"
side = "external"

[quorums.two]
all = { internal-witness = 1, external-witness = 1 }
"""
LOCKED: Final = frozenset(
    "initialise-token generate-key self-sign make-csr issue-certificate cross-certify issue-crl confirm-policy".split()
)
ATTESTED: Final = "I was present, the script was followed, and the record is true."


def value(one: Setting) -> str:
    """A value as TOML."""
    match one:
        case bool():
            return str(one).lower()
        case int():
            return str(one)
        case str():
            return '"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Mapping():
            return "{ " + ", ".join(f'"{name}" = {value(inner)}' for name, inner in one.items()) + " }"
        case _:
            return "[" + ", ".join(value(inner) for inner in one) + "]"


def step(kind: str, called: str, /, **settings: Setting) -> str:
    """A step of a definition; what cannot be undone is signed before."""
    lines = ["[[acts.steps]]", f'id = "{called}"', f'do = "{kind}"', "minutes = 1", 'say = "It is done."']
    if kind in LOCKED and not {"sign_off", "attest"} & settings.keys():
        lines.append('sign_off = "two"')
    lines += [f"{name.replace('__', '-')} = {value(one)}" for name, one in settings.items()]
    return "\n".join(lines) + "\n"


def field(called: str, /, **settings: Setting) -> str:
    """A field of the step before it."""
    lines = ["[[acts.steps.fields]]", f'name = "{called}"', f'label = "{called.replace("-", " ").capitalize()}"']
    lines += [f"{name} = {value(one)}" for name, one in settings.items()]
    return "\n".join(lines) + "\n"


FORM: Final = (
    field("application", sample="APP-0042")
    + field("verified-by", sample="Registration authority personnel 7", by="internal-witness")
    + field("verified-how", choices=("verification meeting", "by post"), sample="verification meeting")
    + field("applicant", private=True, sample="Alex Example, passport 123456789")
)


def definition(
    keys: Mapping[str, tuple[str, str]], steps: Iterable[str], *, inputs: Mapping[str, str] | None = None
) -> str:
    """A ceremony: `keys` by name, each its token and profile; tokens are made ready, then the steps, then the end."""
    tokens = sorted({token for token, _ in keys.values()})
    parts = [
        'format = 1\nid = "issuing"\ntitle = "Issuing, for tests"\npolicy = "general"\ndeviations = "two"\n',
        ROLES,
    ]
    parts += [f'[tokens.{token}]\ntitle = "Token {token}"\n' for token in tokens]
    for name, (token, profile) in keys.items():
        profiled = f'profile = "{profile}"\n' if profile else ""
        parts.append(f'[keys.{name}]\nalgorithm = "P-384"\ntoken = "{token}"\n{profiled}')
    parts += [f'[inputs.{name}]\nkind = "{kind}"\n' for name, kind in (inputs or {}).items()]
    parts.append('[assets.policy-document]\nkind = "document"\ntitle = "the Certificate Policy"\n')
    parts += ['[[acts]]\ntitle = "Everything"\n', step("roll-call", "roll-call")]
    for token in tokens:
        parts += [
            step("connect", f"connect-{token}", token=token),
            step("inspect-token", f"inspect-{token}", token=token),
            step(
                "initialise-token",
                f"initialise-{token}",
                token=token,
                label=token.upper(),
                so_pin_by="internal-witness",
                pin_by="administrator",
            ),
            step("activate", f"activate-{token}", token=token, pin_by="administrator"),
        ]
    parts += steps
    for token in tokens:
        parts += [
            step("deactivate", f"deactivate-{token}", token=token),
            step("disconnect", f"part-{token}", token=token),
        ]
    parts.append(step("close", "close", rows=1, attest="two", statement=ATTESTED))
    return "\n".join(parts)


def tokens(*names: str) -> dict[str, FakeToken]:
    """Tokens with serials of their own."""
    return {name: FakeToken(serial=f"EX7-00004{number}") for number, name in enumerate(names)}


def said(name: str, statement: str, toml: str) -> str:
    """A statement of a profile."""
    return f'[certificates.{name}.{statement}]\nvalue = {toml}\nsection = "test"\nprovenance = "verified"\n'


def profile(name: str, common_name: str, **others: str) -> str:
    """A CA's profile, issued by another; `others` are values in TOML."""
    parts = [("C", "GB"), ("O", "Example Trust Services"), ("CN", common_name)]
    subject = "[" + ", ".join(f'{{ type = "{kind}", value = "{text}" }}' for kind, text in parts) + "]"
    usual = {
        "version": "3",
        "serial": "{ octets = 20, random-bits = 159 }",
        "signature": '"ecdsa-with-SHA384"',
        "issuer": '"issuer"',
        "subject": subject,
        "validity": "{ years = 10 }",
        "key": '"P-384"',
        "basic-constraints": "{ critical = true, ca = true, path-length = 0 }",
        "key-usage": '{ critical = true, usages = ["keyCertSign", "cRLSign"] }',
        "subject-key-identifier": '{ critical = false, method = "sha256-160" }',
        "authority-key-identifier": "{ present = true, critical = false }",
        "certificate-policies": '{ critical = false, oids = ["2.5.29.32.0"] }',
    } | {statement.replace("_", "-"): toml for statement, toml in others.items()}
    return f'\n[certificates.{name}]\ntitle = "Test {name}"\n' + "".join(said(name, s, t) for s, t in usual.items())


ISSUING_CN: Final = "Example Issuing CA 1"
ISSUING: Final = profile("test-tier", ISSUING_CN)
ROOT_CN: Final = "REHEARSAL Example Root CA G1"


def artifact(room: Held, name: str) -> bytes:
    """A file that the rehearsal made."""
    return (room.conductor.folder / "artifacts" / f"REHEARSAL-{name}").read_bytes()


def failed(room: Held, name: str) -> Outcome:
    """The last outcome of a step, which did not succeed and may not just be tried again."""
    outcome = room.outcome(name)
    assert outcome.result == "failed"
    assert not outcome.again
    return outcome


def openssl(*words: object) -> str:
    """What openssl says, if it is content."""
    answer = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def path_holds(place: Path, trusted: bytes, between: Iterable[bytes], end: bytes) -> str:
    """Openssl builds the path from a trusted certificate over those between; all in PEM."""
    files = {"trusted": trusted, "between": b"".join(between), "end": end}
    for name, octets in files.items():
        (place / f"{name}.pem").write_bytes(octets)
    through = ("-untrusted", place / "between.pem") if files["between"] else ()
    strict = ("-x509_strict", "-partial_chain", "-trusted", place / "trusted.pem")
    return openssl("verify", *strict, *through, place / "end.pem")


def halted_at(room: Held, name: str) -> str:
    """Play until a step stops, before its action; why it does."""
    room.play(until=lambda now: isinstance(now, p.Halted))
    assert isinstance(room.now, p.Halted)
    assert room.now.step.id == name
    return room.now.why


def wrong(room: Held, of: str, files: Mapping[str, bytes] | None = None, /, **evidence: Json) -> str:
    """What is wrong with the last outcome of a step when files or members of its evidence are others."""
    plan, run = room.conductor.plan, room.runs(of)[-1]
    context = Context(plan=plan, state=room.state, step=plan.definition.step(of), run=run)
    artifacts = {path.name: path.read_bytes() for path in (room.conductor.folder / "artifacts").iterdir()}
    kind, given = action(context.step.kind), json.loads(msgspec.json.encode(room.outcome(of).evidence))
    assert not kind.holds(given, artifacts, context), "as it is, it holds"
    changed = {**artifacts, **{f"REHEARSAL-{file}": octets for file, octets in (files or {}).items()}}
    told = kind.holds({**given, **{one.replace("_", "-"): value for one, value in evidence.items()}}, changed, context)
    return "; ".join(told)
