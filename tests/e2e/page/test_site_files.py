"""What ships is what was reviewed; none of this needs a browser."""

import gzip
import hashlib
import json
import re

from tests.e2e.page.stub import FRONTEND, HEADERS, SITE

BUDGET_BYTES = 60_000
BUDGET_FILES = 32
INDEX = (SITE / "index.html").read_text()


def reachable(name, seen):
    """Modules that a module imports, itself included."""
    path = (SITE / name).resolve()
    if path not in seen:
        seen.add(path)
        for target in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', path.read_text()):
            reachable(path.parent / target, seen)
    return seen


def first_view():
    styles = {(SITE / href).resolve() for href in re.findall(r'"(styles/[^"]+)"', INDEX)}
    return reachable("app.js", set()) | styles


def test_first_view_stays_within_its_budget():
    files = first_view()

    size = sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in files)

    assert size <= BUDGET_BYTES
    assert len(files) + 1 <= BUDGET_FILES


def test_preload_list_names_exactly_the_modules_of_the_page():
    listed = re.findall(r'rel="modulepreload" href="([^"]+)"', INDEX)

    assert {(SITE / each).resolve() for each in listed} == reachable("app.js", set())
    assert len(listed) == len(set(listed))


def test_vendored_files_match_their_sums_and_pins():
    pins = json.loads((FRONTEND / "package.json").read_text())["devDependencies"]
    folders = {path.name: path for path in (SITE / "vendor").iterdir() if path.is_dir()}
    wanted = {"preact": "preact", "htm": "htm", "signals": "@preact/signals"}
    assert set(folders) == {f"{short}@{pins[name]}" for short, name in wanted.items()}

    for folder in folders.values():
        lines = (folder / "SHA256SUMS").read_text().splitlines()
        sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
        found = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.iterdir()
            if path.name != "SHA256SUMS"
        }
        assert sums == found
        assert "LICENSE" in found


def test_third_party_page_names_every_vendored_version():
    page = (FRONTEND / "THIRD_PARTY.md").read_text()
    pins = json.loads((FRONTEND / "package.json").read_text())["devDependencies"]

    for name, version in pins.items():
        assert f"| {name} | {version} |" in page


def test_policy_in_the_page_is_the_header_without_framing():
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', INDEX)

    assert HEADERS["Content-Security-Policy"] == f"{policy}; frame-ancestors 'none'"
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_page_holds_no_inline_code_and_names_no_other_host():
    own = [path for path in SITE.rglob("*") if path.is_file() and "vendor" not in path.parts]

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", INDEX)
    for path in own:
        urls = re.findall(r"https?://[^\s\"']+", path.read_text())
        assert [url for url in urls if "www.w3.org/2000/svg" not in url] == []


def test_no_file_of_the_site_hides_behind_the_path_of_the_api():
    assert not (SITE / "api").exists()
