"""The same question at two venues: read, compared, explained, and confirmed by an operator."""
