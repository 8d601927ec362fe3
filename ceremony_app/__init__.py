"""Leads a room of people through a witnessed key ceremony, and proves afterwards what happened."""

__version__ = "0.2.0"
