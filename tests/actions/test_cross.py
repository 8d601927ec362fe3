"""Cross-certificates, and the link certificates of a root that changes its key (RFC 4210, 4.4)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from tests.actions.holding import Held, held
from tests.actions.issuing import ROOT_CN, artifact, definition, halted_at, path_holds, profile, step, tokens, wrong

KEYS = {"old": ("upper", "root"), "new": ("lower", "test-root-2"), "issuing": ("lower", "test-tier")}
NEXT_CN = "Example Root CA G2"


def profiles(next_cn: str, **link: str) -> str:
    """The next root, both link certificates, and a CA under the next root."""
    any_length = "{ critical = true, ca = true }"
    root = profile(
        "test-root-2",
        next_cn,
        issuer='"self"',
        validity="{ years = 20 }",
        basic_constraints=any_length,
        certificate_policies="{ critical = false, oids = [] }",
    )
    links = (profile(name, cn, **({"basic_constraints": any_length} | link)) for name, cn in _linked(next_cn))
    return root + "".join(links) + profile("test-tier", "Example Issuing CA 1")


def _linked(next_cn: str) -> tuple[tuple[str, str], ...]:
    return ("link-new-with-old", next_cn), ("link-old-with-new", ROOT_CN)


def cross(name: str, key: str, certificate: str) -> str:
    return step(
        "cross-certify",
        f"cross-{name}",
        name=name,
        key=key,
        issuer=key,
        profile=f"link-{name}",
        certificate=certificate,
    )


REKEY = definition(
    KEYS,
    (
        step("trial-chain", "trial"),
        step("generate-key", "generate-old", key="old"),
        step("self-sign", "sign-old", name="old", key="old"),
        step("generate-key", "generate-new", key="new"),
        step("self-sign", "sign-new", name="new", key="new"),
        step("generate-key", "generate-issuing", key="issuing"),
        step("make-csr", "request", name="asked", key="issuing"),
        step(
            "issue-certificate", "issue", name="issuing", key="new", issuer="new", profile="test-tier", request="asked"
        ),
        cross("new-with-old", "old", "new"),
        cross("old-with-new", "new", "old"),
    ),
)


@pytest.fixture(scope="module", params=[NEXT_CN, ROOT_CN], ids=["another-name", "the-same-name"])
def rekeyed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """A root that got a new key, under another name or its own, linked in both directions."""
    place = tmp_path_factory.mktemp("rekeyed")
    with held(place, REKEY, tokens("lower", "upper"), policy=profiles(request.param)) as room:
        room.finish()
        yield room


def test_both_directions_of_a_re_key_give_paths(rekeyed: Held, tmp_path: Path) -> None:
    old, new, forward, back, end = (
        artifact(rekeyed, f"{name}.pem") for name in ("old", "new", "new-with-old", "old-with-new", "issuing")
    )
    assert "end.pem: OK" in path_holds(tmp_path, old, [forward], end), "who trusts the old root follows to the new"
    assert "end.pem: OK" in path_holds(tmp_path, new, [], end)
    assert "end.pem: OK" in path_holds(tmp_path, old, [], forward)
    assert "end.pem: OK" in path_holds(tmp_path, new, [], back), "who trusts the new root accepts the old"


def test_without_the_link_there_is_no_path(rekeyed: Held, tmp_path: Path) -> None:
    old, back, end = (artifact(rekeyed, f"{name}.pem") for name in ("old", "old-with-new", "issuing"))
    with pytest.raises(AssertionError, match="verification failed"):
        path_holds(tmp_path, old, [back], end)


@pytest.mark.parametrize(("link", "about", "under"), [("new-with-old", "new", "old"), ("old-with-new", "old", "new")])
def test_name_key_and_identifier_are_those_of_the_other_certificate(
    rekeyed: Held, link: str, about: str, under: str
) -> None:
    crossed, other, issuer = (
        x509.load_der_x509_certificate(artifact(rekeyed, f"{name}.der")) for name in (link, about, under)
    )
    assert crossed.subject.public_bytes() == other.subject.public_bytes()
    assert crossed.public_key() == other.public_key()
    assert crossed.issuer.public_bytes() == issuer.subject.public_bytes()
    own, theirs = (c.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value for c in (crossed, other))
    assert own == theirs
    crossed.verify_directly_issued_by(issuer)
    assert crossed.not_valid_after_utc <= issuer.not_valid_after_utc
    (run,) = rekeyed.runs(f"cross-{link}")
    assert run.prepared is not None
    rows = {row.label: row.value for row in run.prepared.rows}
    assert rows["Certificate that is certified again"].startswith(f"{about}, SHA-256 ")
    assert f"Subject of {about}, kept to the octet" in rows
    assert rekeyed.evidence(f"cross-{link}")["crossed-sha256"] == rows["Certificate that is certified again"][-64:]


def test_another_certificate_in_the_folder_is_named(rekeyed: Held) -> None:
    told = wrong(rekeyed, "cross-new-with-old", {"new.der": artifact(rekeyed, "old.der")})
    assert "subjectPublicKeyInfo" in told
    assert "from something else" in told
    assert "cannot be read" in wrong(rekeyed, "cross-new-with-old", {"new.der": b"\x30\x00"})


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ({"subject": '[{ type = "CN", value = "Somebody else" }]'}, "subject: expected the octets of C=GB"),
        ({"subject_key_identifier": '{ critical = false, method = "sha1" }'}, "subjectKeyIdentifier"),
    ],
)
def test_cer_cross_a_certificate_that_could_not_stand_for_the_other_is_not_signed(
    tmp_path: Path, link: dict[str, str], told: str
) -> None:
    with held(tmp_path, REKEY, tokens("lower", "upper"), policy=profiles(NEXT_CN, **link)) as room:
        why = halted_at(room, "cross-new-with-old")
        assert "[CER-LINT]" in why
        assert "[CER-CROSS]" in why
        assert told in why
        assert room.ends("cross-new-with-old") == []


def test_cer_issuer_a_link_under_the_wrong_root_is_not_signed(tmp_path: Path) -> None:
    swapped = REKEY.replace('key = "old"\nissuer = "old"', 'key = "new"\nissuer = "old"')
    assert swapped != REKEY
    with held(tmp_path, swapped, tokens("lower", "upper"), policy=profiles(NEXT_CN)) as room:
        assert "[CER-ISSUER]" in halted_at(room, "cross-new-with-old")


OTHER = (NameOID.COUNTRY_NAME, "GB"), (NameOID.ORGANIZATION_NAME, "Other Trust"), (NameOID.COMMON_NAME, "Other Root")
CROSS = definition(
    {"root": ("upper", "root")},
    (
        step("import-certificate", "import", name="other", input="other"),
        step("trial-chain", "trial"),
        step("generate-key", "generate", key="root"),
        step("self-sign", "sign", name="root", key="root"),
        step(
            "cross-certify",
            "cross",
            name="crossed",
            key="root",
            issuer="root",
            profile="test-cross",
            certificate="other",
        ),
    ),
    inputs={"other": "certificate"},
)
CROSSED = profile(
    "test-cross",
    "-",
    subject="["
    + ", ".join(f'{{ type = "{kind}", value = "{OTHER[i][1]}" }}' for i, kind in enumerate(("C", "O", "CN")))
    + "]",
)


def other_root() -> bytes:
    """A root of another PKI, its whole name in PrintableString, where this program would write UTF8String."""
    key = ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(kind, text, _ASN1Type.PrintableString) for kind, text in OTHER])
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    identifier = x509.SubjectKeyIdentifier(hashlib.sha256(_bits(key)).digest()[:20])
    usage = dict.fromkeys(
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement".split(), False
    )
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=4000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False),
            critical=True,
        )
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return builder.sign(key, hashes.SHA384()).public_bytes(Encoding.DER)


def _bits(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def test_an_imported_root_is_cross_certified_with_its_name_to_the_octet(tmp_path: Path) -> None:
    (tmp_path / "other.der").write_bytes(other := other_root())
    inputs = {"other": tmp_path / "other.der"}
    with held(tmp_path, CROSS, tokens("upper"), policy=CROSSED, inputs=inputs) as room:
        room.finish()
        crossed, theirs = (x509.load_der_x509_certificate(one) for one in (artifact(room, "crossed.der"), other))
        assert crossed.subject.public_bytes() == theirs.subject.public_bytes()
        assert b"\x13\x0bOther Trust" in crossed.subject.public_bytes(), "PrintableString, as it was"
        root, pem = artifact(room, "root.pem"), artifact(room, "crossed.pem")
        assert "end.pem: OK" in path_holds(tmp_path, root, [], pem)
