"""The pre-flight sheet: which facts give which mark, and that every FAIL says what to do."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.actions import KINDS
from ceremony_app.actions.token_checks import Seen, Wanted
from ceremony_app.actions.token_sheet import evidence_of, needs, read_back, sheet, sheet_rows, tally, wanted_of
from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import Inventory, Mechanism, ObjectFacts, ObjectKind
from ceremony_app.core.room import Binding, BoundToken
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from tests.actions.sheets import ASKED, GOOD, KEY, SERIAL, WANTED, check, seen, token, tried
from tests.pki.making import pack, with_algorithm

P384, RSA = Algorithm.P384, Algorithm.RSA3072
STRAY = ObjectFacts(kind=ObjectKind.PUBLIC, label="trial", id="77")


def offered(number: int, **changes: object) -> Seen:
    """The good token with one mechanism told otherwise."""
    return seen(
        mechanisms=tuple(msgspec.structs.replace(m, **changes) if m.number == number else m for m in GOOD.mechanisms)
    )


def without(*numbers: int) -> Seen:
    """The good token without some mechanisms, and nothing tried."""
    return seen(mechanisms=tuple(m for m in GOOD.mechanisms if m.number not in numbers), trials=())


def holding(*objects: ObjectFacts) -> Inventory:
    return Inventory(serial=SERIAL, objects=objects)


def test_a_good_token_passes_everything() -> None:
    checks = sheet(GOOD, WANTED)
    assert {one.title: one.mark for one in checks if one.mark != "PASS"} == {}
    assert len({one.title for one in checks}) == len(checks), "every line has a title of its own"
    assert tally(checks) == f"{len(checks)} PASS, 0 FAIL, 0 NOTE"


NOTES: dict[str, tuple[Seen, str]] = {
    "software": (token(model="SoftHSM v2"), "Hardware or software"),
    "remarks of its make": (seen(remarks=("It forgets.",)), "Known of this make"),
    "not initialised": (token(without="TOKEN_INITIALIZED"), "Initialised"),
    "a keypad that is not used": (token("PROTECTED_AUTHENTICATION_PATH"), "Where PINs are entered"),
    "no PIN yet": (token(without="USER_PIN_INITIALIZED"), "Activation PIN"),
    "few tries": (token("USER_PIN_COUNT_LOW"), "Activation PIN"),
    "few tries of the officer": (token("SO_PIN_COUNT_LOW"), "Security officer's PIN"),
    "the officer's PIN is to be changed": (token("SO_PIN_TO_BE_CHANGED"), "Security officer's PIN"),
    "PIN too short to be split": (token(pin_max=25), "PIN length"),
    "PIN length unknown": (token(pin_max=2**64 - 1), "PIN length"),
    "PIN length nonsense": (token(pin_min=9, pin_max=8), "PIN length"),
    "login wanted first": (tried(P384, result="not-tried", said="A login first."), "P-384: trial"),
    "sets what it was asked not to": (tried(P384, kept={**ASKED, "DERIVE": True}), "P-384: attributes"),
    "drops what it was asked for": (tried(P384, kept={**ASKED, "SIGN": False}), "P-384: attributes"),
    "sets a use by itself": (tried(P384, kept={**ASKED, "UNWRAP": True}), "P-384: attributes"),
    "hides an attribute": (tried(P384, kept={"SIGN": True}), "P-384: attributes"),
    "nothing read back": (tried(P384, kept={}), "P-384: attributes"),
    "not listed, and works": (seen(mechanisms=()), "P-384: mechanisms"),
}


@pytest.mark.parametrize(("of", "title"), NOTES.values(), ids=NOTES.keys())
def test_what_is_worth_knowing_is_a_note(of: Seen, title: str) -> None:
    assert check(title, of).mark == "NOTE"


FAILS: dict[str, tuple[Seen, str, bool]] = {
    "another token": (token(serial="X"), "Identity", True),
    "another model": (token(model="KeyStore 6"), "Identity", True),
    "another module": (seen(module_sha256="6" * 64), "PKCS#11 module", True),
    "error state": (token("ERROR_STATE"), "Error state", False),
    "write protected": (token("WRITE_PROTECTED"), "Write protection", False),
    "no login": (token(without="LOGIN_REQUIRED"), "Login", False),
    "PIN locked": (token("USER_PIN_LOCKED"), "Activation PIN", False),
    "last try": (token("USER_PIN_COUNT_LOW", "USER_PIN_FINAL_TRY"), "Activation PIN", False),
    "PIN to be changed": (token("USER_PIN_TO_BE_CHANGED"), "Activation PIN", False),
    "officer's PIN locked": (token("SO_PIN_LOCKED"), "Security officer's PIN", False),
    "officer's last try": (token("SO_PIN_FINAL_TRY"), "Security officer's PIN", False),
    "no generator": (token(without="RNG"), "Generator", False),
    "an object that cannot be read": (
        seen(before=holding(msgspec.structs.replace(KEY, fault="CKR_GENERAL_ERROR"))),
        "Objects",
        False,
    ),
    "cannot make the key": (without(0x1040), "P-384: mechanisms", True),
    "cannot sign": (without(0x1041), "P-384: mechanisms", True),
    "RSA cannot sign": (without(0x0001, 0x0040), "RSA-3072: mechanisms", True),
    "no wrapping": (without(0x210A), "Backup by wrapping", True),
    "no AES key": (without(0x1080), "Backup by wrapping", True),
    "trial failed": (tried(P384, result="failed", said="No.", code="CKR_DEVICE_ERROR"), "P-384: trial", True),
    "trial failed without a login": (
        tried(P384, login=False, result="failed", said="No.", code="CKR_GENERAL_ERROR"),
        "P-384: trial",
        False,
    ),
    "a signature that does not verify": (
        tried(P384, login=False, result="failed", said="It does not verify."),
        "P-384: trial",
        True,
    ),
    "not sensitive": (tried(P384, kept={**ASKED, "SENSITIVE": False}), "P-384: attributes", False),
    "extractable": (tried(P384, kept={**ASKED, "EXTRACTABLE": True}), "P-384: attributes", False),
    "label cut": (tried(P384, label_kept=False), "Labels", False),
    "id of its own": (tried(P384, id_kept=False), "Ids", True),
    "something left": (seen(after=holding(KEY, STRAY)), "Left behind", False),
    "something gone": (seen(after=holding()), "Left behind", False),
}


@pytest.mark.parametrize(("of", "title", "unfit"), FAILS.values(), ids=FAILS.keys())
def test_what_must_not_be_is_a_fail_that_says_what_to_do(of: Seen, title: str, unfit: bool) -> None:
    found = check(title, of)
    assert found.mark == "FAIL"
    assert found.do
    assert found.words == f"{found.said} {found.do}"
    assert found.unfit is unfit


def test_what_nothing_needs_is_never_a_fail() -> None:
    asked = Wanted(serial=SERIAL, also=(P384,))
    for of in (without(0x1040), tried(P384, result="failed", said="No.", code="CKR_DEVICE_ERROR")):
        assert [one.title for one in sheet(of, asked) if one.mark == "FAIL"] == []


@pytest.mark.parametrize(
    ("entry", "flag", "mark"),
    [
        ("token", True, "PASS"),
        ("token", False, "FAIL"),
        ("keyboard", True, "NOTE"),
        ("keyboard", False, "PASS"),
        ("", False, "PASS"),
    ],
)
def test_the_place_where_pins_are_entered_is_the_bindings(entry: str, flag: bool, mark: str) -> None:
    wanted = msgspec.structs.replace(WANTED, pin_entry=entry)
    of = token("PROTECTED_AUTHENTICATION_PATH") if flag else GOOD
    assert check("Where PINs are entered", of, wanted).mark == mark


@pytest.mark.parametrize(
    ("number", "smallest", "largest", "fits"),
    [
        (0x0000, 2048, 4096, True),
        (0x0000, 256, 512, True),  # octets
        (0x0000, 128, 256, False),  # octets: up to 2,048 bits
        (0x0000, 512, 1024, False),  # bits: an old card
        (0x0000, 512, 2048, False),
        (0x0000, 4096, 8192, False),
        (0x0000, 0, 0, True),  # not told
        (0x0000, 1024, 0, True),  # no upper limit
        (0x1040, 256, 521, True),
        (0x1040, 32, 66, True),  # octets
        (0x1040, 32, 32, False),
        (0x1040, 112, 256, False),
        (0x1080, 16, 32, True),
        (0x1080, 128, 256, True),  # bits
        (0x1080, 16, 24, False),
        (0x1080, 128, 192, False),
    ],
)
def test_key_sizes_are_told_in_bits_or_in_octets(number: int, smallest: int, largest: int, fits: bool) -> None:
    of = msgspec.structs.replace(offered(number, smallest=smallest, largest=largest), trials=())
    titles = {0x0000: "RSA-3072: mechanisms", 0x1040: "P-384: mechanisms", 0x1080: "Backup by wrapping"}
    assert check(titles[number], of).mark == ("PASS" if fits else "FAIL")


@pytest.mark.parametrize("number", [0x1055, 0x1057])
@pytest.mark.parametrize(
    ("smallest", "largest", "fits"),
    [
        (255, 448, True),  # the standard's
        (256, 456, True),  # SoftHSM's
        (256, 256, True),
        (32, 32, True),  # octets
        (0, 0, True),
        (448, 448, False),
        (57, 57, False),
    ],
)
def test_the_size_of_an_ed25519_key_is_told_in_more_ways_than_one(
    number: int, smallest: int, largest: int, *, fits: bool
) -> None:
    of = msgspec.structs.replace(offered(number, smallest=smallest, largest=largest), trials=())
    wanted = msgspec.structs.replace(WANTED, algorithms=(Algorithm.ED25519,))
    assert check("Ed25519: mechanisms", of, wanted).mark == ("PASS" if fits else "FAIL")


PSS = Scheme.PSS_SHA384


def test_a_scheme_that_a_profile_wants_is_looked_for_among_the_mechanisms() -> None:
    wanted = msgspec.structs.replace(WANTED, schemes=(PSS,))
    title = "RSA-3072: RSASSA-PSS-SHA384"
    assert check(title, GOOD, wanted).mark == "PASS"
    assert title not in {one.title for one in sheet(GOOD, WANTED)}
    lacking = check(title, without(0x0044), wanted)
    assert (lacking.mark, lacking.unfit) == ("FAIL", True)
    assert "does not offer to sign by RSASSA-PSS-SHA384 (SHA384_RSA_PKCS_PSS or RSA_PKCS_PSS)" in lacking.said
    plain = Mechanism(name="RSA_PKCS_PSS", number=0x000D, smallest=2048, largest=4096, uses=("SIGN",))
    of = without(0x0044)
    assert check(title, msgspec.structs.replace(of, mechanisms=(*of.mechanisms, plain)), wanted).mark == "PASS"
    assert not any("PSS" in one.title for one in sheet(GOOD, msgspec.structs.replace(wanted, algorithms=(P384,))))


@pytest.mark.parametrize(("scheme", "wanted"), [(None, ()), (PSS, (PSS,)), (Scheme.RSA_SHA384, (Scheme.RSA_SHA384,))])
def test_what_the_profiles_want_of_the_keys_on_a_token_is_wanted_of_it(
    scheme: Scheme | None, wanted: tuple[Scheme, ...]
) -> None:
    text = (resources() / "ceremonies/root-ca.toml").read_bytes().replace(b'"P-384"', b'"RSA-3072"')
    definition, policy = load(text, KINDS), with_algorithm(pack("general"), RSA, scheme)
    bound = BoundToken(module="/opt/example.so", module_sha256="5" * 64, serial=SERIAL, model="KeyStore 7")
    binding = Binding(
        format=1,
        definition=definition.id,
        definition_sha256="0" * 64,
        mode=Mode.REHEARSAL,
        tokens={"hsm": bound, "spare": bound},
        people=(),
    )
    plan = Plan(definition=definition, policy=policy, binding=binding)
    assert (wanted_of(plan, "hsm").algorithms, wanted_of(plan, "hsm").schemes) == ((RSA,), wanted)
    assert wanted_of(plan, "spare").schemes == ()


def test_a_mechanism_must_be_good_for_its_purpose() -> None:
    of = msgspec.structs.replace(offered(0x1041, uses=("HW", "VERIFY")), trials=())
    assert check("P-384: mechanisms", of).unfit
    silent = msgspec.structs.replace(offered(0x1041, uses=("HW",)), trials=())
    assert check("P-384: mechanisms", silent).mark == "PASS", "a token that tells no uses is not contradicted"


def test_either_way_of_signing_with_rsa_will_do() -> None:
    for gone in (0x0001, 0x0040):
        assert check("RSA-3072: mechanisms", without(gone)).mark == "PASS"


def test_what_the_token_adds_is_named() -> None:
    said = check("P-384: attributes", tried(P384, kept={**ASKED, "DERIVE": True, "UNWRAP": True})).said
    assert "sets DERIVE although it was asked not to" in said
    assert "sets UNWRAP by itself" in said


def test_a_token_in_factory_state_is_not_called_bad() -> None:
    of = msgspec.structs.replace(
        token(without="TOKEN_INITIALIZED"),
        before=holding(),
        after=holding(),
        trials=tuple(
            msgspec.structs.replace(one, result="not-tried", said="Not initialised.", kept={}) for one in GOOD.trials
        ),
        login=False,
    )
    bare = msgspec.structs.replace(of, token=msgspec.structs.replace(of.token, flags=("RNG",)))
    for facts in (of, bare):
        assert [one.title for one in sheet(facts, WANTED) if one.mark == "FAIL"] == []


@pytest.mark.parametrize("of", [GOOD, *(of for of, *_ in NOTES.values()), *(of for of, *_ in FAILS.values())])
def test_evidence_gives_the_same_sheet_again(of: Seen) -> None:
    """Also after the journal's own JSON, and with no verdict in it."""
    if of.token.pin_max > 2**53:
        return
    evidence = msgspec.json.decode(msgspec.json.encode(evidence_of(of, WANTED)))
    assert read_back(evidence) == (of, WANTED)
    assert sheet_rows(sheet(*read_back(evidence))) == sheet_rows(sheet(of, WANTED))
    assert "PASS" not in str(evidence)


def test_rows_show_the_count_and_every_check() -> None:
    rows = sheet_rows(sheet(GOOD, WANTED))
    assert rows[0].value == f"{len(rows) - 1} PASS, 0 FAIL, 0 NOTE"
    assert all(row.value.startswith("PASS: ") for row in rows[1:])


def test_a_hostile_text_shows_as_what_it_is() -> None:
    facts = check("Identity", token(label="a\u202eb", manufacturer="x\ny")).facts
    assert {row.value for row in facts} >= {"a\\u{202E}b", "x\\u{000A}y"}


def test_what_the_keys_of_a_definition_need() -> None:
    text = (resources() / "ceremonies/root-ca.toml").read_bytes()
    assert needs(load(text, KINDS), "hsm") == Wanted(algorithms=(P384,))
    wrapped = text.replace(b'backup = "none"', b'backup = "wrapped"')
    assert needs(load(wrapped, KINDS)).wrapping
    assert needs(load(wrapped, KINDS), "another") == Wanted()


def test_sizes_that_are_no_numbers_never_reach_the_journal() -> None:
    from ceremony_app.actions.token_sheet import look
    from tests.fakes.token import FakeToken

    odd = Mechanism(name="ECDSA", number=0x1041, smallest=2**64 - 1, largest=2**64 - 1)
    port = FakeToken(offered=(odd,))
    assert look(port, port.facts(), MODULE, ()).mechanisms == (Mechanism(name="ECDSA", number=0x1041),)


MODULE = "5" * 64
