"""Shares and sheets for the tests of this folder: always the same ones, typed as a person would."""

from __future__ import annotations

import random
from collections.abc import Sequence

from ceremony_app.core.secret import Secret
from ceremony_app.shares.activation import check_value, checker
from ceremony_app.shares.sheet import sheet
from ceremony_app.shares.splitting import Check, Share
from tests.shares import oracle

SEED = bytes.fromhex("5e3c91f0a2774d18b6c0e95f12ab83d4")
SERIAL = "6cf9d24a81e07b35"


def shares(threshold: int, count: int, *, seed: bytes = SEED, draw: int = 1) -> tuple[Share, ...]:
    """Shares made without the library; another `draw` is another set of the same secret."""
    source = random.Random(draw)
    identifier = source.getrandbits(15)
    texts = oracle.split(seed, threshold, count, identifier, source.randbytes)
    return tuple(
        Share(index=index, set_id=identifier, threshold=threshold, words=Secret.of(text))
        for index, text in enumerate(texts, start=1)
    )


def right(seed: bytes = SEED) -> Check:
    """The check of this secret."""
    return checker(check_value(Secret(seed), "activation", SERIAL), "activation", SERIAL)


def rows(share: Share) -> list[list[str]]:
    """The five rows as they stand on paper."""
    return [[*row.words, row.check] for row in sheet(share)]


def typed(lines: Sequence[Sequence[str]]) -> Secret:
    """Rows as a person types them."""
    return Secret.of("\n".join(" ".join(words) for words in lines))
