"""The operating system's generator."""

from __future__ import annotations

import secrets


class SystemRandomness:
    """getrandom(2), which waits until the kernel has gathered enough (`core.ports.Randomness`)."""

    def octets(self, count: int) -> bytes:
        """Unpredictable octets."""
        return secrets.token_bytes(count)
