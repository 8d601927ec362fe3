"""Our own requests: tried, captured, approved by digest, signed once, held; and what others say of them."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ceremony_app.core.algorithms import Algorithm, Scheme, usual_scheme
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode
from ceremony_app.pki.difference import changed, differences
from ceremony_app.pki.fields import Asks, RequestFields, as_json, from_json
from ceremony_app.pki.findings import standing
from ceremony_app.pki.issuance import Issuance, Prepared, drafted, held, issuance, prepare, sign
from ceremony_app.pki.reading import read_request
from ceremony_app.pki.request_compare import Terms, compared_request
from ceremony_app.pki.request_reading import receive_request
from ceremony_app.pki.show import pem, request_rows
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from ceremony_app.pki.trial import PlannedRequest, Tried, trial
from tests.pki import requesting as r
from tests.pki.making import MOMENT, SoftToken, pack, said, with_algorithm

ASKS: tuple[Asks, ...] = ("nothing", "key-identifier", "profile")


def tried_request(policy: Policy, profile: str, key: Algorithm, asks: Asks = "nothing") -> Tried:
    planned = PlannedRequest(name="csr", profile=profile, key=key, asks=asks)
    (tried,) = trial(policy, Mode.PRODUCTION, (planned,), moment=MOMENT, octets=b"")
    assert tried.good, tried.findings
    return tried


class Case:
    """A request that was tried, the token that has its key, and what was prepared."""

    def __init__(self, policy: Policy, profile: str, key: Algorithm, asks: Asks) -> None:
        self.policy = policy
        self.tried = tried_request(policy, profile, key, asks)
        self.token = SoftToken(throwaway_key(key))
        self.wanted: Issuance = issuance(policy, Mode.PRODUCTION, self.tried.fields, spki=spki_of(self.token.key))
        self.prepared: Prepared = prepare(self.wanted, self.tried.template)

    def signed(self) -> bytes:
        signed = sign(self.wanted, self.prepared.sha256, self.token.sign)
        assert signed.good, signed.findings
        return signed.der


@pytest.fixture(scope="module", params=ASKS)
def case(request: pytest.FixtureRequest, s1spki: Policy) -> Case:
    return Case(s1spki, "operator-issuing", Algorithm.P256, request.param)


# ------------------------------------------------------------------------------------------------- prepared and signed


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_openssl_verifies_the_request_of_every_kind_of_key(algorithm: Algorithm, tmp_path: Path) -> None:
    made = Case(with_algorithm(pack("general"), algorithm), "root", algorithm, "profile")
    assert made.prepared.good, made.prepared.findings
    der = made.signed()
    assert made.token.calls == 1
    path = tmp_path / "request.pem"
    path.write_bytes(pem(der, "CERTIFICATE REQUEST", "REHEARSAL: this certificate request is worthless"))
    command = ("openssl", "req", "-in", str(path), "-verify", "-noout", "-text")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "verify OK" in done.stderr
    for text in ("Version: 1 (0x0)", "CN = Example Root CA G1", "CA:TRUE", "Certificate Sign, CRL Sign"):
        assert text in done.stdout
    assert x509.load_der_x509_csr(der).is_signature_valid


def test_what_is_prepared_is_what_is_signed_and_what_can_be_received(case: Case) -> None:
    assert case.prepared.good
    assert case.prepared.sha256 == hashlib.sha256(case.prepared.tbs).hexdigest()
    der = case.signed()
    assert read_request(der).tbs == case.prepared.tbs
    assert held(case.wanted, der, case.prepared.sha256) == ()
    assert read_request(drafted(case.wanted)).tbs == case.prepared.tbs
    received = receive_request(pem(der, "CERTIFICATE REQUEST"), Mode.PRODUCTION)
    profile = case.policy.certificates["operator-issuing"]
    subject = profile.subject.value
    terms = Terms(profile=profile, mode=Mode.PRODUCTION, application=subject, subject=subject, beyond="refuse")
    assert compared_request(received.read, terms).findings == ()
    assert any(row.label == "Signature algorithm" for row in case.prepared.rows())
    assert request_rows(der)[-1].value == hashlib.sha256(der).hexdigest()


def test_only_the_key_and_its_identifier_differ_from_the_trial(case: Case) -> None:
    fields = case.tried.fields
    assert isinstance(fields, RequestFields)
    identifier = () if fields.asks == "nothing" else ("subjectKeyIdentifier",)
    assert case.prepared.changed == ("subjectPublicKeyInfo", *identifier)
    asked = {one.oid for one in read_request(case.signed()).extensions}
    assert (
        asked
        == {
            "nothing": set(),
            "key-identifier": {"2.5.29.14"},
            "profile": {"2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.32"},
        }[fields.asks]
    )


def test_the_rehearsals_name_is_asked_for_in_a_rehearsal(general: Policy) -> None:
    planned = PlannedRequest(name="csr", profile="root", key=Algorithm.P384)
    (tried,) = trial(general, Mode.REHEARSAL, (planned,), moment=MOMENT, octets=b"")
    assert isinstance(tried.fields, RequestFields)
    assert tried.fields.subject == general.certificates["root"].rehearsal_subject
    assert "(of the throw-away key)" in "".join(row.value for row in tried.rows())


def test_decisions_go_through_the_journal(case: Case) -> None:
    again = from_json(as_json(case.tried.fields))
    assert again == case.tried.fields
    assert issuance(case.policy, Mode.PRODUCTION, again, spki=spki_of(case.token.key)) == case.wanted


# -------------------------------------------------------------------------------------------------------- what is found


def test_another_approval_reaches_no_token(case: Case) -> None:
    token = SoftToken(case.token.key)
    with pytest.raises(Refusal) as refusal:
        sign(case.wanted, "00" * 32, token.sign)
    assert refusal.value.rule == "CER-APPROVED"
    assert token.calls == 0


def garbage(scheme: Scheme, data: bytes) -> bytes:
    del scheme, data
    return encode_dss_signature(5, 7)


def test_what_a_token_answers_wrongly_is_found(case: Case) -> None:
    other = SoftToken(throwaway_key(Algorithm.P256)).sign
    for answer in (
        garbage,
        other,
        lambda scheme, data: case.token.sign(scheme, data + b"\0"),
        lambda scheme, data: b"",
    ):
        signed = sign(case.wanted, case.prepared.sha256, answer)
        assert [one.rule for one in standing(signed.findings)] == ["CER-CSR-PROOF"]


def test_a_flipped_bit_anywhere_is_found(case: Case) -> None:
    der = bytearray(case.signed())
    for i in range(0, len(der), 3):
        der[i] ^= 0x01
        assert standing(held(case.wanted, bytes(der), case.prepared.sha256)), f"octet {i}"
        der[i] ^= 0x01
    assert held(case.wanted, bytes(der) + b"\0", case.prepared.sha256)[0].field == "encoding"


def test_held_finds_what_was_decided_otherwise(case: Case) -> None:
    der = case.signed()
    another = (NamePart(type="CN", value="Another"),)
    for member, value, field in (
        ("subject", another, "subject"),
        ("signature", Scheme.ECDSA_SHA384, "signatureAlgorithm"),
        ("key", Algorithm.P384, "subjectPublicKeyInfo"),
    ):
        decided = msgspec.structs.replace(case.tried.fields, **{member: value})
        wanted = issuance(case.policy, Mode.PRODUCTION, decided, spki=spki_of(case.token.key))
        assert field in {one.field for one in held(wanted, der, case.prepared.sha256)}
    elsewhere = issuance(case.policy, Mode.PRODUCTION, case.tried.fields, spki=spki_of(throwaway_key(Algorithm.P256)))
    assert "CER-EVIDENCE" in {one.rule for one in held(elsewhere, der, case.prepared.sha256)}


def test_held_finds_extensions_that_were_not_to_be_asked_for(s1spki: Policy) -> None:
    asking, silent = (Case(s1spki, "operator-issuing", Algorithm.P256, asks) for asks in ("profile", "nothing"))
    wanted = issuance(s1spki, Mode.PRODUCTION, silent.tried.fields, spki=spki_of(asking.token.key))
    der = asking.signed()
    found = held(wanted, der, asking.prepared.sha256)
    assert {one.field for one in found} == {
        "basicConstraints",
        "keyUsage",
        "certificatePolicies",
        "subjectKeyIdentifier",
    }
    wanted = issuance(s1spki, Mode.PRODUCTION, asking.tried.fields, spki=spki_of(silent.token.key))
    assert len(held(wanted, silent.signed(), silent.prepared.sha256)) == 4


def test_held_finds_an_attribute_and_a_version_that_nobody_wanted(s1spki: Policy) -> None:
    somebody = r.requester("p256")
    tried = tried_request(s1spki, "operator-issuing", Algorithm.P256)
    wanted = issuance(s1spki, Mode.PRODUCTION, tried.fields, spki=somebody.spki)
    subject = r.named((r.OU, "07"), (r.CN, "TMP1"))
    for version, attributes, field in (
        (0, (r.attribute(r.CHALLENGE, r.tlv(r.UTF8, b"x")),), f"attribute {r.CHALLENGE}"),
        (1, (), "version"),
    ):
        tbs = r.info(somebody.spki, subject, *attributes, version=version)
        found = held(wanted, somebody.signed(tbs), hashlib.sha256(tbs).hexdigest())
        assert [one.field for one in found] == [field]
    tbs = r.info(somebody.spki, subject)
    assert held(wanted, somebody.signed(tbs), hashlib.sha256(tbs).hexdigest()) == ()


def test_a_key_that_nobody_should_certify_is_found_before_it_signs(s1spki: Policy) -> None:
    tried = tried_request(s1spki, "operator-issuing", Algorithm.P256)
    weak = ec.derive_private_key(1, ec.SECP256R1())
    prepared = prepare(issuance(s1spki, Mode.PRODUCTION, tried.fields, spki=spki_of(weak)), tried.template)
    assert [one.rule for one in standing(prepared.findings)] == ["CER-KEY-POINT"]


def test_a_name_of_the_pack_that_does_not_show_is_found_at_the_trial(s1spki: Policy) -> None:
    profile = s1spki.certificates["operator-issuing"]
    unseen = (NamePart(type="CN", value="TMP\u3164"),)
    other = msgspec.structs.replace(profile, **said(profile, "subject", unseen))
    policy = msgspec.structs.replace(s1spki, certificates=s1spki.certificates | {"operator-issuing": other})
    planned = PlannedRequest(name="csr", profile="operator-issuing", key=Algorithm.P256)
    (tried,) = trial(policy, Mode.PRODUCTION, (planned,), moment=MOMENT, octets=b"")
    assert [one.rule for one in tried.findings] == ["CER-CSR-NAME"]
    assert "\\u{3164}" in "".join(row.value for row in tried.rows())


def test_differences_from_the_trial_are_named_field_by_field() -> None:
    somebody = r.requester("p256")
    subject, other = r.named((r.CN, "A")), r.named((r.CN, "B"))
    usage, path = (r.extension(kind, b"\x05\x00") for kind in ("2.5.29.15", "2.5.29.19"))
    challenge = r.attribute(r.CHALLENGE, r.tlv(r.UTF8, b"x"))
    template = r.info(somebody.spki, subject, r.asking(usage, path))
    for real, names in (
        (template, ()),
        (r.info(r.requester("p256", 2).spki, subject, r.asking(usage, path)), ("subjectPublicKeyInfo",)),
        (r.info(somebody.spki, other, r.asking(usage, path)), ("subject",)),
        (r.info(somebody.spki, subject, r.asking(usage, path), version=1), ("version",)),
        (r.info(somebody.spki, subject, r.asking(usage)), ("basicConstraints",)),
        (r.info(somebody.spki, subject, r.asking(path, usage)), ("order of the extensions",)),
        (r.info(somebody.spki, subject, r.asking(usage, path), challenge), (f"attribute {r.CHALLENGE}",)),
    ):
        assert changed(template, real) == names
        assert [one.field for one in differences(template, real)] == [n for n in names if n != "subjectPublicKeyInfo"]


# ------------------------------------------------------------------------------------------------------------- refusals


def test_a_request_has_a_profile_and_no_issuer(case: Case) -> None:
    spki = spki_of(case.token.key)
    with pytest.raises(Refusal) as refusal:
        issuance(case.policy, Mode.PRODUCTION, case.tried.fields, spki=spki, issuer=b"anything")
    assert refusal.value.rule == "CER-ISSUER"
    unknown = msgspec.structs.replace(case.tried.fields, profile="none")
    with pytest.raises(Refusal) as refusal:
        issuance(case.policy, Mode.PRODUCTION, unknown, spki=spki)
    assert refusal.value.rule == "CER-PROFILE"
    with pytest.raises(Refusal) as refusal:
        tried_request(case.policy, "none", Algorithm.P256)
    assert refusal.value.rule == "CER-PROFILE"


def test_a_key_of_another_kind_than_the_profiles_is_a_finding_at_the_trial(s1spki: Policy) -> None:
    planned = PlannedRequest(name="csr", profile="operator-issuing", key=Algorithm.P384)
    (tried,) = trial(s1spki, Mode.PRODUCTION, (planned,), moment=MOMENT, octets=b"")
    assert [(one.rule, one.field) for one in tried.findings] == [("CER-PROFILE", "subjectPublicKeyInfo")]
    profile = s1spki.certificates["operator-issuing"]
    for one in (said(profile, "key", Algorithm.P384), said(profile, "signature", usual_scheme(Algorithm.P384))):
        profile = msgspec.structs.replace(profile, **one)
    wider = msgspec.structs.replace(s1spki, certificates=s1spki.certificates | {"operator-issuing": profile})
    assert tried_request(wider, "operator-issuing", Algorithm.P384).good
