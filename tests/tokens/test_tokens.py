"""Every make of token does what a ceremony asks of it, and holds a root ceremony from binding to verdict."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import TokenFacts
from ceremony_app.hsm.quirks import software_model
from tests.tokens.basics import Seen
from tests.tokens.bed import ROOT, Kind
from tests.tokens.beds import KINDS
from tests.tokens.ceremonies import hold, root_for

LABEL = "REHEARSAL BASICS"
EVERY = (Algorithm.P256, Algorithm.P384, Algorithm.RSA3072)

# What the private half of every pair must read back as, whatever the make; the rest is recorded as it is.
ALWAYS = {
    "TOKEN": True,
    "PRIVATE": True,
    "SENSITIVE": True,
    "EXTRACTABLE": False,
    "NEVER_EXTRACTABLE": True,
    "ALWAYS_SENSITIVE": True,
    "SIGN": True,
    "DECRYPT": False,
    "UNWRAP": False,
    "DERIVE": False,
    "MODIFIABLE": False,
}


def by_name(kind: Kind) -> str:
    return kind.name.replace(" ", "-")


@pytest.fixture(params=KINDS, ids=by_name)
def kind(request: pytest.FixtureRequest) -> Kind:
    """A make that is here. Where all of them were asked for, one that is not installed is a failure."""
    made: Kind = request.param
    absent = made.absent()
    if absent and os.environ.get("CEREMONY_TEST_TOKENS"):
        pytest.fail(absent)
    if why := absent or made.works():
        pytest.skip(why)
    return made


def facts_fit(facts: TokenFacts, kind: Kind) -> None:
    assert software_model(facts)
    assert facts.label == LABEL
    assert facts.pin_min <= 8 <= facts.pin_max


def test_it_does_what_a_ceremony_asks(kind: Kind) -> None:
    """With one algorithm in the plain run, with all of them where every make was asked for."""
    tried = EVERY if os.environ.get("CEREMONY_TEST_TOKENS") else kind.algorithms[:1]
    with kind.make(LABEL) as bed:
        words = (str(bed.module), bed.serial, bed.model, bed.arguments, LABEL, *tried)
        done = bed.python("tests.tokens.basics", *words)
    assert done.returncode == 0, done.stderr
    seen = msgspec.json.decode(done.stdout, type=Seen)
    assert (seen.factory.serial, seen.factory.model) == (bed.serial, bed.model)
    for facts in (seen.initialised, seen.with_pin):
        assert facts.serial == bed.serial
        facts_fit(facts, kind)
    assert seen.with_pin.initialised
    assert "USER_PIN_INITIALIZED" in seen.with_pin.flags
    assert seen.wrong_pin == "CKR_PIN_INCORRECT"
    assert len(set(seen.random)) > 8

    assert not seen.before.objects
    offered = [algorithm for algorithm in tried if algorithm in kind.algorithms]
    fits = "passed" if kind.session_keys else "not-tried"
    unfit = "failed" if kind.session_keys else "not-tried"
    assert seen.trials == {name: fits if name in offered else unfit for name in tried}
    assert list(seen.made) == offered
    assert seen.refused == {name: "CKR_MECHANISM_INVALID" for name in tried if name not in kind.algorithms}
    for name, made in seen.made.items():
        report = made.report
        assert report.public.algorithm == report.private.algorithm == name
        assert report.public.label == report.private.label == f"key {name}"
        assert made.found == ("private-key", "public-key")
        assert made.verified
        assert report.private.attributes | ALWAYS == report.private.attributes
    assert len(seen.reopened.objects) == 2 * len(offered)
    assert len(seen.public.objects) == len(offered)
    assert seen.signed_after

    assert seen.again == ("INITIALISED_ALREADY" if kind.once else "")
    assert seen.left == 0


@pytest.mark.tokens
def test_a_root_ceremony_is_held_and_verified(kind: Kind, tmp_path: Path) -> None:
    root = root_for(kind, tmp_path / "definition")
    with kind.make(root.label) as bed:
        outcome = hold(bed, root, tmp_path)
    assert outcome.verdict["verdict"] == "consistent"
    assert outcome.verdict["mode"] == "rehearsal"
    assert not outcome.verdict["findings"]
    assert not outcome.entries("deviation")
    calls = {body["call"] for body in outcome.entries("intent")}
    assert calls >= {"initialise-token", "set-user-pin", "activate", "generate-key", "self-sign", "issue-crl"}
    assert {body["result"] for body in outcome.entries("outcome")} == {"done"}


def test_the_table_names_every_make() -> None:
    table = (ROOT / "resources" / "tokens.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| {kind.name} |" in table


def test_setup_installs_the_packages_of_every_make() -> None:
    """`scripts/setup --tokens` names them beside each other, for systems that call a library otherwise too."""
    setup = (ROOT / "scripts" / "setup").read_text(encoding="utf-8")
    _, _, rest = setup.partition("token_packages=(")
    listed = rest.partition(")")[0].replace("'", " ").replace("|", " ").split()
    assert {name for kind in KINDS for name in kind.packages} - {"softhsm2"} <= set(listed)


def test_a_make_that_is_not_installed_says_what_to_install() -> None:
    absent = Kind(name="Example", packages=("example",), library="*/libnot-there.so", make=KINDS[0].make)
    assert absent.absent() == "Example: libnot-there.so not installed (apt install example)."


def test_services_of_a_bed_end_with_it() -> None:
    """Nothing that was started for a bed is left running, and nothing of it stays in the temporary folder."""
    here = [kind for kind in KINDS if not (kind.absent() or kind.works())]
    for kind in here:
        with kind.make(LABEL) as bed:
            home = next(part for part in (*bed.environment.values(), bed.arguments, *bed.inside) if "/bed-" in part)
            name = "bed-" + home.partition("/bed-")[2][:8]
            assert bed.run(["true"]).returncode == 0
        listed = subprocess.run(["ps", "-e", "-o", "args="], capture_output=True, text=True, check=True).stdout
        assert name not in listed, kind.name
