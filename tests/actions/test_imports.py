"""What was brought is judged before it is kept: certificates, CRLs, and the folders of earlier ceremonies."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.actions.base import Context, Ports
from ceremony_app.actions.inputs import taken
from ceremony_app.core.attempt import Run
from ceremony_app.core.errors import Refusal
from ceremony_app.core.prompts import Halted
from ceremony_app.core.values import Mode
from ceremony_app.pki.brought import brought_certificate
from ceremony_app.pki.loading import load_crl
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.revoked import number_of, revoked_in
from ceremony_app.record.bag import make_bag
from ceremony_app.station.inputs import brought
from ceremony_app.verify.verify import verify
from tests.actions.authorities import Founded, after, definition, found, issued, next_crl, step
from tests.actions.holding import Held, no_pages

ROOT = step("import", "import-certificate", name="root", input="before", profile="root")
HERE = definition(ROOT, before="ceremony")
GIVEN = definition(step("import", "import-certificate", name="root", input="given", ca=False), given="certificate")
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A CA with a first CRL; its folder is copied where it is changed."""
    return found(tmp_path_factory.mktemp("founded"))


def halted(room: Held, at: str) -> str:
    """The rule by which a step stopped; nothing that it should have kept is there."""
    kept = set((room.conductor.folder / "artifacts").glob("*"))
    room.play(until=lambda now: isinstance(now, Halted))
    assert isinstance(room.now, Halted)
    assert room.now.step.id == at
    assert not {one for one in set((room.conductor.folder / "artifacts").glob("*")) - kept if "given" in one.name}
    return str(room.outcome(at).evidence["rule"])


def given(ca: Founded, place: Path, data: bytes) -> str:
    """How the import of a file ends."""
    (place / "file").write_bytes(data)
    with after(place, GIVEN, ca, given=place / "file") as room:
        return halted(room, "import")


def test_one_certificate_is_taken_from_pem_as_from_der(ca: Founded, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes((ca.artifacts / "REHEARSAL-root.pem").read_bytes())
    with after(tmp_path, GIVEN, ca, given=tmp_path / "file") as room:
        folder = room.finish()
        assert room.evidence("import")["form"] == "PEM"
    assert (folder / "artifacts" / "REHEARSAL-root.der").read_bytes() == ca.certificate()


BAD: dict[str, Callable[[bytes], bytes]] = {
    "two": lambda pem: pem + pem,
    "cut": lambda pem: pem[:-40],
    "another-label": lambda pem: pem.replace(b"CERTIFICATE", b"PRIVATE KEY"),
    "nothing": lambda _: b"",
    "more-behind": lambda _: b"\x30\x82\x00\x02\x05\x00more",
}


@pytest.mark.parametrize("name", BAD)
def test_cer_der_what_is_not_one_certificate(ca: Founded, tmp_path: Path, name: str) -> None:
    pem = (ca.artifacts / "REHEARSAL-root.pem").read_bytes()
    assert given(ca, tmp_path, BAD[name](pem)) == "CER-DER"


def test_cer_der_a_list_in_place_of_a_certificate(ca: Founded, tmp_path: Path) -> None:
    assert given(ca, tmp_path, (ca.artifacts / "REHEARSAL-root-crl-1.der").read_bytes()) == "CER-DER"


def test_cer_size_a_file_that_is_larger_than_any_certificate(ca: Founded, tmp_path: Path) -> None:
    assert given(ca, tmp_path, b"\x30" * (64 * 1024 + 1)) == "CER-SIZE"


def test_cer_lint_a_certificate_that_is_not_as_its_profile_says(ca: Founded, tmp_path: Path) -> None:
    text = definition(
        step("import", "import-certificate", name="x", input="given", profile="root", ca=False), given="certificate"
    )
    with after(tmp_path, text, ca, given=issued(ca, tmp_path, "x")) as room:
        assert halted(room, "import") == "CER-LINT"


def test_cer_issuer_what_cannot_issue_is_no_ca(ca: Founded, tmp_path: Path) -> None:
    text = definition(step("import", "import-certificate", name="x", input="given"), given="certificate")
    with after(tmp_path, text, ca, given=issued(ca, tmp_path, "x")) as room:
        assert halted(room, "import") == "CER-ISSUER"


def test_a_certificate_that_has_ended_can_still_be_revoked(ca: Founded, tmp_path: Path) -> None:
    old = issued(ca, tmp_path, "old", ends=-2 * DAY)
    text = definition(
        ROOT,
        step("old", "import-certificate", name="old", input="given", ca=False),
        step("revoke", "revoke", certificate="old", issuer="root", reason="unspecified", sign_off="two"),
        before="ceremony",
        given="certificate",
    )
    with after(tmp_path, text, ca, before=ca.folder, given=old) as room:
        room.finish()
        assert room.evidence("revoke")["reason"] == "", "what is unspecified is left out of a CRL"
        against = room.evidence("old")["against"]
        assert isinstance(against, list | tuple)
        assert "it ended at" in str(against[-1])
        assert len(room.state.problems) == len(against), "each is a deviation that people decide"


REVOKED = definition(
    ROOT,
    step("bad", "import-certificate", name="bad", input="given", ca=False),
    step("revoke", "revoke", certificate="bad", issuer="root", reason="superseded", sign_off="two"),
    before="ceremony",
    given="certificate",
)


def test_cer_revoke_a_certificate_of_another_ca(ca: Founded, tmp_path: Path) -> None:
    forged = issued(ca, tmp_path, "bad", key=ec.generate_private_key(ec.SECP384R1()))
    with after(tmp_path, REVOKED, ca, before=ca.folder, given=forged) as room:
        room.play(until=lambda now: isinstance(now, Halted))
        assert isinstance(room.now, Halted)
        assert "CER-REVOKE" in room.now.why
        assert "was not issued by the CA root" in room.now.why


def test_artifacts_that_were_exchanged_later_are_found(ca: Founded, tmp_path: Path) -> None:
    """Another certificate of the same CA, whose files agree with each other, is not the one that was revoked."""
    (tmp_path / "other").mkdir()
    with after(tmp_path, REVOKED, ca, before=ca.folder, given=issued(ca, tmp_path, "bad")) as room:
        folder = room.finish()
    other = issued(ca, tmp_path / "other", "bad").read_bytes()
    place = folder / "artifacts" / "REHEARSAL-bad.der"
    place.chmod(0o600)
    place.write_bytes(other)
    told = [one.what for one in verify(folder, press=no_pages).findings if one.rule == "CER-EVIDENCE"]
    assert "REHEARSAL-bad.der is not the object of the evidence" in told
    assert "serial is not what was decided about the certificate" in told


def copied(ca: Founded, place: Path) -> Path:
    """The CA's folder, to be changed."""
    return Path(shutil.copytree(ca.folder, place / "before"))


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A change to one file of a folder."""

    def apply(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(change(data))

    return apply


FOLDERS: dict[str, Callable[[Path], None]] = {
    "certificate": changed("artifacts/REHEARSAL-root.der", lambda der: der[:-1] + bytes([der[-1] ^ 1])),
    "journal": changed("journal.jsonl", lambda data: data.replace(b"GENERATE", b"REMEMBER")),
    "head": changed("journal.head", lambda data: data.replace(b'"seq":', b'"seq":1')),
    "manifest": changed("manifest-sha256.txt", lambda data: data + data),
    "not-listed": changed(
        "manifest-sha256.txt", lambda data: data.replace(b"REHEARSAL-root.der", b"REHEARSAL-boot.der")
    ),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_cer_brought_a_folder_whose_papers_disagree(ca: Founded, tmp_path: Path, name: str) -> None:
    folder = copied(ca, tmp_path)
    FOLDERS[name](folder)
    with after(tmp_path, HERE, ca, before=folder) as room:
        assert halted(room, "import") == "CER-BROUGHT"


def test_cer_input_a_ceremony_that_never_ended(ca: Founded, tmp_path: Path) -> None:
    folder = copied(ca, tmp_path)
    (folder / "manifest-sha256.txt").unlink()
    with after(tmp_path, HERE, ca, before=folder) as room:
        assert halted(room, "import") == "CER-INPUT"


def test_a_bag_from_the_archive_serves_as_the_folder_does(ca: Founded, tmp_path: Path) -> None:
    files = [str(path.relative_to(ca.folder)) for path in ca.folder.rglob("*") if path.is_file()]
    public = [name for name in files if not name.startswith(".rehearsal")]
    make_bag(ca.folder, tmp_path / "bag", public, {"Bagging-Date": "2026-11-23"})
    with after(tmp_path, HERE, ca, before=tmp_path / "bag") as room:
        room.finish()
        ceremony = room.evidence("import")["ceremony"]
    assert isinstance(ceremony, dict)
    assert ceremony["head"] in (ca.folder / "journal.head").read_text()


def test_cer_brought_nothing_of_a_rehearsal_is_taken_in_production(ca: Founded, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="CER-BROUGHT"):
        brought_certificate((ca.artifacts / "REHEARSAL-root.pem").read_bytes(), Mode.PRODUCTION)
    with after(
        tmp_path, HERE.replace('name = "root"', 'name = "root"\nfile = "artifacts/REHEARSAL-root.der"'), ca
    ) as room:
        plan = room.conductor.plan
        real = msgspec.structs.replace(plan.binding, mode=Mode.PRODUCTION)
        context = Context(
            plan=msgspec.structs.replace(plan, binding=real),
            state=room.state,
            step=plan.definition.step("import"),
            run=Run(id="import", number="1", attempt=1),
        )
        ports = cast("Ports", SimpleNamespace(input=brought({"before": ca.folder})))
        with pytest.raises(Refusal, match="CER-BROUGHT: The ceremony that it comes from was a rehearsal"):
            taken(context, ports, 65_536)


FOLLOWING = definition(
    ROOT,
    step("last", "import-crl", name="last", input="list", issuer="root"),
    step("bad", "import-certificate", name="bad", input="given", ca=False),
    step("revoke", "revoke", certificate="bad", issuer="root", reason="keyCompromise", sign_off="two"),
    step("locate", "locate-key", key="root", certificate="root"),
    step("trial", "trial-chain"),
    step(
        "crl", "issue-crl", name="next", key="root", issuer="root", profile="root-crl", previous="last", sign_off="two"
    ),
    before="ceremony",
    list="crl",
    given="certificate",
)


def test_entries_of_the_last_list_stand_unchanged_beside_the_new_one(ca: Founded, tmp_path: Path) -> None:
    last = next_crl(ca, tmp_path, number=41, revoked={1234: "key_compromise", 99: "", 2**150: "superseded"})
    bad = issued(ca, tmp_path, "bad")
    with after(tmp_path, FOLLOWING, ca, before=ca.folder, list=last, given=bad) as room:
        folder = room.finish()
        assert not room.state.problems
    before = read_crl(last.read_bytes())
    made = read_crl((folder / "artifacts" / "REHEARSAL-next.der").read_bytes())
    assert number_of(made) == 42
    *kept, new = revoked_in(made)
    assert tuple(kept) == revoked_in(before)
    assert (new.serial, new.reason) == (read_certificate(bad.read_bytes()).serial.hex(), "keyCompromise")


def test_a_next_list_that_would_end_before_the_last_one_stops_the_trial(ca: Founded, tmp_path: Path) -> None:
    last = next_crl(ca, tmp_path, number=41, days=3650)
    with after(tmp_path, FOLLOWING, ca, before=ca.folder, list=last, given=issued(ca, tmp_path, "bad")) as room:
        assert halted(room, "trial") == "CER-LINT"
        assert "CER-CRL-DATE" in str(room.outcome("trial").evidence["why"])


def test_cer_crl_an_entry_that_says_more_is_not_cut_short(ca: Founded, tmp_path: Path) -> None:
    read = load_crl(next_crl(ca, tmp_path, number=41).read_bytes())
    entry = x509.RevokedCertificateBuilder().serial_number(7).revocation_date(read.last_update_utc)
    entry = entry.add_extension(x509.InvalidityDate(read.last_update_utc - DAY), critical=False)
    builder = x509.CertificateRevocationListBuilder().issuer_name(read.issuer).last_update(read.last_update_utc)
    builder = builder.next_update(read.last_update_utc + DAY).add_revoked_certificate(entry.build())
    for extension in read.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    last = tmp_path / "last.der"
    last.write_bytes(builder.sign(ca.key(), hashes.SHA384()).public_bytes(Encoding.DER))
    with after(tmp_path, FOLLOWING, ca, before=ca.folder, list=last) as room:
        assert halted(room, "last") == "CER-CRL"
