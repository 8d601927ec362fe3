"""Pages go to the queue as the very bytes, or the queue's reason is told; the rehearsal's printer keeps them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Printer
from ceremony_app.station.printer import CupsPrinter, SimulatedPrinter
from ceremony_app.station.queues import Queue, printers, queues, readiness

# What CUPS 2.4.2 prints with LC_ALL=C.
IDLE = """printer office is idle.  enabled since Mon Nov 23 18:30:29 2026
\tForm mounted:
\tContent types: any
\tDescription: office
\tAlerts: none
\tLocation:\x20
office accepting requests since Mon Nov 23 18:30:29 2026
"""
PRINTING = IDLE.replace("is idle.  ", "now printing office-3.  ").replace("none", "cups-waiting-for-job-completed")
STOPPED = IDLE.replace("is idle.  enabled", "disabled").replace("2026\n\tForm", "2026 -\n\tOut of paper\n\tForm")
STOPPED = STOPPED.replace("none", "paused")
REJECTING = IDLE.replace("office accepting", "office not accepting").rstrip() + " -\n\tBeing repaired\n"


class Service:
    """Programs named as those of CUPS, which note what they were given and answer what the test has laid out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "cups.sock"
        self.answer("lpstat", IDLE)
        self.answer("lp", "request id is office-12 (1 file(s))\n")

    def answer(self, program: str, text: str, *, status: int = 0, errors: str = "") -> None:
        (self.folder / f"{program}.out").write_text(text)
        (self.folder / f"{program}.err").write_text(errors)
        path = self.folder / program
        own = f"'{self.folder}/{program}'"
        path.write_text(
            f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {own}.args; env > {own}.env; cat > {own}.in\n"
            f"cat {own}.out; cat {own}.err >&2; exit {status}\n"
        )
        path.chmod(0o755)

    def args(self, program: str) -> list[str]:
        return (self.folder / f"{program}.args").read_text().splitlines()

    def printer(self) -> CupsPrinter:
        return CupsPrinter("office", self.folder, self.socket)

    def printers(self) -> tuple[Printer, ...]:
        return (self.printer(), SimulatedPrinter(self.folder / "printer"))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def why(caught: pytest.ExceptionInfo[Refusal]) -> str:
    assert caught.value.rule == "CER-PRINTER"
    return caught.value.why


def test_the_very_bytes_reach_the_queue(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", "192.0.2.7")
    data = bytes(range(256)) * 999
    assert service.printer().print("script.pdf", data, 3) == "office-12"
    assert (service.folder / "lp.in").read_bytes() == data
    assert service.args("lp") == ["-h", str(service.socket), "-d", "office", "-n", "3", "-t", "script.pdf"]
    assert "CUPS_SERVER" not in (service.folder / "lp.env").read_text()


@pytest.mark.parametrize(
    ("text", "ready", "told"),
    [
        (IDLE, True, "idle"),
        (PRINTING, True, "printing"),
        (STOPPED, False, "stopped (Out of paper, paused)"),
        (REJECTING, False, "not accepting jobs (Being repaired)"),
        (IDLE.replace("none", "media-low-warning toner-low-report"), True, "idle"),
        (IDLE.replace("none", "media-empty-error door-open"), False, "idle (media-empty-error, door-open)"),
        ("", False, "unknown"),
        (IDLE.replace("office", "officer"), False, "unknown"),
    ],
)
def test_a_queue_prints_only_if_it_says_so(service: Service, text: str, *, ready: bool, told: str) -> None:
    service.answer("lpstat", text)
    assert service.printer().describe() == f"office: {told}"
    if ready:
        service.printer().print("a", b"x", 1)
        return
    with pytest.raises(Refusal) as caught:
        service.printer().print("a", b"x", 1)
    assert told in why(caught)
    assert not (service.folder / "lp.in").exists()


def test_the_services_own_words_are_told(service: Service) -> None:
    service.answer("lp", "", status=1, errors=f"{service.folder}/lp: The printer or class does not exist.\n")
    with pytest.raises(Refusal) as caught:
        service.printer().print("a", b"x", 1)
    assert why(caught) == "The print service refused: The printer or class does not exist."


def test_a_job_without_a_name_is_not_called_printed(service: Service) -> None:
    service.answer("lp", "thanks\n")
    with pytest.raises(Refusal) as caught:
        service.printer().print("a", b"x", 1)
    assert "no job" in why(caught)


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        CupsPrinter("office", tmp_path, tmp_path / "s").describe()
    assert "lpstat is missing" in why(caught)
    assert "cups-client" in caught.value.what_to_do


def test_a_job_waits_until_it_has_left_the_queue(service: Service) -> None:
    service.answer("lpstat", "office-12  root  1024  Mon Nov 23\noffice-13  root  5  Mon Nov 23\n")
    assert service.printer().waiting("office-12")
    assert not service.printer().waiting("office-1")


@pytest.mark.parametrize("queue", ["", "-h", "a b", "a/b", "a#b", "x" * 128])
def test_a_queue_that_is_no_name_is_refused(queue: str) -> None:
    with pytest.raises(Refusal) as caught:
        CupsPrinter(queue)
    why(caught)


@pytest.mark.parametrize(("name", "copies"), [("a b", 1), ("../a", 1), ("-o", 1), ("a", 0), ("a", -1), ("a", 21)])
def test_a_job_that_is_none_is_refused(service: Service, tmp_path: Path, name: str, copies: int) -> None:
    for printer in service.printers():
        with pytest.raises(Refusal) as caught:
            printer.print(name, b"x", copies)
        why(caught)
    assert not (tmp_path / "printer").exists()


def test_the_rehearsals_printer_keeps_every_job(tmp_path: Path) -> None:
    printer = SimulatedPrinter(tmp_path / ".rehearsal" / "printer")
    assert [printer.print("script.pdf", b"one", 2), printer.print("script.pdf", b"two", 1)] == [
        "simulated-1",
        "simulated-2",
    ]
    kept = {path.name: path.read_bytes() for path in (tmp_path / ".rehearsal" / "printer").iterdir()}
    assert kept == {"0001-2x-script.pdf": b"one", "0002-1x-script.pdf": b"two"}
    assert SimulatedPrinter(tmp_path / ".rehearsal" / "printer").print("a", b"", 1) == "simulated-3"


def test_a_rehearsals_printer_without_a_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal) as caught:
        SimulatedPrinter(tmp_path / "file" / "printer").print("a", b"x", 1)
    why(caught)


@given(st.text())
def test_any_words_of_the_service_are_answered(text: str) -> None:
    found = readiness("office", text)
    assert not found.ready or "printer office " in text


# -------------------------------------------------------------------------------------------- which queues there are


def test_the_queues_are_listed_with_where_their_printers_hang(service: Service) -> None:
    service.answer(
        "lpstat", "device for office: usb://Maker/Model?serial=1\ndevice for hall: ipp://192.0.2.7/ipp/print\n"
    )
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(service.socket))
        found = queues(service.folder, service.socket)
    assert [(queue.name, queue.local) for queue in found] == [("office", True), ("hall", False)]
    assert printers(found).value == "queues: office (local), hall (network)"
    assert not printers(found).good
    assert printers(found[:1]).good


def test_a_service_without_queues_has_none(service: Service) -> None:
    service.socket.write_text("")
    service.answer("lpstat", "", status=1, errors="lpstat: No destinations added.\n")
    assert queues(service.folder, service.socket) == ()
    assert printers(()).good
    service.answer("lpstat", "", status=1, errors="lpstat: Forbidden\n")
    with pytest.raises(Refusal):
        queues(service.folder, service.socket)


def test_no_service_is_asked_where_none_runs(service: Service) -> None:
    assert queues(service.folder, service.socket) == ()
    assert not (service.folder / "lpstat.args").exists()


@pytest.mark.parametrize(
    ("uri", "local"),
    [
        ("usb://Maker/Model", True),
        ("///dev/lp0", True),
        ("ipp://localhost:60000/ipp/print", True),
        ("ipp://localhost.example.com/ipp/print", False),
        ("ipps://127.0.0.1:631/", True),
        ("socket://10.0.0.7:9100", False),
        ("dnssd://Office._ipp._tcp.local/", False),
        ("smb://server/printer", False),
        ("usb-over-ip://server", False),
        ("hp:/usb/LaserJet?serial=1", True),
        ("hp:/net/LaserJet?ip=10.0.0.7", False),
        ("lpd://server/queue", False),
    ],
)
def test_where_a_printer_hangs_is_seen_in_its_address(uri: str, *, local: bool) -> None:
    assert Queue("q", uri).local is local
