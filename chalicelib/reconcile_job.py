"""The hourly job: recompute every account from the trade log alone, and pause on any drift."""

from typing import Any

from chalicelib import bootstrap
from chalicelib.domain.errors import TesterError
from chalicelib.operations.reconciliation import Checked, check_accounts, stop_on_drift
from chalicelib.web.dispatch import complete


def run_scheduled_reconciliation() -> dict[str, Any]:
    """Check all accounts, report the drift as a metric, stop trading on it, answer a summary.

    Raises StoreError when the state could not be read: the function's error alarm tells of it.
    """
    telemetry = bootstrap.telemetry()
    try:
        checked = complete(check_accounts(bootstrap.table()))
        _measure(checked)
        paused = bool(checked.drifts) and complete(
            stop_on_drift(bootstrap.table(), checked.drifts, bootstrap.WallClock().now())
        )
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
