"""Takes a picture of every page and panel, at two text sizes and in both themes, 1366x768, into a folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMainWindow

from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.ui.app import application
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.choices import Options
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.start import StartWindow
from ceremony_app.ui.window import CeremonyWindow
from tests.ui.fake_desk import FakeDesk
from tests.ui.fake_shelf import FakeShelf
from tests.ui.people_tour import arrivals, mixed_plan
from tests.ui.sample_plan import sample_plan
from tests.ui.shoot_shares import share_scenes
from tests.ui.token_plan import keypad_plan, token_plan
from tests.ui.token_tour import keypad, lost
from tests.ui.tour import Player, stops, troubles

LOOKS = ((11, "light"), (22, "light"), (11, "high contrast"), (22, "high contrast"))
PANELS = ("deviation", "pause", "people", "why", "abort")
STATION = "offline (seen 10:31)"


def main(folder: Path, wanted: str = "") -> int:
    """All pictures, or those whose name contains a word; answers how many."""
    folder.mkdir(parents=True, exist_ok=True)
    app, appearance = application()
    count = 0
    for name, window in scenes(appearance):
        if wanted in name:
            for size, theme in LOOKS:
                appearance.resize(size)
                appearance.wear(theme)
                settle(app)
                picture = folder / f"{name}_{size}_{theme.replace(' ', '-')}.png"
                window.grab().save(str(picture))
                count += 1
        appearance.resize(11)
        appearance.wear("light")
    sys.stdout.write(f"{count} pictures in {folder}\n")
    return 0


def settle(app: QApplication) -> None:
    """Let layouts come to rest."""
    for _ in range(6):
        app.processEvents()


def scenes(appearance: Appearance) -> Iterator[tuple[str, QMainWindow]]:
    """Every window in every state."""
    yield from _start(appearance)
    for plan, play in (
        (sample_plan(), stops),
        (sample_plan(), troubles),
        (token_plan(), lost),
        (keypad_plan(), keypad),
        (mixed_plan(), arrivals),
        (sample_plan(Mode.PRODUCTION), stops),
    ):
        yield from _ceremony(appearance, plan, play)
    yield from _panels(appearance)
    yield from share_scenes(appearance, STATION)


def _show(window: QMainWindow) -> QMainWindow:
    window.resize(1366, 768)
    window.show()
    settle(_app())
    return window


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _start(appearance: Appearance) -> Iterator[tuple[str, QMainWindow]]:
    window = StartWindow(FakeShelf(), appearance)
    yield "start", _show(window)
    window.tasks.choose("run")
    window.press_primary()
    yield "start-run", window
    window.close()


def _ceremony(
    appearance: Appearance, plan: Plan, play: Callable[[FakeDesk], Iterator[str]]
) -> Iterator[tuple[str, QMainWindow]]:
    desk = FakeDesk(plan)
    presenter = Presenter(desk)
    window = CeremonyWindow(presenter, appearance, STATION)
    _show(window)
    for name in play(desk):
        settle(_app())
        if plan.binding.mode is Mode.PRODUCTION:
            if name in ("read", "approve-go"):
                yield f"production-{name}", window
            if name == "approve-go":
                break
            continue
        yield name, window
        if name.startswith("approve-go"):
            _fill(window)
            yield f"{name}-filled", window
            window.press_primary()
        if name == "approve-go":
            _press(window, "I do not agree")
            yield "approve-disagree", window
        if name in _MORE:
            _MORE[name](window)
            yield f"{name}-more", window
    desk.close()
    window._may_close = True
    window.close()


def _fill(window: CeremonyWindow) -> None:
    fill = getattr(window.area.shown, "_fill", None)
    if fill is not None:
        fill()
    settle(_app())


def _press(window: CeremonyWindow, text: str) -> None:
    next(button for button in window.bar.buttons() if button.text() == text).click()
    settle(_app())


def _hold_again(window: CeremonyWindow) -> None:
    """Choose to hold the step again, and look at what it asks."""
    ways, remedies = window.area.shown.findChildren(Options)
    ways.choose("repeat")
    settle(_app())
    window.area.shown.bring_into_sight(remedies)
    remedies.first().setFocus()
    settle(_app())


def _give_up(window: CeremonyWindow) -> None:
    """Ask to give up waiting."""
    next(b for b in window.area.shown.findChildren(Button) if b.text() == "Give up waiting…").click()
    settle(_app())


def _to_the_end(window: CeremonyWindow) -> None:
    """Scroll to the end of the page."""
    bar = window.area.shown.pane.verticalScrollBar()
    bar.setValue(bar.maximum())
    settle(_app())


_MORE: dict[str, Callable[[CeremonyWindow], None]] = {
    "halted-remedies": _hold_again,
    "busy-late": _give_up,
    "inspect-pin": _to_the_end,
    "inspect-in-vain": _to_the_end,
    "inspect-give-up": _to_the_end,
    "inspect-keypad": _to_the_end,
    "perform-keypad": _to_the_end,
}


def _panels(appearance: Appearance) -> Iterator[tuple[str, QMainWindow]]:
    desk = FakeDesk(sample_plan())
    player = Player(desk)
    player.until(lambda now: getattr(now, "purpose", "") == "go")
    desk.deviate("note", 2, "A black pen.", "The pen is blue.").result()
    window = CeremonyWindow(Presenter(desk), appearance, STATION)
    _show(window)
    for panel in PANELS:
        getattr(window.area, f"open_{panel}")()
        settle(_app())
        yield f"panel-{panel}", window
        window.press_primary()
        settle(_app())
        yield f"panel-{panel}-early", window
        window.area.leave()
    window.area.open_pause(lambda: None)
    yield "panel-closing", window
    window.area.leave()
    window.area.look_at(desk.plan.definition.steps[3])
    settle(_app())
    yield "looking-elsewhere", window
    window.area.leave()
    window.area.open_deviation()
    settle(_app())
    button = next(b for b in window.area.shown.findChildren(type(window.bar.deviation)) if "Decide" in b.text())
    button.click()
    settle(_app())
    yield "panel-decision", window
    desk.close()
    window._may_close = True
    window.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
