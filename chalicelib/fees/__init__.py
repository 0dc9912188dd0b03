"""Fees: the published rows, which of them is in force, and what it charges to the last digit."""
