"""What a browser loads for the first view of the dashboard, compressed."""

import gzip
import re
from pathlib import Path

from benchmarks.figure import Figure, Size, at_most

SITE = Path(__file__).parents[1] / "frontend" / "site"
OTHER_HOST = re.compile(rb"""(?:src|href|import|from)\s*=?\s*["'(](?:https?:)?//""")


def measure(_size: Size) -> list[Figure]:
    """The modules and styles that the page names itself; what loads later is counted apart."""
    page = (SITE / "index.html").read_text()
    named = re.findall(r'href="((?:styles|vendor|[a-z]+)[^"]*\.(?:js|css))"', page)
    first = sorted({SITE / name for name in [*named, "app.js"]})
    every = [f for f in SITE.rglob("*") if f.suffix in {".js", ".mjs", ".css"}]
    compressed = sum(len(gzip.compress(f.read_bytes(), 9)) for f in first)
    others = sum(len(OTHER_HOST.findall(f.read_bytes())) for f in [*every, SITE / "index.html"])
    return [
        at_most("dashboard, first view", compressed / 1024, 60, "KB gzipped"),
        at_most("references to other hosts in the dashboard", others, 0, "references"),
    ]
