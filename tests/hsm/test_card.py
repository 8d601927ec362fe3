"""A person's card signs what it is given, with its PIN each time, and says in words why it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.errors import Refusal, TokenFault
from ceremony_app.core.ports import CardSigner
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.card import open_card
from ceremony_app.hsm.cardkeys import method_of
from ceremony_app.people.signatures import algorithm_of, key_digest, verify
from tests.hsm.cards import ID, PIN, SO_PIN, WRONG, PracticeCard, digest_of, practice_card, spki_of

STATEMENT = b"KEY-CEREMONY SIGN-OFF V1\nwhat was shown\n"
OTHER_ID = "0a0b0c0d"


@pytest.fixture
def practice(softhsm_module: Path, tmp_path: Path) -> PracticeCard:
    assert softhsm_module.is_file()
    return practice_card(tmp_path / "card")


def refused(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    assert not isinstance(caught.value, TokenFault), "told of a card, and not of the ceremony's token"
    return caught.value


def certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Person 3")])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + dt.timedelta(days=9))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("make", "alg"),
    [
        (lambda card: card.make(Algorithm.P256), "ecdsa-p256-sha256"),
        (lambda card: card.make(Algorithm.P384), "ecdsa-p384-sha384"),
        (lambda card: card.make(Algorithm.ED25519), "ed25519"),
        (lambda card: card.bring(rsa.generate_private_key(65537, 2048)), "rsa-pkcs1-sha256"),
    ],
)
def test_every_kind_of_key_signs(practice: PracticeCard, make: Callable[[PracticeCard], bytes], alg: str) -> None:
    spki = make(practice)
    for key in ("", digest_of(spki)):
        signer: CardSigner = open_card(practice.card(), key=key)
        assert (signer.spki, signer.algorithm) == (spki, alg)
        assert verify(alg, spki, STATEMENT, signer.sign(STATEMENT, PIN))
        assert not verify(alg, spki, STATEMENT + b"!", signer.sign(STATEMENT, PIN))


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
        rsa.generate_private_key(65537, 2047),  # noqa: S505 - to be refused
    ],
)
def test_the_methods_are_those_that_sign_offs_are_verified_with(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey,
) -> None:
    method = method_of(spki_of(key))
    assert (method.name if method else None) == algorithm_of(spki_of(key))


def test_a_wrong_pin_signs_nothing_and_the_right_one_signs_after_it(practice: PracticeCard) -> None:
    practice.make(Algorithm.P256)
    signer = open_card(practice.card())
    told = refused(lambda: signer.sign(STATEMENT, WRONG))
    assert told.rule == "CER-PIN"
    assert "PIN tries" in told.what_to_do
    assert WRONG.reveal().decode() not in told.paragraph()
    signer.sign(STATEMENT, PIN)


@pytest.mark.parametrize("pin", [None, Secret.of("")])
def test_nothing_is_sent_where_no_pin_is_entered(practice: PracticeCard, pin: Secret | None) -> None:
    practice.make(Algorithm.P256)
    signer = open_card(practice.card())
    practice.take_out()
    assert refused(lambda: signer.sign(STATEMENT, pin)).rule == "CER-PIN"


def test_a_pin_bound_to_the_readers_keys_is_not_taken_from_the_keyboard(practice: PracticeCard) -> None:
    practice.make(Algorithm.P256)
    signer = open_card(replace(practice.card(), keypad=True))
    assert "at its reader" in refused(lambda: signer.sign(STATEMENT, PIN)).why
    told = refused(lambda: signer.sign(STATEMENT, None))
    assert told.rule == "CER-PIN"
    assert "no place where a PIN could be entered" in told.why


def test_a_card_that_was_taken_out_is_missed_and_signs_again_in_any_reader(practice: PracticeCard) -> None:
    spki = practice.make(Algorithm.P256)
    signer = open_card(practice.card())
    signer.sign(STATEMENT, PIN)
    practice.take_out()
    for call in (lambda: signer.sign(STATEMENT, PIN), signer.rows, lambda: open_card(practice.card())):
        told = refused(call)
        assert told.rule == "CER-CARD"
        assert f"The card of serial {practice.serial} is not in its reader." in told.why
    practice.put_back()
    assert verify(signer.algorithm, spki, STATEMENT, signer.sign(STATEMENT, PIN))


def test_another_card_in_the_reader_is_not_asked(practice: PracticeCard, tmp_path: Path) -> None:
    practice.make(Algorithm.P256)
    signer = open_card(practice.card())
    other = practice_card(tmp_path / "other")
    other.make(Algorithm.P256)
    practice.take_out()
    for folder in (other.home / "tokens").iterdir():
        folder.rename(practice.home / "tokens" / folder.name)
    assert "is not in its reader" in refused(lambda: signer.sign(STATEMENT, PIN)).why


def test_of_two_keys_the_bound_one_signs_and_none_where_none_is_bound(practice: PracticeCard) -> None:
    first = practice.make(Algorithm.P256)
    second = practice.make(Algorithm.P384, OTHER_ID, "another key")
    told = refused(lambda: open_card(practice.card()).sign(STATEMENT, PIN))
    assert told.rule == "CER-CARD"
    assert "holds 2 signing keys" in told.why
    for spki in (first, second):
        signer = open_card(practice.card(), key=digest_of(spki))
        assert verify(algorithm_of(spki) or "", spki, STATEMENT, signer.sign(STATEMENT, PIN))


def test_a_card_without_a_key_says_so(practice: PracticeCard) -> None:
    signer = open_card(practice.card())
    assert refused(lambda: signer.spki).rule == "CER-CARD"
    assert "holds 0 signing keys" in refused(lambda: signer.sign(STATEMENT, PIN)).why


@pytest.mark.parametrize("bound", [True, False])
def test_a_key_in_the_place_of_the_enrolled_one_does_not_sign(practice: PracticeCard, *, bound: bool) -> None:
    spki = practice.make(Algorithm.P256)
    signer = open_card(practice.card(), key=digest_of(spki) if bound else "")
    signer.sign(STATEMENT, PIN)
    practice.empty()
    practice.make(Algorithm.P256)
    told = refused(lambda: signer.sign(STATEMENT, PIN))
    assert told.rule == "CER-CARD"
    assert digest_of(spki) in told.why


def test_a_public_half_without_its_private_one_is_no_key_to_sign_with(practice: PracticeCard) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    practice.bring(ec.generate_private_key(ec.SECP256R1()), public=False)
    practice.write(spki_of(stranger))
    signer = open_card(practice.card())
    signature = signer.sign(STATEMENT, PIN)
    assert not verify(signer.algorithm, signer.spki, STATEMENT, signature), "and whoever takes it finds out"
    practice.empty()
    practice.write(spki_of(stranger))
    told = refused(lambda: open_card(practice.card()).sign(STATEMENT, PIN))
    assert "no private key" in told.why


def test_a_certificate_tells_the_key_where_no_public_key_does(practice: PracticeCard) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    spki = practice.bring(key, public=False)
    assert refused(lambda: open_card(practice.card()).spki).rule == "CER-CARD"
    practice.write(certificate(key))
    signer = open_card(practice.card(), key=key_digest(spki))
    assert signer.spki == spki
    assert verify(signer.algorithm, spki, STATEMENT, signer.sign(STATEMENT, PIN))


def test_a_key_that_the_card_shows_to_its_holder_only_is_learnt_with_the_pin(practice: PracticeCard) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    practice.bring(key, public=False)
    practice.write(spki_of(key), private=True)
    signer = open_card(practice.card(), key=digest_of(spki_of(key)))
    assert "without its PIN" in refused(lambda: signer.spki).why
    assert signer.unlock(PIN) == spki_of(key) == signer.spki


def test_a_key_that_asks_each_time_is_given_the_pin_again(practice: PracticeCard) -> None:
    spki = practice.make(Algorithm.P256, asks_each_time=True)
    signer = open_card(practice.card(), key=digest_of(spki))
    assert verify(signer.algorithm, spki, STATEMENT, signer.sign(STATEMENT, PIN))


def test_keys_that_share_an_id_stand_for_no_key(practice: PracticeCard) -> None:
    first = practice.bring(ec.generate_private_key(ec.SECP256R1()), ID)
    practice.bring(ec.generate_private_key(ec.SECP256R1()), ID)
    assert refused(lambda: open_card(practice.card(), key=digest_of(first)).sign(STATEMENT, PIN)).rule == "CER-CARD"


def test_two_private_keys_of_one_id_are_not_told_apart_by_luck(practice: PracticeCard) -> None:
    first = practice.bring(ec.generate_private_key(ec.SECP256R1()), ID)
    practice.bring(ec.generate_private_key(ec.SECP256R1()), ID, public=False)
    for signer in (open_card(practice.card(), key=key) for key in ("", digest_of(first))):
        assert refused(partial(signer.sign, STATEMENT, PIN)).rule == "CER-CARD"


def test_two_public_halves_of_one_id_stand_for_no_key(practice: PracticeCard) -> None:
    first = practice.bring(ec.generate_private_key(ec.SECP256R1()))
    practice.write(spki_of(ec.generate_private_key(ec.SECP256R1())))
    assert refused(lambda: open_card(practice.card(), key=digest_of(first)).sign(STATEMENT, PIN)).rule == "CER-CARD"


def test_a_public_half_of_another_kind_is_not_that_of_the_key(practice: PracticeCard) -> None:
    practice.bring(ec.generate_private_key(ec.SECP256R1()), public=False)
    practice.write(spki_of(ec.generate_private_key(ec.SECP384R1())))
    assert "holds 0 signing keys" in refused(lambda: open_card(practice.card()).sign(STATEMENT, PIN)).why


def test_the_rows_tell_card_and_tries_without_a_login(practice: PracticeCard) -> None:
    practice.make(Algorithm.P256)
    rows = {row.label: row.value for row in open_card(practice.card()).rows()}
    assert rows["Serial number of the card"] == practice.serial
    assert rows["PIN tries"] == "no wrong try since the last right one, as far as the card reports"
    assert rows["PIN is entered"] == "at this keyboard"


def test_a_module_that_was_changed_is_not_loaded(practice: PracticeCard, tmp_path: Path) -> None:
    practice.make(Algorithm.P256)
    copy = tmp_path / "module.so"
    copy.write_bytes(practice.softhsm.module.read_bytes())
    signer = open_card(practice.card(module=copy))
    signer.sign(STATEMENT, PIN)
    copy.write_bytes(copy.read_bytes() + b"\0")
    assert refused(lambda: signer.sign(STATEMENT, PIN)).rule == "CER-MODULE-CHANGED"
    copy.unlink()
    assert refused(signer.rows).rule == "CER-MODULE"


def test_what_is_closed_signs_no_more(practice: PracticeCard) -> None:
    practice.make(Algorithm.P256)
    signer = open_card(practice.card())
    signer.close()
    assert refused(lambda: signer.sign(STATEMENT, PIN)).rule == "CER-VOID"
    assert len(SO_PIN)
