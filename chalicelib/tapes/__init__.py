"""Tapes: what markets showed, as columns in one checked file. Codec only: no paths, no clock."""
