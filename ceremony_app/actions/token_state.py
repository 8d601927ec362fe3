"""The checks of a pre-flight sheet that say what a token is and how it is: identity, make, flags, objects."""

from __future__ import annotations

from ceremony_app.actions.device_rows import object_line
from ceremony_app.actions.token_checks import Check, Seen, Wanted, counted, failed, noted, passed
from ceremony_app.actions.token_pins import pin_checks
from ceremony_app.core.device import TokenFacts
from ceremony_app.core.names import escaped
from ceremony_app.core.values import Row
from ceremony_app.hsm.quirks import software_model


def state_checks(seen: Seen, wanted: Wanted) -> tuple[Check, ...]:
    """What the token says of itself, in the order in which people look at it."""
    token = seen.token
    return (
        _identity(token, wanted),
        _kind(token),
        _module(seen, wanted),
        _make(seen),
        _initialised(token),
        _error(token),
        _protection(token),
        _login(token),
        *pin_checks(token, wanted),
        _generator(token),
        _objects(seen),
    )


def _identity(token: TokenFacts, wanted: Wanted) -> Check:
    title = "Identity"
    facts = (
        Row("Manufacturer", escaped(token.manufacturer) or "(none)"),
        Row("Model", escaped(token.model) or "(none)"),
        Row("Serial number", escaped(token.serial) or "(none)"),
        Row("Label", escaped(token.label) or "(none)"),
        Row("Firmware", escaped(token.firmware)),
        Row("Hardware", escaped(token.hardware)),
    )
    serial, model = escaped(token.serial) or "none", escaped(token.model) or "not told"
    if (wanted.serial, wanted.model or token.model) != (token.serial, token.model):
        right = f"serial {wanted.serial}" + (f", model {wanted.model}" if wanted.model else "")
        said = f"This is serial {serial}, model {model}; wanted is {right}."
        do = "Connect the token whose serial number stands in the script."
        return failed(title, said, do, facts, needed=True)
    by = "the token of the binding" if wanted.module_sha256 else "the token that was asked for"
    said = f"This is {by}: serial {serial}, model {model}, firmware {escaped(token.firmware)}."
    return passed(title, said, facts)


def _kind(token: TokenFacts) -> Check:
    title = "Hardware or software"
    if software_model(token):
        return noted(title, "This token is software: it is for rehearsals, and a production ceremony refuses it.")
    said = "Nothing that the token says of itself marks it as software. Its plate and certificate say what it is."
    return passed(title, said)


def _module(seen: Seen, wanted: Wanted) -> Check:
    title = "PKCS#11 module"
    module = seen.module
    facts = (
        Row("Maker of the module", escaped(module.manufacturer) or "(none)"),
        Row("Module", f"{escaped(module.description) or '(none)'}, version {escaped(module.version)}"),
        Row("Cryptoki version", escaped(module.cryptoki)),
        Row("SHA-256 of the module", seen.module_sha256),
    )
    if not wanted.module_sha256:
        said = "No binding says which module it must be. `ceremony bind` writes this one's SHA-256 down."
        return noted(title, said, facts)
    if wanted.module_sha256 != seen.module_sha256:
        said = "This is not the module of the binding."
        do = "Find out who changed it; a new module needs a new binding."
        return failed(title, said, do, facts, needed=True)
    return passed(title, "This is the module of the binding, by its SHA-256.", facts)


def _make(seen: Seen) -> Check:
    title = "Known of this make"
    if seen.remarks:
        return noted(title, " ".join(seen.remarks))
    return passed(title, "Nothing that a ceremony has to mind.")


def _initialised(token: TokenFacts) -> Check:
    title = "Initialised"
    facts = (Row("Flags", ", ".join(token.flags) or "(none)"),)
    if token.initialised:
        return passed(title, "The token has been initialised.", facts)
    said = "The token has not been initialised yet, so its objects and its algorithms could not be tried."
    return noted(title, said, facts)


def _error(token: TokenFacts) -> Check:
    title = "Error state"
    if "ERROR_STATE" in token.flags:
        said = "The token says that it failed a test of its own."
        do = "Do not use it: go to the spare token."
        return failed(title, said, do)
    return passed(title, "The token reports no error state.")


def _protection(token: TokenFacts) -> Check:
    title = "Write protection"
    if "WRITE_PROTECTED" in token.flags:
        said = "The token is protected against writing, so no key can be stored on it."
        do = "Take the protection off as its maker describes, or go to the spare token."
        return failed(title, said, do)
    return passed(title, "The token can be written to.")


def _login(token: TokenFacts) -> Check:
    title = "Login"
    if "LOGIN_REQUIRED" in token.flags:
        return passed(title, "Private keys can be used after a login only.")
    if not token.initialised:
        return noted(title, "Whether a login is needed shows once the token is initialised.")
    said = "The token asks for no login: whoever reaches it can use its keys."
    do = "Set an activation PIN, or go to the spare token."
    return failed(title, said, do)


def _generator(token: TokenFacts) -> Check:
    title = "Generator"
    if "RNG" in token.flags:
        return passed(title, "The token says that it has a random generator of its own.")
    said = "The token does not say that it has a random generator of its own."
    do = "Look in its evaluation certificate where its keys come from, before any key is made."
    return failed(title, said, do)


def _objects(seen: Seen) -> Check:
    title = "Objects"
    found = seen.before.objects
    faults = [thing for thing in found if thing.fault]
    if not seen.token.initialised:
        return noted(title, "No inventory was taken: the token has not been initialised.")
    if faults:
        said = f"{len(faults)} of {len(found)} objects cannot be read."
        do = "Do not make a key here before people have decided about them; go to the spare token."
        lines = tuple(Row("Cannot be read", object_line(thing)) for thing in faults)
        return failed(title, said, do, lines)
    eyes = "Seen under a login." if seen.login else "Seen without a login, so private objects do not show."
    there = f"{counted(len(found)).capitalize()} on the token{', all readable' if found else ''}."
    return passed(title, f"{there} {eyes}")
