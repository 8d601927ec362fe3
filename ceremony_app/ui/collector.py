"""Keeps Python's cyclic garbage collection on the window's thread.

A widget that is part of a reference cycle would otherwise be destroyed by whatever thread happens to collect; Qt
does not survive that. Widgets here have parents and end by `deleteLater`; this is the second lock on the same door.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000


class Collector(QObject):
    """Collects at Python's own thresholds, from a timer, while it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(self._collect)
        timer.start(_EVERY_MS)

    def _collect(self) -> None:
        for generation in (2, 1, 0):
            threshold = gc.get_threshold()[generation]
            if threshold and gc.get_count()[generation] > threshold:
                gc.collect(generation)
                return

    def end(self) -> None:
        """Give collection back to Python."""
        if self._was_enabled:
            gc.enable()
