"""The text of an approval has one form, and so has its file."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.approval import (
    LONGEST_REFERENCE,
    MOST_BYTES,
    Approval,
    Papers,
    SignedApproval,
    decode,
    encode,
    parsed,
    reference_fault,
)
from ceremony_app.core.errors import Unusable
from ceremony_app.core.names import NAME, normalised
from ceremony_app.people.signatures import verify
from tests.core.approving import PAPERS, approved, digest_of, replaced, spki_of

GOOD = approved(1)
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
IDS = st.from_regex(NAME.replace("^", r"\A").replace("$", r"\Z"), fullmatch=True)
SHOWN = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
REFERENCES = st.text(SHOWN, max_size=LONGEST_REFERENCE).map(normalised).filter(lambda text: not reference_fault(text))
APPROVALS = st.builds(
    Approval,
    papers=st.builds(Papers, definition=IDS, definition_sha256=DIGESTS, policy=IDS, policy_sha256=DIGESTS),
    reference=REFERENCES,
    key=DIGESTS,
    decision=st.sampled_from(["AGREE", "DISAGREE"]),
)


def test_the_exact_text() -> None:
    text = Approval(papers=PAPERS, reference="Minute 7", key="ab" * 32, decision="AGREE").text
    assert text == (
        "KEY-CEREMONY APPROVAL V1\n"
        f"definition short {PAPERS.definition_sha256}\n"
        f"policy general {PAPERS.policy_sha256}\n"
        "reference Minute 7\n"
        f"signer key {'ab' * 32}\n"
        "decision AGREE\n"
        "I have read this definition and this policy pack, and I approve that a ceremony is held by them.\n"
    )
    against = Approval(papers=PAPERS, reference="Minute 7", key="ab" * 32, decision="DISAGREE").text
    assert against.endswith("decision DISAGREE\nI do not approve.\n")


@given(APPROVALS)
def test_what_is_written_is_what_is_read(approval: Approval) -> None:
    text = approval.text
    assert parsed(text) == approval
    assert len(text.split("\n")) == 8
    assert parsed(text.removesuffix("\n")) is None
    assert parsed(f"{text}\n") is None
    assert parsed(text.replace("\n", "\r\n")) is None
    assert parsed(f"\ufeff{text}") is None


@given(APPROVALS, st.data())
def test_a_character_changed_says_something_else_or_nothing(approval: Approval, data: st.DataObject) -> None:
    text = approval.text
    place = data.draw(st.integers(0, len(text)))
    length = data.draw(st.sampled_from([0, 1])) if place < len(text) else 0
    put = data.draw(st.text(max_size=1))
    changed = text[:place] + put + text[place + length :]
    read = parsed(changed)
    assert read is None or read.text == changed
    assert changed == text or read != approval


def test_every_character_of_a_signed_text_is_held_by_the_signature() -> None:
    for place, old in enumerate(GOOD.statement):
        for new in ("", "0", "a", " ", "\n", f"{old}{old}", old.swapcase() if old.isalpha() else "x"):
            changed = GOOD.statement[:place] + new + GOOD.statement[place + 1 :]
            read = parsed(changed)
            assert changed == GOOD.statement or read != parsed(GOOD.statement)
            holds = verify(GOOD.alg, GOOD.public_key, changed.encode(), GOOD.signature)
            assert holds == (changed == GOOD.statement)


@pytest.mark.parametrize(
    "reference",
    ["", " ", " a", "a ", "\u00a0a", "a\nb", "a\tb", "a\x00", "a\u202eb", "a\u200bb", "a\u2028b", "e\u0301", "x" * 201],
)
def test_what_cannot_be_a_reference(reference: str) -> None:
    assert reference_fault(reference)
    assert parsed(Approval(papers=PAPERS, reference=reference, key="ab" * 32, decision="AGREE").text) is None


def test_a_reference_of_every_script() -> None:
    for reference in ("Minute 7", "Nº 4 – Wärme", "議事録 7", "x" * 200):
        assert not reference_fault(reference)


def test_the_file_is_canonical_json_and_a_line_end() -> None:
    data = encode(GOOD)
    assert data.endswith(b'"}\n')
    assert list(json.loads(data)) == ["alg", "sig", "spki", "statement"]
    assert decode(data) == GOOD
    assert (GOOD.key, GOOD.public_key) == (digest_of(1), spki_of(1))
    umlaut = approved(2, reference="Bericht Nº 4")
    assert decode(encode(umlaut)) == umlaut
    assert "Nº".encode() in encode(umlaut)


@given(APPROVALS, st.text(SHOWN, max_size=20), st.binary(min_size=1, max_size=80), st.binary(min_size=1, max_size=80))
def test_every_file_is_read_as_it_was_written(approval: Approval, alg: str, spki: bytes, signature: bytes) -> None:
    signed = SignedApproval.of(approval, alg, spki, signature)
    assert decode(encode(signed)) == signed
    assert (signed.public_key, signed.signature) == (spki, signature)


TEXT = encode(GOOD)
ODD = GOOD.sig[:-3] + chr(ord(GOOD.sig[-3]) + 1) + GOOD.sig[-2:]
"""The same octets in another spelling: the bits that the last letter leaves over are not zero."""

BAD = {
    "empty": b"",
    "no JSON": b"KEY-CEREMONY APPROVAL V1\n",
    "a list": b"[]\n",
    "no line end": TEXT[:-1],
    "two line ends": TEXT + b"\n",
    "twice": TEXT + TEXT,
    "blanks": TEXT.replace(b'"alg":', b'"alg": '),
    "another order": json.dumps(dict(reversed(json.loads(TEXT).items())), separators=(",", ":")).encode() + b"\n",
    "a member twice": TEXT.replace(b'{"alg":"ed25519"', b'{"alg":"ed25519","alg":"ed25519"'),
    "a member twice, the last one true": TEXT.replace(b'{"alg":"ed25519"', b'{"alg":"none","alg":"ed25519"'),
    "a member more": TEXT.replace(b'{"alg"', b'{"aa":1,"alg"'),
    "a member less": TEXT.replace(b'"alg":"ed25519",', b""),
    "a member that is no text": TEXT.replace(b'"alg":"ed25519"', b'"alg":1'),
    "a member that is null": TEXT.replace(b'"alg":"ed25519"', b'"alg":null'),
    "an escape that need not be": TEXT.replace(b'"ed25519"', b'"\\u0065d25519"'),
    "a mark at its beginning": b"\xef\xbb\xbf" + TEXT,
    "not UTF-8": TEXT.replace(b"Minute", b"Minut\xff"),
    "half a pair": TEXT.replace(b"Minute", b"Minut\\ud800"),
    "no base64": encode(replaced(GOOD, sig="?")),
    "base64 with a line end": encode(replaced(GOOD, spki=f"{GOOD.spki}\n")),
    "base64 without its end": encode(replaced(GOOD, spki=GOOD.spki.rstrip("="))),
    "base64 in another spelling": encode(replaced(GOOD, sig=ODD)),
    "no signature": encode(replaced(GOOD, sig="")),
    "no key": encode(replaced(GOOD, spki="")),
    "another statement": encode(replaced(GOOD, statement="KEY-CEREMONY SIGN-OFF V1\n")),
    "too large": encode(replaced(GOOD, sig=base64.b64encode(bytes(MOST_BYTES)).decode())),
    "nested": b"[" * 100_000,
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_approval(name: str) -> None:
    with pytest.raises(Unusable) as caught:
        decode(BAD[name], "minute.json")
    assert caught.value.rule == "CER-APPROVAL"
    assert caught.value.where == "minute.json"
    assert caught.value.status == 2


def test_an_approval_that_is_cut_off_anywhere() -> None:
    for size in range(len(TEXT)):
        with pytest.raises(Unusable):
            decode(TEXT[:size])


def test_a_letter_changed_in_the_file_is_refused_or_fails() -> None:
    for place in range(0, len(TEXT), 3):
        changed = TEXT[:place] + bytes([TEXT[place] ^ 1]) + TEXT[place + 1 :]
        try:
            read = decode(changed)
        except Unusable:
            continue
        assert not verify(read.alg, read.public_key, read.statement.encode(), read.signature), place
