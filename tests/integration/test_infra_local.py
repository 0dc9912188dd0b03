"""Starting and stopping on a laptop: bad surroundings get a clear message, and nothing is lost."""

import errno
import json
import os
import shutil
import socket
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from bot.cloud import emulator, processes, record
from bot.cloud import up as local_cloud
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from bot.cloud.names import Names

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
PLAN = local_cloud.Plan(seed=lambda note: None, tape_start=lambda note: None)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / ".local").mkdir()
    return Layout(tmp_path)


def up(layout: Layout, plan: local_cloud.Plan = PLAN) -> None:
    local_cloud.up(layout, plan, lambda text, seconds: None)


def test_process_is_known_to_run_until_it_is_stopped(layout: Layout) -> None:
    pid = processes.start(layout, "clock", SLEEP, processes.clean_environment())
    assert processes.running(layout, "clock") == pid
    assert processes.start(layout, "clock", SLEEP, processes.clean_environment()) == pid
    assert processes.stop(layout, "clock") is True
    assert processes.running(layout, "clock") is None
    assert processes.stop(layout, "clock") is False


def test_stale_pid_file_that_names_a_living_stranger_harms_nobody(layout: Layout) -> None:
    layout.pid("clock").parent.mkdir()
    layout.pid("clock").write_text(f"{os.getpid()}\n")
    assert processes.running(layout, "clock") is None
    assert processes.stop(layout, "clock") is False


def test_children_are_not_pointed_at_another_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert not any(name.startswith("AWS_") for name in processes.clean_environment())


def test_taken_dashboard_port_is_told_before_anything_starts(layout: Layout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        plan = local_cloud.Plan(PLAN.seed, PLAN.tape_start, site_port=port)
        with pytest.raises(CloudError, match=f"port {port}") as refused:
            up(layout, plan)
    assert "--port" in refused.value.hint
    assert processes.running(layout, emulator.NAME) is None


def test_full_disk_is_told_before_anything_is_written(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(10, 10, 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(CloudError, match="only 1 MB are free"):
        up(layout)


def test_disk_that_fills_up_on_the_way_is_told_as_such(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere")

    monkeypatch.setattr(local_cloud, "_up", fail)
    with pytest.raises(CloudError, match="the disk is full: /somewhere"):
        up(layout)


def test_broken_note_is_told_with_the_way_to_mend_it(layout: Layout) -> None:
    layout.status.write_text('{"site_port": ')
    with pytest.raises(CloudError, match=r"cloud\.json cannot be read") as refused:
        up(layout)
    assert f"rm {layout.status}" in refused.value.hint
    layout.status.write_text(json.dumps({"site_port": 1}))
    with pytest.raises(CloudError, match="cannot be read"):
        record.read(layout)


def test_broken_state_stops_the_start_and_is_left_as_it_is(layout: Layout) -> None:
    layout.state.mkdir()
    (layout.state / "broken").write_text("dynamodb.json: Expecting value")
    with pytest.raises(CloudError, match=r"dynamodb\.json") as refused:
        emulator.start(layout, processes.free_port(0))
    assert "--fresh" in refused.value.hint


def test_second_start_at_the_same_time_is_refused(layout: Layout) -> None:
    with local_cloud._alone(layout), pytest.raises(CloudError, match="another bot up"):
        up(layout)


def test_folder_that_is_no_checkout_is_told_as_such(layout: Layout) -> None:
    from bot.cloud import package  # noqa: PLC0415

    with pytest.raises(CloudError, match=r"app\.py is missing"):
        package.package(layout, "local")


def test_nothing_runs_before_the_first_start(layout: Layout) -> None:
    assert local_cloud.status(layout)["answers"] is False
    assert local_cloud.down(layout) == []


@pytest.mark.parametrize("stage", ["Prod", "p", "with-dash", "x" * 13])
def test_stage_that_cannot_be_in_a_name_is_refused(stage: str) -> None:
    with pytest.raises(CloudError, match="cannot be the name of a stage"):
        Names(stage)
