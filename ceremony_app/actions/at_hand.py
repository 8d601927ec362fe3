"""What the trial works with: the objects that a ceremony will sign, under what was brought or stands in its place."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Literal, cast

import msgspec

from ceremony_app.actions.base import Context, text
from ceremony_app.actions.batch import batch_steps, item_name, requests_file
from ceremony_app.actions.materials import certificate_of, crl_of, request_of
from ceremony_app.actions.planned import IMPORTING, ISSUING, profile_of, setting, signing_steps, steps_of
from ceremony_app.core.errors import Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.core.script import Plan, Step
from ceremony_app.pki.authority import algorithm_of, parts_of
from ceremony_app.pki.fields import RevokedCertificate
from ceremony_app.pki.reading import read_certificate, read_crl, read_request
from ceremony_app.pki.received import objects_in
from ceremony_app.pki.revoked import number_of, revoked_in
from ceremony_app.pki.structures import Name, PublicKey
from ceremony_app.pki.trial import Planned, PlannedCertificate, PlannedCrl, PlannedRequest


class AtHand(msgspec.Struct, frozen=True, kw_only=True):
    """What was brought, in DER, by its name in the definition; `revoked` by the name of the issuer's certificate.

    `folders` are the requests of each folder of them.
    """

    certificates: Mapping[str, bytes] = {}
    requests: Mapping[str, bytes] = {}
    crls: Mapping[str, bytes] = {}
    revoked: Mapping[str, tuple[RevokedCertificate, ...]] = {}
    folders: Mapping[str, tuple[bytes, ...]] = {}


def brought(context: Context, artifacts: Mapping[str, bytes]) -> AtHand:
    """What the steps before the trial brought (CER-EVIDENCE where one of them did not succeed)."""
    plan = context.plan
    certificates = _names(context, "import-certificate", "certificate")
    requests = _names(context, "import-csr", "request")
    crls = _names(context, "import-crl", "CRL")
    return AtHand(
        certificates={name: certificate_of(plan, artifacts, name) for name in certificates},
        requests={name: request_of(plan, artifacts, name) for name in requests},
        crls={name: crl_of(plan, artifacts, name) for name in crls},
        revoked=_revocations(context),
        folders={
            name: tuple(one.octets for one in objects_in(artifacts[requests_file(plan, name)]))
            for name in _names(context, "import-requests", "folder of requests")
        },
    )


def planned(plan: Plan, there: AtHand) -> tuple[Planned, ...]:
    """What the definition's signing steps will make, each with what is known of its key and name already."""
    return tuple(_one(plan, step, there) for step in signing_steps(plan))


def planned_batches(plan: Plan, there: AtHand) -> Mapping[str, tuple[PlannedCertificate, ...]]:
    """What each step that issues a batch will make; before the day, one certificate stands for all of a folder."""
    found: dict[str, tuple[PlannedCertificate, ...]] = {}
    for step in batch_steps(plan):
        name, profile, issuer = setting(step, "name"), profile_of(plan.definition, step), setting(step, "issuer")
        folder = there.folders.get(setting(step, "requests"))
        if folder is None:
            key = plan.policy.certificates[profile].key.value
            found[name] = (PlannedCertificate(name=item_name(name, 1), profile=profile, issued_by=issuer, key=key),)
        else:
            asked = (read_request(der) for der in folder)
            found[name] = tuple(
                _known(item_name(name, i), profile, issuer, one.key, one.subject)
                for i, one in enumerate(asked, start=1)
            )
    return found


def issuers(there: AtHand, todo: tuple[Planned, ...]) -> Mapping[str, bytes]:
    """The certificates of those issuers that exist already."""
    wanted = {one.issued_by for one in todo}
    return {name: der for name, der in there.certificates.items() if name in wanted}


def serials_taken(there: AtHand) -> frozenset[str]:
    """The serial numbers that are known to be given: of certificates that were brought, and of the entries of CRLs."""
    certificates = (read_certificate(der).serial.hex() for der in there.certificates.values())
    entries = (one.serial.hex() for der in there.crls.values() for one in read_crl(der).revoked)
    return frozenset((*certificates, *entries))


def _one(plan: Plan, step: Step, there: AtHand) -> Planned:
    """What one step will make."""
    name, profile, issuer = setting(step, "name"), profile_of(plan.definition, step), setting(step, "issuer")
    key = plan.definition.keys[setting(step, "key")]
    match step.kind:
        case "self-sign":
            return PlannedCertificate(name=name, profile=profile, issued_by=name, key=key.algorithm)
        case "make-csr":
            asks = cast('Literal["nothing", "key-identifier", "profile"]', setting(step, "asks") or "nothing")
            return PlannedRequest(name=name, profile=profile, key=key.algorithm, asks=asks)
        case "issue-certificate":
            return _issued(plan, name, profile, issuer, setting(step, "request"), there)
        case "cross-certify":
            return _crossed(plan, name, profile, issuer, setting(step, "certificate"), there)
        case _:
            return _crl(plan, step, there)


def _issued(plan: Plan, name: str, profile: str, issuer: str, request: str, there: AtHand) -> PlannedCertificate:
    """A certificate for a request that was brought or, before the day, will be; or for one that this ceremony makes."""
    if (der := there.requests.get(request)) is not None:
        read = read_request(der)
        return _known(name, profile, issuer, read.key, read.subject)
    if any(setting(step, "name") == request for step in steps_of(plan, "import-csr")):
        algorithm = plan.policy.certificates[profile].key.value
        return PlannedCertificate(name=name, profile=profile, issued_by=issuer, key=algorithm)
    made = _maker(plan, "make-csr", request)
    return PlannedCertificate(name=name, profile=profile, issued_by=issuer, key=plan.definition.keys[made].algorithm)


def _crossed(plan: Plan, name: str, profile: str, issuer: str, other: str, there: AtHand) -> PlannedCertificate:
    """A certificate over name and key of another: one that was brought, or a root's that this ceremony makes.

    A name that was brought keeps its string types, since paths are built by its octets.
    """
    if (der := there.certificates.get(other)) is not None:
        read = read_certificate(der)
        strings = tuple(attribute.string for one in read.subject.relative for attribute in one)
        return msgspec.structs.replace(_known(name, profile, issuer, read.key, read.subject), strings=strings)
    made = _maker(plan, "self-sign", other)
    return PlannedCertificate(name=name, profile=profile, issued_by=issuer, key=plan.definition.keys[made].algorithm)


def _known(name: str, profile: str, issuer: str, key: PublicKey, subject: Name) -> PlannedCertificate:
    """A certificate whose key and name are known; the policy says in which string types the name is encoded."""
    return PlannedCertificate(
        name=name,
        profile=profile,
        issued_by=issuer,
        key=algorithm_of(key.der),
        spki=base64.b64encode(key.der).decode("ascii"),
        subject=parts_of(subject),
    )


def _crl(plan: Plan, step: Step, there: AtHand) -> PlannedCrl:
    """A CRL: what the previous one holds, and what this ceremony revokes."""
    issuer = setting(step, "issuer")
    previous = there.crls.get(setting(step, "previous"))
    before: tuple[RevokedCertificate, ...] = ()
    number = -1
    if previous is not None:
        read = read_crl(previous)
        before, number = revoked_in(read), number_of(read) + 1
    return PlannedCrl(
        name=setting(step, "name"),
        profile=profile_of(plan.definition, step),
        issued_by=issuer,
        number=number,
        revoked=(*before, *there.revoked.get(issuer, ())),
        previous=previous or b"",
    )


def _maker(plan: Plan, kind: str, name: str) -> str:
    """The key of the step of this kind that makes the object of this name."""
    for step in steps_of(plan, kind):
        if setting(step, "name") == name:
            return setting(step, "key")
    raise Unusable(
        "CER-EVIDENCE", f"{name} is neither brought nor made before it is needed.", "Correct the definition's names."
    )


def _names(context: Context, kind: str, what: str) -> tuple[str, ...]:
    """The names of what steps of a kind bring; those after the present step have not brought anything yet."""
    found = []
    for step in context.plan.definition.steps:
        if step.id == context.step.id:
            break
        if step.kind == kind:
            name = setting(step, "name")
            context.evidence_of(step.id, f"{what} {name}")
            found.append(name)
    return tuple(found)


def _revocations(context: Context) -> Mapping[str, tuple[RevokedCertificate, ...]]:
    """What this ceremony has decided to revoke, by issuer."""
    found: dict[str, tuple[RevokedCertificate, ...]] = {}
    for step in steps_of(context.plan, "revoke"):
        evidence = context.evidence_of(step.id, "revocation")
        one = RevokedCertificate(
            serial=text(evidence, "serial"), date=text(evidence, "date"), reason=text(evidence, "reason")
        )
        issuer = text(evidence, "issuer")
        found[issuer] = (*found.get(issuer, ()), one)
    return found


def profiles_missing(plan: Plan) -> Iterator[tuple[Step, str]]:
    """The steps whose profile the policy pack does not have, with its name."""
    for step in plan.definition.steps:
        named = profile_of(plan.definition, step) if step.kind in _PROFILED else ""
        if step.kind in _PROFILED and named and not _has(plan.policy, step, named):
            yield step, named


_PROFILED = frozenset((*ISSUING, *IMPORTING))


def _has(policy: Policy, step: Step, profile: str) -> bool:
    return profile in (policy.crls if step.kind in ("issue-crl", "import-crl") else policy.certificates)
