"""Figures that the product promises, measured in one run and judged against their targets."""
