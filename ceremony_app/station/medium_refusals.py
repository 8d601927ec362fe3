"""What is said (CER-MEDIUM) when a medium is missing, full, broken, or not the right one."""

from __future__ import annotations

import errno
from pathlib import Path

from ceremony_app.core.errors import Refusal
from ceremony_app.core.names import escaped


def full(place: Path) -> Refusal:
    """The medium has no room."""
    return unfit(
        f"The medium at {escaped(str(place))} is full.",
        "What could not be finished was removed. Take a medium with more room and repeat the step.",
    )


def missing(place: Path) -> Refusal:
    """There is no medium."""
    return unfit(f"The medium at {escaped(str(place))} is not there.", "Insert and mount it, then repeat the step.")


def another_medium(place: Path, found: str, bound: str) -> Refusal:
    """The medium is not the bound one."""
    return unfit(
        f"The medium at {escaped(str(place))} is another one: its serial is {escaped(found) or 'not told'}, "
        f"and {escaped(bound)} is bound.",
        "Nothing was written. Insert the right medium and repeat the step.",
    )


def told(error: OSError, place: Path) -> Refusal:
    """An error of the system in words."""
    medium = f"medium at {escaped(str(place))}"
    what = escaped(str(error.filename))
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return full(place)
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return unfit(f"The {medium} cannot be written or opened.", "Unlock it, or mount it for writing.")
        case errno.ENOENT if str(error.filename) == str(place):
            return missing(place)
        case errno.ENOENT:
            return unfit(f"There is no {what} on the {medium}.", "Look whether it is the right one.")
        case errno.ELOOP | errno.ENOTDIR:
            return unfit(f"{what} is a link, or no folder, on the {medium}.", "Do not use this medium.")
        case _:
            reason = error.strerror or "error of input or output"
            return unfit(f"The {medium} failed: {reason}.", "Do not use it. Repeat the step with another one.")


def unfit(why: str, what_to_do: str) -> Refusal:
    """A medium that cannot be used as it is."""
    return Refusal("CER-MEDIUM", why, what_to_do)
