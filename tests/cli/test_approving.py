"""`ceremony approve`, and what check, script, rehearse and run do with what it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from pypdfium2 import PdfDocument

from ceremony_app.chronicle.context import decode as decode_context
from ceremony_app.cli.equipment import equipment
from ceremony_app.cli.inputs import approvals_of
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.program import companions, print_context
from ceremony_app.cli.running import begin_production, fit_for_production
from ceremony_app.conductor import Reviewed, start
from ceremony_app.core.approval import decode, encode, parsed
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.definition.files import load_binding, sha256
from ceremony_app.definition.write import binding_toml
from ceremony_app.people import filekey
from ceremony_app.people.signatures import key_digest, verify
from ceremony_app.record.process import PdfMaker
from ceremony_app.station.clock import SystemClock
from tests.ceremonies.held import production_definition
from tests.cli.test_commands import ceremony, refused
from tests.cli.test_wiring import room
from tests.core.approving import pack, rule_toml

PASSPHRASE = "six words that are long enough here"


class Authority:
    """Members of a policy authority with their key files, and a definition under a pack that names three of them."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.keys = [place / f"member-{n}.pem" for n in range(4)]
        made = [filekey.make(path, Secret.of(PASSPHRASE), SystemClock()) for path in self.keys]
        self.digests = tuple(key_digest(key.spki) for key in made)
        policy = pack(rule_toml(2, self.digests[:3]))
        (place / "policy.toml").write_bytes(policy)
        self.definition = place / "root-ca.toml"
        before = 'policy-sha256 = "'
        text = production_definition("root-ca").decode()
        head, _, rest = text.partition(before)
        self.definition.write_text(f"{head}{before}{sha256(policy)}{rest[64:]}", encoding="utf-8")

    def approve(
        self, member: int, *more: str, name: str = "", typed: str = PASSPHRASE
    ) -> subprocess.CompletedProcess[str]:
        """One member signs."""
        output = self.file(name or str(member))
        words = ("--key", self.keys[member], "--reference", f"Minute {member}", "-o", output)
        return ceremony("approve", self.definition, *words, *more, stdin=f"{typed}\n")

    def file(self, name: str) -> Path:
        """Where an approval lies."""
        return self.place / f"approval-{name}.json"

    def binding(self) -> Path:
        """A production binding for the definition."""
        (self.place / "other").mkdir(exist_ok=True)
        _, other = room(self.place / "other")
        bound = load_binding(Path(other).read_bytes())
        bound = msgspec.structs.replace(
            bound,
            definition_sha256=sha256(self.definition.read_bytes()),
            people=tuple(msgspec.structs.replace(one, method="file", key=f"{one.number:064x}") for one in bound.people),
        )
        path = self.place / "binding.toml"
        path.write_bytes(binding_toml(bound))
        return path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Members 0 and 1 have agreed, 2 has not."""
    one = Authority(tmp_path_factory.mktemp("authority"))
    for member in (0, 1):
        answer = one.approve(member)
        assert answer.returncode == 0, answer.stderr
    assert one.approve(2, "--disagree").returncode == 0
    return one


def test_what_is_signed_is_shown_before_the_passphrase_is_asked_for(authority: Authority) -> None:
    answer = authority.approve(0, name="wrong", typed="not the passphrase of this file")
    refused(answer, 1, "CER-PIN")
    assert not authority.file("wrong").exists()
    lines = answer.stdout.splitlines()
    loaded = load_all(str(authority.definition), None)
    assert f"  definition root-ca {loaded.digests['ceremony.toml']}" in lines
    assert f"  policy general {loaded.digests['policy.toml']}" in lines
    assert "  reference Minute 0" in lines
    assert "  decision AGREE" in lines
    assert PASSPHRASE not in answer.stdout + answer.stderr


def test_what_was_shown_is_what_was_signed(authority: Authority) -> None:
    signed = decode(authority.file("0").read_bytes())
    assert verify(signed.alg, signed.public_key, signed.statement.encode(), signed.signature)
    approval = parsed(signed.statement)
    assert approval is not None
    assert (approval.key, approval.decision) == (authority.digests[0], "AGREE")
    shown = authority.approve(0, name="again").stdout
    for line in signed.statement.replace(authority.digests[0], "(the digest of the key in this key file)").splitlines():
        assert f"  {line}\n" in shown
    against = parsed(decode(authority.file("2").read_bytes()).statement)
    assert against is not None
    assert against.decision == "DISAGREE"


def test_nothing_is_signed_that_would_not_count(authority: Authority) -> None:
    refused(authority.approve(3), 1, "CER-APPROVAL")
    assert not authority.file("3").exists()
    refused(authority.approve(0), 1, "CER-EXISTS")
    for reference in ("", "two\nlines", "x" * 201):
        words = ("--key", authority.keys[0], "--reference", reference, "-o", authority.file("none"))
        refused(ceremony("approve", authority.definition, *words, stdin=f"{PASSPHRASE}\n"), 2, "CER-APPROVAL")
    words = ("--key", authority.keys[0], "--reference", "x", "-o", authority.file("none"))
    refused(ceremony("approve", "root-ca", *words, stdin=f"{PASSPHRASE}\n"), 1, "CER-APPROVAL")
    refused(ceremony("approve", authority.definition, "--key", authority.keys[0]), 2, "CER-APPROVAL")
    words = ("--key", authority.file("0"), *words[2:])
    refused(ceremony("approve", authority.definition, *words, stdin=f"{PASSPHRASE}\n"), 2, "CER-KEY-FILE")
    assert not authority.file("none").exists()


def test_approvals_are_shown_with_what_they_come_to(authority: Authority) -> None:
    good = ceremony("approve", authority.definition, "--show", authority.file("0"), authority.file("1"))
    assert good.returncode == 0, good.stderr
    assert good.stdout.count(", counts\n") == 2
    assert good.stdout.endswith("Enough to open a ceremony.\n")
    few = ceremony("approve", authority.definition, "--show", authority.file("0"), authority.file("0"))
    assert few.returncode == 1
    assert "does not count: this key is counted already" in few.stdout
    assert "by 1 of 3 keys of the policy pack, which asks for 2" in few.stdout
    three = [authority.file(name) for name in "012"]
    against = ceremony("approve", authority.definition, "--show", *three)
    assert against.returncode == 1
    assert "NOT approved by" in against.stdout
    refused(ceremony("approve", "root-ca", "--show", authority.file("0")), 1, "CER-APPROVAL")


def test_a_file_that_is_none_is_named(authority: Authority, tmp_path: Path) -> None:
    link, pipe, large, cut = (tmp_path / name for name in ("link", "pipe", "large", "cut"))
    link.symlink_to(authority.file("0"))
    os.mkfifo(pipe)
    large.write_bytes(bytes(16_385))
    cut.write_bytes(authority.file("0").read_bytes()[:-1])
    for path, rule in (
        (link, "CER-INPUT"),
        (pipe, "CER-INPUT"),
        (large, "CER-SIZE"),
        (tmp_path / "nothing", "CER-INPUT"),
        (tmp_path, "CER-INPUT"),
    ):
        assert path.name in refused(ceremony("approve", authority.definition, "--show", path), 2, rule)
    for command in (("approve", authority.definition, "--show"), ("check", authority.definition, "--approval")):
        assert str(cut) in refused(ceremony(*command, cut), 2, "CER-APPROVAL")


def test_a_check_says_what_is_wanting(authority: Authority) -> None:
    none = ceremony("check", authority.definition)
    assert none.returncode == 0, none.stdout
    assert "note   CER-APPROVAL policy general: approved by 0 of 3 keys" in none.stdout
    both = ceremony("check", authority.definition, "--approval", authority.file("0"), "--approval", authority.file("1"))
    assert both.returncode == 0
    assert "CER-APPROVAL" not in both.stdout
    refused(ceremony("check", "root-ca", "--approval", authority.file("0")), 1, "CER-APPROVAL")


def test_a_check_names_a_pack_that_contradicts_itself(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_bytes(production_definition("root-ca"))
    (tmp_path / "policy.toml").write_bytes(pack(rule_toml(2, ("ab" * 32,))))
    answer = refused(ceremony("check", tmp_path / "c.toml"), 1, "CER-TYPE")
    assert "2 approvals are asked for, of 1 keys that may approve. (at rules.approval.value)" in answer


def test_the_script_says_who_approved(authority: Authority, tmp_path: Path) -> None:
    target = tmp_path / "script.pdf"
    answer = ceremony("script", authority.definition, "-o", target, "--approval", authority.file("0"))
    assert answer.returncode == 0, answer.stderr
    with PdfDocument(target) as pdf:  # type: ignore[no-untyped-call] # pypdfium2 has no types
        text = " ".join(pdf[0].get_textpage().get_text_bounded().split())
    assert "Approved before the day by 1 of 3 keys of the policy pack, which asks for 2" in text
    assert "(reference Minute 0)" in text


def test_production_without_enough_makes_no_folder(authority: Authority, tmp_path: Path) -> None:
    binding = authority.binding()
    one, both = (str(authority.file("0")),), (str(authority.file("0")), str(authority.file("1")))
    for files in ((), one, (*one, *one), (*both, str(authority.file("2")))):
        words = [word for file in files for word in ("--approval", file)]
        folder = tmp_path / "out"
        answer = ceremony("run", authority.definition, "--binding", binding, "-o", folder, *words)
        refused(answer, 1, "CER-APPROVAL")
        assert not folder.exists()
        loaded = load_all(str(authority.definition), str(binding))
        given = approvals_of(files, loaded.plan.policy)
        with PdfMaker() as maker, pytest.raises(Refusal) as caught:
            begin_production(loaded, folder, maker, {}, given)
        assert caught.value.rule == "CER-APPROVAL"
        assert not folder.exists()


def test_the_conductor_itself_writes_nothing_without_enough(authority: Authority, tmp_path: Path) -> None:
    loaded = load_all(str(authority.definition), str(authority.binding()))
    given = approvals_of([str(authority.file("0"))], loaded.plan.policy)
    reviewed = Reviewed(loaded.ceremony, loaded.policy, loaded.binding or b"")
    context = print_context(loaded.definition, approvals=given)
    with PdfMaker() as maker, pytest.raises(Refusal) as caught:
        start(tmp_path, reviewed, context, companions(), equipment(tmp_path, loaded.plan.binding, maker))
    assert caught.value.rule == "CER-APPROVAL"
    assert list(tmp_path.iterdir()) == []


def test_production_with_enough_is_opened_and_binds_them(authority: Authority, tmp_path: Path) -> None:
    loaded = load_all(str(authority.definition), str(authority.binding()))
    given = approvals_of([str(authority.file("1")), str(authority.file("0"))], loaded.plan.policy)
    fit_for_production(loaded, given)
    with PdfMaker() as maker:
        conductor = begin_production(loaded, tmp_path / "out", maker, {}, given)
        conductor.close()
    context = (tmp_path / "out" / "context.json").read_bytes()
    assert decode_context(context).approvals == given
    assert json.loads(context)["approvals"] == [json.loads(encode(one)) for one in given]
    genesis = json.loads((tmp_path / "out" / "journal.jsonl").read_bytes().splitlines()[0])
    assert genesis["body"]["files"]["context.json"] == sha256(context)


def test_a_rehearsal_goes_on_without_and_says_so(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "short.toml").write_bytes((Path(__file__).parents[1] / "ceremonies/short.toml").read_bytes())
    (tmp_path / "policy.toml").write_bytes((authority.place / "policy.toml").read_bytes())
    folder, own = tmp_path / "out", tmp_path / "own.json"
    words = ("--key", authority.keys[0], "--reference", "Minute 5", "-o", own)
    assert ceremony("approve", tmp_path / "short.toml", *words, stdin=f"{PASSPHRASE}\n").returncode == 0
    brought = ("--approval", own, "--approval", authority.file("1"))
    answer = ceremony("rehearse", tmp_path / "short.toml", "-o", folder, "--unattended", *brought)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "approved by 1 of 3 keys of the policy pack, which asks for 2" in answer.stdout
    for name in ("script.pdf", "record.pdf"):
        with PdfDocument(folder / name) as pdf:  # type: ignore[no-untyped-call] # pypdfium2 has no types
            text = " ".join(pdf[0].get_textpage().get_text_bounded().split())
        assert "Approved before the day by 1 of 3 keys" in text
    said = json.loads(ceremony("verify", folder, "--json").stdout)
    assert said["verdict"] == "consistent"
    assert any("approved before the day by 1 of 3 keys" in line for line in said["for_a_person"])
    read = subprocess.run([sys.executable, "-I", "-S", folder / "verify_journal.py"], capture_output=True, check=False)
    assert read.returncode == 0, read.stdout


def test_a_pack_without_the_rule_takes_none_and_its_context_says_nothing(authority: Authority, tmp_path: Path) -> None:
    words = ("-o", tmp_path / "out", "--unattended", "--approval", authority.file("0"))
    refused(ceremony("rehearse", Path(__file__).parents[1] / "ceremonies/short.toml", *words), 1, "CER-APPROVAL")
    assert not (tmp_path / "out").exists()
    with pytest.raises(Refusal):
        approvals_of([str(authority.file("0"))], load_all("root-ca", None).plan.policy)
    assert approvals_of([], load_all("root-ca", None).plan.policy) == ()
