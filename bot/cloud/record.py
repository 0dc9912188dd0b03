"""The note the local cloud leaves about itself: ``.local/cloud.json``."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from bot.cloud.aws import Cloud
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """Where everything is. ``deployed`` is a digest of what was deployed, to skip repeats.

    ``gateway`` leads to simulated venues; empty where the real ones are asked. ``market_clock`` is
    their clock as it is written; empty in real time.
    """

    site_port: int
    emulator_port: int
    api_id: str
    table: str
    archive: str
    cycle_function: str
    venues: str
    replay_anchor: str
    deployed: str
    gateway: str = ""
    market_clock: str = ""

    @property
    def url(self) -> str:
        """The dashboard; the API is below ``/api``."""
        return f"http://127.0.0.1:{self.site_port}"

    @property
    def cloud(self) -> Cloud:
        """The emulator, for clients."""
        return Cloud.local(self.emulator_port)


def read(layout: Layout) -> LocalCloud | None:
    """The note, or None when there never was a local cloud here."""
    file = layout.status
    if not file.exists():
        return None
    try:
        kept = json.loads(file.read_text())
        kept = {"gateway": "", "market_clock": "", **kept}
        return LocalCloud(**{field.name: kept[field.name] for field in fields(LocalCloud)})
    except (ValueError, KeyError, TypeError) as exc:
        raise CloudError(
            f"{file} cannot be read: {exc}",
            f"It only notes ports and names, the state is elsewhere: rm {file}, then bot up",
        ) from exc


def write(layout: Layout, note: LocalCloud) -> None:
    """Replace the note in one step."""
    fresh: Path = layout.status.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(note), indent=2) + "\n")
    fresh.replace(layout.status)
