"""From signals to booked fills. Pure, but for the cycle itself, which talks to ports only."""
