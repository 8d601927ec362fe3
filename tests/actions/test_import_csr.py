"""An application and its request: entered, read once, proven, compared, issued; and everything that is refused."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509

from ceremony_app.actions import KINDS
from ceremony_app.check.papers import policy_notes
from ceremony_app.core import prompts as p
from ceremony_app.core.errors import Refusal
from ceremony_app.core.values import Json
from ceremony_app.definition.load import load
from ceremony_app.pki.request_form import MOST_OCTETS
from tests.actions.holding import Held, held
from tests.actions.issuing import (
    FORM,
    ISSUING_CN,
    Setting,
    artifact,
    definition,
    failed,
    field,
    halted_at,
    path_holds,
    profile,
    step,
    tokens,
    wrong,
)
from tests.pki import requesting as r

TIER = profile("test-tier", ISSUING_CN)
OPEN = TIER + (
    '[certificates.test-tier.subject-varies]\nvalue = { CN = "Example Issuing CA [0-9]{1,2}" }\n'
    'section = "test"\nprovenance = "verified"\n'
)
TYPED = field("common-name", sample=ISSUING_CN)
USAGE = r.extension("2.5.29.15", b"\x03\x02\x01\x06", critical=True)
SERVER = r.extension("2.5.29.37", r.sequence(r.oid("1.3.6.1.5.5.7.3.1")))


def subject(cn: str = ISSUING_CN, organisation: str = "Example Trust Services", string: int = r.UTF8) -> bytes:
    return r.named((r.C, "GB", r.PRINTABLE), (r.O, organisation, string), (r.CN, cn, string))


def asked(*extensions: bytes, cn: str = ISSUING_CN, kind: str = "p384") -> bytes:
    return r.requester(kind).request(subject(cn), *([r.asking(*extensions)] if extensions else []))


def ceremony(form: str = FORM, **settings: Setting) -> str:
    """A root that takes a request and issues for it."""
    usual: dict[str, Setting] = {"name": "asked", "input": "request", "profile": "test-tier"}
    of_root = {"name": "issuing", "key": "root", "issuer": "root", "profile": "test-tier", "request": "asked"}
    steps = (
        step("import-csr", "import", **(usual | settings)) + form,
        step("read-back", "compare", of="import", paper="brought", rows=3),
        step("trial-chain", "trial"),
        step("generate-key", "generate", key="root"),
        step("self-sign", "sign", name="root", key="root"),
        step("issue-certificate", "issue", **of_root),
    )
    return definition({"root": ("upper", "root")}, steps, inputs={"request": "request"})


def brought(place: Path, octets: bytes) -> dict[str, Path]:
    (place / "request.csr").write_bytes(octets)
    return {"request": place / "request.csr"}


GOOD = asked(USAGE)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """A request in PEM, taken and answered."""
    place = tmp_path_factory.mktemp("imported")
    with held(place, ceremony(), tokens("upper"), policy=TIER, inputs=brought(place, r.pem(GOOD))) as room:
        room.finish()
        yield room


def test_a_request_is_taken_and_answered(finished: Held, tmp_path: Path) -> None:
    assert artifact(finished, "asked.csr.der") == GOOD
    issued = x509.load_der_x509_certificate(artifact(finished, "issuing.der"))
    assert issued.public_key() == x509.load_der_x509_csr(GOOD).public_key()
    path_holds(tmp_path, artifact(finished, "root.pem"), [], artifact(finished, "issuing.pem"))
    assert not finished.state.problems, "nothing went otherwise than planned"


def test_the_evidence_says_all_that_issuing_needs(finished: Held) -> None:
    evidence = finished.evidence("import")
    spki = r.requester("p384").spki
    assert evidence["name"] == "asked"
    assert evidence["profile"] == "test-tier"
    assert (evidence["file"], evidence["form"]) == ("request.csr", "PEM")
    assert evidence["file-sha256"] == hashlib.sha256(r.pem(GOOD)).hexdigest()
    assert evidence["request-sha256"] == hashlib.sha256(GOOD).hexdigest()
    assert base64.b64decode(str(evidence["spki"])) == spki
    assert evidence["spki-sha256"] == hashlib.sha256(spki).hexdigest()
    assert evidence["algorithm"] == "P-384"
    assert evidence["subject"] == [
        {"type": "C", "value": "GB"},
        {"type": "O", "value": "Example Trust Services"},
        {"type": "CN", "value": ISSUING_CN},
    ]
    assert evidence["left-out"] == []


def test_the_quorum_sees_all_three_beside_each_other(finished: Held) -> None:
    rows = {row.label: row.value for row in finished.outcome("import").rows}
    assert rows["keyUsage"].startswith(
        "request: keyCertSign, cRLSign, critical; profile: keyCertSign, cRLSign, critical"
    )
    assert rows["Proof of possession"].startswith("request: signed by ECDSA with SHA-384")
    assert rows["SHA-256 of the request"] == hashlib.sha256(GOOD).hexdigest()
    assert rows["Findings"] == "none"


@pytest.mark.parametrize(
    "name", ["name", "profile", "request-sha256", "spki", "spki-sha256", "algorithm", "subject", "left-out", "rows"]
)
def test_whatever_is_turned_in_the_evidence_is_named(finished: Held, name: str) -> None:
    value: Json = [["Subject", "another", False]] if name == "rows" else "another"
    told = wrong(finished, "import", **{name: value})
    assert f"{name} is not what the request says" in told or (name == "request-sha256" and "of the evidence" in told)


def test_another_file_in_the_folder_is_named(finished: Held) -> None:
    other = r.requester("p384", 2).request(subject(), r.asking(USAGE))
    assert "is not the object of the evidence" in wrong(finished, "import", {"asked.csr.der": other})
    assert "The file holds no certification request" in wrong(finished, "import", {"asked.csr.der": b"\x30\x00"})
    assert "does not hold the same object" in wrong(finished, "import", {"asked.csr.pem": r.pem(other)})


def test_personal_fields_are_leaves_and_the_rest_is_not(finished: Held) -> None:
    journal = (finished.conductor.folder / "journal.jsonl").read_text(encoding="utf-8")
    assert "APP-0042" in journal
    assert "verification meeting" in journal
    assert "passport 123456789" not in journal


def test_cer_deviation_what_is_left_out_is_shown_and_recorded(tmp_path: Path) -> None:
    files = brought(tmp_path, asked(USAGE, SERVER))
    with held(tmp_path, ceremony(beyond="leave-out"), tokens("upper"), policy=TIER, inputs=files) as room:
        room.finish()
        left = str(room.evidence("import")["left-out"]).strip("[]'")
        assert left == "extKeyUsage: serverAuth"
        assert [row.value for row in room.outcome("import").rows if row.label == "Left out"] == [left]
        (problem,) = room.state.problems
        assert room.conductor.text_of(problem.opened.happened.leaf) == f"left out: {left}"
        issued = x509.load_der_x509_certificate(artifact(room, "issuing.der"))
        assert "extendedKeyUsage" not in {one.oid._name for one in issued.extensions}
        rows = {row.label: row.value for row in room.runs("issue")[0].prepared.rows}  # type: ignore[union-attr]  # done
        assert rows["extKeyUsage"] == "request: serverAuth; profile: says nothing of it; will be issued: nothing"


def stolen() -> bytes:
    """A request for somebody else's key, signed by one's own."""
    info = r.info(r.requester("p384").spki, subject())
    return r.requester("p384", 2).signed(info)


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a bidirectional override in the name": ("CER-CSR-NAME", lambda: asked(cn="Example \u202e1 AC gniussI")),
    "a homoglyph in the name": ("CER-CSR-SUBJECT", lambda: asked(cn=ISSUING_CN.replace("a", "\u0430"))),
    "markup in the name": ("CER-CSR-SUBJECT", lambda: asked(cn="<b>Example Issuing CA 1</b>")),
    "100,000 characters in the name": ("CER-SIZE", lambda: asked(cn="A" * 100_000)),
    "60,000 characters in the name": ("CER-CSR-NAME", lambda: asked(cn="A" * 60_000)),
    "a second object": ("CER-CSR-ONE", lambda: r.pem(GOOD) + r.pem(GOOD)),
    "something behind the DER": ("CER-CSR-DER", lambda: GOOD + b"\x00"),
    "a wrong signature": ("CER-CSR-PROOF", lambda: GOOD[:-1] + bytes([GOOD[-1] ^ 1])),
    "the signature of another key": ("CER-CSR-PROOF", stolen),
    "an extended key usage of another profile": ("CER-CSR-BEYOND", lambda: asked(USAGE, SERVER)),
    "another key usage": (
        "CER-CSR-BEYOND",
        lambda: asked(r.extension("2.5.29.15", b"\x03\x02\x07\x80", critical=True)),
    ),
    "a path of any length": ("CER-CSR-BEYOND", lambda: asked(_any_length())),
    "another kind of key": ("CER-PROFILE", lambda: asked(kind="p256")),
    "64 KiB and one octet": ("CER-SIZE", lambda: r.pem(GOOD) + b"\n" * (MOST_OCTETS + 1 - len(r.pem(GOOD)))),
    "nothing": ("CER-CSR-SIZE", lambda: b""),
    "a private key": ("CER-CSR-FORM", lambda: r.pem(GOOD, "PRIVATE KEY")),
    "a certificate's label": ("CER-CSR-FORM", lambda: r.pem(GOOD, "CERTIFICATE")),
    "version 2": ("CER-CSR-VERSION", lambda: r.requester("p384").request(subject(), version=1)),
}


def _any_length() -> bytes:
    return r.extension("2.5.29.19", r.sequence(r.tlv(0x01, b"\xff")), critical=True)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_request_is_refused_by_its_rule_and_stops_the_step(tmp_path: Path, what: str) -> None:
    rule, octets = HOSTILE[what]
    with held(tmp_path, ceremony(), tokens("upper"), policy=TIER, inputs=brought(tmp_path, octets())) as room:
        room.play(until=lambda now: isinstance(now, p.Halted))
        outcome = failed(room, "import")
        assert outcome.evidence["rule"] == rule, outcome.evidence["why"]
        assert outcome.artifacts == ()
        assert "\u202e" not in "".join(row.value for row in outcome.rows)
        assert max(len(row.value) for row in outcome.rows) < 4000
        assert isinstance(room.now, p.Halted)
        assert room.now.step.id == "import"
        kept = room.conductor.folder / "artifacts"
        assert not [one.name for one in kept.glob("*") if "asked" in one.name], "nothing was taken from it"


@pytest.mark.parametrize("what", ["link", "pipe", "folder of two", "nothing there"])
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, what: str) -> None:
    place = tmp_path / "brought"
    place.mkdir()
    (place / "request.csr").write_bytes(GOOD)
    path = place / "link.csr"
    match what:
        case "link":
            path.symlink_to(place / "request.csr")
        case "pipe":
            os.mkfifo(path)
        case "folder of two":
            (place / "second.csr").write_bytes(GOOD)
            path = place
        case _:
            pass
    with held(tmp_path, ceremony(), tokens("upper"), policy=TIER, inputs={"request": path}) as room:
        room.play(until=lambda now: isinstance(now, p.Halted))
        assert failed(room, "import").evidence["rule"] == "CER-INPUT"


# ------------------------------------------------------------------------------------------------------ the application


def test_the_subject_is_the_one_that_was_typed_from_the_form(tmp_path: Path) -> None:
    form = FORM + TYPED.replace(ISSUING_CN, "Example Issuing CA 7")
    text = ceremony(form, subject={"CN": "common-name"})
    files = brought(tmp_path, asked(USAGE, cn="Example Issuing CA 7"))
    with held(tmp_path, text, tokens("upper"), policy=OPEN, inputs=files) as room:
        room.finish()
        issued = x509.load_der_x509_certificate(artifact(room, "issuing.der"))
        assert issued.subject.rfc4514_string() == "CN=Example Issuing CA 7,O=Example Trust Services,C=GB"
        rows = {row.label: row.value for row in room.runs("import")[0].prepared.rows}  # type: ignore[union-attr]  # done
        assert rows["Subject"] == "C=GB, O=Example Trust Services, CN=Example Issuing CA 7, from the application form"
        later = wrong(room, "import", subject=[])
        assert "subject is not what the request says" in later


@pytest.mark.parametrize(
    ("typed", "cn"),
    [("Example Issuing CA 7", "Example Issuing CA 8"), ("Example Issuing CA 8 ", "Example Issuing CA 8")],
)
def test_cer_csr_subject_another_name_than_on_the_form(tmp_path: Path, typed: str, cn: str) -> None:
    text = ceremony(FORM + field("common-name", sample=typed), subject={"CN": "common-name"})
    with held(tmp_path, text, tokens("upper"), policy=OPEN, inputs=brought(tmp_path, asked(cn=cn))) as room:
        room.play(until=lambda now: isinstance(now, p.Halted))
        assert isinstance(room.now, p.Halted)
        stopped = room.ends("import")
        told = str(failed(room, "import").evidence["rule"]) if stopped else room.now.why
        assert "CER-CSR-SUBJECT" in told


def test_cer_csr_subject_a_name_that_the_profile_does_not_allow(tmp_path: Path) -> None:
    text = ceremony(FORM + field("common-name", sample="Anything"), subject={"CN": "common-name"})
    with held(tmp_path, text, tokens("upper"), policy=OPEN, inputs=brought(tmp_path, asked(cn="Anything"))) as room:
        room.play(until=lambda now: isinstance(now, p.Halted))
        assert failed(room, "import").evidence["rule"] == "CER-CSR-SUBJECT"
        assert "a value of the form Example Issuing CA" in str(failed(room, "import").evidence["why"])


def test_cer_application_a_form_that_does_not_give_the_open_attributes_stops_the_step(tmp_path: Path) -> None:
    with held(tmp_path, ceremony(), tokens("upper"), policy=OPEN, inputs=brought(tmp_path, GOOD)) as room:
        why = halted_at(room, "import")
        assert "leaves CN to the applicant" in why
        assert "[CER-APPLICATION]" in why


def test_cer_application_is_told_before_the_day(tmp_path: Path) -> None:
    with held(tmp_path, ceremony(), tokens("upper"), policy=OPEN, inputs=brought(tmp_path, GOOD)) as room:
        told = [note for note in policy_notes(room.conductor.plan) if note.rule == "CER-APPLICATION"]
        assert [note.where for note in told] == ["step 1.6 import"]
        assert "leaves CN to the applicant" in told[0].what


def test_without_an_application_the_request_s_own_name_is_held_against_the_form_of_the_profile(tmp_path: Path) -> None:
    text = ceremony("", application="none")
    files = brought(tmp_path, asked(cn="Example Issuing CA 9"))
    with held(tmp_path, text, tokens("upper"), policy=OPEN, inputs=files) as room:
        room.finish()
        assert b"Example Issuing CA 9" in artifact(room, "issuing.der")


def test_the_request_s_string_types_do_not_get_into_the_certificate(tmp_path: Path) -> None:
    octets = r.requester("p384").request(subject(string=r.PRINTABLE))
    with held(tmp_path, ceremony(), tokens("upper"), policy=TIER, inputs=brought(tmp_path, octets)) as room:
        room.finish()
        assert b"\x0c\x14Example Issuing CA 1" in artifact(room, "issuing.der"), "UTF8String, as the policy has it"


@pytest.mark.parametrize(
    ("form", "settings", "told"),
    [
        ("", {}, "no field application, verified-by, verified-how"),
        (field("application", sample="1"), {}, "no field verified-by, verified-how"),
        (FORM, {"subject": {"CN": "common-name"}}, "The form has no field common-name"),
        (FORM, {"subject": {"CN": "applicant"}}, "The field applicant is personal"),
        (FORM + FORM, {}, "Two fields are called application"),
        (FORM, {"input": "none"}, "is not one of the inputs"),
        (FORM, {"beyond": "merge"}, "beyond"),
        (FORM, {"name": "a/b"}, "name"),
    ],
)
def test_a_definition_that_cannot_be_held_is_refused_by_path(
    form: str, settings: dict[str, Setting], told: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        load(ceremony(form, **settings).encode(), KINDS)
    assert told in refusal.value.paragraph()
    assert "acts[0].steps[5]" in refusal.value.paragraph()
