"""What a definition may say about wrapping keys, backups, destruction and PINs, and what is refused before the day."""

from __future__ import annotations

import pytest

from ceremony_app.actions import KINDS
from ceremony_app.check.walk import walk
from ceremony_app.core.errors import Refusal
from ceremony_app.core.script import Definition
from ceremony_app.definition.load import load
from tests.actions.holding import KEYS, without


def changed(before: str, after: str) -> str:
    """The definition with one thing changed."""
    assert KEYS.count(before) == 1, KEYS.count(before)
    return KEYS.replace(before, after)


def loaded(text: str) -> Definition:
    return load(text.encode(), KINDS)


def test_the_definition_as_it_is_can_be_held() -> None:
    definition = loaded(KEYS)
    assert definition.wrapping_keys["kek"].token == "hsm"
    assert not list(walk(definition))


@pytest.mark.parametrize(
    ("before", "after", "rule", "status", "where"),
    [
        ('backup = "wrapped"', 'backup = "none"', "CER-BACKUP", 1, "acts[1].steps[3].key"),
        (
            '[wrapping-keys.kek]\ntitle = "Key encryption key"\ntoken = "hsm"',
            '[tokens.other]\n\n[wrapping-keys.kek]\ntoken = "other"',
            "CER-BACKUP",
            1,
            "acts[1].steps[3].under",
        ),
        ('title = "Key encryption key"\ntoken = "hsm"', 'token = "none"', "CER-DANGLING", 1, "wrapping-keys.kek.token"),
        ("[wrapping-keys.kek]", "[wrapping-keys.root]", "CER-KEY-NAME", 1, "wrapping-keys.root"),
        ('purpose = "wrapping"', 'purpose = "s1spkm"', "CER-NOT-BUILT", 2, ""),
        ('purpose = "wrapping"\n', "", "CER-TYPE", 1, "acts[1].steps[1]"),
        ('key = "kek"', 'key = "root"', "CER-DANGLING", 1, "acts[1].steps[1].key"),
        ('from = "root-copy"', 'input = "old"', "CER-NOT-BUILT", 2, ""),
        ('from = "root-copy"\n', "", "CER-BACKUP", 1, "acts[1].steps[5].from"),
        ('whose = "so"', 'whose = "both"', "CER-TYPE", 1, "acts[2].steps[2].whose"),
        ('from = "root-copy"\nunder = "kek"', 'from = "root-copy"\nunder = "root"', "CER-DANGLING", 1, "under"),
        ('name = "root-copy"', 'name = "../root"', "CER-TYPE", 1, "acts[1].steps[3].name"),
    ],
)
def test_a_definition_that_cannot_be_held(before: str, after: str, rule: str, status: int, where: str) -> None:
    with pytest.raises(Refusal) as caught:
        loaded(changed(before, after))
    assert (caught.value.rule, caught.value.status) == (rule, status)
    assert where in caught.value.where or where in caught.value.why


@pytest.mark.parametrize("step", ["generate-kek", "generate", "back-up", "destroy", "restore"])
def test_what_cannot_be_undone_is_agreed_to(step: str) -> None:
    start = KEYS.index(f'id = "{step}"')
    text = KEYS[:start] + KEYS[start:].replace('sign_off = "two"\n', "", 1)
    with pytest.raises(Refusal, match="CER-SIGN-OFF"):
        loaded(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (without(KEYS, "generate-kek"), "step 2.3 back-up needs that key kek is there"),
        (without(KEYS, "generate"), "step 2.3 back-up needs that key root is there"),
        (without(KEYS, "back-up"), "step 2.5 restore needs that backup root-copy is of root under kek"),
        (without(KEYS, "destroy"), "step 2.5 restore needs that key root is not there"),
        (without(KEYS, "restore"), "step 2.6 sign needs that key root is there"),
        (without(KEYS, "deactivate"), "step 3.1 new-pin needs that token hsm is not activated"),
    ],
)
def test_the_world_model_names_the_step_that_cannot_work(text: str, what: str) -> None:
    told = [f"{note.where} {note.what}" for note in walk(loaded(text))]
    assert any(line.startswith(what) for line in told), told


def test_a_backup_of_another_key_is_not_the_one_that_is_restored() -> None:
    other = '[keys.other]\nalgorithm = "P-256"\ntoken = "hsm"\nbackup = "wrapped"\n\n[wrapping-keys.kek]'
    text = changed("[wrapping-keys.kek]", other).replace(
        'do = "restore-key"\nkey = "root"', 'do = "restore-key"\nkey = "other"'
    )
    told = [note.what for note in walk(loaded(text))]
    assert any("backup root-copy is of other under kek" in what for what in told), told


def test_two_backups_of_one_name_are_refused() -> None:
    start = KEYS.index('[[acts.steps]]\nid = "back-up"')
    end = KEYS.index("[[acts.steps]]", start + 1)
    again = KEYS[start:end].replace('id = "back-up"', 'id = "back-up-again"')
    told = [note.what for note in walk(loaded(KEYS[:end] + again + KEYS[end:]))]
    assert any("backup root-copy is not made" in what for what in told), told
