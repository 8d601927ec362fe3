"""A passphrase is refused when it is short; the proposed one has eighty bits."""

from __future__ import annotations

import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.core.pgp_words import EVEN, ODD
from ceremony_app.core.secret import Secret
from ceremony_app.people.passphrase import proposed, require_strong


@pytest.mark.parametrize(
    "text",
    [
        "quiet marble otter violin harbour seven",
        "Quiet-Marble-Otter-Violin-Harbour-Seven",
        "tür öse äpfel übel größe maß",
        "7fK#q2!vLx9@mWz4$RtP",
        "одно два три четыре пять шесть",
    ],
)
def test_long_enough(text: str) -> None:
    require_strong(Secret.of(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "correct horse",
        "ab cd ef gh ij kl",
        "one two one TWO one two",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabcabcabc",
        "7fK#q2!vLx9@mWz4$Rt",
        " " * 40 + "abcdefghij",
    ],
)
def test_too_short(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        require_strong(Secret.of(text))
    assert caught.value.rule == "CER-PASSPHRASE"
    assert not text or text not in caught.value.paragraph()


class Octets:
    def octets(self, count: int) -> bytes:
        return bytes(range(100, 100 + count))


def test_the_proposed_one_has_a_word_for_each_random_octet() -> None:
    passphrase = proposed(Octets())
    words = passphrase.reveal().decode().split()
    assert [(ODD if i % 2 else EVEN).index(word) for i, word in enumerate(words)] == list(range(100, 110))
    require_strong(passphrase)
