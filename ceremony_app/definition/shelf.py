"""Where the program's own files lie, in a checkout and in an installed wheel, and what is on the shelf."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.core.errors import Unusable
from ceremony_app.core.names import escaped, is_name
from ceremony_app.definition.toml import read_file

_LONG = 200


def resources() -> Path:
    """The folder of definitions, policies, requirements, fonts and handbooks."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def shipped() -> tuple[str, ...]:
    """The ids of the definitions on the shelf."""
    return tuple(sorted(path.stem for path in (resources() / "ceremonies").glob("*.toml")))


def definition_bytes(reference: str) -> tuple[bytes, Path]:
    """The definition that a path or a shipped id names, and where it lies (CER-FILE)."""
    path = Path(reference)
    try:
        if is_name(reference) and reference in shipped() and not path.exists():
            path = resources() / "ceremonies" / f"{reference}.toml"
        elif path.is_dir():
            path = path / "ceremony.toml"
        there = path.exists()
    except OSError:  # a name that no file system takes
        there = False
    if not there:
        raise Unusable(
            "CER-FILE",
            f"There is no definition {escaped(reference[:_LONG])}.",
            f"Name a file, or one of the shelf: {', '.join(shipped())}.",
        )
    return read_file(path, "definition"), path


def policy_bytes(policy_id: str, beside: Path) -> bytes:
    """The pack: `policy.toml` beside a definition that was given by path, or else the shipped one of that id."""
    local = beside.parent / "policy.toml"
    if local.exists():
        return read_file(local, "policy pack")
    path = resources() / "policies" / f"{policy_id}.toml"
    if not path.exists():
        raise Unusable(
            "CER-POLICY",
            f"There is no policy pack {policy_id}.",
            "Put it as policy.toml beside the definition, or name one of the shelf.",
        )
    return read_file(path, "policy pack")
