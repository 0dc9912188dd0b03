"""What a browser loads for the first view of the dashboard, compressed."""

import gzip
import re
from pathlib import Path

from benchmarks.figure import Figure, Size, at_most

SITE = Path(__file__).parents[1] / "frontend" / "site"
OTHER_HOST = re.compile(rb"""(?:src|href|import|from)\s*=?\s*["'(](?:https?:)?//""")


def measure(_size: Size) -> list[Figure]:
    """All scripts and styles of the site: the first view loads them all."""
    files = [f for f in SITE.rglob("*") if f.suffix in {".js", ".mjs", ".css"}]
    compressed = sum(len(gzip.compress(f.read_bytes(), 9)) for f in files)
    others = sum(len(OTHER_HOST.findall(f.read_bytes())) for f in [*files, SITE / "index.html"])
    return [
        at_most("dashboard scripts and styles", compressed / 1024, 60, "KB gzipped"),
        at_most("references to other hosts in the dashboard", others, 0, "references"),
    ]
