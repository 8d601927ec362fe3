"""No core file of the program or its workers, and no other program of the same user that reads their memory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START = (
    "import resource, sys; most = resource.getrlimit(resource.RLIMIT_CORE)[1]; "
    "resource.setrlimit(resource.RLIMIT_CORE, (most, most)); "
    "sys.path.insert(0, sys.argv.pop(1)); from ceremony_app.__main__ import main; sys.exit(main())"
)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The program itself, waiting for a passphrase."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", START, ROOT, "credential", "new", tmp_path / "key.pem"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    try:
        for _ in range(600):
            if "Max core file size        0                    0" in Path(f"/proc/{process.pid}/limits").read_text():
                break
            time.sleep(0.05)
        else:
            pytest.fail("core files stay allowed")
        yield process
    finally:
        process.kill()
        process.communicate()


def test_an_abort_leaves_no_core_file(program: subprocess.Popen[str], tmp_path: Path) -> None:
    program.send_signal(signal.SIGABRT)
    assert program.wait(60) == -signal.SIGABRT
    assert [path for path in tmp_path.rglob("*") if "core" in path.name] == []


READ = """
import os, sys
os.setgid(65534); os.setuid(65534)
try:
    open(f"/proc/{sys.argv[1]}/mem", "rb").close()
except PermissionError:
    sys.exit(7)
"""

AS_NOBODY = "import os, sys; os.setgid(65534); os.setuid(65534); os.execv(sys.argv[1], sys.argv[1:])"

LIVE = """
import sys, time
sys.path.insert(0, sys.argv[1])
if sys.argv[2] == "hardened":
    from ceremony_app.hsm.own_memory import keep_to_itself
    assert keep_to_itself() == (True, True)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can start programs of another user")
@pytest.mark.parametrize(("which", "status"), [("plain", 0), ("hardened", 7)])
def test_another_program_of_the_same_user_reads_no_memory(which: str, status: int) -> None:
    """Both run as nobody; as a check, the memory of a program that does nothing for it can be read."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None:
        pytest.skip("there is no Python that anybody may use")
    with tempfile.TemporaryDirectory() as place:
        for name in ("__init__.py", "hsm/__init__.py", "hsm/own_memory.py"):
            (Path(place) / "ceremony_app" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "ceremony_app" / name, Path(place) / "ceremony_app" / name)
        for path in (Path(place), *Path(place).rglob("*")):
            path.chmod(0o755)
        command = [python, "-I", "-c", AS_NOBODY, python, "-I", "-B", "-c", LIVE, place, which]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd="/") as live:
            try:
                assert live.stdout is not None
                assert live.stdout.readline() == "ready\n"
                read = subprocess.run([python, "-I", "-c", READ, str(live.pid)], check=False, capture_output=True)
                assert read.returncode == status, read.stderr
            finally:
                live.kill()
