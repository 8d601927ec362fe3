"""What a rehearsal fills in when somebody asks for it; production never sees any of it."""

from __future__ import annotations

from ceremony_app.core.coming import Coming, Credential, RoomPin
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.script import Plan
from ceremony_app.core.secret import Secret
from ceremony_app.ui.roster import role_title


class Understudies:
    """A cast for want of a better one: everybody is called after their roles and has the same PIN."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._shares: dict[tuple[str, int], Secret] = {}

    def coming(self, person: BoundPerson) -> Coming:
        """Named after the roles and the word Sample; somebody else has seen a paper."""
        titles = " and ".join(role_title(self._plan, role) for role in person.roles) or "Person"
        other = next((one.number for one in self._plan.binding.people if one.number != person.number), 0)
        return Coming(
            person=person.number,
            roles=person.roles,
            name=f"{titles} Sample",
            organisation="Sample organisation",
            seen_by=other,
            paper="Sample paper",
        )

    def credential(self, number: int) -> Credential:
        """A room key behind the one PIN."""
        return RoomPin(self.pin(number))

    def pin(self, number: int) -> Secret:
        """One for all."""
        del number
        return Secret.of("24681012")

    def secret(self, name: str) -> Secret:
        """One for all."""
        del name
        return Secret.of("sample-24681012")

    def keep_share(self, name: str, person: int, words: Secret) -> None:
        """Keep what this person wrote."""
        self._shares[name, person] = Secret(words.reveal())

    def share(self, name: str, person: int) -> Secret | None:
        """What this person wrote."""
        words = self._shares.get((name, person))
        return None if words is None else Secret(words.reveal())
