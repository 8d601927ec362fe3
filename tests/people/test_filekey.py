"""A key file is made strong, opens for its passphrase, and openssl reads it too."""

from __future__ import annotations

import base64
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.secret import Secret
from ceremony_app.people import filekey
from ceremony_app.people.container import UnfitError, container, seal
from ceremony_app.people.filekey import FileKey
from ceremony_app.people.signatures import key_digest, verify
from tests.people.clock_by_hand import ClockByHand

PASSPHRASE = "quiet marble otter violin harbour seven"
OTHER = "lantern basil copper tundra orchid eleven"
STATEMENT = b"what was shown\n"


@pytest.fixture
def clock() -> ClockByHand:
    return ClockByHand()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "witness.pem"


@pytest.fixture
def key(path: Path, clock: ClockByHand) -> FileKey:
    return filekey.make(path, Secret.of(PASSPHRASE), clock)


def openssl(*words: str, cwd: Path) -> bytes:
    return subprocess.run(["openssl", *words], cwd=cwd, capture_output=True, check=True).stdout


def made_by_openssl(folder: Path, *options: str, algorithm: str = "ed25519") -> bytes:
    openssl("genpkey", "-algorithm", *algorithm.split(), "-out", "plain.pem", cwd=folder)
    openssl(
        "pkcs8", "-topk8", "-in", "plain.pem", "-out", "k.pem", "-passout", f"pass:{PASSPHRASE}", *options, cwd=folder
    )
    return (folder / "k.pem").read_bytes()


def test_openssl_opens_what_is_written(key: FileKey, path: Path, tmp_path: Path) -> None:
    public = openssl(
        "pkey", "-in", path.name, "-passin", f"pass:{PASSPHRASE}", "-pubout", "-outform", "DER", cwd=tmp_path
    )
    assert public == key.spki


def test_the_cost_stands_in_the_file(key: FileKey, path: Path, tmp_path: Path) -> None:
    said = openssl("asn1parse", "-in", path.name, cwd=tmp_path).decode()
    numbers = [line.split(":")[-1] for line in said.splitlines() if "INTEGER" in line]
    assert numbers == ["4000", "08", "05"]  # 16384, 8, 5 in hex
    assert "scrypt" in said
    assert "aes-256-cbc" in said


def test_it_is_readable_by_its_owner_only_and_never_overwritten(key: FileKey, path: Path, clock: ClockByHand) -> None:
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Refusal) as caught:
        filekey.make(path, Secret.of(PASSPHRASE), clock)
    assert caught.value.rule == "CER-EXISTS"
    assert path.read_bytes() == before


def test_a_short_passphrase_makes_no_file(path: Path, key: FileKey, clock: ClockByHand) -> None:
    new_path = path.with_name("new.pem")
    short, right = Secret.of("correct horse"), Secret.of(PASSPHRASE)
    with pytest.raises(Refusal) as made:
        filekey.make(new_path, short, clock)
    with pytest.raises(Refusal) as re_keyed:
        filekey.re_key(path.read_bytes(), right, new_path, short, clock)
    with pytest.raises(Refusal) as changed:
        filekey.change_passphrase(path.read_bytes(), right, new_path, short, clock)
    assert made.value.rule == re_keyed.value.rule == changed.value.rule == "CER-PASSPHRASE"
    assert not new_path.exists()


def test_two_files_of_one_passphrase_have_nothing_in_common() -> None:
    private = Ed25519PrivateKey.generate()
    one, two = (container(seal(private, Secret.of(PASSPHRASE))) for _ in range(2))
    assert not {one[i : i + 16] for i in range(len(one) - 15)} & {two[i : i + 16] for i in range(96, len(two) - 15)}


def test_a_loaded_key_signs(key: FileKey, path: Path, clock: ClockByHand) -> None:
    loaded = filekey.load(path.read_bytes(), Secret.of(PASSPHRASE), clock)
    assert loaded.spki == key.spki
    assert verify(loaded.algorithm, key.spki, STATEMENT, loaded.sign(STATEMENT, Secret.of(PASSPHRASE)))


def test_the_passphrase_is_asked_each_time(key: FileKey) -> None:
    key.sign(STATEMENT, Secret.of(PASSPHRASE))
    for wrong in ("", OTHER, PASSPHRASE + " "):
        with pytest.raises(Refusal) as caught:
            key.sign(STATEMENT, Secret.of(wrong))
        assert caught.value.rule == "CER-PIN"
    with pytest.raises(Refusal) as caught:
        key.sign(STATEMENT, Secret.of(PASSPHRASE))
    assert caught.value.rule == "CER-PIN-WAIT"


def test_a_wrong_passphrase_does_not_load(path: Path, key: FileKey, clock: ClockByHand) -> None:
    with pytest.raises(Refusal) as caught:
        filekey.load(path.read_bytes(), Secret.of(OTHER), clock)
    assert caught.value.rule == "CER-PIN"


def test_an_erased_key_signs_no_more(key: FileKey, path: Path) -> None:
    key.erase()
    with pytest.raises(Refusal) as caught:
        key.sign(STATEMENT, Secret.of(PASSPHRASE))
    assert caught.value.rule == "CER-VOID"
    assert path.exists()


def test_re_key_makes_another_key_for_who_opens_the_old_one(key: FileKey, path: Path, clock: ClockByHand) -> None:
    old = path.read_bytes()
    new_path = path.with_name("new.pem")
    with pytest.raises(Refusal) as caught:
        filekey.re_key(old, Secret.of(OTHER), new_path, Secret.of(OTHER), clock)
    assert caught.value.rule == "CER-PIN"
    assert not new_path.exists()
    new = filekey.re_key(old, Secret.of(PASSPHRASE), new_path, Secret.of(OTHER), clock)
    assert new.spki != key.spki
    assert path.read_bytes() == old


def test_a_changed_passphrase_opens_the_same_key(key: FileKey, path: Path, clock: ClockByHand) -> None:
    new_path = path.with_name("new.pem")
    filekey.change_passphrase(path.read_bytes(), Secret.of(PASSPHRASE), new_path, Secret.of(OTHER), clock)
    assert filekey.load(new_path.read_bytes(), Secret.of(OTHER), clock).spki == key.spki
    with pytest.raises(Refusal):
        filekey.load(new_path.read_bytes(), Secret.of(PASSPHRASE), clock)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, clock: ClockByHand) -> None:
    with pytest.raises(Unusable) as caught:
        filekey.make(tmp_path / "no" / "where.pem", Secret.of(PASSPHRASE), clock)
    assert caught.value.rule == "CER-KEY-FILE"


def test_a_key_is_shown_in_rows(key: FileKey) -> None:
    rows = {row.label: row.value for row in filekey.show(key.spki)}
    digest = key_digest(key.spki)
    assert rows["Method"] == "ed25519"
    assert rows["SHA-256 of the public key"] == digest
    assert rows["Row A"].startswith(f"{digest[:4]} {digest[4:8]}  ")
    assert len(rows["Row H"].split()) == 6


@pytest.mark.parametrize(
    "options",
    [
        ["-v2", "aes256", "-iter", "600000", "-v2prf", "hmacWithSHA256"],
        ["-v2", "aes128", "-iter", "1000000", "-v2prf", "hmacWithSHA512"],
        ["-scrypt"],
    ],
)
def test_a_strong_file_made_by_openssl_opens(tmp_path: Path, clock: ClockByHand, options: list[str]) -> None:
    pem = made_by_openssl(tmp_path, *options)
    loaded = filekey.load(pem, Secret.of(PASSPHRASE), clock)
    assert verify("ed25519", loaded.spki, STATEMENT, loaded.sign(STATEMENT, Secret.of(PASSPHRASE)))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["-v2", "aes256"], "2048 iterations"),
        (["-v2", "aes256", "-iter", "599999", "-v2prf", "hmacWithSHA256"], "599999 iterations"),
        (["-v2", "aes256", "-iter", "700000", "-v2prf", "hmacWithSHA1"], "SHA-1"),
        (["-v2", "aes256", "-iter", "700000", "-v2prf", "hmacWithSHA224"], "HMAC with SHA-256, SHA-384"),
        (["-v2", "des3", "-iter", "700000", "-v2prf", "hmacWithSHA256"], "AES-CBC"),
        (["-v1", "PBE-SHA1-3DES"], "PBES2"),
        (["-scrypt", "-scrypt_N", "8192", "-scrypt_r", "8", "-scrypt_p", "1"], "scrypt with N 8192"),
        (["-nocrypt"], "ENCRYPTED PRIVATE KEY"),
    ],
)
def test_a_weak_file_is_refused_before_anything_is_tried(
    tmp_path: Path, clock: ClockByHand, options: list[str], why: str
) -> None:
    pem = made_by_openssl(tmp_path, *options)
    with pytest.raises(Unusable) as caught:
        filekey.load(pem, Secret.of("not even the passphrase"), clock)
    assert caught.value.rule == "CER-KEY-FILE"
    assert why in caught.value.why


def test_what_the_library_writes_by_itself_is_refused(clock: ClockByHand) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode())
    )
    with pytest.raises(Unusable, match="2048 iterations"):
        filekey.load(pem, Secret.of(PASSPHRASE), clock)


def test_another_kind_of_key_is_refused(tmp_path: Path, clock: ClockByHand) -> None:
    pem = made_by_openssl(tmp_path, "-scrypt", algorithm="EC -pkeyopt ec_paramgen_curve:P-256")
    with pytest.raises(Unusable, match="another kind of key"):
        filekey.load(pem, Secret.of(PASSPHRASE), clock)


def test_a_cost_that_would_hold_up_the_room_is_refused(tmp_path: Path) -> None:
    scrypt = container(seal(Ed25519PrivateKey.generate(), Secret.of(PASSPHRASE)))
    pbkdf2 = container(made_by_openssl(tmp_path, *"-v2 aes256 -iter 600000 -v2prf hmacWithSHA256".split()))
    for der, cost in ((scrypt, b"\x02\x02\x40\x00"), (pbkdf2, b"\x02\x03\x09\x27\xc0")):
        with pytest.raises(UnfitError, match="absurdly high"):
            container(pem_of(costlier(der, cost)))


@pytest.mark.parametrize("cost", [b"\x40\x01", b"\x00\x00", b"\x80\x00"])
def test_a_cost_that_is_none_is_refused(cost: bytes) -> None:
    der = container(seal(Ed25519PrivateKey.generate(), Secret.of(PASSPHRASE)))
    with pytest.raises(ValueError):
        container(pem_of(der.replace(b"\x02\x02\x40\x00", b"\x02\x02" + cost)))


def costlier(der: bytes, cost: bytes) -> bytes:
    """The container with 2^30 for its cost, the salt before it shortened by as much as that is longer."""
    place, dear = der.index(cost), b"\x02\x04\x40\x00\x00\x00"
    head = next(at for at in (place - 18, place - 10) if der[at] == 4 and der[at + 1] == place - at - 2)
    longer = len(dear) - len(cost)
    salt = bytes([4, der[head + 1] - longer]) + der[head + 2 : place - longer]
    return der[:head] + salt + dear + der[place + len(cost) :]


def pem_of(der: bytes) -> bytes:
    body = base64.encodebytes(der)
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + body + b"-----END ENCRYPTED PRIVATE KEY-----\n"


IV, DATA = 16, 64


def encrypted(der: bytes | bytearray) -> int:
    """Where the encrypted part begins with its two octets of header; the IV lies before it."""
    assert der[-DATA - 2 : -DATA] == b"\x04\x40"
    return len(der) - DATA - 2


@pytest.fixture(scope="module")
def good() -> bytes:
    return seal(Ed25519PrivateKey.generate(), Secret.of(PASSPHRASE))


def cut_short(der: bytes) -> bytes:
    """The container with one octet less of encrypted data, and lengths that say so."""
    data = encrypted(der)
    return der[:2] + bytes([der[2] - 1]) + der[3:data] + b"\x04\x3f" + der[data + 2 : -1]


def lengthened(der: bytes) -> bytes:
    """The container with a member more than it has."""
    return der[:2] + bytes([der[2] + 2]) + der[3:] + b"\x05\x00"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pem: b"",
        lambda pem: pem + pem,
        lambda pem: pem + b"x",
        lambda pem: b"\xef\xbb\xbf" + pem,
        lambda pem: pem.replace(b"ENCRYPTED ", b""),
        lambda pem: pem[:-60] + pem[-40:],
        lambda pem: pem.replace(b"\n", b"=\n", 2),
        lambda pem: pem.replace(b"-----END", b"A-----END"),
        lambda pem: pem_of(cut_short(container(pem))),
        lambda pem: pem_of(lengthened(container(pem))),
        lambda pem: pem + b"\n" * 9000,
        lambda pem: pem_of(container(pem) + b"\0"),
        lambda pem: pem_of(container(pem)[:-1]),
        lambda pem: pem_of(b"\x30\x80" + container(pem)[3:] + b"\0\0"),
    ],
)
def test_a_file_that_is_no_key_file_is_refused(good: bytes, clock: ClockByHand, spoil: object) -> None:
    with pytest.raises(Unusable) as caught:
        filekey.load(spoil(good), Secret.of(PASSPHRASE), clock)  # type: ignore[operator]  # one of those above
    assert caught.value.rule == "CER-KEY-FILE"


@pytest.mark.parametrize("last", [0x6E, 0x6F, 0x71, 0x7A])
def test_a_key_turned_into_one_of_another_kind_is_refused(good: bytes, last: int) -> None:
    """In CBC a bit of the IV is a bit of the first block: here of the key's object identifier, 1.3.101.112."""
    der = bytearray(container(good))
    der[encrypted(der) - IV + 11] ^= 0x70 ^ last
    assert answer(pem_of(bytes(der))) == "CER-KEY-FILE"


@given(st.binary(max_size=300))
def test_any_der_is_answered(der: bytes) -> None:
    with pytest.raises(ValueError):
        container(pem_of(der))


def answer(pem: bytes) -> bytes | str:
    """The key that a file opens to, or the rule that refuses it."""
    try:
        return filekey.load(pem, Secret.of(PASSPHRASE), ClockByHand()).spki
    except Refusal as refusal:
        return refusal.rule


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_a_changed_head_opens_no_other_key(good: bytes, data: st.DataObject) -> None:
    """Whatever is changed before the encrypted part: refused, or, where it means nothing, the same key."""
    der = container(good)
    place = data.draw(st.integers(0, encrypted(der) - 1))
    changed = der[:place] + bytes([der[place] ^ data.draw(st.integers(1, 255))]) + der[place + 1 :]
    assert answer(pem_of(changed)) in {"CER-KEY-FILE", "CER-PIN", answer(good)}


def test_without_a_passphrase_nothing_is_signed(key: FileKey) -> None:
    with pytest.raises(Refusal) as refusal:
        key.sign(b"statement", None)
    assert refusal.value.rule == "CER-PIN"
