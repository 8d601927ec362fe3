"""A rehearsed fault lies in the port, strikes once at its step, and the work goes on when it is repeated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Medium, Printer
from ceremony_app.station.faults import DiskFull, Once, PrinterOut, WrongMedium
from ceremony_app.station.media import FolderMedium
from ceremony_app.station.printer import SimulatedPrinter


class Ceremony:
    """Where a ceremony stands."""

    step = "1.1"

    def stands_at(self, step: str) -> Callable[[], bool]:
        return lambda: self.step == step


@pytest.fixture
def ceremony() -> Ceremony:
    return Ceremony()


@pytest.fixture
def once(ceremony: Ceremony) -> Once:
    return Once(ceremony.stands_at("3.4"))


def refused(act: Callable[[], object], rule: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as caught:
        act()
    assert caught.value.rule == rule


def test_the_printer_runs_out_once(ceremony: Ceremony, once: Once, tmp_path: Path) -> None:
    printer: Printer = PrinterOut(SimulatedPrinter(tmp_path), once)
    assert printer.print("a", b"x", 1) == "simulated-1"
    ceremony.step = "3.4"
    refused(lambda: printer.print("a", b"x", 1), "CER-PRINTER", "media-empty-error")
    assert len(list(tmp_path.iterdir())) == 1
    assert printer.print("a", b"x", 1) == "simulated-2"
    assert "simulated" in printer.describe()


def test_the_disk_is_full_once_and_nothing_is_left_on_it(ceremony: Ceremony, once: Once, tmp_path: Path) -> None:
    medium: Medium = DiskFull(FolderMedium(tmp_path), once, tmp_path)
    medium.write("before", b"x")
    ceremony.step = "3.4"
    assert medium.names() == ("before",)
    assert medium.read("before") == b"x"
    refused(lambda: medium.write("a", b"x"), "CER-MEDIUM", "is full")
    assert medium.names() == ("before",)
    medium.write("a", b"x")
    assert medium.read("a") == b"x"
    assert str(tmp_path) in medium.describe()


@pytest.mark.parametrize("call", ["write", "names", "read"])
def test_the_wrong_medium_is_in_place_once(ceremony: Ceremony, once: Once, tmp_path: Path, call: str) -> None:
    medium: Medium = WrongMedium(FolderMedium(tmp_path), once, tmp_path, "4C53")
    medium.write("before", b"x")
    ceremony.step = "3.4"
    acts: dict[str, Callable[[], object]] = {
        "write": lambda: medium.write("a", b"x"),
        "names": medium.names,
        "read": lambda: medium.read("before"),
    }
    refused(acts[call], "CER-MEDIUM", "another one: its serial is SIMULATED-OTHER, and 4C53 is bound")
    assert [path.name for path in tmp_path.iterdir()] == ["before"]
    acts[call]()
    assert str(tmp_path) in medium.describe()


def test_a_fault_at_another_step_never_strikes(once: Once) -> None:
    assert not any(once.strikes() for _ in range(10))
