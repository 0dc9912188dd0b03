"""The machine's clock, for the clients of live venues."""

from datetime import UTC, datetime


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        return datetime.now(UTC)
