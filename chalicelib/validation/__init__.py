"""Between the parsers and the strategies: what is not believed is set aside, with its reason. Pure.

The parsers refuse what a venue's format does not allow. Here is judged what only shows in
comparison: with the clock, with the other side, the minute before, or the other venues.
"""
