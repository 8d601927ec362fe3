"""Definition, policy pack and binding are held against each other before anything begins."""

from __future__ import annotations

import pytest

from ceremony_app.actions import KINDS
from ceremony_app.core.kinds import Unfit
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_binding, load_policy, plan_of, sha256
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from tests.definition.held import SHORT

POLICY = (resources() / "policies" / "general.toml").read_bytes()
DEFINITION = SHORT.read_text(encoding="utf-8")
PINNED = DEFINITION.replace('policy = "general"', f'policy = "general"\npolicy-sha256 = "{sha256(POLICY)}"')
BINDING = """
format = 1
definition = "short"
mode = "rehearsal"
people = [
    { number = 1, roles = ["administrator"] },
    { number = 2, roles = ["internal-witness"] },
    { number = 3, roles = ["external-witness"] },
]
[tokens.hsm]
module = "module.so"
module-sha256 = "00"
serial = "1"
"""


def held_together(definition: str = DEFINITION, binding: str = BINDING, policy: bytes = POLICY) -> Plan:
    """The plan of three files."""
    files = {"ceremony.toml": definition.encode(), "policy.toml": policy}
    return plan_of(
        load(files["ceremony.toml"], KINDS), load_policy(policy), load_binding(binding.encode()), files=files
    )


def production(definition: str) -> str:
    """A production binding for exactly this definition."""
    digest = sha256(definition.encode())
    return BINDING.replace('mode = "rehearsal"', f'mode = "production"\ndefinition-sha256 = "{digest}"')


def test_what_fits_is_a_plan() -> None:
    assert held_together().binding.mode is Mode.REHEARSAL
    assert held_together(PINNED, production(PINNED)).binding.mode is Mode.PRODUCTION


@pytest.mark.parametrize(
    ("old", "new", "rule", "where"),
    [
        ('policy = "general"', 'policy = "s1spki-foc"', "CER-PLAN", "policy"),
        ('policy = "general"', f'policy = "general"\npolicy-sha256 = "{"0" * 64}"', "CER-PLAN", "policy-sha256"),
        ('profile = "root"', 'profile = "leaf"', "CER-DANGLING", "keys.root.profile"),
        ('profile = "root"', 'profile = "root-crl"', "CER-DANGLING", "keys.root.profile"),
        ('algorithm = "P-384"', 'algorithm = "P-256"', "CER-PLAN", "keys.root.algorithm"),
        ('name = "root"', 'name = "root"\nprofile = "leaf"', "CER-DANGLING", "step 2.3 profile"),
        ("internal-witness = 1, external-witness = 1", "external-witness = 1", "CER-QUORUM", "quorums.two"),
        ('id = "short"', 'id = "long"', "CER-BINDING", "definition"),
    ],
)
def test_a_definition_that_does_not_fit(old: str, new: str, rule: str, where: str) -> None:
    assert old in DEFINITION
    with pytest.raises(Unfit) as caught:
        held_together(DEFINITION.replace(old, new))
    assert (caught.value.rule, caught.value.where) == (rule, where), caught.value.paragraph()


@pytest.mark.parametrize(
    ("old", "new", "rule", "where"),
    [
        ("[tokens.hsm]", "[tokens.card]", "CER-DANGLING", "tokens.hsm"),
        ('["administrator"]', '["notary"]', "CER-DANGLING", "people[1].roles"),
        ("number = 2", "number = 1", "CER-BINDING", "people"),
        ("number = 3", "number = 0", "CER-BINDING", "people"),
        ('mode = "rehearsal"', f'mode = "rehearsal"\ndefinition-sha256 = "{"0" * 64}"', "CER-BINDING", "definition"),
        ('serial = "1"', "serial = 1", "CER-TYPE", "tokens.hsm.serial"),
        ('serial = "1"', 'serial = "1"\npin = "1234"', "CER-UNKNOWN-KEY", "tokens.hsm"),
    ],
)
def test_a_binding_that_does_not_fit(old: str, new: str, rule: str, where: str) -> None:
    assert old in BINDING
    with pytest.raises(Unfit) as caught:
        held_together(binding=BINDING.replace(old, new))
    assert (caught.value.rule, caught.value.where) == (rule, where), caught.value.paragraph()


def test_production_names_pack_and_definition_by_digest() -> None:
    with pytest.raises(Unfit) as caught:
        held_together(DEFINITION, production(DEFINITION))
    assert caught.value.where == "policy-sha256"
    unbound = BINDING.replace("rehearsal", "production")
    with pytest.raises(Unfit) as caught:
        held_together(PINNED, unbound)
    assert caught.value.where == "definition-sha256"


def test_a_bad_statement_of_a_pack_is_named_by_its_profile() -> None:
    bad = POLICY.replace(b"value = { years = 20 }", b"value = { years = 0 }")
    with pytest.raises(Unfit) as caught:
        load_policy(bad)
    assert (caught.value.rule, caught.value.where) == ("CER-TYPE", "certificates.root.validity.value")


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        (b'purposes = ["serverAuth", "clientAuth"]', b"purposes = []", "issuing-ca.extended-key-usage.value", "one"),
        (b"http://pki.example/root-g1.crl", b"pki.example", "issuing-ca.crl-distribution-points.value", "no http"),
        (b"http://pki.example/root-g1.cer", b"pki.example", "issuing-ca.authority-information-access.value", "no http"),
        (b'{ CN = "[a-z0-9]', b'{ CN = "(a+)+', "end-entity", "subject-varies"),
        (b"{ years = 20 }", b"{ years = 20, capped = true }", "root", "capped"),
    ],
)
def test_a_malformed_extension_or_form_is_named_likewise(old: bytes, new: bytes, where: str, why: str) -> None:
    with pytest.raises(Unfit) as caught:
        load_policy(POLICY.replace(old, new, 1))
    assert (caught.value.rule, caught.value.where) == ("CER-TYPE", f"certificates.{where}")
    assert why in caught.value.why
