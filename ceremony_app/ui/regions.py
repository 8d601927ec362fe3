"""The regions of a window, which F6 and Shift+F6 go through in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ceremony_app.ui.focus import focused


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of a window in order; `entrances` says where the keyboard goes in some of them."""

    window: QWidget
    regions: Sequence[QWidget]
    entrances: Mapping[QWidget, QWidget]

    def go(self, way: int) -> None:
        """Take the keyboard to the next region (1) or the one before (-1); hidden ones are passed over."""
        shown = [region for region in self.regions if region.isVisible()]
        keyboard = focused(self.window)
        now = next((i for i, region in enumerate(shown) if _holds(region, keyboard)), 0)
        region = shown[(now + way) % len(shown)]
        target = self.entrances.get(region) or _entrance(region)
        target.setFocus(Qt.FocusReason.TabFocusReason)


def _holds(region: QWidget, keyboard: QWidget | None) -> bool:
    """Whether the keyboard is in a region."""
    return keyboard is not None and (keyboard is region or region.isAncestorOf(keyboard))


def _entrance(region: QWidget) -> QWidget:
    """What has the keyboard when a region is entered."""
    if region.focusPolicy() != Qt.FocusPolicy.NoFocus:
        return region
    inside = [
        child
        for child in region.findChildren(QWidget)
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    return inside[0] if inside else region
