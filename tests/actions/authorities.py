"""A CA that was founded in one ceremony, on a token that also holds another key, and what comes after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ceremony_app.cli.cast import FolderCast
from ceremony_app.core.secret import Secret
from ceremony_app.pki.loading import load_certificate
from tests.actions.holding import SHORT, Held, held
from tests.fakes.token import FakeToken

_SPARE = '[keys.spare]\nalgorithm = "P-256"\ntoken = "hsm"\n\n[[acts]]'
_MORE = """[[acts.steps]]
id = "generate-spare"
do = "generate-key"
key = "spare"
minutes = 1
say = "Another key is made."
sign_off = "two"

[[acts.steps]]
id = "crl"
do = "issue-crl"
name = "root-crl-1"
key = "root"
issuer = "root"
profile = "root-crl"
minutes = 1
say = "The first CRL is signed."
sign_off = "two"

[[acts.steps]]
id = "deactivate"
"""
FOUNDING = SHORT.replace("[[acts]]", _SPARE, 1).replace('[[acts.steps]]\nid = "deactivate"\n', _MORE)
"""A root with its first CRL, and a second pair on the same token."""

_HEAD = """format = 1
id = "after"
title = "What comes after, for tests"
policy = "general"
deviations = "two"

[roles.administrator]
title = "Ceremony administrator"

[roles.internal-witness]
title = "Internal witness"

[roles.external-witness]
title = "External witness"
side = "external"

[quorums.two]
all = { internal-witness = 1, external-witness = 1 }

[tokens.hsm]
title = "Test token"
in-use = true

[keys.root]
algorithm = "P-384"
profile = "root"
token = "hsm"

"""
_OPEN = """[[acts]]
title = "All"

[[acts.steps]]
id = "roll-call"
do = "roll-call"
minutes = 1
say = "Everybody enrols."

[[acts.steps]]
id = "connect"
do = "connect"
token = "hsm"
minutes = 1
say = "The token is connected."

[[acts.steps]]
id = "inspect"
do = "inspect-token"
token = "hsm"
minutes = 1
say = "The token is inspected."

[[acts.steps]]
id = "activate"
do = "activate"
token = "hsm"
pin_by = "administrator"
minutes = 1
say = "The token is activated."

"""
_CLOSE = """[[acts.steps]]
id = "deactivate"
do = "deactivate"
token = "hsm"
minutes = 1
say = "The activation ends."

[[acts.steps]]
id = "disconnect"
do = "disconnect"
token = "hsm"
minutes = 1
say = "The token is disconnected."

[[acts.steps]]
id = "close"
do = "close"
rows = 1
minutes = 1
say = "The head of the journal is written down."
attest = "two"
statement = "I was present, the script was followed, and the record is true."
"""


def step(ident: str, do: str, **settings: object) -> str:
    """A step of a definition."""
    lines = [f'id = "{ident}"', f'do = "{do}"', "minutes = 1", 'say = "Now."']
    lines += [f"{name} = {_toml(value)}" for name, value in settings.items()]
    return "\n".join(("[[acts.steps]]", *lines, "", ""))


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int) else f'"{value}"'


def definition(*steps: str, **inputs: str) -> str:
    """A definition over a token in use, with these steps between activation and deactivation, and inputs by kind."""
    tables = "".join(f'[inputs.{name}]\nkind = "{kind}"\n\n' for name, kind in inputs.items())
    return _HEAD + tables + _OPEN + "".join(steps) + _CLOSE


@dataclass(frozen=True)
class Founded:
    """The CA after its first ceremony."""

    folder: Path
    token: FakeToken
    cast: FolderCast
    key_id: str

    @property
    def artifacts(self) -> Path:
        return self.folder / "artifacts"

    def key(self) -> ec.EllipticCurvePrivateKey:
        """The root's key itself: what a real token never shows."""
        key = self.token._keys[self.key_id]
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    def certificate(self) -> bytes:
        return (self.artifacts / "REHEARSAL-root.der").read_bytes()


class Kept(FolderCast):
    """The simulated people of this ceremony, who know the PINs of the earlier one."""

    def __init__(self, own: FolderCast, before: FolderCast) -> None:
        self._people = own._people
        self._binding = own._binding
        self._folder = own._folder
        self._before = before

    def secret(self, name: str) -> Secret:
        return self._before.secret(name)


def found(place: Path) -> Founded:
    """Hold the first ceremony to its end."""
    token = FakeToken()
    with held(place, FOUNDING, {"hsm": token}) as room:
        room.finish()
        assert not room.state.problems
        cast = room.people.cast
        return Founded(room.conductor.folder, token, cast, str(room.evidence("generate")["id"]))


@contextmanager
def after(place: Path, text: str, ca: Founded, **inputs: Path) -> Iterator[Held]:
    """A later ceremony with the CA's token."""
    ca.token.open_again()
    with held(place, text, {"hsm": ca.token}, inputs=inputs) as room:
        room.people.cast = Kept(room.people.cast, ca.cast)
        yield room


def issued(
    ca: Founded, place: Path, name: str, *, ends: dt.timedelta = dt.timedelta(days=365), key: object = None
) -> Path:
    """A certificate that the CA's key signed outside every ceremony, as a file; `key` signs in its place."""
    above = load_certificate(ca.certificate())
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    signer = key if isinstance(key, ec.EllipticCurvePrivateKey) else ca.key()
    own = ec.generate_private_key(ec.SECP256R1()).public_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(above.subject)
        .public_key(own)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(_ski(above)), critical=False)
        .sign(signer, hashes.SHA384())
    )
    path = place / f"{name}.der"
    path.write_bytes(made.public_bytes(Encoding.DER))
    return path


def next_crl(ca: Founded, place: Path, *, number: int, revoked: Mapping[int, str] = {}, days: int = 365) -> Path:
    """A CRL that the CA's key signed outside every ceremony, as a file; `revoked` are serial numbers and reasons."""
    above = load_certificate(ca.certificate())
    now = above.not_valid_before_utc
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(above.subject)
        .last_update(now)
        .next_update(now + dt.timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(_ski(above)), critical=False)
    )
    for serial, reason in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
        if reason:
            entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags[reason]), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    path = place / f"crl-{number}.der"
    path.write_bytes(builder.sign(ca.key(), hashes.SHA384()).public_bytes(Encoding.DER))
    return path


def _ski(certificate: x509.Certificate) -> x509.SubjectKeyIdentifier:
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
