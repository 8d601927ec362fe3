"""What a trial makes of tokens that refuse, lie, forget, or want something first."""

from __future__ import annotations

import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import Trial
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.attributes import EC_POINT, ID, LABEL
from ceremony_app.hsm.functions import Function
from tests.hsm.scripted import ALWAYS_AUTHENTICATE, Object, Scripted, device, failing, public_key


def tried(raw: Scripted, *, login: bool = True) -> Trial:
    trial = device(raw, login=login).try_out(Algorithm.P256)
    assert trial.said.endswith(".")
    return trial


def test_the_scripted_token_passes() -> None:
    raw = Scripted()
    raw.put(public_key(raw.key))
    trial = tried(raw)
    assert (trial.result, trial.label_kept, trial.id_kept) == ("passed", True, True)
    assert len(raw.objects) == 1
    assert raw.made.count(Function.GENERATE_KEY_PAIR) == raw.made.count(Function.SIGN) == 1


@pytest.mark.parametrize("code", ["USER_NOT_LOGGED_IN", "TEMPLATE_INCONSISTENT", "ATTRIBUTE_VALUE_INVALID"])
def test_a_token_that_wants_a_login_first_is_not_tried_without_one(code: str) -> None:
    refuses = {Function.GENERATE_KEY_PAIR: failing(code)}
    without, with_login = tried(Scripted(errs=refuses), login=False), tried(Scripted(errs=refuses))
    assert (without.result, without.code) == ("not-tried", f"CKR_{code}")
    assert "login" in without.said
    assert (with_login.result, with_login.code) == ("failed", f"CKR_{code}")


def test_a_token_in_factory_state_is_not_tried() -> None:
    raw = Scripted(flags=set())
    trial = tried(raw, login=False)
    assert (trial.result, trial.code) == ("not-tried", "")
    assert raw.sessions == set()


@pytest.mark.parametrize(
    ("where", "code"),
    [
        (Function.GENERATE_KEY_PAIR, "MECHANISM_INVALID"),
        (Function.GENERATE_KEY_PAIR, "CURVE_NOT_SUPPORTED"),
        (Function.SIGN_INIT, "KEY_FUNCTION_NOT_PERMITTED"),
        (Function.SIGN, "FUNCTION_FAILED"),
    ],
)
@pytest.mark.parametrize("login", [True, False])
def test_a_refusal_is_the_result_with_its_code(where: Function, code: str, *, login: bool) -> None:
    raw = Scripted(errs={where: failing(code)})
    trial = tried(raw, login=login)
    assert (trial.result, trial.code) == ("failed", f"CKR_{code}")
    assert trial.asked
    assert bool(trial.kept) is (where is not Function.GENERATE_KEY_PAIR)
    assert raw.objects == {}


@pytest.mark.parametrize("where", [Function.GENERATE_KEY_PAIR, Function.SIGN, Function.DESTROY_OBJECT])
def test_a_token_that_is_gone_is_no_result(where: Function) -> None:
    with pytest.raises(TokenFault) as caught:
        tried(Scripted(errs={where: failing("DEVICE_REMOVED")}))
    assert (caught.value.code, caught.value.executed) == ("CKR_DEVICE_REMOVED", Executed.UNKNOWN)


def test_a_signature_that_does_not_verify_fails_the_trial() -> None:
    raw = Scripted(wrong_signatures=True)
    trial = tried(raw)
    assert (trial.result, trial.code) == ("failed", "")
    assert "does not verify" in trial.said
    assert raw.objects == {}


def test_what_a_trial_leaves_behind_is_counted() -> None:
    raw = Scripted(forgets_to_destroy=True)
    trial = tried(raw)
    assert trial.result == "failed"
    assert "left 2 objects behind" in trial.said
    refusing = tried(Scripted(errs={Function.DESTROY_OBJECT: failing("ACTION_PROHIBITED")}))
    assert (refusing.result, refusing.code) == ("failed", "CKR_ACTION_PROHIBITED")
    assert "left 2 objects behind" in refusing.said


def test_what_a_failed_generation_leaves_behind_is_counted_too() -> None:
    raw = Scripted()
    raw.errs[Function.GENERATE_KEY_PAIR] = lambda: (raw.put(public_key(raw.key)), failing("DEVICE_MEMORY")())[1]
    trial = tried(raw)
    assert (trial.result, trial.code) == ("failed", "CKR_DEVICE_MEMORY")
    assert "left an object behind" in trial.said


def test_a_trial_that_costs_another_object_fails() -> None:
    raw = Scripted()
    bystander = raw.put(public_key(raw.key))
    raw.errs[Function.SIGN] = lambda: raw.objects.__delitem__(bystander)
    trial = tried(raw)
    assert trial.result == "failed"
    assert "gone" in trial.said


def test_labels_and_ids_that_the_token_changes_are_told() -> None:
    def cut(thing: Object) -> None:
        thing[LABEL] = thing[LABEL][:32]

    def own_id(thing: Object) -> None:
        thing[ID] = b"\x07"

    shortened, renamed = tried(Scripted(alters=cut)), tried(Scripted(alters=own_id))
    assert (shortened.result, shortened.label_kept, shortened.id_kept) == ("passed", False, True)
    assert (renamed.result, renamed.label_kept, renamed.id_kept) == ("passed", True, False)


def test_attributes_are_told_as_asked_and_as_kept() -> None:
    decrypt = 0x105

    def more(thing: Object) -> None:
        thing[decrypt] = b"\x01"

    trial = tried(Scripted(alters=more))
    assert (trial.result, trial.asked["DECRYPT"], trial.kept["DECRYPT"]) == ("passed", False, True)


def test_a_key_that_asks_for_the_pin_each_time_is_made_and_not_used() -> None:
    def asks(thing: Object) -> None:
        thing[ALWAYS_AUTHENTICATE] = b"\x01"

    raw = Scripted(alters=asks)
    trial = tried(raw)
    assert trial.result == "not-tried"
    assert "PIN before every use" in trial.said
    assert Function.SIGN_INIT not in raw.made
    assert raw.objects == {}


def test_a_public_half_that_cannot_be_read_fails_the_trial() -> None:
    def hide(thing: Object) -> None:
        thing.pop(EC_POINT, None)

    trial = tried(Scripted(alters=hide))
    assert trial.result == "failed"
    assert "public half" in trial.said
