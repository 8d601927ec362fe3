"""`scripts/bench` prints every figure that was promised, as a number; what the number is, no test asks."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.benches.table import Measure, lines

ROOT = Path(__file__).resolve().parents[1]

WITH_TARGET = {
    "guarded P-384 generation, 4 objects",
    "guarded P-384 generation, 40 objects",
    "guarded P-384 signature (certificate), own time",
    "inventory of 4 objects, an object",
    "inventory of 40 objects, an object",
    "inventory of 400 objects, an object",
    "inventory, slope of 4, 40, 400 objects",
    "guarded RSA-4096 generation, 4 objects, beside its own C call",
    "10 ms timer during RSA-4096, the call's page standing: p99",
    "10 ms timer during RSA-4096, from button to outcome, pages turned: p99",
}


def test_the_token_set_prints_every_figure_as_a_number() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "scripts.benches.token", "--quick", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["set"], told["quick"]) == ("token", True)
    named = {measure["name"]: measure for measure in told["measures"]}
    assert named.keys() >= WITH_TARGET
    for measure in told["measures"]:
        numbers = [measure[name] for name in ("figure", "ours", "beside", "target") if measure[name] is not None]
        assert all(math.isfinite(number) for number in numbers), measure
        assert measure["n"] > 0, measure
        assert measure["figure"] > 0 or measure["target"] is None, measure
    for name in WITH_TARGET:
        assert named[name]["target"] > 0
        assert named[name]["met"] is (named[name]["figure"] <= named[name]["target"])


@pytest.mark.parametrize("word", ["--nonsense", "token", "--", "-t"])
def test_an_unknown_set_is_refused_and_those_that_exist_are_named(word: str) -> None:
    run = subprocess.run([ROOT / "scripts" / "bench", word], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "--token" in run.stderr
    assert not run.stdout


def test_a_missed_target_is_said_and_what_is_no_number_is_none() -> None:
    within = Measure(name="a", figure=1.0, unit="ratio", n=3, ours=2.0, beside=2.0, target=1.0)
    beyond = Measure(name="b", figure=1.1, unit="ms", n=3, target=1.0)
    plain = Measure(name="c", figure=5.0, unit="ms an object", n=3)
    assert [measure.met for measure in (within, beyond, plain)] == [True, False, None]
    _, first, second, third = lines([within, beyond, plain])
    assert "NOT" not in first
    assert first.split()[-2] == "met"
    assert "NOT met" in second
    assert "met" not in third
    with pytest.raises(ValueError, match="d: not a finite number"):
        Measure(name="d", figure=math.nan, unit="ms", n=1)


def test_the_batch_set_tells_a_certificate_beside_the_bare_signature() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "scripts.benches.batch", "--quick", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    (issued,) = (one for one in told["measures"] if "beside C_Sign" in one["name"])
    assert issued["n"] == 12
    assert issued["figure"] == pytest.approx(issued["ours"] / issued["beside"])
    assert all(math.isfinite(one["figure"]) and one["figure"] > 0 for one in told["measures"])
