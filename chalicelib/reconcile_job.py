"""The hourly job: hold every account against its trade log, then look for pairs of markets."""

from typing import Any

from chalicelib import bootstrap
from chalicelib.domain.errors import TesterError
from chalicelib.operations.match_search import Searched, search_matches
from chalicelib.operations.reconciliation import Checked, check_accounts, stop_on_drift
from chalicelib.web.dispatch import complete


def run_scheduled_reconciliation() -> dict[str, Any]:
    """Check all accounts, report the drift as a metric, stop trading on it, answer a summary.

    Raises StoreError when the state could not be read: the function's error alarm tells of it.
    The search for pairs comes last, and nothing that goes wrong in it is raised.
    """
    telemetry = bootstrap.telemetry()
    try:
        checked = complete(check_accounts(bootstrap.table()))
        _measure(checked)
        paused = bool(checked.drifts) and complete(
            stop_on_drift(bootstrap.table(), checked.drifts, bootstrap.WallClock().now())
        )
        searched = _search()
    except TesterError as exc:
        telemetry.failure("the reconciliation failed", exc)
        raise
    finally:
        telemetry.flush()
    return {
        "accounts": checked.accounts,
        "trades": checked.trades,
        "paused": paused,
        "drifts": [drift.text for drift in checked.drifts],
        "matches_proposed": searched.proposed.new if searched else None,
    }


def _measure(checked: Checked) -> None:
    telemetry = bootstrap.telemetry()
    telemetry.event(
        "accounts reconciled",
        accounts=checked.accounts,
        trades=checked.trades,
        drifts=[drift.text for drift in checked.drifts],
    )
    telemetry.count("AccountsReconciled", checked.accounts)
    telemetry.count("ReconcileDrift", len(checked.drifts))


def _search() -> Searched | None:
    """Look for pairs and tell what came of it; None when that failed."""
    telemetry = bootstrap.telemetry()
    try:
        wall = bootstrap.WallClock().now()
        at = bootstrap.settings().market_time(wall, wall)
        searched = complete(search_matches(bootstrap.table(), bootstrap.archive(), wall, at))
    except Exception as exc:  # noqa: BLE001 - the accounts were checked; the next hour searches again
        telemetry.failure("the search for matches failed", exc)
        telemetry.count("MatchSearchFailed")
        return None
    done = searched.proposed
    telemetry.event(
        "matches searched",
        markets=list(searched.markets),
        left_out=searched.left_out,
        proposed=done.new,
        revoked=done.revoked,
        dropped=done.dropped,
        more=done.more,
    )
    telemetry.count("MatchSearchFailed", 0)
    telemetry.count("MatchesProposed", done.new)
    telemetry.count("MatchesRevoked", done.revoked)
    return searched
