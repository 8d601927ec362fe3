"""tpm2-pkcs11 on a software TPM: swtpm, its resource manager on a bus of its own, and an empty store."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.tokens.bed import Bed, Kind, await_that, found, path_of, service

_LIBRARY = "*/pkcs11/libtpm2_pkcs11.so"


@contextmanager
def _make(label: str) -> Iterator[Bed]:
    """The module opens more objects than a TPM holds at a time, so that it needs a resource manager before it."""
    with tempfile.TemporaryDirectory(prefix="bed-") as folder, ExitStack() as services:
        home = Path(folder)
        for name in ("state", "store"):
            (home / name).mkdir()
        tpm, control, bus = home / "tpm", home / "tpm.ctrl", home / "bus"
        swtpm = [
            *(path_of("swtpm"), "socket", "--tpm2", "--tpmstate", f"dir={home / 'state'}"),
            *("--server", f"type=unixio,path={tpm}", "--ctrl", f"type=unixio,path={control}"),
            *("--flags", "not-need-init,startup-clear"),
        ]
        services.enter_context(service(swtpm, {}, home / "swtpm.log"))
        daemon = [path_of("dbus-daemon"), "--session", f"--address=unix:path={bus}", "--nofork", "--nopidfile"]
        services.enter_context(service(daemon, {}, home / "bus.log"))
        await_that(lambda: tpm.is_socket() and control.is_socket() and bus.is_socket(), "swtpm or its bus")

        on_bus = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus}"}
        manager = [path_of("tpm2-abrmd"), "--session", f"--tcti=swtpm:path={tpm}"]
        manager += ["--allow-root"] if os.geteuid() == 0 else []
        services.enter_context(service(manager, on_bus, home / "manager.log"))
        tcti = "tabrmd:bus_type=session"
        environment = on_bus | {"TPM2_PKCS11_TCTI": tcti, "TPM2_PKCS11_STORE": str(home / "store")}
        everything = {**os.environ, **environment}

        def answers() -> bool:
            asked = [path_of("tpm2_getrandom"), "--tcti", tcti, "--hex", "4"]
            return subprocess.run(asked, env=everything, capture_output=True, check=False).returncode == 0

        await_that(answers, "the TPM behind its resource manager")
        store = [path_of("tpm2_ptool"), "init", "--path", str(home / "store")]
        subprocess.run(store, env={**everything, "TPM2TOOLS_TCTI": tcti}, capture_output=True, check=True)
        yield Bed(module=found(_LIBRARY), serial="0" * 16, model="SW   TPM", environment=environment)


TPM = Kind(
    name="tpm2-pkcs11",
    packages=(
        *("libtpm2-pkcs11-1", "libtpm2-pkcs11-tools", "swtpm", "tpm2-abrmd"),
        *("tpm2-tools", "libtss2-tcti-tabrmd0", "dbus-daemon"),
    ),
    library=_LIBRARY,
    programs=("swtpm", "dbus-daemon", "tpm2-abrmd", "tpm2_getrandom", "tpm2_ptool", "setpriv"),
    once=True,
    session_keys=False,
    make=_make,
)
