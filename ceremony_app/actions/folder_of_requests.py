"""Many requests at once: each judged by itself and against the others, kept as one PEM file and one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ceremony_app.actions.base import Context
from ceremony_app.actions.request_terms import Rest, asked_subject, beyond
from ceremony_app.core.distinguished_name import written
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import escaped
from ceremony_app.core.ports import InputPort
from ceremony_app.core.script import Plan
from ceremony_app.pki.findings import standing
from ceremony_app.pki.profiles_there import certificate_profile
from ceremony_app.pki.received import objects_in
from ceremony_app.pki.request_compare import Terms, compared_request
from ceremony_app.pki.request_form import MOST_OCTETS
from ceremony_app.pki.request_reading import ReceivedRequest, receive_request
from ceremony_app.pki.show import pem

_COLUMNS: Final = 5
_LABEL: Final = "CERTIFICATE REQUEST"
_END: Final = f"-----END {_LABEL}-----\n".encode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A request of the folder: the file it came in, the request and its subject, or why it cannot be taken."""

    file: str
    request: ReceivedRequest | None = None
    subject: str = ""
    wrong: str = ""


def judged_file(context: Context, profile: str, rest: Rest, name: str, port: InputPort) -> Judged:
    """A file of the folder, read once; what cannot be read is a request that cannot be taken."""
    try:
        octets = port.read(name, MOST_OCTETS)
    except Refusal as refusal:
        return Judged(file=name, wrong=f"{refusal.why} [{refusal.rule}]")
    return _judged(context.plan, profile, rest, name, octets)


def read_again(context: Context, profile: str, rest: Rest, octets: bytes, listed: bytes) -> Iterator[Judged]:
    """The requests of the kept file, judged as they were; each is named as the list names it."""
    lines = listed.decode("utf-8", errors="replace").splitlines()
    files = [line.split("\t")[-1] for line in lines if line.count("\t") == _COLUMNS - 1]
    blocks = objects_in(octets) if octets else ()
    for i, block in enumerate(blocks):
        name = files[i] if i < len(files) else f"request {i + 1}"
        if block.fault:
            yield Judged(file=name, wrong=block.fault)
        else:
            yield _judged(context.plan, profile, rest, name, block.octets)


def judged(one_by_one: Iterable[Judged]) -> tuple[tuple[Judged, ...], tuple[Judged, ...]]:
    """Those that can be taken and those that cannot, each in the order of the folder.

    No two requests have one key or one name: of such a pair neither is taken, since nobody here can say which is meant.
    """
    found = tuple(one_by_one)
    holders: dict[str, list[str]] = {}
    for one in found:
        for mark in _marks(one):
            holders.setdefault(mark, []).append(one.file)
    good, bad = [], []
    for one in found:
        shared = next((mark for mark in _marks(one) if len(holders[mark]) > 1), "")
        if one.wrong or one.request is None:
            bad.append(one)
        elif shared:
            others = ", ".join(escaped(file) for file in holders[shared] if file != one.file)
            bad.append(Judged(file=one.file, wrong=f"it has the same {shared.partition(' ')[0]} as {others}"))
        else:
            good.append(one)
    return tuple(good), tuple(bad)


def kept_requests(good: Iterable[Judged], *, rehearsal: bool) -> bytes:
    """All requests as PEM, one after the other, each under its number."""
    before = "REHEARSAL: brought to a rehearsal\n" if rehearsal else ""
    return b"".join(
        pem(one.request.der, _LABEL, f"{before}Request {i}")
        for i, one in enumerate(good, start=1)
        if one.request is not None
    )


def kept_request(octets: bytes, number: int) -> bytes:
    """The request of this number (DER) out of the kept file; raises `Unusable` (CER-CSR-DER) where there is none."""
    begin = octets.find(f"Request {number}\n-----BEGIN {_LABEL}-----\n".encode("ascii"))
    end = octets.find(_END, begin)
    found = objects_in(octets[begin : end + len(_END)]) if begin >= 0 and end > begin else ()
    if len(found) != 1 or found[0].fault:
        raise Unusable(
            "CER-CSR-DER", f"The request {number} of the folder cannot be read.", "Compare the folder with its copies."
        )
    return found[0].octets


def kept_list(good: Iterable[Judged]) -> bytes:
    """One line a request, its members between tabs: number, SHA-256 of the DER, of the public key, subject, file."""
    return "".join(
        "\t".join((str(i), one.request.sha256, one.request.spki_sha256, one.subject, escaped(one.file))) + "\n"
        for i, one in enumerate(good, start=1)
        if one.request is not None
    ).encode("utf-8")


def _judged(plan: Plan, profile_name: str, rest: Rest, name: str, octets: bytes) -> Judged:
    """One request as `import-csr` judges it, its application judged elsewhere."""
    profile, mode = certificate_profile(plan.policy, profile_name), plan.binding.mode
    try:
        received = receive_request(octets, mode)
        subject = asked_subject(profile, mode, received.read.subject)
        terms = Terms(profile=profile, mode=mode, application=subject, subject=subject, beyond=beyond(rest))
        found = standing(compared_request(received.read, terms).findings)
    except Refusal as refusal:
        return Judged(file=name, wrong=f"{refusal.why} [{refusal.rule}]")
    if found:
        return Judged(file=name, wrong=found[0].told())
    return Judged(file=name, request=received, subject=escaped(written(subject)))


def _marks(one: Judged) -> tuple[str, ...]:
    """By what two requests of a folder are told to be of one holder."""
    if one.request is None:
        return ()
    return (f"key {one.request.spki_sha256}", f"name {one.request.read.subject.der.hex()}")
