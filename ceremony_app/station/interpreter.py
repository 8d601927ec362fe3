"""What could make the interpreter run something else than the program's files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ceremony_app.core.ports import Observation
from ceremony_app.station.system_files import listed, text, unseen

_ENVIRONMENT: Final = "proc/self/environ"
_PREFIXES: Final = ("PYTHON", "LD_")
_NAMES: Final = frozenset(
    "OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES GLIBC_TUNABLES QT_PLUGIN_PATH QT_QPA_PLATFORM_PLUGIN_PATH".split()
)


def environment(root: Path) -> Observation:
    """Whether this process was started with variables that change what Python, the loader, OpenSSL or Qt load.

    Names only are told, as a value may be anything.
    """
    fact, label = "environment", "No variable that changes the program"
    found = text(root, _ENVIRONMENT)
    if found is None:
        return unseen(fact, label, f"/{_ENVIRONMENT}")
    names = {pair.partition("=")[0] for pair in found.split("\0")}
    foreign = sorted(name for name in names if name.startswith(_PREFIXES) or name in _NAMES)
    value = f"set: {listed(foreign)}" if foreign else "none seen"
    return Observation(id=fact, label=label, value=value, good=not foreign)


def isolation(*, isolated: bool) -> Observation:
    """Whether Python runs isolated (`-I`): no variables, no user's packages, not the current folder."""
    return Observation(
        id="isolation",
        label="An isolated interpreter",
        value="isolated" if isolated else "not isolated (started without -I)",
        good=isolated,
    )
