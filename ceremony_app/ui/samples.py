"""What a rehearsal fills in when somebody asks for it; production never sees any of it."""

from __future__ import annotations

from typing import Protocol

from ceremony_app.core.script import Plan
from ceremony_app.core.secret import Secret
from ceremony_app.ui.roster import role_title


class Cast(Protocol):
    """The simulated people of a rehearsal: their names, their PINs, and the secrets of the simulated token."""

    def name(self, number: int) -> str:
        """A person's fictitious name."""
        ...

    def organisation(self, number: int) -> str:
        """A person's fictitious organisation."""
        ...

    def pin(self, number: int) -> Secret:
        """A person's ceremony PIN."""
        ...

    def secret(self, name: str) -> Secret:
        """A secret that an action asks for (`token role/name of the secret`), the same each time."""
        ...


class Understudies:
    """A cast for want of a better one: everybody is called after their roles and has the same PIN."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def name(self, number: int) -> str:
        """The roles' titles and the word Sample."""
        person = self._plan.binding.person(number)
        roles = person.roles if person else ()
        return f"{' and '.join(role_title(self._plan, role) for role in roles) or 'Person'} Sample"

    def organisation(self, number: int) -> str:
        """One for all."""
        del number
        return "Sample organisation"

    def pin(self, number: int) -> Secret:
        """One for all."""
        del number
        return Secret.of("24681012")

    def secret(self, name: str) -> Secret:
        """One for all."""
        del name
        return Secret.of("sample-24681012")
