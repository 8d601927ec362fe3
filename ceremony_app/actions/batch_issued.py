"""What a batch of certificates is made from, and what it leaves: one by one, and collected."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ceremony_app.actions.base import Context, Performed
from ceremony_app.actions.batch import decided_item, decisions_file, item_name, requests_file, tried_digests
from ceremony_app.actions.folder_of_requests import kept_request
from ceremony_app.actions.materials import certificate_of
from ceremony_app.actions.planned import file_stem, profile_of, setting
from ceremony_app.core.distinguished_name import written
from ceremony_app.core.names import escaped
from ceremony_app.core.values import Json
from ceremony_app.pki.authority import Authority, authority_of
from ceremony_app.pki.certificate import CertificateIssuance
from ceremony_app.pki.fields import CertificateFields
from ceremony_app.pki.reading import read_request
from ceremony_app.pki.show import pem
from ceremony_app.pki.structures import Request


class Batch:
    """The batch of a step: what the trial decided, the requests, and the issuer, each read once."""

    def __init__(self, context: Context, artifacts: Mapping[str, bytes]) -> None:
        self._context = context
        plan, step = context.plan, context.step
        self._name = setting(step, "name")
        self._decided = artifacts[decisions_file(plan, self._name)]
        self._requests = artifacts[requests_file(plan, setting(step, "requests"))]
        self._issuer: Authority = authority_of(certificate_of(plan, artifacts, setting(step, "issuer")))
        self._profile = profile_of(plan.definition, step)

    def issuance(self, index: int) -> CertificateIssuance:
        """The certificate of this number, from 1."""
        plan = self._context.plan
        fields: CertificateFields = decided_item(self._decided, self._name, index)
        request: Request = read_request(kept_request(self._requests, index))
        return CertificateIssuance(
            policy=plan.policy,
            mode=plan.binding.mode,
            fields=fields,
            profile=plan.policy.certificates[self._profile],
            spki=request.key.der,
            issuer=self._issuer,
        )


def item_evidence(index: int, fields: CertificateFields, der: bytes) -> dict[str, Json]:
    """What names one certificate of the batch."""
    return {
        "index": index,
        "serial": fields.serial,
        "subject": escaped(written(fields.subject)),
        "certificate-sha256": hashlib.sha256(der).hexdigest(),
    }


def collected(context: Context, artifacts: Mapping[str, bytes], listed: bytes) -> Performed:
    """All certificates in one file, their list, and the list that was approved."""
    digests = tried_digests(context)
    name, stem = setting(context.step, "name"), file_stem(context.plan, setting(context.step, "name"))
    certificates = [artifacts[f"{item_stem(context, i)}.der"] for i in range(1, len(digests) + 1)]
    lines = (
        f"{hashlib.sha256(der).hexdigest()}  {item_name(stem, i)}.der\n" for i, der in enumerate(certificates, start=1)
    )
    preamble = "REHEARSAL: this certificate is worthless" if context.rehearsal else ""
    together = b"".join(pem(der, "CERTIFICATE", preamble) for der in certificates)
    list_file = "".join(lines).encode("ascii")
    return Performed(
        evidence={
            "name": name,
            "count": len(certificates),
            "list-sha256": hashlib.sha256(list_file).hexdigest(),
            "certificates-sha256": hashlib.sha256(together).hexdigest(),
        },
        files={
            f"{stem}.certificates.pem": together,
            f"{stem}.list.txt": list_file,
            listed_name(context): listed,
        },
    )


def item_stem(context: Context, index: int) -> str:
    """What the files of one certificate are called, before their ending."""
    return item_name(file_stem(context.plan, setting(context.step, "name")), index)


def listed_name(context: Context) -> str:
    """What the list of to-be-signed structures is called."""
    return f"{file_stem(context.plan, setting(context.step, 'name'))}.tbs-list.txt"
