"""What came after the close: each addendum with a manifest of its own and the head that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ceremony_app.verify.files import MANIFEST, check_manifest
from ceremony_app.verify.material import ADDENDA, Hashed
from ceremony_app.verify.verdict import Report

_NUMBER: Final = re.compile(r"\d{3}")
_HEAD: Final = re.compile(rb"(?m)^head ([0-9a-f]{64})$")


def check_addenda(files: Mapping[str, Hashed], head: str, report: Report) -> None:
    """Each `addenda/NNN/`: what its manifest lists, and a line `head <64 hex>` in one of its short files.

    The line may stand in the manifest itself, above what `sha256sum` reads.
    """
    several: dict[str, dict[str, Hashed]] = {}
    for name, file in files.items():
        number, slash, inside = name.removeprefix(f"{ADDENDA}/").partition("/")
        if report.hold(slash and _NUMBER.fullmatch(number), "CER-UNBOUND", name, "not in a numbered addendum"):
            several.setdefault(number, {})[inside] = file
    for number, own in sorted(several.items()):
        where = f"{ADDENDA}/{number}"
        heads = {said.decode() for file in own.values() for said in _HEAD.findall(file.text)}
        report.hold(heads == {head}, "CER-HEAD", where, f"says {sorted(heads) or 'nothing'} of the head it belongs to")
        manifest = own.pop(MANIFEST, None)
        if manifest is None:
            report.find("CER-MANIFEST", f"{where}/{MANIFEST}", "missing")
            continue
        listed = _HEAD.sub(b"", manifest.text).lstrip(b"\n")
        digests = {name: file.sha256 for name, file in own.items()}
        check_manifest(listed, digests, f"{where}/{MANIFEST}", report)
        report.person(f"look at the addendum {number}: {', '.join(sorted(digests)) or 'it is empty'}")
