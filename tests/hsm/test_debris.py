"""What SoftHSM leaves behind when it refuses a wrapped key, and how it is told and cleared."""

from __future__ import annotations

import base64

import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec, ObjectKind, difference
from ceremony_app.core.errors import Executed
from ceremony_app.hsm import process as process_module
from tests.hsm.common import ID, OTHER_ID, PIN, WRAPPING, WRAPPING_ID, activated, fault_of
from tests.hsm.conftest import Opener

# A private key with CKA_ENCRYPT is refused by SoftHSM, after it has stored it.
_REFUSED = (
    "from ceremony_app.hsm import templates; asked = templates.unwrapped; "
    "templates.unwrapped = lambda spec, profile: asked(spec, profile) | {0x104: bytes(1)}; "
)


def test_an_orphan_of_softhsm_is_told_shown_and_destroyed(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    program = process_module._START.replace("from ceremony_app.hsm.worker", f"{_REFUSED}from ceremony_app.hsm.worker")
    monkeypatch.setattr(process_module, "_START", program)
    token = activated(opened())
    token.generate_wrapping_key(WRAPPING)
    made = token.generate_key_pair(KeySpec(label="root", id=ID, algorithm=Algorithm.P256, extractable=True))
    wrapped = token.wrap(WRAPPING_ID, ID)
    before = token.inventory()
    spec = KeySpec(label="restored", id=OTHER_ID, algorithm=Algorithm.P256)
    fault = fault_of(lambda: token.unwrap(WRAPPING_ID, wrapped, spec, base64.b64decode(made.spki)))
    assert (fault.code, fault.executed) == ("CKR_ATTRIBUTE_TYPE_INVALID", Executed.UNKNOWN)
    assert "left an object behind" in fault.why
    assert token.active
    change = difference(before, token.inventory())
    assert change.removed == ()
    (orphan,) = change.added
    assert orphan.kind is ObjectKind.PRIVATE
    token.destroy(orphan)
    token.restart()
    token.activate(PIN)
    assert token.inventory() == before
