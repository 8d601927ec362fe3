"""The judge after the day: a folder, a bag or a record held against itself and against the rules, said again.

A finding carries the id of the rule that is broken: where the conductor would have refused, the id of that refusal.
"""
