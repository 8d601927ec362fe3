"""The fuzzing of requests as a process of its own: `python -m tests.pki.fuzzing FIRST COUNT SECONDS PLACE`.

The kernel ends it where one input takes more processor time than SECONDS, wherever that time is spent; PLACE is a file
that tells which input it was. It ends with 1 at the first input that raises anything but a refusal, or is accepted
without proof, and tells its number; otherwise it prints what became of the inputs as JSON.
"""

from __future__ import annotations

import mmap
import resource
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

import msgspec
from cryptography import x509

from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.errors import Refusal
from ceremony_app.core.names import unfit_character
from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode
from ceremony_app.pki.request_compare import Terms, compared_request
from ceremony_app.pki.request_fingerprint import fingerprint_rows
from ceremony_app.pki.request_reading import ReceivedRequest, receive_request
from tests.pki import requesting as r
from tests.pki.making import pack
from tests.pki.mutating import Input, mutant, seeds

RSA_EVERY = 50
"""One in so many accepted RSA requests goes on to the key policy, which takes as long as a hundred readings."""

LONGEST_ROW, LONGEST_REFUSAL = 20_000, 1_200
PARTS = (NamePart(type="OU", value="07"), NamePart(type="CN", value="TMP1"))


class Report(msgspec.Struct):
    """What became of the inputs. Times are of the processor, in seconds; `rss` is the greatest, in MB."""

    inputs: int = 0
    accepted: int = 0
    unseen_by_library: int = 0
    rules: dict[str, int] = msgspec.field(default_factory=dict)
    findings: dict[str, int] = msgspec.field(default_factory=dict)
    longest: float = 0.0
    longest_input: int = 0
    rss: float = 0.0


def judge(number: int, made: Input, policy: Policy, report: Report) -> None:
    """Read an input and everything that can be said of it; raises AssertionError where something is wrong."""
    try:
        received = receive_request(made.octets, Mode.PRODUCTION)
    except Refusal as refusal:
        counted(report.rules, refusal.rule)
        told(refusal.paragraph(), LONGEST_REFUSAL)
        return
    report.accepted += 1
    proved(received, made, report)
    if b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" in received.read.key.der and number % RSA_EVERY:
        return
    profile = policy.certificates["operator-issuing"]
    terms = Terms(profile=profile, mode=Mode.PRODUCTION, application=PARTS, subject=PARTS, beyond="refuse")
    comparison = compared_request(received.read, terms)
    counted(report.findings, *{one.rule for one in comparison.findings})
    for row in (*fingerprint_rows(received), *comparison.rows()):
        told(row.label, LONGEST_REFUSAL)
        told(row.value, LONGEST_ROW)


def proved(received: ReceivedRequest, made: Input, report: Report) -> None:
    """Whoever has the key signed what was read; and the library, where it can read the names, says so as well."""
    assert made.may_pass or received.read.tbs in {tbs for _, tbs in seeds()}, "accepted though nobody signed it"
    assert received.read.key.der in {r.requester(kind).spki for kind in r.KINDS}, (
        "accepted with a key that signs nothing"
    )
    try:
        assert x509.load_der_x509_csr(received.der).is_signature_valid, "accepted with a bad signature"
    except ValueError:
        report.unseen_by_library += 1


def counted(counts: dict[str, int], *names: str) -> None:
    for name in names:
        counts[name] = counts.get(name, 0) + 1


def told(text: str, longest: int) -> None:
    """A text that can be shown, printed and read."""
    assert unfit_character(text) is None, f"{unfit_character(text)} does not show"
    assert len(text) <= longest, f"{len(text)} characters, which nobody reads"


def run(first: int, count: int, seconds: float, place: Path) -> Report:
    """All inputs from `first` on."""
    warnings.simplefilter("error")
    policy, report = pack("s1spki-foc"), Report()
    mutant(0)
    with place.open("r+b") as handle, mmap.mmap(handle.fileno(), 8) as at:
        for number in range(first, first + count):
            at[:8] = number.to_bytes(8, "big")
            made = mutant(number)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            began = time.process_time()
            judge(number, made, policy, report)
            took = time.process_time() - began
            signal.setitimer(signal.ITIMER_PROF, 0)
            report.inputs += 1
            if took > report.longest:
                report.longest, report.longest_input = took, number
    report.rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return report


def main(arguments: list[str]) -> int:
    """Run as the module says."""
    first, count, seconds, place = int(arguments[0]), int(arguments[1]), float(arguments[2]), Path(arguments[3])
    try:
        report = run(first, count, seconds, place)
    except Exception:  # noqa: BLE001 - whatever it is, it is what was looked for
        number = int.from_bytes(place.read_bytes(), "big")
        sys.stdout.write(f"input {number}, {mutant(number).how}:\n{traceback.format_exc(limit=-6)}")
        return 1
    sys.stdout.write(msgspec.json.encode(report).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
