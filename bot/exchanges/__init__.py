"""Venues that answer on this machine, in their real wire formats, from one made-up world.

Nothing here knows the product's clients: the formats are written from the venues' documents, so
that a client that misreads them is found out. ``docs/exchanges.md`` says how to use it.
"""
