"""How a step that signs is laid out: its settings, what it requires, what it brings about."""

from __future__ import annotations

from typing import Annotated

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.actions.making import use_secrets
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.names import NAME
from ceremony_app.core.script import Act
from ceremony_app.core.world import Fact


class SigningSettings(Settings, frozen=True):
    """`name`: the object's name in the ceremony, stem of its files; `key` signs; `phrase` is typed to arm the step."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    key: str
    phrase: str = ""


def laid_out(
    title: str, noun: str, head: StepHead, own: SigningSettings, names: Names, made: str, requires: tuple[str, ...] = ()
) -> Layout:
    """The layout of a step that signs: irreversible, since a signature cannot be taken back.

    `made` is the fact that it brings about and that must not hold before, `requires` are further ones that must. No two
    objects that a ceremony signs have one name, since the trial knows them by it.
    """
    names.one_of("keys", own.key, "key")
    key = names.keys[own.key]
    act = Act(
        button=f"Sign the {noun} {own.name}",
        device=key.token,
        irreversible=True,
        phrase=own.phrase or f"SIGN {own.name}",
        quorum=head.sign_off,
        secrets=use_secrets(key),
    )
    name = f"name:{own.name}:taken"
    return Layout(
        title=title,
        stages=(act,),
        requires=(
            Fact(f"token:{key.token}:activated"),
            Fact(f"key:{own.key}:there"),
            Fact(made, holds=False),
            Fact(name, holds=False),
            *(Fact(one) for one in requires),
            Fact("trial:held"),
        ),
        ensures=(Fact(made), Fact(name)),
    )


def own_profile(own: SigningSettings, profile: str, names: Names) -> None:
    """Refuse (CER-PROFILE) a step for which neither it nor its key names a profile."""
    key = names.keys.get(own.key)
    if not profile and not (key and key.profile):
        raise Unfit("CER-PROFILE", "No profile says how this is to look.", "Name one.", where=f"{names.where}.profile")
