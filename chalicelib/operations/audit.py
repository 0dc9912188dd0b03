"""The trail of what operators changed: written in the same transaction as the change itself."""

import hashlib
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Put, Write


def audit_writes(
    kind: str, actor: str, change: str, now: datetime, identity: str, strategy: str | None = None
) -> list[Write]:
    """An audit row that never expires, and an entry in the activity feed."""
    unique = hashlib.sha256(f"{kind}|{actor}|{change}|{identity}".encode()).hexdigest()[:12]
    row = {
        "pk": f"AUDIT#{now:%Y%m}",
        "sk": f"{int(now.timestamp() * 1000):014d}#{unique}",
        "schema": rows.SCHEMA,
        "kind": kind,
        "actor": actor,
        "change": change,
        "at": now.isoformat(),
    }
    entry = {"kind": kind, "strategy": strategy, "text": f"{actor}: {change}", "cycle_id": None}
    return [
        Put("audit", row, Absent("pk")),
        Put("activity", rows.activity_item(now, unique, [entry])),
    ]
