"""Writing strategies: a new one's files, made-up tapes, and the promises that all of them keep."""
