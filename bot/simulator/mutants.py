"""Test the test: unsafe variants of the protocol, each of which must be caught."""

from dataclasses import dataclass

from bot.simulator import unsafe_cycle, unsafe_trading, unsafe_writes
from bot.simulator.harsh import (
    BUSY,
    CHUNKED,
    CROWDED,
    FORGETFUL,
    OPERATORS,
    PARTLY,
    RESET,
    SHARED,
    USUAL,
)
from bot.simulator.patching import Patch, together
from bot.simulator.report import MutantReport, MutantResult
from bot.simulator.setting import Setting
from bot.simulator.simulate import simulate
from bot.simulator.unsafe_writes import unguarded, without_attribute

SEEDS = range(4)
CYCLES = 400
CYCLES_IF_COVERED = 300


@dataclass(frozen=True)
class Mutant:
    """One unsafe variant and the setting in which it does harm."""

    name: str
    patch: Patch
    setting: Setting = USUAL


MUTANTS = (
    Mutant("commit without fence", without_attribute("lease", "fence")),
    Mutant("commit without version", unguarded("account")),
    Mutant("commit without version and fence", unguarded("lease", "account")),
    Mutant(
        "commit without last cycle and trade id",
        together(
            unsafe_writes.any_cycle_may_run,
            unsafe_cycle.booked_again,
            without_attribute("lease", "last_cycle"),
            unguarded("trade", "summary", "outbox"),
        ),
    ),
    Mutant(
        "lease ignored, commit without version and fence",
        together(unsafe_writes.lease_ignored, unguarded("lease", "account")),
    ),
    Mutant("fence begins anew with every lease", unsafe_writes.fence_restarts),
    Mutant("control checked before the transaction only", unguarded("control"), OPERATORS),
    Mutant(
        "control missing means running",
        together(unsafe_cycle.missing_is_running, unguarded("control")),
        OPERATORS,
    ),
    Mutant(
        "control missing means running, until the transaction says no",
        unsafe_cycle.missing_is_running,
        FORGETFUL,
    ),
    Mutant(
        "control unreadable but for its state is taken",
        unsafe_cycle.state_is_enough,
        OPERATORS,
    ),
    Mutant(
        "control's schema not checked in the transaction",
        without_attribute("control", "schema"),
        OPERATORS,
    ),
    Mutant("paused system opens positions", unsafe_cycle.paused_may_enter, OPERATORS),
    Mutant(
        "old decision committed under a new control",
        unsafe_writes.old_decision_under_new_control,
        OPERATORS,
    ),
    Mutant(
        "commit repeated under a new token, without conditions",
        together(
            unsafe_writes.repeated_under_new_tokens,
            unguarded("lease", "account", "trade", "summary", "outbox"),
        ),
    ),
    Mutant("commit split into single writes", unsafe_writes.split),
    Mutant("unknown outcome taken for a commit", unsafe_writes.unknown_taken_for_done),
    Mutant("settlement without trade id, version and fence", unsafe_writes.settlements_unguarded),
    Mutant("outbox acknowledged before the archive write", unsafe_cycle.acknowledged_first),
    Mutant("trade log written before the commit", unsafe_cycle.logged_before_commit),
    Mutant("outbox of a crash left where it is", unsafe_writes.outbox_left_alone),
    Mutant("chunks numbered from zero on each attempt", unsafe_writes.numbered_from_zero, CHUNKED),
    Mutant("more trades than one transaction takes", unsafe_cycle.unlimited_trades, CROWDED),
    Mutant("record written after the commit", unsafe_cycle.recorded_after_commit),
    Mutant("decision from unrecorded memory", unsafe_cycle.history_trusted),
    Mutant("window kept too short for a new lookback", unsafe_cycle.history_too_short, RESET),
    Mutant(
        "fill taken from an old book",
        together(unsafe_cycle.old_books_believed, unsafe_cycle.old_books_pass_the_gate),
    ),
    Mutant("money in floating point", unsafe_cycle.float_money),
    Mutant("equity reported from before the cycle", unsafe_cycle.equity_of_before),
    Mutant("protection ignored at entry", unsafe_trading.protections_ignored, BUSY),
    Mutant("house limit not shared between accounts", unsafe_trading.house_not_shared, SHARED),
    Mutant("limits on exposure three times as wide", unsafe_trading.limits_too_wide, SHARED),
    Mutant("entries of the hour forgotten", unsafe_trading.entries_forgotten, BUSY),
    Mutant("flatten lets an entry through", unsafe_trading.flatten_enters, BUSY),
    Mutant("merge pays more than a dollar", unsafe_trading.merged_for_more, BUSY),
    Mutant(
        "waiting order fills better than its limit", unsafe_trading.filled_better_than_limit, BUSY
    ),
    Mutant("queue ahead of a waiting order ignored", unsafe_trading.queue_ignored, BUSY),
    Mutant(
        "order of a market that is not listed is worked", unsafe_trading.unlisted_worked, PARTLY
    ),
    Mutant("queue ahead of a waiting order not seen", unsafe_trading.queue_not_seen, BUSY),
    Mutant("unwind books no loss", unsafe_trading.unwound_at_cost, BUSY),
    Mutant("cost of a part cut off at cents", unsafe_trading.cost_of_parts_cut_off, BUSY),
    Mutant("starting cash of a strategy ignored", unsafe_trading.opened_with_the_usual_cash, BUSY),
    Mutant("every result pays a dollar", unsafe_trading.results_pay_a_dollar, BUSY),
)
"""Each breaks a promise, and must be seen to."""

COVERED = (
    Mutant("commit without trade id", unguarded("trade")),
    Mutant("commit without last cycle", without_attribute("lease", "last_cycle")),
    Mutant("commit without the summary's absence", unguarded("summary")),
    Mutant("commit without the outbox row's absence", unguarded("outbox")),
    Mutant("accounts booked already are decided again", unsafe_cycle.booked_again),
    Mutant("lease ignored", unsafe_writes.lease_ignored),
    Mutant("old books believed", unsafe_cycle.old_books_believed),
    Mutant("old books pass the gate", unsafe_cycle.old_books_pass_the_gate),
    Mutant("commit repeated under a new token", unsafe_writes.repeated_under_new_tokens),
)
"""Single guards: without one of them another still holds, so nothing may be seen."""


def mutants() -> MutantReport:
    """Run every variant until it is caught, or for long enough to call it covered."""
    return MutantReport(
        tuple(hunt(mutant, CYCLES) for mutant in MUTANTS),
        tuple(hunt(mutant, CYCLES_IF_COVERED) for mutant in COVERED),
    )


def hunt(mutant: Mutant, cycles: int) -> MutantResult:
    """Simulate one variant from seed to seed until a promise is broken."""
    for seed in SEEDS:
        with mutant.patch():
            report = simulate(seed, cycles, mutant.setting, stop_at_first=True)
        first = report.first_violation
        if first is not None:
            by = dict.fromkeys(violation.invariant for violation in report.violations)
            where = f"seed {seed}, cycle {first.cycle}, step {first.step}: {first.detail}"
            return MutantResult(mutant.name, True, tuple(by), where)
    return MutantResult(mutant.name, False, ())
