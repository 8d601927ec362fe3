"""What is told when a key or another object on the token is not as it has to be: faults that no return code names."""

from __future__ import annotations

from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.refusals import RECONCILE


def key_exists(what: str) -> TokenFault:
    """The label or id of a new key is taken."""
    return TokenFault(
        "KEY_EXISTS",
        0,
        f"The token already holds an object with the {what} of the new key; nothing was made.",
        "Look at the inventory. Destroy the old object in a step of its own, or give the new key another name.",
        executed=Executed.NO,
        rule="CER-KEY-EXISTS",
    )


def key_not_found(key_id: str, *, what: str = "private key", undone: str = "signed") -> TokenFault:
    """No key of this kind that the present login can see has this id."""
    return TokenFault(
        "KEY_NOT_FOUND",
        0,
        f"The token shows no {what} with the id {key_id}; nothing was {undone}.",
        "Check that the token is activated and that it is the one that holds this key.",
        executed=Executed.NO,
        rule="CER-KEY-MISSING",
    )


def key_ambiguous(key_id: str, *, what: str = "private key", undone: str = "signed") -> TokenFault:
    """More than one key of this kind has this id."""
    return TokenFault(
        "KEY_AMBIGUOUS",
        0,
        f"The token holds more than one {what} with the id {key_id}; nothing was {undone}.",
        "Take an inventory and let the quorum decide what is to happen with the second one.",
        executed=Executed.NO,
        rule="CER-KEY-MISSING",
    )


def key_unreadable(key_id: str, code: str) -> TokenFault:
    """A key pair was made, and what was made cannot be read back."""
    return TokenFault(
        "KEY_UNREADABLE",
        0,
        f"The token made the key pair {key_id} and then would not show it ({code or 'no public key'}).",
        f"Do not use the key. {RECONCILE}",
        executed=Executed.UNKNOWN,
    )


def pair_differs(key_id: str) -> TokenFault:
    """A key pair was made, and its label or id is not what was asked for."""
    return TokenFault(
        "PAIR_DIFFERS",
        0,
        f"The token made the key pair {key_id}, and a half of it bears another id or label.",
        f"Do not use the key. {RECONCILE}",
        executed=Executed.UNKNOWN,
    )


def no_key_wrapping() -> TokenFault:
    """The token offers no mechanism, or not the one needed, for a private key under an AES key."""
    return TokenFault(
        "NO_KEY_WRAPPING",
        0,
        "The token does not offer the way in which the key is to be wrapped under an AES key; nothing was done.",
        "Use a backup that this token and its maker provide; the pre-flight sheet shows what it can do.",
        executed=Executed.NO,
    )


def scheme_not_offered(scheme: str) -> TokenFault:
    """The token lists no mechanism for a signature scheme."""
    return TokenFault(
        "SCHEME_NOT_OFFERED",
        0,
        f"The token does not offer to sign by {scheme}; nothing was signed.",
        "The pre-flight sheet shows what it can do. Go to a token that can, or let the policy name another scheme.",
        executed=Executed.NO,
    )


def public_key_unfit(algorithm: str) -> TokenFault:
    """The public key that was to go beside a restored private one is none, or one of another kind."""
    return TokenFault(
        "PUBLIC_KEY_UNFIT",
        0,
        f"What should be the public key beside the restored one is not of the kind {algorithm}; nothing was restored.",
        "Take the public key from the record of the ceremony that made the key.",
        executed=Executed.NO,
        rule="CER-KEY",
    )


def restored_otherwise(wanted: str, found: str) -> TokenFault:
    """What came out of the wrapped key is of another kind than was asked for."""
    return TokenFault(
        "KEY_DIFFERS",
        0,
        f"A key came out of the backup, but it is of the kind {found or 'unknown'} and not {wanted}.",
        f"Do not use the key. {RECONCILE}",
        executed=Executed.UNKNOWN,
        rule="CER-KEY",
    )


def left_behind(fault: TokenFault, count: int) -> TokenFault:
    """A call failed and left objects on the token that were not there before."""
    objects = "an object" if count == 1 else f"{count} objects"
    return TokenFault(
        fault.code,
        fault.number,
        f"{fault.why} It left {objects} behind that had not been there before.",
        f"Do not use what was left behind. {RECONCILE}",
        executed=Executed.UNKNOWN,
        rule=fault.rule,
    )


def no_single_pair(key_id: str, public: int, private: int) -> TokenFault:
    """There is not exactly one pair with this id that can be read."""
    return TokenFault(
        "PAIR_NOT_FOUND",
        0,
        f"The token does not show exactly one pair with the id {key_id} that can be read, but {public} public and "
        f"{private} private keys.",
        "Take an inventory and let the quorum decide what is to happen with what it shows.",
        executed=Executed.NO,
        rule="CER-OBJECT",
    )


def object_not_found() -> TokenFault:
    """No object that the present login can see reads exactly like the one to be destroyed."""
    return TokenFault(
        "OBJECT_NOT_FOUND",
        0,
        "The token shows no object that reads exactly like the one to be destroyed; nothing was destroyed.",
        "Take a new inventory and look for the object in it; it may be gone already, or may have changed.",
        executed=Executed.NO,
        rule="CER-OBJECT",
    )


def object_ambiguous(count: int) -> TokenFault:
    """Several objects cannot be read whole and look alike: which of them is meant cannot be told."""
    return TokenFault(
        "OBJECT_AMBIGUOUS",
        0,
        f"The token holds {count} objects that cannot be read whole and look alike; nothing was destroyed.",
        "Which of them is meant cannot be told from here. Use the maker's own tools, or go to the spare token.",
        executed=Executed.NO,
        rule="CER-OBJECT",
    )


def object_stays() -> TokenFault:
    """The token said that it destroyed the object, and still shows it."""
    return TokenFault(
        "OBJECT_STAYS",
        0,
        "The token reported the object as destroyed and still shows it.",
        f"Do not count the object as destroyed. {RECONCILE}",
        executed=Executed.UNKNOWN,
        rule="CER-OBJECT",
    )
