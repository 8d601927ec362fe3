#!/usr/bin/env python3
"""Check a ceremony folder without the program that made it. FORMAT.md, beside this file, says what is checked.

python3 -I -S verify_journal.py [FOLDER] [--head HEX]    exit status: 0 consistent, 1 not consistent, 2 unusable
"""

# Tables stay tables, and one blank line stands between functions: this file is also read on paper.
# fmt: off
from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Body = dict[str, Any]
Point = tuple[int, ...]
BOUND = ["FORMAT.md", "binding.toml", "ceremony.toml", "context.json", "policy.toml", "script.pdf", "verify_journal.py"]

class Report(list[str]):
    """Findings, `RULE where: what`, and between them what only a person can settle, `for a person: what`."""

    def check(self, good: object, rule: str, where: str, what: object) -> bool:
        """A finding unless it is good."""
        if not good:
            self.append(f"{rule} {where}: {what}")
        return bool(good)

    def person(self, what: str) -> None:
        """Something for a person."""
        self.append(f"for a person: {what}")

def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()

def read(path: Path) -> bytes:
    """The bytes of a regular file; none where it is missing or a symbolic link."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""

# ---- 1. A line: strict JSON (RFC 8259), canonical (RFC 8785), format 1 ---------------------------------------

TEXT, HEX64 = r'"(?:[^"\\]|\\.)*"', '"[0-9a-f]{64}"'
LEAF, ROW = rf'\{{"leaf":{HEX64}\}}', rf"\[{TEXT},{TEXT},(?:true|false)\]"
FILE = rf'\{{"name":"[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}","sha256":{HEX64},"size":\d+\}}'
FORMS = {  # regular expressions for the canonical JSON of a value; a form that is not here is a choice of words
    "1": "1", "number": r"\d+", "integer": r"-?\d+", "bool": "true|false", "text": TEXT, "hex32": '"[0-9a-f]{32}"',
    "hex64": HEX64, "hex64?": HEX64 + '|""', "leaf": LEAF, "text/leaf": f"{TEXT}|{LEAF}", "object": r"\{.*\}",
    "leaves": rf"\{{(?:{TEXT}:{LEAF}(?:,{TEXT}:{LEAF})*)?\}}",
    "list": r"\[.*\]",
    "utc": r'"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z"',
    **{f"{name}*": rf"\[(?:{one}(?:,{one})*)?\]"
       for name, one in [("text", TEXT), ("number", r"\d+"), ("row", ROW), ("file", FILE)]}}
ENTRY = "body:object mono:number prev:hex64 seq:number type:text utc:utc v:1"
BODIES = dict(line.replace("@", "step:text attempt:number").split(" ", 1) for line in """\
genesis format:1 ceremony:hex32 mode:rehearsal|production definition:text title:text files:object boot:text program:text
enrol person:number roles:text* method:card|file|room spki:text key:hex64 name:leaf organisation:leaf replaces:hex64? \
seen_by:number details:leaves
arrival person:number
departure person:number
step @ id:text state:begun|prepared|halted|done rows:row* artifacts:file* why:text ended:text* grave:bool
answer @ item:text value:text/leaf person:number good:bool
correction @ item:text value:text/leaf entry:number why:leaf
intent @ op:hex32 call:text token:text parameters:object inventory:hex64?
outcome @ op:hex32 result:done|failed|unknown complete:bool again:bool evidence:object rows:row* artifacts:file*
reconcile @ op:hex32 finding:not-executed|executed|partly|unclear|unhealthy|unseen evidence:object rows:row* left:list
signoff @ for:go|result decision:AGREE|DISAGREE person:number role:text method:text key:hex64 alg:text sig:text \
statement:text
deviation @ deviation:number by:number kind:script|failure|differently|person|note expected:leaf happened:leaf \
facts:row*
decision @ deviation:number action:go-on|repeat|abort effect:none|assess|unusable by:number text:leaf again:text \
remedy:|adopt|destroy|quarantine
pause kind:attended|sealed stay:number* reason:leaf
resumption present:number*
recovery boot:text torn:text set_aside:text* head:hex64
clock @ typed:text shown:text difference:integer person:number
checkpoint @ length:number rows:row*
close @ outcome:completed|aborted deviations:number statement:text""".split("\n"))
LATER = {"enrol": {"seen_by", "details"}, "checkpoint": {"rows"}}  # version 0.1.0 did not write these members
encode = json.JSONEncoder(ensure_ascii=False).encode  # texts as in RFC 8785, 3.2.2.2

def canonical(value: object) -> str:
    """RFC 8785 for texts, booleans, integers below 2^53, arrays and objects; ValueError for all else."""
    if isinstance(value, list):
        return f"[{','.join(map(canonical, value))}]"
    if isinstance(value, dict):  # members in the order of their UTF-16 code units (3.2.3)
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{encode(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**53):
        return encode(value)
    raise ValueError("a float, null, or an integer of 2^53 or more")

def well_formed(value: object, members: str) -> Body:
    """The value itself, if it is an object of exactly these members (`name:form ...`); else ValueError."""
    forms = dict(member.split(":") for member in members.split())
    if not isinstance(value, dict) or value.keys() != forms.keys():
        raise ValueError(f"not an object of {' '.join(forms)}")
    for name, form in forms.items():
        if not re.fullmatch(FORMS.get(form, f'"({form})"'), canonical(value[name]), re.ASCII):
            raise ValueError(f"{name} is not {form}")
    return value

def members_of(kind: str, body: Body) -> str:
    """The members of a body of this type; those that came later are all there, or none is."""
    members, later = BODIES.get(kind, "a-member-of-a-known-type:1"), LATER.get(kind, set())
    return members if later & {*body} else " ".join(one for one in members.split() if one.split(":")[0] not in later)

def read_object(line: bytes, members: str) -> Body:
    """The object in one canonical line that ends with LF; ValueError says what is wrong."""
    value = json.loads(line.decode("utf-8"))
    if f"{canonical(value)}\n".encode() != line:  # finds doubled members, too
        raise ValueError("not in canonical form (RFC 8785)")
    return well_formed(value, members)

# ---- 2. The journal: chain, journal.head, the head on paper --------------------------------------------------

def read_journal(data: bytes, acknowledged: int, report: Report) -> list[SimpleNamespace]:
    """The good entries; a bad last line that journal.head has not acknowledged is a torn tail."""
    entries: list[SimpleNamespace] = []
    prev, end = "0" * 64, 0
    for number, line in enumerate(data.splitlines(keepends=True)):
        where, start, end = f"entry {number}", end, end + len(line)
        try:
            entry = read_object(line, ENTRY)
            well_formed(entry["body"], members_of(entry["type"], entry["body"]))
            follows = (entry["seq"], entry["prev"]) == (number, prev)
            report.check(follows, "CER-CHAIN", where, "seq or prev is not what the line before it asks for")
            entries.append(SimpleNamespace(**entry, digest=sha256(line), end=end, line=line))
        except (ValueError, RecursionError) as error:
            torn = end == len(data) and start >= acknowledged
            if torn and entries and entries[-1].type != "close":
                report.person(f"the last {len(line)} bytes are a torn tail, which resuming will set aside")
            else:
                report.check(False, "CER-TORN" if torn else "CER-LINE", where, error)
        prev = sha256(line)
    return entries

def check_heads(entries: list[SimpleNamespace], head: bytes, given: str, report: Report) -> None:
    """journal.head (behind the last entry only where a stop came between two writes) and the head from paper."""
    known = [canonical({"head": e.digest, "length": e.end, "seq": e.seq}).encode() + b"\n" for e in entries]
    good = head in (known[-1:] if entries[-1].type == "close" else known)
    report.check(good, "CER-HEAD", "journal.head", "missing, malformed, or not about the last entry")
    if good and head != known[-1]:
        report.person("journal.head is behind: the program stopped between two writes")
    points = [entry for entry in entries if entry.type == "checkpoint"][-1:] + entries[-1:]
    found = [f"entry {entry.seq}, {entry.type}" for entry in points if entry.digest == given]
    report.check(found or not given, "CER-ANCHOR", "--head", "neither of the last entry nor of the last checkpoint")
    report.person(f"the head given is that of {found}" if given else "compare the head below with the one on paper")

# ---- 3. The folder: leaves, bound files, artifacts, manifest -------------------------------------------------

def check_leaves(folder: Path, entries: list[SimpleNamespace], report: Report, *, closed: bool) -> None:
    """Each personal text has the digest that the journal names; a text may be withheld, none may be added."""
    pattern = rb'"leaf":"([0-9a-f]{64})"|"([0-9a-f]{64})",true\]'  # a leaf, and a row that shows one
    named = {(a or b).decode() for entry in entries for a, b in re.findall(pattern, entry.line)}
    found: set[str] = set()
    for number, line in enumerate(read(folder / "leaves.jsonl").splitlines(keepends=True), 1):
        try:
            leaf, salt, text = read_object(line, "leaf:hex64 salt:hex32 text:text").values()
            good = sha256(bytes.fromhex(salt) + text.encode()) == leaf not in found and (leaf in named or not closed)
            found.add(leaf)
        except (ValueError, RecursionError):
            good = not closed and not line.endswith(b"\n")
        report.check(good, "CER-LEAF", f"leaves.jsonl line {number}", "malformed, doubled, unnamed, or not its digest")
    if named - found:
        report.person(f"{len(named - found)} of {len(named)} personal texts are withheld")

def check_files(folder: Path, entries: list[SimpleNamespace], report: Report, *, closed: bool) -> None:
    """Every file is the one that genesis, an entry or the manifest names, and there is no other."""
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    files = {name: read(path) for name, path in paths.items() if path.is_symlink() or not path.is_dir()}
    files = {name: data for name, data in files.items() if not name.startswith(("addenda/", ".rehearsal/"))}
    manifest = files.pop("manifest-sha256.txt", None)
    digests, bound = {name: sha256(data) for name, data in files.items()}, entries[0].body["files"]
    report.check(sorted(bound) == BOUND, "CER-GENESIS", "entry 0", "does not bind the seven files")
    for name in BOUND:
        report.check(digests.get(name) == bound.get(name), "CER-BOUND", name, "missing, or not what genesis binds")
    named = {*BOUND, "journal.jsonl", "journal.head", "leaves.jsonl", "record.pdf"}
    for entry, file in [(e, file) for e in entries for file in e.body.get("artifacts", [])]:
        name = f"artifacts/{file['name']}"
        named.add(name)
        good = digests.get(name) == file["sha256"] and len(files[name]) == file["size"]
        good = good or (entry.type == "step" and name not in files)  # what was only prepared need not be there
        report.check(good, "CER-ARTIFACT", name, f"missing, or not what entry {entry.seq} names")
    set_aside = str([entry.body for entry in entries if entry.type == "recovery"])
    for name in sorted(files.keys() - named) if closed else ():
        good = name.startswith("torn/") and (digests[name] in set_aside or repr(name[5:]) in set_aside)
        report.check(good, "CER-UNBOUND", name, "nothing binds this file")
    if manifest is not None:
        listed = {*manifest.decode("utf-8", "replace").splitlines()}
        for line in sorted(listed ^ {f"{digest}  {name}" for name, digest in digests.items()}):
            report.check(line in listed, "CER-MANIFEST", line[66:], "is not listed as it is")
            report.check(line not in listed, "CER-MANIFEST", line[66:], "is listed as it is not")

# ---- 4. Keys and signatures ----------------------------------------------------------------------------------

CURVES = {  # SubjectPublicKeyInfo up to the point (RFC 5480), hash; p, n, b, x, y of SP 800-186, 3.2.1.3 and 3.2.1.4
    "ecdsa-p256-sha256": ("3059301306072a8648ce3d020106082a8648ce3d03010703420004", hashlib.sha256, (
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)),
    "ecdsa-p384-sha384": ("3076301006072a8648ce3d020106052b8104002203620004", hashlib.sha384, (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F))}
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519: RFC 8032, 5.1
D, NEUTRAL = -121665 * pow(121666, -1, P) % P, (0, 1, 1, 0)

def element(data: bytes) -> tuple[bytes, bytes]:
    """The content of a DER element, and what follows it (X.690, 8.1); encoding it again shows if it was strict."""
    start = 2 + max(int.from_bytes(data[1:2]) - 0x80, 0)
    end = start + int.from_bytes(data[2:start] or data[1:2])
    return data[start:end], data[end:]

def der(tag: int, content: bytes) -> bytes:
    """A DER element (X.690, 10.1: definite length in the fewest octets)."""
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag, *([0x80 + len(size)] if len(content) >> 7 else []), *size]) + content

def two_integers(data: bytes) -> list[int]:
    """A SEQUENCE of two INTEGERs, none negative, in strict DER; else ValueError."""
    first, rest = element(element(data)[0])
    numbers = [int.from_bytes(first), int.from_bytes(element(rest)[0])]
    if der(0x30, b"".join(der(2, n.to_bytes(n.bit_length() // 8 + 1)) for n in numbers)) != data:
        raise ValueError("not two integers in strict DER")
    return numbers

def two_products(add: Callable[[Point, Point], Point], neutral: Point, a: int, p: Point, b: int, q: Point) -> Point:
    """The sum of a times point p and b times point q, bit by bit for both at once."""
    picks, total = (neutral, p, q, add(p, q)), neutral
    for i in reversed(range(max(a.bit_length(), b.bit_length()))):
        total = add(add(total, total), picks[(a >> i & 1) + 2 * (b >> i & 1)])
    return total

def edwards_add(p: Point, q: Point) -> Point:
    """RFC 8032, 5.1.4: addition in extended coordinates, right for every two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def edwards_point(data: bytes) -> Point:
    """RFC 8032, 5.1.3: the point of 32 octets; ValueError where there is none."""
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    x = root if root * root % P == square else root * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P

def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7: S is below L, and [S]B - [k]A, encoded, is R."""
    base, (x, y, z, t) = edwards_point(bytes([0x58] + 31 * [0x66])), edwards_point(public)
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, _ = two_products(edwards_add, NEUTRAL, s % L, base, k, (P - x, y, z, P - t))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return s < L and (y + (x % 2 << 255)).to_bytes(32, "little") + s.to_bytes(32, "little") == signature

def curve_add(p: int, b: int, one: Point, other: Point) -> Point:
    """Addition in projective coordinates, right for every two points (Renes, Costello, Batina 2016, (2); a = -3)."""
    (x1, y1, z1), (x2, y2, z2) = one, other
    xx, yy, zz = x1 * x2, y1 * y2, z1 * z2
    xy, yz, xz = (x1 * y2 + x2 * y1) % p, (y1 * z2 + y2 * z1) % p, x1 * z2 + x2 * z1
    t, u, v = (3 * b * zz - 3 * xz) % p, (3 * b * xz - 3 * xx - 9 * zz) % p, 3 * (xx - zz) % p
    minus, plus = (yy - t) % p, (yy + t) % p
    return (xy * minus - yz * u) % p, (plus * minus + v * u) % p, (yz * plus + xy * v) % p

def ecdsa(name: str, public: Point, message: bytes, signature: bytes) -> bool:
    """FIPS 186-5, 6.4.2; the hash is as long as n."""
    _, hash_, (p, n, b, x, y) = CURVES[name]
    r, s = two_integers(signature)
    if not (0 < r < n and 0 < s < n):
        return False
    w, e = pow(s, -1, n), int.from_bytes(hash_(message).digest())
    x, _, z = two_products(partial(curve_add, p, b), (0, 1, 0), e * w % n, (x, y, 1), r * w % n, public)
    return bool(z) and x * pow(z, -1, p) % p % n == r

def rsa(n: int, e: int, message: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2): the encoded message is made again and compared."""
    digest_info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
    size, s = (n.bit_length() + 7) // 8, int.from_bytes(signature)
    encoded = b"\0\1" + b"\xff" * (size - 3 - len(digest_info)) + b"\0" + digest_info
    return len(signature) == size and s < n and pow(s, e, n).to_bytes(size) == encoded

def read_key(spki: bytes) -> tuple[str, Callable[[bytes, bytes], bool]]:
    """Algorithm and verification of a SubjectPublicKeyInfo; ValueError for one that FORMAT.md does not allow."""
    for name, (prefix, _, (p, _, b, *_)) in CURVES.items():
        half = (p.bit_length() + 7) // 8
        x, y = int.from_bytes(spki[-2 * half : -half]), int.from_bytes(spki[-half:])
        on_curve = x < p and y < p and (x**3 - 3 * x + b - y * y) % p == 0  # SP 800-186, D.1.1.1
        if spki[: -2 * half].hex() == prefix and on_curve:
            return name, partial(ecdsa, name, (x, y, 1))
    if spki[:-32].hex() == "302a300506032b6570032100":  # RFC 8410, 10.1
        point = edwards_point(spki[-32:])
        if two_products(edwards_add, NEUTRAL, 8, point, 0, point)[0]:  # not of small order
            return "ed25519", partial(ed25519, spki[-32:])
    bits = element(element(element(spki)[0])[1])[0]
    n, e = two_integers(bits[1:])  # RFC 8017, A.1.1; limits: FIPS 186-5, 5.1 and A.1.1
    whole = der(0x30, bytes.fromhex("300d06092a864886f70d0101010500") + der(3, b"\0" + bits[1:]))
    if whole == spki and 2**2047 <= n < 2**16384 and n % 2 and e % 2 and 2**16 < e < 2**256:
        return "rsa-pkcs1-sha256", partial(rsa, n, e)
    raise ValueError("not an allowed public key")

# ---- 5. The ceremony: approvals, people, steps, actions, sign-offs, quorums, deviations ----------------------

AGREE = {"go": "I have read what will be done in this step, and I agree that it is done now.",
         "result": "I was present at this step and saw the result that is shown."}
APPROVE = {"AGREE": "I have read this definition and this policy pack, and I approve that a ceremony is held by them.",
           "DISAGREE": "I do not approve."}
LINE = "[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+"  # no controls, ends of line, changes of direction

def approved_by(given: Body, papers: str) -> tuple[str, str]:
    """Decision and key of an approval over these papers; ValueError for one that does not count."""
    form = rf"{papers}\nreference (?! ){LINE[:-1]}{{1,200}}(?<! )\nsigner key (.*)\ndecision (AGREE|DISAGREE)\n(.*)\n"
    statement = re.fullmatch(form, given["statement"])
    spki, signature = (base64.b64decode(given[name], validate=True) for name in ("spki", "sig"))
    exact = [base64.b64encode(data).decode() for data in (spki, signature)] == [given["spki"], given["sig"]]
    alg, verify = read_key(spki)
    if not statement or (sha256(spki), APPROVE[statement[2]], alg) != (statement[1], statement[3], given["alg"]):
        raise ValueError("not over these papers, or not by this key")
    if not exact or not verify(given["statement"].encode(), signature):
        raise ValueError("not signed by this key")
    return statement[2], statement[1]

def check_approvals(folder: Path, script: Body, genesis: Body, report: Report) -> None:
    """Where policy.toml asks for it: enough of its keys approved it and ceremony.toml, and none was against it."""
    policy, context = tomllib.loads(read(folder / "policy.toml").decode()), read(folder / "context.json")
    rule, files, said = policy.get("rules", {}).get("approval"), genesis["files"], set[tuple[str, str]]()
    if rule is None:
        good = b'"approvals":[' not in context
        report.check(good, "CER-APPROVAL", "context.json", "holds approvals, and policy.toml asks for none")
        return
    papers = f"definition {script['id']} {files['ceremony.toml']}\npolicy {policy['id']} {files['policy.toml']}"
    papers, given = re.escape(f"KEY-CEREMONY APPROVAL V1\n{papers}"), []
    try:
        value = json.loads(context)
        given = value.get("approvals", [])
        good = f"{canonical(value)}\n".encode() == context and isinstance(given, list)
        for one in given:
            well_formed(one, "alg:text sig:text spki:text statement:text")
    except (ValueError, RecursionError, AttributeError, TypeError):
        good = False
    if not report.check(good, "CER-APPROVAL", "context.json", "not canonical, or an approval of other members"):
        return
    for one in given:
        with suppress(ValueError):
            said.add(approved_by(one, papers))
    keys = {word: sorted(key for key in rule["value"]["keys"] if (word, key) in said) for word in APPROVE}
    what = f"approved by {keys['AGREE']}, not approved by {keys['DISAGREE']}; {rule['value']['count']} must approve"
    good = len(keys["AGREE"]) >= rule["value"]["count"] and not keys["DISAGREE"]
    report.check(good or genesis["mode"] == "rehearsal", "CER-APPROVAL", "context.json", what)
    report.person(f"before the day {what}")

def drawn_rows(head: str, step: str, attempt: int, count: int) -> list[str]:
    """The rows of a SHA-256 to be read back: of eight numbers that the head gives, the `count` smallest."""
    seed = hashlib.sha256(f"{head}\n{step}\n{attempt}".encode()).digest()
    return sorted(sorted("ABCDEFGH", key=lambda row: (seed[2 * ord(row) - 130 :][:2], row))[:count])

class Ceremony:
    """The rules of FORMAT.md, 5 to 7, held against entry after entry; `run` are those of the present attempt."""

    def __init__(self, script: Body, binding: Body, entries: list[SimpleNamespace], report: Report) -> None:
        self.script, self.binding, self.entries, self.report = script, binding, entries, report
        acts = enumerate(script["acts"], 1)
        self.steps: Any = {f"{a}.{s}": step for a, act in acts for s, step in enumerate(act["steps"], 1)}
        self.people: dict[int, Body] = {}  # by number: the last enrolment, with `here`, `alg` and `verify`
        self.calls: dict[str, str] = {}  # by operation: what came of it
        self.deviations: dict[int, bool] = {}  # by number: whether it is decided
        self.begun, self.done, self.aborting, self.closed = list[str](), set[str](), False, False
        self.due, self.last = next(iter(self.steps)), next(reversed(self.steps))
        self.step, self.plan, self.run = ("", 0), Body(), list[SimpleNamespace]()
        self.left, self.ended = set[str](), True

    def check(self, good: object, rule: str, what: str) -> bool:
        """A finding about the present entry unless it is good."""
        return self.report.check(good, rule, f"entry {self.entry.seq}", what)

    def of(self, kind: str, **members: object) -> list[Body]:
        """The bodies of the entries of one type in the present attempt."""
        return [e.body for e in self.run if e.type == kind and members.items() <= e.body.items()]

    def walk(self) -> None:
        """Each entry in its turn; a type that no method is named after has no rule of its own."""
        for entry in self.entries:
            self.entry, body, kind = entry, entry.body, entry.type
            if self.check(not self.closed, "CER-CLOSED", "stands after the close"):
                if kind == "step" and body["state"] == "begun":
                    self.begin(body)
                here = "step" not in body or (body["step"], body["attempt"]) == self.step
                self.check(here, "CER-ORDER", "not of the attempt that is under way")
                self.run.append(entry)
                getattr(self, f"on_{kind}", bool)(body)
        if not self.closed:
            self.report.person(f"not closed: step {self.step[0]} attempt {self.step[1]} is under way")

    def on_genesis(self, body: Body) -> None:
        """The beginning, the definition and the binding are about each other."""
        script, binding, files = self.script, self.binding, body["files"]
        good = (body["definition"], body["title"], body["mode"]) == (script["id"], script["title"], binding["mode"])
        good = good and script.get("policy-sha256") in (None, "", files["policy.toml"]) and self.entry.seq == 0
        good = good and binding.get("definition-sha256") in (None, "", files["ceremony.toml"])
        self.check(good, "CER-GENESIS", "a second one, or not of this definition, policy, binding and mode")

    def on_enrol(self, body: Body) -> None:
        """A key of their own in place of their last one; roles that they are given and that may go together."""
        number, bound = body["person"], {person["number"]: person for person in self.binding.get("people", [])}
        before, given = self.people.get(number, {"key": "", "roles": []}), bound.get(number, {"roles": []})
        taken = [person["key"] for person in self.people.values()]
        try:
            spki = base64.b64decode(body["spki"], validate=True)
            body["alg"], body["verify"] = read_key(spki)
            good = sha256(spki) == body["key"] not in taken and given.get("key") in (None, "", body["key"])
        except ValueError:
            good = False
        good = good and body["replaces"] == before["key"]
        self.check(good, "CER-ENROL", "key not allowed, not of this digest, not new, not bound, or replaces another")
        may = self.script["roles"].keys() & {*given["roles"]}
        self.check({*body["roles"]} <= may, "CER-ROLE", f"person {number} may hold only {sorted(may)}")
        roles = {*body["roles"], *before["roles"]}
        clash = [role for role in roles & may if roles & {*self.script["roles"][role].get("separate", [])}]
        self.check(not clash, "CER-SEPARATE", f"person {number} holds roles that must be kept apart: {clash}")
        self.identity(number, body.get("seen_by", 0), {*body.get("details", {})})
        if before["key"]:
            self.report.person(f"person {number} was enrolled again with a new key: entry {self.entry.seq}")
        self.people[number] = body | {"here": True}

    def identity(self, number: int, seen_by: int, details: set[str]) -> None:
        """Somebody else of the binding saw the identity paper, in production always; a proxy says for whom, and why."""
        others = {person["number"] for person in self.binding.get("people", [])} - {number}
        good = seen_by in others or (not seen_by and self.entries[0].body["mode"] == "rehearsal")
        self.check(good, "CER-IDENTITY", f"person {seen_by} cannot have seen the identity paper of person {number}")
        self.check(details <= {"paper", "proxy-for", "authority"}, "CER-FIELD", f"details of an enrolment: {details}")
        self.check(len(details & {"proxy-for", "authority"}) != 1, "CER-PROXY", "for whom, and by what: one is missing")
        if "proxy-for" in details:
            self.report.person(f"person {number} stands in for somebody: check the authority")

    def on_arrival(self, body: Body) -> None:
        """Who is not here cannot sign."""
        self.people.get(body["person"], {})["here"] = self.entry.type == "arrival"

    on_departure = on_arrival

    def on_recovery(self, body: Body) -> None:
        """The keys of method `room` end with the program that held them."""
        self.check(body["head"] == self.entry.prev, "CER-CHAIN", "head is not the one before the restart")
        for person in self.people.values():
            person["method"] = "none" if person["method"] == "room" else person["method"]

    def begin(self, body: Body) -> None:
        """A step begins when it is due: in the order of ceremony.toml, or because of a decision."""
        self.begun.append(body["step"])
        kinds = {entry.type for entry in self.run} | self.left  # of an attempt that was given up: signed with this one
        self.left, self.ended = set() if self.ended else kinds & {"deviation", "recovery"}, False
        self.step, self.plan, self.run = (body["step"], body["attempt"]), self.steps.get(body["step"], {}), []
        good = self.step == (self.due, self.begun.count(self.due)) and self.plan.get("id") == body["id"]
        self.check(good, "CER-ORDER", f"not the step that is due ({self.due or 'none'}), its next attempt, or its id")
        self.due = ""

    def on_step(self, body: Body) -> None:
        """When a step is done, the first one that is not is due."""
        if body["state"] == "done":
            self.finish()
            self.done.add(self.step[0])
            self.ended = True
            self.due = next((number for number in self.steps if number not in self.done), "")

    def on_deviation(self, body: Body) -> None:
        """Deviations are numbered from 1."""
        self.check(body["deviation"] == 1 + len(self.deviations), "CER-DEVIATION", "not the next number")
        self.deviations[body["deviation"]] = False

    def on_decision(self, body: Body) -> None:
        """After `repeat` this step or an earlier one begins again, after `abort` the last one."""
        self.check(self.deviations.get(body["deviation"]) is False, "CER-DEVIATION", "not about one that is undecided")
        self.deviations[body["deviation"]] = True
        again = {step["id"]: number for number, step in self.steps.items()}.get(body["again"], self.step[0])
        self.due = {"repeat": again, "abort": self.last}.get(body["action"], self.due)
        self.aborting |= body["action"] == "abort"

    def on_checkpoint(self, body: Body) -> None:
        """Its length counts the entries before it, its rows the signatures of each person."""
        self.check(body["length"] == self.entry.seq, "CER-CHAIN", "length is not the number of entries before it")
        by = [e.body["person"] for e in self.entries[: self.entry.seq] if e.type == "signoff"]
        rows = [[f"Signatures so far by person {number}: {by.count(number)}", person["name"]["leaf"], True]
                for number, person in sorted(self.people.items())]
        self.check(body.get("rows", []) in ([], rows), "CER-TALLY", "not the signatures that each person has given")

    def on_intent(self, body: Body) -> None:
        """Nothing is touched before the quorum has agreed."""
        self.check(body["op"] not in self.calls, "CER-INTENT", "an operation of this id was there before")
        self.calls[body["op"]] = "open"
        self.shares()
        grave = any(event["grave"] for event in self.of("step", state="prepared")[-1:])
        if grave or self.plan.get("sign_off"):
            self.quorum("go", self.plan.get("sign_off", ""), grave=grave)

    def shares(self) -> None:
        """A PIN that is held in shares or on several cards: enough people came forward since the last outcome."""
        custody = self.script.get("tokens", {}).get(self.plan.get("token", ""), {}).get("custody", {})
        splits = [custody[name] for name in ("activation", "next-activation") if name in custody]
        if self.plan.get("do") != "activate" or not splits:
            return
        entered: dict[str, int] = {}
        for entry in self.run:
            if entry.type in ("outcome", "reconcile", "recovery", "deviation", "decision"):
                entered.clear()
            elif entry.type == "answer" and re.fullmatch(r"share activation \d+ entered", entry.body["item"]):
                entered[entry.body["item"]] = entry.body["person"]
        there, least = min(len(entered), len({*entered.values()})), min(split["threshold"] for split in splits)
        self.check(there >= least, "CER-SHARES", f"the token is activated with {there} of {least} shares")

    def on_outcome(self, body: Body) -> None:
        """An operation ends once; inspection may follow where the end is not known."""
        before = {"outcome": ["open"], "reconcile": ["open", "unknown"]}[self.entry.type]
        self.check(self.calls.get(body["op"]) in before, "CER-INTENT", "about no operation of which the end is open")
        blind = body.get("finding") in ("unhealthy", "unseen")  # looked at in vain: it stays unknown
        self.calls[body["op"]] = "unknown" if blind else body.get("result", "reconciled")

    on_reconcile = on_outcome

    def on_signoff(self, body: Body) -> None:
        """It counts if it is by a person who is here, with their key, in their role, over this very text."""
        number, person = body["person"], self.people.get(body["person"], {"roles": []})
        mine = person.get("here") and all(body[name] == person.get(name) for name in ("key", "method", "alg"))
        good = self.check(mine, "CER-ENROL", f"person {number} is not here, or has another key")
        good &= self.check(body["role"] in person["roles"], "CER-ROLE", f"person {number} is no {body['role']}")
        roles = {one["role"] for one in self.of("signoff", person=number)}
        good &= self.check(len(roles) == 1, "CER-TWO-ROLES", f"person {number} signs one attempt as {sorted(roles)}")
        as_it_must = re.fullmatch(self.statement(body), body["statement"])
        good &= self.check(as_it_must, "CER-STATEMENT", "not the text that journal and ceremony.toml ask for here")
        try:
            valid = person["verify"](body["statement"].encode(), base64.b64decode(body["sig"], validate=True))
        except (ValueError, KeyError):
            valid = False
        good &= self.check(valid, "CER-SIGNATURE", "does not verify with the key of the person")
        body["counts"] = good and body["decision"] == "AGREE"

    def statement(self, body: Body) -> str:
        """A pattern for the text that must be signed here; of what is shown, it knows only the digest's form."""
        purpose, (step, attempt), genesis = body["for"], self.step, self.entries[0].body
        events = self.of("outcome") if purpose == "result" else self.of("step", state="prepared")[-1:]
        files = [file for event in events for file in event["artifacts"]]
        said = self.plan.get("statement") if purpose == "result" and self.attesting() else None
        said = said or AGREE[purpose] if body["decision"] == "AGREE" else "I do not agree."
        return "\n".join([
            "KEY-CEREMONY SIGN-OFF V1", f"ceremony {genesis['ceremony']} {genesis['mode']}",
            f"journal-size {self.entry.seq}", f"journal-head {self.entry.prev}",
            f"step {re.escape(step)} attempt {attempt} {re.escape(self.plan.get('title', '')) or LINE}",
            f"for {purpose}", "shown-sha256 [0-9a-f]{64}",
            *(re.escape(f"artifact {file['name']} {file['sha256']} {file['size']} bytes") for file in files),
            f"role {re.escape(body['role'])}", f"signer {body['person']} key {body['key']}",
            f"decision {body['decision']}", re.escape(said) + "\n"])

    def signed(self, purpose: str) -> list[Body]:
        """The sign-offs that still stand: what happened since may have made them void."""
        signed: list[Body] = []
        for entry in self.run:
            prepared = purpose == "go" and entry.body.get("state") == "prepared"
            if prepared or entry.type in ("deviation", "decision", "correction", "recovery"):
                signed.clear()
            if entry.type == "signoff" and entry.body["for"] == purpose:
                signed.append(entry.body)
        return signed

    def quorum(self, purpose: str, name: str, *, grave: bool = False) -> None:
        """Enough people of each role have agreed, also to deviations; no key and no person counts twice."""
        quorums = self.script.get("quorums", {})
        deviated = grave or "deviation" in self.left or self.of("deviation")
        names = [name, (self.script.get("deviations") or next(iter(quorums))) if deviated else ""]
        keys = {one["key"]: one for one in self.signed(purpose) if one["counts"]}
        counted = [*{one["person"]: one["role"] for one in keys.values()}.values()]
        for role, needed in [pair for name in names if name for pair in quorums[name]["all"].items()]:
            what = f"{purpose} of step {self.step[0]}: {counted.count(role)} of {needed} {role} agreed"
            self.check(counted.count(role) >= needed, "CER-QUORUM", what)
        if purpose == "result" and "recovery" in self.left | {entry.type for entry in self.run}:
            silent = {n for n, one in self.people.items() if one["here"]} - {one["person"] for one in keys.values()}
            self.check(not silent, "CER-QUORUM", f"after a restart all who are here sign; not so: {sorted(silent)}")

    def acts(self) -> list[Body]:
        """What shows that a step touches a device or file."""
        return self.of("intent") + self.of("step", state="prepared") + self.of("step", state="halted")

    def attesting(self) -> str:
        """The quorum of the result: `attest`, or `sign_off` where nothing is touched."""
        return str(self.plan.get("attest") or ("" if self.acts() else self.plan.get("sign_off", "")))

    def finish(self) -> None:
        """An attempt is done: its operations ended, its stops decided, the result signed, the rows read back."""
        complete = [(event["result"], event["complete"]) for event in self.of("outcome")][-1:] == [("done", True)]
        good = complete or not self.acts() or self.of("decision", action="go-on") != []
        good = good and all(self.calls[intent["op"]] not in ("open", "unknown") for intent in self.of("intent"))
        self.check(good, "CER-INTENT", "done, but its action is not, or what came of an operation is not known")
        self.check(not self.stops(), "CER-DEVIATION", f"done, but nobody decided what follows from {self.stops()}")
        self.quorum("result", self.attesting())
        self.read_back()

    def stops(self) -> set[str]:
        """What has stopped the attempt until people decide, by type: an unwanted answer can also be corrected."""
        stops: set[str] = set()
        for kind, body in [(entry.type, entry.body) for entry in self.run]:
            stops -= {"decision": stops, "correction": {"answer"}}.get(kind, set())
            said = {body.get("state"), body.get("decision"), body.get("result")}
            said -= {"failed"} if body.get("again") else set()  # it may be tried again in this attempt
            unwanted = kind == "answer" and not body["good"] and not body["item"].startswith("row ")
            if kind == "recovery" or unwanted or said & {"halted", "DISAGREE", "failed", "unknown"}:
                stops.add(kind)
        return stops

    def read_back(self) -> None:
        """The rows typed are the rows drawn, and those of the checkpoint's head or of a digest that an outcome gave."""
        written = [entry.digest for entry in self.run if entry.type == "answer" and entry.body["item"] == "written"]
        heads = [entry.digest for entry in self.run if entry.type == "checkpoint"]
        if written or heads or self.step[0] == self.last:
            typed = [(b["item"][4:], b["value"], b["good"]) for b in self.of("answer") if b["item"].startswith("row ")]
            given = b"".join(entry.line for entry in self.entries[: self.entry.seq] if entry.type == "outcome")
            drawn = drawn_rows(written[-1], *self.step, self.plan.get("rows", 2)) if written else []
            good = sorted(row for row, _, right in typed if right) == drawn != []
            for digest in heads[-1:] or re.findall("[0-9a-f]{64}", given.decode()):
                rows = {row: digest[8 * i : 8 * i + 8] for i, row in enumerate("ABCDEFGH")}
                if good and all((rows.get(row) == value) is right for row, value, right in typed):
                    return
            self.check(False, "CER-READ-BACK", f"rows {drawn} were not typed back, or not as they are")

    def on_close(self, body: Body) -> None:
        """The end: at the last step, all others done or the ceremony aborted, nothing undecided."""
        self.closed = True
        at_end = self.step[0] == self.last and (self.aborting or self.steps.keys() == self.done | {self.last})
        good = at_end and body["outcome"] == ("aborted" if self.aborting else "completed")
        self.check(good, "CER-ORDER", "not every step was done, or not this outcome")
        good = body["deviations"] == len(self.deviations) and all(self.deviations.values())
        self.check(good, "CER-DEVIATION", "undecided, or not as many as there were")
        self.finish()

# ---- 6. The verdict ------------------------------------------------------------------------------------------

def examine(folder: Path, given: str, report: Report) -> str:
    """All checks; the answer is head, number of entries and mode, or empty where there is nothing to judge."""
    data, head = read(folder / "journal.jsonl"), read(folder / "journal.head")
    if re.findall(rb'(?m)^\{.*"v":([^,\n]+)\}$', data)[:1] != [b"1"]:
        return ""
    length = re.fullmatch(rb'\{"head":"[0-9a-f]{64}","length":(\d+),"seq":\d+\}\n', head)
    entries = read_journal(data, int(length[1]) if length else len(data), report)
    if not entries or not report.check(entries[0].type == "genesis", "CER-GENESIS", "entry 0", "is not the genesis"):
        return f"head={'0' * 64} entries={len(entries)} mode=unknown"
    closed = any(entry.type == "close" for entry in entries)
    check_heads(entries, head, given, report)
    check_leaves(folder, entries, report, closed=closed)
    check_files(folder, entries, report, closed=closed)
    try:
        script, binding = (tomllib.loads(read(folder / name).decode()) for name in ("ceremony.toml", "binding.toml"))
        check_approvals(folder, script, entries[0].body, report)
        Ceremony(script, binding, entries, report).walk()
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration, RuntimeError) as error:
        report.check(False, "CER-BOUND", "ceremony.toml", f"cannot be held against the journal: {error!r}")
    report.person("not judged here: shown-sha256, certificates, PDFs, addenda (see `ceremony verify`)")
    return f"head={entries[-1].digest} entries={len(entries)} mode={entries[0].body['mode']}"

def main() -> int:
    """Print findings, what is for a person, and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--head", default="", help="64 hex digits from the paper: the last head, or the checkpoint's")
    options, report = parser.parse_args(), Report()
    try:
        verdict = examine(options.folder, "".join(options.head.split()).lower(), report)
    except OSError as error:
        verdict, report = "", Report([str(error)])
    findings = [line for line in report if line.startswith("CER-")]
    for line in sorted(report, key=lambda line: line not in findings):
        print(line.encode("unicode_escape").decode())  # nothing from the folder can move the cursor
    if not verdict:
        print("UNUSABLE journal.jsonl is missing, unreadable, no journal, or of an unknown version")
        return 2
    print(f"{'NOT ' if findings else ''}CONSISTENT {verdict}")
    return 1 if findings else 0

if __name__ == "__main__":
    sys.exit(main())
