"""opencryptoki's soft token: its daemon and its fixed folders, put for one command over those of this machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ceremony_app.core.algorithms import Algorithm
from tests.tokens.bed import Bed, Kind, found, path_of

_LIBRARY = "*/libopencryptoki.so.0"
_CONFIGURATION = "version opencryptoki-3.1\nslot 0\n{\nstdll = libpkcs11_sw.so\n}\n"

# Folders, socket, configuration and group have no other names than these. The daemon wants a group "pkcs11" to which it
# may give its files: here it is the group of the one user that a namespace of one's own has. And it stays when it is
# told to end while it believes that somebody uses it, be it somebody who was killed.
_ENTER = """#!/bin/sh
set -eu
home=$1
shift
mount --bind "$home/etc" /etc/opencryptoki
mount --bind "$home/lib" /var/lib/opencryptoki
mount --bind "$home/group" /etc/group
mount -t tmpfs none /run
mkdir -p /run/lock/opencryptoki/swtok
mount -t tmpfs none /dev/shm
setpriv --pdeathsig KILL pkcsslotd -f >"$home/daemon.log" 2>&1 &
daemon=$!
trap 'kill -KILL $daemon; wait $daemon 2>/dev/null || :' EXIT
tries=0
until [ -S /run/pkcsslotd.socket ]; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || { cat "$home/daemon.log" >&2; exit 70; }
    sleep 0.05
done
setpriv --pdeathsig KILL "$@"
"""


def _apart() -> tuple[str, ...]:
    """The beginning of a command line that runs in mounts and shared memory of its own."""
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    return (path_of("unshare"), *user, "--mount", "--ipc")


def _works() -> str:
    tried = subprocess.run([*_apart(), "true"], capture_output=True, text=True, check=False)
    why = tried.stderr.strip().rpartition("\n")[2]
    return f"opencryptoki: this system gives a user no mounts of their own ({why})." if tried.returncode else ""


@contextmanager
def _make(label: str) -> Iterator[Bed]:
    with tempfile.TemporaryDirectory(prefix="bed-") as folder:
        home = Path(folder)
        for name in ("etc", "lib/swtok/TOK_OBJ"):
            (home / name).mkdir(parents=True)
        (home / "etc/opencryptoki.conf").write_text(_CONFIGURATION)
        groups = [line for line in Path("/etc/group").read_text().splitlines() if not line.startswith("pkcs11:")]
        (home / "group").write_text("\n".join([*groups, "pkcs11:x:0:root", ""]))
        (home / "enter").write_text(_ENTER)
        yield Bed(
            module=found(_LIBRARY),
            serial="123",
            model="IBM SoftTok",
            environment={"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"},
            inside=(*_apart(), "sh", str(home / "enter"), str(home)),
        )


OPENCRYPTOKI = Kind(
    name="opencryptoki",
    packages=("opencryptoki",),
    library=_LIBRARY,
    programs=("pkcsslotd", "unshare", "setpriv"),
    algorithms=(Algorithm.RSA3072,),
    once=True,
    make=_make,
    works=_works,
)
