"""Certificates and CRLs: decided, tried with throw-away keys, linted, signed through a token, held again."""
