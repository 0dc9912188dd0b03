"""Pairs are proposed, decided once by an operator, and revoked when a market is reworded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.memory import MemoryTable
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.match_rows import match_item
from chalicelib.aws.table import Put, Table, Write
from chalicelib.domain.errors import ConflictError, InputError, NotFoundError
from chalicelib.matching.equivalence import Verdict
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchedPair, MatchStatus
from chalicelib.operations import matching
from chalicelib.operations.match_decisions import WantedMatch, decide_match
from chalicelib.operations.matching import (
    Proposed,
    list_matches,
    propose_matches,
    read_matches,
)
from tests.builders import NOW
from tests.cloud_fixtures import run
from tests.unit.matching.samples import (
    NOON,
    kalshi_noon,
    leg,
    noon_pair,
    polymarket_noon,
    twin,
    twin_pair,
)

CONFIRMED, REJECTED = MatchStatus.CONFIRMED, MatchStatus.REJECTED
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def store(table: Table, pair: MatchedPair) -> MatchedPair:
    run(table.write(Put("match", match_item(pair))))
    return pair


def wanted(pair: MatchedPair, status: MatchStatus = CONFIRMED, **changes: Any) -> WantedMatch:
    usual = WantedMatch(pair.pair_id, status, pair.version, "ann (1234)", "read both rules")
    return replace(usual, **changes)


def decide(table: Table, asked: WantedMatch) -> MatchedPair:
    return run(decide_match(table, asked, NOW))


def propose(
    table: Table, left: Sequence[Leg], right: Sequence[Leg], now: Any = LATER
) -> Proposed:  # fmt: skip
    return run(propose_matches(table, left, right, now))


def twins(table: Table) -> list[str]:
    """The pairs that a cycle is told of, by what it reads anyway."""
    return [each.pair_id for each in run(TableLedger(table).load()).twins]


def audit(table: Table) -> list[str]:
    return [row["change"] for row in run(table.query(f"AUDIT#{NOW:%Y%m}")).items]


def test_matching_proposes_a_pair_once_and_never_confirms_it(table: Table) -> None:
    assert propose(table, [polymarket_noon()], [kalshi_noon()]) == Proposed(new=1)
    assert propose(table, [polymarket_noon()], [kalshi_noon()]) == Proposed()
    (pair,) = run(read_matches(table))
    assert pair.status is MatchStatus.PROPOSED
    assert pair.verdict is Verdict.RELATIVE_VALUE
    assert twins(table) == []


def test_matching_keeps_a_confirmation_with_who_when_and_why(table: Table) -> None:
    pair = store(table, twin_pair())
    decided = decide(table, wanted(pair))
    assert (decided.status, decided.version) == (CONFIRMED, 1)
    assert (decided.decided_by, decided.decided_at) == ("ann (1234)", NOW)
    assert run(read_matches(table)) == [decided]
    (change,) = audit(table)
    assert f"pair {pair.pair_id} confirmed as equivalent" in change
    assert "read both rules" in change


def test_matching_makes_a_pair_equivalent_only_by_what_an_operator_fills_in(table: Table) -> None:
    silent = (
        "Ann Example is sworn in by September 30, 2026, 11:59 PM ET. Credible reporting decides."
    )
    found = propose(table, [twin("polymarket", rules=silent)], [twin("kalshi", rules=silent)])
    assert found == Proposed(new=1)
    (pair,) = run(read_matches(table))
    assert pair.verdict is Verdict.RELATIVE_VALUE
    known = {market.market_id: {"void_rule": "pays NO"} for market in pair.legs}
    decided = decide(table, wanted(pair, filled=known))
    assert decided.verdict is Verdict.EQUIVALENT
    assert all(market.record.filled == ("void_rule",) for market in decided.legs)


def test_matching_tells_the_cycle_of_what_is_confirmed_as_equivalent_only(table: Table) -> None:
    pair, alike = store(table, twin_pair()), store(table, noon_pair())
    assert twins(table) == []
    decide(table, wanted(pair))
    decide(table, wanted(alike))
    assert twins(table) == [pair.pair_id]
    decide(table, wanted(replace(pair, version=1), REJECTED))
    assert twins(table) == []


def test_matching_tells_the_cycle_at_once_that_a_confirmation_is_revoked(table: Table) -> None:
    decide(table, wanted(store(table, twin_pair())))
    assert propose(table, [twin("polymarket", rules="Other.")], [twin("kalshi")]).revoked == 1
    assert twins(table) == []


def test_matching_forgets_the_twins_of_a_pair_that_has_ended(table: Table) -> None:
    decide(table, wanted(store(table, twin_pair())))
    assert propose(table, [], [], NOON - timedelta(minutes=1)).dropped == 0
    assert len(twins(table)) == 1
    assert propose(table, [], [], NOON + timedelta(days=1)).dropped == 1
    assert twins(table) == []


def test_matching_keeps_both_of_two_pairs_that_are_decided_at_the_same_time(
    memory_table: MemoryTable,
) -> None:
    pair = store(memory_table, twin_pair())
    decided = False

    class Overtaken(MemoryTable):
        """Another pair is confirmed between what is read and what is written."""

        async def transact(self, writes: Sequence[Write], token: str) -> None:
            nonlocal decided
            if not decided:
                decided = True
                other = replace(twin_pair(), pair_id="other")
                await memory_table.write(Put("match", match_item(other)))
                await decide_match(memory_table, wanted(other), NOW)
            await memory_table.transact(writes, token)

    overtaken = Overtaken()
    overtaken.rows = memory_table.rows
    decide(overtaken, wanted(pair))
    assert twins(memory_table) == sorted([pair.pair_id, "other"])


@pytest.mark.parametrize("filled", [
    {"kalshi:t": {"source": "another"}},
    {"kalshi:other": {"void_rule": "pays NO"}},
    {"kalshi:t": {"colour": "red"}},
])  # fmt: skip
def test_matching_refuses_to_fill_in_what_is_stated_or_not_there(
    table: Table, filled: dict[str, dict[str, object]]
) -> None:
    pair = store(table, twin_pair())
    with pytest.raises(InputError):
        decide(table, wanted(pair, filled=filled))
    assert run(read_matches(table)) == [pair]


def test_matching_refuses_to_confirm_what_is_different(table: Table) -> None:
    pair = store(table, replace(twin_pair(), verdict=Verdict.DIFFERENT, reasons=("days",)))
    with pytest.raises(InputError, match="different things: days"):
        decide(table, wanted(pair))
    assert decide(table, wanted(pair, REJECTED)).status is REJECTED


def test_matching_refuses_a_decision_that_is_none(table: Table) -> None:
    with pytest.raises(InputError, match="confirms or rejects"):
        decide(table, wanted(store(table, twin_pair()), MatchStatus.PROPOSED))


def test_matching_of_an_unknown_pair_is_not_found(table: Table) -> None:
    with pytest.raises(NotFoundError, match="no match"):
        decide(table, wanted(twin_pair()))


def test_matching_refuses_a_decision_on_an_older_version(table: Table) -> None:
    pair = store(table, twin_pair())
    decided = decide(table, wanted(pair, REJECTED))
    with pytest.raises(ConflictError, match="version 1, you sent 0") as raised:
        decide(table, wanted(pair))
    assert raised.value.current == decided


def test_matching_answers_a_repeated_decision_like_the_first(table: Table) -> None:
    pair = store(table, twin_pair())
    first = decide(table, wanted(pair, idempotency_key="k"))
    assert decide(table, wanted(pair, idempotency_key="k")) == first
    assert len(audit(table)) == 1
    with pytest.raises(ConflictError, match="used for another request"):
        decide(table, wanted(pair, REJECTED, idempotency_key="k"))


class Raced(MemoryTable):
    """A table on which another operator is a moment faster."""

    faster: WantedMatch | None = None

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """Let the other one go first."""
        faster, self.faster = self.faster, None
        if faster is not None:
            await decide_match(self, faster, NOW - timedelta(milliseconds=5))
        await super().transact(writes, token)


def test_matching_lets_one_of_two_operators_win() -> None:
    table = Raced()
    pair = store(table, twin_pair())
    table.faster = wanted(pair, REJECTED, actor="bob (9)")
    with pytest.raises(ConflictError):
        decide(table, wanted(pair))
    assert run(read_matches(table))[0].status is REJECTED


def test_matching_revokes_a_confirmation_when_a_market_is_reworded(table: Table) -> None:
    decide(table, wanted(store(table, twin_pair())))
    reworded = twin("kalshi", rules="Ann Example may also resign before.")
    assert propose(table, [twin("polymarket")], [reworded]) == Proposed(revoked=1)
    (pair,) = run(read_matches(table))
    assert (pair.status, pair.version) == (MatchStatus.PROPOSED, 2)
    assert "kalshi:t changed" in pair.revoked
    assert pair.legs[0].rules == "Ann Example may also resign before."
    assert pair.verdict is Verdict.RELATIVE_VALUE
    assert any("revoked" in change for change in audit(table))
    again = decide(table, wanted(pair))
    assert (again.status, again.revoked) == (CONFIRMED, "")


def test_matching_revokes_even_where_the_other_market_is_not_listed_now(table: Table) -> None:
    decide(table, wanted(store(table, twin_pair())))
    assert propose(table, [], [twin("kalshi", rules="Other.")]).revoked == 1
    assert run(read_matches(table))[0].status is MatchStatus.PROPOSED


def test_matching_reads_a_reworded_proposal_again_under_a_new_version(table: Table) -> None:
    store(table, twin_pair())
    reworded = twin("kalshi", rules="Other.")
    assert propose(table, [twin("polymarket")], [reworded]) == Proposed()
    (pair,) = run(read_matches(table))
    assert (pair.version, pair.revoked, pair.legs[0].rules) == (1, "", "Other.")


def test_matching_leaves_a_rejected_pair_rejected_and_its_markets_free(table: Table) -> None:
    decide(table, wanted(store(table, noon_pair()), REJECTED))
    second = kalshi_noon(market_id="kalshi:second")
    assert propose(table, [polymarket_noon()], [kalshi_noon()]) == Proposed()
    assert propose(table, [polymarket_noon()], [kalshi_noon(), second]) == Proposed(new=1)
    statuses = [pair.status for pair in run(read_matches(table))]
    assert statuses == [MatchStatus.PROPOSED, REJECTED]


def test_matching_drops_pairs_whose_markets_have_both_closed(table: Table) -> None:
    store(table, twin_pair())
    assert propose(table, [], [], NOON).dropped == 1
    assert run(read_matches(table)) == []


def many(count: int) -> tuple[list[Leg], list[Leg]]:
    titles = [f"Bitcoin above ${60_000 + 100 * n:,} on Sep 30, 2026?" for n in range(count)]
    one = [leg(title, "polymarket", f"{n}") for n, title in enumerate(titles)]
    return one, [leg(title, "kalshi", f"{n}") for n, title in enumerate(titles)]


def test_matching_proposes_a_bounded_number_at_once_and_goes_on_the_next_time(
    memory_table: Table,
) -> None:
    left, right = many(matching.MOST_NEW + 7)
    assert propose(memory_table, left, right) == Proposed(new=matching.MOST_NEW, more=True)
    assert propose(memory_table, left, right) == Proposed(new=7)


def test_matching_keeps_a_bounded_number(
    memory_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST_PAIRS", 5)
    left, right = many(9)
    assert propose(memory_table, left, right) == Proposed(new=5, more=True)
    assert propose(memory_table, left, right) == Proposed(more=True)


def test_matching_lists_what_waits_first_and_the_most_alike_first(memory_table: Table) -> None:
    twins, noons = twin_pair(), replace(noon_pair(), score=twin_pair().score - 1)
    third = replace(twins, pair_id="third", status=CONFIRMED)
    for pair in (third, noons, twins):
        store(memory_table, pair)
    first = run(list_matches(memory_table, None, 2, None))
    assert (list(first.items), first.cursor) == ([twins, noons], "2")
    rest = run(list_matches(memory_table, None, 2, first.cursor))
    assert (list(rest.items), rest.cursor) == ([third], None)
    assert list(run(list_matches(memory_table, CONFIRMED, 9, None)).items) == [third]
