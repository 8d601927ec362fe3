"""Every fact of the workstation is seen in the system's files, good and bad, and what is not seen is never good."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Clock, Observation, Randomness, Workstation
from ceremony_app.station import memory, network
from ceremony_app.station.clock import SystemClock, clock_source
from ceremony_app.station.interpreter import environment
from ceremony_app.station.mounts import parsed
from ceremony_app.station.observe import Station
from ceremony_app.station.program import manifest
from ceremony_app.station.queues import Queue, not_printed
from ceremony_app.station.randomness import SystemRandomness
from tests.station.conftest import Tree

HARD = {"interfaces", "program"}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    (folder / "sub").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "sub" / "a.py").write_text("x = 1\n")
    return folder


def station(root: Path, package: Path, folder: Path | None = None) -> Station:
    # On a real workstation the ceremony folder lies below the same root as the system's files.
    return Station(
        folder=folder or package.parent,
        package=package,
        expected_program=manifest(package).digest,
        root=root,
        isolated=True,
        print_queues=lambda: (Queue("office", "usb://Maker/Model"),),
    )


def test_a_quiet_workstation_is_good_in_every_fact(tree: Tree, package: Path) -> None:
    facts = station(tree({}), package).observe()
    assert [fact.id for fact in facts if not fact.good] == []
    assert {fact.id for fact in facts if fact.hard} == HARD
    assert len({fact.id for fact in facts}) == len(facts) == 14
    seen = {fact.id: fact.value for fact in facts}
    assert seen["interfaces"] == "no active interface seen; present and down: eth0"
    assert seen["disk-encryption"].startswith("dm-crypt seen")


BAD: list[tuple[str, dict[str, str | None], str]] = [
    ("interfaces", {"sys/class/net/eth0/flags": "0x1003\n"}, "active: eth0 (up)"),
    ("interfaces", {"sys/class/net/eth0/carrier": "1\n"}, "active: eth0 (carrier)"),
    ("interfaces", {"sys/class/net/eth0/operstate": "up\n"}, "active: eth0 (operating)"),
    ("interfaces", {"sys/class/net/eth0/flags": None}, "active: eth0 (state unknown)"),
    ("interfaces", {"sys/class/net/lo/type": "1\n"}, "active: lo (up, carrier)"),
    ("interfaces", {"sys/class/net/tun0/flags": "0x1043\n"}, "active: tun0 (up)"),
    ("routes", {"proc/net/route": "Iface\tDestination\neth0\t00000000\t0\n"}, "routes over eth0"),
    ("routes", {"proc/net/ipv6_route": f"{'0 ' * 8}00000001 wlan0\n"}, "routes over wlan0"),
    ("routes", {"proc/net/route": None}, "cannot be seen: /proc/net/route is not readable"),
    (
        "radios",
        {"sys/class/rfkill/r0/type": "wlan\n", "sys/class/rfkill/r0/name": "phy0\n", "sys/class/rfkill/r0/soft": "0\n"},
        "not blocked: wlan phy0",
    ),
    ("radios", {"sys/class/bluetooth/hci0/address": "\n"}, "not blocked: bluetooth hci0"),
    ("swap", {"proc/swaps": "Filename\tType\n/dev/sda2 partition 1 0 -2\n"}, "in use: /dev/sda2"),
    ("swap", {"proc/swaps": None}, "cannot be seen: /proc/swaps is not readable"),
    ("core-dumps", {"proc/sys/kernel/core_pattern": "|/usr/lib/systemd-coredump %P\n"}, "handed to a program: |/usr"),
    ("core-dumps", {"proc/self/limits": "Max core file size        unlimited unlimited bytes\n"}, "limit unlimited"),
    ("core-dumps", {"proc/self/limits": "Max stack size 8388608 unlimited bytes\n"}, "cannot be seen"),
    ("hibernation", {"sys/power/state": "mem disk\n", "sys/power/resume": "8:2\n"}, "resuming from device 8:2"),
    (
        "hibernation",
        {"sys/power/state": "mem disk\n", "proc/swaps": "Filename\n/swap file 1 0 -2\n"},
        "swap is in use",
    ),
    (
        "disk-encryption",
        {"sys/devices/virtual/block/dm-0/dm/uuid": "LVM-0123\n"},
        "no dm-crypt seen (/dev/mapper/root, ext4)",
    ),
    ("disk-encryption", {"proc/self/mountinfo": None}, "cannot be seen"),
    ("removable-media", {"proc/self/mountinfo": None}, "cannot be seen"),
    (
        "clock-source",
        {"sys/devices/system/clocksource/clocksource0/current_clocksource": "jiffies\n"},
        "jiffies",
    ),
    ("clock-source", {"sys/devices/system/clocksource/clocksource0/current_clocksource": None}, "cannot be seen"),
    ("environment", {"proc/self/environ": "PYTHONPATH=/x\0HOME=/\0LD_PRELOAD=y\0"}, "set: LD_PRELOAD, PYTHONPATH"),
    ("environment", {"proc/self/environ": "OPENSSL_CONF=secret\0"}, "set: OPENSSL_CONF"),
]


@pytest.mark.parametrize(("fact", "files", "value"), BAD)
def test_what_is_not_as_it_should_be_is_named_alone(
    tree: Tree, package: Path, fact: str, files: dict[str, str | None], value: str
) -> None:
    facts = {seen.id: seen for seen in station(tree(files), package).observe() if not seen.good}
    assert fact in facts
    assert value in facts[fact].value
    # The mount table serves two facts, the swap areas decide about hibernation too.
    assert len(facts) == 1 or "mountinfo" in next(iter(files)) or "proc/swaps" in files


GOOD: list[tuple[str, dict[str, str | None], str]] = [
    ("routes", {"proc/net/ipv6_route": f"{'0 ' * 8}00200200 eth0\n{'0 ' * 8}00000001 lo\n"}, "no route seen"),
    (
        "radios",
        {
            "sys/class/rfkill/r0/type": "bluetooth\n",
            "sys/class/rfkill/r0/soft": "1\n",
            "sys/class/bluetooth/hci0/x": "",
        },
        "blocked: bluetooth r0",
    ),
    ("hibernation", {"sys/power/state": None}, "the kernel offers none"),
    ("hibernation", {"sys/power/state": "mem disk\n", "sys/power/disk": "[disabled] platform\n"}, "offers none"),
    ("hibernation", {"sys/power/state": "mem disk\n", "sys/power/resume": "0:0\n"}, "no swap area to write to seen"),
    (
        "disk-encryption",
        {"proc/self/mountinfo": "22 1 0:30 / / rw - tmpfs tmpfs rw\n"},
        "in memory only (tmpfs)",
    ),
]


@pytest.mark.parametrize(("fact", "files", "value"), GOOD)
def test_what_may_be_is_good(tree: Tree, package: Path, fact: str, files: dict[str, str | None], value: str) -> None:
    facts = {seen.id: seen for seen in station(tree(files), package).observe()}
    assert facts[fact].good
    assert value in facts[fact].value


def test_an_empty_system_shows_nothing_and_nothing_of_it_is_good(tmp_path: Path, package: Path) -> None:
    (tmp_path / "empty").mkdir()
    facts = {fact.id: fact for fact in station(tmp_path / "empty", package).observe()}
    good = {name for name, fact in facts.items() if fact.good}
    # Radios are named where there are any; these four are not read from the root.
    assert good == {"radios", "space", "isolation", "program", "printers"}


def test_encryption_is_seen_through_the_layers_above_it(tree: Tree, package: Path) -> None:
    root = tree({"sys/devices/virtual/block/dm-0/dm/uuid": "LVM-0123\n"})
    below = root / "sys/devices/virtual/block"
    (below / "dm-1/dm").mkdir(parents=True)
    (below / "dm-1/dm/uuid").write_text("CRYPT-LUKS2-1\n")
    (below / "dm-0/slaves").mkdir()
    (below / "dm-0/slaves/dm-1").symlink_to("../../dm-1")
    facts = {fact.id: fact for fact in station(root, package).observe()}
    assert facts["disk-encryption"].good
    (below / "sda1").mkdir()
    (below / "dm-0/slaves/sda1").symlink_to("../../sda1")
    facts = {fact.id: fact for fact in station(root, package).observe()}
    assert not facts["disk-encryption"].good


def test_a_plugged_in_medium_is_seen_and_the_ceremonys_own_is_allowed(tree: Tree, package: Path) -> None:
    stick = "sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host0/block/sdb/sdb1"
    card = "sys/devices/pci0000:00/mmc/block/sdc"
    table = (
        "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n"
        "23 22 8:17 / /media/green\\040square rw - vfat /dev/sdb1 rw\n"
        "24 22 8:32 / /media/other rw shared:1 - vfat /dev/sdc rw\n"
    )
    root = tree({"proc/self/mountinfo": table, f"{stick}/size": "1\n", f"{card}/removable": "1\n"})
    (root / "sys/dev/block/8:17").symlink_to(root / stick)
    (root / "sys/dev/block/8:32").symlink_to(root / card)
    own = Path("/media/green square")
    here = station(root, package)
    for media, good, value in (
        ((), False, "others mounted: /media/green square (sdb1), /media/other (sdc)"),
        ((own,), False, "others mounted: /media/other (sdc); of this ceremony: /media/green square (sdb1)"),
        ((own, Path("/media/other")), True, "of this ceremony: /media/green square (sdb1), /media/other (sdc)"),
    ):
        looked = dataclasses.replace(here, media=media)
        fact = next(fact for fact in looked.observe() if fact.id == "removable-media")
        assert (fact.good, fact.value) == (good, value)


def test_a_full_disk_is_named() -> None:
    full = station(Path("/"), Path(__file__).parent, folder=Path("/proc"))
    fact = next(fact for fact in full.observe() if fact.id == "space")
    assert (fact.good, fact.value) == (False, "0 MiB free")


def test_a_changed_program_is_named_and_hard(tree: Tree, package: Path) -> None:
    here = station(tree({}), package)
    (package / "sub" / "a.py").write_text("x = 2\n")
    fact = next(fact for fact in here.observe() if fact.id == "program")
    assert not fact.good
    assert fact.hard
    assert f"expected {here.expected_program}" in fact.value


def test_queues_that_cannot_be_listed_are_not_good(tree: Tree, package: Path) -> None:
    def broken() -> tuple[Queue, ...]:
        raise not_printed("The print service does not answer.", "Start it.")

    here = Station(folder=package, package=package, root=tree({}), print_queues=broken)
    fact = next(fact for fact in here.observe() if fact.id == "printers")
    assert (fact.good, fact.value) == (False, "cannot be seen: The print service does not answer.")


def test_a_name_that_would_mislead_is_escaped(tree: Tree) -> None:
    root = tree({"sys/class/net/eth\u202e1/flags": "0x1003\n"})
    assert network.interfaces(root).value == "active: eth\\u{202E}1 (up)"


def test_this_very_machine_can_be_looked_at(package: Path) -> None:
    here: Workstation = Station(folder=package, package=package)
    facts = {fact.id: fact for fact in here.observe()}
    assert facts["isolation"].good is bool(sys.flags.isolated)
    assert facts["program"].good
    links = (
        subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=False)
        if shutil.which("ip")
        else None
    )
    if links:
        up = {
            name
            for name, flags in re.findall(r"^\d+: ([^:@]+)[^<]*<([^>]*)>", links.stdout, re.MULTILINE)
            if "UP" in flags.split(",")
        }
        assert facts["interfaces"].good is (up <= {"lo"})


def test_looking_opens_no_socket(package: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from ceremony_app.station.observe import Station

def hook(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"it called {{event}}")

sys.addaudithook(hook)
place = Path({str(package)!r})
print(len(Station(folder=place, package=place).observe()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "14\n"


@given(table=st.text())
def test_any_mount_table_is_read(table: str) -> None:
    for mount in parsed(table):
        assert mount.kind is not None


@given(before=st.lists(st.text(st.characters(codec="ascii", exclude_characters=" \n\\\0"), min_size=1), min_size=1))
def test_a_mount_point_comes_back_as_it_was(before: list[str]) -> None:
    point = "/" + " \\\t/".join(before)
    escaped = "".join(f"\\{ord(c):03o}" if c in " \t\n\\" else c for c in point)
    (mount,) = parsed(f"22 1 8:1 / {escaped} rw,nosuid shared:7 master:1 - vfat /dev/sdb1 rw\n")
    assert (mount.point, mount.device, mount.kind) == (point, "8:1", "vfat")


READERS = {
    "proc/swaps": memory.swap,
    "proc/self/limits": memory.core_dumps,
    "proc/sys/kernel/core_pattern": memory.core_dumps,
    "sys/power/state": memory.hibernation,
    "proc/net/route": network.routes,
    "proc/net/ipv6_route": network.routes,
    "sys/class/net/eth0/flags": network.interfaces,
    "proc/self/environ": environment,
}


@given(name=st.sampled_from(sorted(READERS)), octets=st.binary(max_size=200))
def test_any_octets_in_a_system_file_are_answered(
    tmp_path_factory: pytest.TempPathFactory, name: str, octets: bytes
) -> None:
    root = tmp_path_factory.mktemp("root")
    for other in ("proc/self/limits", "proc/net/route", "proc/sys/kernel/core_pattern", name):
        (root / other).parent.mkdir(parents=True, exist_ok=True)
        (root / other).write_bytes(octets)
    seen = READERS[name](root)
    assert isinstance(seen, Observation)
    assert seen.value.isprintable()


def test_the_clock_counts_in_utc_and_from_the_start_of_the_machine() -> None:
    clock: Clock = SystemClock()
    now = clock.utc()
    assert now.utcoffset() is not None
    assert not now.utcoffset()
    assert now.microsecond % 1000 == 0
    before = clock.monotonic_ms()
    uptime_ms = float(Path("/proc/uptime").read_text().split()[0]) * 1000
    assert before - 20 <= uptime_ms <= clock.monotonic_ms() + 20
    assert re.fullmatch(r"[0-9a-f-]{36}", clock.boot_id())
    assert clock.boot_id() == SystemClock().boot_id()


def test_octets_are_as_many_as_asked_and_never_the_same() -> None:
    source: Randomness = SystemRandomness()
    drawn = [source.octets(32) for _ in range(8)]
    assert {len(octets) for octets in drawn} == {32}
    assert len(set(drawn)) == 8


def test_a_machine_without_a_boot_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        SystemClock(tmp_path).boot_id()
    assert caught.value.rule == "CER-CLOCK"
    assert not clock_source(tmp_path).good
