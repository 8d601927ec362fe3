"""This workstation: its clock, media, printer, and what can be seen of it without touching anything."""
