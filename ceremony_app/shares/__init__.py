"""The activation secret of a software quorum: drawn, split by SLIP-39, written in rows, recovered, proven."""
