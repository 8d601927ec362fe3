"""What is approved is what is signed, or nothing is; and whatever a token answers is held against it."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from asn1crypto import core, parser
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.errors import Executed, Refusal, TokenFault, Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode
from ceremony_app.pki.der import SEQUENCE, element
from ceremony_app.pki.difference import changed, differences
from ceremony_app.pki.fields import CertificateFields, CrlFields, RevokedCertificate
from ceremony_app.pki.findings import standing
from ceremony_app.pki.general import STAND_IN_CODE
from ceremony_app.pki.issuance import held, issuance, prepare, sign
from ceremony_app.pki.spki import public_key
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from tests.pki.making import Made, SoftToken, root_issuance

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, which a test puts octets together with, has no types.

OTHER = (NamePart(type="CN", value="Another"),)


# --------------------------------------------------------------------------------------------------- what tokens answer


def test_one_signature_is_asked_for(root: Made) -> None:
    wanted, token = root_issuance(root)
    assert sign(wanted, root.approved["root"], token.sign).good
    assert token.calls == 1


def garbage(scheme: Scheme, data: bytes) -> bytes:
    del scheme, data
    return encode_dss_signature(5, 7)


def noise(scheme: Scheme, data: bytes) -> bytes:
    del scheme, data
    return b"\xde\xad\xbe\xef"


def nothing(scheme: Scheme, data: bytes) -> bytes:
    del scheme, data
    return b""


@pytest.mark.parametrize("answer", [garbage, noise, nothing])
@pytest.mark.parametrize("name", ["root", "root-crl"])
def test_garbage_from_a_token_is_found(root: Made, answer: object, name: str) -> None:
    wanted, _ = root_issuance(root)
    if name == "root-crl":
        wanted = issuance(root.policy, Mode.PRODUCTION, root.fields(name).fields, issuer=root.der["root"])
    assert callable(answer)
    signed = sign(wanted, root.approved[name], answer)
    assert not signed.good
    assert "signatureValue" in {one.field for one in standing(signed.findings)}


@pytest.mark.parametrize("name", ["root", "root-crl"])
def test_a_token_that_signs_something_else_is_found(root: Made, name: str) -> None:
    wanted, token = root_issuance(root)
    if name == "root-crl":
        wanted = issuance(root.policy, Mode.PRODUCTION, root.fields(name).fields, issuer=root.der["root"])
    signed = sign(wanted, root.approved[name], lambda scheme, data: token.sign(scheme, data + b"\0"))
    assert {one.rule for one in standing(signed.findings)} == {"CER-PROOF"}


def test_a_token_that_signs_with_another_key_is_found(root: Made) -> None:
    wanted, _ = root_issuance(root)
    signed = sign(wanted, root.approved["root"], SoftToken(throwaway_key(Algorithm.P384)).sign)
    assert {one.rule for one in standing(signed.findings)} >= {"CER-PROOF"}


def test_a_tokens_fault_comes_through_unchanged(root: Made) -> None:
    fault = TokenFault("CKR_DEVICE_REMOVED", 0x32, "Gone.", "Look.", executed=Executed.UNKNOWN)

    def gone(scheme: Scheme, data: bytes) -> bytes:
        del scheme, data
        raise fault

    wanted, _ = root_issuance(root)
    with pytest.raises(TokenFault) as caught:
        sign(wanted, root.approved["root"], gone)
    assert caught.value is fault


# ---------------------------------------------------------------------------------------------------- prepared and held


def test_only_the_key_and_its_identifiers_differ_from_the_trial(root: Made) -> None:
    wanted, _ = root_issuance(root)
    prepared = prepare(wanted, root.fields("root").template)
    assert prepared.changed == ("subjectPublicKeyInfo", "subjectKeyIdentifier", "authorityKeyIdentifier")
    assert prepared.sha256 == hashlib.sha256(prepared.tbs).hexdigest() == root.approved["root"]
    labels = [row.label for row in prepared.rows()]
    assert labels[-2:] == ["SHA-256 to be signed", "Findings"]


@pytest.mark.parametrize(
    ("member", "value", "field"),
    [
        ("serial", "7fffffffffffffffffffffffffffffffffffffff", "serialNumber"),
        ("not_before", "2026-11-23T12:00:01Z", "validity"),
        ("not_after", "2046-11-23T12:00:00Z", "validity"),
    ],
)
def test_what_differs_otherwise_from_the_trial_is_named(root: Made, member: str, value: str, field: str) -> None:
    one = root.fields("root")
    decided = msgspec.structs.replace(one.fields, **{member: value})
    wanted = issuance(root.policy, Mode.PRODUCTION, decided, spki=spki_of(root.keys["root"]))
    prepared = prepare(wanted, one.template)
    assert not prepared.good
    assert ("CER-TBS", field) in {(finding.rule, finding.field) for finding in prepared.findings}


def test_a_template_that_is_none_is_a_finding(root: Made) -> None:
    wanted, _ = root_issuance(root)
    prepared = prepare(wanted, b"no template")
    assert not prepared.good
    assert "cannot be read" in prepared.changed[0]


def test_the_stand_ins_own_finding_is_excused_and_shown(operator: Made) -> None:
    """Without authority key identifier the linter needs the signature to see a self-signed certificate."""
    one = operator.fields("operator-root")
    spki = spki_of(operator.keys["operator-root"])
    prepared = prepare(issuance(operator.policy, Mode.PRODUCTION, one.fields, spki=spki), one.template)
    assert prepared.good
    (excused,) = prepared.findings
    assert excused.section == STAND_IN_CODE
    assert "stand-in" in excused.waived
    wanted = issuance(operator.policy, Mode.PRODUCTION, one.fields, spki=spki)
    assert held(wanted, operator.der["operator-root"], operator.approved["operator-root"]) == ()


def test_held_finds_another_object_in_its_place(root: Made, chain: Made) -> None:
    wanted, _ = root_issuance(root)
    other = {one.rule for one in held(wanted, chain.der["root"], root.approved["root"])}
    assert other >= {"CER-TBS", "CER-EVIDENCE"}
    assert held(wanted, root.der["root"], "00" * 32)[0].rule == "CER-TBS"
    assert held(wanted, root.der["root-crl"], root.approved["root"])[0].field == "encoding"
    assert held(wanted, root.der["root"] + b"\0", root.approved["root"])[0].field == "encoding"
    assert held(wanted, b"", root.approved["root"])[0].field == "encoding"


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("root", "serial", "7f"),
        ("root", "not_before", "2026-11-23T11:59:59Z"),
        ("root", "not_after", "2046-11-23T12:00:00Z"),
        ("root", "subject", OTHER),
        ("root", "issuer", OTHER),
        ("root-crl", "issuer", OTHER),
        ("root-crl", "number", 2),
        ("root-crl", "this_update", "2026-11-24T12:00:00Z"),
        ("root-crl", "next_update", "2027-11-24T12:00:00Z"),
        ("root-crl", "revoked", (RevokedCertificate(serial="07", date="2026-11-23T12:00:00Z"),)),
    ],
)
def test_held_finds_what_was_decided_otherwise(root: Made, name: str, member: str, value: object) -> None:
    """Approved and soundly signed, but not what the trial fixed."""
    decided = msgspec.structs.replace(root.fields(name).fields, **{member: value})
    own = isinstance(decided, CertificateFields)
    spki, issuer = (spki_of(root.keys["root"]), b"") if own else (b"", root.der["root"])
    wanted = issuance(root.policy, Mode.PRODUCTION, decided, spki=spki, issuer=issuer)
    (found,) = held(wanted, root.der[name], root.approved[name])
    assert found.rule == "CER-EVIDENCE"


def test_extensions_in_another_order_are_a_difference(root: Made) -> None:
    """The same fields, and yet not the octets that were tried."""
    template = root.fields("root").template
    *fields, wrapper = element(template, SEQUENCE, "template")
    (extensions,) = wrapper
    turned = core.Sequence(contents=b"".join(one.der for one in list(extensions)[::-1])).dump()
    listed = parser.emit(2, 1, 3, turned)
    other = core.Sequence(contents=b"".join(field.der for field in fields) + listed).dump()
    assert changed(template, template) == ()
    assert changed(template, other) == ("order of the extensions",)
    assert [one.field for one in differences(template, other)] == ["order of the extensions"]


def test_one_flipped_bit_anywhere_is_found(root: Made) -> None:
    """Every octet of the certificate and of the CRL in turn; the approval alone would find most of it."""
    wanted, _ = root_issuance(root)
    crl = issuance(root.policy, Mode.PRODUCTION, root.fields("root-crl").fields, issuer=root.der["root"])
    for one, name in ((wanted, "root"), (crl, "root-crl")):
        der = bytearray(root.der[name])
        for i in range(0, len(der), 7):
            der[i] ^= 0x01
            assert standing(held(one, bytes(der), root.approved[name])), f"octet {i} of {name}"
            der[i] ^= 0x01


def test_a_validity_beyond_the_issuers_is_found(operator: Made) -> None:
    one = operator.fields("issuing").fields
    assert isinstance(one, CertificateFields)
    beyond = msgspec.structs.replace(one, not_after="2076-11-23T12:00:00Z")
    wanted = issuance(
        operator.policy, Mode.PRODUCTION, beyond,
        spki=spki_of(operator.keys["issuing"]), issuer=operator.der["operator-root"],
    )  # fmt: skip
    found = prepare(wanted, operator.fields("issuing").template).findings
    assert ("CER-PROOF", "validity") in {(finding.rule, finding.field) for finding in found}


def test_a_ca_under_an_issuer_that_allows_none_and_a_crl_of_an_end_entity(operator: Made) -> None:
    planned = operator.fields("issuing").fields
    assert isinstance(planned, CertificateFields)
    other = (NamePart(type="OU", value="07"), NamePart(type="CN", value="TMP2"))  # the same name would be a re-key
    under = msgspec.structs.replace(planned, name="below", issued_by="issuing", issuer=planned.subject, subject=other)
    wanted = issuance(
        operator.policy, Mode.PRODUCTION, under,
        spki=spki_of(operator.keys["hes-1"]), issuer=operator.der["issuing"],
    )  # fmt: skip
    found = prepare(wanted, operator.fields("issuing").template).findings
    assert ("CER-PROOF", "basicConstraints") in {(finding.rule, finding.field) for finding in found}
    again = msgspec.structs.replace(under, subject=planned.subject)
    renewed = issuance(
        operator.policy, Mode.PRODUCTION, again,
        spki=spki_of(operator.keys["hes-1"]), issuer=operator.der["issuing"],
    )  # fmt: skip
    found = prepare(renewed, operator.fields("issuing").template).findings
    assert ("CER-PROOF", "basicConstraints") not in {(finding.rule, finding.field) for finding in found}
    crl = operator.fields("operator-root-crl").fields
    entity = operator.fields("hes-1").fields
    assert isinstance(entity, CertificateFields)
    of_entity = msgspec.structs.replace(crl, issuer=entity.subject, issued_by="hes-1")
    found = prepare(
        issuance(operator.policy, Mode.PRODUCTION, of_entity, issuer=operator.der["hes-1"]),
        operator.fields("operator-root-crl").template,
    ).findings
    assert {"issuer.basicConstraints", "issuer.keyUsage"} <= {finding.field for finding in found}


# ------------------------------------------------------------------------------------------------------------- refusals


def test_an_issuance_needs_its_issuer_and_its_profile(root: Made) -> None:
    fields, crl = root.fields("root").fields, root.fields("root-crl").fields
    spki = spki_of(root.keys["root"])
    with pytest.raises(Refusal) as refusal:
        issuance(root.policy, Mode.PRODUCTION, fields, spki=spki, issuer=root.der["root"])
    assert refusal.value.rule == "CER-ISSUER"
    with pytest.raises(Refusal) as refusal:
        issuance(root.policy, Mode.PRODUCTION, crl)
    assert refusal.value.rule == "CER-ISSUER"
    with pytest.raises(Unusable) as unusable:
        issuance(root.policy, Mode.PRODUCTION, crl, issuer=b"0\x03\x02\x01\x00")
    assert unusable.value.rule == "CER-DER"
    for one in (fields, crl):
        with pytest.raises(Refusal) as refusal:
            issuance(
                root.policy, Mode.PRODUCTION, msgspec.structs.replace(one, profile="none"),
                spki=spki, issuer=root.der["root"] if isinstance(one, CrlFields) else b"",
            )  # fmt: skip
        assert refusal.value.rule == "CER-PROFILE"


def test_a_key_of_another_kind_is_refused(general: Policy, root: Made) -> None:
    other = spki_of(throwaway_key(Algorithm.P256))
    wanted = issuance(general, Mode.PRODUCTION, root.fields("root").fields, spki=other)
    with pytest.raises(Refusal) as refusal:
        prepare(wanted, root.fields("root").template)
    assert refusal.value.rule == "CER-KEY"
    with pytest.raises(Refusal):
        public_key(b"", Algorithm.P256)
