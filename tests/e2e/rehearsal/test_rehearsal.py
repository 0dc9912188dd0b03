"""The main job, end to end: the really packaged application, in an emulator with IAM enforced.

Every step builds on the one before it, as in an operator's day; so it is one test, run once for
each way of deploying.
"""

import signal
import time

import pytest

from bot.cloud import cloudformation, project, settings
from bot.cloud.destroy import destroy
from tests.e2e.chromium import chromium
from tests.e2e.rehearsal.conftest import Rehearsal, deploy_dev, replay_anchor

pytestmark = pytest.mark.rehearsal

SCHEDULE_SECONDS = 150


def test_deployed_product_trades_stops_and_remembers(rehearsal: Rehearsal) -> None:
    _asks_for_a_token(rehearsal)
    rehearsal.begin()
    _the_schedule_fires(rehearsal)
    _trades_appear(rehearsal)
    if rehearsal.site_url:
        _a_browser_stops_it(rehearsal)
    _no_trade_follows_a_kill(rehearsal)
    _alarms_see_it_alive(rehearsal)
    _state_survives(rehearsal, signal.SIGTERM)
    _state_survives(rehearsal, signal.SIGKILL)


def _asks_for_a_token(product: Rehearsal) -> None:
    for token in ("", "mst_wrong"):
        status, answer = product.call("GET", "/v1/state", token=token)
        assert status in (401, 403)
        assert set(answer["error"]) == {"code", "message", "hint", "request_id"}


def _the_schedule_fires(product: Rehearsal) -> None:
    deadline = time.monotonic() + SCHEDULE_SECONDS
    while not any(cycle["trigger"] == "schedule" for cycle in product.items("/v1/cycles")):
        assert time.monotonic() < deadline, "EventBridge did not call the cycle"
        time.sleep(2)


def _fills(product: Rehearsal) -> list[str]:
    return [t["id"] for t in product.items("/v1/trades?limit=200") if t["kind"] == "fill"]


def _trades_appear(product: Rehearsal) -> None:
    product.run_minutes(120, until=lambda: len(_fills(product)) >= 3)
    assert len(_fills(product)) >= 3
    newest = product.items("/v1/cycles")[0]
    status, detail = product.call("GET", f"/v1/cycles/{newest['cycle_id']}")
    assert status == 200, detail
    assert detail["cycle"]["cycle_id"] == newest["cycle_id"]


def _a_browser_stops_it(product: Rehearsal) -> None:
    """The dashboard as an operator sees it: equity moves, STOP stops, and the API agrees."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{product.site_url}/#token={product.token}")
        page.wait_for_selector("#activity li")
        seen = page.inner_text("#tile-equity")
        assert "$" in seen
        product.run_minutes(60, until=lambda: page.inner_text("#tile-equity") != seen)
        assert page.inner_text("#tile-equity") != seen
        page.click("#stop-button")
        page.keyboard.press("Enter")
        page.locator("#control-state", has_text="KILLED").wait_for()
    control = product.call("GET", "/v1/control")[1]
    assert control["state"] == "KILLED"
    wish = {"state": "RUNNING", "reason": "rehearsal goes on", "version": control["version"]}
    assert product.call("PUT", "/v1/control", wish)[0] == 200


def _no_trade_follows_a_kill(product: Rehearsal) -> None:
    wish = {"state": "KILLED", "reason": "rehearsal of the switch"}
    status, answer = product.call("PUT", "/v1/control", wish)
    assert (status, answer["state"]) == (200, "KILLED")
    before = _fills(product)
    product.run_minutes(20)
    assert _fills(product) == before
    assert {c["control"] for c in product.items("/v1/cycles")[:10]} == {"KILLED"}


def _alarms_see_it_alive(product: Rehearsal) -> None:
    """The metrics in the functions' logs reach the alarms under the names the template uses."""
    deadline = time.monotonic() + 120
    wanted = {"heartbeat-missing", "heartbeat-missing-filled", "schedule-dead", "engine-down"}
    while not wanted <= product.alarms_in("OK"):
        assert time.monotonic() < deadline, product.alarms_in("OK")
        product.run_minutes(1)
        time.sleep(3)
    assert product.alarms_in("ALARM") == set()


def _state_survives(product: Rehearsal, how: signal.Signals) -> None:
    # The last write is acknowledged just before the process dies.
    product.run_minutes(1)
    fills, cycles = _fills(product), product.items("/v1/cycles")
    product.restart(how)
    assert _fills(product) == fills
    # The schedule goes on, so there may be newer cycles; none that was committed may be missing.
    kept = {cycle["cycle_id"] for cycle in product.items("/v1/cycles?limit=200")}
    assert {cycle["cycle_id"] for cycle in cycles} <= kept
    assert product.call("GET", "/v1/control")[1]["state"] == "KILLED"


def test_destroyed_stage_keeps_its_data_for_the_next_deployment(rehearsal: Rehearsal) -> None:
    if rehearsal.names.stage == "local":
        pytest.skip("the local cloud is stopped, not destroyed")
    fills = _fills(rehearsal)
    assert fills
    destroy(rehearsal.cloud, rehearsal.layout, "dev", print)
    functions = rehearsal.cloud.client("lambda").list_functions()["Functions"]
    assert functions == []
    assert rehearsal.alarms_in("ALARM") | rehearsal.alarms_in("OK") == set()
    rehearsal.api_url = deploy_dev(rehearsal.layout, rehearsal.port, replay_anchor()).api_url
    assert _fills(rehearsal) == fills
    assert rehearsal.call("GET", "/v1/control")[1]["state"] == "KILLED"


def test_deployed_settings_are_those_of_the_merge_template(rehearsal: Rehearsal) -> None:
    if rehearsal.names.stage == "local":
        pytest.skip("CloudFormation applies the merge template itself")
    outputs = cloudformation.outputs(rehearsal.cloud, rehearsal.names.state_stack)
    api_id = project.api_id(rehearsal.layout, "dev")
    target = settings.Target(rehearsal.cloud, rehearsal.names, api_id, outputs["DeadLetterArn"])
    merge = rehearsal.layout.root / "infra" / "merge.yaml"
    assert settings.differences(target, merge) == []
    name = rehearsal.names.cycle_function
    rehearsal.cloud.client("lambda").delete_function_event_invoke_config(FunctionName=name)
    assert len(settings.differences(target, merge)) == 1
    assert settings.apply(target, merge) == ["cycle: no retries, no late events, dead letters"]
