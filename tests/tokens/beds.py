"""The makes of token on which ceremonies are tried, and those beds that need little: SoftHSM, NSS, p11-kit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ceremony_app.hsm.softhsm import prepare
from tests.tokens.bed import Bed, Kind, await_that, found, path_of, service
from tests.tokens.opencryptoki_bed import OPENCRYPTOKI
from tests.tokens.tpm_bed import TPM

_SOFTHSM_MODEL: Final = "SoftHSM v2"
_NSS: Final = "**/libsoftokn3.so"
_CLIENT: Final = "*/pkcs11/p11-kit-client.so"


@contextmanager
def _softhsm(label: str) -> Iterator[Bed]:
    """A token in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bed-") as home:
        made = prepare(Path(home))
        yield Bed(module=made.module, serial=made.serial, model=_SOFTHSM_MODEL, environment=made.environment)


@contextmanager
def _nss(label: str) -> Iterator[Bed]:
    """A key database that C_Initialize is told of, and for which nobody has set a password yet.

    All tokens of NSS have the same serial. Their label is fixed by the arguments: C_InitToken does not change it.
    """
    with tempfile.TemporaryDirectory(prefix="bed-") as home:
        arguments = f"configdir='sql:{home}' certPrefix='' keyPrefix='' secmod='' dbTokenDescription='{label}' flags="
        yield Bed(module=found(_NSS), serial="0" * 16, model="NSS 3", arguments=arguments)


@contextmanager
def _p11kit(label: str) -> Iterator[Bed]:
    """A SoftHSM token in another process, behind a socket."""
    with tempfile.TemporaryDirectory(prefix="bed-") as folder:
        home = Path(folder)
        made = prepare(home / "softhsm")
        socket = home / "socket"
        command = [
            *(path_of("p11-kit"), "server", "--foreground", "--name", str(socket)),
            *("--provider", str(made.module), f"pkcs11:serial={made.serial}"),
        ]
        with service(command, made.environment, home / "server.log"):
            await_that(socket.is_socket, "the p11-kit server")
            environment = {"P11_KIT_SERVER_ADDRESS": f"unix:path={socket}"}
            yield Bed(module=found(_CLIENT), serial=made.serial, model=_SOFTHSM_MODEL, environment=environment)


SOFTHSM: Final = Kind(name="SoftHSM 2", packages=("softhsm2",), library="**/libsofthsm2.so", make=_softhsm)
NSS: Final = Kind(name="NSS softokn", packages=("libnss3",), library=_NSS, make=_nss)
P11KIT: Final = Kind(
    name="p11-kit client",
    packages=("p11-kit-modules", "p11-kit", "softhsm2"),
    library=_CLIENT,
    programs=("p11-kit", "softhsm2-util", "setpriv"),
    make=_p11kit,
)

KINDS: Final[tuple[Kind, ...]] = (SOFTHSM, NSS, TPM, P11KIT, OPENCRYPTOKI)
