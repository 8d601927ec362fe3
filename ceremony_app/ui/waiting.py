"""For whom the room waits: roles that the present page needs, and that nobody in the room can fill."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony_app.core.prompts import Approve, TypeRows, TypeTime
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.view import View


@dataclass(frozen=True, slots=True)
class Waited:
    """Titles of the roles that are waited for; `stuck`: nobody else can take the page further meanwhile."""

    roles: tuple[str, ...] = ()
    stuck: bool = False

    def told(self) -> str:
        """`waiting for Internal witness`, or nothing."""
        return f"waiting for {' and '.join(self.roles)}" if self.roles else ""


def waited_for(view: View) -> Waited:
    """Whom the present prompt waits for. Before anybody is enrolled, nobody is waited for."""
    prompt = view.prompt
    if not view.state.people:
        return Waited()
    match prompt:
        case Approve():
            short = {role: n for role, n in prompt.missing.items() if len(able(view, prompt, role)) < n}
            titles = tuple(role_title(view.plan, role) for role in short)
            return Waited(titles, stuck=bool(titles) and not any(able(view, prompt, role) for role in prompt.missing))
        case TypeTime():
            wanted: tuple[str, ...] = (prompt.by,)
        case TypeRows():
            wanted = (prompt.reader, prompt.typist)
        case _:
            return Waited()
    titles = tuple(role_title(view.plan, role) for role in dict.fromkeys(wanted) if role and not _held(view, role))
    return Waited(titles, stuck=bool(titles))


def able(view: View, prompt: Approve, role: str) -> tuple[int, ...]:
    """Who is here, holds the role, and has signed this attempt neither for this nor in another role."""
    signed = {s.person for s in prompt.run.signed(prompt.purpose)}
    others = {person.number for person in view.people if prompt.run.roles_of(person.number) - {role}}
    return tuple(
        one.number for one in view.here() if role in one.roles and one.number not in signed and one.number not in others
    )


def _held(view: View, role: str) -> bool:
    return any(role in one.roles for one in view.here())
