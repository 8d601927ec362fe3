"""How the window looks now: fonts, text size and theme, changed live without touching what was typed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from ceremony_app.ui.stylesheet import style_sheet
from ceremony_app.ui.theme import LARGEST, LIGHT, SMALLEST, THEMES, USUAL, Role, Theme, chrome, points

SANS, MONO, SIGNS = "Noto Sans", "Noto Sans Mono", "DejaVu Sans"
_FILES = (
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSansMono-Regular.ttf",
    "NotoSansMono-Bold.ttf",
    "DejaVuSans.ttf",
)


def resources() -> Path:
    """The program's own files: in a wheel inside the package, in a checkout beside it.

    `definition.shelf` says the same; importing it here would make the first paint wait for the definition's loader.
    """
    package = Path(__file__).resolve().parents[1]
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


class Appearance(QObject):
    """The application's font, palette and style sheet. `changed` is emitted after either was set."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.theme: Theme = LIGHT
        self.size = USUAL
        for name in _FILES:
            QFontDatabase.addApplicationFont(str(resources() / "fonts" / name))
        application.setStyle("Fusion")
        self._apply()

    def wear(self, theme: str) -> None:
        """Change the colours; a name that is not there changes nothing."""
        self.theme = THEMES.get(theme, self.theme)
        self._apply()

    def other_theme(self) -> str:
        """The name of the next theme in turn."""
        names = tuple(THEMES)
        return names[(names.index(self.theme.name) + 1) % len(names)]

    def resize(self, size: int) -> None:
        """Set the text size in points, within 10 to 24."""
        size = min(LARGEST, max(SMALLEST, size))
        if size != self.size:
            self.size = size
            self._apply()

    def chrome(self, role: Role = Role.BODY, *, bold: bool = False) -> QFont:
        """The font of a role in what frames the page."""
        return face(points(role, chrome(self.size)), bold=bold)

    def _apply(self) -> None:
        icons = (resources() / "icons").as_posix()
        self._application.setFont(face(self.size))
        self._application.setPalette(_palette(self.theme))
        self._application.setStyleSheet(style_sheet(self.theme, self.size, MONO, icons))
        self.changed.emit()


def face(size: float, *, mono: bool = False, bold: bool = False) -> QFont:
    """Our own font at a size in points; signs that it lacks come from DejaVu Sans."""
    font = QFont([MONO if mono else SANS, SIGNS])
    font.setPointSizeF(size)
    font.setBold(bold)
    return font


def _palette(theme: Theme) -> QPalette:
    """The theme for widgets and painting that know palettes only."""
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.ground),
        (roles.WindowText, theme.ink),
        (roles.Base, theme.surface),
        (roles.AlternateBase, theme.well),
        (roles.Text, theme.ink),
        (roles.PlaceholderText, theme.quiet),
        (roles.Button, theme.surface),
        (roles.ButtonText, theme.ink),
        (roles.Mid, theme.line),
        (roles.Dark, theme.edge),
        (roles.Highlight, theme.focus),
        (roles.HighlightedText, theme.on_strong),
        (roles.ToolTipBase, theme.surface),
        (roles.ToolTipText, theme.ink),
        (roles.Link, theme.accent),
    ):
        palette.setColor(role, QColor(colour))
    return palette
