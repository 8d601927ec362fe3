"""Step kind `issue-batch`: a certificate for each request of a folder, all of them under one approval.

The quorum approves the digest of a list that names every to-be-signed structure by its own. Every signature is still a
call with an intent and an outcome, for uses of a key are counted; a batch that was stopped goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Single, number, text
from ceremony_app.actions.batch import tbs_list, tried_digests
from ceremony_app.actions.batch_issued import Batch, collected, item_evidence, item_stem, listed_name
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.actions.making import every_use_rows
from ceremony_app.actions.materials import Artifacts
from ceremony_app.actions.planned import setting
from ceremony_app.actions.signing import approved, hold_to_key, key_of
from ceremony_app.actions.signing_layout import SigningSettings, laid_out
from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import ArtifactRef, Json, Row
from ceremony_app.pki.findings import standing
from ceremony_app.pki.issuance import captured_tbs, drafted, held, sign
from ceremony_app.pki.show import certificate_rows

ITEM: Final = "issue-batch"
COLLECT: Final = "collect-batch"
"""The call after the last certificate: all of them in one file, and their list."""


class IssueBatchSettings(SigningSettings, frozen=True, kw_only=True):
    """`issuer`: the name of the CA's certificate, whose key `key` is; `requests`: the name of the folder."""

    profile: str
    issuer: str
    requests: str


class IssueBatch(Single):
    """Captured and approved as a list; signed, compared and verified one by one."""

    name = ITEM
    settings = IssueBatchSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action of many calls."""
        own = cast("IssueBatchSettings", settings)
        there = (f"certificate:{own.issuer}:issued", f"requests:{own.requests}:there")
        title = f"Issue the batch {own.name}"
        return laid_out(title, "batch", head, own, names, f"batch:{own.name}:issued", there)

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Every to-be-signed structure taken again, without signing: each must be the one that was tried."""
        own, files = context.settings(IssueBatchSettings), Artifacts(ports.artifact)
        digests, batch = tried_digests(context), Batch(context, files)
        drafts: dict[int, bytes] = {}
        for index, digest in enumerate(digests, start=1):
            wanted = batch.issuance(index)
            if index == 1:
                hold_to_key(context, wanted)
            if (found := hashlib.sha256(captured_tbs(wanted)).hexdigest()) != digest:
                raise Refusal(
                    "CER-TBS",
                    f"Number {index} of the batch would be signed otherwise than it was tried: {found}, not {digest}.",
                    "Nothing was signed. The issuer's certificate and the requests must be there before the trial.",
                )
            if index in (1, len(digests)):
                drafts[index] = drafted(wanted)
        listed = tbs_list(own.name, digests)
        key = context.plan.definition.keys[own.key]
        sha256 = hashlib.sha256(listed).hexdigest()
        return Prepared(
            rows=(
                *bound_rows(context.plan, key.token),
                *every_use_rows(key),
                Row("Certificates", str(len(digests))),
                Row("Profile", own.profile),
                Row("Issued by", own.issuer),
                *(
                    Row(f"Number {index}: {row.label}", row.value)
                    for index, draft in drafts.items()
                    for row in certificate_rows(draft)
                    if row.label not in _NOT_YET
                ),
                Row("To be signed", f"{len(digests)} structures, each as it was tried, listed by SHA-256"),
                Row("SHA-256 of the list", sha256),
            ),
            artifacts=(ArtifactRef(name=listed_name(context), sha256=sha256, size=len(listed)),),
        )

    def next_call(self, context: Context, op: str) -> Call | None:
        """The first certificate that was not issued yet, in this attempt or an earlier one; then the collection."""
        del op
        issued = _issued(context)
        if issued is None:
            return None
        digests = tried_digests(context)
        of = {"of": len(digests)}
        if issued == len(digests):
            return Call(name=COLLECT, parameters=of)
        about = {"index": issued + 1, **of, "tbs-sha256": digests[issued], "key-id": key_of(context)["id"]}
        return Call(name=ITEM, parameters=about)

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Sign the next one, once, and hold what came back against everything; or collect what was issued."""
        del op
        own, files, digests = context.settings(IssueBatchSettings), Artifacts(ports.artifact), tried_digests(context)
        if not context.run.calls or call.name == COLLECT:  # once it has begun, nothing is prepared anew in an attempt
            listed = tbs_list(own.name, digests)
            if hashlib.sha256(listed).hexdigest() != approved(context):
                raise Refusal(
                    "CER-APPROVED", "Another list was approved.", "Prepare the step again; nothing was signed."
                )
            if call.name == COLLECT:
                return collected(context, files, listed)
        index = number(call.parameters, "index")
        port = ports.token(context.plan.definition.keys[own.key].token)
        key_id = text(key_of(context), "id")

        def by_token(scheme: Scheme, data: bytes) -> bytes:
            return port.sign(key_id, scheme, data, secrets.get("use-pin"))

        wanted = Batch(context, files).issuance(index)
        signed = sign(wanted, digests[index - 1], by_token)
        if found := standing(signed.findings):
            raise Refusal(
                "CER-SIGNED",
                f"Number {index} of the batch, as the token signed it, has {len(found)} findings: {found[0].told()}",
                "Do not use it. The signature exists and counts as a use of the key; open a deviation.",
            )
        return Performed(
            evidence=item_evidence(index, wanted.fields, signed.der),
            files={f"{item_stem(context, index)}.der": signed.der},
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """How many there are and the digest of their list, which people sign; each by itself stands in the list."""
        if "index" in evidence:
            return ()
        return (
            Row("Certificates issued", str(number(evidence, "count"))),
            Row("SHA-256 of the list of certificates", text(evidence, "list-sha256")),
            Row("SHA-256 of all certificates", text(evidence, "certificates-sha256")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The certificate is the approved one, under the profile, proven by software; the lists list what there is."""
        try:
            if "index" not in evidence:
                listed = tbs_list(setting(context.step, "name"), tried_digests(context))
                again = collected(context, artifacts, listed)
                same = again.evidence == evidence and all(artifacts.get(n) == data for n, data in again.files.items())
                return () if same else ("the lists of the batch do not list the certificates that there are",)
            index = number(evidence, "index")
            der = artifacts[f"{item_stem(context, index)}.der"]
            wanted = Batch(context, artifacts).issuance(index)
            found = standing(held(wanted, der, tried_digests(context)[index - 1]))
        except KeyError as missing:
            return (f"{missing.args[0]} is missing",)
        except (Refusal, IndexError, ValueError) as fault:
            return (f"what the certificate was made from cannot be read: {fault}",)
        unlike = (
            () if item_evidence(index, wanted.fields, der) == evidence else ("the evidence is of another certificate",)
        )
        return (*(one.told() for one in found), *unlike)


_NOT_YET: Final = frozenset({"Signature", "SHA-256 of the certificate"})
"""What a draft under a throw-away signature has otherwise than the certificate will have."""


def _issued(context: Context) -> int | None:
    """How many certificates were issued, over all attempts at the step; None once they were collected.

    They are issued in their order and none is left out, so the last one that succeeded says it.
    """
    for run in reversed(context.state.runs):
        for call in reversed(run.calls) if run.id == context.step.id else ():
            if call.outcome is not None and call.outcome.result == "done":
                return None if call.intent.call == COLLECT else number(call.outcome.evidence, "index")
    return 0
