"""Requests received, or refused by name, for several tests."""

from __future__ import annotations

import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.core.values import Mode
from ceremony_app.pki.request_reading import ReceivedRequest, receive_request
from tests.pki import requesting as r

SUBJECT = r.named((r.OU, "07"), (r.CN, "TMP1"))


def received(octets: bytes, mode: Mode = Mode.PRODUCTION) -> ReceivedRequest:
    return receive_request(octets, mode)


def refused(octets: bytes, rule: str, told: str = "", mode: Mode = Mode.PRODUCTION) -> None:
    with pytest.raises(Refusal) as refusal:
        received(octets, mode)
    assert refusal.value.rule == rule, refusal.value.why
    assert told in refusal.value.why
    assert refusal.value.what_to_do
    assert len(refusal.value.paragraph()) < 1200
