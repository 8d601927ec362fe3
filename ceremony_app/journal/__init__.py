"""The journal on disk: its bytes, their chain, and how they get there without being lost."""
